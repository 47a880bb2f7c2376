import { decodeUtf8 } from './encoding.ts';
import { notUtf8, looksLikeRecord, tooLong } from './found.ts';
import type { FoundValue } from './found.ts';
import { splitLines, type TextLine, type Pieces } from './lines.ts';

/** One JSON value per line; blank lines are skipped. */
export async function* readJsonLines(input: AsyncIterable<Uint8Array>): Pieces<FoundValue> {
  for await (const lines of splitLines(input)) yield readValues(lines);
}

function* readValues(lines: Iterable<TextLine>): Generator<FoundValue> {
  for (const { number: line, bytes, text: decoded } of lines) {
    if (bytes === undefined) {
      yield { line, reason: tooLong, recordlike: true };
      continue;
    }
    const text = decoded ?? decodeUtf8(bytes);
    if (text === undefined) yield { line, reason: notUtf8, recordlike: looksLikeRecord(bytes) };
    else if (/\S/.test(text)) yield parseLine(line, text, bytes);
  }
}

function parseLine(line: number, text: string, bytes: Buffer): FoundValue {
  try {
    return { line, value: JSON.parse(text) as unknown };
  } catch {
    return { line, reason: 'the line is not valid JSON', recordlike: looksLikeRecord(bytes) };
  }
}
