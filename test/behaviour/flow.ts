/** Days of made-up mail, for tests that say what is usual and what came then. */
import { addDays } from '#time/dates.ts';
import type { History } from '#behaviour/baseline.ts';
import { addSighting, trimDay, type UsageDay } from '#behaviour/usage.ts';
import { instant } from '#time/instant.ts';
import type { Sighting } from '#behaviour/sighting.ts';

export const today = '2026-11-20';

export interface Came extends Partial<Omit<Sighting, 'message'>> {
  readonly count: number;
}

/** Good enough a spread for a few hundred texts. */
export function hash(text: string): number {
  let state = 2_166_136_261;
  for (const character of text) state = Math.imul(state ^ character.charCodeAt(0), 16_777_619);
  state = Math.imul(state ^ (state >>> 15), 2_246_822_519);
  state = Math.imul(state ^ (state >>> 13), 3_266_489_917);
  return ((state ^ (state >>> 16)) >>> 0) / 2 ** 32;
}

export const signed = { spf: true, dkim: true, dmarc: true, compauth: true };
export const forged = { spf: false, dkim: false, dmarc: false, compauth: false };

export function dayOf(date: string, came: readonly Came[]): UsageDay | undefined {
  const sightings = came.flatMap(({ count, ...given }, which) =>
    Array.from({ length: count }, (_, at): Sighting => ({
      source: 'email-events',
      at: instant(`${date}T09:00:00Z`),
      message: `${which}-${at}`,
      recipients: 1,
      sender: 'pay@payroll.example',
      from: 'payroll.example',
      address: '203.0.113.7',
      passed: signed,
      outcome: 'delivered',
      threat: false,
      via: {},
      ...given,
    })),
  );
  const day = sightings.reduce<UsageDay | undefined>(
    (so, one) => addSighting(so, one, { hash, isFirst: true }),
    undefined,
  );
  return day && trimDay(day);
}

/** What came on each of the days before today, by how many days before, and today. */
export function historyOf(
  before: (daysAgo: number) => readonly Came[],
  now: readonly Came[],
  { daysBack = 100 }: { readonly daysBack?: number } = {},
): History {
  const known = Array.from({ length: daysBack + 1 }, (_, at) => addDays(today, at - daysBack));
  const days = known.flatMap((date, at) => dayOf(date, date === today ? now : before(daysBack - at)) ?? []);
  return { days, known };
}
