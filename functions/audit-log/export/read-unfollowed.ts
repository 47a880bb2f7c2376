/**
 * Almost every record of an export is of an operation that Lapse does not follow. If that is obvious,
 * `readNativeRecord` need not look at it: nothing wraps the record, and each of its fields has its usual name. A
 * record with anything unusual takes the long way. Both ways give the same answer.
 */
import { isMailboxOperation, isOutlookOperation } from '#audit-log/mailbox-operations.ts';
import { passesNoDoor } from '#audit-log/mailbox-parameters.ts';
import { alsoOperation, creationTime, isFollowed, longest, spelling } from '#audit-log/record.ts';
import type { AuditRecord } from '#audit-log/record.ts';
import { ownColumns } from './office-activity.ts';
import { resultCountField } from './searches.ts';
import { rowLists } from './query-answer.ts';
import { sdkField, wrapperKeys } from './unwrap-record.ts';
import { isJsonObject } from '#values/json.ts';

/**
 * What shows that a plain record is of an operation that Lapse does not follow, or opens no door in a mailbox; `undefined`
 * for every other record.
 * `value` may be a CSV row.
 */
export function readUnfollowed(value: unknown): AuditRecord | undefined {
  const record = isCsvRow(value) ? value.AuditData : value;
  if (!isJsonObject(record)) return undefined;
  for (const key in record) if (!isPlain(key)) return undefined;
  const { Id, CreationTime, Operation, Parameters } = record;
  if (typeof Operation !== 'string') return undefined;
  const follows = followed(Operation);
  if (follows === 'yes' || (follows === 'in mailboxes' && !passesNoDoor(Operation, Parameters)))
    return undefined;
  if (typeof Id !== 'string' || Id.length > longest.id || !isPlainText(Id)) return undefined;
  const at = typeof CreationTime === 'string' ? creationTime(CreationTime) : undefined;
  return at && { Id, CreationTime: at, Operation };
}

/** A row as `readCsvRows` returns it: with the record, how many the search found, and which of them this one is. */
export function isCsvRow(value: unknown): value is { readonly AuditData: unknown } {
  if (!isJsonObject(value) || !('AuditData' in value)) return false;
  for (const key in value)
    if (key !== 'AuditData' && key !== 'ResultCount' && key !== 'ResultIndex') return false;
  return true;
}

/** In lower case: names that mean that a record is more than its own fields. */
const telling = new Set([
  ...spelling.keys(),
  alsoOperation,
  resultCountField,
  ...ownColumns,
  ...rowLists,
  ...wrapperKeys,
  sdkField,
]);
const spelledAsUsual = new Set(spelling.values());

const isPlain = memoize((key) => spelledAsUsual.has(key) || !telling.has(key.trim().toLowerCase()));

const followed = memoize((operation) =>
  !isPlainText(operation) || isFollowed(operation) || isOutlookOperation(operation)
    ? 'yes'
    : isMailboxOperation(operation)
      ? 'in mailboxes'
      : 'no',
);

const isPlainText = (text: string): boolean => text !== '' && text.trim() === text && text.isWellFormed();

/** Names recur. However many a file contains, no more than these are kept. */
const mostNames = 10_000;

function memoize<T>(tell: (name: string) => T): (name: string) => T {
  const told = new Map<string, T>();
  return (name) => {
    const before = told.get(name);
    if (before !== undefined) return before;
    const now = tell(name);
    if (told.size < mostNames) told.set(name, now);
    return now;
  };
}
