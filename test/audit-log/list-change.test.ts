import { describe, expect, it } from 'vitest';
import { recogniseListChange } from '#audit-log/list-change.ts';
import { readListValue } from '#risk/list-value.ts';
import { listOperations } from '#audit-log/operations.ts';
import { auditRecordSchema } from '#audit-log/record.ts';
import { recognise } from '#audit-log/recognise.ts';

const record = (Operation: string, Parameters: unknown, more: object = {}) =>
  auditRecordSchema.parse({
    Id: '6f1d0c52-9b0e-4b5e-8c35-2f6a8f0e1d77',
    CreationTime: '2026-11-20T08:00:00',
    Operation,
    OrganizationId: 'B3F6C1D2-7a54-4e0b-9d1c-5f20a6b8c9e1',
    RecordType: 1,
    ResultStatus: 'True',
    UserType: 2,
    UserId: 'ann.admin@contoso.com',
    Parameters,
    ...more,
  });
const passed = (parameters: Readonly<Record<string, string>>) =>
  Object.entries(parameters).map(([Name, Value]) => ({ Name, Value }));
const told = (Operation: string, parameters: Readonly<Record<string, string>>, more: object = {}) =>
  recogniseListChange(record(Operation, passed(parameters), more))?.lists.map(
    ({ kind, present, absent, form }) => ({
      kind,
      form,
      present: present.map(({ name }) => name),
      absent: absent.map(({ name }) => name),
    }),
  );

describe('a list in a record', () => {
  it.each([
    ['a;b', ['a', 'b']],
    ['a,b', ['a', 'b']],
    ['"a","b"', ['a', 'b']],
    ['@("a","b")', ['a', 'b']],
    ['["a","b"]', ['a', 'b']],
    [
      ['a', 'b'],
      ['a', 'b'],
    ],
    ['', []],
    ['$null', []],
    [null, []],
  ])('%j replaces what was there', (value, entries) => {
    expect(readListValue(value)).toEqual({ type: 'whole', entries });
  });

  it.each([
    ['@{Add="a","b";Remove="c"}', ['a', 'b'], ['c']],
    ["@{add='a', 'b'; remove='c'}", ['a', 'b'], ['c']],
    ['@{Remove="c"}', [], ['c']],
    ['{"Add":["a","b"],"Remove":["c"]}', ['a', 'b'], ['c']],
    [{ '@odata.type': '#Exchange.GenericHashTable', Add: ['a'] }, ['a'], []],
    ['@{Add=a;b}', ['a', 'b'], []],
  ])('%j adds and removes', (value, add, remove) => {
    expect(readListValue(value)).toEqual({ type: 'edit', add, remove });
  });

  it('of any length is read in one go', () => {
    // Whatever begins anew at every character would be at it for hours.
    const long = `@{Add="${Array.from({ length: 100_000 }, (_, n) => `1.2.3.${n}`).join('","')}"}`;
    expect(readListValue(long)).toMatchObject({ type: 'edit', remove: [] });
  });
});

describe('a change to a list', () => {
  it.each(listOperations)('%s names no object, and is none of the changes to one', (operation) => {
    expect(recognise(record(operation, []))).toEqual({ relevant: false, why: 'another operation' });
  });

  it('tells the entries with the policy they stand in', () => {
    expect(
      told('Set-HostedContentFilterPolicy', {
        Identity: 'Sales',
        AllowedSenders: '@{Add="ann@tailspin.example"}',
        AllowedSenderDomains: 'tailspin.example;wingtip.example',
      }),
    ).toEqual([
      { kind: 'allowed-sender', form: 'edit', present: ['ann@tailspin.example (Sales)'], absent: [] },
      {
        kind: 'allowed-domain',
        form: 'whole',
        present: ['tailspin.example (Sales)', 'wingtip.example (Sales)'],
        absent: [],
      },
    ]);
  });

  it('takes the policy from ObjectId where it is no parameter', () => {
    expect(
      told(
        'Set-HostedContentFilterPolicy',
        { AllowedSenderDomains: 'a.example' },
        {
          ObjectId: 'contoso.onmicrosoft.com\\Sales',
        },
      )?.[0]?.present,
    ).toEqual(['a.example (Sales)']);
  });

  it('takes a policy whose name holds a backslash for what it is called, by Identity and by ObjectId', () => {
    const list = { AllowedSenderDomains: 'a.example' };
    const [operation, name] = ['Set-HostedContentFilterPolicy', 'Finance\\Invoices'];
    for (const [parameters, more] of [
      [{ ...list, Identity: name }, {}],
      [list, { ObjectId: `contoso.onmicrosoft.com\\${name}` }],
    ] as const)
      expect(told(operation, parameters, more)?.[0]?.present).toEqual([`a.example (${name})`]);
  });

  it('takes a policy by the ObjectId that has its organisation, and by its name sooner than by its GUID', () => {
    const ObjectId = 'contoso.onmicrosoft.com\\Sales';
    for (const Identity of ['Other', '0c9a3b1e-2d4f-4a6b-8c7d-9e0f1a2b3c4d'])
      expect(
        told('Set-HostedContentFilterPolicy', { Identity, AllowedSenders: 'a@b.example' }, { ObjectId })?.[0]
          ?.present,
      ).toEqual(['a@b.example (Sales)']);
  });

  it.each([
    ['Set-HostedConnectionFilterPolicy', { EnableSafeList: 'True' }, 'safe-list', ['Default'], []],
    ['Set-HostedConnectionFilterPolicy', { EnableSafeList: '$false' }, 'safe-list', [], ['Default']],
    ['Set-OrganizationConfig', { RejectDirectSend: 'False' }, 'direct-send', ['Direct Send'], []],
    ['Set-OrganizationConfig', { RejectDirectSend: 'True' }, 'direct-send', [], ['Direct Send']],
    [
      'Remove-TenantAllowBlockListItems',
      { ListType: 'Url', Entries: 'a.example' },
      'tenant-allow',
      [],
      ['a.example (Url)'],
    ],
    [
      'New-TenantAllowBlockListSpoofItems',
      { SpoofedUser: 'a.example', SendingInfrastructure: '203.0.113.0/24', Action: 'Allow' },
      'tenant-allow',
      ['a.example from 203.0.113.0/24 (Spoof)'],
      [],
    ],
  ])('%s %j', (operation, parameters, kind, present, absent) => {
    expect(told(operation, parameters)).toEqual([{ kind, form: 'edit', present, absent }]);
  });

  it.each([
    ['Set-TenantAllowBlockListItems', { ListType: 'Sender', Ids: 'RgAAAAA' }],
    ['Remove-TenantAllowBlockListItems', { ListType: 'Sender', Ids: 'RgAAAAA' }],
    ['Remove-ExoPhishSimOverrideRule', { Identity: '_Exe:PhishSimOverr:1' }],
    ['Remove-HostedContentFilterPolicy', { Identity: 'Sales' }],
  ])('%s %j names no entry: the list must be looked at', (operation, parameters) => {
    expect(told(operation, parameters)?.map(({ form }) => form)).toContain('unread');
  });

  it.each([
    ['New-TenantAllowBlockListItems', { ListType: 'Sender', Entries: 'bad.example', Block: 'True' }, {}],
    ['New-TenantAllowBlockListSpoofItems', { SpoofedUser: 'bad.example', Action: 'Block' }, {}],
    ['Set-OrganizationConfig', { AuditDisabled: 'False' }, {}],
    ['Set-HostedConnectionFilterPolicy', { IPBlockList: '203.0.113.7' }, {}],
    ['Set-OrganizationConfig', { RejectDirectSend: 'False' }, { ResultStatus: 'False' }],
    ['Set-OrganizationConfig', { RejectDirectSend: 'False' }, { UserId: 'NT AUTHORITY\\SYSTEM (w3wp)' }],
    ['Set-OrganizationConfig', { RejectDirectSend: 'False', WhatIf: 'True' }, {}],
  ])('%s %j %j lets nothing past', (operation, parameters, more) => {
    expect(told(operation, parameters, more)).toBeUndefined();
  });
});

describe('a record of the security portal, whose parameters are a command line', () => {
  it.each([
    [
      'New-TenantAllowBlockListItems',
      '-ListType "Sender" -Entries "tailspin.example","wingtip.example" -Allow -RemoveAfter 45 -Notes "until -Allow is not needed"',
      ['tailspin.example (Sender)', 'wingtip.example (Sender)'],
    ],
    [
      'New-TenantAllowBlockListItems',
      "-Allow:$true -Entries @('tailspin.example') -ListType Url",
      ['tailspin.example (Url)'],
    ],
    [
      'Set-HostedConnectionFilterPolicy',
      '-Identity Default -IPAllowList @{Add="203.0.113.7","203.0.113.8"}',
      ['203.0.113.7', '203.0.113.8'],
    ],
    ['Set-OrganizationConfig', '-RejectDirectSend $false', ['Direct Send']],
    ['New-TenantAllowBlockListItems', '-Block -Entries ("bad.example") -ListType Sender', undefined],
  ])('%s %s', (operation, Parameters, names) => {
    const change = recogniseListChange(
      record(operation, Parameters, {
        RecordType: 18,
        ResultStatus: 'Success',
        Workload: 'SecurityComplianceCenter',
      }),
    );
    expect(change?.lists.flatMap(({ present }) => present.map(({ name }) => name))).toEqual(names);
  });
});
