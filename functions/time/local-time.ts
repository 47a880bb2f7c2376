/** The wall clock of an IANA time zone. */
import { fromMillis, parseInstant, toMillis } from './instant.ts';
import type { Instant } from './instant.ts';

export const day = 86_400_000;

/** The moment a wall clock there shows `HH:MM` on a `YYYY-MM-DD` date; `24:00` is the start of the next day. */
export function momentAt(date: string, time: string, timeZone: string): Instant | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date)) return undefined;
  const midnight = parseInstant(`${date}T00:00:00Z`);
  if (midnight?.slice(0, 10) !== date) return undefined;
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  const shown = toMillis(midnight) + (hours * 60 + minutes) * 60_000;
  // The offset is looked up twice: the first guess may fall on the other side of a daylight-saving change. In an
  // hour that is left out, either side of the gap will do.
  const guess = shown - offset(shown, timeZone);
  return fromMillis(shown - offset(guess, timeZone));
}

/** The date, there, of a moment. */
export const dateOf = (at: Instant, timeZone: string): string =>
  fromMillis(toMillis(at) + offset(toMillis(at), timeZone)).slice(0, 10);

/** Whether this machine knows it. */
export function isTimeZone(name: string): boolean {
  try {
    return name !== '' && new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

export const nextDate = (date: string): string =>
  new Date(Date.parse(`${date}T00:00:00Z`) + day).toISOString().slice(0, 10);

/** Making one takes a hundred times as long as using it. */
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formats.set(timeZone, made);
  return made;
}

/** How far local time is ahead of UTC at a moment, in milliseconds. */
function offset(ms: number, timeZone: string): number {
  const parts = formatOf(timeZone).formatToParts(ms);
  const part = (type: string) => Number(parts.find((p) => p.type === type)?.value);
  return (
    Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second')) -
    Math.floor(ms / 1000) * 1000
  );
}
