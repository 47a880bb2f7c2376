import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { spreadDeadlines } from '#policy/spread.ts';
import { isWorkingDay } from '#policy/working-hours.ts';
import { dateOf } from '#time/local-time.ts';
import { duration, instant, millis, plus, toMillis } from '#time/instant.ts';
import { admitLapses, unused, type Breaker } from '#lifecycle/breaker.ts';
import { weekdays } from '#policy/policy.ts';
import { policy } from '../lifecycle/examples.ts';
import type { Instant } from '#time/instant.ts';

const monday = instant('2026-11-02T12:00:00Z');
const office = {
  days: ['mon', 'tue', 'wed', 'thu', 'fri'] as const,
  from: '09:00',
  to: '17:00',
  holidays: ['2026-11-04'],
};
const rules = {
  importPerDay: 20,
  breaker: { most: 20, share: 25, least: 5, within: duration('PT1H') },
  workingHours: office,
  timeZone: 'Europe/Berlin',
};
const many = (count: number, at: Instant = monday): readonly Instant[] =>
  Array.from({ length: count }, () => at);
const perDay = (all: readonly Instant[], timeZone = rules.timeZone): readonly number[] =>
  Object.values(Object.groupBy(all, (at) => dateOf(at, timeZone)) as Record<string, readonly Instant[]>).map(
    (some) => some.length,
  );

describe('what was there before Lapse falls due', () => {
  it('so many a working day, from the next one on: three hundred take fifteen', () => {
    const spread = spreadDeadlines(many(300), [], rules);
    expect(perDay(spread)).toEqual(Array.from({ length: 15 }, () => 20));
    expect(spread[0]).toBe('2026-11-03T08:00:00.000Z');
    // Wednesday is a holiday.
    expect(spread[20]).toBe('2026-11-05T08:00:00.000Z');
  });

  it('in a small tenant no more a day than a breaker would pass, if nobody answers at first', () => {
    expect(perDay(spreadDeadlines(many(13), [], rules))).toEqual([4, 4, 4, 1]);
  });

  it('beside what has its day already', () => {
    const first = spreadDeadlines(many(15), [], rules);
    const then = spreadDeadlines(many(15), first, rules);
    expect(perDay([...first, ...then])).toEqual([7, 7, 7, 7, 2]);
  });

  it('on another day, where one is full of what an earlier policy put there', () => {
    // Without a breaker worth the name, only the day itself is in the way.
    const close = { ...rules, breaker: { ...rules.breaker, most: 1000, least: 1000 } };
    const full = spreadDeadlines(many(31), [], { ...close, importPerDay: 31 });
    expect(spreadDeadlines(many(80), full, close).slice(0, 1)).toEqual(['2026-11-05T08:00:00.000Z']);
  });

  it('where nobody ever works, at its own moment', () => {
    const never = { ...rules, workingHours: { ...office, holidays: [], days: [] } };
    expect(spreadDeadlines([monday], [], never)).toEqual([monday]);
  });
});

const anyRules = fc
  .record({
    importPerDay: fc.integer({ min: 1, max: 60 }),
    most: fc.integer({ min: 1, max: 40 }),
    least: fc.integer({ min: 1, max: 20 }),
    hours: fc.constantFrom('PT1H', 'PT4H', 'P1D'),
    from: fc.constantFrom('00:00', '09:00', '13:30'),
    to: fc.constantFrom('14:00', '17:00', '24:00'),
    days: fc.uniqueArray(fc.constantFrom(...weekdays), { minLength: 1 }),
    timeZone: fc.constantFrom('Etc/UTC', 'Europe/Berlin', 'America/New_York', 'Pacific/Auckland'),
  })
  .map(({ importPerDay, most, least, hours, from, to, days, timeZone }) => ({
    importPerDay,
    breaker: { most, share: 25, least, within: duration(hours) },
    workingHours: { days, from, to, holidays: [] },
    timeZone,
  }));
/** Each waits for a moment of its own class. */
const anyQueue = fc
  .array(fc.constantFrom('P3D', 'P14D', 'P14D', 'P14D', 'P30D'), { maxLength: 120 })
  .chain((lengths) =>
    fc
      .integer({ min: 0, max: 400 * 24 })
      .map((hours) => lengths.map((length) => plus(plus(monday, duration(`PT${hours}H`)), duration(length)))),
  );

describe('the spread', () => {
  it('never asks more of a day than policy says, always in working hours, and nothing before its moment', () => {
    fc.assert(
      fc.property(anyQueue, anyRules, (queue, given) => {
        const spread = spreadDeadlines(queue, [], given);
        expect(spread).toHaveLength(queue.length);
        for (const [index, at] of spread.entries()) {
          expect(at >= (queue[index] ?? at)).toBe(true);
          expect(isWorkingDay(dateOf(at, given.timeZone), given.workingHours)).toBe(true);
        }
        expect(Math.max(0, ...perDay(spread, given.timeZone))).toBeLessThanOrEqual(given.importPerDay);
      }),
    );
  });

  it('keeps the order of those that wait for the same moment: the most dangerous come first', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 200 }), anyRules, (count, given) => {
        const spread = spreadDeadlines(many(count), [], given);
        expect(spread).toEqual(spread.toSorted());
      }),
    );
  });

  it('is the same however often the run before it was interrupted', () => {
    fc.assert(
      fc.property(
        anyQueue,
        anyRules,
        fc.array(fc.nat(120), { maxLength: 4 }),
        (queue, given, interruptions) => {
          const whole = spreadDeadlines(queue, [], given);
          let done: readonly Instant[] = [];
          for (const upTo of [...interruptions.toSorted((a, b) => a - b), queue.length])
            done = [
              ...done,
              ...spreadDeadlines(queue.slice(done.length), done, given).slice(
                0,
                Math.max(0, upTo - done.length),
              ),
            ];
          expect(done).toEqual(whole);
        },
      ),
    );
  });

  it('is no mass lapse, if nobody at all answers', () => {
    fc.assert(
      fc.property(anyQueue, anyRules, (queue, given) => {
        let breaker: Breaker = unused;
        const spread = spreadDeadlines(queue, [], given).toSorted();
        for (const at of spread) {
          // By their number. On a day on which they are a large share of the tenant, an approver looks.
          const wanting = { count: 1, outOf: 1_000_000, on: 'ex-1' };
          const admitted = admitLapses(breaker, wanting, at, { ...policy, ...given });
          if (given.breaker.least > 1) expect(admitted.may).toBe(true);
          ({ breaker } = admitted);
        }
        const gap =
          millis(given.breaker.within) / Math.max(1, Math.min(given.breaker.most, given.breaker.least - 1));
        for (const [index, at] of spread.slice(1).entries())
          expect(toMillis(at) - toMillis(spread[index] ?? at)).toBeGreaterThanOrEqual(gap);
      }),
    );
  });
});
