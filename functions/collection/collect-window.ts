/** One window. It counts as fetched only once everything listed in it was read or given up. */
import { fromMillis, latest, toMillis, type Instant } from '#time/instant.ts';
import { collectBlob, type Publish } from './collect-blob.ts';
import { FeedError } from './feed-error.ts';
import { isLocal, blobStateAfter } from './blob-state.ts';
import { runInParallel } from './run-in-parallel.ts';
import type { ActivityApi } from './activity-api.ts';
import type {
  Blob,
  BlobCounts,
  Feed,
  FetchedWindow,
  CoverageLedger,
  BlobState,
  SeenStretch,
} from './coverage.ts';
import type { PlannedWindow } from './plan.ts';

export interface Collecting {
  readonly api: ActivityApi;
  readonly ledger: CoverageLedger;
  readonly publish: Publish;
  /** Milliseconds since 1970, by Microsoft's clock as far as it is known. */
  readonly now: () => number;
  /** Whether the run has time for another blob. */
  readonly hasTime: () => boolean;
  /** A name for this run. */
  readonly run: string;
  readonly note: (note: LogLine) => void;
}

/** Worth a line in the log. Never holds anything of a record. */
export type LogLine =
  | {
      readonly type: 'blob failed';
      readonly feed: Feed;
      readonly blob: string;
      readonly attempts: number;
      readonly why: string;
    }
  | {
      readonly type: 'blob lost';
      readonly feed: Feed;
      readonly blob: string;
      readonly created: Instant;
      readonly why: string;
    }
  | { readonly type: 'records failed'; readonly feed: Feed; readonly blob: string; readonly failed: number }
  | { readonly type: 'subscription'; readonly feed: Feed; readonly outcome: 'started' | 'waiting' }
  | { readonly type: 'clock'; readonly ahead: number };

export interface WindowResult extends BlobCounts {
  /** The window, if it counts as fetched. */
  readonly seen: SeenStretch | undefined;
  readonly blobs: number;
  readonly fetched: number;
  readonly lost: number;
  /** `contentCreated` of the newest blob listed. */
  readonly newestAt: Instant | undefined;
}

/**
 * How many blobs are read at the same time: this hides the network's delay, and memory holds no more than that many
 * records.
 */
const atOnce = 4;

/** Throws what is not about a single blob: the run of this feed then ends, and what was done so far is noted. */
export async function collectWindow(
  feed: Feed,
  window: PlannedWindow,
  collecting: Collecting,
): Promise<WindowResult> {
  const { api, ledger, now, hasTime, run } = collecting;
  const fetchedAt = fromMillis(now());
  const known = new Map(await ledger.blobs(feed, window));
  const total = { blobs: 0, fetched: 0, lost: 0, read: 0, published: 0, failed: 0 };
  let newestAt: Instant | undefined;
  let open = 0;

  const visit = async (blob: Blob): Promise<void> => {
    const before = known.get(blob.contentId);
    if (before !== undefined && before.state !== 'failed') return;
    if (!hasTime()) {
      open += 1;
      return;
    }
    const after = await collect(feed, blob, before, collecting);
    known.set(blob.contentId, after);
    if (after.state === 'failed') open += 1;
    if (after.state === 'lost') total.lost += 1;
    if (after.state !== 'read') return;
    total.fetched += 1;
    total.read += after.read;
    total.published += after.published;
    total.failed += after.failed;
  };

  const listed = new Set<string>();
  for await (const page of api.content(feed.contentType, window)) {
    // A page may repeat what another page had.
    const fresh = page.filter(({ contentId }) => !listed.has(contentId));
    for (const { contentId, contentCreated } of fresh) {
      listed.add(contentId);
      newestAt = newestAt === undefined ? contentCreated : latest(newestAt, contentCreated);
    }
    await runInParallel([...new Map(fresh.map((blob) => [blob.contentId, blob])).values()], atOnce, visit);
    if (!hasTime()) break;
  }
  total.blobs = listed.size;

  const complete = open === 0 && hasTime();
  const { start, end, why } = window;
  if (complete)
    await ledger.noteWindow(feed, { start, end, why, ...total, fetchedAt, run } satisfies FetchedWindow);
  return { ...total, seen: complete ? { start, end, fetchedAt } : undefined, newestAt };
}

async function collect(
  feed: Feed,
  blob: Blob,
  before: BlobState | undefined,
  { api, ledger, publish, now, note }: Collecting,
): Promise<BlobState> {
  let after: BlobState;
  try {
    if (toMillis(blob.contentExpiration) <= now())
      throw new FeedError('gone', 'The content had expired before it could be read.');
    const counts = await collectBlob(await api.open(blob), publish, fromMillis(now()));
    after = { state: 'read', at: fromMillis(now()), ...counts };
    if (counts.failed > 0)
      note({ type: 'records failed', feed, blob: blob.contentId, failed: counts.failed });
  } catch (error) {
    if (!(error instanceof FeedError) || !isLocal(error.code)) throw error;
    after = blobStateAfter(error.code, before, fromMillis(now()));
    const what = { feed, blob: blob.contentId, why: error.message };
    if (after.state === 'lost') note({ type: 'blob lost', created: blob.contentCreated, ...what });
    if (after.state === 'failed') note({ type: 'blob failed', attempts: after.attempts, ...what });
  }
  await ledger.noteBlob(feed, blob, after);
  return after;
}
