/**
 * The values in a file that somebody saved: JSON in any number of documents, or a table. Whatever the file is, no more
 * than a bounded part of it is held.
 */
import { splitCells } from '#audit-log/export/csv-cells.ts';
import { decodeUtf8, toUtf8 } from '#audit-log/export/encoding.ts';
import { readJsonValues } from '#audit-log/export/json-values.ts';
import { CutShort, UnreadableExport } from '#audit-log/export/unreadable-export.ts';
import { behindArchive, unpack } from '#audit-log/export/unpack.ts';
import { UnreadableFile } from './unreadable-file.ts';

export interface SavedValue {
  /** Counted from 1. */
  readonly line: number;
  readonly value: unknown;
}
export interface UnreadPart {
  readonly line?: number;
  readonly reason: string;
}

interface ValuesIn {
  readonly values: readonly SavedValue[];
  readonly unread: readonly UnreadPart[];
}

/** A tenant holds at most some hundred rules of 8 KB; the rest of an assessment tool's export may be larger than that. */
export const mostBytes = 64 * 1024 * 1024;

/** Throws `UnreadableFile` where nothing of it can be read. */
export async function readValues(input: AsyncIterable<Uint8Array>, most = mostBytes): Promise<ValuesIn> {
  const broken: UnreadPart[] = [];
  const bytes = await wholeOf(input, most, broken);
  const text = decodeUtf8(bytes);
  if (text === undefined)
    throw new UnreadableFile('it is not valid UTF-8', 'save it again with -Encoding utf8');
  const first = text.trimStart();
  if (first === '' && broken.length === 0) throw new UnreadableFile(...empty);
  const { values, unread } = first === '' || /^[[{]/.test(first) ? await readJson(bytes) : readTable(text);
  return { values, unread: [...unread, ...broken] };
}

const empty = [
  'it is empty, and nothing tells which cmdlet gave nothing',
  'PowerShell saves such a file where a tenant has none',
] as const;

async function wholeOf(
  input: AsyncIterable<Uint8Array>,
  most: number,
  broken: UnreadPart[],
): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const piece of toUtf8(unpack(input, () => broken.push({ reason: behindArchive })))) {
      size += piece.length;
      if (size > most)
        throw new UnreadableFile(
          `it is longer than ${Math.floor(most / 1024 / 1024)} MiB`,
          'save the answers of the cmdlets in files of their own',
        );
      pieces.push(piece);
    }
  } catch (error) {
    if (error instanceof UnreadableExport && error.empty) throw new UnreadableFile(...empty);
    if (error instanceof UnreadableExport)
      throw new UnreadableFile(`it is ${error.found}`, 'save it with ConvertTo-Json -Depth 10');
    if (!(error instanceof CutShort)) throw error;
    broken.push({ reason: error.message });
  }
  return Buffer.concat(pieces);
}

async function readJson(bytes: Buffer): Promise<ValuesIn> {
  const values: SavedValue[] = [];
  const unread: UnreadPart[] = [];
  async function* all(): AsyncGenerator<Uint8Array, void> {
    yield await Promise.resolve(bytes);
  }
  for await (const piece of readJsonValues(all(), bytes.length))
    for (const found of piece)
      if ('value' in found) values.push(found);
      else unread.push({ line: found.line, reason: found.reason });
  return { values, unread };
}

const asJson = 'save it as JSON: … | ConvertTo-Json -Depth 10 | Out-File FILE -Encoding utf8';

/** Export-Csv writes `#TYPE …` above the header in Windows PowerShell, and a spreadsheet `sep=;`. */
const isPreamble = (line: string): boolean => /^#TYPE |^"?sep=.?"?$/i.test(line);

function readTable(text: string): ValuesIn {
  if (/^\s*<(?:\?xml[^>]*>\s*<)?Objs\b/i.test(text))
    throw new UnreadableFile(
      'it is XML as Export-Clixml writes it',
      'save it as JSON: Import-Clixml FILE | ConvertTo-Json -Depth 10',
    );
  if (/^\s*</.test(text)) throw new UnreadableFile('it is XML or a web page', asJson);
  const rows = rowsOf(text).filter(({ row }) => !isPreamble(row) && row.trim() !== '');
  const [head, ...others] = rows;
  const delimiter = [',', ';', '\t'].find((one) => head?.row.includes(one)) ?? ',';
  const names = head && splitCells(head.row, delimiter)?.map((cell) => cell.trim());
  if (!names || names.length < 2 || !names.every((name) => /^[\p{L}_@][\p{L}\d_.@ ()[\]-]*$/u.test(name)))
    throw new UnreadableFile(
      /^\s*\w+\s+: /m.test(text) ? 'it is text as PowerShell shows it' : 'it is neither JSON nor a table',
      asJson,
    );
  const values: SavedValue[] = [];
  const unread: UnreadPart[] = [];
  for (const { line, row } of others) {
    const cells = splitCells(row, delimiter);
    if (cells?.length === names.length)
      values.push({ line, value: Object.fromEntries(names.map((name, at) => [name, fromCell(cells[at])])) });
    else unread.push({ line, reason: 'the row does not have the columns of the header' });
  }
  return { values, unread };
}

/** Every value of a table is text. */
const fromCell = (cell: string | undefined): unknown =>
  cell === undefined || cell === ''
    ? null
    : /^true$/i.test(cell)
      ? true
      : /^false$/i.test(cell)
        ? false
        : cell;

/** Lines, joined where a quotation mark is still open. */
function rowsOf(text: string): readonly { readonly line: number; readonly row: string }[] {
  const rows: { line: number; row: string }[] = [];
  let open: { line: number; parts: string[] } | undefined;
  for (const [at, written] of text.split('\n').entries()) {
    const part = written.replace(/\r$/, '');
    const isOdd = ((part.match(/"/g)?.length ?? 0) & 1) === 1;
    if (open) {
      open.parts.push(part);
      if (isOdd) {
        rows.push({ line: open.line, row: open.parts.join('\n') });
        open = undefined;
      }
    } else if (isOdd) open = { line: at + 1, parts: [part] };
    else rows.push({ line: at + 1, row: part });
  }
  if (open) rows.push({ line: open.line, row: open.parts.join('\n') });
  return rows;
}
