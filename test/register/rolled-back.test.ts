/** What a newer release left in the table, and this one does not know: it stops nothing else. */
import { DeleteCommand, DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sweepDeadlines } from '#functions/sweep-deadlines.ts';
import { takeTenant } from '#inventory/take.ts';
import { createExceptionId } from '#register/identity.ts';
import { nameAlias, rememberedKey, stateKey, trailKey, type Key } from '#register/keys.ts';
import { execute } from '#register/execute.ts';
import { schemaVersion } from '#register/exception-schema.ts';
import { entryFrom, toTrailItem } from '#register/items.ts';
import { putInForce, readPolicyInForce } from '#register/policy-in-force.ts';
import { beginning, chainEvents } from '#register/trail-chain.ts';
import { UnreadableEntry } from '#register/unreadable-entry.ts';
import { createRegister } from '#register/register.ts';
import { createVersionedValues } from '#register/versioned-values.ts';
import { auditRecord, policy, start, tenantId } from '../exchange/surroundings.ts';
import { after, sam } from '../lifecycle/examples.ts';
import { beside } from './beside.ts';
import { collected, commitOf } from './commits.ts';
import { owned } from './owned.ts';
import { listedTenant } from '../inventory/listed-tenant.ts';
import { onRecord } from './on-record.ts';
import { startEngine, type Engine } from './table.ts';
import { toldNobody, turnAt } from './turn-at.ts';
import type { Instant } from '#time/instant.ts';
import type { Kind } from '#kinds/registry.ts';

let engine: Engine;
let tableName: string;
beforeAll(async () => {
  engine = await startEngine();
});
beforeEach(async () => {
  tableName = await engine.table({ stream: false });
});
afterAll(async () => engine.close());

const documents = () =>
  DynamoDBDocumentClient.from(engine.client(), { marshallOptions: { removeUndefinedValues: true } });
const put = (item: object) => documents().send(new PutCommand({ TableName: tableName, Item: { ...item } }));
const stored = async (key: Key): Promise<Readonly<Record<string, unknown>>> =>
  (await documents().send(new GetCommand({ TableName: tableName, Key: { ...key } }))).Item ?? {};

describe('a sweep', () => {
  it('lets lapse what the index tells nothing of besides its deadline', async () => {
    const ids = await onRecord(engine.client(), tableName, 3, owned);
    const first = await stored(stateKey(ids[0] ?? ''));
    await put(
      Object.fromEntries(Object.entries(first).filter(([name]) => !['tenant', 'lapsesAt'].includes(name))),
    );
    await put({ ...(await stored(stateKey(ids[1] ?? ''))), lapsesAt: 1 });
    const client = engine.client();
    const metrics: Record<string, number> = {};
    await sweepDeadlines(
      {
        register: createRegister({ client, tableName }),
        values: createVersionedValues({ client, tableName }),
        policy,
        usual: 'live',
        tell: toldNobody,
      },
      turnAt(after('P3D'), metrics),
    );
    expect(metrics).toMatchObject({ Lapsed: 3, Overdue: 0 });
  });
});

describe('what it wrote besides is kept when this release writes', () => {
  it('into the item of a state', async () => {
    const [id = ''] = await onRecord(engine.client(), tableName, 1, owned);
    const before = await stored(stateKey(id));
    await put({ ...before, laterIndex: 'x', laterList: [1] });
    const register = createRegister({ client: engine.client(), tableName });
    const command = { type: 'Reassign', by: sam, address: 'new@contoso.com' } as const;
    await execute(register, { id, receipt: 'r', command, now: after('PT1H'), policy });
    const item = await stored(stateKey(id));
    expect(item).toMatchObject({ version: 2, laterIndex: 'x', laterList: [1] });
    // What this release knows and leaves out is not brought back.
    expect(before).toHaveProperty('owner');
    expect(item).not.toHaveProperty('owner');
  });

  it('into what is remembered under a name', async () => {
    await using here = await beside(engine, tableName);
    const key = rememberedKey({ tenant: tenantId, kind: 'transport-rule', name: 'Q' });
    const touched = () => here.happen(auditRecord('Set-TransportRule', { Identity: 'Q', Comments: 'x' }));
    await touched();
    await put({ ...(await stored(key)), laterIndex: 'x' });
    await touched();
    expect(await stored(key)).toMatchObject({ revision: 2, laterIndex: 'x' });
  });

  it('into the note on the policy, at every level', async () => {
    const values = createVersionedValues({ client: engine.client(), tableName });
    const later = {
      ...{ hash: 'h', policy: {}, later: 1 },
      underway: { tried: [{ hash: 'i', policy: {}, later: 2 }], whole: false, waiting: [], later: 3 },
    };
    await values.write('POLICY', later, 0);
    const read = await readPolicyInForce(values);
    if (!read) throw new Error('no note');
    expect(await putInForce(values, read)).toBe(true);
    expect(await values.read('POLICY')).toEqual({ value: later, revision: 2 });
  });
});

it.each([schemaVersion + 1, 0])('an entry of a trail of schema version %i is not read', (other) => {
  const [written] = chainEvents('ex-1', 0, beginning, commitOf(undefined).events);
  if (!written) throw new Error('no entry');
  const item = toTrailItem('ex-1', tenantId, written);
  expect(entryFrom('ex-1', item)).not.toBeInstanceOf(UnreadableEntry);
  expect(entryFrom('ex-1', { ...item, schemaVersion: other })).toBeInstanceOf(UnreadableEntry);
});

describe('an alias of which only a newer release knows what it says', () => {
  const takenBy = 'ex-0000000000000000';
  const claim = (kind: Kind, name: string) =>
    put({ ...nameAlias({ tenant: tenantId, kind, name }), exceptionId: takenBy, standing: 'lent' });

  it('leaves the rest of an inventory as it is, and is counted', async () => {
    await claim('transport-rule', 'Lent');
    const objects = ['Lent', 'Own'].map((name, index) => ({
      ...{ found: true, name, enabled: true },
      guid: `0f5c2b1e-1c7f-4a39-9a64-${String(index).padStart(12, '0')}`,
      settings: { SetSCL: -1, SenderDomainIs: ['partner.example'] },
    }));
    const tenant = listedTenant({ 'transport-rule': objects });
    const client = engine.client();
    const register = createRegister({ client, tableName });
    const taken = await takeTenant({
      ...{ tenantId, tenant, policy, now: start, hasTime: () => true },
      sendMessage: () => Promise.resolve(),
      ...{ register, values: createVersionedValues({ client, tableName }) },
    });
    expect(taken).toMatchObject({ opened: 1, failed: [], unreadable: [{ id: takenBy }], finished: true });
    expect((await collected(register.list())).map(({ name }) => name)).toEqual(['Own']);
  });

  it('leaves the other entries of a list to be recorded', async () => {
    await claim('ip-allow', '203.0.113.7');
    await using here = await beside(engine, tableName);
    const both = auditRecord('Set-HostedConnectionFilterPolicy', {
      Identity: 'Default',
      IPAllowList: '@{Add="203.0.113.7","203.0.113.8"}',
    });
    await expect(here.happen(both)).rejects.toMatchObject({ name: 'UnreadableState', id: takenBy });
    expect((await collected(here.register.list())).map(({ name }) => name)).toEqual(['203.0.113.8']);
  });
});

describe('an exception', () => {
  const damages = {
    'whose trail has an entry that only a newer release knows': async (id: string) =>
      put({ ...(await stored(trailKey(id, 1))), schemaVersion: schemaVersion + 1 }),
    'whose trail lacks its newest entry': (id: string) =>
      documents().send(new DeleteCommand({ TableName: tableName, Key: { ...trailKey(id, 1) } })),
    'that does not say which entry is its newest': async (id: string) =>
      put({ ...(await stored(stateKey(id))), head: undefined }),
  };
  const ways = Object.entries(damages);

  it.each(ways)('%s leaves the other entries of a long list to be recorded', async (_, damage) => {
    await using here = await beside(engine, tableName);
    const addresses = Array.from({ length: 40 }, (_, index) => `203.0.113.${index}`);
    const list = (entries: readonly string[], more = {}) =>
      auditRecord(
        'Set-HostedConnectionFilterPolicy',
        { Identity: 'Default', IPAllowList: entries.join(';') },
        more,
      );
    const [first = ''] = addresses;
    await here.happen(list([first]));
    const id = createExceptionId({ tenant: tenantId, kind: 'ip-allow', name: first });
    await damage(id);
    const all = list(addresses, { CreationTime: '2026-11-20T08:30:00' });
    await expect(here.happen(all)).rejects.toMatchObject({ id });
    const names = (await collected(here.register.list())).map(({ name }) => name);
    expect(names.toSorted()).toEqual(addresses.toSorted());
  });

  it.each(ways)('%s is counted by the inventory, which goes by the rest', async (_, damage) => {
    const client = engine.client();
    const register = createRegister({ client, tableName });
    const values = createVersionedValues({ client, tableName });
    const rules = (from: string) =>
      ['One', 'Other'].map((name, index) => ({
        ...{ found: true, name, enabled: true },
        guid: `0f5c2b1e-1c7f-4a39-9a64-${String(index).padStart(12, '0')}`,
        settings: { SetSCL: -1, SenderDomainIs: [`${from}.example`] },
      }));
    const take = (now: Instant, from: string) =>
      takeTenant({
        ...{ tenantId, policy, now, hasTime: () => true, sendMessage: () => Promise.resolve() },
        ...{ tenant: listedTenant({ 'transport-rule': rules(from) }), register, values },
      });
    expect(await take(start, 'partner')).toMatchObject({ opened: 2 });
    const id = createExceptionId({ tenant: tenantId, kind: 'transport-rule', name: 'One' });
    await damage(id);
    const taken = await take(after('PT2H', start), 'tailspin');
    expect(taken).toMatchObject({ changed: 1, failed: [], unreadable: [{ id }] });
  });
});
