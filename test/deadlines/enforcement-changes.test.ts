/** The sweep, where somebody has decided where Lapse may act. */
import { describe, expect, it } from 'vitest';
import { sweepDeadlines } from '#functions/sweep-deadlines.ts';
import { kinds } from '#kinds/registry.ts';
import { presentDeadlineOf } from '#lifecycle/due.ts';
import {
  goLive,
  observeOnly,
  resumeEnforcement,
  stopEnforcement,
  type Enforcement,
  type UsualMode,
} from '#policy/enforcement-mode.ts';
import { changeEnforcement, readEnforcements } from '#register/enforcement.ts';
import { execute } from '#register/execute.ts';
import { createInMemoryRegister } from '#register/in-memory-register.ts';
import { noteNames } from '#register/partitions.ts';
import { createInMemoryVersionedValues } from '#test/register/in-memory-versioned-values.ts';
import { toldNobody, turnAt } from '#test/register/turn-at.ts';
import { after, noon, observe, policy, tenant, told, types } from '../lifecycle/examples.ts';
import type { Tell } from '#deadlines/enforcement-changes.ts';
import type { Command } from '#lifecycle/commands.ts';
import type { Instant } from '#time/instant.ts';
import type { Policy } from '#policy/policy.ts';

const ids = ['ex-aaaaaaaaaaaaaaaa', 'ex-bbbbbbbbbbbbbbbb', 'ex-cccccccccccccccc'] as const;
const [first] = ids;

/** Three exceptions whose owners were told while nothing had been decided. */
async function start({
  usual = 'live',
  rules = policy,
  named = ids,
  tell = toldNobody,
}: { usual?: UsualMode; rules?: Policy; named?: readonly string[]; tell?: Tell } = {}) {
  const register = createInMemoryRegister();
  const values = createInMemoryVersionedValues();
  for (const [index, id] of named.entries()) {
    const name = `Partner ${index}`;
    const guid = `0f5c2b1e-1c7f-4a39-9a64-2f6f6b0b7d${String(index).padStart(2, '0')}`;
    const give = (command: Command) =>
      execute(register, { id, receipt: `${id} ${command.type}`, command, now: noon, policy });
    const { exception } = await give({ ...observe({ name, guid }), id } as Command);
    if (exception) await give(told(exception, noon));
  }
  const sweep = async (now: Instant, remaining: () => number = () => 55_000) => {
    const counted: Record<string, number> = {};
    await sweepDeadlines(
      { register, values, policy: rules, usual, tell },
      { ...turnAt(now, counted), remaining },
    );
    return counted;
  };
  const trails = () => Promise.all(named.map(async (id) => types(await Array.fromAsync(register.trail(id)))));
  const count = async (type: string) => (await trails()).flat().filter((one) => one === type).length;
  const decide = (change: (before: Enforcement) => Enforcement) => changeEnforcement(values, tenant, change);
  const present = async () => (await readEnforcements(values)).get(tenant);
  return { register, values, sweep, count, decide, present };
}

const at = (now: Instant) => ({ at: now, by: 'sam' });

describe('where nobody has decided, in a deployment that observes first', () => {
  it('nothing lapses, nothing is overdue, and what would have lapsed is on record once', async () => {
    const { sweep, count, register } = await start({ usual: 'observing' });
    for (const later of ['P3D', 'P3DT1M', 'P4D', 'P5D'])
      expect(await sweep(after(later))).toMatchObject({ Lapsed: 0, Overdue: 0, HeldBack: 0, Stopped: 0 });
    expect(await count('LapseObserved')).toBe(3);
    expect(await register.load(first)).toMatchObject({ state: 'unconfirmed', spared: { why: 'observing' } });
  });
});

describe('going live', () => {
  it('is announced once, and starts every deadline afresh', async () => {
    const { sweep, count, decide, present, register } = await start({ usual: 'observing' });
    await sweep(after('P3D'));
    await decide((before) => goLive(before, kinds, at(after('P4D')), 'observing'));
    for (const later of ['P4D', 'P4DT1M', 'P4DT2M'])
      expect(await sweep(after(later))).toMatchObject({ Lapsed: 0 });
    expect(await count('EnforcementChanged')).toBe(1);
    expect(await count('DeadlineRestarted')).toBe(3);
    expect(await present()).not.toHaveProperty('pending');
    expect(await register.load(first)).toMatchObject({ state: 'unconfirmed', postponedTo: after('P7D') });
  });

  it('goes on with the next sweep where the time did not suffice', async () => {
    const { sweep, count, decide, present } = await start({ usual: 'observing' });
    await decide((before) => goLive(before, kinds, at(after('P1D')), 'observing'));
    await sweep(after('P1D'), () => 20_000);
    expect(await count('DeadlineRestarted')).toBe(0);
    expect(await present()).toHaveProperty('pending');
    await sweep(after('P1DT1M'));
    expect(await count('DeadlineRestarted')).toBe(3);
    expect(await count('EnforcementChanged')).toBe(1);
  });

  it('spreads a mass of deadlines, so that silence afterwards is none for the breaker; interrupted or not', async () => {
    const names = Array.from({ length: 12 }, (_, index) =>
      `ex-${'abcdefghijkl'[index] ?? ''}`.padEnd(19, '2'),
    );
    const run = async (...remaining: readonly (number | undefined)[]) => {
      const here = await start({ usual: 'observing', named: names });
      await here.decide((before) => goLive(before, kinds, at(after('P1D')), 'observing'));
      for (const [index, left] of remaining.entries()) {
        let asked = 0;
        await here.sweep(after(`P1DT${index}M`), () =>
          left === undefined || (asked += 1) < left ? 55_000 : 0,
        );
      }
      const all = await here.register.states(names);
      const deadlines = all.flatMap((one) =>
        one && 'state' in one && one.state === 'unconfirmed' ? presentDeadlineOf(one) : [],
      );
      return { ...here, deadlines };
    };
    const { deadlines, count } = await run(undefined, undefined);
    expect(await count('DeadlineRestarted')).toBe(12);
    for (const deadline of deadlines) expect(deadline >= after('P4D')).toBe(true);
    const days = Object.values(Object.groupBy(deadlines, (one) => one.slice(0, 10)));
    expect(Math.max(...days.map((some) => some?.length ?? 0))).toBeLessThan(policy.breaker.least);
    const broken = await run(7, undefined);
    expect(broken.deadlines.map((one) => one.slice(0, 10)).toSorted()).toEqual(
      deadlines.map((one) => one.slice(0, 10)).toSorted(),
    );
    expect(await broken.count('DeadlineRestarted')).toBe(12);
  });

  it('with another kind starts nothing afresh that was live already', async () => {
    const { sweep, count, decide } = await start({ usual: 'observing' });
    await decide((before) => goLive(before, ['transport-rule'], at(after('P1D')), 'observing'));
    await sweep(after('P1D'));
    await decide((before) => goLive(before, ['inbound-connector'], at(after('P2D')), 'observing'));
    await sweep(after('P2D'));
    expect(await count('DeadlineRestarted')).toBe(3);
    expect(await count('EnforcementChanged')).toBe(2);
  });

  it('lets nothing lapse on notice from before, even before a sweep has started anything afresh', async () => {
    const { sweep, decide, count } = await start({ usual: 'observing' });
    await decide((before) => {
      const { live } = goLive(before, kinds, at(after('P2DT23H')), 'observing');
      return { ...before, ...(live && { live }) };
    });
    expect(await sweep(after('P3D'))).toMatchObject({ Lapsed: 0 });
    expect(await count('DeadlineRestarted')).toBe(3);
  });
});

describe('what a breaker holds back', () => {
  it.each([
    ['where Lapse only observes again', 'observing'],
    ['where somebody stops everything', 'stopped'],
  ])('waits for nobody %s: it is on record once that it would have lapsed', async (_where, why) => {
    const strict: Policy = { ...policy, breaker: { ...policy.breaker, most: 1 } };
    const { sweep, count, decide, register } = await start({ rules: strict });
    expect(await sweep(after('P3D'))).toMatchObject({ Lapsed: 0, HeldBack: 3 });
    const decision = at(after('P3DT1H'));
    await decide((before) =>
      why === 'observing'
        ? observeOnly(before, kinds, decision, 'live')
        : stopEnforcement(before, decision, 'mail stands still'),
    );
    await sweep(after('P3DT1H'));
    expect(await sweep(after('P3DT2H'))).toMatchObject({ Lapsed: 0, HeldBack: 0, Overdue: 0, Stopped: 0 });
    expect(await count('LapseObserved')).toBe(3);
    expect(await register.load(first)).toMatchObject({ spared: { why } });
  });
});

describe('the kill switch', () => {
  const stop = (now: Instant) => (before: Enforcement) =>
    stopEnforcement(before, at(now), 'mail stands still');

  it('stops what is due, is counted each minute, and told of once a day until it is lifted', async () => {
    const { sweep, count, decide, register } = await start();
    await decide(stop(after('P2D')));
    for (const later of ['P2D', 'P2DT1M', 'P3D', 'P3DT1M', 'P3DT12H'])
      expect(await sweep(after(later))).toMatchObject({ Lapsed: 0, Overdue: 0, EnforcementStopped: 1 });
    const told = (await Array.fromAsync(register.trail(first))).filter(
      ({ type }) => type === 'EnforcementChanged',
    );
    expect(told).toMatchObject([
      { to: 'stopped', by: 'sam', why: 'mail stands still', at: after('P2D') },
      { to: 'stopped', again: true, at: after('P3D') },
    ]);
    expect(await count('EnforcementChanged')).toBe(2);
    expect(await count('LapseObserved')).toBe(3);
  });

  it('is told of in the channel of a tenant without exceptions: at once, and daily until it is lifted', async () => {
    const empty = 'a0000000-0000-4000-8000-000000000000';
    const told: string[] = [];
    let isBusDown = true;
    const { sweep, values, count } = await start({
      tell: (tenant, _receipt, at, text) => {
        if (isBusDown) return Promise.reject(new Error('no bus'));
        return Promise.resolve(void told.push(`${tenant} ${at} ${text}`));
      },
    });
    await changeEnforcement(values, empty, stop(after('P1D')));
    // What is due elsewhere does not wait for the bus, and the next sweep tries again.
    expect(await sweep(after('P1D'))).toMatchObject({ EnforcementStopped: 1, SweeperHeartbeat: 1 });
    expect(told).toEqual([]);
    isBusDown = false;
    for (const later of ['P1DT1M', 'P1DT2M', 'P1DT12H', 'P2DT1M', 'P2DT2M']) await sweep(after(later));
    expect(told).toMatchObject([
      expect.stringContaining(
        `${empty} ${after('P1DT1M')} Enforcement in tenant ${empty} was stopped`,
      ) as string,
      expect.stringContaining(
        `${empty} ${after('P2DT1M')} Enforcement in tenant ${empty} is still stopped`,
      ) as string,
    ]);
    await changeEnforcement(values, empty, (before) => resumeEnforcement(before, at(after('P2DT3M'))));
    for (const later of ['P2DT3M', 'P4D']) await sweep(after(later));
    expect(told).toHaveLength(3);
    expect(told[2]).toContain('was resumed');
    expect(await count('EnforcementChanged')).toBe(0);
  });

  it('is thrown in one tenant and not in another', async () => {
    const { sweep, values } = await start();
    await changeEnforcement(values, 'a0000000-0000-4000-8000-000000000000', stop(after('P2D')));
    expect(await sweep(after('P3D'))).toMatchObject({ Lapsed: 3, EnforcementStopped: 1 });
  });

  it('gives full notice of what came due meanwhile once it is lifted', async () => {
    const { sweep, count, decide, register } = await start();
    await decide(stop(after('P2D')));
    await sweep(after('P3D'));
    await decide((before) => resumeEnforcement(before, at(after('P4D'))));
    expect(await sweep(after('P4D'))).toMatchObject({ Lapsed: 0, EnforcementStopped: 0 });
    expect(await count('DeadlineRestarted')).toBe(3);
    expect(await register.load(first)).toMatchObject({ told: [], postponedTo: after('P7D') });
  });

  it('thrown again while it is being lifted stays thrown', async () => {
    const { sweep, decide, present, count } = await start();
    await decide(stop(after('P2D')));
    await sweep(after('P3D'));
    await decide((before) => resumeEnforcement(before, at(after('P4D'))));
    await decide(stop(after('P4D')));
    expect(await sweep(after('P4DT1M'))).toMatchObject({ Lapsed: 0, EnforcementStopped: 1 });
    expect(await present()).toMatchObject({ stopped: { at: after('P4D') } });
    expect(await count('DeadlineRestarted')).toBe(0);
  });

  it('counts as thrown where what was decided cannot be read, and the next decision leaves other tenants alone', async () => {
    const { sweep, values, decide } = await start();
    await values.write(noteNames.enforcement, { [tenant]: { stopped: 'yes' }, other: { newer: 1 } }, 0);
    expect(await sweep(after('P3D'))).toMatchObject({ Lapsed: 0, EnforcementStopped: 1 });
    await decide((before) => resumeEnforcement(before, at(after('P3DT1H'))));
    expect((await values.read(noteNames.enforcement))?.value).toMatchObject({ other: { newer: 1 } });
  });
});
