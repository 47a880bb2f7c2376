/**
 * One request, with what is true of every request that carries a secret: no redirects, bounded time, bounded answers,
 * and errors that do not quote what was sent.
 */
import type { Setback } from './retry.ts';
import type { ServiceError } from './service-error.ts';

export interface Question {
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Terms<E extends ServiceError> {
  /** Named in the errors ("Exchange", "The sign-in service"). */
  readonly who: string;
  /** Milliseconds: see `Received`. */
  readonly timeout: number;
  readonly signal?: AbortSignal | undefined;
  readonly Failure: new (code: 'timeout' | 'unavailable' | 'unexpected-answer', message: string) => E;
  /** What it means that `signal` ended it; else that the answer did not come in time. */
  readonly ended?: () => E;
}

/** An answer that has begun. Read it in one of the three ways, which give its connection back. */
export interface Received {
  readonly status: number;
  readonly headers: Headers;
  /** Piece by piece, whatever its size. Throws where nothing came for `timeout`: much may take long, silence may not. */
  readonly pieces: () => AsyncGenerator<Uint8Array, void>;
  /** What is to be small: throws where not all of it is here within `timeout`, or it is larger than `mostBytes`. */
  readonly text: (mostBytes: number) => Promise<string>;
  readonly discard: () => Promise<void>;
}

/** Throws what `Failure` makes. */
export async function send<E extends ServiceError>(
  fetch: typeof globalThis.fetch,
  { url, ...question }: Question,
  { who, timeout, signal, Failure, ended }: Terms<E>,
): Promise<Received> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), timeout);
  timer.unref();
  const either = signal ? AbortSignal.any([signal, late.signal]) : late.signal;
  const explained = (cause: unknown): E => {
    if (cause instanceof Failure) return cause;
    if (signal?.aborted && ended) return ended();
    if (either.aborted) return new Failure('timeout', `${who} (${url.host}) did not answer in time.`);
    const code = networkCode(cause);
    return new Failure(
      'unavailable',
      `${who} (${url.host}) could not be reached, or broke off${code === undefined ? '' : ` (${code})`}.`,
    );
  };

  let response: Response;
  try {
    // A followed redirect would carry the token or the secret to wherever the answer points.
    response = await fetch(url, { ...question, redirect: 'manual', signal: either });
  } catch (cause) {
    clearTimeout(timer);
    throw explained(cause);
  }

  async function* read(came: () => void): AsyncGenerator<Uint8Array, void> {
    try {
      for await (const piece of (response.body ?? []) as AsyncIterable<Uint8Array>) {
        came();
        yield piece;
        came();
      }
    } catch (cause) {
      throw explained(cause);
    } finally {
      clearTimeout(timer);
    }
  }

  return {
    status: response.status,
    headers: response.headers,
    pieces: () => read(() => timer.refresh()),
    async text(mostBytes) {
      const decoder = new TextDecoder();
      let size = 0;
      let whole = '';
      try {
        for await (const piece of read(() => undefined)) {
          size += piece.byteLength;
          if (size > mostBytes)
            throw new Failure(
              'unexpected-answer',
              `${who} answered with more than ${sized(mostBytes)}, which no answer to this question needs; it was not read further.`,
            );
          whole += decoder.decode(piece, { stream: true });
        }
      } catch (error) {
        // A refusal may come as NUL bytes labelled gzip, which cannot be unpacked: the status says enough.
        if (response.ok || either.aborted) throw error;
        return '';
      }
      return (whole + decoder.decode()).replaceAll('\0', '').trim();
    },
    async discard() {
      clearTimeout(timer);
      await response.body?.cancel().catch(() => undefined);
    },
  };
}

export interface ServiceReply {
  readonly status: number;
  readonly headers: Headers;
  /** Without the NUL bytes that Exchange sends as the body of some refusals. */
  readonly body: string;
}

/** 300 rules (the tenant limit) of about 20 kB make 6 MB; more than this is no answer to our question. */
const mostBytes = 32 * 1024 * 1024;

/** The whole of a small answer. Does not throw what `Failure` makes, but gives it. */
export async function ask<E extends ServiceError>(
  fetch: typeof globalThis.fetch,
  question: Question,
  terms: Terms<E>,
): Promise<{ readonly reply: ServiceReply } | Setback<E>> {
  try {
    const received = await send(fetch, question, terms);
    const { status, headers } = received;
    return { reply: { status, headers, body: await received.text(mostBytes) } };
  } catch (error) {
    if (error instanceof terms.Failure) return { error };
    throw error;
  }
}

const sized = (bytes: number): string =>
  bytes < 1024 * 1024 ? `${bytes / 1024} kB` : `${bytes / 1024 / 1024} MB`;

/** Only the code: the text of a network error may quote the request. */
function networkCode(cause: unknown): string | undefined {
  let error = cause;
  for (let depth = 0; error instanceof Error && depth < 4; depth += 1) {
    if ('code' in error && typeof error.code === 'string' && /^[A-Z0-9_]{2,40}$/.test(error.code))
      return error.code;
    error = error.cause;
  }
  return undefined;
}
