import { describe, expect, it } from 'vitest';
import { recogniseMailboxChange } from '#audit-log/mailbox-change.ts';
import { newRule, parameters, record } from './records.ts';

const told = (Operation: string, given: Readonly<Record<string, string>>, more = {}) =>
  recogniseMailboxChange(
    record({
      ...newRule,
      ObjectId: undefined,
      Operation,
      UserId: 'ann@contoso.com',
      Parameters: parameters(given),
      ...more,
    }),
  );

describe('a change in a mailbox', () => {
  it.each([
    [{ ForwardingSmtpAddress: 'smtp:x@gmail.com' }, { to: ['x@gmail.com'], ended: false }],
    [{ ForwardingAddress: 'Offsite Archive' }, { to: ['Offsite Archive'], ended: false }],
    [{ ForwardingSmtpAddress: '' }, { to: [], ended: true }],
    [
      { ForwardingSmtpAddress: '$null', DeliverToMailboxAndForward: 'False' },
      { to: [], ended: true },
    ],
  ])('forwards, or forwards no more: %j', (given, expected) => {
    expect(told('Set-Mailbox', { Identity: 'ann@contoso.com', ...given })).toMatchObject({
      door: 'forwarding',
      mailbox: 'ann@contoso.com',
      ownDomains: expect.arrayContaining(['contoso.com']) as string[],
      ...expected,
    });
  });

  it.each([
    [
      'New-InboxRule',
      { Name: 'r', ForwardTo: '"X" [SMTP:x@gmail.com]' },
      'ann@contoso.com',
      'r',
      ['x@gmail.com'],
      false,
    ],
    [
      'New-InboxRule',
      { Name: 'r', Mailbox: 'bob', RedirectTo: 'x@gmail.com;y@gmail.com' },
      'bob',
      'r',
      ['x@gmail.com', 'y@gmail.com'],
      false,
    ],
    [
      'Set-InboxRule',
      { Identity: 'bob\\17', ForwardAsAttachmentTo: 'x@gmail.com' },
      'bob',
      '17',
      ['x@gmail.com'],
      false,
    ],
    ['Set-InboxRule', { Identity: 'bob\\17', ForwardTo: '' }, 'bob', '17', [], true],
    ['Enable-InboxRule', { Identity: 'bob\\17' }, 'bob', '17', [], false],
    ['Disable-InboxRule', { Identity: 'bob\\17' }, 'bob', '17', [], true],
    ['remove-inboxrule', { Identity: 'bob\\17' }, 'bob', '17', [], true],
    ['Enable-InboxRule', { Identity: 'r', Mailbox: 'bob' }, 'bob', 'r', [], false],
    ['Disable-InboxRule', { Identity: 'r', Mailbox: 'bob' }, 'bob', 'r', [], true],
  ] as const)('is a rule: %s %j', (operation, given, mailbox, rule, to, ended) => {
    expect(told(operation, given)).toMatchObject({ door: 'inbox rule', mailbox, rule, to, ended });
  });

  it.each([
    ['a.example;ann@b.example', { to: ['a.example', 'ann@b.example'], ended: false }],
    ['@{Add="a.example"}', { to: ['a.example'], ended: false }],
    ['', { to: [], ended: true }],
  ])('trusts senders: %s', (TrustedSendersAndDomains, expected) => {
    expect(
      told('Set-MailboxJunkEmailConfiguration', { Identity: 'ann', TrustedSendersAndDomains }),
    ).toMatchObject({ door: 'safe senders', mailbox: 'ann', ...expected });
  });

  it.each([
    ['Set-Mailbox', { Identity: 'ann', MaxSendSize: '10MB' }],
    ['New-InboxRule', { Name: 'r', MoveToFolder: 'News' }],
    [
      'Set-MailboxJunkEmailConfiguration',
      { Identity: 'ann', TrustedSendersAndDomains: '@{Remove="a.example"}' },
    ],
    ['Set-MailboxFolderPermission', { Identity: 'ann' }],
  ])('is of no interest otherwise: %s %j', (operation, given) => {
    expect(told(operation, given)).toBeUndefined();
  });

  it('is named by the last part of a directory path', () => {
    const ObjectId =
      'EURPR04A009.PROD.OUTLOOK.COM/Microsoft Exchange Hosted Organizations/contoso.onmicrosoft.com/ann';
    expect(told('Set-Mailbox', { ForwardingSmtpAddress: 'x@gmail.com' }, { ObjectId })).toMatchObject({
      mailbox: 'ann',
    });
  });

  it('is named without the organisation before it, as every object is', () => {
    const given = { Identity: 'contoso.onmicrosoft.com\\ann', ForwardingSmtpAddress: 'x@gmail.com' };
    const more = { OrganizationName: 'contoso.onmicrosoft.com' };
    expect(told('Set-Mailbox', given, more)).toMatchObject({ mailbox: 'ann' });
  });

  it('tells what was done in which tenant, and from where', () => {
    const given = { Identity: 'ann', ForwardingSmtpAddress: 'x@gmail.com' };
    expect(told('set-mailbox', given, { ClientIP: '192.0.2.1:5' })).toMatchObject({
      operation: 'Set-Mailbox',
      tenant: newRule.OrganizationId,
      from: '192.0.2.1:5',
    });
    expect(told('Set-Mailbox', given)).not.toHaveProperty('from');
  });

  it('only switches a rule off, or takes it away', () => {
    expect(told('Disable-InboxRule', { Identity: 'bob\\17' })).toMatchObject({ switchedOff: true });
    expect(told('Remove-InboxRule', { Identity: 'bob\\17' })).not.toHaveProperty('switchedOff');
  });

  it('in a mailbox that is not named is no silence', () => {
    const given = { ForwardingSmtpAddress: 'x@gmail.com' };
    expect(told('Set-Mailbox', given, { UserId: '' })).toMatchObject({ unread: 'no mailbox is named' });
  });

  it('that failed, or was made by a service, counts as none; one that cannot be read is no silence', () => {
    const given = { Identity: 'ann', ForwardingSmtpAddress: 'x@gmail.com' };
    expect(told('Set-Mailbox', given, { ResultStatus: 'False' })).toBeUndefined();
    expect(
      told('Set-Mailbox', given, { UserId: 'NT AUTHORITY\\SYSTEM (w3wp)', UserType: 3 }),
    ).toBeUndefined();
    expect(told('Set-Mailbox', given, { Parameters: '@{Name=x}' })).toMatchObject({
      unread: expect.any(String) as string,
      mailbox: 'ann@contoso.com',
      to: [],
      ended: false,
    });
  });
});
