/** Calendar dates as text, `YYYY-MM-DD`: whoever counts in days needs no time zone. */
import { day } from './local-time.ts';

export const addDays = (date: string, days: number): string =>
  new Date(Date.parse(date) + days * day).toISOString().slice(0, 10);

export const daysBetween = (from: string, to: string): number =>
  Math.round((Date.parse(to) - Date.parse(from)) / day);

/** 0 is Sunday. The first of January 1970 was a Thursday. */
export const weekdayOf = (date: string): number => (Date.parse(date) / day + 4) % 7;
