/**
 * Reads audit exports of every kind as one stream of records. Memory is bounded whatever the input is; nothing that
 * is broken stops what comes after it.
 */
import { csvRows } from './csv-rows.ts';
import { inUtf8 } from './encoding.ts';
import { envelopeOf, telling } from './envelope.ts';
import { hasRecordFields } from './found.ts';
import type { Found } from './found.ts';
import { jsonLines } from './json-lines.ts';
import { jsonValues } from './json-values.ts';
import { nativeRecord } from './native-record.ts';
import { rowsIn } from './rows.ts';
import { ahead, isAhead } from '#audit-log/moment.ts';
import type { Instant } from '#time/instant.ts';
import type { AuditRecord } from '#audit-log/record.ts';
import { startSearches } from './searches.ts';
import { startOf } from './start-of.ts';
import { CutShort, UnreadableExport } from './unreadable-export.ts';
import { unzipped } from './unzipped.ts';

export type Read =
  | { readonly ok: true; readonly record: AuditRecord; readonly line: number }
  /** A malformed record: where it stands and what is wrong, never what it holds. `line` counts from 1. */
  | { readonly ok: false; readonly line: number; readonly reason: string; readonly source: string };

/** After so many values of which none looks like a record, the file is something else. */
const mostDoubtful = 100;

/**
 * All records of one export. `source` names it in what is reported. With `now`, a record from the future is malformed.
 * Throws `UnreadableExport`, before the first record, where the input is no export; errors of the input itself pass
 * through.
 */
export async function* readRecords(
  input: AsyncIterable<Uint8Array>,
  source: string,
  now?: Instant,
): AsyncGenerator<Read, void> {
  const searches = startSearches();
  let line = 1;
  /** Malformed entries from before the first thing that looks like a record. */
  let doubtful: Read[] | undefined = [];
  try {
    for await (const found of eachRow(foundIn(inUtf8(unzipped(input))))) {
      line = found.line;
      const read = readOf(found, source, now);
      if ('value' in found) searches.note(found.value);
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
  } catch (error) {
    if (!(error instanceof CutShort)) throw error;
    if (doubtful) yield* doubtful;
    yield { ok: false, line, reason: error.message, source };
    return;
  }
  if (doubtful && doubtful.length > 0) throw new UnreadableExport(otherJson);
  for (const reason of searches.missing()) yield { ok: false, line, reason, source };
}

const otherJson = 'JSON or similar, but nothing in it has the fields of an audit record';

async function* foundIn(text: AsyncIterable<Uint8Array>): AsyncGenerator<Found, void> {
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

async function* eachRow(all: AsyncIterable<Found>): AsyncGenerator<Found, void> {
  for await (const found of all)
    if ('value' in found) for (const value of rowsIn(found.value)) yield { line: found.line, value };
    else yield found;
}

async function drained(input: AsyncGenerator): Promise<void> {
  while ((await input.next()).done !== true);
}

const isRecordlike = (found: Found): boolean =>
  'value' in found ? hasRecordFields(found.value) : found.recordlike;

function readOf(found: Found, source: string, now: Instant | undefined): Read {
  if ('reason' in found) return { ok: false, line: found.line, reason: found.reason, source };
  const native = nativeRecord(found.value);
  if (!native.ok) return { ok: false, line: found.line, reason: native.reason, source };
  return now !== undefined && isAhead(native.record, now)
    ? { ok: false, line: found.line, reason: ahead, source }
    : { ok: true, record: native.record, line: found.line };
}
