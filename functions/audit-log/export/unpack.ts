import { createGunzip } from 'node:zlib';
import { readStart } from './read-start.ts';
import { CutShort } from './unreadable-export.ts';

/**
 * Deflate expands at most about a thousandfold, so a slice of this size takes at most 4 MB of memory, however the
 * archive was made.
 */
const sliceBytes = 4096;
/** Each piece that is passed on costs a turn of the event loop. A slice rarely becomes larger than this. */
const pieceBytes = 128 * 1024;

/** What follows the archive is reported after everything before it was returned. */
export const behindArchive =
  'after the end of the gzip stream and some padding there is more data, which was not read: unpack the file, or ' +
  'export it again';

/**
 * Unpacks what begins like gzip and passes on everything else. What precedes a cut or damage is still returned.
 * `leave` is called if the archive ends before the input does: zlib reads several members one after the other, but
 * nothing after a zero byte.
 */
export async function* unpack(
  input: AsyncIterable<Uint8Array>,
  leave: () => void,
): AsyncGenerator<Uint8Array, void> {
  const { start, whole } = await readStart(input, 2);
  if (start[0] === 0x1f && start[1] === 0x8b) yield* unpackGzip(whole, leave);
  else yield* whole;
}

/** Works slice by slice: an unzip read as a stream loses what it had already unpacked when it fails. */
async function* unpackGzip(
  input: AsyncIterable<Uint8Array>,
  leave: () => void,
): AsyncGenerator<Uint8Array, void> {
  const gunzip = createGunzip({ chunkSize: pieceBytes });
  const unpacked: Buffer[] = [];
  const state: { failure?: Error; ended: boolean; wake: () => void } = {
    ended: false,
    wake: () => undefined,
  };
  gunzip.on('data', (chunk: Buffer) => unpacked.push(chunk));
  gunzip.on('error', (error: Error) => {
    state.failure = error;
    state.wake();
  });
  gunzip.on('end', () => {
    state.ended = true;
    state.wake();
  });
  /** Until the step is done or nothing more can come. */
  const step = (begin: (done: () => void) => void) =>
    new Promise<void>((resolve) => {
      state.wake = resolve;
      begin(resolve);
    });

  let given = 0;
  let isOver = false;
  try {
    for await (const chunk of input) {
      let rest = chunk;
      while (rest.length > 0 && !isOver && !state.failure) {
        const slice = rest.subarray(0, sliceBytes);
        await step((done) => gunzip.write(slice, done));
        given += slice.length;
        const untaken = given - gunzip.bytesWritten;
        isOver = untaken > 0;
        rest = rest.subarray(slice.length - untaken);
        yield* unpacked.splice(0);
      }
      if (state.failure) break;
      if (rest.some((byte) => byte !== 0)) {
        leave();
        break;
      }
    }
    if (!state.failure && !state.ended) await step(() => gunzip.end());
    yield* unpacked.splice(0);
    if (state.failure) throw toCutShort(state.failure);
  } finally {
    gunzip.destroy();
  }
}

const toCutShort = (error: Error & { readonly code?: string }): CutShort =>
  new CutShort(
    error.code === 'Z_BUF_ERROR'
      ? 'the gzip stream ends early: the file was cut off; export or copy it again'
      : 'the gzip stream is damaged from here on; export or copy the file again',
  );
