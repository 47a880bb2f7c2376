/**
 * Reads audit exports of every format as one stream of records. Memory is bounded whatever the input is, and nothing
 * broken stops what comes after it.
 */
import { readCsvRows } from './csv-rows.ts';
import { toUtf8 } from './encoding.ts';
import { detectEnvelope, mostTelling } from './detect-envelope.ts';
import { hasRecordFields } from './found.ts';
import type { FoundValue } from './found.ts';
import { readJsonLines } from './json-lines.ts';
import { readJsonValues } from './json-values.ts';
import type { Pieces } from './lines.ts';
import { readNativeRecord } from './native-record.ts';
import { isCsvRow, readUnfollowed } from './read-unfollowed.ts';
import { readQueryAnswer } from './query-answer.ts';
import { ahead, latestBelieved } from '#audit-log/moment.ts';
import type { Instant } from '#time/instant.ts';
import type { AuditRecord } from '#audit-log/record.ts';
import { createSearches } from './searches.ts';
import { readStart } from './read-start.ts';
import { CutShort, UnreadableExport } from './unreadable-export.ts';
import { behindArchive, unpack } from './unpack.ts';

export type Read =
  /** `unfollowed`: this was seen at a glance. Without it, others are for the reader to tell. */
  | { readonly ok: true; readonly record: AuditRecord; readonly line: number; readonly unfollowed?: true }
  /** A malformed record: where it is and what is wrong with it, never what it contains. `line` counts from 1. */
  | { readonly ok: false; readonly line: number; readonly reason: string; readonly source: string };

/** If none of this many values looks like a record, the file is something else. */
const mostDoubtful = 100;

export interface ReadOptions {
  /** If set, a record from the future counts as malformed. */
  readonly now?: Instant | undefined;
  /**
   * Of records of operations that Lapse does not follow, read only what shows that: they are almost all there is, and
   * reading each in full would take most of the time.
   */
  readonly brief?: boolean;
}

/**
 * All records of one export. `source` is its name in reports. Throws `UnreadableExport`, before the first record, if
 * the input is not an export; errors of the input itself pass through.
 */
export async function* readRecordBatches(
  input: AsyncIterable<Uint8Array>,
  source: string,
  { now, brief = false }: ReadOptions = {},
): Pieces<Read> {
  const searches = createSearches();
  const latest = now === undefined ? undefined : latestBelieved(now);
  let line = 1;
  /** Malformed entries that come before the first thing that looks like a record. */
  let doubtful = [] as Read[] | undefined;
  let left: string | undefined;
  const leave = (): void => {
    left = behindArchive;
  };

  const readOf = (found: FoundValue): Read => {
    const { line: at } = found;
    if ('reason' in found) return { ok: false, line: at, reason: found.reason, source };
    const isAhead = ({ CreationTime }: AuditRecord): boolean => latest !== undefined && CreationTime > latest;
    const unfollowed = brief ? readUnfollowed(found.value) : undefined;
    if (unfollowed) {
      if (isCsvRow(found.value)) searches.note(found.value, unfollowed.Id);
      return isAhead(unfollowed)
        ? { ok: false, line: at, reason: ahead, source }
        : { ok: true, record: unfollowed, line: at, unfollowed: true };
    }
    const native = readNativeRecord(found.value);
    searches.note(found.value, native.ok ? native.record.Id : undefined);
    if (!native.ok) return { ok: false, line: at, reason: native.reason, source };
    return isAhead(native.record)
      ? { ok: false, line: at, reason: ahead, source }
      : { ok: true, record: native.record, line: at };
  };
  function eachRow(found: FoundValue): readonly FoundValue[] {
    const answer = 'value' in found ? readQueryAnswer(found.value) : undefined;
    if (!answer) return [found];
    searches.noteAnswer(answer);
    const { line: at } = found;
    return [
      ...answer.rows.map((value) => ({ line: at, value })),
      ...(answer.why === undefined ? [] : [{ line: at, reason: answer.why, recordlike: true }]),
    ];
  }
  function* readsOf(piece: Iterable<FoundValue>): Generator<Read> {
    for (const whole of piece)
      for (const found of eachRow(whole)) {
        line = found.line;
        const read = readOf(found);
        if (doubtful) {
          if (!isRecordlike(found)) {
            doubtful.push(read);
            if (doubtful.length > mostDoubtful) throw new UnreadableExport(otherJson);
            continue;
          }
          yield* doubtful;
          doubtful = undefined;
        }
        yield read;
      }
  }

  try {
    for await (const piece of readFound(toUtf8(unpack(input, leave)))) yield readsOf(piece);
  } catch (error) {
    const why = error instanceof CutShort ? error.message : left;
    if (why === undefined) throw error;
    if (doubtful) yield doubtful;
    yield [{ ok: false, line, reason: why, source }];
    return;
  }
  if (left !== undefined) yield [...(doubtful ?? []), { ok: false, line, reason: left, source }];
  else if (doubtful && doubtful.length > 0) throw new UnreadableExport(otherJson);
  yield searches.missing().map((reason) => ({ ok: false, line, reason, source }));
}

/** The same, one by one. */
export async function* readRecords(
  input: AsyncIterable<Uint8Array>,
  source: string,
  reading?: ReadOptions,
): AsyncGenerator<Read, void> {
  for await (const piece of readRecordBatches(input, source, reading)) yield* piece;
}

const otherJson = 'JSON or similar, but nothing in it has the fields of an audit record';

async function* readFound(text: AsyncIterable<Uint8Array>): Pieces<FoundValue> {
  const { start, whole } = await readStart(text, mostTelling);
  const envelope = detectEnvelope(start);
  switch (envelope.type) {
    case 'JSON documents':
      return yield* readJsonValues(whole);
    case 'JSON lines':
      return yield* readJsonLines(whole);
    case 'CSV':
      return yield* readCsvRows(whole);
    case 'unknown': {
      // If it broke before the format was known, that explains more.
      if (start.length < mostTelling) await drain(whole);
      // Anything may follow the blanks at the beginning.
      throw new UnreadableExport(envelope.found, {
        empty: envelope.empty === true && start.length < mostTelling,
      });
    }
  }
}

async function drain(input: AsyncGenerator): Promise<void> {
  while ((await input.next()).done !== true);
}

const isRecordlike = (found: FoundValue): boolean =>
  'value' in found ? hasRecordFields(found.value) : found.recordlike;
