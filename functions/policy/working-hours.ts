/** When people are at work: notice that counts, and deadlines that do not fall at night. */
import { dateOf, day, momentAt, nextDate } from '#time/local-time.ts';
import { fromMillis, latest, millis, plus, toMillis } from '#time/instant.ts';
import { classOf, weekdays } from './policy.ts';
import type { Duration, Instant } from '#time/instant.ts';
import type { Classified, Policy, WorkingHours } from './policy.ts';

type Calendar = Pick<Policy, 'workingHours' | 'timeZone'>;

export interface Shift {
  readonly from: Instant;
  readonly to: Instant;
}

/** Longer than any notice takes; a calendar without a single working day would end here. */
const mostDays = 4000;

/** The remaining working time from a moment on, day by day. */
function* shifts(at: Instant, { workingHours, timeZone }: Calendar): Generator<Shift> {
  // The previous day too: if the clock is set back over midnight, its end can come after the moment.
  let date = dateOf(fromMillis(Math.max(0, toMillis(at) - day)), timeZone);
  for (let count = 0; count < mostDays; count += 1, date = nextDate(date)) {
    if (!isWorkingDay(date, workingHours)) continue;
    const from = momentAt(date, workingHours.from, timeZone);
    const to = momentAt(date, workingHours.to, timeZone);
    if (from !== undefined && to !== undefined && from < to && to > at) yield { from: latest(from, at), to };
  }
}

/** Whole working days that begin after a moment. */
export function* shiftsAfter(at: Instant, calendar: Calendar): Generator<Shift> {
  for (const shift of shifts(at, calendar)) if (shift.from > at) yield shift;
}

export const isWorkingDay = (
  date: string,
  { days, holidays }: Pick<WorkingHours, 'days' | 'holidays'>,
): boolean => {
  const weekday = weekdays[(new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7];
  return weekday !== undefined && days.includes(weekday) && !holidays.includes(date);
};

/** The moment itself if people are at work, otherwise the start of the next working time. */
export function nextWorkingMoment(at: Instant, calendar: Calendar): Instant {
  for (const { from } of shifts(at, calendar)) return from;
  return at;
}

/** When the next working time begins. */
export function nextWorkingStart(at: Instant, calendar: Calendar): Instant {
  for (const { from } of shifts(at, calendar)) if (from > at) return from;
  return at;
}

/** When that much working time has passed. */
export function addWorkingTime(at: Instant, length: Duration, calendar: Calendar): Instant {
  let left = millis(length);
  for (const { from, to } of shifts(at, calendar)) {
    const here = toMillis(to) - toMillis(from);
    if (left <= here) return fromMillis(toMillis(from) + left);
    left -= here;
  }
  return plus(at, length);
}

/** When somebody who is told now will have had the least notice. */
export function noticeEndOf(told: Instant, exception: Classified, policy: Policy): Instant {
  const { leastNotice, hours } = classOf(policy, exception);
  return hours === 'working' ? addWorkingTime(told, leastNotice, policy) : plus(told, leastNotice);
}

/** The moment itself, or the next working morning if its class keeps working hours. */
export const moveIntoHours = (at: Instant, exception: Classified, policy: Policy): Instant =>
  classOf(policy, exception).hours === 'working' ? nextWorkingMoment(at, policy) : at;

/** A deadline that long after a moment, within the hours its class keeps. */
export const createDeadline = (
  at: Instant,
  length: Duration,
  exception: Classified,
  policy: Policy,
): Instant => moveIntoHours(plus(at, length), exception, policy);
