/** Inventories of a tenant that shows exactly what it is told to show. */
import { describe, expect, it } from 'vitest';
import { kinds } from '#kinds/registry.ts';
import { duration, instant, plus } from '#time/instant.ts';
import { observeAbsence, observePresence, runAt } from '#inventory/observations.ts';
import { watchedKinds } from '#kinds/protection.ts';
import { findWeakened } from '#inventory/protection.ts';
import { takeTenant, type InventoryResult } from '#inventory/take.ts';
import { findTenantsToLookAt } from '#inventory/tenants.ts';
import { ExchangeError } from '#exchange/exchange-error.ts';
import { createInMemoryRegister } from '#register/in-memory-register.ts';
import { createInMemoryVersionedValues } from '#test/register/in-memory-versioned-values.ts';
import { UnreadableState } from '#lifecycle/unreadable-state.ts';
import { examples, policy, tenant as tenantId } from '../lifecycle/examples.ts';
import { opened } from '#test/register/commits.ts';
import type { Policy } from '#policy/policy.ts';
import type { Exception } from '#lifecycle/exception.ts';
import type { Listing } from '#kinds/shown.ts';
import type { FoundObject, NotFound, ExchangeTenant } from '#exchange/tenant.ts';
import type { Register } from '#register/contract.ts';
import type { VersionedValues } from '#register/versioned-values.ts';
import type { Kind } from '#kinds/registry.ts';

const numbered = (n: number, given: Partial<FoundObject> = {}): FoundObject => ({
  found: true,
  guid: `0f5c2b1e-1c7f-4a39-9a64-${String(n).padStart(12, '0')}`,
  name: `Rule ${n}`,
  enabled: true,
  settings: { SetSCL: -1, SenderDomainIs: [`partner${n}.example`] },
  ...given,
});
const protective = (n: number, more: Record<string, unknown> = {}): FoundObject =>
  numbered(n, { name: `Reject ${n}`, settings: { RejectMessageReasonText: 'No', ...more } });
const whole = (...objects: readonly FoundObject[]): Listing => ({ objects, complete: true });
const part = (...objects: readonly FoundObject[]): Listing => ({
  objects,
  complete: false,
  why: 'It broke off.',
});
const none: Listing = { objects: [], complete: false, why: '', nothing: true };
const missing = (certain: boolean): NotFound => ({ found: false, certain });

function world() {
  const register = createInMemoryRegister();
  const values = createInMemoryVersionedValues();
  const shown = new Map<Kind, Listing>();
  const looks: string[] = [];
  const asked: Kind[] = [];
  const told: string[] = [];
  let look: (guid: string) => FoundObject | NotFound = () => missing(true);
  let now = instant('2026-11-20T09:00:00Z');
  let accepted: readonly string[] = ['contoso.com'];
  const tenant = {
    domains: () => Promise.resolve(accepted),
    list: (kind: Kind) => {
      asked.push(kind);
      return Promise.resolve(shown.get(kind) ?? none);
    },
    read: ({ guid = '' }: { readonly guid?: string }) => {
      looks.push(guid);
      return Promise.resolve().then(() => look(guid));
    },
  } as unknown as ExchangeTenant;
  return {
    register,
    values,
    looks,
    asked,
    told,
    show: (listing: Listing, kind: Kind = 'transport-rule') => void shown.set(kind, listing),
    find: (given: (guid: string) => FoundObject | NotFound) => (look = given),
    accepts: (...domains: readonly string[]) => void (accepted = domains),
    /** The next hour's inventory. */
    async take(
      given: { register?: Register; values?: VersionedValues; hasTime?: () => boolean; policy?: Policy } = {},
    ): Promise<InventoryResult> {
      now = plus(now, duration('PT1H'));
      return takeTenant({
        tenantId,
        tenant,
        register: given.register ?? register,
        values: given.values ?? values,
        policy: given.policy ?? policy,
        now,
        hasTime: given.hasTime ?? (() => true),
        sendMessage: (_run, { about }) => {
          told.push(about);
          return Promise.resolve();
        },
      });
    },
    all: async (): Promise<readonly Exception[]> => Array.fromAsync(register.list()),
  };
}

it('what the tenant has no licence for is not asked for, and nothing is concluded about it', async () => {
  const here = world();
  const { guid, name } = protective(1);
  here.show(
    whole(numbered(1, { guid, name, settings: { ExceptIfSentTo: ['ann@contoso.com'] } })),
    'safe-links-rule',
  );
  await here.take();
  const without = ['safe-links-rule'] as const;
  const tenants = [{ id: tenantId, name: 'Contoso', cloud: 'worldwide', without }] as const;
  here.asked.length = 0;
  here.show(none, 'safe-links-rule');
  expect(await here.take({ policy: { ...policy, tenants } })).toMatchObject({ gone: 0, doubts: [] });
  expect(await here.take({ policy: { ...policy, tenants } })).toMatchObject({ gone: 0, doubts: [] });
  expect(here.asked).toContain('safe-attachments-rule');
  expect(here.asked).not.toContain('safe-links-rule');
  expect(await here.all()).toMatchObject([{ kind: 'safe-links-rule', state: 'unconfirmed' }]);
});

describe('what goes to another domain of the tenant', () => {
  const copied = whole(
    numbered(1, { settings: { BlindCopyTo: ['archive@fabrikam.com'], FromScope: 'InOrganization' } }),
  );

  it('stays inside where the tenant does not say once which domains are its own', async () => {
    const here = world();
    here.accepts('contoso.com', 'fabrikam.com');
    here.show(copied);
    expect(await here.take()).toMatchObject({ opened: 0 });
    here.accepts();
    expect(await here.take()).toMatchObject({ opened: 0 });
    expect(await here.take()).toMatchObject({ opened: 0 });
  });

  it('goes outside once the tenant says that the domain is not its own any more', async () => {
    const here = world();
    here.accepts('contoso.com', 'fabrikam.com');
    here.show(copied);
    await here.take();
    here.accepts('contoso.com');
    expect(await here.take()).toMatchObject({ opened: 1 });
  });
});

it('what single mailboxes have is not asked for, unless policy says so', async () => {
  const here = world();
  await here.take();
  expect(here.asked).not.toContain('mailbox-forwarding');
  await here.take({ policy: { ...policy, mailboxes: { ...policy.mailboxes, asExceptions: true } } });
  expect(here.asked).toContain('mailbox-forwarding');
});

describe('what no list shows', () => {
  const three = whole(numbered(1), numbered(2), numbered(3));
  const two = whole(numbered(2), numbered(3));

  it('is there where a look of its own finds it, and the list is in doubt', async () => {
    const here = world();
    here.show(three);
    await here.take();
    here.show(two);
    here.find(() => numbered(1));
    expect(await here.take()).toMatchObject({ gone: 0, doubts: [{ kind: 'transport-rule' }] });
  });

  it('is gone where nothing speaks of it twice, and not at the first time', async () => {
    const here = world();
    here.show(three);
    await here.take();
    here.show(two);
    here.find(() => missing(false));
    expect(await here.take()).toMatchObject({ gone: 0 });
    expect(await here.take()).toMatchObject({ gone: 1 });
  });

  it('is looked for fifty times in one inventory at most', async () => {
    const here = world();
    const many = Array.from({ length: 140 }, (_, n) => numbered(n));
    here.show(whole(...many));
    await here.take();
    here.show(whole(...many.slice(60)));
    expect(await here.take()).toMatchObject({ gone: 50 });
    expect(here.looks).toHaveLength(50);
    expect(await here.take()).toMatchObject({ gone: 10 });
  });

  it('of one look that fails is left open, and the others are looked for', async () => {
    const here = world();
    const six = [1, 2, 3, 4, 5, 6].map((n) => numbered(n));
    here.show(whole(...six));
    await here.take();
    here.show(whole(...six.slice(2)));
    here.find((guid) => {
      if (guid === numbered(1).guid) throw new ExchangeError('unavailable', 'Exchange is busy.');
      return missing(true);
    });
    expect(await here.take()).toMatchObject({ gone: 1, doubts: [{ why: 'Exchange is busy.' }] });
  });

  it('of what protects is said to be gone only where a look of its own does not find it', async () => {
    const here = world();
    here.show(whole(protective(1), numbered(2)));
    await here.take();
    here.show(whole(numbered(2)));
    here.find(() => protective(1));
    await here.take();
    expect(here.told).not.toContain('removed');
  });

  it('of what protects is not said to be gone by a list that was cut short', async () => {
    const here = world();
    here.show(whole(protective(1), numbered(2)));
    await here.take();
    here.show(part(numbered(2)));
    await here.take();
    expect(here.told).not.toContain('removed');
    expect(here.looks).toEqual([]);
  });

  it('is not asked of a tenant whose exception it is not', async () => {
    const here = world();
    await opened(here.register, 'ex-elsewhere', { tenant: 'aaaaaaaa-7a54-4e0b-9d1c-5f20a6b8c9e1' });
    here.show(three);
    expect(await here.take()).toMatchObject({ gone: 0 });
    expect((await here.all()).find(({ id }) => id === 'ex-elsewhere')?.state).toBe('unconfirmed');
    expect(here.looks).toEqual([]);
  });
});

describe('an inventory that does not come to its end', () => {
  it('leaves the grace of a first look to what it did not reach', async () => {
    const here = world();
    here.show(whole(numbered(1), numbered(2)));
    let left = 1;
    expect(await here.take({ hasTime: () => (left -= 1) >= 0 })).toMatchObject({
      imported: 1,
      finished: false,
    });
    expect(await here.take()).toMatchObject({ imported: 1, finished: true });
  });

  it('records the others where one object cannot be recorded', async () => {
    const here = world();
    here.show(whole(numbered(1), numbered(2), numbered(3)));
    const register: Register = {
      ...here.register,
      commit: (commit) =>
        commit.after.name === 'Rule 2' ? Promise.reject(new Error('no')) : here.register.commit(commit),
    };
    expect(await here.take({ register })).toMatchObject({ opened: 2, failed: [{ about: numbered(2).guid }] });
  });

  it('finds a weakened rule once more that it could not record', async () => {
    const here = world();
    here.show(whole(protective(1)));
    await here.take();
    here.show(whole(protective(1, { ExceptIfFrom: ['x@partner.example'] })));
    const register: Register = { ...here.register, commit: () => Promise.reject(new Error('no')) };
    expect((await here.take({ register })).failed).toHaveLength(1);
    expect(await here.take()).toMatchObject({ opened: 1 });
  });
});

describe('a tenant that answers nothing', () => {
  it('is asked four questions, and leaves its time to the others', async () => {
    const here = world();
    for (const kind of kinds) here.show(part(), kind);
    await here.take();
    expect(here.asked).toHaveLength(4);
  });
});

describe('an exception that cannot be read', () => {
  const id = 'ex-unreadable';
  const unreadable =
    (whose: string) =>
    (register: Register): Register => ({
      ...register,
      async *rows(which) {
        if ('tenant' in which && which.tenant === whose) yield { id };
        yield* register.rows(which);
      },
      states: async (ids) =>
        (await register.states(ids)).map((one, index) =>
          ids[index] === id ? new UnreadableState(id, undefined, 'unexpected values in kind') : one,
        ),
    });

  it.each([
    ['this tenant’s', tenantId, 1],
    ['another tenant’s', 'aaaaaaaa-7a54-4e0b-9d1c-5f20a6b8c9e1', 0],
  ])('is counted where it is %s', async (_whose, tenant, count) => {
    const here = world();
    const { unreadable: found } = await here.take({ register: unreadable(tenant)(here.register) });
    expect(found).toHaveLength(count);
  });
});

describe('two inventories at once', () => {
  it('leave the notes of the one that was faster', async () => {
    const here = world();
    here.show(whole(numbered(1)));
    const values: VersionedValues = {
      ...here.values,
      read: async (name) => {
        const before = await here.values.read(name);
        if (before === undefined) await here.values.write(name, { faster: true }, 0);
        return before;
      },
    };
    await here.take({ values });
    expect((await here.values.read(`inventory#${tenantId}`))?.value).toEqual({ faster: true });
  });
});

describe('a list of which a part failed', () => {
  it('is no first look: what it lacked has the grace of one still', async () => {
    const here = world();
    here.show(part(), 'ip-allow');
    here.show(whole(numbered(1)));
    await here.take();
    const entry = numbered(7, { name: '203.0.113.9', settings: { Entry: '203.0.113.9', Policy: 'Default' } });
    here.show(whole(entry), 'ip-allow');
    expect(await here.take()).toMatchObject({ imported: 1 });
  });

  it('does not make the inventory forget how the rules were that it did not show', async () => {
    const here = world();
    here.show(whole(protective(1), protective(2)));
    await here.take();
    here.show(part(protective(1)));
    await here.take();
    here.show(whole(protective(1), protective(2, { ExceptIfFrom: ['x@partner.example'] })));
    expect(await here.take()).toMatchObject({ opened: 1 });
  });
});

describe('a name that is used again', () => {
  it('is the name of another exception, though its holder bore it first', async () => {
    const here = world();
    here.show(whole(numbered(1)));
    await here.take();
    here.show(whole(numbered(1, { name: 'Another name' }), numbered(2, { name: 'Rule 1' })));
    await here.take();
    expect((await here.all()).map(({ name, guid }) => [name, guid]).toSorted()).toEqual([
      ['Another name', numbered(1).guid],
      ['Rule 1', numbered(2).guid],
    ]);
  });
});

describe('what one inventory leaves for the next', () => {
  it('stops it where it cannot be read: taken for nothing, everything would have the grace of a first look', async () => {
    const here = world();
    await here.values.write(`inventory#${tenantId}`, { imported: 'all' }, 0);
    await expect(here.take()).rejects.toThrow();
  });

  it('shows no rule as weakened that was never seen before', () => {
    const [rules] = watchedKinds.filter(({ kind }) => kind === 'transport-rule');
    if (!rules) throw new Error('rules are not watched');
    const off = { ...protective(1, { State: 'Disabled' }), enabled: false };
    expect(findWeakened(rules, [off], {}, (text) => text)).toEqual([]);
    expect(findWeakened(rules, [off], { [off.guid]: { ways: '', off: false } }, (text) => text)).toHaveLength(
      1,
    );
  });
});

describe('an observation', () => {
  const run = { tenant: tenantId, id: '2026-11-20T09', at: instant('2026-11-20T09:05:00Z'), ownDomains: [] };
  const known = examples.confirmed.state;

  it('says what it was compared with, so that it is void once that has moved on', () => {
    const present = { kind: 'transport-rule', object: numbered(1), why: [] } as const;
    expect(observePresence({ ...present, known }, run).compared).toBe(known.version);
    expect(observePresence(present, run).compared).toBe(0);
    expect(observeAbsence(known, run).compared).toBe(known.version);
  });

  it('is the same for every run within the hour', () => {
    expect(runAt(instant('2026-11-20T09:05:00Z'))).toBe(runAt(instant('2026-11-20T09:55:00Z')));
    expect(runAt(instant('2026-11-20T09:55:00Z'))).not.toBe(runAt(instant('2026-11-20T10:05:00Z')));
  });
});

describe('the tenants that are looked at', () => {
  const named = '11111111-1111-4111-8111-111111111111';
  const other = '22222222-2222-4222-8222-222222222222';
  const inPolicy = { tenants: [{ id: other, name: 'Other', cloud: 'worldwide', without: [] }] } as const;
  const credential = { clientId: 'x', clientSecret: 'y' };

  it('are those of policy and the secret, and where it serves any tenant, all that are known', async () => {
    const register = createInMemoryRegister();
    const values = createInMemoryVersionedValues();
    await opened(register);
    const own = JSON.stringify({ [named]: credential });
    expect(await findTenantsToLookAt(own, inPolicy, register, values)).toEqual([named, other]);
    const any = JSON.stringify({ [named]: credential, '*': credential });
    expect(await findTenantsToLookAt(any, inPolicy, register, values)).toEqual([named, other, tenantId]);
    // Nor is one left out of which nothing is on record any more.
    const nothing = createInMemoryRegister();
    expect(await findTenantsToLookAt(any, inPolicy, nothing, values)).toEqual([named, other, tenantId]);
  });
});
