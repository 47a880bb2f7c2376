/**
 * The breaker: if too much in a tenant would lapse at once, nothing there lapses until a person has looked. A wrong
 * clock, a wrong policy, a Slack that loses messages: from inside, each looks as if nobody cared. A second breaker
 * guards the deadlines that a new policy brings nearer: by the time they lapse, nobody would be looking any more.
 */
import { duration, inWords, millis, minus, plus, toMillis } from '#time/instant.ts';
import { nextWorkingMoment } from '#policy/working-hours.ts';
import type { Duration, Instant } from '#time/instant.ts';
import type { Policy } from '#policy/policy.ts';

/** What is counted: lapses, or deadlines that a new policy brings nearer. Each has a breaker of its own. */
export const breakerTypes = ['lapses', 'policy'] as const;
export type BreakerType = (typeof breakerTypes)[number];

/** What is remembered for one tenant. */
export interface Breaker {
  /** What passed lately, oldest first. */
  readonly passed: readonly Passed[];
  /** Nothing passes while this is set. */
  readonly tripped?: {
    readonly at: Instant;
    readonly why: string;
    readonly waiting: number;
    /** The exception whose trail records it. */
    readonly on: string;
    /** The most dangerous of those that wait, as many as a message shows. */
    readonly shown?: readonly string[];
    /** Hash of the policy that would bring deadlines nearer: a stop and its release apply to that policy only. */
    readonly policy?: string;
  };
  readonly released?: {
    readonly at: Instant;
    readonly by: string;
    /** Until then, whatever was held back may pass without being counted. */
    readonly until: Instant;
    readonly policy?: string;
  };
  /**
   * What an approver has picked of the lapses that wait: only these pass until then, uncounted. What was left out stays
   * held back.
   */
  readonly picked?: {
    readonly at: Instant;
    readonly by: string;
    readonly until: Instant;
    readonly ids: readonly string[];
  };
}

interface Passed {
  readonly at: Instant;
  readonly count: number;
}

/** The breakers of all tenants, wherever they are kept. */
export interface Breakers {
  load(tenant: string, of: BreakerType): Promise<{ readonly breaker: Breaker; readonly revision: number }>;
  /** False: somebody else has changed it since it was loaded. */
  save(tenant: string, of: BreakerType, breaker: Breaker, revision: number): Promise<boolean>;
  /** Every tenant in which one ever stopped something. */
  tenants(): Promise<readonly string[]>;
}

export const unused: Breaker = { passed: [] };

export interface Wanting {
  /** How many exceptions of the tenant would lapse now. */
  readonly count: number;
  /** How many of its open ones could lapse at all, including those: `enoughToPass` of them will do. */
  readonly outOf: number;
  /** Since when the first of them waits. */
  readonly since?: Instant;
  /** The exception whose trail records a stop. */
  readonly on: string;
  readonly shown?: readonly string[];
  /** Hash of the policy that calls for it; absent for lapses. */
  readonly policy?: string;
}

/** The strictest numbers of several policies. */
export const strictestOf = (all: readonly Policy['breaker'][]): Policy['breaker'] =>
  all.reduce((a, b) => ({
    most: Math.min(a.most, b.most),
    share: Math.min(a.share, b.share),
    least: Math.min(a.least, b.least),
    within: millis(a.within) > millis(b.within) ? a.within : b.within,
  }));

/**
 * A share is taken of what passed within a day: in a small tenant, a few at each of several hours are as much a mass as
 * all at once, and never as many as `most` allows.
 */
const shareWithin = duration('P1D');

const windowOfShare = ({ within }: Policy['breaker']): Duration =>
  millis(within) > millis(shareWithin) ? within : shareWithin;

/** How many passed within that time before now. */
function passedWithin(breaker: Breaker, length: Duration, now: Instant): number {
  const since = toMillis(now) >= millis(length) ? minus(now, length) : now;
  return breaker.passed.filter(({ at }) => at > since).reduce((sum, { count }) => sum + count, 0);
}

/** Of so many open exceptions or more, `count` is a share that policy allows: nobody need count any further. */
export function enoughToPass(
  breaker: Breaker,
  count: number,
  now: Instant,
  { breaker: numbers }: Pick<Policy, 'breaker'>,
): number {
  const before = passedWithin(breaker, windowOfShare(numbers), now);
  return before + count < numbers.least ? 0 : Math.ceil(((before + count) * 100) / numbers.share) - before;
}

/** Something that would lapse, and since when. */
export interface Waiting {
  readonly id: string;
  readonly since: Instant;
}

/** What may lapse although a breaker holds back others. */
export const pickedOf = ({ picked }: Breaker, now: Instant): ReadonlySet<string> =>
  new Set(picked && now < picked.until ? picked.ids : []);

/** What of it a breaker that has tripped before still holds back. */
export function heldBackBy(breaker: Breaker, waiting: readonly Waiting[], now: Instant): readonly string[] {
  if (!breaker.tripped) return [];
  const picked = pickedOf(breaker, now);
  const left = waiting.filter(({ id }) => !picked.has(id));
  return left.every(({ since }) => isSettled(breaker, since)) ? [] : left.map(({ id }) => id);
}

/**
 * Whether all that a stop held back, or that an approver has left out since, was dealt with: what came later is another
 * matter, of which people would otherwise not be told.
 */
const isSettled = ({ tripped, picked }: Breaker, since: Instant | undefined): boolean =>
  tripped !== undefined && since !== undefined && since > tripped.at && (!picked || since > picked.at);

/** Whether they may lapse, and what to remember before the first one does. */
export function admitLapses(
  breaker: Breaker,
  wanting: Wanting,
  now: Instant,
  policy: Pick<Policy, 'breaker'>,
): { readonly may: boolean; readonly breaker: Breaker } {
  const { tripped, ...untripped } = breaker;
  // A stop for a policy that no longer exists, or for which nothing is left, stops nothing.
  const isOver =
    tripped &&
    (tripped.policy !== wanting.policy || wanting.count === 0 || isSettled(breaker, wanting.since));
  if (tripped && !isOver) return { may: false, breaker };
  if (isOver) return admitLapses(untripped, wanting, now, policy);
  const { released } = breaker;
  if (released && now < released.until && released.policy === wanting.policy) return { may: true, breaker };
  const { most, share, least, within } = policy.breaker;
  const longer = windowOfShare(policy.breaker);
  const atOnce = passedWithin(breaker, within, now) + wanting.count;
  const before = passedWithin(breaker, longer, now);
  const count = before + wanting.count;
  // Those that lapsed within the window were open too when it began.
  const outOf = before + wanting.outOf;
  const would = wanting.policy === undefined ? 'would have lapsed' : 'would have had an earlier deadline';
  const why =
    atOnce > most
      ? `${atOnce} exceptions ${would} within ${inWords(within)}, in which policy allows ${most}`
      : count >= least && count * 100 > share * outOf
        ? `${count} of ${outOf} open exceptions ${would} within ${inWords(longer)}, in which policy allows ${share} percent`
        : undefined;
  const passed = breaker.passed.filter(({ at }) => toMillis(at) > toMillis(now) - millis(longer));
  if (why !== undefined) {
    const { count: waiting, on, shown, policy: named } = wanting;
    const stop = {
      ...{ at: now, why, waiting, on },
      ...(shown && { shown }),
      ...(named !== undefined && { policy: named }),
    };
    return { may: false, breaker: { ...breaker, passed, tripped: stop } };
  }
  const added = { at: now, count: wanting.count };
  return { may: true, breaker: { ...breaker, passed: wanting.count === 0 ? passed : [...passed, added] } };
}

type Released = Pick<Policy, 'breaker' | 'risk' | 'kinds' | 'workingHours' | 'timeZone'>;

/** What lapses in working hours only can use a release of the evening no sooner than in the morning. */
const untilOf = (now: Instant, policy: Released): Instant =>
  plus(keepsHours(policy) ? nextWorkingMoment(now, policy) : now, policy.breaker.within);

const keepsHours = ({ risk, kinds }: Pick<Policy, 'risk' | 'kinds'>): boolean =>
  [risk, ...Object.values(kinds)].some((classes) =>
    Object.values(classes ?? {}).some((one) => one?.hours === 'working'),
  );

/** An approver has looked at what a policy brings nearer: all of it passes, since a policy is for all or for none. */
export function releaseBreaker({ tripped }: Breaker, by: string, now: Instant, policy: Released): Breaker {
  const named = tripped?.policy;
  const released = { at: now, by, until: untilOf(now, policy) };
  return { passed: [], released: { ...released, ...(named !== undefined && { policy: named }) } };
}

/**
 * An approver has looked at what would lapse, and picked some: counting starts again after them. `left`: how many they
 * left out, which stay held back. What somebody else has picked a moment ago stays picked.
 */
export function releaseSome(
  breaker: Breaker,
  { by, ids, left }: { readonly by: string; readonly ids: readonly string[]; readonly left: number },
  now: Instant,
  policy: Released,
): Breaker {
  const { tripped } = breaker;
  return {
    passed: [],
    ...(tripped && left > 0 && { tripped: { ...tripped, waiting: left } }),
    picked: {
      at: now,
      by,
      until: untilOf(now, policy),
      ids: [...new Set([...pickedOf(breaker, now), ...ids])],
    },
  };
}
