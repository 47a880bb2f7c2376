import { decoded } from './encoding.ts';
import { notUtf8, recordlike, tooLong } from './found.ts';
import type { Found } from './found.ts';
import { linesOf } from './lines.ts';

/** One JSON value a line; blank lines are passed over. */
export async function* jsonLines(input: AsyncIterable<Uint8Array>): AsyncGenerator<Found, void> {
  for await (const { number: line, bytes } of linesOf(input)) {
    if (bytes === undefined) {
      yield { line, reason: tooLong, recordlike: true };
      continue;
    }
    const text = decoded(bytes);
    if (text === undefined) yield { line, reason: notUtf8, recordlike: recordlike(bytes) };
    else if (text.trim() !== '') yield parsed(line, text, bytes);
  }
}

function parsed(line: number, text: string, bytes: Buffer): Found {
  try {
    return { line, value: JSON.parse(text) as unknown };
  } catch {
    return { line, reason: 'the line is not valid JSON', recordlike: recordlike(bytes) };
  }
}
