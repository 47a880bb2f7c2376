import { describe, expect, it } from 'vitest';
import { sweepDeadlines } from '#functions/sweep-deadlines.ts';
import { execute } from '#register/execute.ts';
import { createInMemoryRegister } from '#register/in-memory-register.ts';
import { createInMemoryVersionedValues } from '#test/register/in-memory-versioned-values.ts';
import { toldNobody } from '#test/register/turn-at.ts';
import { duration, momentInWords } from '#time/instant.ts';
import { risks } from '#risk/finding.ts';
import { react } from '#lifecycle/react.ts';
import { hashPolicy } from '#policy/hash-policy.ts';
import { createBreakers } from '#register/breaker.ts';
import { readPolicyInForce } from '#register/policy-in-force.ts';
import { withUnreadable } from '#test/register/unreadable.ts';
import { after, approve, noon, observe, policy, sam, tenant, told, types } from '../lifecycle/examples.ts';
import { release } from './release.ts';
import type { Command } from '#lifecycle/commands.ts';
import type { Exception } from '#lifecycle/exception.ts';
import type { Instant } from '#time/instant.ts';
import type { UsualMode } from '#policy/enforcement-mode.ts';
import type { Policy, RiskClass } from '#policy/policy.ts';
import type { Register } from '#register/contract.ts';
import type { VersionedValues } from '#register/versioned-values.ts';
import type { ScheduledTurn } from '#runtime/schedule-function.ts';

const exceptions = ['ex-aaaaaaaaaaaaaaaa', 'ex-bbbbbbbbbbbbbbbb', 'ex-cccccccccccccccc'] as const;
const [first, second, third] = exceptions;

/** Who made it owns it: those who may approve are asked too. */
const approversTold = (state: Exception): Command => ({
  type: 'ReportApproversTold',
  of: state.unheard?.of ?? state.asOf,
  card: { channel: 'C1', ts: state.since },
});

/** Three exceptions whose owners were told on time and have until three days after noon. */
async function threeAsked(): Promise<Register> {
  const register = createInMemoryRegister();
  for (const [index, id] of exceptions.entries()) {
    const name = `Partner ${index}`;
    const guid = `0f5c2b1e-1c7f-4a39-9a64-2f6f6b0b7d1${index}`;
    const opened = await give(register, id, { ...observe({ name, guid }), id } as Command, noon);
    await give(register, id, approversTold(await give(register, id, told(opened), noon)), noon);
  }
  return register;
}

/** The same a day before the deadline, when the last reminder has been called for. */
async function threeReminded(): Promise<Register> {
  const register = await threeAsked();
  await sweep(register, after('P2DT1M'));
  for (const id of exceptions) {
    const state = await register.load(id);
    if (!state) continue;
    const now = after('P2DT1M');
    const reminded = await give(register, id, told(state, now), now, `${id} reminded`);
    await give(register, id, approversTold(reminded), now, `${id} approvers reminded`);
  }
  return register;
}

async function give(
  register: Register,
  id: string,
  command: Command,
  now: Instant,
  receipt = `${id} ${command.type}`,
): Promise<Exception> {
  const { exception } = await execute(register, { id, receipt, command, now, policy });
  if (!exception) throw new Error('nothing was opened');
  return exception;
}

/** One sweep at that moment: what it counted, logged and threw. */
async function sweep(
  register: Register,
  now: Instant,
  remaining: () => number = () => 55_000,
  {
    values = createInMemoryVersionedValues(),
    rules = policy,
    usual = 'live',
  }: { values?: VersionedValues; rules?: Policy; usual?: UsualMode } = {},
) {
  const counted: Record<string, number> = {};
  const codes: unknown[] = [];
  const log = (_message: unknown, ...more: unknown[]): void => {
    codes.push((more[0] as { code?: string } | undefined)?.code);
  };
  const turn: ScheduledTurn = {
    now,
    delivery: 1,
    remaining,
    logger: { debug: log, info: log, warn: log, error: log },
    metrics: { addMetric: (name, _unit, value) => void (counted[name] = value) },
  };
  const thrown = await sweepDeadlines(
    { register, values, policy: rules, usual, tell: toldNobody },
    turn,
  ).catch((error: unknown) => error);
  return { counted, codes, thrown };
}

const stateOf = async (register: Register, id: string) => (await register.load(id))?.state;
const trailOf = async (register: Register, id: string) => types(await Array.fromAsync(register.trail(id)));

/** A register that fails on one exception. */
const failingOn = (register: Register, id: string): Register => ({
  ...register,
  load: (asked) => (asked === id ? Promise.reject(new Error('cannot be read')) : register.load(asked)),
});

describe('the sweep', () => {
  it('beats, and changes nothing, when nothing is due', async () => {
    const register = await threeAsked();
    const { counted, thrown } = await sweep(register, after('PT1H'));
    expect(thrown).toBeUndefined();
    expect(counted).toEqual({
      SweeperHeartbeat: 1,
      Overdue: 0,
      Lapsed: 0,
      HeldBack: 0,
      Stopped: 0,
      EnforcementStopped: 0,
    });
    expect(await trailOf(register, first)).toEqual(['ExceptionOpened', 'OwnerTold', 'ApproversTold']);
  });

  it('calls for a reminder when a step has come, once', async () => {
    const register = await threeAsked();
    const reminded = ['ExceptionOpened', 'OwnerTold', 'ApproversTold', 'ReminderDue'];
    await sweep(register, after('P2DT1M'));
    expect(await trailOf(register, first)).toEqual(reminded);
    await sweep(register, after('P2DT2M'));
    expect(await trailOf(register, first)).toEqual(reminded);
  });

  it('lets everything lapse whose deadline has passed', async () => {
    const register = await threeAsked();
    const { counted, thrown } = await sweep(register, after('P3D'));
    expect(thrown).toBeUndefined();
    expect(counted).toEqual({
      SweeperHeartbeat: 1,
      Overdue: 0,
      Lapsed: 3,
      HeldBack: 0,
      Stopped: 0,
      EnforcementStopped: 0,
    });
    for (const id of exceptions) expect(await stateOf(register, id)).toBe('disabling');
  });

  it('changes nothing twice when two sweeps meet', async () => {
    const register = await threeAsked();
    const both = await Promise.all([sweep(register, after('P3D')), sweep(register, after('P3D'))]);
    expect(both.map(({ thrown }) => thrown)).toEqual([undefined, undefined]);
    expect(both.reduce((sum, { counted }) => sum + (counted['Lapsed'] ?? 0), 0)).toBe(3);
    for (const id of exceptions)
      expect((await trailOf(register, id)).filter((type) => type === 'ExceptionLapsed')).toHaveLength(1);
  });

  it('does the others when one fails, and then fails visibly', async () => {
    const register = await threeAsked();
    const { counted, codes, thrown } = await sweep(failingOn(register, second), after('P3D'));
    expect(await stateOf(register, first)).toBe('disabling');
    expect(await stateOf(register, second)).toBe('unconfirmed');
    expect(await stateOf(register, third)).toBe('disabling');
    expect(String(thrown)).toContain(`1 of 3 exceptions could not be swept: ${second}`);
    expect(codes).toEqual(['SWEEP_FAILED']);
    // What cannot even be read counts as overdue.
    expect(counted).toEqual({
      SweeperHeartbeat: 1,
      Overdue: 1,
      Lapsed: 2,
      HeldBack: 0,
      Stopped: 0,
      EnforcementStopped: 0,
    });
  });

  it.each([
    ['PT5M', 0],
    ['PT11M', 1],
  ])('%s after the deadline, counts %i as overdue that cannot be written', async (late, overdue) => {
    const register = await threeReminded();
    const unwritable: Register = {
      ...register,
      commit: (commit) =>
        commit.id === third ? Promise.reject(new Error('throttled')) : register.commit(commit),
    };
    const { counted } = await sweep(unwritable, after(late, after('P3D')));
    expect(counted).toMatchObject({ Overdue: overdue, Lapsed: 2 });
  });

  it('gives up on one that always has something more to say, and does the others', async () => {
    const register = await threeAsked();
    const stuck = await register.load(second);
    let commits = 0;
    const repeating: Register = {
      ...register,
      load: (id) => (id === second ? Promise.resolve(stuck) : register.load(id)),
      commit: (commit) => {
        if (commit.id !== second) return register.commit(commit);
        commits += 1;
        return Promise.resolve('duplicate');
      },
    };
    const { thrown } = await sweep(repeating, after('P2DT1M'));
    expect(String(thrown)).toContain(second);
    expect(commits).toBeLessThanOrEqual(20);
    expect(await trailOf(register, third)).toContain('ReminderDue');
  });

  it('stops while there is still time to say so, and beats all the same', async () => {
    const register = await threeReminded();
    // One look ahead, one exception swept, and then no time for the next.
    const left = [55_000, 55_000, 9_000];
    const { counted, codes, thrown } = await sweep(register, after('P3D'), () => left.shift() ?? 0);
    expect(thrown).toBeUndefined();
    expect(codes).toEqual(['SWEEP_STOPPED_EARLY']);
    expect(counted).toEqual({
      SweeperHeartbeat: 1,
      Overdue: 0,
      Lapsed: 1,
      HeldBack: 0,
      Stopped: 0,
      EnforcementStopped: 0,
    });
  });

  it('counts what it did not get to as overdue when that has waited too long', async () => {
    const { counted } = await sweep(await threeAsked(), after('P3DT1H'), () => 0);
    expect(counted).toEqual({
      SweeperHeartbeat: 1,
      Overdue: 1,
      Lapsed: 0,
      HeldBack: 0,
      Stopped: 0,
      EnforcementStopped: 0,
    });
  });

  it('does not beat when the register cannot be asked what is due', async () => {
    const register: Register = {
      ...createInMemoryRegister(),

      due: async function* () {
        await Promise.resolve();
        throw new Error('no table');
      },
    };
    const { counted, thrown } = await sweep(register, noon);
    expect(thrown).toEqual(new Error('no table'));
    expect(counted).toEqual({});
  });
});

describe('one exception that this release cannot read', () => {
  const longer: Policy = {
    ...policy,
    risk: { ...policy.risk, high: { ...policy.risk.high, confirmWithin: duration('P7D') } },
  };

  it('stops neither the others nor a new policy, and is told of as overdue', async () => {
    const register = withUnreadable(await threeAsked(), second);
    const values = createInMemoryVersionedValues();
    await sweep(register, after('PT1H'), undefined, { values });
    const { codes, thrown } = await sweep(register, after('PT2H'), undefined, { values, rules: longer });
    expect(thrown).toBeUndefined();
    expect(codes).toContain('EXCEPTION_UNREADABLE');
    for (const id of [first, third])
      expect(await register.load(id)).toMatchObject({ confirmBy: after('P7D') });
    // In force: the next sweep does not begin again.
    expect((await sweep(register, after('PT3H'), undefined, { values, rules: longer })).codes).toEqual([]);

    const lapsing = await sweep(register, after('P8D'), undefined, { values, rules: longer });
    expect(lapsing.thrown).toBeUndefined();
    expect(lapsing.counted).toMatchObject({ Overdue: 1 });
  });

  it('lets the others lapse', async () => {
    const register = withUnreadable(await threeReminded(), second);
    const { counted, thrown } = await sweep(register, after('P3D'));
    expect(thrown).toBeUndefined();
    expect(counted).toMatchObject({ Lapsed: 2, Overdue: 1, SweeperHeartbeat: 1 });
  });
});

describe('a note of the sweep that cannot be read', () => {
  const unreadable = (values: VersionedValues, name: string): VersionedValues => ({
    ...values,
    read: (asked) => (asked === name ? Promise.resolve({ value: 'odd', revision: 1 }) : values.read(asked)),
  });

  it('about the policy does not stop what is due, and fails visibly', async () => {
    const values = unreadable(createInMemoryVersionedValues(), 'POLICY');
    const { counted, codes, thrown } = await sweep(await threeReminded(), after('P3D'), undefined, {
      values,
    });
    expect(counted).toMatchObject({ Lapsed: 3, SweeperHeartbeat: 1 });
    expect(codes).toEqual(['POLICY_NOT_APPLIED']);
    expect(thrown).toMatchObject({ message: expect.stringContaining('policy') as string });
  });

  it('about a breaker lets nothing of that tenant lapse, and everything of the others', async () => {
    const register = await threeReminded();
    const other = 'ex-dddddddddddddddd';
    const elsewhere = { name: 'Other', guid: '99999999-1c7f-4a39-9a64-2f6f6b0b7d11', tenant: 'elsewhere' };
    const opened = await give(register, other, { ...observe(elsewhere), id: other } as Command, noon);
    await give(register, other, told(opened), noon);
    await sweep(register, after('P2DT1M'));
    const values = unreadable(createInMemoryVersionedValues(), `BREAKER#${tenant}`);
    const { counted, codes } = await sweep(register, after('P3D'), undefined, { values });
    expect(counted).toMatchObject({ Lapsed: 1, HeldBack: 3 });
    expect(codes).toEqual(['BREAKER_UNREADABLE']);
    expect(await stateOf(register, other)).toBe('disabling');
  });
});

describe('the breaker of the sweep', () => {
  const strict: Policy = { ...policy, breaker: { ...policy.breaker, most: 2 } };

  it('lets nothing lapse where too much would, and says so once in a trail', async () => {
    const register = await threeReminded();
    const values = createInMemoryVersionedValues();
    const { counted, codes } = await sweep(register, after('P3D'), undefined, { values, rules: strict });
    expect(counted).toMatchObject({ Lapsed: 0, HeldBack: 3, Stopped: 1 });
    expect(codes).toEqual(['BREAKER_TRIPPED']);
    for (const id of exceptions) expect(await stateOf(register, id)).toBe('unconfirmed');
    await sweep(register, after('P3DT1M'), undefined, { values, rules: strict });
    const said = await Promise.all(exceptions.map((id) => trailOf(register, id)));
    expect(said.flat().filter((type) => type === 'BreakerTripped')).toHaveLength(1);
    // Ten minutes later it is overdue, and an alarm rings.
    const later = await sweep(register, after('P3DT11M'), undefined, { values, rules: strict });
    expect(later.counted).toMatchObject({ Lapsed: 0, Overdue: 3 });
  });

  it('counts them as overdue at once, where they have waited too long by then', async () => {
    const { counted } = await sweep(await threeReminded(), after('P3DT11M'), undefined, { rules: strict });
    expect(counted).toMatchObject({ Lapsed: 0, HeldBack: 3, Overdue: 3 });
  });

  it('lets them lapse without it', async () => {
    const { counted } = await sweep(await threeReminded(), after('P3D'));
    expect(counted).toMatchObject({ Lapsed: 3, HeldBack: 0, Stopped: 0, EnforcementStopped: 0 });
  });

  it('lets them lapse once an approver has released it', async () => {
    const register = await threeReminded();
    const values = createInMemoryVersionedValues();
    await sweep(register, after('P3D'), undefined, { values, rules: strict });
    await release(values, 'lapses', after('P3DT1H'), strict, { ids: exceptions, left: 0 });
    const { counted } = await sweep(register, after('P3DT1H1M'), undefined, { values, rules: strict });
    expect(counted).toMatchObject({ Lapsed: 3, HeldBack: 0, Stopped: 0, EnforcementStopped: 0 });
  });

  it('counts anew what comes later, once all that it held back was dealt with and nobody released anything', async () => {
    const register = await threeReminded();
    const values = createInMemoryVersionedValues();
    const go = async (at: string) =>
      (await sweep(register, after(at), undefined, { values, rules: strict })).counted;
    expect(await go('P3D')).toMatchObject({ Lapsed: 0, Stopped: 1 });
    for (const id of exceptions)
      await give(register, id, { type: 'Decline', by: sam, seen: 99 }, after('P3DT2H'));
    const fourth = 'ex-dddddddddddddddd';
    const guid = '99999999-1c7f-4a39-9a64-2f6f6b0b7d11';
    const opened = await give(
      register,
      fourth,
      { ...observe({ name: 'New', guid }), id: fourth } as Command,
      after('P3D'),
    );
    await give(register, fourth, told(opened, after('P3D')), after('P3D'));
    expect(await go('P6DT1H')).toMatchObject({ Lapsed: 1, HeldBack: 0, Stopped: 0 });
  });

  describe('of which an approver ticks some', () => {
    const ticked = async (ids: readonly string[] = [first]) => {
      const register = await threeReminded();
      const values = createInMemoryVersionedValues();
      const go = async (at: string) =>
        (await sweep(register, after(at), undefined, { values, rules: strict })).counted;
      await go('P3D');
      await release(values, 'lapses', after('P3DT1H'), strict, { ids, left: 3 - ids.length });
      return { register, values, go };
    };
    const revoke = (register: Register, id: string) =>
      give(register, id, { type: 'Decline', by: sam, seen: 99 }, after('P3DT2H'), `${id} no`);

    it('lets only those lapse, and holds back the rest, overdue, and tells nobody of it again', async () => {
      const { register, go } = await ticked();
      expect(await go('P3DT1H1M')).toMatchObject({ Lapsed: 1, HeldBack: 2, Stopped: 1, Overdue: 2 });
      expect(await go('P9D')).toMatchObject({ Lapsed: 0, HeldBack: 2, Stopped: 1, Overdue: 2 });
      expect(await Promise.all(exceptions.map((id) => stateOf(register, id)))).toEqual([
        'disabling',
        'unconfirmed',
        'unconfirmed',
      ]);
      const said = await Promise.all(exceptions.map((id) => trailOf(register, id)));
      expect(said.flat().filter((type) => type === 'BreakerTripped')).toHaveLength(1);
    });

    it('forgets the ticks after a while: whoever was renewed meanwhile is asked about anew', async () => {
      const { go } = await ticked();
      expect(await go('P3DT3H')).toMatchObject({ Lapsed: 0, HeldBack: 3 });
    });

    it('goes on by itself once what was left out is dealt with', async () => {
      const { register, go } = await ticked();
      await go('P3DT1H1M');
      await revoke(register, second);
      const { state } = await give(register, third, { type: 'Decline', by: sam, seen: 99 }, after('P3DT2H'));
      expect(state).toBe('disabling');
      const fourth = 'ex-dddddddddddddddd';
      const guid = '99999999-1c7f-4a39-9a64-2f6f6b0b7d11';
      const opened = await give(
        register,
        fourth,
        { ...observe({ name: 'New', guid }), id: fourth } as Command,
        after('P3D'),
      );
      await give(register, fourth, told(opened, after('P3D')), after('P3D'));
      expect(await go('P6DT1H')).toMatchObject({ Lapsed: 1, HeldBack: 0, Stopped: 0 });
    });

    it('holds back what comes later as long as any of the rest waits', async () => {
      const { register, go } = await ticked();
      await go('P3DT1H1M');
      await revoke(register, second);
      const fourth = 'ex-dddddddddddddddd';
      const guid = '99999999-1c7f-4a39-9a64-2f6f6b0b7d11';
      const opened = await give(
        register,
        fourth,
        { ...observe({ name: 'New', guid }), id: fourth } as Command,
        after('P3D'),
      );
      await give(register, fourth, told(opened, after('P3D')), after('P3D'));
      expect(await go('P6DT1H')).toMatchObject({ Lapsed: 0, HeldBack: 2, Stopped: 1 });
    });
  });

  describe('takes a share of all that could lapse in a tenant', () => {
    const rules: Policy = {
      ...policy,
      breaker: { ...policy.breaker, most: 1000, share: 40, least: 3 },
      kinds: { 'ip-allow': Object.fromEntries(risks.map((risk) => [risk, { onSilence: 'escalate' }])) },
    };
    /** Three that would lapse now, and so many others that would later. */
    const among = async (others: number, made: Parameters<typeof observe>[0] = {}) => {
      const register = await threeReminded();
      for (let n = 0; n < others; n += 1) {
        const guid = `77777777-1c7f-4a39-9a64-2f6f6b0b7d1${n}`;
        const observed = observe({ name: `Other ${n}`, guid, changedAt: after('P2D'), ...made });
        await give(
          register,
          `ex-ddddddddddddddd${n}`,
          { ...observed, id: `ex-ddddddddddddddd${n}` } as Command,
          after('P2D'),
        );
      }
      return (await sweep(register, after('P3D'), undefined, { rules })).counted;
    };

    it('though nobody had confirmed them', async () => {
      expect(await among(4)).toMatchObject({ Lapsed: 0, HeldBack: 3, Stopped: 1 });
      expect(await among(5)).toMatchObject({ Lapsed: 3, HeldBack: 0, Stopped: 0 });
    });

    it('without those that silence ends never', async () => {
      const silent = { kind: 'ip-allow', settings: { Entry: '203.0.113.7' } } as const;
      expect(await among(5, silent)).toMatchObject({ Lapsed: 0, HeldBack: 3 });
    });
  });

  it('takes a share of its own tenant, however many others have', async () => {
    const register = createInMemoryRegister();
    const values = createInMemoryVersionedValues();
    const confirmed = async (n: number, of: string): Promise<void> => {
      const id = `ex-${of.slice(0, 8)}${String(n).padStart(8, '0')}`;
      const guid = `${of.slice(0, 8)}-1c7f-4a39-9a64-${String(n).padStart(12, '0')}`;
      const opened = await give(
        register,
        id,
        { ...observe({ tenant: of, name: `Partner ${n}`, guid }), id } as Command,
        noon,
      );
      await give(register, id, told(opened), noon);
      const asked = await register.load(id);
      if (!asked) throw new Error('it was not kept');
      await give(
        register,
        id,
        approve(asked, noon, { by: sam, expiresAt: after('P5D'), reviewEvery: duration('P5D') }),
        noon,
      );
    };
    for (let n = 0; n < 5; n += 1) await confirmed(n, tenant);
    for (let n = 0; n < 30; n += 1) await confirmed(n, '22222222-7a54-4e0b-9d1c-5f20a6b8c9e1');
    const due = (await Array.fromAsync(register.list())).filter((one) => one.tenant === tenant);
    const rules = { ...policy, breaker: { ...policy.breaker, most: 1000, share: 50, least: 5 } };
    for (const { id } of due) {
      const state = await register.load(id);
      if (!state) throw new Error('it was not kept');
      const command = { ...told(state), deadline: after('P5D') } as Command;
      await execute(register, { id, receipt: `${id} again`, command, now: after('P1D'), policy });
    }
    const only: Register = {
      ...register,
      due: async function* () {
        await Promise.resolve();
        for (const { id, tenant } of due) yield { id, tenant, dueAt: after('P5D') };
      },
    };
    const { counted } = await sweep(only, after('P5D'), undefined, { values, rules });
    expect(counted).toMatchObject({ Lapsed: 0, HeldBack: 5 });
  });

  it('counts together what two sweeps at once would let pass', async () => {
    const register = await threeReminded();
    const values = createInMemoryVersionedValues();
    const late: VersionedValues = { ...values, write: () => Promise.resolve(false) };
    const { counted } = await sweep(register, after('P3D'), undefined, { values: late });
    expect(counted).toMatchObject({ Lapsed: 0, HeldBack: 3 });
  });
});

describe('a policy that is new', () => {
  const longer: Policy = {
    ...policy,
    risk: { ...policy.risk, high: { ...policy.risk.high, confirmWithin: duration('P7D') } },
  };

  it('takes effect on what is on record with the next sweep, once', async () => {
    const register = await threeAsked();
    const values = createInMemoryVersionedValues();
    await sweep(register, after('PT1H'), undefined, { values });
    await sweep(register, after('PT2H'), undefined, { values, rules: longer });
    await sweep(register, after('PT3H'), undefined, { values, rules: longer });
    expect(await trailOf(register, first)).toEqual([
      'ExceptionOpened',
      'OwnerTold',
      'ApproversTold',
      'PolicyApplied',
    ]);
    expect(await register.load(first)).toMatchObject({ confirmBy: after('P7D') });
    // The index has moved with it, to the first reminder.
    expect(await register.firstDue()).toBe(after('P4D'));
    const { counted } = await sweep(register, after('P3D'), undefined, { values, rules: longer });
    expect(counted).toMatchObject({ Lapsed: 0 });
  });

  it('is not in force before it was applied to each: the one that failed comes again', async () => {
    const register = await threeAsked();
    const values = createInMemoryVersionedValues();
    await sweep(register, after('PT1H'), undefined, { values });
    const failing: Register = {
      ...register,
      commit: (commit) =>
        commit.id === second ? Promise.reject(new Error('throttled')) : register.commit(commit),
    };
    await sweep(failing, after('PT2H'), undefined, { values, rules: longer });
    expect(await register.load(second)).toMatchObject({ confirmBy: after('P3D') });
    await sweep(register, after('PT3H'), undefined, { values, rules: longer });
    expect(await register.load(second)).toMatchObject({ confirmBy: after('P7D') });
  });

  it('is applied by and by where time runs out, and nothing twice', async () => {
    const register = await threeAsked();
    const values = createInMemoryVersionedValues();
    await sweep(register, after('PT1H'), undefined, { values });
    const left = [55_000, 20_000];
    await sweep(register, after('PT2H'), () => left.shift() ?? 20_000, { values, rules: longer });
    const applied = async () =>
      (await Promise.all(exceptions.map((id) => trailOf(register, id))))
        .flat()
        .filter((type) => type === 'PolicyApplied');
    expect(await applied()).toHaveLength(1);
    await sweep(register, after('PT3H'), undefined, { values, rules: longer });
    expect(await applied()).toHaveLength(3);
  });
});

describe('a new policy that brings deadlines nearer', () => {
  const most = (count: number, high: Partial<RiskClass>): Policy => ({
    ...policy,
    breaker: { ...policy.breaker, most: count },
    risk: { ...policy.risk, high: { ...policy.risk.high, ...high } },
  });
  const day = { confirmWithin: duration('P1D') };
  const shorter = most(2, day);

  /** Three questions, and the policy in force by which they were asked. */
  async function inForce() {
    const register = await threeAsked();
    const values = createInMemoryVersionedValues();
    const go = (at: string, rules: Policy = policy, remaining?: () => number) =>
      sweep(register, after(at), remaining, { values, rules });
    await go('PT1H');
    const deadlines = async () =>
      Promise.all(
        exceptions.map(async (id) => {
          const found = await register.load(id);
          return found?.state === 'unconfirmed' ? found.confirmBy : found?.state;
        }),
      );
    const tripped = async () =>
      (await Promise.all(exceptions.map((id) => Array.fromAsync(register.trail(id)))))
        .flat()
        .filter(({ type }) => type === 'BreakerTripped');
    const releasePolicy = (at: string, rules: Policy) => release(values, 'policy', after(at), rules);
    return { register, values, go, deadlines, tripped, releasePolicy };
  }
  const [old, near] = [after('P3D'), after('P1D')];

  it('applies few at once, with the next sweep', async () => {
    const { go, deadlines, tripped } = await inForce();
    await go('PT2H', most(3, day));
    expect(await deadlines()).toEqual([near, near, near]);
    expect(await tripped()).toEqual([]);
  });

  it('waits with a mass of them for an approver, who is shown how many and which', async () => {
    const { go, deadlines, tripped, releasePolicy } = await inForce();
    const { codes, counted } = await go('PT2H', shorter);
    expect(codes).toContain('BREAKER_TRIPPED');
    expect(counted).toMatchObject({ Stopped: 1 });
    expect(await deadlines()).toEqual([old, old, old]);
    // Not looked at anew, and as loud as before.
    expect((await go('PT3H', shorter)).counted).toMatchObject({ Stopped: 1 });
    expect(await deadlines()).toEqual([old, old, old]);
    expect(await tripped()).toMatchObject([
      {
        waiting: 3,
        policy: hashPolicy(shorter),
        soonest: [{ name: 'Partner 0', from: old, to: near }, {}, {}],
      },
    ]);
    await releasePolicy('PT4H', shorter);
    expect((await go('PT4H1M', shorter)).counted).toMatchObject({ Stopped: 0 });
    expect(await deadlines()).toEqual([near, near, near]);
    expect(await tripped()).toHaveLength(1);
  });

  it('tells how many and which in the alert', async () => {
    const { register, go, tripped } = await inForce();
    await go('PT2H', shorter);
    const [stop] = await tripped();
    const exception = await register.load(first);
    if (!stop || !exception) throw new Error('nothing was stopped');
    const [alert] = react(stop, exception);
    expect(alert).toMatchObject({ type: 'alert' });
    const text = alert?.type === 'alert' ? alert.text : '';
    expect(text).toContain('3 deadlines in this tenant are waiting');
    expect(text).toContain(`"Partner 0" at ${momentInWords(near)} instead of ${momentInWords(old)}`);
    expect(text).toContain('/lapse release');
  });

  it('does not let lapse what waits any sooner, and holds back nothing else', async () => {
    const { register, go, deadlines } = await inForce();
    const shorter = most(1, day);
    await give(register, first, { type: 'Hold', by: sam, until: after('PT3H'), reason: 'x' }, after('PT1H'));
    await go('PT2H', shorter);
    // A hold that ends, a reminder: what is due goes on.
    await go('PT3H', shorter);
    expect(await stateOf(register, first)).toBe('unconfirmed');
    await go('P2D', shorter);
    expect(await trailOf(register, second)).toContain('ReminderDue');
    expect((await deadlines()).slice(1)).toEqual([old, old]);
  });

  it('lets no more lapse by its own numbers while it waits', async () => {
    const register = await threeReminded();
    const values = createInMemoryVersionedValues();
    const settings = { SetSCL: -1, SenderDomainIs: ['partner.example'] };
    for (const n of [1, 2, 3]) {
      const id = `ex-dddddddddddddd0${n}`;
      const guid = `0f5c2b1e-1c7f-4a39-9a64-2f6f6b0b7e1${n}`;
      const observed = { ...observe({ name: `Open ${n}`, guid, settings }), id } as Command;
      expect((await give(register, id, observed, after('P2DT2M'))).risk).toBe('critical');
    }
    const critical = { ...policy.risk.critical, confirmWithin: duration('PT12H') };
    const looser = {
      ...policy,
      breaker: { ...policy.breaker, most: 1_000 },
      risk: { ...policy.risk, critical },
    };
    await sweep(register, after('P2DT3M'), undefined, { values, rules: most(2, {}) });
    const stop = await sweep(register, after('P2DT4M'), undefined, { values, rules: looser });
    expect(stop.counted).toMatchObject({ Stopped: 1 });
    const { counted } = await sweep(register, after('P3D'), undefined, { values, rules: looser });
    expect(counted).toMatchObject({ Lapsed: 0, HeldBack: 3 });
  });

  it('applies what comes later at once, beside what waits', async () => {
    const { register, go } = await inForce();
    const guid = '0f5c2b1e-1c7f-4a39-9a64-2f6f6b0b7d19';
    const id = 'ex-dddddddddddddddd';
    const settings = { SetSCL: -1, SenderDomainIs: ['partner.example'] };
    const critical = await give(
      register,
      id,
      { ...observe({ name: 'Open', guid, settings }), id } as Command,
      after('PT1H'),
    );
    expect(critical.risk).toBe('critical');
    const rules = {
      ...shorter,
      risk: { ...shorter.risk, critical: { ...policy.risk.critical, confirmWithin: duration('P2D') } },
    };
    await go('PT2H', rules);
    expect(await register.load(id)).toMatchObject({ confirmBy: after('P2DT1H') });
    expect(await register.load(first)).toMatchObject({ confirmBy: old });
  });

  it('moves nothing, and waits no longer, once it is taken back', async () => {
    const { go, deadlines, values } = await inForce();
    await go('PT2H', shorter);
    await go('PT3H');
    expect(await deadlines()).toEqual([old, old, old]);
    expect((await createBreakers(values).load(tenant, 'policy')).breaker).not.toHaveProperty('tripped');
    expect(await readPolicyInForce(values)).not.toHaveProperty('underway');
  });

  it('that was half applied and taken back gives back what it took', async () => {
    const { go, deadlines } = await inForce();
    const longer = most(20, { confirmWithin: duration('P9D') });
    const left = [55_000, 20_000];
    await go('PT2H', longer, () => left.shift() ?? 20_000);
    expect((await deadlines()).sort()).toEqual([old, old, after('P9D')]);
    await go('PT3H');
    expect(await deadlines()).toEqual([old, old, old]);
  });

  it('that waits and is taken back leaves nobody with a term that only it gave', async () => {
    const { go, register, values } = await inForce();
    const rules = most(2, { ...day, longestTerm: duration('P365D') });
    const waiting: Policy = { ...rules, hash: hashPolicy(rules) };
    await go('PT2H', waiting);
    const asked = await register.load(first);
    if (!asked) throw new Error('nothing was asked');
    const now = after('PT3H');
    const command = approve(asked, now, { by: sam, expiresAt: after('P300D') });
    await execute(register, { id: first, receipt: 'approved', command, now, policy: waiting });
    expect(await register.load(first)).toMatchObject({ state: 'confirmed', askedUnder: hashPolicy(rules) });
    await go('PT4H');
    const end = after(policy.risk.high.longestTerm, now);
    expect(await register.load(first)).toMatchObject({
      approval: { expiresAt: end, chosen: after('P300D') },
    });
    expect(await trailOf(register, first)).toContain('PolicyApplied');
    expect(await readPolicyInForce(values)).toMatchObject({ hash: hashPolicy(policy) });
  });

  it('that only reminds at other times, half applied and taken back, reminds as before', async () => {
    const { go, register } = await inForce();
    const early = most(20, { remindBefore: [duration('PT60H')] });
    const left = [55_000, 20_000];
    await go('PT2H', early, () => left.shift() ?? 20_000);
    expect(await register.firstDue()).toBe(after('PT12H'));
    await go('PT3H');
    expect(await register.firstDue()).toBe(after('P2D'));
  });

  it('cut off in the middle and taken back gives back what it took', async () => {
    const { register, values, go, deadlines } = await inForce();
    const longer = most(20, { confirmWithin: duration('P9D') });
    const ended = () => Promise.reject(new Error('the function was ended'));
    let hasBegun = false;
    const cutOff: Register = {
      ...register,
      commit: (commit) => {
        hasBegun = true;
        return commit.id === first ? register.commit(commit) : ended();
      },
    };
    // Nothing is noted after the first exception.
    const cutShort: VersionedValues = {
      ...values,
      write: (...given) => (hasBegun ? ended() : values.write(...given)),
    };
    await sweep(cutOff, after('PT2H'), undefined, { values: cutShort, rules: longer });
    expect(await deadlines()).toEqual([after('P9D'), old, old]);
    await go('PT3H');
    expect(await deadlines()).toEqual([old, old, old]);
  });

  it('that waits is not looked at anew every minute', async () => {
    const { register, values, go } = await inForce();
    await go('PT2H', shorter);
    let lists = 0;
    const counting: Register = { ...register, rows: (which) => ((lists += 1), register.rows(which)) };
    await sweep(counting, after('PT3H'), undefined, { values, rules: shorter });
    expect(lists).toBe(0);
  });

  it('is looked at whole or not at all: half a mass is none', async () => {
    const { go, deadlines } = await inForce();
    // Time for two of them, and for all else that follows.
    const left = [55_000, 55_000, 20_000];
    await go('PT2H', shorter, () => left.shift() ?? 55_000);
    expect(await deadlines()).toEqual([old, old, old]);
  });

  it('asks again for another policy than the one an approver has released', async () => {
    const { go, deadlines, releasePolicy, tripped } = await inForce();
    await go('PT2H', shorter);
    await releasePolicy('PT3H', shorter);
    const shorterStill = most(2, { confirmWithin: duration('PT20H') });
    await go('PT3H1M', shorterStill);
    expect(await deadlines()).toEqual([old, old, old]);
    expect(await tripped()).toHaveLength(2);
  });

  it('is not in force while it could not be applied to one of them', async () => {
    const { register, values, go, deadlines } = await inForce();
    const unwritable: Register = {
      ...register,
      commit: (commit) =>
        commit.id === second ? Promise.reject(new Error('throttled')) : register.commit(commit),
    };
    const rules = most(20, day);
    const { codes } = await sweep(unwritable, after('PT2H'), undefined, { values, rules });
    expect(codes).toContain('POLICY_NOT_APPLIED');
    expect(await deadlines()).toEqual([near, old, near]);
    expect(await readPolicyInForce(values)).toMatchObject({ hash: hashPolicy(policy) });
    await go('PT3H', rules);
    expect(await deadlines()).toEqual([near, near, near]);
    expect(await readPolicyInForce(values)).toMatchObject({ hash: hashPolicy(rules) });
  });

  it('stops silence from disabling a mass that it only alerted about before', async () => {
    const { go, register, tripped } = await inForce();
    const alerting = most(2, { onSilence: 'escalate' });
    await go('PT2H', alerting);
    const hash = hashPolicy(alerting);
    expect(hash).not.toBe(hashPolicy(most(2, {})));
    await go('PT3H', most(2, {}));
    expect(await tripped()).toMatchObject([{ waiting: 3 }]);
    // The one by which silence only alerted them, and none since.
    const applied = (await trailOf(register, first)).filter((type) => type === 'PolicyApplied');
    expect(applied).toHaveLength(1);
    // Nor do they lapse by it meanwhile.
    const { counted } = await go('P3D', most(2, {}));
    expect(counted).toMatchObject({ Lapsed: 0, HeldBack: 3 });
    expect(await tripped()).toHaveLength(1);
  });
});
