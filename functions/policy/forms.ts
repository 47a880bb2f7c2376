/** What a person may choose on a form: a date means the end of that day in the organisation's time zone. */
import { boundOf } from './authority.ts';
import { fromMillis, inWords, millis, plus, toMillis } from '#time/instant.ts';
import { dateOf, day, momentAt } from '#time/local-time.ts';
import { classOf } from './policy.ts';
import type { Scoped } from './authority.ts';
import type { Duration, Instant } from '#time/instant.ts';
import type { Classified, Policy } from './policy.ts';

export { dateOf } from '#time/local-time.ts';

/** What bounds a term. */
type Bounded = Classified & Scoped;

/** The last moment of a `YYYY-MM-DD` date in an IANA time zone; `undefined` for a date that does not exist. */
export function expiryOf(date: string, timeZone: string): Instant | undefined {
  // The end of the day is the start of the next one there, less a millisecond.
  const end = momentAt(date, '24:00', timeZone);
  return end && fromMillis(toMillis(end) - 1);
}

/** The longest term of its class, or of what it rests on if that is shorter. */
export function longestTerm(exception: Bounded, policy: Policy): Duration {
  const { longestTerm } = classOf(policy, exception);
  const bound = boundOf(exception, policy).longestTerm;
  return bound !== undefined && millis(bound) < millis(longestTerm) ? bound : longestTerm;
}

/** The cadence of its class, but never rarer than once in the longest term. */
export function longestCadence(exception: Bounded, policy: Policy): Duration {
  const { reviewEvery } = classOf(policy, exception);
  const term = longestTerm(exception, policy);
  return millis(reviewEvery) <= millis(term) ? reviewEvery : term;
}

/** The latest expiry policy allows for an approval given now. */
export const longestExpiry = (exception: Bounded, now: Instant, policy: Policy): Instant =>
  plus(now, longestTerm(exception, policy));

/** The last date that can be chosen: the last one that ends before the longest term does. */
export const lastDateOf = (exception: Bounded, now: Instant, policy: Policy): string => {
  const longest = longestExpiry(exception, now, policy);
  const date = dateOf(longest, policy.timeZone);
  const end = expiryOf(date, policy.timeZone);
  return end !== undefined && end <= longest
    ? date
    : dateOf(fromMillis(toMillis(longest) - day), policy.timeZone);
};

/** Why an expiry is refused, as a sentence for the form; `undefined` where it is fine. */
export function checkTerm(
  exception: Bounded,
  expiresAt: Instant,
  now: Instant,
  policy: Policy,
): string | undefined {
  if (expiresAt <= now) return 'That date is in the past. Choose a later one.';
  if (expiresAt > longestExpiry(exception, now, policy)) {
    const longest = inWords(longestTerm(exception, policy));
    return `For ${exception.risk} risk the longest term is ${longest}. Choose ${lastDateOf(exception, now, policy)} or earlier.`;
  }
  return undefined;
}

/** Why a review cadence is refused. */
export const checkCadence = (
  exception: Bounded,
  reviewEvery: Duration,
  policy: Policy,
): string | undefined => {
  const longest = longestCadence(exception, policy);
  if (millis(reviewEvery) > millis(longest))
    return `For ${exception.risk} risk a review is due at least every ${inWords(longest)}.`;
  // Policy itself may set less than a day; people may not ask for more than one question a day.
  return millis(reviewEvery) < Math.min(day, millis(longest))
    ? 'A review is due once a day at most. Choose a longer time.'
    : undefined;
};
