import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  admitLapses,
  enoughToPass,
  heldBackBy,
  pickedOf,
  releaseBreaker,
  releaseSome,
  strictestOf,
  unused,
} from '#lifecycle/breaker.ts';
import { duration } from '#time/instant.ts';
import type { Breaker, Wanting } from '#lifecycle/breaker.ts';
import { after, noon, policy as fixture } from './examples.ts';

const policy = { ...fixture, breaker: { most: 10, share: 20, least: 5, within: duration('PT1H') } };
const wanting = (given: Partial<Wanting>): Wanting => ({
  count: 1,
  outOf: 100,
  on: 'ex-a',
  ...given,
});
const ask = (breaker: Breaker, given: Partial<Wanting>, now = noon) =>
  admitLapses(breaker, wanting(given), now, policy);

describe('the breaker', () => {
  it('lets pass what policy allows at once', () => {
    expect(ask(unused, { count: 10 })).toMatchObject({ may: true, breaker: { passed: [{ count: 10 }] } });
  });

  it('lets nothing pass of what is more, and says why', () => {
    const { may, breaker } = ask(unused, { count: 11 });
    expect(may).toBe(false);
    expect(breaker.tripped).toMatchObject({
      at: noon,
      waiting: 11,
      on: 'ex-a',
      why: expect.stringContaining('11') as string,
    });
    expect(ask(breaker, { count: 1 }, after('P30D')).may).toBe(false);
  });

  it('counts what passed within the window, and forgets what passed before', () => {
    const { breaker } = ask(unused, { count: 6 });
    expect(ask(breaker, { count: 5 }, after('PT30M')).may).toBe(false);
    expect(ask(breaker, { count: 5 }, after('PT61M')).may).toBe(true);
  });

  it('stops a share of a small tenant: six of thirteen are a mass', () => {
    const { may, breaker } = ask(unused, { count: 6, outOf: 13 });
    expect(may).toBe(false);
    expect(breaker.tripped?.why).toBe(
      '6 of 13 open exceptions would have lapsed within 1 day, in which policy allows 20 percent',
    );
    expect(ask(unused, { count: 6, outOf: 30 }).may).toBe(true);
  });

  it('lets few pass, whatever their share: three of three are no mass', () => {
    expect(ask(unused, { count: 3, outOf: 3 }).may).toBe(true);
    expect(ask(unused, { count: 4, outOf: 4 }).may).toBe(true);
    expect(ask(unused, { count: 5, outOf: 5 }).may).toBe(false);
  });

  it('adds up a day of what lapses at several hours, each time too few for any window', () => {
    const first = ask(unused, { count: 2, outOf: 13 });
    const second = ask(first.breaker, { count: 2, outOf: 11 }, after('PT4H'));
    expect([first.may, second.may]).toEqual([true, true]);
    expect(ask(second.breaker, { count: 2, outOf: 9 }, after('PT8H')).may).toBe(false);
    expect(ask(second.breaker, { count: 2, outOf: 9 }, after('P1DT1H')).may).toBe(true);
  });

  it('adds up what policy says is longer than a day', () => {
    const week = { breaker: { ...policy.breaker, within: duration('P7D') } };
    const { breaker } = admitLapses(unused, wanting({ count: 4, outOf: 20 }), noon, week);
    expect(admitLapses(breaker, wanting({ count: 4, outOf: 16 }), after('P3D'), week).may).toBe(false);
  });

  it('never stops a smaller share where a larger one of the same would pass', () => {
    const some = fc.integer({ min: 1, max: 15 });
    fc.assert(
      fc.property(
        fc.array(some, { maxLength: 4 }),
        some,
        some,
        fc.nat(60),
        fc.nat(60),
        (past, a, b, rest, more) => {
          const breaker = { passed: past.map((count) => ({ at: noon, count })) };
          const [few, many] = [Math.min(a, b), Math.max(a, b)];
          const larger = ask(breaker, { count: many, outOf: many + rest }, after('PT30M')).may;
          const smaller = ask(breaker, { count: few, outOf: many + rest + more }, after('PT30M')).may;
          expect(smaller || !larger).toBe(true);
        },
      ),
    );
  });

  it('need not count the open ones beyond what is enough to pass', () => {
    fc.assert(
      fc.property(fc.nat(9), fc.integer({ min: 1, max: 10 }), fc.nat(80), (past, count, rest) => {
        const breaker = past === 0 ? unused : { passed: [{ at: noon, count: past }] };
        const now = after('PT2H');
        const outOf = count + rest;
        const counted = Math.max(count, Math.min(outOf, enoughToPass(breaker, count, now, policy)));
        expect(ask(breaker, { count, outOf: counted }, now).may).toBe(
          ask(breaker, { count, outOf }, now).may,
        );
      }),
    );
  });

  it('lets pass what waited once it is released, and counts anew after that', () => {
    const tripped = ask(unused, { count: 40, policy: 'q' }).breaker;
    expect(tripped.tripped).toBeDefined();
    const free = releaseBreaker(tripped, 'USAM', after('PT2H'), policy);
    expect(ask(free, { count: 40, policy: 'q' }, after('PT2H1M')).may).toBe(true);
    expect(ask(free, { count: 40, policy: 'q' }, after('PT3H1M')).may).toBe(false);
  });

  describe('of which an approver has picked some', () => {
    const tripped = ask(unused, { count: 12, shown: ['ex-a'] }).breaker;
    const pick = (breaker: Breaker, ids: readonly string[], left: number, at = after('PT2H')) =>
      releaseSome(breaker, { by: 'USAM', ids, left }, at, policy);
    const waiting = (...ids: string[]) => ids.map((id) => ({ id, since: noon }));

    it('holds back the others only, and all of them once that is long ago', () => {
      const some = pick(tripped, ['ex-a', 'ex-b'], 10);
      expect(heldBackBy(tripped, waiting('ex-a', 'ex-c'), after('PT2H'))).toEqual(['ex-a', 'ex-c']);
      expect(heldBackBy(some, waiting('ex-a', 'ex-b', 'ex-c'), after('PT2H1M'))).toEqual(['ex-c']);
      expect(heldBackBy(some, waiting('ex-a', 'ex-c'), after('PT3H'))).toEqual(['ex-a', 'ex-c']);
      expect(ask(some, { count: 1, since: noon }, after('PT2H1M')).may).toBe(false);
    });

    it('keeps what somebody else has picked a moment ago', () => {
      const both = pick(pick(tripped, ['ex-a'], 11), ['ex-b'], 10, after('PT2H1M'));
      expect(pickedOf(both, after('PT2H2M'))).toEqual(new Set(['ex-a', 'ex-b']));
    });

    it('is over once nothing waits that was left out, and then counts anew', () => {
      const some = pick(tripped, ['ex-a'], 11);
      const later = [{ id: 'ex-z', since: after('P2D') }];
      expect(heldBackBy(some, later, after('P2D'))).toEqual([]);
      expect(heldBackBy(some, [...later, ...waiting('ex-c')], after('P2D'))).toEqual(['ex-z', 'ex-c']);
      const { may, breaker } = ask(some, { count: 1, since: after('P2D') }, after('P2D'));
      expect(may).toBe(true);
      expect(breaker).not.toHaveProperty('tripped');
      // What trips it again has not been looked at yet.
      const again = ask(some, { count: 30, since: after('P2D') }, after('P2D')).breaker;
      expect(ask(again, { count: 1, since: after('P2D') }, after('P3D')).may).toBe(false);
    });

    it('holds back what came before they picked, also where it came after the stop', () => {
      const some = pick(tripped, ['ex-a'], 11);
      const between = [{ id: 'ex-z', since: after('PT1H') }];
      expect(heldBackBy(some, between, after('P2D'))).toEqual(['ex-z']);
      expect(ask(some, { count: 1, since: after('PT1H') }, after('P2D')).may).toBe(false);
    });

    it('ends the stop where none is left out', () => {
      expect(pick(tripped, ['ex-a'], 0)).not.toHaveProperty('tripped');
    });
  });

  it('is released in the evening until the next working morning, where something lapses in working hours only', () => {
    const tripped = ask(unused, { count: 40 }).breaker;
    const evening = after('PT10H');
    const morning = after('PT21H');
    expect(ask(releaseBreaker(tripped, 'USAM', evening, policy), { count: 40 }, morning).may).toBe(true);
    const { low, ...others } = policy.risk;
    const anyHour = { ...policy, risk: { ...others, low: { ...low, hours: 'any' as const } } };
    expect(ask(releaseBreaker(tripped, 'USAM', evening, anyHour), { count: 40 }, morning).may).toBe(false);
  });

  it('is over once all that waited was dealt with without it: what comes later counts anew', () => {
    const { breaker } = ask(unused, { count: 12, since: noon });
    const later = [{ id: 'ex-z', since: after('P2D') }];
    expect(heldBackBy(breaker, later, after('P2D'))).toEqual([]);
    expect(heldBackBy(breaker, [...later, { id: 'ex-a', since: noon }], after('P2D'))).toHaveLength(2);
    expect(ask(breaker, { count: 1, since: after('P2D') }, after('P2D')).may).toBe(true);
    expect(ask(breaker, { count: 12, since: after('P2D') }, after('P2D')).breaker.tripped).toMatchObject({
      at: after('P2D'),
    });
  });

  it('stops what a policy brings nearer, for that policy only', () => {
    const stopped = ask(unused, { count: 11, policy: 'q' }).breaker;
    expect(stopped.tripped).toMatchObject({
      policy: 'q',
      why: expect.stringContaining('11 exceptions would have had an earlier deadline') as string,
    });
    expect(ask(stopped, { count: 11, policy: 'q' }, after('P3D')).may).toBe(false);
    // Another policy is looked at by itself.
    expect(ask(stopped, { count: 2, policy: 'r' }, after('P3D'))).toMatchObject({ may: true });
    expect(ask(stopped, { count: 2, policy: 'r' }, after('P3D')).breaker).not.toHaveProperty('tripped');
    expect(ask(stopped, { count: 12, policy: 'r' }, after('P3D')).breaker.tripped).toMatchObject({
      policy: 'r',
    });
  });

  it('a release is for the policy that was looked at', () => {
    const stopped = ask(unused, { count: 11, policy: 'q' }).breaker;
    const free = releaseBreaker(stopped, 'USAM', after('PT2H'), policy);
    expect(ask(free, { count: 11, policy: 'q' }, after('PT2H1M')).may).toBe(true);
    expect(ask(free, { count: 11, policy: 'r' }, after('PT2H1M')).may).toBe(false);
    expect(ask(free, { count: 11 }, after('PT2H1M')).may).toBe(false);
  });

  it('stops nothing any more once nothing waits', () => {
    const stopped = ask(unused, { count: 11, policy: 'q' }).breaker;
    const { may, breaker } = ask(stopped, { count: 0, policy: 'q' }, after('P1D'));
    expect(may).toBe(true);
    expect(breaker).not.toHaveProperty('tripped');
  });

  it('never lets more than policy’s number pass within one window, however they come', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(90), fc.integer({ min: 1, max: 15 })), { maxLength: 30 }),
        (comings) => {
          let breaker = unused;
          let now = noon;
          const passed: { at: number; count: number }[] = [];
          for (const [minutes, count] of comings) {
            now = after(`PT${minutes}M`, now);
            const result = ask(breaker, { count }, now);
            breaker = result.breaker;
            if (result.may) passed.push({ at: Date.parse(now), count });
          }
          for (const { at } of passed) {
            const window = passed.filter((one) => one.at > at - 3_600_000 && one.at <= at);
            expect(window.reduce((sum, { count }) => sum + count, 0)).toBeLessThanOrEqual(10);
          }
        },
      ),
    );
  });
});

describe('the numbers of several policies', () => {
  it('are those that let the least pass, whichever policy they are of', () => {
    const loose = { most: 20, share: 50, least: 9, within: duration('PT1H') };
    const tight = { most: 5, share: 10, least: 2, within: duration('P1D') };
    const mixed = { most: 5, share: 50, least: 2, within: duration('PT1H') };
    for (const all of [
      [loose, tight],
      [tight, loose],
      [mixed, loose, tight],
    ])
      expect(strictestOf(all)).toEqual(tight);
  });
});
