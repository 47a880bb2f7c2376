/**
 * Moments and lengths of time, as plain text: an `Instant` is ISO 8601 in UTC with milliseconds, so instants
 * compare and sort as strings; a `Duration` is the part of ISO 8601 that has one meaning everywhere: weeks,
 * days of 24 hours, hours, minutes, seconds.
 */
export type Instant = string & { readonly __instant: never };
export type Duration = string & { readonly __duration: never };

const pattern = /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;

/** Reads what any clock or person wrote; `undefined` where it names no moment. */
export function parseInstant(text: string | number): Instant | undefined {
  const ms = typeof text === 'number' ? text : Date.parse(text);
  // The last moment a four-digit year can name: beyond it, text no longer sorts as time.
  return Number.isFinite(ms) && ms >= 0 && ms <= 253_402_300_799_999 ? fromMillis(ms) : undefined;
}

/** For text known to be good (literals, what was stored). Throws `RangeError` otherwise. */
export function instant(text: string | number): Instant {
  const parsed = parseInstant(text);
  if (!parsed) throw new RangeError(`not a moment in time: ${text}`);
  return parsed;
}

export const toMillis = (at: Instant): number => Date.parse(at);
export const fromMillis = (ms: number): Instant => new Date(ms).toISOString() as Instant;

/** The length in milliseconds; `undefined` where the text is no `Duration` or has no parts. */
export function parseDuration(text: string): number | undefined {
  const parts = pattern.exec(text);
  if (!parts || text === 'P' || text.endsWith('T')) return undefined;
  const [weeks, days, hours, minutes, seconds] = parts
    .slice(1)
    .map((part: string | undefined) => Number(part ?? 0));
  return (
    (((((weeks ?? 0) * 7 + (days ?? 0)) * 24 + (hours ?? 0)) * 60 + (minutes ?? 0)) * 60 + (seconds ?? 0)) *
    1000
  );
}

/** For text known to be good. Throws `RangeError` otherwise. */
export function duration(text: string): Duration {
  if (parseDuration(text) === undefined)
    throw new RangeError(`not a length of time: ${text} (write P3D, PT12H, P1DT6H)`);
  return text as Duration;
}

export const millis = (length: Duration): number => parseDuration(length) ?? 0;
export const plus = (at: Instant, length: Duration): Instant => fromMillis(toMillis(at) + millis(length));
export const minus = (at: Instant, length: Duration): Instant => fromMillis(toMillis(at) - millis(length));
export const earliest = (...all: readonly Instant[]): Instant => all.reduce((a, b) => (b < a ? b : a));
export const latest = (...all: readonly Instant[]): Instant => all.reduce((a, b) => (b > a ? b : a));

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

/** "5 Dec 2026, 14:00 UTC", for people to read where nothing shows them their own time. */
export function momentInWords(at: Instant): string {
  const month = months[Number(at.slice(5, 7)) - 1] ?? '';
  return `${Number(at.slice(8, 10))} ${month} ${at.slice(0, 4)}, ${at.slice(11, 16)} UTC`;
}

/** "3 days", "12 hours": the largest unit that leaves no more than two figures, for people to read. */
export function inWords(length: Duration | number): string {
  const ms = typeof length === 'number' ? length : millis(length);
  const units: readonly (readonly [string, number])[] = [
    ['day', 86_400_000],
    ['hour', 3_600_000],
    ['minute', 60_000],
  ];
  for (const [name, size] of units) {
    const count = Math.round(ms / size);
    if (ms >= size * 2 || (ms >= size && ms % size === 0)) return `${count} ${name}${count === 1 ? '' : 's'}`;
  }
  const minutes = Math.max(1, Math.round(ms / 60_000));
  return `${minutes} minute${minutes === 1 ? '' : 's'}`;
}
