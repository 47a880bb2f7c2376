/** Which windows a run fetches, from what earlier runs have fetched. Pure: everything it knows is in its arguments. */
import {
  duration,
  earliest,
  fromMillis,
  latest,
  millis,
  minus,
  plus,
  toMillis,
  type Duration,
  type Instant,
} from '#time/instant.ts';
import { splitStretch, mergeStretches, subtractStretches, type Stretch } from '#time/stretch.ts';
import type { FetchedWindow } from './coverage.ts';

export interface PlanRules {
  /** Microsoft keeps content, and answers questions about it, this long. */
  readonly reach: Duration;
  /** A margin: clocks differ a little, and time passes between planning and asking. */
  readonly margin: Duration;
  /** How far back each run looks again, because blobs appear some time after the creation time they give. */
  readonly overlap: Duration;
  /**
   * The longest window that is requested when catching up. Microsoft allows 24 hours; shorter ones record progress
   * sooner.
   */
  readonly longest: Duration;
  /** Windows of this length, counted from midnight UTC, are fetched again as a whole … */
  readonly revisited: Duration;
  /** … this long after they have closed: by then late blobs are there (as public collectors found by experience). */
  readonly settled: Duration;
  /** The first blobs after a subscription starts may take this much longer to appear. */
  readonly firstBlobs: Duration;
  /** A gap that would be out of reach within this time is an alarm: long enough for a person to act. */
  readonly warning: Duration;
}

export const planRules: PlanRules = {
  reach: duration('P7D'),
  margin: duration('PT2M'),
  overlap: duration('PT1H'),
  longest: duration('PT6H'),
  revisited: duration('PT12H'),
  settled: duration('PT3H'),
  firstBlobs: duration('PT12H'),
  warning: duration('P1D'),
};

export interface PlannedWindow extends Stretch {
  readonly why: FetchedWindow['why'];
}

export interface Planning {
  readonly fetched: readonly Pick<FetchedWindow, 'start' | 'end' | 'fetchedAt'>[];
  /** Should be Microsoft's clock: by one that is ahead, a window would count as seen before its blobs exist. */
  readonly now: Instant;
  /** When the subscription was last started, if Lapse did it. */
  readonly startedAt?: Instant | undefined;
  readonly rules?: PlanRules;
}

/**
 * In the order in which to fetch: new windows first, so that a long outage does not delay today's news; then gaps,
 * oldest first, because they are the next to get out of reach; then what is looked at again.
 */
export function planWindows(planning: Planning): readonly PlannedWindow[] {
  const { now, rules = planRules } = planning;
  const end = wholeSecond(now);
  const within: Stretch = { start: oldestMoment(end, rules), end };
  // A note from the future says that some clock was wrong, not that its window was seen.
  const known = planning.fetched.filter(({ fetchedAt }) => fetchedAt <= now);

  const live: Stretch = { start: latest(minus(end, rules.overlap), within.start), end };
  const gaps = subtractStretches(within, [...known, live]).flatMap((gap) =>
    splitStretch(gap, millis(rules.longest)),
  );
  const settledPart = settling(planning);
  // Gaps that are about to be filled late enough need no second look.
  const settled = mergeStretches([
    ...known.map((window) => settledPart(window, window.fetchedAt)),
    ...gaps.map((gap) => settledPart(gap, end)),
  ]);
  return [
    { ...live, why: 'live' },
    ...gaps.map((gap) => ({ ...gap, why: 'gap' as const })),
    ...halves(within, rules)
      .filter(
        (window) =>
          settledPart(window, end).end === window.end && subtractStretches(window, settled).length > 0,
      )
      .map((window) => ({ ...window, why: 'revisit' as const })),
  ];
}

/** The oldest moment that can be asked about. */
export const oldestMoment = (now: Instant, { reach, margin }: PlanRules = planRules): Instant =>
  wholeSecond(plus(minus(now, reach), margin));

/** The part of the gaps that is out of reach soon: whatever is in it then is lost unless somebody acts. */
export function findEndangered(
  gaps: readonly Stretch[],
  now: Instant,
  rules: PlanRules = planRules,
): readonly Stretch[] {
  const line = plus(oldestMoment(now, rules), rules.warning);
  return gaps.flatMap(({ start, end }) => (start < line ? [{ start, end: end < line ? end : line }] : []));
}

/** As much of a window as was seen late enough that nothing more is expected of it. May be empty. */
function settling({ startedAt, rules = planRules }: Planning): (window: Stretch, seenAt: Instant) => Stretch {
  const begun = startedAt === undefined ? undefined : plus(plus(startedAt, rules.firstBlobs), rules.settled);
  return ({ start, end }, seenAt) => ({
    start,
    end: earliest(
      end,
      minus(seenAt, rules.settled),
      startedAt !== undefined && begun !== undefined && seenAt < begun ? startedAt : end,
    ),
  });
}

/** The windows to revisit that lie in the past, oldest first, as far as they are within reach. */
function halves(within: Stretch, { revisited }: PlanRules): readonly Stretch[] {
  const length = millis(revisited);
  const windows: Stretch[] = [];
  for (let from = Math.floor(toMillis(within.start) / length) * length; ; from += length) {
    const end = fromMillis(from + length);
    if (end > within.end) return windows;
    windows.push({ start: latest(fromMillis(from), within.start), end });
  }
}

/** Microsoft's format has no milliseconds, and what is not asked about must not count as asked. */
const wholeSecond = (at: Instant): Instant => fromMillis(Math.floor(toMillis(at) / 1000) * 1000);
