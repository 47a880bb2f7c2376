/**
 * Reads audit exports of every kind as one stream of records. Memory is bounded whatever the input is; nothing that
 * is broken stops what comes after it.
 */
import { csvRows } from './csv-rows.ts';
import { inUtf8 } from './encoding.ts';
import { envelopeOf, telling } from './envelope.ts';
import { hasRecordFields } from './found.ts';
import type { FoundValue } from './found.ts';
import { jsonLines } from './json-lines.ts';
import { jsonValues } from './json-values.ts';
import type { Pieces } from './lines.ts';
import { nativeRecord } from './native-record.ts';
import { isCsvRow, plainlyUnfollowed } from './plainly-unfollowed.ts';
import { answerIn } from './rows.ts';
import { ahead, latestBelieved } from '#audit-log/moment.ts';
import type { Instant } from '#time/instant.ts';
import type { AuditRecord } from '#audit-log/record.ts';
import { startSearches } from './searches.ts';
import { startOf } from './start-of.ts';
import { CutShort, UnreadableExport } from './unreadable-export.ts';
import { behindArchive, unzipped } from './unzipped.ts';

export type Read =
  | { readonly ok: true; readonly record: AuditRecord; readonly line: number }
  /** A malformed record: where it stands and what is wrong, never what it holds. `line` counts from 1. */
  | { readonly ok: false; readonly line: number; readonly reason: string; readonly source: string };

/** After so many values of which none looks like a record, the file is something else. */
const mostDoubtful = 100;

export interface ReadOptions {
  /** With it, a record from the future is malformed. */
  readonly now?: Instant | undefined;
  /**
   * Of records whose operation nobody follows, only what tells that is wanted: they are almost all there is, and reading
   * all of each would take most of the time.
   */
  readonly brief?: boolean;
}

/**
 * All records of one export. `source` names it in what is reported. Throws `UnreadableExport`, before the first record,
 * where the input is no export; errors of the input itself pass through.
 */
export async function* recordsIn(
  input: AsyncIterable<Uint8Array>,
  source: string,
  { now, brief = false }: ReadOptions = {},
): Pieces<Read> {
  const searches = startSearches();
  const latest = now === undefined ? undefined : latestBelieved(now);
  let line = 1;
  /** Malformed entries from before the first thing that looks like a record. */
  let doubtful = [] as Read[] | undefined;
  let left: string | undefined;
  const leave = (): void => {
    left = behindArchive;
  };

  const readOf = (found: FoundValue): Read => {
    const { line: at } = found;
    if ('reason' in found) return { ok: false, line: at, reason: found.reason, source };
    const unfollowed = brief ? plainlyUnfollowed(found.value) : undefined;
    const native = unfollowed ? ({ ok: true, record: unfollowed } as const) : nativeRecord(found.value);
    if (!unfollowed || isCsvRow(found.value))
      searches.note(found.value, native.ok ? native.record.Id : undefined);
    if (!native.ok) return { ok: false, line: at, reason: native.reason, source };
    return latest !== undefined && native.record.CreationTime > latest
      ? { ok: false, line: at, reason: ahead, source }
      : { ok: true, record: native.record, line: at };
  };
  function eachRow(found: FoundValue): readonly FoundValue[] {
    const answer = 'value' in found ? answerIn(found.value) : undefined;
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
    for await (const piece of foundIn(inUtf8(unzipped(input, leave)))) yield readsOf(piece);
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
  for await (const piece of recordsIn(input, source, reading)) yield* piece;
}

const otherJson = 'JSON or similar, but nothing in it has the fields of an audit record';

async function* foundIn(text: AsyncIterable<Uint8Array>): Pieces<FoundValue> {
  const { start, whole } = await startOf(text, telling);
  const envelope = envelopeOf(start);
  switch (envelope.type) {
    case 'JSON documents':
      return yield* jsonValues(whole);
    case 'JSON lines':
      return yield* jsonLines(whole);
    case 'CSV':
      return yield* csvRows(whole);
    case 'unknown': {
      // What broke before anything could be told is the better explanation.
      if (start.length < telling) await drained(whole);
      // Blanks as far as was looked may have anything behind them.
      throw new UnreadableExport(envelope.found, {
        empty: envelope.empty === true && start.length < telling,
      });
    }
  }
}

async function drained(input: AsyncGenerator): Promise<void> {
  while ((await input.next()).done !== true);
}

const isRecordlike = (found: FoundValue): boolean =>
  'value' in found ? hasRecordFields(found.value) : found.recordlike;
