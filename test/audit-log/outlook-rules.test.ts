import { describe, expect, it } from 'vitest';
import { readUnfollowed } from '#audit-log/export/read-unfollowed.ts';
import { recogniseMailboxChange } from '#audit-log/mailbox-change.ts';
import { auditRecordSchema } from '#audit-log/record.ts';
import { newRule } from './records.ts';
import type { ListValue } from '#risk/list-value.ts';

const properties = (given: Readonly<Record<string, string>>) =>
  Object.entries(given).map(([Name, Value]) => ({ Name, Value }));

const logged = {
  ...newRule,
  RecordType: 2,
  Operation: 'UpdateInboxRules',
  ResultStatus: 'Succeeded',
  UserType: 0,
  UserId: 'ann@contoso.com',
  ObjectId: undefined,
  Parameters: undefined,
  MailboxOwnerUPN: 'ann@contoso.com',
  MailboxGuid: '0c5f4d11-8a4e-4f6b-9d3a-3b8f4f6a1c01',
  ClientIPAddress: '192.0.2.7',
};
/** As Outlook for Windows has it. */
const added = (actions: readonly object[], more: Readonly<Record<string, string>> = {}) => ({
  ...logged,
  OperationProperties: properties({
    RuleOperation: 'AddMailboxRule',
    RuleId: '0',
    RuleState: 'Enabled, ExitAfterExecution',
    RuleCondition: '{()}',
    RuleName: '.',
    RuleProvider: 'RuleOrganizer',
    RuleActions: JSON.stringify(actions),
    ...more,
  }),
});
/** As Exchange Web Services have it. */
const onServer = (RuleOperation: string, actions: string, recipients: readonly string[]) => ({
  ...logged,
  OperationProperties: properties({
    Actions: actions,
    Name: '..',
    IsNew: String(RuleOperation === 'AddMailboxRule'),
    RuleOperation,
    ServerRule: JSON.stringify({
      Actions: [{ Recipients: recipients.map((Value) => ({ Values: [{ Value: 'SMTP' }, { Value }] })) }],
    }),
  }),
});

const told = (record: object) => recogniseMailboxChange(auditRecordSchema.parse(record));
const whole = (...entries: readonly string[]): ListValue => ({ type: 'whole', entries });
const nothing = whole();

describe('a rule that Outlook wrote', () => {
  it.each([
    ['None', { ForwardTo: whole('drop@evil.example') }],
    ['ForwardAsAttachment', { ForwardAsAttachmentTo: whole('drop@evil.example') }],
    ['PreserveSender, DoNotMungeMessage', { RedirectTo: whole('drop@evil.example') }],
  ])('is known by what it does: %s', (ForwardFlags, settings) => {
    const forwards = { ActionType: 'Forward', Recipients: ['SMTP:drop@evil.example'], ForwardFlags };
    expect(told(added([{ ActionType: 'Delete' }, forwards]))).toMatchObject({
      door: 'inbox rule',
      mailbox: 'ann@contoso.com',
      rule: '.',
      became: 'made',
      from: '192.0.2.7',
      settings,
    });
  });

  it.each([
    ['ForwardToRecipientsAction', { ForwardTo: whole('drop@evil.example') }],
    ['ForwardAsAttachmentToRecipientsAction', { ForwardAsAttachmentTo: whole('drop@evil.example') }],
    ['RedirectToRecipientsAction;DeleteAction', { RedirectTo: whole('drop@evil.example') }],
  ])('is known by what the server made of it: %s', (actions, settings) => {
    expect(told(onServer('AddMailboxRule', actions, ['drop@evil.example']))).toMatchObject({
      rule: '..',
      became: 'made',
      settings,
    });
  });

  it('names several recipients, and those without an address by what they are called', () => {
    const Recipients = ['a@evil.example', '/o=ExchangeLabs/cn=Recipients/cn=drop'];
    expect(told(added([{ ActionType: 'Forward', Recipients }]))?.settings).toEqual({
      ForwardTo: whole('a@evil.example', '/o=ExchangeLabs/cn=Recipients/cn=drop'),
      ForwardAsAttachmentTo: nothing,
      RedirectTo: nothing,
    });
  });

  it('that sends mail nowhere is of no interest when it is made, and sends it nowhere any more when it is changed', () => {
    expect(told(added([{ ActionType: 'Move', FolderIsInThisStore: 'True' }]))).toBeUndefined();
    expect(told(onServer('AddMailboxRule', 'MoveToFolderAction', []))).toBeUndefined();
    expect(told(onServer('ModifyMailboxRule', 'MoveToFolderAction', []))).toMatchObject({
      rule: '..',
      settings: { ForwardTo: nothing, ForwardAsAttachmentTo: nothing, RedirectTo: nothing },
    });
  });

  it('is gone once it is removed', () => {
    expect(told({ ...added([]), ...added([], { RuleOperation: 'RemoveMailboxRule' }) })).toMatchObject({
      rule: '.',
      became: 'removed',
    });
  });

  it.each([
    ['changed, which the log never shows', added([], { RuleOperation: 'ModifyMailboxRule', RuleName: '' })],
    ['cut off', added([], { RuleActions: '[{"ActionType":"Forward","Recip' })],
    ['to nobody that is named', added([{ ActionType: 'Forward' }])],
    ['to nobody that is named, on the server', onServer('AddMailboxRule', 'RedirectToRecipientsAction', [])],
    ['without anything else', logged],
    ['in an unknown way', added([], { RuleOperation: 'ReplaceMailboxRule' })],
    ['in an unknown form', { ...logged, OperationProperties: 'RuleOperation=AddMailboxRule' }],
  ])('cannot be read: %s', (_, record) => {
    expect(told(record)).toMatchObject({
      door: 'inbox rule',
      mailbox: 'ann@contoso.com',
      settings: {},
      unread: expect.any(String) as string,
    });
  });

  it('reads the same from products that keep the list as text or by name', () => {
    const record = added([{ ActionType: 'Forward', Recipients: ['drop@evil.example'] }]);
    const list = record.OperationProperties;
    const byName = Object.fromEntries(list.map(({ Name, Value }) => [Name, Value]));
    for (const OperationProperties of [JSON.stringify(list), list.map((one) => JSON.stringify(one)), byName])
      expect(told({ ...record, OperationProperties })).toEqual(told(record));
    const { Operation, ...others } = record;
    expect(told({ ...others, operations: Operation.toUpperCase() })).toEqual(told(record));
  });

  it('is named by the mailbox it is in, whoever wrote it', () => {
    const record = added([{ ActionType: 'Forward', Recipients: ['drop@evil.example'] }]);
    expect(told({ ...record, UserId: 'mallory@contoso.com', LogonType: 2 })).toMatchObject({
      mailbox: 'ann@contoso.com',
      by: { id: 'mallory@contoso.com' },
    });
    expect(told({ ...record, MailboxOwnerUPN: undefined })?.mailbox).toBe(record.MailboxGuid);
  });

  it('reads the same again once it has been read', () => {
    const records = [added([{ ActionType: 'Forward', Recipients: ['a@evil.example'] }]), logged];
    for (const record of records) {
      const once = auditRecordSchema.parse(record);
      expect(auditRecordSchema.parse(JSON.parse(JSON.stringify(once)))).toEqual(once);
    }
  });

  it('counts for nothing where it failed, and never passes for a record that nobody follows', () => {
    const record = added([{ ActionType: 'Forward', Recipients: ['drop@evil.example'] }]);
    expect(told({ ...record, ResultStatus: 'Failed' })).toBeUndefined();
    expect(readUnfollowed(record)).toBeUndefined();
    expect(auditRecordSchema.safeParse({ ...record, OrganizationId: undefined }).success).toBe(false);
  });
});
