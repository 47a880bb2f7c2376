/** What is made up never meets what is real: the sample, a register, a state folder. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, inject, it, onTestFinished } from 'vitest';
import { synthesize } from '../../bin/app.ts';
import { duration, plus } from '#time/instant.ts';
import { startDynamoDbEngine } from '#lib/local/dynamodb-engine.ts';
import { startStandInTenant } from '#lib/standin/tenant/standin-tenant.ts';
import { startLocal, type LocalDeployment, type LocalOptions } from '#lib/local/deployment.ts';
import { policy } from '../policy/fixture.ts';
import { newRule, tenant } from './records.ts';

const sample = join(import.meta.dirname, '..', '..', 'samples', 'audit-export.jsonl');

async function folder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'lapse-surroundings-'));
  onTestFinished(() => rm(made, { recursive: true, force: true }));
  return made;
}

/** Runs a deployment as long as `use` takes. */
async function during<T>(
  options: Partial<LocalOptions> & { readonly state: string },
  use: (local: LocalDeployment) => Promise<T>,
): Promise<T> {
  const local = await startLocal({ assembly: inject('assembly'), ...options });
  try {
    return await use(local);
  } finally {
    await local.kill();
  }
}

/** A tenant that this deployment takes for a real one. */
async function tenantElsewhere(): Promise<NonNullable<LocalOptions['exchange']>> {
  const played = await startStandInTenant({ now: () => new Date() });
  onTestFinished(() => played.close());
  return {
    url: played.url,
    loginUrl: played.loginUrl,
    tenantId: tenant,
    clientId: 'client',
    clientSecret: 'secret',
  };
}

const recorded = async ({ register }: LocalDeployment): Promise<number> =>
  (await Array.fromAsync(register.list())).filter(({ kind }) => kind !== 'direct-send').length;

describe('the sample', () => {
  it('goes into a fresh stand-in, once', async () => {
    const state = await folder();
    const first = await during({ state }, (local) => local.feedSample(sample));
    expect(first?.accepted).toBeGreaterThan(10);
    expect(await during({ state }, (local) => local.feedSample(sample))).toBeUndefined();
  });

  it('is fed again after it was cut off', async () => {
    const state = await folder();
    await during({ state }, (local) =>
      expect(local.feedSample(join(state, 'not yet there'))).rejects.toThrow('ENOENT'),
    );
    expect(await during({ state }, (local) => local.feedSample(sample))).toBeDefined();
  });

  it('never goes where somebody fed in something else, even in vain', async () => {
    const state = await folder();
    const empty = join(state, 'empty.jsonl');
    await during({ state }, async (local) => {
      await writeFile(empty, '');
      await expect(local.feed(empty)).rejects.toThrow('empty');
      expect(await local.feedSample(sample)).toBeUndefined();
    });
    expect(await during({ state }, (local) => local.feedSample(sample))).toBeUndefined();
  });

  it('never goes to a tenant, a Slack or a register elsewhere', async () => {
    const engine = await startDynamoDbEngine();
    onTestFinished(() => engine.close());
    const places: readonly Partial<LocalOptions>[] = [
      { exchange: await tenantElsewhere() },
      { slack: { apiUrl: 'http://127.0.0.1:1/', botToken: 'token', signingSecret: 'secret' } },
      { dynamodbEndpoint: engine.endpoint },
    ];
    for (const place of places)
      await during({ state: await folder(), ...place }, async (local) => {
        expect(await local.feedSample(sample)).toBeUndefined();
        expect(await recorded(local)).toBe(0);
      });
  });
});

describe('a state folder', () => {
  it('that was used with a stand-in is not used with a tenant, nor the other way round', async () => {
    const exchange = await tenantElsewhere();
    const madeUp = await folder();
    await during({ state: madeUp }, (local) => local.feed([newRule('Made up', new Date())]));
    await expect(during({ state: madeUp, exchange }, recorded)).rejects.toThrow(
      'was used with another tenant',
    );

    const real = await folder();
    await during({ state: real, exchange }, recorded);
    await expect(during({ state: real }, recorded)).rejects.toThrow('was used with another tenant');
    const other = { ...exchange, tenantId: '00000000-0000-4000-8000-000000000000' };
    await expect(during({ state: real, exchange: other }, recorded)).rejects.toThrow('another tenant');
    expect(await during({ state: real, exchange }, recorded)).toBe(0);
    // Messages and records of the stand-in wait in the folder, whatever register it is started with.
    const engine = await startDynamoDbEngine();
    onTestFinished(() => engine.close());
    await expect(
      during({ state: madeUp, exchange, dynamodbEndpoint: engine.endpoint }, recorded),
    ).rejects.toThrow(`${madeUp} was used with another tenant`);
    // Begun afresh it is another one.
    expect(await during({ state: madeUp, exchange, fresh: true }, recorded)).toBe(0);
  });
});

describe('a register elsewhere', () => {
  it('that holds what is made up is not used with a tenant, from whatever folder', async () => {
    const engine = await startDynamoDbEngine();
    onTestFinished(() => engine.close());
    const dynamodbEndpoint = engine.endpoint;
    const exchange = await tenantElsewhere();
    await during({ state: await folder(), dynamodbEndpoint }, recorded);
    const state = await folder();
    await expect(during({ state, dynamodbEndpoint, exchange }, recorded)).rejects.toThrow(
      `the register at ${dynamodbEndpoint} was used with another tenant`,
    );
    expect(await during({ state: await folder(), dynamodbEndpoint }, recorded)).toBe(0);
    // What was refused there has not been used.
    expect(await during({ state, exchange }, recorded)).toBe(0);
  });
});

describe('a deployment that starts again with another policy', () => {
  it('puts it into force before its clock is moved past the deadlines it changes', async () => {
    const state = await folder();
    const deadline = async ({ register }: LocalDeployment) => {
      const all = await Array.fromAsync(register.list());
      const rule = all.find(({ kind }) => kind === 'transport-rule');
      return rule?.state === 'unconfirmed' ? rule.confirmBy : undefined;
    };
    const before = await during({ state }, async (local) => {
      await local.feed([newRule('Partners', new Date())]);
      await local.settled();
      await local.advance(plus(local.now(), duration('PT2M')));
      return deadline(local);
    });
    if (before === undefined) throw new Error('nothing is asked about');

    const assembly = join(await folder(), 'assembly');
    const { high } = policy.risk;
    const longer = { ...policy, risk: { ...policy.risk, high: { ...high, confirmWithin: duration('P7D') } } };
    synthesize({ outdir: assembly, policy: longer, checked: false });
    await during({ state, assembly }, async (local) => {
      await local.advance(plus(before, duration('PT1H')));
      expect(await deadline(local)).toBe(plus(before, duration('P4D')));
    });
  });
});
