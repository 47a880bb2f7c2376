/** The lines of a byte stream. None takes more memory than the limit. */
import { isAscii } from 'node:buffer';

export interface TextLine {
  /** Counted from 1. */
  readonly number: number;
  /** Without its line end; `undefined` if the line is longer than the limit. */
  readonly bytes: Buffer | undefined;
  /** The same as text, where that is cheap: in a piece of plain ASCII, nothing can be invalid. */
  readonly text?: string;
}

/** The longest record that is read, in bytes. Microsoft's own are a few thousand; a rule holds at most 8 KB. */
export const longestRecord = 4 * 1024 * 1024;

/**
 * Things that arrive in batches. A batch is there without waiting, and waiting for each of millions of records would
 * take most of the time. Consume a batch completely before asking for the next.
 */
export type Pieces<T> = AsyncGenerator<Iterable<T>, void>;

export async function* splitLines(
  input: AsyncIterable<Uint8Array>,
  longest = longestRecord,
): Pieces<TextLine> {
  let parts: Buffer[] = [];
  let size = 0;
  let number = 1;
  /** `text`: if the whole line is in it. */
  const finish = (text?: string): TextLine => {
    const whole = size > longest ? undefined : parts.length === 1 ? parts[0] : Buffer.concat(parts);
    const ended = whole?.at(-1) === 13;
    const bytes = ended ? whole.subarray(0, -1) : whole;
    const line =
      text === undefined || bytes === undefined
        ? { number, bytes }
        : { number, bytes, text: ended ? text.slice(0, -1) : text };
    parts = [];
    size = 0;
    number += 1;
    return line;
  };
  function* linesIn(bytes: Buffer): Generator<TextLine> {
    const isPlain = isAscii(bytes);
    let from = 0;
    for (let end = bytes.indexOf(10); end !== -1; end = bytes.indexOf(10, from)) {
      if (size <= longest) parts.push(bytes.subarray(from, end));
      const text = isPlain && size === 0 ? bytes.toString('latin1', from, end) : undefined;
      size += end - from;
      from = end + 1;
      yield finish(text);
    }
    if (from === bytes.length) return;
    size += bytes.length - from;
    if (size > longest) parts = [];
    else parts.push(bytes.subarray(from));
  }

  for await (const chunk of input)
    yield linesIn(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
  if (size > 0) yield [finish()];
}
