/** What a newer release left in the table, and this one does not know: it stops nothing else. */
import { DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sweepDeadlines } from '#functions/sweep-deadlines.ts';
import { takeTenant } from '#inventory/take.ts';
import { nameAlias, stateKey, type Key } from '#register/keys.ts';
import { createRegister } from '#register/register.ts';
import { createVersionedValues } from '#register/versioned-values.ts';
import { auditRecord, policy, start, tenantId } from '../exchange/surroundings.ts';
import { after, live, noon, observe, told } from '../lifecycle/examples.ts';
import { beside } from './beside.ts';
import { collected } from './commits.ts';
import { onRecord } from './on-record.ts';
import { startEngine, type Engine } from './table.ts';
import { turnAt } from './turn-at.ts';
import type { Tenant } from '#exchange/tenant.ts';
import type { Kind } from '#kinds/registry.ts';
import type { Exception } from '#lifecycle/exception.ts';

const asked = live([
  [noon, observe()],
  [noon, told],
]).state;
const owned = (): Partial<Exception> =>
  Object.fromEntries(Object.entries(asked).filter(([field]) => !['id', 'name', 'guid'].includes(field)));

let engine: Engine;
let tableName: string;
beforeAll(async () => {
  engine = await startEngine();
});
beforeEach(async () => {
  tableName = await engine.table({ stream: false });
});
afterAll(async () => engine.close());

const documents = () => DynamoDBDocumentClient.from(engine.client());
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
      },
      turnAt(after('P3D'), metrics),
    );
    expect(metrics).toMatchObject({ Lapsed: 3, Overdue: 0 });
  });
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
    const tenant = {
      domains: () => Promise.resolve(['contoso.com']),
      list: (kind: Kind) =>
        Promise.resolve(
          kind === 'transport-rule'
            ? { objects, complete: true }
            : { objects: [], complete: false, why: '', nothing: true },
        ),
    } as unknown as Tenant;
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
