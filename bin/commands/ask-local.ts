/** Requests to a local deployment. Throws a `Refusal` for anything that does not answer like one. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { messageOf, Refusal } from '#lib/local/refusal.ts';

const start = 'start one with npm start, or name one with --url or --stack';

/** The address of this folder's local deployment. Throws a `Refusal` if none is running. */
export function readLocalAddress(): string {
  try {
    const { url } = JSON.parse(readFileSync(join('.lapse', 'address.json'), 'utf8')) as { url: string };
    return url;
  } catch {
    throw new Refusal('no local deployment answers', 'none runs in this folder', start);
  }
}

const refusalSchema = z.object({ error: z.string(), what: z.string() });

/** Its answer in JSON; `undefined` if it knows nothing of the kind. With a body, the request is a POST. */
export async function askLocal(url: string, path: string, body?: unknown): Promise<unknown> {
  const request = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
  const response = await fetch(new URL(path, url), request).catch((error: unknown) => {
    throw new Refusal('no local deployment answers', `${url}: ${whyUnreached(error)}`, start);
  });
  const answer: unknown = await response.json().catch(() => {
    throw stranger(url);
  });
  if (response.ok) return answer;
  const refusal = refusalSchema.safeParse(answer);
  if (!refusal.success) throw stranger(url);
  if (response.status === 404) return undefined;
  throw new Refusal(refusal.data.error, `${url} answers with HTTP ${response.status}`, refusal.data.what);
}

const stranger = (url: string): Refusal =>
  new Refusal(`${url} is not a local deployment of Lapse`, 'it does not answer like one', start);

/** Node says only "fetch failed"; the reason is behind it. */
function whyUnreached(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (code === 'ECONNREFUSED') return 'nothing listens there';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'there is no such host';
  return messageOf(cause ?? error);
}
