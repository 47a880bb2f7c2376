import { describe, expect, it } from 'vitest';
import { execute } from '#register/execute.ts';
import { createInMemoryRegister } from '#register/in-memory-register.ts';
import {
  after,
  alex,
  approve,
  id,
  noon,
  observation,
  observe,
  policy,
  sam,
  told,
} from '../lifecycle/examples.ts';
import { collected, commitOf, opened } from './commits.ts';
import type { Command, Observation } from '#lifecycle/commands.ts';
import type { Register } from '#register/contract.ts';

const random = () => 1;
const patient = () => {
  const waits: number[] = [];
  return {
    waits,
    random,
    wait: (ms: number) => {
      waits.push(ms);
      return Promise.resolve();
    },
  };
};

/** Somebody else gets in before each of the first `times` commits. */
function raced(register: Register, times: number, first: (race: number) => Promise<unknown>): Register {
  let races = 0;
  return {
    ...register,
    commit: async (commit) => {
      if (races < times) await first((races += 1));
      return register.commit(commit);
    },
  };
}

describe('an observation of what has an exception by now', () => {
  it('is recorded with that, by whatever id it comes', async () => {
    const register = createInMemoryRegister();
    const first = { receipt: 'first', command: observe(), now: noon, policy };
    await execute(register, { id, ...first });
    const other = 'ex-bbbbbbbbbbbbbbbb';
    const seen = { ...observation, record: 'second', change: 'alter', settings: { SetSCL: -1 } } as const;
    const command = { type: 'Observe', id: other, observation: seen } as const;
    const { outcome, exception } = await execute(register, {
      ...{ id: other, receipt: 'second', command, now: noon, policy, ...patient() },
    });
    expect([outcome, exception?.id]).toEqual(['done', id]);
    expect(await Array.fromAsync(register.list())).toEqual([exception]);
  });
});

describe('a command', () => {
  it('is decided on the newest state and recorded', async () => {
    const register = createInMemoryRegister();
    const { outcome, exception, events } = await execute(register, {
      id,
      receipt: 'r',
      command: observe(),
      now: noon,
      policy,
    });
    expect([outcome, events.map(({ type }) => type)]).toEqual(['done', ['ExceptionOpened']]);
    expect(exception).toEqual(await register.load(id));
  });

  it('that has nothing to say records nothing', async () => {
    const register = createInMemoryRegister();
    const turn = { id, receipt: 'r', command: { type: 'CheckDue' }, now: noon, policy } as const;
    expect(await execute(register, turn)).toEqual({ outcome: 'nothing', exception: undefined, events: [] });
    const state = await opened(register);
    expect(await execute(register, turn)).toEqual({ outcome: 'nothing', exception: state, events: [] });
  });

  it('that came before answers with the state as it now stands', async () => {
    const register = createInMemoryRegister();
    const state = await opened(register);
    const turn = { id, receipt: 'r', command: told(state), now: noon, policy };
    await execute(register, turn);
    expect(await execute(register, turn)).toEqual({
      outcome: 'duplicate',
      exception: await register.load(id),
      events: [],
    });
  });

  it('that loses a race is decided again on what the winner left: the second of two answers is refused by name', async () => {
    const register = createInMemoryRegister();
    const asked = await opened(register);
    // Slack knows by now who made it, and that is neither of the two who answer.
    await execute(register, { id, receipt: 'told', command: told(asked), now: asked.since, policy });
    const state = (await register.load(id)) ?? asked;
    const now = after('PT1H');
    const slower = raced(register, 1, async () =>
      execute(register, {
        id,
        receipt: 'faster',
        command: { ...approve(state, now), by: sam } as never,
        now,
        policy,
      }),
    );
    const waiting = patient();
    const { outcome, events, exception } = await execute(slower, {
      id,
      receipt: 'slower',
      command: { type: 'Decline', by: alex, seen: state.asOf },
      now,
      policy,
      ...waiting,
    });
    expect(outcome).toBe('done');
    expect(events.map(({ type }) => type)).toEqual(['AnswerRefused']);
    expect(exception).toMatchObject({
      state: 'confirmed',
      answered: { answer: 'approved', by: { slackUser: sam.slackUser } },
    });
    expect(waiting.waits).toEqual([20]);
  });

  it('gets through though others are faster again and again, waiting longer each time', async () => {
    const register = createInMemoryRegister();
    const state = await opened(register);
    const busy = raced(register, 10, async (race) => {
      const before = await register.load(id);
      return register.commit(commitOf(before, told(state), { receipt: `other ${race}` }));
    });
    const waiting = patient();
    const { outcome } = await execute(busy, {
      id,
      receipt: 'mine',
      command: told(state),
      now: noon,
      policy,
      ...waiting,
    });
    expect(outcome).toBe('done');
    expect(waiting.waits).toEqual([20, 40, 80, 160, 320, 640, 1280, 2000, 2000, 2000]);
    expect(await collected(register.trail(id))).toHaveLength(12);
  });

  it('gives up aloud where it never gets through, and has then recorded nothing', async () => {
    const register = createInMemoryRegister();
    const state = await opened(register);
    const hopeless: Register = { ...register, commit: () => Promise.resolve('conflict') };
    const turn = { id, receipt: 'mine', command: told(state), now: noon, policy };
    await expect(execute(hopeless, { ...turn, ...patient() })).rejects.toThrow(
      /at each of 25 attempts to carry out ReportTold/,
    );
    expect((await execute(register, turn)).outcome).toBe('done');
  });

  const unknown = (given: Partial<Observation>): Command => {
    const told = Object.entries({ ...observation, complete: false, settings: {}, ...given });
    const withoutGuid = Object.fromEntries(
      told.filter(([field]) => field !== 'guid'),
    ) as unknown as Observation;
    return { type: 'Observe', id, observation: withoutGuid };
  };
  const removal: Command = {
    type: 'ObserveRemoval',
    observation: {
      ...(unknown({}) as Extract<Command, { type: 'Observe' }>).observation,
      record: 'removal',
      change: 'remove',
      changedAt: after('PT1M'),
    },
  };
  const turn = { id, now: noon, policy };

  it('reads again what is known of its object: the news may come between decision and record', async () => {
    const register = createInMemoryRegister();
    const overtaken = raced(register, 1, () =>
      execute(register, { ...turn, receipt: 'r1', command: removal }),
    );
    const { exception } = await execute(overtaken, {
      ...turn,
      receipt: 'r',
      command: observe(),
      ...patient(),
    });
    expect(exception).toMatchObject({ state: 'removed', removedAt: after('PT1M') });
  });

  it('of which nothing can be said yet is kept, and taken along by what opens the exception', async () => {
    const register = createInMemoryRegister();
    const enabling = unknown({
      record: 'on',
      operation: 'Enable-TransportRule',
      change: 'enable',
      changedAt: after('PT1M'),
    });
    const early = await execute(register, { ...turn, receipt: 'on', command: enabling });
    expect(early).toMatchObject({ outcome: 'nothing', remembered: true });
    expect(await execute(register, { ...turn, receipt: 'on', command: enabling })).toEqual(early);

    const made = unknown({ settings: observation.settings, enabled: false });
    const { exception } = await execute(register, { ...turn, receipt: 'made', command: made });
    expect(exception).toMatchObject({ state: 'unconfirmed', question: 'opened' });
    const records = (await collected(register.trail(id))).map((entry) => 'record' in entry && entry.record);
    expect(records).toEqual(['rec-1', 'on']);
    expect(await register.carriedOut('on')).toEqual({ exception: id });
    const { outcome } = await execute(register, { ...turn, receipt: 'on', command: enabling });
    expect(outcome).toBe('duplicate');
  });

  it('is not lost where the exception is opened while it is being kept', async () => {
    const register = createInMemoryRegister();
    let opening = true;
    const overtaken: Register = {
      ...register,
      remember: async (...given) => {
        if (opening) {
          opening = false;
          await execute(register, { ...turn, receipt: 'r', command: observe() });
        }
        return register.remember(...given);
      },
    };
    await execute(overtaken, { ...turn, receipt: 'removal', command: removal, ...patient() });
    expect(await register.load(id)).toMatchObject({ state: 'removed' });
  });

  it('is in the trail once, also when it comes long after its receipt was cleared away', async () => {
    const register = createInMemoryRegister();
    await execute(register, { ...turn, receipt: 'r', command: observe() });
    const { outcome } = await execute(register, { ...turn, receipt: 'another', command: observe() });
    expect(outcome).toBe('duplicate');
    expect(await collected(register.trail(id))).toHaveLength(1);
  });
});
