/** What a person may choose on a form: a date means the end of that day where the organisation is. */
import { fromMillis, inWords, millis, parseInstant, plus, toMillis } from './instant.ts';
import { classOf } from './policy.ts';
import type { Exception } from './exception.ts';
import type { Duration, Instant } from './instant.ts';
import type { Policy } from './policy.ts';

const day = 86_400_000;

/** The last moment of a `YYYY-MM-DD` date in an IANA time zone; `undefined` where it is no date of the calendar. */
export function expiryOf(date: string, timeZone: string): Instant | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date)) return undefined;
  const midnight = parseInstant(`${date}T00:00:00Z`);
  if (midnight?.slice(0, 10) !== date) return undefined;
  // The end of the day is the start of the next one there, less a millisecond. Its offset is looked up twice,
  // because the first guess may fall on the other side of a daylight-saving change.
  const next = toMillis(midnight) + day;
  const guess = next - offset(next, timeZone);
  return fromMillis(next - offset(guess, timeZone) - 1);
}

/** The date, there, of a moment. */
export const dateOf = (at: Instant, timeZone: string): string =>
  fromMillis(toMillis(at) + offset(toMillis(at), timeZone)).slice(0, 10);

/** The latest expiry policy allows for an approval given now. */
export const longestExpiry = (exception: Pick<Exception, 'risk'>, now: Instant, policy: Policy): Instant =>
  plus(now, classOf(policy, exception).longestTerm);

/** The last date that can be chosen: the last one that ends before the longest term does. */
export const lastDate = (exception: Pick<Exception, 'risk'>, now: Instant, policy: Policy): string => {
  const longest = longestExpiry(exception, now, policy);
  const date = dateOf(longest, policy.timeZone);
  const end = expiryOf(date, policy.timeZone);
  return end !== undefined && end <= longest
    ? date
    : dateOf(fromMillis(toMillis(longest) - day), policy.timeZone);
};

/** Why an expiry is refused, as a sentence for the form; `undefined` where it is fine. */
export function checkTerm(
  exception: Pick<Exception, 'risk'>,
  expiresAt: Instant,
  now: Instant,
  policy: Policy,
): string | undefined {
  if (expiresAt <= now) return 'That date is in the past. Choose a later one.';
  if (expiresAt > longestExpiry(exception, now, policy)) {
    const longest = inWords(classOf(policy, exception).longestTerm);
    return `For ${exception.risk} risk the longest term is ${longest}. Choose ${lastDate(exception, now, policy)} or earlier.`;
  }
  return undefined;
}

/** Why a review cadence is refused. */
export const checkCadence = (
  exception: Pick<Exception, 'risk'>,
  reviewEvery: Duration,
  policy: Policy,
): string | undefined => {
  const longest = classOf(policy, exception).reviewEvery;
  return millis(reviewEvery) > 0 && millis(reviewEvery) <= millis(longest)
    ? undefined
    : `For ${exception.risk} risk a review is due at least every ${inWords(longest)}.`;
};

/** How far local time is ahead of UTC at a moment, in milliseconds. */
function offset(ms: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(ms);
  const part = (type: string) => Number(parts.find((p) => p.type === type)?.value);
  return (
    Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second')) -
    Math.floor(ms / 1000) * 1000
  );
}
