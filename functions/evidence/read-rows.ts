/** A file with mail statistics → its rows, whichever way it is written. Memory is bounded whatever the file is. */
import { readStart } from '#audit-log/export/read-start.ts';
import { toUtf8 } from '#audit-log/export/encoding.ts';
import { readJsonLines } from '#audit-log/export/json-lines.ts';
import { readJsonValues, type PageShape } from '#audit-log/export/json-values.ts';
import { CutShort, UnreadableExport } from '#audit-log/export/unreadable-export.ts';
import { behindArchive, unpack } from '#audit-log/export/unpack.ts';
import { longestRecord, type Pieces } from '#audit-log/export/lines.ts';
import { isJsonObject, tryParseJson } from '#values/json.ts';
import { rowOfValue, type ReadRow } from './row.ts';
import { readTableRows } from './table-rows.ts';
import { UnreadableEvidence } from './unreadable-evidence.ts';
import type { FoundValue } from '#audit-log/export/found.ts';

/** Graph's and the portal's answer to a hunting query, and Azure's event hub. */
const answers: PageShape = {
  lists: ['results', 'value', 'records'],
  besides: ['schema', 'stats', 'quota'],
};

/** How much of the beginning is looked at. */
const mostTelling = 65_536;

/**
 * `expect` throws `UnreadableEvidence` where the columns of a table are others. A file that breaks off or is damaged ends
 * with a row that says so.
 */
export async function* readRows(
  input: AsyncIterable<Uint8Array>,
  expect: (columns: ReadonlySet<string>) => void,
): Pieces<ReadRow> {
  let left: string | undefined;
  const leave = (): void => {
    left = behindArchive;
  };
  let line = 1;
  function* noted(rows: Iterable<ReadRow>): Generator<ReadRow> {
    for (const row of rows) {
      line = row.line;
      yield row;
    }
  }
  try {
    const { start, whole } = await readStart(toUtf8(unpack(input, leave), { unmarked: true }), mostTelling);
    for await (const rows of readText(start.toString('utf8').trimStart(), whole, expect)) yield noted(rows);
  } catch (error) {
    if (error instanceof UnreadableExport) throw new UnreadableEvidence(error.found);
    if (!(error instanceof CutShort)) throw error;
    left = error.message;
  }
  if (left !== undefined) yield [{ line, reason: left }];
}

async function* readText(
  start: string,
  whole: AsyncIterable<Uint8Array>,
  expect: (columns: ReadonlySet<string>) => void,
): Pieces<ReadRow> {
  if (start === '') {
    // If it broke before anything was read, that explains more.
    const rest = whole[Symbol.asyncIterator]();
    while ((await rest.next()).done !== true);
    throw new UnreadableEvidence('there is nothing but blanks in it');
  }
  if (!/^[[{]/.test(start)) return yield* readTableRows(whole, expect);
  const values = isLineByLine(start) ? readJsonLines(whole) : readJsonValues(whole, longestRecord, answers);
  for await (const found of values) yield rowsOf(found);
}

function* rowsOf(values: Iterable<FoundValue>): Generator<ReadRow> {
  for (const found of values)
    yield 'reason' in found
      ? { line: found.line, reason: found.reason }
      : rowOfValue(found.line, found.value);
}

/** One object a line, and none of them an answer with a list of rows. */
function isLineByLine(start: string): boolean {
  const [first = ''] = start.split('\n', 1);
  const value = tryParseJson(first);
  return (
    isJsonObject(value) &&
    !Object.entries(value).some(
      ([name, field]) => answers.lists.includes(name.toLowerCase()) && Array.isArray(field),
    )
  );
}
