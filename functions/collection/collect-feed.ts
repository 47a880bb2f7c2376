/** One run over one content type of a tenant: fetches what is planned, as far as time allows. */
import { duration, fromMillis, latest, plus, type Duration, type Instant } from '#time/instant.ts';
import { lengthOf, subtractStretches } from '#time/stretch.ts';
import { collectWindow, type Collecting } from './collect-window.ts';
import { FeedError, createOutOfTime } from './feed-error.ts';
import { findEndangered, oldestMoment, planWindows, planRules } from './plan.ts';
import { isLocal } from './blob-state.ts';
import { isStarting, isUnsubscribed, keepSubscribed } from './subscription.ts';
import { coveredBy } from './progress.ts';
import { addSeen } from './seen.ts';
import type { BlobCounts, Feed, FeedProgress, SeenStretch } from './coverage.ts';

export interface FeedRules {
  /** Without a new blob for this long, an alarm goes off. Only for content types that always have something. */
  readonly silentAfter: Duration | undefined;
}

/** After this many windows that could not be listed in one run, the trouble is Microsoft's and not theirs. */
const mostUnlisted = 3;

export interface FeedReport extends Feed, BlobCounts {
  /** Blobs read, and blobs given up, in this run. */
  readonly fetched: number;
  readonly lost: number;
  /** The time since collecting began, at most seven days, that lies in no fetched window. */
  readonly gapHours: number;
  readonly oldestGap: Instant | undefined;
  /** Hours of that which will soon be out of reach. */
  readonly endangeredHours: number;
  readonly silent: boolean;
  /** Notes in the coverage ledger that could not be read. */
  readonly notesUnreadable: number;
  /** Why the run over this feed ended early; absent where it did everything planned. */
  readonly error: unknown;
}

/**
 * Never throws: what went wrong is in the report, beside what was achieved before it. With `hindrance`, nothing is
 * collected because of it, and the report says how things stand.
 */
export async function collectFeed(
  feed: Feed,
  collecting: Collecting,
  rules: FeedRules,
  hindrance?: FeedError,
): Promise<FeedReport> {
  const { ledger, now, hasTime } = collecting;
  const total = { fetched: 0, lost: 0, read: 0, published: 0, failed: 0 };
  const unlisted: FeedError[] = [];
  let error: unknown;
  let progress: FeedProgress | undefined;
  /** The same as the ledger has it. */
  let noted: FeedProgress | undefined;
  let unreadable = 0;
  try {
    progress = noted = await ledger.noteProgress(feed, { begunAt: fromMillis(now()) });
    if (hindrance !== undefined) throw hindrance;
    const subscriptions = await collecting.api.subscriptions();
    progress = await keepSubscribed(feed, progress, subscriptions.get(feed.contentType), collecting);
    const at = fromMillis(now());
    // The notes of a whole week are read only where there is no summary of them.
    if (progress.seen === undefined) {
      const coverage = await ledger.coverage(feed, at);
      unreadable = coverage.unreadable;
      progress = { ...progress, seen: addSeen([], coverage.windows) };
    }
    for (const planned of planWindows({
      fetched: progress.seen ?? [],
      now: at,
      startedAt: progress.startedAt,
    })) {
      if (!hasTime()) throw createOutOfTime();
      // Time passes while windows are fetched: what was within reach at first may not be any more.
      const window = { ...planned, start: latest(planned.start, oldestMoment(fromMillis(now()))) };
      if (window.start >= window.end) continue;
      try {
        const { seen, newestAt, ...found } = await collectWindow(feed, window, collecting);
        total.fetched += found.fetched;
        total.lost += found.lost;
        total.read += found.read;
        total.published += found.published;
        total.failed += found.failed;
        // At each window: whatever ends this run, the next one goes on behind it.
        progress = noted = await ledger.noteProgress(feed, {
          ...progress,
          ...(newestAt !== undefined && { newestAt: latest(newestAt, progress.newestAt ?? newestAt) }),
          ...(seen && { seen: addSeen(progress.seen ?? [], [seen]) }),
        });
      } catch (thrown) {
        // A window that Microsoft cannot list stays a gap, and must not keep the others from being seen.
        if (!(thrown instanceof FeedError) || !isLocal(thrown.code)) throw thrown;
        unlisted.push(thrown);
        if (unlisted.length >= mostUnlisted) throw thrown;
      }
    }
    error = unlisted[0];
  } catch (thrown) {
    const at = fromMillis(now());
    error = progress && isUnsubscribed(thrown) && isStarting(progress, at) ? undefined : thrown;
  }
  if (progress !== undefined && progress !== noted)
    try {
      await ledger.noteProgress(feed, progress);
    } catch (thrown) {
      error ??= thrown;
    }
  const figures = await coverageFigures(feed, progress, collecting, rules);
  return { ...feed, ...total, ...figures, notesUnreadable: unreadable, error };
}

/** The situation after the run. If even that cannot be found out, it counts as bad. */
async function coverageFigures(
  feed: Feed,
  progress: FeedProgress | undefined,
  { ledger, now }: Collecting,
  { silentAfter }: FeedRules,
): Promise<Pick<FeedReport, 'gapHours' | 'oldestGap' | 'endangeredHours' | 'silent'>> {
  const at = fromMillis(now());
  let seen: readonly SeenStretch[];
  try {
    seen = progress?.seen ?? (await ledger.coverage(feed, at)).windows;
  } catch {
    return {
      gapHours: week,
      oldestGap: undefined,
      endangeredHours: week,
      silent: silentAfter !== undefined,
    };
  }
  const since = latest(oldestMoment(at), progress?.begunAt ?? at);
  const gaps = subtractStretches({ start: since, end: at }, coveredBy(seen, at));
  return {
    gapHours: hours(gaps.map(lengthOf)),
    oldestGap: gaps[0]?.start,
    endangeredHours: hours(findEndangered(gaps, at).map(lengthOf)),
    silent: silentAfter !== undefined && progress !== undefined && isSilent(progress, at, silentAfter),
  };
}

function isSilent(
  { begunAt, startedAt, newestAt }: FeedProgress,
  now: Instant,
  silentAfter: Duration,
): boolean {
  const expected = latest(
    newestAt ?? begunAt,
    plus(startedAt ?? begunAt, startedAt === undefined ? none : planRules.firstBlobs),
  );
  return plus(expected, silentAfter) < now;
}

const none = duration('PT0S');
const week = 7 * 24;
const hours = (lengths: readonly number[]): number =>
  Math.round(lengths.reduce((sum, length) => sum + length, 0) / 36_000) / 100;
