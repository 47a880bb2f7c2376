import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  findEndangered,
  oldestMoment,
  planRules,
  planWindows as planned,
  type PlannedWindow,
  type Planning,
} from '#collection/plan.ts';
import { duration, fromMillis, instant, millis, minus, plus, toMillis, type Instant } from '#time/instant.ts';
import { lengthOf, mergeStretches, subtractStretches, type Stretch } from '#time/stretch.ts';

const plan = (fetched: Planning['fetched'], now: Instant, startedAt?: Instant) =>
  planned({ fetched, now, startedAt });
const now = instant('2026-11-20T09:07:31.250Z');
const hours = (count: number) => duration(`PT${count}H`);
const fetched = (start: Instant, end: Instant, fetchedAt: Instant = end) => ({ start, end, fetchedAt });
const week: Stretch = { start: oldestMoment(now), end: instant('2026-11-20T09:07:31Z') };
/** The last week, seen so late that nothing has to be looked at again. */
const seen = fetched(minus(now, hours(24 * 8)), minus(now, hours(1)), now);
/** What the floor keeps clear of the seven days, in milliseconds; `now` is 250 into its second. */
const planMargin = millis(planRules.margin) - 250;
const of = (why: PlannedWindow['why'], windows: readonly PlannedWindow[]) =>
  windows.filter((one) => one.why === why);

describe('The first run', () => {
  const windows = plan([], now);

  it('begins with the last hour, then fills seven days, oldest first', () => {
    expect(windows[0]).toEqual({
      start: '2026-11-20T08:07:31.000Z',
      end: '2026-11-20T09:07:31.000Z',
      why: 'live',
    });
    const gaps = of('gap', windows);
    expect(gaps[0]?.start).toBe('2026-11-13T09:09:31.000Z');
    expect(gaps.map(({ start }) => start)).toEqual(gaps.map(({ start }) => start).toSorted());
  });

  it('leaves nothing out', () => expect(subtractStretches(week, windows)).toEqual([]));

  it('does not look twice at what it sees late enough anyway', () => {
    // Midnight to noon of today is open, yesterday's halves closed long before the gaps are filled.
    expect(of('revisit', windows)).toEqual([]);
  });
});

describe('A regular run', () => {
  it('looks an hour back although the last run was five minutes ago', () => {
    const lastRun = fetched(minus(now, hours(2)), minus(now, duration('PT5M')));
    const [live, ...rest] = plan([seen, lastRun], now);
    expect(live).toEqual({ start: '2026-11-20T08:07:31.000Z', end: '2026-11-20T09:07:31.000Z', why: 'live' });
    expect(rest).toEqual([]);
  });

  it('goes back over half a day as a whole three hours after it has closed', () => {
    const polled = fetched(
      minus(now, hours(24 * 8)),
      instant('2026-11-20T00:00:00Z'),
      instant('2026-11-20T00:00:00Z'),
    );
    const morning = fetched(polled.end, instant('2026-11-20T03:00:00Z'));
    const earlier = fetched(polled.start, instant('2026-11-19T12:00:00Z'), instant('2026-11-19T15:00:00Z'));
    expect(of('revisit', plan([polled, morning, earlier], instant('2026-11-20T02:59:59Z')))).toEqual([]);
    expect(of('revisit', plan([polled, morning, earlier], instant('2026-11-20T03:00:00Z')))).toEqual([
      { start: '2026-11-19T12:00:00.000Z', end: '2026-11-20T00:00:00.000Z', why: 'revisit' },
    ]);
  });

  it('does not go back over it once more', () => {
    const again = fetched(
      instant('2026-11-19T12:00:00Z'),
      instant('2026-11-20T00:00:00Z'),
      instant('2026-11-20T03:00:00Z'),
    );
    const before = fetched(
      minus(now, hours(24 * 8)),
      instant('2026-11-19T12:00:00Z'),
      instant('2026-11-19T15:00:00Z'),
    );
    expect(of('revisit', plan([before, again], instant('2026-11-20T03:05:00Z')))).toEqual([]);
  });
});

describe('After the start of a subscription', () => {
  const startedAt = instant('2026-11-19T20:00:00Z');
  const polled = [
    fetched(minus(now, hours(24 * 8)), instant('2026-11-20T10:00:00Z'), now),
    fetched(startedAt, instant('2026-11-20T15:00:00Z')),
  ];

  it('half days are gone back over when the first blobs may have come, and not before', () => {
    expect(of('revisit', plan(polled, instant('2026-11-20T10:59:59Z'), startedAt))).toEqual([]);
    expect(
      of('revisit', plan(polled, instant('2026-11-20T11:00:00Z'), startedAt)).map(({ end }) => end),
    ).toEqual(['2026-11-20T00:00:00.000Z']);
  });
});

describe('After an outage', () => {
  it('the hole is filled oldest first, after what is new', () => {
    const before = fetched(
      minus(now, hours(24 * 8)),
      instant('2026-11-18T09:00:00Z'),
      instant('2026-11-18T12:00:00Z'),
    );
    const windows = plan([before], now).filter(({ why }) => why !== 'revisit');
    expect(windows.map(({ why }) => why)).toEqual(['live', ...Array.from({ length: 8 }, () => 'gap')]);
    expect(windows[1]).toEqual({
      start: '2026-11-18T09:00:00.000Z',
      end: '2026-11-18T15:00:00.000Z',
      why: 'gap',
    });
    expect(windows.at(-1)?.end).toBe('2026-11-20T08:07:31.000Z');
  });

  it('what is older than seven days is not asked for', () => {
    const before = fetched(minus(now, hours(24 * 30)), minus(now, hours(24 * 20)));
    expect(plan([before], now).every(({ start }) => start >= minus(now, hours(24 * 7)))).toBe(true);
  });

  it('a gap counts as endangered in its last day within reach', () => {
    const old = { start: minus(now, hours(24 * 7)), end: minus(now, hours(24 * 5)) };
    expect(findEndangered([old], now).map(lengthOf)).toEqual([24 * 3_600_000 + planMargin]);
    expect(findEndangered([{ start: minus(now, hours(140)), end: now }], now)).toEqual([]);
  });
});

describe('With a wrong clock', () => {
  it('a note from the future does not count', () => {
    const ahead = fetched(minus(now, hours(24)), plus(now, hours(2)), plus(now, hours(2)));
    expect(subtractStretches(week, plan([seen, ahead], now))).not.toEqual([]);
    expect(
      subtractStretches({ start: minus(now, hours(1)), end: week.end }, plan([seen, ahead], now)),
    ).toEqual([]);
    expect(subtractStretches(week, [...plan([ahead], now)])).toEqual([]);
  });

  it('nothing is asked of the time to come', () => {
    const ahead = fetched(minus(now, hours(1)), plus(now, hours(2)), now);
    expect(plan([seen, ahead], now).every(({ end }) => end <= now)).toBe(true);
  });
});

describe('Whatever was fetched before', () => {
  const moment = fc.integer({ min: toMillis(now) - 9 * 86_400_000, max: toMillis(now) + 86_400_000 });
  const history = fc.array(
    fc
      .tuple(
        moment,
        fc.integer({ min: 1, max: 86_400_000 }),
        fc.integer({ min: -3_600_000, max: 5 * 86_400_000 }),
      )
      .map(([from, length, later]) =>
        fetched(fromMillis(from), fromMillis(from + length), fromMillis(from + length + later)),
      ),
    { maxLength: 40 },
  );

  it('every window is in order, at most 24 hours, in whole seconds, within seven days and not in the future', () => {
    fc.assert(
      fc.property(history, (notes) => {
        for (const window of plan(notes, now)) {
          expect(window.start < window.end).toBe(true);
          expect(lengthOf(window)).toBeLessThanOrEqual(24 * 3_600_000);
          expect(window.start >= minus(now, planRules.reach)).toBe(true);
          expect(window.end <= now).toBe(true);
          expect(toMillis(window.start) % 1000 || toMillis(window.end) % 1000).toSatisfy(
            // Only where an earlier fetch ended between two seconds may a gap begin there.
            (rest: number) => rest === 0 || notes.length > 0,
          );
        }
      }),
    );
  });

  it('what was fetched and what is planned leave no moment of the week out', () => {
    fc.assert(
      fc.property(history, (notes) => {
        const believed = notes.filter(({ fetchedAt }) => fetchedAt <= now);
        expect(subtractStretches(week, [...believed, ...plan(notes, now)])).toEqual([]);
      }),
    );
  });
});

describe('Run after run, with any outages', () => {
  /** Runs every half hour for ten days; each fails as a whole, or stops after some windows. */
  const runs = fc.array(
    fc.oneof(
      { weight: 4, arbitrary: fc.constant(Infinity) },
      { weight: 2, arbitrary: fc.nat(3) },
      { weight: 1, arbitrary: fc.constant(0) },
    ),
    { minLength: 50, maxLength: 400 },
  );

  it('once a run succeeds, all of the last seven days has been seen', () => {
    fc.assert(
      fc.property(runs, (capacities) => {
        const notes: ReturnType<typeof fetched>[] = [];
        let at = toMillis(now);
        for (const capacity of [...capacities, Infinity]) {
          at += 30 * 60_000;
          const windows = plan(notes, fromMillis(at)).slice(0, capacity === Infinity ? undefined : capacity);
          notes.push(...windows.map(({ start, end }) => fetched(start, end, fromMillis(at))));
        }
        const end = fromMillis(Math.floor(at / 1000) * 1000);
        expect(subtractStretches({ start: oldestMoment(end), end }, notes)).toEqual([]);
      }),
      { numRuns: 20 },
    );
  });

  it('without outages, every moment is seen again three hours after its half day has closed', () => {
    const notes: ReturnType<typeof fetched>[] = [];
    let at = toMillis(now);
    for (let run = 0; run < 3 * 288; run += 1, at += 5 * 60_000)
      notes.push(...plan(notes, fromMillis(at)).map(({ start, end }) => fetched(start, end, fromMillis(at))));
    const late = notes.filter(({ end, fetchedAt }) => fetchedAt >= plus(end, planRules.settled));
    const settledUntil = minus(fromMillis(at), hours(15));
    expect(
      subtractStretches({ start: oldestMoment(fromMillis(at)), end: settledUntil }, mergeStretches(late)),
    ).toEqual([]);
    // Five revisits in three days, and one live window each run: nothing is asked for over and over.
    expect(notes.length).toBeLessThan(3 * 288 + 28 + 7);
    expect(millis(planRules.revisited)).toBe(12 * 3_600_000);
  });
});
