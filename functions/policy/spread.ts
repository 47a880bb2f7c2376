/**
 * When what was there before Lapse falls due: so many on a working day as policy says, within working hours, and far
 * enough apart that no hour of silence is a mass lapse for the breaker by its number; a day on which nobody answers about
 * a large share of a tenant is one. Where nothing else has happened, the same queue gets the same deadlines, and half a
 * queue gets its half: a run that is repeated or interrupted, or another one beside it, changes nothing.
 */
import { dateOf } from '#time/local-time.ts';
import { millis, toMillis, fromMillis, type Instant } from '#time/instant.ts';
import { shiftsAfter, type Shift } from './working-hours.ts';
import type { Policy } from './policy.ts';

type Rules = Pick<Policy, 'importPerDay' | 'breaker' | 'workingHours' | 'timeZone'>;

/**
 * A deadline for each of the queue, whose order is kept where it can be: none before its own moment.
 * `taken`: deadlines that others of the tenant have already.
 */
export function spreadDeadlines(
  queue: readonly Instant[],
  taken: readonly Instant[],
  given: Rules,
): readonly Instant[] {
  const policy = { ...given, importPerDay: mostPerDay(queue.length + taken.length, given) };
  const plan = createPlan(taken, policy);
  // What was taken stays taken: who waits for the same moment need not look from the beginning again.
  const open = new Map<Instant, Iterator<Instant>>();
  return queue.map((notBefore) => {
    const moments = open.get(notBefore) ?? placesAfter(notBefore, policy);
    open.set(notBefore, moments);
    for (let next = moments.next(); !next.done; next = moments.next())
      if (plan.isFree(next.value)) return plan.take(next.value);
    return plan.take(notBefore);
  });
}

/** In a small tenant a few on one day are a share that the breaker takes for a mass. */
const mostPerDay = (size: number, { importPerDay, breaker: { least, share } }: Rules): number =>
  Math.max(1, Math.min(importPerDay, Math.max(least - 1, Math.floor((size * share) / 100))));

/** How far apart two of them are at least: fewer than a breaker with such numbers would ever look at. */
const gapOf = ({ breaker: { most, least, within } }: Rules): number =>
  Math.ceil(millis(within) / Math.max(1, Math.min(most, least - 1)));

function* placesAfter(notBefore: Instant, policy: Rules): Generator<Instant> {
  for (const shift of shiftsAfter(notBefore, policy)) yield* placesIn(shift, policy);
}

/** Evenly over the day, so that nobody has to answer all of them in its first hour. */
function* placesIn({ from, to }: Shift, policy: Rules): Generator<Instant> {
  const [start, end] = [toMillis(from), toMillis(to)];
  const step = Math.max(gapOf(policy), Math.floor((end - start) / policy.importPerDay));
  for (let at = start; at < end; at += step) yield fromMillis(at);
}

function createPlan(taken: readonly Instant[], policy: Rules) {
  const { importPerDay, timeZone } = policy;
  const gap = gapOf(policy);
  const perDay = new Map<string, number>();
  const near = new Map<number, number[]>();
  const take = (at: Instant): Instant => {
    const date = dateOf(at, timeZone);
    perDay.set(date, (perDay.get(date) ?? 0) + 1);
    const bucket = Math.floor(toMillis(at) / gap);
    near.set(bucket, [...(near.get(bucket) ?? []), toMillis(at)]);
    return at;
  };
  for (const at of taken) take(at);
  return {
    take,
    isFree(at: Instant): boolean {
      const ms = toMillis(at);
      const bucket = Math.floor(ms / gap);
      return (
        (perDay.get(dateOf(at, timeZone)) ?? 0) < importPerDay &&
        [bucket - 1, bucket, bucket + 1].every((one) =>
          (near.get(one) ?? []).every((other) => Math.abs(other - ms) >= gap),
        )
      );
    },
  };
}
