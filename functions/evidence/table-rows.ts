/**
 * The rows of a table as text (RFC 4180). A cell in quotes may hold anything, line ends included: a subject that looks
 * like a row of the table is still a subject. Only where a quote is never closed, or not within the longest row there
 * is, does reading go on at the line after the one it was opened in.
 */
import { splitCells } from '#audit-log/export/csv-cells.ts';
import { isPreamble } from '#audit-log/export/csv-rows.ts';
import { decodeUtf8 } from '#audit-log/export/encoding.ts';
import { splitLines, type Pieces, type TextLine } from '#audit-log/export/lines.ts';
import { rowOfCells, type ReadRow, type UnreadRow } from './row.ts';
import { UnreadableEvidence } from './unreadable-evidence.ts';

/** In bytes. A subject has at most some hundred characters, and a list of recipients some ten thousand. */
const longestRow = 1024 * 1024;
/** Each means reading at most one row's length again. This bounds the time that a hostile file can take. */
const mostRecoveries = 100;

const delimiters = [',', ';', '\t'] as const;

interface Head {
  readonly delimiter: string;
  readonly columns: ReadonlyMap<string, number>;
  readonly count: number;
}

function readHead(line: string): Head | undefined {
  for (const delimiter of delimiters) {
    const names = splitCells(line, delimiter)?.map((cell) => cell.trim().toLowerCase());
    if (names && names.length > 1)
      return { delimiter, columns: new Map(names.map((name, at) => [name, at])), count: names.length };
  }
  return undefined;
}

/** `expect` throws where the columns are not those of mail statistics. */
export async function* readTableRows(
  input: AsyncIterable<Uint8Array>,
  expect: (columns: ReadonlySet<string>) => void,
): Pieces<ReadRow> {
  let head: Head | undefined;
  let open: OpenRow | undefined;
  let recoveries = 0;

  for await (const lines of splitLines(input, longestRow)) yield rowsIn(lines);
  while (open) {
    const rest: readonly TextLine[] = open.lines;
    open = undefined;
    yield [unread(rest[0], unclosed)];
    yield rowsIn(rest.slice(1));
  }
  if (!head) throw new UnreadableEvidence('there is no header with names of columns');

  function* rowsIn(lines: Iterable<TextLine>): Generator<ReadRow> {
    for (const line of lines) yield* take(line);
  }

  function* take(line: TextLine): Generator<ReadRow> {
    if (!head) {
      const text = textIn(line) ?? '';
      if (isPreamble(text) || text.trim() === '') return;
      head = readHead(text);
      if (!head) throw new UnreadableEvidence('its first line names no columns');
      expect(new Set(head.columns.keys()));
      return;
    }
    if (line.bytes === undefined) {
      yield* giveUp(tooLong);
      yield { line: line.number, reason: tooLong };
      return;
    }
    const isEven = hasEvenQuotes(line.bytes);
    if (!open) {
      if (line.bytes.length === 0) return;
      // Of several exports in one file, each has its header.
      if (isEven && isSameHead(line, head)) return;
      if (isEven) yield readRow([line], head);
      else open = { lines: [line], size: line.bytes.length };
      return;
    }
    open.lines.push(line);
    open.size += line.bytes.length + 1;
    if (!isEven) {
      const whole: readonly TextLine[] = open.lines;
      open = undefined;
      yield readRow(whole, head);
    } else if (open.size > longestRow) yield* giveUp(unclosed);
  }

  /** The row that is open is lost; what stands in the lines after it is read again. */
  function* giveUp(reason: string): Generator<ReadRow> {
    const lost: readonly TextLine[] = open?.lines ?? [];
    open = undefined;
    if (lost.length === 0) return;
    yield unread(lost[0], reason);
    recoveries += 1;
    if (recoveries < mostRecoveries) yield* rowsIn(lost.slice(1));
    else yield unread(lost[1], tooOften);
  }
}

interface OpenRow {
  readonly lines: TextLine[];
  size: number;
}

const unclosed = 'a quote in this row is never closed';
const tooLong = 'the row is longer than 1 MiB and was skipped';
const tooOften = 'quotes are so often not closed that lines were skipped';

const unread = (line: TextLine | undefined, reason: string): UnreadRow => ({
  line: line?.number ?? 1,
  reason,
});

const textIn = ({ text, bytes }: TextLine): string | undefined => text ?? (bytes && decodeUtf8(bytes));

function readRow(lines: readonly TextLine[], { delimiter, columns, count }: Head): ReadRow {
  const line = lines[0]?.number ?? 1;
  const texts = lines.map(textIn);
  if (texts.includes(undefined)) return { line, reason: 'the row is not valid UTF-8' };
  const cells = splitCells(texts.join('\n'), delimiter);
  if (!cells) return { line, reason: 'the quotes in this row do not match' };
  if (cells.length !== count)
    return { line, reason: `the row has ${cells.length} columns and the header ${count}` };
  return rowOfCells(line, columns, cells);
}

function isSameHead({ bytes, text }: TextLine, { columns, count, delimiter }: Head): boolean {
  const [first = ''] = columns.keys();
  const start = text ?? bytes?.toString('latin1', 0, first.length + 3) ?? '';
  if (
    !start
      .slice(0, first.length + 3)
      .toLowerCase()
      .includes(first)
  )
    return false;
  const cells = splitCells(text ?? bytes?.toString('utf8') ?? '', delimiter) ?? [];
  return cells.length === count && cells.every((cell, at) => columns.get(cell.trim().toLowerCase()) === at);
}

const quote = 34;
function hasEvenQuotes(bytes: Buffer): boolean {
  let isEven = true;
  for (let at = bytes.indexOf(quote); at !== -1; at = bytes.indexOf(quote, at + 1)) isEven = !isEven;
  return isEven;
}
