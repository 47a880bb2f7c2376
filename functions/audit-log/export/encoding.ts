import { readStart } from './read-start.ts';
import { UnreadableExport } from './unreadable-export.ts';

/**
 * From here on, everything is UTF-8 without a byte order mark. Windows PowerShell 5 (`>`, Out-File) and some editors
 * write UTF-16 with a mark, which is converted. Without a mark, it is converted only where `unmarked` says that such
 * files are usual. Invalid UTF-8 is not looked for here: it costs only the record that contains it (`decodeUtf8`).
 */
export async function* toUtf8(
  input: AsyncIterable<Uint8Array>,
  { unmarked = false }: { readonly unmarked?: boolean } = {},
): AsyncGenerator<Uint8Array, void> {
  const { start, whole } = await readStart(input, 4096);
  const mark = start.subarray(0, 4).toString('hex');
  if (mark === 'fffe0000' || mark === '0000feff')
    throw new UnreadableExport('UTF-32 text; save it as UTF-8 (PowerShell: -Encoding utf8)');
  if (mark.startsWith('efbbbf')) return yield* skipBytes(whole, 3);
  if (mark.startsWith('fffe')) return yield* fromUtf16(skipBytes(whole, 2), 'utf-16le');
  if (mark.startsWith('feff')) return yield* fromUtf16(skipBytes(whole, 2), 'utf-16be');
  // A broken archive without any content reports that itself.
  if (start.length === 0) yield* whole;
  const utf16 = unmarkedUtf16(start);
  if (utf16 && unmarked) return yield* fromUtf16(whole, utf16);
  refuseBinary(start, utf16);
  yield* whole;
}

/** The text of a record; `undefined` if the bytes are not UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return strict.decode(bytes);
  } catch {
    return undefined;
  }
}
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

async function* skipBytes(input: AsyncIterable<Uint8Array>, bytes: number): AsyncGenerator<Uint8Array, void> {
  let left = bytes;
  for await (const chunk of input) {
    const drop = Math.min(left, chunk.length);
    left -= drop;
    if (drop < chunk.length) yield chunk.subarray(drop);
  }
}

async function* fromUtf16(
  input: AsyncIterable<Uint8Array>,
  encoding: 'utf-16le' | 'utf-16be',
): AsyncGenerator<Uint8Array, void> {
  const decoder = new TextDecoder(encoding);
  for await (const chunk of input) yield Buffer.from(decoder.decode(chunk, { stream: true }));
  yield Buffer.from(decoder.decode());
}

/** Of Latin letters, every second byte is zero. */
function unmarkedUtf16(start: Buffer): 'utf-16le' | 'utf-16be' | undefined {
  const isZero = (from: number): boolean => {
    const head = start.subarray(0, 64);
    let zeros = 0;
    for (let at = from; at < head.length; at += 2) if (head[at] === 0) zeros += 1;
    return head.length >= 4 && zeros >= Math.floor(head.length / 2) * 0.9;
  };
  const [even, odd] = [isZero(0), isZero(1)];
  return even === odd ? undefined : odd ? 'utf-16le' : 'utf-16be';
}

function refuseBinary(start: Buffer, utf16: 'utf-16le' | 'utf-16be' | undefined): void {
  if (start.length === 0) throw new UnreadableExport('the file is empty', { empty: true });
  if (start.subarray(0, 4).equals(Buffer.from('PK\x03\x04')))
    throw new UnreadableExport('a ZIP archive (or an Excel file); unpack it, or save it as CSV');
  if (utf16)
    throw new UnreadableExport(
      'UTF-16 text without a byte order mark; save it as UTF-8 (PowerShell: -Encoding utf8)',
    );
  // Text contains no control characters except tabs and line ends; a few may be a damaged record among good ones.
  const odd = start.filter((byte) => byte < 9 || (byte > 13 && byte < 32)).length;
  if (odd > start.length / 100) throw new UnreadableExport('binary content, not text');
}
