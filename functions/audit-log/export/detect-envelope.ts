/** Detects the format of an export from its beginning. */
import { decodeUtf8 } from './encoding.ts';
import { readCsvHead, isPreamble } from './csv-rows.ts';
import { hasRecordFields } from './found.ts';
import { isJsonObject, tryParseJson } from '#values/json.ts';

export type Envelope =
  | { readonly type: 'JSON documents' }
  | { readonly type: 'JSON lines' }
  | { readonly type: 'CSV' }
  /** `found` describes what it is instead; `empty` is set if it is nothing at all. */
  | { readonly type: 'unknown'; readonly found: string; readonly empty?: true };

/** How much of the beginning is looked at. A header or the start of a first record is far shorter. */
export const mostTelling = 65_536;

export function detectEnvelope(start: Buffer): Envelope {
  const text = start.toString('utf8');
  const first = text.trimStart();
  if (first === '') return { type: 'unknown', found: 'nothing but blanks', empty: true };
  if (first.startsWith('[')) return { type: 'JSON documents' };
  if (first.startsWith('{')) return { type: isLineByLine(first) ? 'JSON lines' : 'JSON documents' };

  const lines = text.split('\n').map((line) => line.replace(/\r$/, ''));
  const header = lines.find((line) => !isPreamble(line)) ?? '';
  if (readCsvHead(header)) return { type: 'CSV' };
  // A damaged first line must not hide the records below it.
  if (lines.slice(1).some(isRecordLine)) return { type: 'JSON lines' };
  return { type: 'unknown', found: describe(first, header, start) };
}

/**
 * An object at the beginning is a line of JSONL, unless it continues after the line's end (it was indented) or is a
 * page of Graph's answer, with its records under `value`.
 */
function isLineByLine(text: string): boolean {
  if (page.test(text)) return false;
  const end = text.indexOf('\n');
  if (end === -1 || isJsonObject(tryParseJson(text.slice(0, end)))) return true;
  // After a line that was cut off, the next record begins; within an indented object, a key or its end follows.
  return !/^["}]/.test(text.slice(end + 1).trimStart());
}
const page = /^\{(?:\s*"[\w.@-]+"\s*:\s*(?:"(?:[^"\\]|\\.)*"|[\w.-]+)\s*,)*\s*"value"\s*:\s*\[/i;

const isRecordLine = (line: string): boolean => line.startsWith('{') && hasRecordFields(tryParseJson(line));

function describe(first: string, header: string, start: Buffer): string {
  if (first.startsWith('%PDF')) return 'a PDF document';
  if (/^<(?:!doctype )?html/i.test(first)) return 'a web page';
  if (first.startsWith('<')) return 'XML';
  // The last character may be incomplete.
  if (decodeUtf8(start.subarray(0, Math.max(start.lastIndexOf(10), 0))) === undefined)
    return 'text that is not UTF-8, or no text at all';
  if (/[,;\t]/.test(header))
    return 'a table without a column AuditData, RawEventData, _raw or event.original, and not of OfficeActivity';
  return 'some other text';
}
