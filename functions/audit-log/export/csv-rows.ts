/**
 * Rows of an audit export as CSV, each reduced to the column that holds the record. Lines are joined into rows by
 * their quotes. A quote that is never closed costs only its own row: reading continues at the next line that is a
 * complete row by itself, which no line within a row's AuditData can be.
 */
import { splitCells } from './csv-cells.ts';
import { decodeUtf8 } from './encoding.ts';
import { notUtf8, tooLong } from './found.ts';
import { areOfficeActivityColumns } from './office-activity.ts';
import type { FoundValue } from './found.ts';
import { splitLines, longestRecord, type TextLine, type Pieces } from './lines.ts';

export interface CsvHead {
  readonly delimiter: string;
  /** Their names in lower case. */
  readonly columns: readonly string[];
}

/** Semicolons come from PowerShell's `-UseCulture`, and from spreadsheets in many languages. */
const delimiters = [',', ';', '\t'] as const;

/**
 * Columns that hold a whole record (`unwrap-record.ts` says which product writes which). The first one present
 * counts.
 */
const holding = ['auditdata', 'raweventdata', '_raw', 'event.original'] as const;
const nameOf: Readonly<Record<string, string>> = { auditdata: 'AuditData', raweventdata: 'RawEventData' };

/** How to read the rows below a header line; `undefined` if the line is not the header of an export. */
export function readCsvHead(line: string): CsvHead | undefined {
  if (!/auditdata|raweventdata|_raw|event\.original|office/i.test(line)) return undefined;
  for (const delimiter of delimiters) {
    const columns = splitCells(line, delimiter)?.map((cell) => cell.trim().toLowerCase());
    if (columns && (holding.some((name) => columns.includes(name)) || areOfficeActivityColumns(columns)))
      return { delimiter, columns };
  }
  return undefined;
}

/** Windows PowerShell 5 writes `#TYPE Selected.System…` above the header, and a spreadsheet `sep=;`. */
export const isPreamble = (line: string): boolean => /^#TYPE |^"?sep=.?"?$/i.test(line);

export async function* readCsvRows(input: AsyncIterable<Uint8Array>): Pieces<FoundValue> {
  let head: CsvHead | undefined;
  let open: { readonly line: number; readonly parts: Buffer[]; size: number } | undefined;
  const broken = (line: number, reason: string): FoundValue => ({ line, reason, recordlike: true });

  for await (const lines of splitLines(input)) yield rowsIn(lines);
  if (open) yield [broken(open.line, unclosed)];

  function* rowsIn(lines: Iterable<TextLine>): Generator<FoundValue> {
    for (const { number, bytes } of lines) {
      if (!head) {
        // The caller has seen that there is one.
        const header = decodeUtf8(bytes ?? Buffer.of()) ?? '';
        if (!isPreamble(header)) head = readCsvHead(header);
        continue;
      }
      if (bytes === undefined) {
        if (open) yield broken(open.line, unclosed);
        open = undefined;
        yield broken(number, tooLong);
        continue;
      }
      const even = countQuotes(bytes) % 2 === 0;
      if (!open) {
        if (bytes.length === 0) continue;
        // Each of several exports in one file has its own header.
        const again = bytes.length < longestHeader ? readCsvHead(decodeUtf8(bytes) ?? '') : undefined;
        if (again && isHeader(again, head)) {
          head = again;
          continue;
        }
        if (even) yield readRow(bytes, number, head);
        else open = { line: number, parts: [bytes], size: bytes.length };
        continue;
      }
      const alone = even ? readRow(bytes, number, head) : undefined;
      if (alone && 'value' in alone) {
        yield broken(open.line, unclosed);
        open = undefined;
        yield alone;
        continue;
      }
      open.parts.push(lineEnd, bytes);
      open.size += bytes.length + 1;
      if (!even) {
        yield readRow(Buffer.concat(open.parts), open.line, head);
        open = undefined;
      } else if (open.size > longestRecord) {
        yield broken(open.line, tooLong);
        open = undefined;
      }
    }
  }
}

const longestHeader = 1_024;
/**
 * A row may contain "AuditData", too: it is a header only if it equals the previous one or has the columns of an
 * export.
 */
const isHeader = ({ columns }: CsvHead, before: CsvHead): boolean =>
  columns.every((name) => exported.has(name)) || columns.join() === before.columns.join();
/** The columns of Search-UnifiedAuditLog and of the portal. */
const exported = new Set(
  (
    'auditdata id recordid identity recordtype creationdate creationtime operation operations userid userids ' +
    'resultindex resultcount isvalid objectstate associatedadminunits associatedadminunitsnames ' +
    'runspaceid pscomputername psshowcomputername'
  ).split(' '),
);
const unclosed = 'a quote in this row is never closed';
const lineEnd = Buffer.from('\n');

function readRow(bytes: Buffer, line: number, head: CsvHead): FoundValue {
  const broken = (reason: string): FoundValue => ({ line, reason, recordlike: true });
  const text = decodeUtf8(bytes);
  if (text === undefined) return broken(notUtf8);
  const cells = splitCells(text, head.delimiter);
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

function countQuotes(bytes: Buffer): number {
  let count = 0;
  for (const byte of bytes) if (byte === quote) count += 1;
  return count;
}
const quote = 34;
