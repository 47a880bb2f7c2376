/**
 * The collector's notes in the table. All notes about one feed share a partition key, so that what happened in a
 * stretch of time is one query. None has an attribute of the table's indexes, and none is an entry of a trail, so
 * neither sweeps nor subscribers ever meet them.
 */
import * as z from 'zod';
import { parseInstant, toMillis, type Instant } from '#time/instant.ts';
import { coveragePrefix } from './ledger-table.ts';
import { timeToLive } from '#register/table.ts';
import { boundKey } from '#register/bound-key.ts';
import type { Item } from '#register/items.ts';
import type { Key } from '#register/keys.ts';
import type { Blob, Feed, FetchedWindow, LostBlob, FeedProgress, BlobState } from './coverage.ts';
import type { Stretch } from '#time/stretch.ts';

export const feedKey = ({ tenant, contentType }: Feed): string =>
  `${coveragePrefix}${tenant.toLowerCase()}#${contentType}`;

const prefixes = { window: 'WINDOW#', blob: 'BLOB#', lost: 'LOST#', blind: 'BLIND#' } as const;
/** DynamoDB refuses sort keys over 1,024 bytes; Microsoft's content ids have about a hundred characters. */
const mostIdBytes = 800;
/** Sorts after every character an instant or a content id has. */
const last = '\uffff';

/** Sort keys of notes about a time: from `from` up to, not including, `to`; without `to`, all later ones. */
export const range = (
  kind: keyof typeof prefixes,
  from: Instant,
  to?: Instant,
): { readonly from: string; readonly to: string } => ({
  from: `${prefixes[kind]}${from}`,
  to: to === undefined ? `${prefixes[kind]}${last}` : `${prefixes[kind]}${to}`,
});
/** Every note of a kind. */
export const everything = (kind: keyof typeof prefixes) => ({
  from: prefixes[kind],
  to: `${prefixes[kind]}${last}`,
});

export const progressKey = (feed: Feed): Key => ({ pk: feedKey(feed), sk: 'PROGRESS' });
/** Where the last run was among its tenants. */
export const roundKey: Key = { pk: `${coveragePrefix}ROUND`, sk: 'ROUND' };
const roundSchema = z.object({ tenant: z.string() });
/** What cannot be read only means that the next run begins at the beginning. */
export const lastBegunFrom = (item: unknown): string | undefined => roundSchema.safeParse(item).data?.tenant;
export const blobKey = (feed: Feed, blob: Pick<Blob, 'contentId' | 'contentCreated'>): Key => ({
  pk: feedKey(feed),
  sk: `${prefixes.blob}${blob.contentCreated}#${boundKey(blob.contentId, mostIdBytes)}`,
});

/** Windows and losses outlast what they are about, for whoever is asked later what was seen. */
const keptFor = 35 * 24 * 3600;
const seconds = (at: Instant): number => Math.floor(toMillis(at) / 1000);
/** A blob cannot be listed once it has expired; a day more for clocks. */
const afterExpiry = 24 * 3600;

export const toWindowItem = (feed: Feed, window: FetchedWindow): Item => ({
  pk: feedKey(feed),
  // By its end, so that one query finds every window that reaches past a moment. Each fetch is a note of its own.
  sk: `${prefixes.window}${window.end}#${window.start}#${window.fetchedAt}#${window.run}`,
  ...window,
  [timeToLive]: seconds(window.end) + keptFor,
});

export const toBlobItem = (feed: Feed, blob: Blob, { state: standing, ...more }: BlobState): Item => ({
  ...blobKey(feed, blob),
  contentId: blob.contentId,
  standing,
  ...more,
  [timeToLive]: seconds(blob.contentExpiration) + afterExpiry,
});

export const toLostItem = (feed: Feed, lost: LostBlob): Item => ({
  pk: feedKey(feed),
  sk: `${prefixes.lost}${lost.contentCreated}#${boundKey(lost.contentId, mostIdBytes)}`,
  ...lost,
  [timeToLive]: seconds(lost.at) + keptFor,
});

export const toBlindItem = (feed: Feed, { start, end }: Stretch): Item => ({
  pk: feedKey(feed),
  // By its start: while the subscription stays off, the same stretch grows.
  sk: `${prefixes.blind}${start}`,
  start,
  end,
  [timeToLive]: seconds(end) + keptFor,
});

/** `version` counts the writes: each is made on the state it was decided on. */
export const toProgressItem = (feed: Feed, progress: FeedProgress, version: number): Item => ({
  ...progressKey(feed),
  ...progress,
  version,
});

const at = z.string().transform((text, issues): Instant => {
  const moment = parseInstant(text);
  if (moment !== undefined) return moment;
  issues.addIssue({ code: 'custom', message: 'not a moment' });
  return z.NEVER;
});
const count = z.int().nonnegative();
const counts = { read: count, published: count, failed: count };

const windowSchema = z.object({
  start: at,
  end: at,
  fetchedAt: at,
  why: z.enum(['live', 'gap', 'revisit']),
  blobs: count,
  fetched: count,
  lost: count,
  run: z.string(),
  ...counts,
});
export const windowFrom = (item: unknown): FetchedWindow => windowSchema.parse(item);

/** `standing` is what the table calls it. */
const stateOf = <State, More>({ standing, ...more }: { standing: State } & More) => ({
  state: standing,
  ...more,
});
const blobStateSchema = z.union([
  z.object({ standing: z.literal('read'), at, ...counts }).transform(stateOf),
  z.object({ standing: z.literal('failed'), at, firstAt: at, attempts: count }).transform(stateOf),
  z.object({ standing: z.literal('lost'), at, why: z.string() }).transform(stateOf),
]);
const blobSchema = z.object({ contentId: z.string() });
export function blobStateFrom(item: unknown): readonly [contentId: string, BlobState] {
  const { contentId } = blobSchema.parse(item);
  return [contentId, blobStateSchema.parse(item)];
}

const lostSchema = z.object({ contentId: z.string(), contentCreated: at, at, why: z.string() });
export const lostFrom = (item: unknown): LostBlob => lostSchema.parse(item);

const blindSchema = z.object({ start: at, end: at });
export const blindFrom = (item: unknown): Stretch => blindSchema.parse(item);

/** Rewritten as a whole: what a newer release noted besides is kept. */
const progressSchema = z.looseObject({
  begunAt: at,
  startedAt: at.exactOptional(),
  enabledAt: at.exactOptional(),
  newestAt: at.exactOptional(),
  // Without it, what was seen is put together again from the windows.
  seen: z
    .array(z.object({ start: at, end: at, fetchedAt: at }))
    .optional()
    .catch(undefined),
  version: z.int().positive(),
});
export function progressFrom(item: unknown): { readonly progress: FeedProgress; readonly version: number } {
  const { version, ...noted } = progressSchema.parse(item);
  const progress = Object.fromEntries(
    Object.entries(noted).filter(([name, value]) => name !== 'pk' && name !== 'sk' && value !== undefined),
  );
  return { progress: progress as unknown as FeedProgress, version };
}
