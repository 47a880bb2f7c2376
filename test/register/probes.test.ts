import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { probeKey } from '#register/keys.ts';
import { createProbeRuns } from '#register/probes.ts';
import { createRegister } from '#register/register.ts';
import { instant } from '#time/instant.ts';
import { accepted, refused, run, seen, test } from '../probe/examples.ts';
import { startEngine, type Engine } from './table.ts';

describe('runs of the control-point test', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await startEngine();
  });
  afterAll(() => engine.close());
  const create = async () => {
    const on = { client: engine.client(), tableName: await engine.table() };
    return { on, runs: createProbeRuns(on) };
  };

  it('are kept as they are, and replaced when more is known', async () => {
    const { runs } = await create();
    const before = run({
      tests: [
        test({ answer: { type: 'unreached', why: 'ETIMEDOUT' } }),
        test({ answer: { type: 'broken', why: 'it does not speak SMTP', server: 'x' } }),
        test({ answer: refused('5.7.51', { encryption: { used: true, unproven: 'CERT_HAS_EXPIRED' } }) }),
        test({ control: 'connector', connector: 'Gateway', answer: accepted({ status: '2.6.0' }) }),
      ],
      untested: [{ control: 'connector', connector: 'Other', why: 'it is switched off' }],
    });
    await runs.keep(before);
    const after = { ...before, tests: before.tests.map((one) => ({ ...one, seen: seen() })) };
    await runs.keep(after);
    expect(await runs.inTenant(before.tenant)).toEqual([after]);
  });

  it('are listed newest first, each tenant by itself', async () => {
    const { runs } = await create();
    const at = (day: number) => instant(`2026-11-${String(day).padStart(2, '0')}T10:00:00Z`);
    for (const day of [2, 28, 9]) await runs.keep(run({ id: `pr-${day}`, at: at(day) }));
    await runs.keep(run({ id: 'pr-other', tenant: '0d6b9c3e-51f2-4f5e-8c1b-7a90e2d4c6f8' }));
    expect((await runs.inTenant(run().tenant.toUpperCase())).map(({ id }) => id)).toEqual([
      'pr-28',
      'pr-9',
      'pr-2',
    ]);
  });

  it('go after their time, and are no exceptions', async () => {
    const { on, runs } = await create();
    await runs.keep(run());
    const { pk, sk } = probeKey(run().tenant, run());
    const { Item } = await on.client.send(
      new GetItemCommand({ TableName: on.tableName, Key: { pk: { S: pk }, sk: { S: sk } } }),
    );
    // 400 days after 28 November 2026.
    expect(Item?.['ttl']).toEqual({ N: String(Date.parse('2028-01-02T10:00:00Z') / 1000) });
    expect(await Array.fromAsync(createRegister(on).list())).toEqual([]);
  });
});
