/** The short way for records of operations that nobody follows says what the long way says. */
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { readRecordBatches } from '#audit-log/export/read-records.ts';
import { readUnfollowed } from '#audit-log/export/read-unfollowed.ts';
import { UnreadableExport } from '#audit-log/export/unreadable-export.ts';
import { operationNamed } from '#audit-log/operations.ts';
import { startTally } from '#replay/tally.ts';
import { instant } from '#time/instant.ts';
import { chunks, newRule, tenant } from './records.ts';
import type { Read } from '#audit-log/export/read-records.ts';

const now = instant('2026-11-20T12:00:00Z');
const noise = { ...newRule, Operation: 'MailItemsAccessed' };

const often = (value: string, others: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 3, arbitrary: fc.constant(value) }, { weight: 1, arbitrary: others });

const ids = often(newRule.Id, fc.constantFrom('', ' padded ', '\ud800', 'a'.repeat(257), 7, null, {}));
const operations = often(
  'MailItemsAccessed',
  fc.constantFrom(
    'New-TransportRule',
    'new-transportrule',
    'New\u2013TransportRule',
    ' Set-TransportRule',
    'Set-Transport\u200bRule',
    'Set-HostedConnectionFilterPolicy',
    'Set-Mailbox',
    'new-inboxrule',
    'Remove-InboxRule',
    'UpdateInboxRules',
    'Set-MailboxJunkEmailConfiguration',
    ...[' MailItemsAccessed', '\udc00', '', 7, null, ['New-TransportRule']],
  ),
);
const times = often(
  '2026-11-03T10:02:17',
  fc.oneof(
    fc.constantFrom(
      '2026-02-28T23:59:59',
      '2026-02-29T00:00:00',
      '2024-02-29T00:00:00',
      '1969-01-01T00:00:00',
    ),
    fc.constantFrom(
      '2026-11-03T24:00:00',
      '2026-11-03T10:60:00',
      '2026-13-01T00:00:00',
      '2026-11-31T00:00:00',
    ),
    fc.constantFrom('2026-11-03 10:02:17', '2026-11-03T10:02:17.1234567Z', '2026-11-03T10:02:17+01:00'),
    fc.constantFrom(
      '2026-11-21T12:00:00',
      '2026-11-21T12:00:01',
      '2027-01-01T00:00:00',
      ' 2026-11-03T10:02:17',
    ),
    fc.constantFrom('yesterday', 7, null),
  ),
);
const parameter = fc.record({
  Name: fc.constantFrom<unknown>(
    ...['Identity', 'Name', 'Force', 'MaxSendSize', 'ForwardTo', '-RedirectTo', 'forwardingsmtpaddress'],
    ...['TrustedSendersAndDomains', 'From', 'Any thing', '', 7],
  ),
  Value: fc.constantFrom<unknown>('ann', 'x@gmail.com', 'True', '', '...', 'System.Object[]', null, {}),
});
const parameters = fc.oneof(
  fc.array(parameter, { maxLength: 3 }),
  fc.array(parameter, { maxLength: 2 }).map((all) => [...all, { Name: 'MaxSendSize', Value: '10MB' }]),
  fc.constantFrom<unknown>(
    null,
    '',
    '-ForwardTo x@gmail.com',
    [7],
    [{ name: 'ForwardTo', Value: 'x@gmail.com' }],
  ),
  fc.constant([{ Name: 'From', name: 'ForwardTo', Value: 'x@gmail.com' }]),
);
const records = fc
  .record({
    Id: ids,
    Operation: operations,
    CreationTime: times,
    OrganizationId: fc.constantFrom(tenant, 7),
    Parameters: fc.oneof(fc.constant(newRule.Parameters), parameters),
  })
  .map((fields) => ({ ...newRule, ...fields }));

/** What makes a record more than its usual fields. */
const unusual = fc.constantFrom<Readonly<Record<string, unknown>>>(
  { ID: 'another' },
  { operation: 'New-TransportRule' },
  { Operations: 'New-TransportRule' },
  { creationtime: '2020-01-01T00:00:00' },
  { AuditData: newRule },
  { auditdata: JSON.stringify(newRule) },
  { rawEventData: newRule },
  { _raw: JSON.stringify(newRule) },
  { _source: newRule },
  { event: { original: JSON.stringify(newRule) } },
  { 'event.original': JSON.stringify(newRule) },
  { o365: { audit: newRule } },
  { Data: { office365: newRule } },
  { result: { _raw: JSON.stringify(newRule) } },
  { dynamicProperties: newRule },
  { hits: [newRule, noise] },
  { hits: { hits: [newRule, noise] } },
  { tables: [{ columns: [{ name: 'Id' }], rows: [['a']] }] },
  { OfficeId: 'another', Operation: 'Set-Mailbox' },
  { 'OfficeObjectId ': 'a', Operation: 'Set-Mailbox' },
  { AdditionalProperties: newRule },
  { ResultCount: 3 },
  { anything: { AuditData: newRule } },
);
const wrapped = fc.oneof(
  records,
  fc.tuple(records, unusual).map(([record, more]) => ({ ...record, ...more })),
  fc.tuple(records, unusual).map(([record, more]) => ({ ...more, ...record })),
  records.map((record) => ({ AuditData: record, ResultCount: '3' })),
  records.map((record) => ({ AuditData: record, ResultCount: 3 })),
  fc.tuple(records, unusual).map(([record, more]) => ({ AuditData: { ...record, ...more } })),
  fc.tuple(records, unusual).map(([record, more]) => ({ AuditData: record, ...more })),
  records.map((record) => ({ AuditData: { AuditData: record } })),
  fc.constantFrom<unknown>({ AuditData: null }, { AuditData: [] }, [], 7, null),
);

async function readsOf(text: string, brief: boolean): Promise<readonly Read[] | string> {
  try {
    const pieces = readRecordBatches(chunks(text, 4096), 'export', { now, brief });
    return (await Array.fromAsync(pieces, (piece) => [...piece])).flat();
  } catch (error) {
    if (error instanceof UnreadableExport) return error.message;
    throw error;
  }
}

/** What is read of a record that nobody follows, however much more of it was read. */
const inBrief = (read: Read): Read => {
  if (!read.ok || operationNamed(read.record.Operation) !== undefined) return read;
  const { record, line } = read;
  const { Id, CreationTime, Operation } = record;
  return { ok: true, line, record: { Id, CreationTime, Operation } };
};

it('of any export', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(wrapped, { minLength: 1, maxLength: 12 }), async (values) => {
      const text = values.map((value) => JSON.stringify(value)).join('\n');
      const [long, short] = [await readsOf(text, false), await readsOf(text, true)];
      if (typeof long === 'string' || typeof short === 'string') {
        expect(short).toBe(long);
        return;
      }
      expect(short.map(inBrief)).toEqual(long.map(inBrief));
      const [told, inShort] = [startTally(), startTally()];
      // What a replay goes on with is the very same.
      expect(short.map((read) => inShort.take(read))).toEqual(long.map((read) => told.take(read)));
      expect(inShort.counts()).toEqual(told.counts());
    }),
    { numRuns: 1_000 },
  );
});

it('and it is taken for what is usual', () => {
  const brief = { Id: newRule.Id, CreationTime: instant('2026-11-03T10:02:17Z'), Operation: noise.Operation };
  expect(readUnfollowed(noise)).toEqual(brief);
  expect(readUnfollowed({ AuditData: noise, ResultCount: '3' })).toEqual(brief);
  expect(readUnfollowed(newRule)).toBeUndefined();
  const Parameters = [
    { Name: 'Identity', Value: 'ann' },
    { Name: 'MaxSendSize', Value: '10MB' },
  ];
  const mailbox = { ...noise, Operation: 'Set-Mailbox', Parameters };
  expect(readUnfollowed(mailbox)).toEqual({ ...brief, Operation: 'Set-Mailbox' });
  const forwarded = [...Parameters, { Name: 'ForwardingAddress', Value: 'bob' }];
  expect(readUnfollowed({ ...mailbox, Parameters: forwarded })).toBeUndefined();
});
