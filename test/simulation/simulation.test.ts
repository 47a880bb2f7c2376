/** A few worlds with fixed seeds; and worlds with a part of Lapse taken out, which must be noticed. */
import { describe, expect, it } from 'vitest';
import { createPlan } from './plan.ts';
import { live, type Broken } from './world.ts';
import type { PromiseName } from './promises.ts';

describe('in a world where everything goes wrong', () => {
  it.each(['1', '2', '3'])('every promise is kept (seed %s)', async (seed) => {
    const { violations, lives } = await live(createPlan(seed, 12));
    expect(lives).toBeGreaterThan(0);
    expect(violations).toEqual([]);
  });

  it('everything happens again by the same seed', async () => {
    const [once, again] = [
      await live(createPlan('7', 6), { tell: true }),
      await live(createPlan('7', 6), { tell: true }),
    ];
    expect(again.story).toEqual(once.story);
  });
});

/** Whether one of a few worlds breaks that promise. */
async function isNoticed(promise: PromiseName, broken: Broken, worlds = 12): Promise<boolean> {
  for (let seed = 0; seed < worlds; seed += 1) {
    const { violations } = await live(createPlan(`sabotage ${String(seed)}`, 10), { broken });
    if (violations.some((one) => one.promise === promise)) return true;
  }
  return false;
}

describe('the simulation notices', () => {
  it('an enforcement that does not read back', async () => {
    const done = new Set<string>();
    const found = await isNoticed('look', {
      tenant: (worker, exchange) => ({
        ...exchange,
        disable: async (kind, target) => {
          await exchange.disable(kind, target);
          done.add(worker.id);
        },
        read: (ref, signal) =>
          done.has(worker.id)
            ? Promise.resolve({
                found: true,
                name: ref.name ?? '',
                guid: ref.guid ?? '',
                enabled: false,
                settings: {},
              })
            : exchange.read(ref, signal),
      }),
    });
    expect(found).toBe(true);
  });

  it('a register that writes over what others wrote', async () => {
    const found = await isNoticed('trail', {
      register: (inner) => ({
        ...inner,
        commit: async (commit) => {
          const result = await inner.commit(commit);
          return result === 'conflict' ? 'committed' : result;
        },
      }),
    });
    expect(found).toBe(true);
  });

  it('a sweep that asks for no notice', async () => {
    const found = await isNoticed('notice', {
      policy: (worker, policy) =>
        worker.job === 'sweep'
          ? {
              ...policy,
              risk: Object.fromEntries(
                Object.entries(policy.risk).map(([risk, one]) => [risk, { ...one, leastNotice: 'PT1S' }]),
              ) as typeof policy.risk,
            }
          : policy,
    });
    expect(found).toBe(true);
  });

  it('a door that takes everybody for an approver', async () => {
    expect(await isNoticed('answer', { who: 'U0SAM' })).toBe(true);
  });
});
