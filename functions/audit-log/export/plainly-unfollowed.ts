/**
 * Almost every record of an export is of an operation that nobody follows. Where that is plain to see, none of what
 * `nativeRecord` does for the others is needed: nothing is around the record, and each of its fields has its usual name.
 * A record of which anything is unusual goes the long way; what is said here is what would be said there.
 */
import { alsoOperation, creationTime, isFollowed, longest, spelling } from '#audit-log/record.ts';
import type { AuditRecord } from '#audit-log/record.ts';
import { own } from './office-activity.ts';
import { resultCountField } from './searches.ts';
import { lists } from './rows.ts';
import { more, outermost } from './wrapped.ts';
import { isJsonObject } from '#values/json.ts';

/**
 * Of a plain record of an operation that nobody follows, what tells that; `undefined` for everything else. The record may
 * be that of a CSV row.
 */
export function plainlyUnfollowed(value: unknown): AuditRecord | undefined {
  const record = isCsvRow(value) ? value.AuditData : value;
  if (!isJsonObject(record)) return undefined;
  for (const key in record) if (!isPlain(key)) return undefined;
  const { Id, CreationTime, Operation } = record;
  if (typeof Operation !== 'string' || !isUnfollowed(Operation)) return undefined;
  if (typeof Id !== 'string' || Id.length > longest.id || !isPlainText(Id)) return undefined;
  const at = typeof CreationTime === 'string' ? creationTime(CreationTime) : undefined;
  return at && { Id, CreationTime: at, Operation };
}

/** As `csvRows` hands them out: with the record, how many the search found, and which of them it is. */
export function isCsvRow(value: unknown): value is { readonly AuditData: unknown } {
  if (!isJsonObject(value) || !('AuditData' in value)) return false;
  for (const key in value)
    if (key !== 'AuditData' && key !== 'ResultCount' && key !== 'ResultIndex') return false;
  return true;
}

/** In small letters: what would make more of a record than its own fields. */
const telling = new Set([
  ...spelling.keys(),
  alsoOperation,
  resultCountField,
  ...own,
  ...lists,
  ...outermost,
  more,
]);
const spelledAsUsual = new Set(spelling.values());

const isPlain = remembered((key) => spelledAsUsual.has(key) || !telling.has(key.trim().toLowerCase()));

const isUnfollowed = remembered((operation) => isPlainText(operation) && !isFollowed(operation));

const isPlainText = (text: string): boolean => text !== '' && text.trim() === text && text.isWellFormed();

/** Names come again and again. However many a file may hold, no more than these are kept. */
const mostNames = 10_000;

function remembered(tell: (name: string) => boolean): (name: string) => boolean {
  const told = new Map<string, boolean>();
  return (name) => {
    const before = told.get(name);
    if (before !== undefined) return before;
    const now = tell(name);
    if (told.size < mostNames) told.set(name, now);
    return now;
  };
}
