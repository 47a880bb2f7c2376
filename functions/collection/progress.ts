/** What a feed's coverage is, from the notes about it. Pure. */
import { duration, minus, type Instant } from '#time/instant.ts';
import { mergeStretches, subtractStretches, type Stretch } from '#time/stretch.ts';
import type { Coverage, FetchedWindow, LostBlob, FeedProgress } from './coverage.ts';

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
  // A note from the future says that some clock was wrong, not that its window was seen.
  const gaps = subtractStretches(
    week,
    windows.filter(({ fetchedAt }) => fetchedAt <= now),
  );
  return {
    progress,
    windows,
    covered: subtractStretches(week, gaps),
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

/**
 * The later of each moment, so that a slower collector does not undo a faster one's news; beginnings stay the first.
 */
export function mergeProgress(known: FeedProgress | undefined, told: FeedProgress): FeedProgress {
  if (!known) return told;
  const startedAt = later(known.startedAt, told.startedAt);
  const enabledAt = later(known.enabledAt, told.enabledAt);
  const newestAt = later(known.newestAt, told.newestAt);
  return {
    ...known,
    begunAt: known.begunAt < told.begunAt ? known.begunAt : told.begunAt,
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(enabledAt === undefined ? {} : { enabledAt }),
    ...(newestAt === undefined ? {} : { newestAt }),
  };
}

const later = (a: Instant | undefined, b: Instant | undefined): Instant | undefined =>
  a === undefined || (b !== undefined && b > a) ? b : a;
