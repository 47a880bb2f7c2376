import { decoded } from './encoding.ts';
import { notUtf8, recordlike, tooLong } from './found.ts';
import type { FoundValue } from './found.ts';
import { linesOf, type TextLine, type Pieces } from './lines.ts';

/** One JSON value a line; blank lines are passed over. */
export async function* jsonLines(input: AsyncIterable<Uint8Array>): Pieces<FoundValue> {
  for await (const lines of linesOf(input)) yield valuesOf(lines);
}

function* valuesOf(lines: Iterable<TextLine>): Generator<FoundValue> {
  for (const { number: line, bytes } of lines) {
    if (bytes === undefined) {
      yield { line, reason: tooLong, recordlike: true };
      continue;
    }
    const text = decoded(bytes);
    if (text === undefined) yield { line, reason: notUtf8, recordlike: recordlike(bytes) };
    else if (text.trim() !== '') yield parsed(line, text, bytes);
  }
}

function parsed(line: number, text: string, bytes: Buffer): FoundValue {
  try {
    return { line, value: JSON.parse(text) as unknown };
  } catch {
    return { line, reason: 'the line is not valid JSON', recordlike: recordlike(bytes) };
  }
}
