/**
 * Rows of an audit export as CSV, each reduced to the column that holds the record. Physical lines are joined into rows by their quotes,
 * so that a row whose quote is never closed costs that row only: reading goes on at the next line that is a whole
 * row by itself, which within a row's AuditData no line can be.
 */
import { cellsOf } from './csv-cells.ts';
import { decoded } from './encoding.ts';
import { notUtf8, tooLong } from './found.ts';
import { areOfOfficeActivity } from './office-activity.ts';
import type { FoundValue } from './found.ts';
import { linesOf, longestRecord, type TextLine, type Pieces } from './lines.ts';

export interface CsvHead {
  readonly delimiter: string;
  /** Their names in small letters. */
  readonly columns: readonly string[];
}

/** Semicolons come from PowerShell's `-UseCulture` and from a spreadsheet in many languages. */
const delimiters = [',', ';', '\t'] as const;

/** Columns that hold a whole record, by the products that write them: see `wrapped.ts`. The first that is there counts. */
const holding = ['auditdata', 'raweventdata', '_raw', 'event.original'] as const;
const nameOf: Readonly<Record<string, string>> = { auditdata: 'AuditData', raweventdata: 'RawEventData' };

/** How to read the rows below a header line; `undefined` where the line is no header of an export. */
export function csvHead(line: string): CsvHead | undefined {
  if (!/auditdata|raweventdata|_raw|event\.original|office/i.test(line)) return undefined;
  for (const delimiter of delimiters) {
    const columns = cellsOf(line, delimiter)?.map((cell) => cell.trim().toLowerCase());
    if (columns && (holding.some((name) => columns.includes(name)) || areOfOfficeActivity(columns)))
      return { delimiter, columns };
  }
  return undefined;
}

/** Windows PowerShell 5 writes `#TYPE Selected.System…` above the header, and a spreadsheet `sep=;`. */
export const isPreamble = (line: string): boolean => /^#TYPE |^"?sep=.?"?$/i.test(line);

export async function* csvRows(input: AsyncIterable<Uint8Array>): Pieces<FoundValue> {
  let head: CsvHead | undefined;
  let open: { readonly line: number; readonly parts: Buffer[]; size: number } | undefined;
  const broken = (line: number, reason: string): FoundValue => ({ line, reason, recordlike: true });

  for await (const lines of linesOf(input)) yield rowsIn(lines);
  if (open) yield [broken(open.line, unclosed)];

  function* rowsIn(lines: Iterable<TextLine>): Generator<FoundValue> {
    for (const { number, bytes } of lines) {
      if (!head) {
        // The caller has seen that there is one.
        const header = decoded(bytes ?? Buffer.of()) ?? '';
        if (!isPreamble(header)) head = csvHead(header);
        continue;
      }
      if (bytes === undefined) {
        if (open) yield broken(open.line, unclosed);
        open = undefined;
        yield broken(number, tooLong);
        continue;
      }
      const even = quotesIn(bytes) % 2 === 0;
      if (!open) {
        if (bytes.length === 0) continue;
        // Of exports put one after the other, each brings its header.
        const again = bytes.length < longestHeader ? csvHead(decoded(bytes) ?? '') : undefined;
        if (again && isHeader(again, head)) {
          head = again;
          continue;
        }
        if (even) yield rowOf(bytes, number, head);
        else open = { line: number, parts: [bytes], size: bytes.length };
        continue;
      }
      const alone = even ? rowOf(bytes, number, head) : undefined;
      if (alone && 'value' in alone) {
        yield broken(open.line, unclosed);
        open = undefined;
        yield alone;
        continue;
      }
      open.parts.push(lineEnd, bytes);
      open.size += bytes.length + 1;
      if (!even) {
        yield rowOf(Buffer.concat(open.parts), open.line, head);
        open = undefined;
      } else if (open.size > longestRecord) {
        yield broken(open.line, tooLong);
        open = undefined;
      }
    }
  }
}

const longestHeader = 1_024;
/** A row may say "AuditData" too: it is a header where it is the one from before, or has the columns of an export. */
const isHeader = ({ columns }: CsvHead, before: CsvHead): boolean =>
  columns.every((name) => exported.has(name)) || columns.join() === before.columns.join();
/** Those of Search-UnifiedAuditLog and of the portal. */
const exported = new Set(
  (
    'auditdata id recordid identity recordtype creationdate creationtime operation operations userid userids ' +
    'resultindex resultcount isvalid objectstate associatedadminunits associatedadminunitsnames ' +
    'runspaceid pscomputername psshowcomputername'
  ).split(' '),
);
const unclosed = 'a quote in this row is never closed';
const lineEnd = Buffer.from('\n');

function rowOf(bytes: Buffer, line: number, head: CsvHead): FoundValue {
  const broken = (reason: string): FoundValue => ({ line, reason, recordlike: true });
  const text = decoded(bytes);
  if (text === undefined) return broken(notUtf8);
  const cells = cellsOf(text, head.delimiter);
  if (!cells) return broken('the quotes in this row do not match');
  const { columns } = head;
  if (cells.length !== columns.length)
    return broken(`the row has ${cells.length} columns and the header ${columns.length}`);
  const column = holding.find((name) => columns.includes(name));
  if (column === undefined)
    return { line, value: Object.fromEntries(columns.map((name, at) => [name, cells[at]])) };
  const name = nameOf[column] ?? column;
  const at = columns.indexOf(column);
  if (columns.lastIndexOf(column) !== at) return broken(`the header has two columns ${name}`);
  const written = cells[at] ?? '';
  if (written.trim() === '') return broken(`${name} is empty`);
  try {
    const record = JSON.parse(written) as unknown;
    const beside = (other: string) => cells[columns.indexOf(other)];
    return {
      line,
      value: {
        [name]: record,
        ResultCount: beside('resultcount'),
        ResultIndex: beside('resultindex'),
      },
    };
  } catch {
    // A spreadsheet cuts a cell at 32,767 characters.
    return broken(`${name} is not valid JSON`);
  }
}

function quotesIn(bytes: Buffer): number {
  let count = 0;
  for (const byte of bytes) if (byte === quote) count += 1;
  return count;
}
const quote = 34;
