import { createGunzip } from 'node:zlib';
import { startOf } from './start-of.ts';
import { CutShort } from './unreadable-export.ts';

/**
 * Deflate grows at most about a thousandfold, so a slice of this size becomes 4 MB in memory at the very worst,
 * however the archive was made.
 */
const sliceBytes = 4096;
/** Each piece that is handed on costs a turn of the event loop: a slice rarely becomes more than this. */
const pieceBytes = 128 * 1024;

/** What is behind the archive is told when everything before it has been handed out. */
export const behindArchive =
  'behind the end of the gzip stream and some padding there is more, and that was not read: unpack the file, or ' +
  'export it again';

/**
 * Unpacks what begins like gzip and passes on everything else. What precedes a cut or damage is still handed out.
 * `leave` is called where the archive ends before the input does: zlib reads members one after the other, but nothing
 * behind a zero byte.
 */
export async function* unzipped(
  input: AsyncIterable<Uint8Array>,
  leave: () => void,
): AsyncGenerator<Uint8Array, void> {
  const { start, whole } = await startOf(input, 2);
  if (start[0] === 0x1f && start[1] === 0x8b) yield* gunzipped(whole, leave);
  else yield* whole;
}

/** Driven slice by slice: read as a stream, an unzip that fails would take with it what it had already unpacked. */
async function* gunzipped(
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
  /** Until the step is done, or nothing more will come of it. */
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
    if (state.failure) throw broken(state.failure);
  } finally {
    gunzip.destroy();
  }
}

const broken = (error: Error & { readonly code?: string }): CutShort =>
  new CutShort(
    error.code === 'Z_BUF_ERROR'
      ? 'the gzip stream ends early: the file was cut off; export or copy it again'
      : 'the gzip stream is damaged from here on; export or copy the file again',
  );
