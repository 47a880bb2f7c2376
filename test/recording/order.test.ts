/** The log keeps no order and repeats itself: what is known, recorded and asked is the same in the end. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ExchangeError } from '#exchange/exchange-error.ts';
import { recordChange } from '#recording/record-change.ts';
import { createInMemoryRegister } from '#register/in-memory-register.ts';
import { policy } from '../lifecycle/examples.ts';
import { start } from '../exchange/surroundings.ts';
import { acts, exchanges, lived } from '../exchange/tenant-life.ts';
import { replaced } from '../register/replaced.ts';
import { neverAborts } from '#test/never-aborts.ts';
import { noDomains } from '#test/recording/no-domains.ts';
import type { AuditRecord } from '#audit-log/record.ts';
import type { Event } from '#lifecycle/events.ts';
import type { Exception } from '#lifecycle/exception.ts';
import type { Tenants } from '#exchange/tenants.ts';
import type { Register } from '#register/contract.ts';

/** As the queue brings them: what could not be told for want of a look comes once more, and then is given up. */
async function deliver(register: Register, records: readonly AuditRecord[], tenants: Tenants) {
  const recording = { register, tenants, policy, domains: noDomains, now: start, enough: neverAborts };
  const again: AuditRecord[] = [];
  const record = async (one: AuditRecord) => {
    try {
      await recordChange(one, recording);
    } catch (error) {
      if (!(error instanceof ExchangeError)) throw error;
      again.push(one);
    }
  };
  for (const one of records) await record(one);
  for (const one of again.splice(0)) await record(one);
}

/** All but how many steps it took, and the id, which follows from the name by which it was first heard of. */
const end = (exception: Exception): Exception => ({
  ...exception,
  id: '',
  version: 1,
  asOf: 1,
  ...(exception.unheard && { unheard: { ...exception.unheard, of: 1 } }),
});

/** Both names were known before their rename was: what bore the old one is known by the new one. */
const wentOver = (event: Event): boolean =>
  event.type === 'ExceptionRemoved' && event.told?.renamed !== undefined;

async function outcome(register: Register) {
  const ends = [];
  for await (const exception of register.list()) {
    const trail = await Array.fromAsync(register.trail(exception.id));
    if (trail.some(wentOver)) continue;
    const records = trail.flatMap((entry) => ('record' in entry ? [entry.record] : []));
    expect(new Set(records).size).toBe(records.length);
    ends.push({ ...end(exception), records: records.toSorted() });
  }
  return ends.toSorted((a, b) =>
    JSON.stringify([a.name, a.state, a.records]) < JSON.stringify([b.name, b.state, b.records]) ? -1 : 1,
  );
}

/**
 * A change of which nobody can tell what it took away is taken for risky until what made the object is told. That
 * exception is then over; told in order it is never opened.
 */
const withoutMistaken = (ends: Awaited<ReturnType<typeof outcome>>) =>
  ends.filter(({ state, risk }) => !(state === 'removed' && risk === 'low'));

/** Five weeks on: receipts have been cleared away, and the trails are what is left. */
const muchLater = (register: Register): Register =>
  replaced(register, {
    carriedOut: () => Promise.resolve(undefined),
    carriedOutAmong: () => Promise.resolve(new Set()),
    commit: ({ receipt, placed = [], ...commit }) =>
      register.commit({
        ...commit,
        receipt: `later ${receipt}`,
        placed: placed.map((one) => `later ${one}`),
      }),
  });

/** For more: `RUNS=400 npx vitest run test/recording/order.test.ts`. */
const runs = Number(process.env['RUNS'] ?? 100);

const delivered = (done: ReturnType<typeof acts>) =>
  done.chain((each) => {
    const life = lived(each);
    const twice = [...life.records, ...life.records];
    return fc.record({
      life: fc.constant(life),
      delivered: fc.shuffledSubarray(twice, { minLength: twice.length }).map((records) => ({
        records,
        [fc.toStringMethod]: () => `\n${records.map(({ Id }) => Id.slice(0, 8)).join(' ')}`,
      })),
    });
  });

const verbs = ['create', 'create', 'alter', 'enable', 'disable', 'remove'] as const;
const histories = delivered(acts(verbs));
const namings = {
  'that are called by GUID as well as by name': {
    lives: delivered(acts(verbs, fc.boolean())),
    where: ['out of reach', 'without the object', 'with what is there'],
  },
  'that are renamed, and leave their names to others': {
    lives: delivered(acts([...verbs, 'alter', 'rename'])),
    where: ['out of reach', 'without the object'],
  },
} as const;

describe.each(Object.entries(exchanges))('with Exchange %s', (_where, exchange) => {
  it.each([1, 2, 3])(
    'records end the same in any order, any number of times (seed %i)',
    async (seed) => {
      await fc.assert(
        fc.asyncProperty(histories, async ({ life, delivered: { records } }) => {
          const inOrder = createInMemoryRegister();
          await deliver(inOrder, life.records, exchange(life));
          const register = createInMemoryRegister();
          await deliver(register, records, exchange(life));
          expect(withoutMistaken(await outcome(register))).toEqual(withoutMistaken(await outcome(inOrder)));

          // What was placed costs nothing when it comes again, now or much later: no event, no question.
          const known = await Array.fromAsync(register.list());
          await deliver(register, records.toReversed(), exchange(life));
          expect(await Array.fromAsync(register.list())).toEqual(known);
          await deliver(muchLater(register), records, exchange(life));
          expect(await Array.fromAsync(register.list())).toEqual(known);
        }),
        { numRuns: runs, seed },
      );
    },
    300_000,
  );
});

/**
 * Without a look: one by a name shows what bears it when the record is read, which may be another object by then. In
 * whose trail a record is noted depends on what was known when it came.
 */
const withoutRecords = (ends: Awaited<ReturnType<typeof outcome>>) =>
  withoutMistaken(ends).map((exception) => ({ ...exception, records: [] }));

describe.each(Object.entries(namings))('objects %s', (_how, { lives, where }) => {
  it.each(where)('end the same with Exchange %s', async (exchange) => {
    await fc.assert(
      fc.asyncProperty(lives, async ({ life, delivered: { records } }) => {
        const inOrder = createInMemoryRegister();
        await deliver(inOrder, life.records, exchanges[exchange](life));
        const register = createInMemoryRegister();
        await deliver(register, records, exchanges[exchange](life));
        expect(withoutRecords(await outcome(register))).toEqual(withoutRecords(await outcome(inOrder)));
      }),
      { numRuns: 2 * runs, seed: 1 },
    );
  });
});
