import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planWindows } from '#collection/plan.ts';
import { addSeen } from '#collection/seen.ts';
import { duration, instant, plus, type Instant } from '#time/instant.ts';
import type { SeenStretch } from '#collection/coverage.ts';

const begun = instant('2026-11-20T09:07:31.250Z');
const minutes = (count: number) => duration(`PT${count}M`);
const seenAt = (start: string, end: string, fetchedAt = end): SeenStretch => ({
  start: instant(start),
  end: instant(end),
  fetchedAt: instant(fetchedAt),
});

/** Runs that far apart, each of which fetches so many of its windows; after each, what is planned by either. */
function lives(runs: readonly (readonly [wait: number, windows: number])[], startedAt?: Instant) {
  const fetches: SeenStretch[] = [];
  let seen: readonly SeenStretch[] = [];
  let now = begun;
  return runs.map(([wait, windows]) => {
    now = plus(now, minutes(wait));
    const planned = planWindows({ fetched: seen, now, startedAt });
    const byAll = planWindows({ fetched: fetches, now, startedAt });
    for (const { start, end } of byAll.slice(0, windows)) {
      const fetched = { start, end, fetchedAt: now };
      fetches.push(fetched);
      seen = addSeen(seen, [fetched]);
    }
    return { planned, byAll };
  });
}

describe('What was seen, in short', () => {
  it('leads to the same plan as every single fetch, whatever failed and however long nothing ran', () => {
    const wait = fc.oneof(
      { weight: 9, arbitrary: fc.constant(5) },
      { weight: 1, arbitrary: fc.integer({ min: 1, max: 4_000 }) },
    );
    const windows = fc.oneof({ weight: 6, arbitrary: fc.constant(99) }, { weight: 1, arbitrary: fc.nat(3) });
    const started = fc.option(fc.integer({ min: 0, max: 3_000 }), { nil: undefined });
    fc.assert(
      fc.property(fc.array(fc.tuple(wait, windows), { maxLength: 120 }), started, (runs, minute) => {
        const startedAt = minute === undefined ? undefined : plus(begun, minutes(minute));
        for (const { planned, byAll } of lives(runs, startedAt)) expect(planned).toEqual(byAll);
      }),
      { numRuns: 30 },
    );
  });

  it('leads to a second look at a half day that was only seen as it went by', () => {
    const runs = lives(Array.from({ length: 20 * 12 }, () => [5, 99] as const));
    for (const { planned, byAll } of runs) expect(planned).toEqual(byAll);
    expect(runs.flatMap(({ planned }) => planned).filter(({ why }) => why === 'revisit')).toHaveLength(2);
  });

  it('stays short: a week of runs five minutes apart is some thirty stretches', () => {
    let seen: readonly SeenStretch[] = [];
    let most = 0;
    for (let run = 0; run < 7 * 288; run += 1) {
      const now = plus(begun, minutes(5 * run));
      const fetched = planWindows({ fetched: seen, now }).map(({ start, end }) => ({
        start,
        end,
        fetchedAt: now,
      }));
      seen = addSeen(seen, fetched);
      most = Math.max(most, seen.length);
    }
    expect(most).toBeLessThanOrEqual(40);
  });

  it('forgets what has passed out of the seven days', () => {
    const old = seenAt('2026-11-10T00:00:00Z', '2026-11-11T00:00:00Z');
    const young = seenAt('2026-11-20T08:00:00Z', '2026-11-20T09:00:00Z');
    expect(addSeen(addSeen([], [old]), [young])).toEqual([young]);
  });

  it('keeps what a clock that was ahead noted for the time at which it may be believed', () => {
    const ahead = seenAt('2026-11-20T09:00:00Z', '2026-11-20T12:00:00Z', '2026-11-20T12:00:00Z');
    const true_ = seenAt('2026-11-20T08:30:00Z', '2026-11-20T09:30:00Z');
    const seen = addSeen(addSeen([], [ahead]), [true_]);
    expect(seen).toEqual([true_, ahead]);
    const [live] = planWindows({ fetched: seen, now: instant('2026-11-20T09:35:00Z') });
    expect(live).toMatchObject({ end: '2026-11-20T09:35:00.000Z' });
  });

  it('is never believed to have been seen later than it was', () => {
    const moment = fc.integer({ min: 0, max: 600 }).map((minute) => plus(begun, minutes(minute)));
    const fetch = fc
      .tuple(moment, fc.integer({ min: 1, max: 90 }), fc.integer({ min: 0, max: 200 }))
      .map(([start, length, later]): SeenStretch => {
        const end = plus(start, minutes(length));
        return { start, end, fetchedAt: plus(end, minutes(later)) };
      });
    fc.assert(
      fc.property(fc.array(fetch, { minLength: 10, maxLength: 40 }), (fetches) => {
        const seen = fetches.reduce<readonly SeenStretch[]>((all, one) => addSeen(all, [one]), []);
        for (const { start, fetchedAt } of seen) {
          const there = fetches.filter((one) => one.start <= start && one.end > start);
          expect(there.some((one) => one.fetchedAt >= fetchedAt)).toBe(true);
        }
      }),
    );
  });
});
