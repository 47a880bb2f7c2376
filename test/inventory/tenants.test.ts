import { describe, expect, it } from 'vitest';
import { fromMillis } from '#time/instant.ts';
import { takeInventory } from '#functions/take-inventory.ts';
import { createInMemoryRegister } from '#register/in-memory-register.ts';
import { createInMemoryVersionedValues } from '#test/register/in-memory-versioned-values.ts';
import { SecretNotSet } from '#runtime/secrets.ts';
import { UnreadableState } from '#lifecycle/unreadable-state.ts';
import { policy } from '../lifecycle/examples.ts';
import { riskyRule, start, startTenant } from '#test/exchange/surroundings.ts';
import type { Listing } from '#kinds/shown.ts';
import type { Publisher } from '#bus/publisher.ts';
import type { Register } from '#register/contract.ts';

const hour = 3_600_000;
const [first, second, third] = [
  '11111111-1111-4111-8111-111111111111',
  '22222222-2222-4222-8222-222222222222',
  '33333333-3333-4333-8333-333333333333',
] as const;

/** Inventories of these tenants, all of which have what the stand-in has, except where `access` throws. */
async function several(
  tenants: readonly string[],
  access: (tenant: string) => void = () => undefined,
  troubles: Partial<Register> = {},
  hanging?: string,
) {
  const { standIn, tenant, ...running } = await startTenant({ seed: [riskyRule()] });
  const register: Register = { ...createInMemoryRegister(), ...troubles };
  const values = createInMemoryVersionedValues();
  const looked: string[] = [];
  const logged: unknown[] = [];
  const counted: Record<string, number> = {};
  const shares: { readonly ms: number; readonly end: AbortController }[] = [];
  const log = (_message: unknown, ...rest: readonly unknown[]): void => {
    logged.push(...rest);
    // The share of what hangs is over once another tenant was looked at, however busy the machine is.
    if (hanging && rest.some((one) => JSON.stringify(one).includes('"finished":true')))
      shares[0]?.end.abort();
  };
  let failing = false;
  const told: string[] = [];
  const bus: Publisher = {
    publish: (entries) => {
      if (failing) return Promise.resolve({ failed: [{ index: 0, code: 'ThrottlingException' }] });
      told.push(...entries.map(({ DetailType }) => DetailType));
      return Promise.resolve({ failed: [] });
    },
  };
  return {
    standIn,
    looked,
    shares,
    logged,
    counted,
    told,
    busFails: (fails: boolean) => (failing = fails),
    take: (more: { readonly at?: number; readonly remaining?: () => number } = {}) =>
      takeInventory(
        {
          register,
          values,
          policy,
          bus,
          enough: (ms) => {
            const end = new AbortController();
            shares.push({ ms, end });
            return end.signal;
          },
          secret: () => Promise.resolve(JSON.stringify(Object.fromEntries(tenants.map((id) => [id, {}])))),
          tenants: (id) => {
            looked.push(id);
            return Promise.resolve().then(() => {
              access(id);
              return id === hanging ? { ...tenant, domains: noDomains, list: listNothing } : tenant;
            });
          },
        },
        {
          now: fromMillis(Date.parse(start) + (more.at ?? 0) * hour),
          logger: { debug: log, info: log, warn: log, error: log },
          metrics: { addMetric: (name, _unit, value) => void (counted[name] = value) },
          delivery: 1,
          remaining: more.remaining ?? (() => 200_000),
        },
      ),
    [Symbol.asyncDispose]: () => running[Symbol.asyncDispose](),
  };
}

const noDomains = () => Promise.resolve([]);

/** Answers when it is asked for no longer, and not before. */
const listNothing = async (_kind: unknown, signal?: AbortSignal): Promise<Listing> => {
  await new Promise((resolve) => signal?.addEventListener('abort', resolve));
  return { objects: [], complete: false, why: 'It did not answer in time.' };
};

describe('the inventory of several tenants', () => {
  it('looks at the others where one is out of reach, and then fails', async () => {
    await using here = await several([first, second], (id) => {
      if (id === first) throw new Error('no such application');
    });
    await expect(here.take()).rejects.toThrow(`failed in 1 of 2 tenants (${first})`);
    expect(here.looked.toSorted()).toEqual([first, second]);
    expect(here.logged).toContainEqual(
      expect.objectContaining({ code: 'INVENTORY_FAILED', tenant: first }) as unknown,
    );
    expect(here.counted).toMatchObject({ InventoryHeartbeat: 1, InventoryIncomplete: 1 });
  });

  it('waits as long as nobody has stored a secret for any of them, and fails once one has', async () => {
    const notSet = new SecretNotSet('never set');
    await using none = await several([first, second], () => {
      throw notSet;
    });
    await expect(none.take()).rejects.toBe(notSet);
    expect(none.logged).toEqual([]);
    await using one = await several([first, second], (id) => {
      if (id === first) throw notSet;
    });
    await expect(one.take()).rejects.toThrow(`failed in 1 of 2 tenants (${first})`);
    expect(one.logged).toContainEqual(
      expect.objectContaining({ code: 'INVENTORY_FAILED', tenant: first }) as unknown,
    );
  });

  it('fails where something that it saw could not be recorded', async () => {
    const commit = () => Promise.reject(new Error('no'));
    await using here = await several([first], undefined, { commit });
    await expect(here.take()).rejects.toThrow(`failed in 1 of 1 tenants (${first})`);
    expect(here.logged).toContainEqual(
      expect.objectContaining({ code: 'INVENTORY_NOT_RECORDED', tenant: first }) as unknown,
    );
  });

  it('counts an exception that cannot be read', async () => {
    const unreadable = new UnreadableState('ex-unreadable', undefined, 'unexpected values in kind');
    const rows: Register['rows'] = (which) =>
      eachOf(...('tenant' in which && which.tenant === second ? [{ id: 'ex-unreadable' }] : []));
    const states: Register['states'] = (ids) => Promise.resolve(ids.map(() => unreadable));
    await using here = await several([first, second], undefined, { rows, states });
    await here.take();
    expect(here.counted['ExceptionsUnreadable']).toBe(1);
  });

  it('goes on with the next one each hour', async () => {
    await using here = await several([first, second, third]);
    for (const at of [0, 1, 2]) await here.take({ at, remaining: onlyOne() });
    expect(here.looked.toSorted()).toEqual([first, second, third]);
  });

  it('counts those as incomplete that it had no time for', async () => {
    await using here = await several([first, second, third]);
    await here.take({ remaining: onlyOne() });
    expect(here.counted['InventoryIncomplete']).toBe(2);
  });

  it('ends what it asks of a tenant that hangs when its share is over', async () => {
    await using here = await several([first, second], undefined, {}, first);
    await here.take({ remaining: () => 22_000 });
    expect(here.shares.map(({ ms }) => ms)).toEqual([2_000, 2_000]);
    expect(here.looked.toSorted()).toEqual([first, second]);
    expect(here.logged).toContainEqual(
      expect.objectContaining({ code: 'INVENTORY_INCOMPLETE', tenant: first }) as unknown,
    );
    expect(here.logged).toContainEqual(
      expect.objectContaining({ tenant: second, doubts: 0, finished: true }) as unknown,
    );
  });

  it('counts one as incomplete in the middle of which time ran out', async () => {
    await using here = await several([first]);
    let asked = 0;
    await here.take({ remaining: () => (++asked <= 2 ? 200_000 : 5_000) });
    expect(here.looked).toEqual([first]);
    expect(here.counted['InventoryIncomplete']).toBe(1);
  });

  it('says it again an hour later where its message did not get onto the bus', async () => {
    await using here = await several([first]);
    here.standIn.fault({ kind: '403-nul', times: Infinity });
    here.busFails(true);
    await expect(here.take()).rejects.toThrow('failed in 1 of 1');
    expect(here.told).toEqual([]);
    here.busFails(false);
    await here.take({ at: 1 });
    await here.take({ at: 2 });
    expect(here.told).toHaveLength(1);
  });
});

/** Time enough to begin with the first tenant, and with no other. */
function onlyOne(): () => number {
  let asked = 0;
  // Asked once for the shares, once before each tenant, and within one before each object.
  return () => (++asked < 3 ? 200_000 : 15_000);
}

async function* eachOf<T>(...things: readonly T[]): AsyncGenerator<T> {
  yield* await Promise.resolve(things);
}
