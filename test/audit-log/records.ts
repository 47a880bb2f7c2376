/** Valid native records to vary by spread, and ways to read them. */
import { recogniseListChange } from '#audit-log/list-change.ts';
import { auditRecordSchema } from '#audit-log/record.ts';
import type { AuditRecord } from '#audit-log/record.ts';
import { readRecords } from '#audit-log/export/read-records.ts';
import type { Read } from '#audit-log/export/read-records.ts';
import { recognise } from '#audit-log/recognise.ts';
import type { Observation } from '#lifecycle/commands.ts';

export const tenant = '4b9de1f6-58c7-4a02-b3d9-c0f17e62a845';

export const newRule = {
  CreationTime: '2026-11-03T10:02:17',
  Id: '5f3c1d7e-0001-4b7a-9a51-0c2e8d4f6b01',
  Operation: 'New-TransportRule',
  OrganizationId: tenant,
  RecordType: 1,
  ResultStatus: 'True',
  UserKey: '1003BFFD8A11',
  UserType: 2,
  Version: 1,
  Workload: 'Exchange',
  ObjectId: '',
  UserId: 'alex.admin@contoso.com',
  Parameters: [
    { Name: 'Name', Value: 'Skip filter' },
    { Name: 'SetSCL', Value: '-1' },
  ],
};

export const setRule = {
  ...newRule,
  CreationTime: '2026-11-04T09:00:00',
  Id: '5f3c1d7e-0002-4b7a-9a51-0c2e8d4f6b02',
  Operation: 'Set-TransportRule',
  ObjectId: 'contoso.onmicrosoft.com\\Skip filter',
  Parameters: [
    { Name: 'Identity', Value: 'Skip filter' },
    { Name: 'SenderDomainIs', Value: 'example.net;example.org' },
  ],
};

export const record = (native: object): AuditRecord => auditRecordSchema.parse(native);

export function observation(native: object): Observation {
  const recognised = recognise(record(native));
  if (!recognised.relevant) throw new Error(`expected a relevant record: ${recognised.why}`);
  return recognised.observation;
}

/** Why it cannot be told from the record what was set; `undefined` where it can. */
export function whyUnread(native: object): string | undefined {
  const one = record(native);
  const recognised = recognise(one);
  return recognised.relevant ? recognised.unread : recogniseListChange(one)?.unread;
}

export function whyIrrelevant(native: object): string {
  const recognised = recognise(record(native));
  if (recognised.relevant) throw new Error('expected an irrelevant record');
  return recognised.why;
}

/** As a stream of chunks of so many bytes. */
export async function* chunks(text: string | Uint8Array, size = 65_536): AsyncGenerator<Uint8Array, void> {
  const bytes = Buffer.from(text as Uint8Array);
  for (let at = 0; at < bytes.length; at += size) {
    await Promise.resolve();
    yield bytes.subarray(at, at + size);
  }
}

export const readAll = (text: string | Uint8Array, size?: number): Promise<Read[]> =>
  Array.fromAsync(readRecords(chunks(text, size), 'export'));

/** "5f3c…01" for a record, "line 2: reason" for a malformed one. */
export const told = (reads: readonly Read[]): readonly string[] =>
  reads.map((read) => (read.ok ? read.record.Id : `line ${read.line}: ${read.reason}`));

export const parameters = (given: Readonly<Record<string, string>>) =>
  Object.entries(given).map(([Name, Value]) => ({ Name, Value }));

/** An id that tells the moment, so many units of 100 ns after the second. */
export const idAt = (second: string, ticks: bigint, first = '5f3c1d7e'): string => {
  const hex = (BigInt(Date.parse(second)) * 10_000n + 621_355_968_000_000_000n + ticks)
    .toString(16)
    .padStart(16, '0');
  return `${first}-0000-4000-${hex.slice(12)}-${hex.slice(0, 12)}`;
};
