/** What a feed's coverage is, from the notes about it. Pure. */
import { duration, minus, type Instant } from '#time/instant.ts';
import { mergeStretches, subtractStretches, type Stretch } from '#time/stretch.ts';
import { addSeen } from './seen.ts';
import type { Coverage, FetchedWindow, LostBlob, FeedProgress, SeenStretch } from './coverage.ts';

/** Microsoft keeps content this long: what is not covered by then is out of reach. */
const reach = duration('P7D');
export const reachOf = (now: Instant): Stretch => ({ start: minus(now, reach), end: now });

export function coverageOf(
  progress: FeedProgress | undefined,
  windows: readonly FetchedWindow[],
  lost: readonly LostBlob[],
  blind: readonly Stretch[],
  now: Instant,
): Omit<Coverage, 'unreadable'> {
  const week = reachOf(now);
  const covered = coveredBy(windows, now);
  const gaps = subtractStretches(week, covered);
  return {
    progress,
    windows,
    covered,
    gaps,
    oldestGap: gaps[0],
    lost,
    blind: mergeStretches(blind).flatMap(({ start, end }) => {
      const clipped = {
        start: start > week.start ? start : week.start,
        end: end < week.end ? end : week.end,
      };
      return clipped.start < clipped.end ? [clipped] : [];
    }),
  };
}

/** What of the last seven days was seen, in order. */
export function coveredBy(seen: readonly SeenStretch[], now: Instant): readonly Stretch[] {
  const week = reachOf(now);
  // A note from the future says that some clock was wrong, not that its window was seen.
  const gaps = subtractStretches(
    week,
    seen.filter(({ fetchedAt }) => fetchedAt <= now),
  );
  return subtractStretches(week, gaps);
}

/**
 * The later of each moment, so that a slower collector does not undo a faster one's news; beginnings stay the first.
 */
export function mergeProgress(known: FeedProgress | undefined, told: FeedProgress): FeedProgress {
  if (!known) return told;
  const startedAt = later(known.startedAt, told.startedAt);
  const enabledAt = later(known.enabledAt, told.enabledAt);
  const newestAt = later(known.newestAt, told.newestAt);
  const seen = known.seen && told.seen ? addSeen(known.seen, told.seen) : (known.seen ?? told.seen);
  return {
    ...known,
    begunAt: known.begunAt < told.begunAt ? known.begunAt : told.begunAt,
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(enabledAt === undefined ? {} : { enabledAt }),
    ...(newestAt === undefined ? {} : { newestAt }),
    ...(seen === undefined ? {} : { seen }),
  };
}

const later = (a: Instant | undefined, b: Instant | undefined): Instant | undefined =>
  a === undefined || (b !== undefined && b > a) ? b : a;
