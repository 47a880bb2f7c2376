import { describe, expect, it } from 'vitest';
import { instant } from '#time/instant.ts';
import { createInMemoryRegister } from '#register/in-memory-register.ts';
import { copyTrail, keepRename, findPresentName } from '#register/names.ts';
import { mostRecords, nothingRemembered, addRemembered } from '#register/remembered.ts';
import { noon, observation, tenant } from '../lifecycle/examples.ts';
import type { Observation } from '#lifecycle/commands.ts';
import type { Register } from '#register/contract.ts';

const at = (second: number) => instant(`2026-11-02T11:00:${String(second).padStart(2, '0')}Z`);
const told = (record: number, more: Partial<Observation> = {}) => ({
  observation: {
    ...observation,
    record: `r${record}`,
    change: 'alter',
    changedAt: at(record),
    ...more,
  } as const,
  receipt: `receipt ${record}`,
});
const made = told(0, { change: 'create' });
const count = (length: number, from = 1) => Array.from({ length }, (_, index) => told(index + from));

describe('what is remembered of an object', () => {
  it('is as much as fits one transaction: the oldest goes, but not what made the object', () => {
    const full = addRemembered(nothingRemembered, made, ...count(mostRecords - 1));
    expect(full.forgotten).toEqual([]);
    const { records, forgotten } = addRemembered(full, told(50));
    expect(forgotten).toEqual(['r1']);
    expect(records).toHaveLength(mostRecords);
    expect([records[0], records.at(-1)]).toEqual([made, told(50)]);
  });

  it('fits one item', () => {
    const long = (record: number) => told(record, { settings: { SentTo: 'x'.repeat(70 * 1024) } });
    expect(addRemembered(nothingRemembered, long(1), long(2)).forgotten).toEqual([]);
    const { records, forgotten } = addRemembered(nothingRemembered, long(1), long(2), long(3));
    expect([records.length, forgotten]).toEqual([2, ['r1']]);
    expect(
      addRemembered(nothingRemembered, told(1, { settings: { SentTo: 'x'.repeat(200 * 1024) } })),
    ).toMatchObject({
      records: [],
      forgotten: ['r1'],
    });
  });

  it('is each record once, in order of time', () => {
    const { records } = addRemembered({ ...nothingRemembered, records: [told(2)] }, told(1), told(2));
    expect(records).toEqual([told(1), told(2)]);
  });
});

const named = (name: string) => ({ tenant, kind: 'transport-rule', name }) as const;
const moment = (second: number) => ({ at: at(second), record: `r${second}` });

/** Somebody else keeps something before each of the first `times` writes. */
function raced(register: Register, times: number): Register {
  let races = 0;
  return {
    ...register,
    remember: async (changes, now) => {
      races += 1;
      if (races <= times)
        for (const change of changes) {
          const kept = await register.remembered(change.of);
          await register.remember([{ of: change.of, ...kept }], now);
        }
      return register.remember(changes, now);
    },
  };
}

describe('a rename', () => {
  it('is kept although others are at it, and what was remembered goes along', async () => {
    const register = createInMemoryRegister();
    await register.remember([{ ...nothingRemembered, of: named('Old'), records: [told(1), told(9)] }], noon);
    await keepRename(raced(register, 4), named('Old'), { to: 'New', until: moment(5) }, noon);
    expect(await findPresentName(register, named('old'), moment(5))).toBe('New');
    expect(await findPresentName(register, named('Old'), moment(6))).toBe('Old');
    expect((await register.remembered(named('Old'))).records).toEqual([told(9)]);
    expect((await register.remembered(named('New'))).records).toEqual([told(1, { name: 'New' })]);
  });

  it('that cannot be kept says so', async () => {
    const busy = raced(createInMemoryRegister(), Infinity);
    await expect(keepRename(busy, named('Old'), { to: 'New', until: moment(5) }, noon)).rejects.toThrow(
      'Lapse could not record that',
    );
  });

  it('told again changes nothing', async () => {
    const register = createInMemoryRegister();
    const rename = { to: 'New', until: moment(5) };
    await keepRename(register, named('Old'), rename, noon);
    await keepRename(register, named('Old'), rename, noon);
    expect(await register.remembered(named('Old'))).toMatchObject({ revision: 1 });
  });

  it('and another, and another are followed up to a number; of a name the newest are kept', async () => {
    const register = createInMemoryRegister();
    const swap = { to: 'Ping', until: moment(9) };
    await keepRename(register, named('Ping'), { ...swap, to: 'Pong' }, noon);
    await keepRename(register, named('Pong'), swap, noon);
    let reads = 0;
    const counted: Register = {
      ...register,
      remembered: (of) => {
        reads += 1;
        return register.remembered(of);
      },
    };
    expect(['Ping', 'Pong']).toContain(await findPresentName(counted, named('Ping'), moment(1)));
    expect(reads).toBe(8);

    for (let one = 1; one <= 10; one += 1)
      await keepRename(register, named('Old'), { to: `New ${one}`, until: moment(one) }, noon);
    const { renames } = await register.remembered(named('Old'));
    expect(renames.map(({ to }) => to)).toEqual([3, 4, 5, 6, 7, 8, 9, 10].map((one) => `New ${one}`));
  });
});

describe('the trail of an object that got another name', () => {
  it('tells who changed it, also where nothing else of it is left to tell', async () => {
    const register = createInMemoryRegister();
    const change = { ...moment(1), by: observation.changedBy, operation: 'Set-TransportRule' };
    await copyTrail(register, named('Beta'), { before: [], touched: [change] }, noon);
    expect((await register.remembered(named('Beta'))).touched).toEqual([change]);
  });

  it('keeps nothing of whom nobody has changed', async () => {
    const register = createInMemoryRegister();
    await copyTrail(register, named('Beta'), { before: [], touched: [] }, noon);
    expect(register.waiting()).toEqual([]);
  });
});
