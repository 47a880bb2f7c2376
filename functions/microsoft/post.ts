/** One POST, with what is true of every request that carries a secret: no redirects, bounded time, bounded answer. */
import type { Failure, Setback } from './retry.ts';

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  /** Without the NUL bytes that Exchange sends as the body of some refusals. */
  readonly body: string;
}

export interface Post {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly method?: 'POST' | 'GET';
}

/** 300 rules (the tenant limit) of about 20 kB make 6 MB; more than this is no answer to our question. */
const mostBytes = 32 * 1024 * 1024;

export interface Posting<E extends Failure> {
  /** Named in the errors ("Exchange", "The sign-in service"). */
  readonly who: string;
  /** Milliseconds. */
  readonly timeout: number;
  readonly signal?: AbortSignal | undefined;
  readonly Failure: new (code: 'timeout' | 'unavailable' | 'unexpected-answer', message: string) => E;
}

export async function post<E extends Failure>(
  fetch: typeof globalThis.fetch,
  { url, headers, body, method = 'POST' }: Post,
  { who, timeout, signal, Failure }: Posting<E>,
): Promise<{ readonly reply: Reply } | Setback<E>> {
  const limit = AbortSignal.timeout(timeout);
  const either = signal ? AbortSignal.any([signal, limit]) : limit;
  let response: Response;
  try {
    // A followed redirect would carry the token or the secret to wherever the answer points.
    response = await fetch(url, {
      method,
      headers,
      ...(method === 'GET' ? {} : { body }),
      redirect: 'manual',
      signal: either,
    });
  } catch (cause) {
    return { error: unreachable(cause, who, url, either, Failure) };
  }
  try {
    return {
      reply: { status: response.status, headers: response.headers, body: await text(response, who, Failure) },
    };
  } catch (cause) {
    if (cause instanceof Failure) return { error: cause };
    // A refusal may come as NUL bytes labelled gzip, which cannot be unpacked: the status says enough.
    if (!response.ok && !either.aborted)
      return { reply: { status: response.status, headers: response.headers, body: '' } };
    return { error: unreachable(cause, who, url, either, Failure) };
  }
}

async function text<E extends Failure>(
  response: Response,
  who: string,
  Failure: Posting<E>['Failure'],
): Promise<string> {
  const decoder = new TextDecoder();
  let size = 0;
  let whole = '';
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength;
    if (size > mostBytes)
      throw new Failure(
        'unexpected-answer',
        `${who} answered with more than ${mostBytes / 1024 / 1024} MB, which no answer to this question needs; it was not read further.`,
      );
    whole += decoder.decode(chunk, { stream: true });
  }
  return (whole + decoder.decode()).replaceAll('\0', '').trim();
}

function unreachable<E extends Failure>(
  cause: unknown,
  who: string,
  url: URL,
  signal: AbortSignal,
  Failure: Posting<E>['Failure'],
): E {
  if (signal.aborted) return new Failure('timeout', `${who} (${url.host}) did not answer in time.`);
  // Only the code: the text of a network error may quote the request.
  const code = networkCode(cause);
  return new Failure(
    'unavailable',
    `${who} (${url.host}) could not be reached${code === undefined ? '' : ` (${code})`}.`,
  );
}

function networkCode(cause: unknown): string | undefined {
  for (
    let error: unknown = cause, depth = 0;
    error instanceof Error && depth < 4;
    error = error.cause, depth += 1
  )
    if ('code' in error && typeof error.code === 'string' && /^[A-Z0-9_]{2,40}$/.test(error.code))
      return error.code;
  return undefined;
}
