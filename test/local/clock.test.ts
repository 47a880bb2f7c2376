import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromMillis, instant, toMillis, type Instant } from '#time/instant.ts';
import { createClock } from '#lib/local/clock.ts';
import { parseSchedule } from '#lib/local/schedule-expression.ts';
import { startSchedule } from '#lib/local/schedules.ts';
import type { LocalFunction } from '#lib/local/functions.ts';

const start = instant('2026-11-20T09:00:00Z');
const after = (seconds: number) => fromMillis(toMillis(start) + seconds * 1000);

/** The machine's time stands still, so that only `advance` moves local time. */
function clockAt(machine = toMillis(start)) {
  const kept: number[] = [];
  const failures: unknown[] = [];
  const clock = createClock({
    offset: 0,
    keep: (offset) => kept.push(offset),
    machine: () => machine,
    settled: () => Promise.resolve(true),
    failed: (error) => failures.push(error),
  });
  return { clock, kept, failures };
}

describe('the local clock', () => {
  it('runs work in the order of its moments, each once, and none beyond the journey', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 500 }), { maxLength: 30 }),
        fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 5 }),
        async (moments, journeys) => {
          const { clock } = clockAt();
          const ran: { at: number; now: Instant }[] = [];
          for (const at of moments) clock.at(after(at), () => ran.push({ at, now: clock.now() }));
          let to = 0;
          for (const journey of journeys) {
            to += journey;
            await clock.advance(after(to));
            expect(clock.now()).toBe(after(to));
            expect(ran.map(({ at }) => at)).toEqual(moments.filter((at) => at <= to).sort((a, b) => a - b));
          }
          for (const { at, now } of ran) expect(now).toBe(after(at));
          clock.close();
        },
      ),
      { numRuns: 60 },
    );
  });

  it('runs work that work on the way sets, in its turn', async () => {
    const { clock } = clockAt();
    const ran: string[] = [];
    clock.at(after(10), () => {
      ran.push('first');
      clock.at(after(20), () => ran.push('second'));
    });
    clock.at(after(30), () => ran.push('third'));
    await clock.advance(after(60));
    expect(ran).toEqual(['first', 'second', 'third']);
  });

  it('does not run what was called off, and goes on after work that failed', async () => {
    const { clock, failures } = clockAt();
    const ran: string[] = [];
    const off = clock.at(after(10), () => ran.push('called off'));
    clock.at(after(20), () => {
      throw new Error('broken');
    });
    clock.at(after(30), () => ran.push('after'));
    off();
    await clock.advance(after(60));
    expect(ran).toEqual(['after']);
    expect(failures).toMatchObject([{ message: 'broken' }]);
  });

  it('says to all threads that it is being moved, for as long as it is', async () => {
    const { clock } = clockAt();
    const moved = (): number => Atomics.load(new Int32Array(clock.advancing), 0);
    const seen: number[] = [];
    clock.at(after(10), () => seen.push(moved()));
    expect(moved()).toBe(0);
    await clock.advance(after(30));
    expect([...seen, moved()]).toEqual([1, 0]);
  });

  it('stops as far as it got where it is told to, and goes on from there the next time', async () => {
    const { clock } = clockAt();
    const patience = new AbortController();
    const ran: string[] = [];
    clock.at(after(10), () => ran.push('first'));
    clock.at(after(20), () => {
      patience.abort();
      return new Promise(() => undefined);
    });
    clock.at(after(30), () => ran.push('third'));
    expect(await clock.advance(after(60), patience.signal)).toBe(false);
    expect([clock.now(), ran]).toEqual([after(20), ['first']]);
    expect(await clock.advance(after(60))).toBe(true);
    expect([clock.now(), ran]).toEqual([after(60), ['first', 'third']]);
  });

  it('stays where it got to when it is closed on the way, and keeps no other time', async () => {
    const { clock, kept } = clockAt();
    const ran: string[] = [];
    clock.at(after(10), () => ran.push('first'));
    clock.at(after(20), () => clock.close());
    clock.at(after(30), () => ran.push('third'));
    expect(await clock.advance(after(86_400))).toBe(false);
    expect([clock.now(), ran]).toEqual([after(20), ['first']]);
    expect(kept.at(-1)).toBe(20_000);
  });

  it('stays where it is when it was closed before', async () => {
    const { clock, kept } = clockAt();
    clock.close();
    expect(await clock.advance(after(60))).toBe(false);
    expect([clock.now(), kept]).toEqual([start, []]);
  });

  it('sets no time when it is closed while it looks for what is due next', async () => {
    const { clock, kept } = clockAt();
    const repeats = {
      skipTo: () => undefined,
      quietUntil: () => {
        clock.close();
        return Promise.resolve(after(10));
      },
    };
    clock.at(after(10), () => undefined, { repeats });
    expect(await clock.advance(after(60))).toBe(false);
    expect([clock.now(), kept]).toEqual([start, []]);
  });

  it('waits at every stop until what was caused there has settled', async () => {
    let settles = 0;
    const clock = createClock({
      offset: 0,
      keep: () => undefined,
      machine: () => toMillis(start),
      settled: () => Promise.resolve(++settles),
      failed: () => undefined,
    });
    clock.at(after(10), () => undefined);
    clock.at(after(20), () => undefined);
    expect(await clock.advance(after(30))).toBe(true);
    expect(settles).toBe(3);
  });

  it('stops where something hangs, and says so: what was not done must not look like what is never done', async () => {
    const ran: string[] = [];
    const clock = createClock({
      offset: 0,
      keep: () => undefined,
      machine: () => toMillis(start),
      settled: () => (ran.length === 0 ? Promise.resolve() : Promise.reject(new Error('something hangs'))),
      failed: () => undefined,
    });
    clock.at(after(10), () => ran.push('first'));
    clock.at(after(20), () => ran.push('second'));
    await expect(clock.advance(after(30))).rejects.toThrow('something hangs');
    expect([clock.now(), ran]).toEqual([after(10), ['first']]);
  });

  it('is moved by one at a time, so that nothing runs while something else is under way', async () => {
    const { clock } = clockAt();
    const said: string[] = [];
    for (const at of [10, 20])
      clock.at(after(at), async () => {
        said.push(`${at} begins`);
        // The other journey has every chance to come between.
        await setImmediate();
        said.push(`${at} ends`);
      });
    await Promise.all([clock.advance(after(30)), clock.advance(after(40))]);
    expect(said).toEqual(['10 begins', '10 ends', '20 begins', '20 ends']);
    expect(clock.now()).toBe(after(40));
  });

  it('keeps its offset, in memory that other threads see too', async () => {
    const { clock, kept } = clockAt();
    await clock.advance(after(86_400));
    expect(kept.at(-1)).toBe(86_400_000);
    expect(new BigInt64Array(clock.offset)[0]).toBe(86_400_000n);
  });

  it('does not go back', async () => {
    const { clock } = clockAt();
    await clock.advance(after(-60));
    expect(clock.now()).toBe(start);
  });
});

describe('a schedule', () => {
  const target = (invoked: () => void) =>
    ({ spec: { name: 'sweep' }, invoke: () => Promise.resolve().then(invoked) }) as unknown as LocalFunction;

  it('runs at every minute of a journey', async () => {
    const { clock } = clockAt();
    const ticks: Instant[] = [];
    startSchedule({
      schedule: { expression: 'rate(1 minute)', input: {} },
      target: target(() => ticks.push(clock.now())),
      clock,
      ran: () => undefined,
      failed: () => undefined,
    });
    await clock.advance(after(300));
    expect(ticks).toEqual([0, 60, 120, 180, 240, 300].map(after));
  });

  it('leaves out the minutes in which nothing is due, and no other', async () => {
    const { clock } = clockAt();
    const due = [after(90), after(3600), after(86_400 * 30 + 1)];
    const ticks: Instant[] = [];
    startSchedule({
      schedule: { expression: 'rate(1 minute)', input: {} },
      target: target(() => {
        ticks.push(clock.now());
        while (due[0] !== undefined && due[0] <= clock.now()) due.shift();
      }),
      clock,
      quietUntil: () => Promise.resolve(due[0]),
      ran: () => undefined,
      failed: () => undefined,
    });
    await clock.advance(after(86_400 * 60));
    expect(ticks).toEqual([120, 3600, 86_400 * 30 + 60].map(after));
    due.push(after(86_400 * 60 + 30));
    await clock.advance(after(86_400 * 60 + 60));
    expect(ticks.at(-1)).toBe(after(86_400 * 60 + 60));
  });

  it('is not left out past other work that may make something due', async () => {
    const { clock } = clockAt();
    let due: Instant | undefined;
    const ticks: Instant[] = [];
    startSchedule({
      schedule: { expression: 'rate(1 minute)', input: {} },
      target: target(() => {
        ticks.push(clock.now());
        if (due !== undefined && due <= clock.now()) due = undefined;
      }),
      clock,
      quietUntil: () => Promise.resolve(due),
      ran: () => undefined,
      failed: () => undefined,
    });
    // A message that comes back after three hours opens something that is due two minutes later.
    clock.at(after(10_800), () => (due = after(10_920)));
    await clock.advance(after(86_400));
    expect(ticks).toContain(after(10_920));
    expect(ticks.length).toBeLessThan(4);
  });

  it.each([
    ['rate(1 minute)', '2026-11-20T09:00:01Z', '2026-11-20T09:01:00Z'],
    ['rate(5 minutes)', '2026-11-20T09:00:00Z', '2026-11-20T09:00:00Z'],
    ['rate(1 hour)', '2026-11-20T09:00:01Z', '2026-11-20T10:00:00Z'],
    ['cron(30 2 * * ? *)', '2026-11-20T09:00:00Z', '2026-11-21T02:30:00Z'],
    ['cron(0 * * * ? *)', '2026-11-20T09:00:01Z', '2026-11-20T10:00:00Z'],
  ])('%s seen from %s runs at %s', (expression, from, at) => {
    expect(parseSchedule(expression)(instant(from))).toBe(instant(at));
  });

  it('is refused where nobody here knows its expression', () => {
    expect(() => parseSchedule('cron(0 9 ? * MON-FRI *)')).toThrow(/cannot run cron/);
    expect(() => parseSchedule('rate(0 minutes)')).toThrow(/cannot run rate/);
  });
});
