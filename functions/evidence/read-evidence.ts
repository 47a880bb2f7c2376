/**
 * Reads files with mail statistics as one stream of rows about messages. What cannot be read is told with its line and
 * why, never with what it contains.
 */
import { emailEvents } from './email-event.ts';
import { enhancedSummary } from './enhanced-summary.ts';
import { extendedTrace } from './extended-trace.ts';
import { isFuture } from './fields.ts';
import { readRows } from './read-rows.ts';
import { UnreadableEvidence } from './unreadable-evidence.ts';
import type { Pieces } from '#audit-log/export/lines.ts';
import type { Instant } from '#time/instant.ts';
import type { MessageRow, RowReader } from './message-row.ts';
import type { ReadRow, Row, UnreadRow } from './row.ts';

const readers: readonly RowReader[] = [emailEvents, extendedTrace, enhancedSummary];

/** If none of so many rows can be read, the file is something else. */
const mostDoubtful = 100;

/** `undefined`: a row about something else. */
export type Evidence = MessageRow | UnreadRow | undefined;

/**
 * Throws `UnreadableEvidence`, before the first row, if the input is none; errors of the input itself pass through.
 * `now`: what is later than that by more than clocks differ cannot be read.
 */
export async function* readEvidence(input: AsyncIterable<Uint8Array>, now: Instant): Pieces<Evidence> {
  let reader: RowReader | undefined;
  /** Rows that cannot be read, before the first that can. */
  const doubtful: UnreadRow[] = [];
  let isEvidence = false;
  const expect = (columns: ReadonlySet<string>): void => {
    reader = readerOf((column) => columns.has(column));
    if (!reader) throw new UnreadableEvidence(whatIsMissing(columns));
  };

  function* evidenceIn(rows: Iterable<ReadRow>): Generator<Evidence> {
    for (const row of rows) {
      const read = readOne(row);
      const isUnread = read !== undefined && 'reason' in read;
      if (!isEvidence && isUnread) {
        doubtful.push(read);
        if (doubtful.length > mostDoubtful) throw new UnreadableEvidence(nothingRead(doubtful));
        continue;
      }
      isEvidence = true;
      yield* doubtful.splice(0);
      yield read;
    }
  }

  function readOne(row: ReadRow): Evidence {
    if ('reason' in row) return row;
    const { line } = row;
    const by = reader ?? readerOfValue(row);
    if (!by) return { line, reason: 'it has not the fields of mail statistics' };
    const read = by.read(row);
    if (read === 'other') return undefined;
    if ('reason' in read) return { line, reason: read.reason };
    return isFuture(read.at, now) ? { line, reason: 'its time is in the future' } : read;
  }

  for await (const rows of readRows(input, expect)) yield evidenceIn(rows);
  if (doubtful.length > 0) throw new UnreadableEvidence(nothingRead(doubtful));
}

const readerOf = (has: (column: string) => boolean): RowReader | undefined =>
  readers.find(({ needs }) => needs.every((some) => some.some(has)));

/** Of JSON, each row says for itself what it is. */
const readerOfValue = (row: Row): RowReader | undefined =>
  row.has('properties') ? emailEvents : readerOf((column) => row.has(column));

const nothingRead = ([first]: readonly UnreadRow[]): string =>
  `not one row of it can be read, the first since ${first?.reason ?? 'there is none'}`;

/** What the source that comes nearest has and this table has not. */
function whatIsMissing(columns: ReadonlySet<string>): string {
  const missing = readers.map(({ name, needs }) => ({
    name,
    lacks: needs
      .filter((some) => !some.some((column) => columns.has(column)))
      .map((some) => some.join(' or ')),
    found: needs.filter((some) => some.some((column) => columns.has(column))).length,
  }));
  const nearest = missing.reduce((best, one) => (one.found > best.found ? one : best));
  return nearest.found === 0
    ? 'its columns have none of the names that Microsoft gives them in English; export it again, and leave the first line as it is'
    : `for ${nearest.name} it lacks the column ${nearest.lacks.join(', and ')}; export it again with all columns, under their English names`;
}
