import { startOf } from './start-of.ts';
import { UnreadableExport } from './unreadable-export.ts';

/**
 * Everything behind this door is UTF-8 without a byte order mark. Windows PowerShell 5 writes UTF-16 with a mark
 * (`>`, Out-File) and so do some editors; those are turned. Invalid UTF-8 is not looked for here: it costs the
 * record it stands in, not the file (`decoded`).
 */
export async function* inUtf8(input: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  const { start, whole } = await startOf(input, 4096);
  const mark = start.subarray(0, 4).toString('hex');
  if (mark === 'fffe0000' || mark === '0000feff')
    throw new UnreadableExport('UTF-32 text; save it as UTF-8 (PowerShell: -Encoding utf8)');
  if (mark.startsWith('efbbbf')) return yield* without(whole, 3);
  if (mark.startsWith('fffe')) return yield* turned(without(whole, 2), 'utf-16le');
  if (mark.startsWith('feff')) return yield* turned(without(whole, 2), 'utf-16be');
  // An archive that broke before its first byte says so itself.
  if (start.length === 0) yield* whole;
  refuseBinary(start);
  yield* whole;
}

/** The text of a record; `undefined` where the bytes are no UTF-8. */
export function decoded(bytes: Uint8Array): string | undefined {
  try {
    return strict.decode(bytes);
  } catch {
    return undefined;
  }
}
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

async function* without(input: AsyncIterable<Uint8Array>, bytes: number): AsyncGenerator<Uint8Array, void> {
  let left = bytes;
  for await (const chunk of input) {
    const drop = Math.min(left, chunk.length);
    left -= drop;
    if (drop < chunk.length) yield chunk.subarray(drop);
  }
}

async function* turned(
  input: AsyncIterable<Uint8Array>,
  encoding: 'utf-16le' | 'utf-16be',
): AsyncGenerator<Uint8Array, void> {
  const decoder = new TextDecoder(encoding);
  for await (const chunk of input) yield Buffer.from(decoder.decode(chunk, { stream: true }));
  yield Buffer.from(decoder.decode());
}

function refuseBinary(start: Buffer): void {
  if (start.length === 0) throw new UnreadableExport('the file is empty', { empty: true });
  if (start.subarray(0, 4).equals(Buffer.from('PK\x03\x04')))
    throw new UnreadableExport('a ZIP archive (or an Excel file); unpack it, or save it as CSV');
  const every = (from: number) => {
    const head = start.subarray(0, 64);
    let zeros = 0;
    for (let at = from; at < head.length; at += 2) if (head[at] === 0) zeros += 1;
    return head.length >= 4 && zeros >= Math.floor(head.length / 2) * 0.9;
  };
  if (every(1) !== every(0))
    throw new UnreadableExport(
      'UTF-16 text without a byte order mark; save it as UTF-8 (PowerShell: -Encoding utf8)',
    );
  // Text has no control characters but tab and line ends; a few may be a damaged record among good ones.
  const odd = start.filter((byte) => byte < 9 || (byte > 13 && byte < 32)).length;
  if (odd > start.length / 100) throw new UnreadableExport('binary content, not text');
}
