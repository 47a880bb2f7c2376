/**
 * The trail of one exception is a chain: each entry's hash covers its own text and the previous hash, and the text
 * names the exception and the version. So an entry that was altered, left out, moved or taken from another trail
 * breaks the chain at its place. A chain cut short at its end is intact in itself; the state's version reveals that.
 */
import { createHash } from 'node:crypto';
import * as z from 'zod';
import { toCanonicalJson } from '#values/canonical-json.ts';
import { tryParseJson } from '#values/json.ts';
import type { Event } from '#lifecycle/events.ts';
import type { TrailEntry, WrittenEntry } from './contract.ts';

/** What the first entry follows. */
export const beginning = '0'.repeat(64);

const bodySchema = z.looseObject({
  exception: z.string(),
  version: z.int().positive(),
  event: z
    .looseObject({
      type: z.string().min(1),
      at: z.iso.datetime(),
      actor: z.looseObject({ type: z.string() }),
    })
    // Written by `chainEvents` from an Event; a newer release may know more events than this one.
    .transform((event) => event as unknown as Event),
});

const hashOf = (previous: string, body: string): string =>
  createHash('sha256').update(`${previous}\n${body}`, 'utf8').digest('hex');

/** The entries that `events` add to the trail of `id`, which is at `version` with the hash `previous`. */
export function chainEvents(
  id: string,
  version: number,
  previous: string,
  events: readonly Event[],
): readonly WrittenEntry[] {
  let head = previous;
  return events.map((event, index) => {
    const at = version + index + 1;
    const body = toCanonicalJson({ exception: id, version: at, event });
    const entry = { version: at, previous: head, body, hash: hashOf(head, body) };
    head = entry.hash;
    return entry;
  });
}

/** The entry as it is read and published. Throws for text that `chainEvents` did not write. */
export function readWrittenEntry({ body, version, hash, previous }: WrittenEntry): TrailEntry {
  return { ...bodySchema.parse(JSON.parse(body)).event, version, hash, previous };
}

export type ChainVerdict =
  | { readonly ok: true; readonly version: number; readonly head: string }
  | { readonly ok: false; readonly version: number; readonly why: string };

/**
 * Whether the trail of `id` is intact: `ok` with its last version and hash, otherwise the first broken version.
 * `expected` is the version of the exception's state; without it, entries missing at the end go unnoticed.
 */
export async function verifyTrail(
  id: string,
  entries: AsyncIterable<WrittenEntry> | Iterable<WrittenEntry>,
  expected?: number,
): Promise<ChainVerdict> {
  let version = 0;
  let head = beginning;
  for await (const entry of entries) {
    version += 1;
    const why = fault(entry, { id, version, head });
    if (why !== undefined) return { ok: false, version, why };
    head = entry.hash;
  }
  if (expected !== undefined && version !== expected)
    return {
      ok: false,
      version: Math.min(version, expected) + 1,
      why: `the trail ends at version ${version}, the exception is at version ${expected}`,
    };
  return { ok: true, version, head };
}

function fault(
  entry: WrittenEntry,
  expected: { readonly id: string; readonly version: number; readonly head: string },
): string | undefined {
  if (entry.version !== expected.version) return `version ${entry.version} is in its place`;
  if (entry.previous !== expected.head) return 'it does not follow the entry before it';
  if (entry.hash !== hashOf(entry.previous, entry.body)) return 'its text is not the text that was hashed';
  const body = bodySchema.safeParse(tryParseJson(entry.body));
  if (!body.success) return 'its text is not a trail entry';
  if (body.data.exception !== expected.id) return 'it belongs to another exception';
  if (body.data.version !== expected.version) return 'its text names another version';
  return undefined;
}
