import { describe, expect, it } from 'vitest';
import { recogniseMailboxChange } from '#audit-log/mailbox-change.ts';
import { newRule, parameters, record } from './records.ts';
import type { ListValue } from '#risk/list-value.ts';

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

const whole = (...entries: readonly string[]): ListValue => ({ type: 'whole', entries });

describe('a change in a mailbox', () => {
  it.each([
    [{ ForwardingSmtpAddress: 'smtp:x@gmail.com' }, { ForwardingSmtpAddress: whole('x@gmail.com') }],
    [{ ForwardingAddress: 'Offsite Archive' }, { ForwardingAddress: whole('Offsite Archive') }],
    [{ ForwardingSmtpAddress: '' }, { ForwardingSmtpAddress: whole() }],
    [
      { ForwardingSmtpAddress: '$null', DeliverToMailboxAndForward: 'False' },
      { ForwardingSmtpAddress: whole() },
    ],
  ])('forwards, or forwards no more: %j', (given, expected) => {
    expect(told('Set-Mailbox', { Identity: 'ann@contoso.com', ...given })).toMatchObject({
      door: 'forwarding',
      mailbox: 'ann@contoso.com',
      ownDomains: expect.arrayContaining(['contoso.com']) as string[],
      settings: expected,
    });
  });

  it.each([
    [
      'New-InboxRule',
      { Name: 'r', ForwardTo: '"X" [SMTP:x@gmail.com]' },
      {
        mailbox: 'ann@contoso.com',
        rule: 'r',
        became: 'made',
        settings: { ForwardTo: whole('x@gmail.com') },
      },
    ],
    [
      'New-InboxRule',
      { Name: 'r', Mailbox: 'bob', RedirectTo: 'x@gmail.com;y@gmail.com' },
      { mailbox: 'bob', rule: 'r', settings: { RedirectTo: whole('x@gmail.com', 'y@gmail.com') } },
    ],
    [
      'Set-InboxRule',
      { Identity: 'bob\\17', ForwardAsAttachmentTo: 'x@gmail.com', ForwardTo: '' },
      {
        mailbox: 'bob',
        rule: '17',
        settings: { ForwardAsAttachmentTo: whole('x@gmail.com'), ForwardTo: whole() },
      },
    ],
    ['Enable-InboxRule', { Identity: 'bob\\17' }, { mailbox: 'bob', rule: '17', became: 'on', settings: {} }],
    [
      'Disable-InboxRule',
      { Identity: 'bob\\17' },
      { mailbox: 'bob', rule: '17', became: 'off', settings: {} },
    ],
    [
      'remove-inboxrule',
      { Identity: 'bob\\17' },
      { mailbox: 'bob', rule: '17', became: 'removed', settings: {} },
    ],
    ['Enable-InboxRule', { Identity: 'r', Mailbox: 'bob' }, { mailbox: 'bob', rule: 'r', became: 'on' }],
    ['Disable-InboxRule', { Identity: 'r', Mailbox: 'bob' }, { mailbox: 'bob', rule: 'r', became: 'off' }],
  ])('is a rule: %s %j', (operation, given, expected) => {
    expect(told(operation, given)).toMatchObject({ door: 'inbox rule', ...expected });
  });

  it.each<[string, ListValue]>([
    ['a.example;ann@b.example', whole('a.example', 'ann@b.example')],
    ['@{Add="a.example"}', { type: 'edit', add: ['a.example'], remove: [] }],
    ['@{Remove="a.example"}', { type: 'edit', add: [], remove: ['a.example'] }],
    ['', whole()],
  ])('trusts senders: %s', (TrustedSendersAndDomains, expected) => {
    expect(
      told('Set-MailboxJunkEmailConfiguration', { Identity: 'ann', TrustedSendersAndDomains }),
    ).toMatchObject({
      door: 'safe senders',
      mailbox: 'ann',
      settings: { TrustedSendersAndDomains: expected },
    });
  });

  it.each([
    ['Set-Mailbox', { Identity: 'ann', MaxSendSize: '10MB' }],
    ['New-InboxRule', { Name: 'r', MoveToFolder: 'News' }],
    ['Set-MailboxJunkEmailConfiguration', { Identity: 'ann', BlockedSendersAndDomains: 'a.example' }],
    ['Set-MailboxFolderPermission', { Identity: 'ann' }],
  ])('is of no interest otherwise: %s %j', (operation, given) => {
    expect(told(operation, given)).toBeUndefined();
  });

  it.each([
    ['Set-Mailbox', 'ForwardingSmtpAddress'],
    ['Set-Mailbox', 'ForwardingAddress'],
    ['New-InboxRule', 'ForwardTo'],
    ['Set-InboxRule', 'ForwardAsAttachmentTo'],
    ['Set-InboxRule', 'RedirectTo'],
    ['Set-MailboxJunkEmailConfiguration', 'TrustedSendersAndDomains'],
  ])('is told in whatever case the parameter is written: %s %s', (operation, name) => {
    const given = { identity: 'ann', [name.toLowerCase()]: 'x@gmail.com' };
    expect(told(operation, given)?.settings).toEqual({ [name]: whole('x@gmail.com') });
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
      settings: {},
    });
  });
});
