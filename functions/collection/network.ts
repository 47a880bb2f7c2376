/** One request without surprises: no redirects, bounded time, and errors that do not quote what was sent. */
import { FeedError } from './feed-error.ts';
import { outOfTime } from './patience.ts';

export interface Sending {
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
}

export interface Limits {
  /** Milliseconds until the answer must have begun, and between two pieces of it. */
  readonly timeout: number;
  /** Ends with the run. */
  readonly signal: AbortSignal;
}

export interface Received {
  readonly status: number;
  readonly headers: Headers;
  /** The body piece by piece, whatever its size. Throws `FeedError`. Call it once, or `discard`. */
  readonly body: () => AsyncGenerator<Uint8Array, void>;
  readonly discard: () => Promise<void>;
}

/** Throws `FeedError`: `unavailable`, `timeout`, `out-of-time`. */
export async function send(
  fetch: typeof globalThis.fetch,
  url: URL,
  sending: Sending,
  { timeout, signal }: Limits,
): Promise<Received> {
  const stalled = new AbortController();
  // One timer for the whole answer, wound up again at every piece: a large blob may take long, silence may not.
  const timer = setTimeout(() => stalled.abort(), timeout);
  timer.unref();
  const either = AbortSignal.any([signal, stalled.signal]);
  const explained = (cause: unknown): FeedError => {
    if (cause instanceof FeedError) return cause;
    if (signal.aborted) return outOfTime();
    if (stalled.signal.aborted)
      return new FeedError('timeout', `${url.host} was silent for ${timeout / 1000} seconds.`);
    return new FeedError('unavailable', `${url.host} could not be reached, or broke off${codeOf(cause)}.`);
  };

  let response: Response;
  try {
    // A followed redirect would carry the token to wherever the answer points.
    response = await fetch(url, { ...sending, redirect: 'manual', signal: either });
  } catch (cause) {
    clearTimeout(timer);
    throw explained(cause);
  }
  return {
    status: response.status,
    headers: response.headers,
    async *body() {
      try {
        for await (const piece of (response.body ?? []) as AsyncIterable<Uint8Array>) {
          timer.refresh();
          yield piece;
          timer.refresh();
        }
      } catch (cause) {
        throw explained(cause);
      } finally {
        clearTimeout(timer);
      }
    },
    async discard() {
      clearTimeout(timer);
      await response.body?.cancel().catch(() => undefined);
    },
  };
}

/** A body that is to be small. Throws `FeedError` where it is not, or breaks off. */
export async function textOf({ body }: Received, mostBytes: number): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const piece of body()) {
    size += piece.byteLength;
    if (size > mostBytes)
      throw new FeedError(
        'unexpected-answer',
        `An answer is larger than ${mostBytes} bytes and was not read further.`,
      );
    parts.push(piece);
  }
  return Buffer.concat(parts).toString('utf8');
}

export function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Only the code: the text of a network error may quote the request. */
function codeOf(cause: unknown): string {
  let error = cause;
  for (let depth = 0; error instanceof Error && depth < 4; depth += 1) {
    if ('code' in error && typeof error.code === 'string' && /^[A-Z0-9_]{2,40}$/.test(error.code))
      return ` (${error.code})`;
    error = error.cause;
  }
  return '';
}
