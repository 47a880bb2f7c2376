/** What people would be told of: the stack's own alarms, judged by what its functions count. */
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, inject, it, onTestFinished } from 'vitest';
import * as z from 'zod';
import { readAssembly } from '#lib/local/assembly.ts';
import { startLocal, type LocalDeployment, type LocalOptions } from '#lib/local/deployment.ts';
import { deployable } from '#lib/local/template.ts';
import { alarmState } from '../local/alarm-state.ts';
import { duration, minus } from '#time/instant.ts';
import { newRule } from './records.ts';
import { approver, worldOf, type World } from './world.ts';
import type { Measurement } from '#lib/local/measurements.ts';

async function temporary(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'lapse-alarms-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

const templateSchema = z.looseObject({
  Resources: z.record(
    z.string(),
    z.looseObject({ Type: z.string(), Properties: z.record(z.string(), z.unknown()).default({}) }),
  ),
});

/** The same stack after somebody has changed something in it by hand. */
async function changed(change: (id: string, type: string) => object): Promise<string> {
  const assembly = await temporary();
  cpSync(inject('assembly'), assembly, { recursive: true });
  const file = join(assembly, 'lapse.template.json');
  const template = templateSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  let changes = 0;
  for (const [id, { Type, Properties }] of Object.entries(template.Resources)) {
    const other = change(id, Type);
    changes += Object.keys(other).length;
    Object.assign(Properties, other);
  }
  expect(changes).toBeGreaterThan(0);
  writeFileSync(file, JSON.stringify(template));
  return assembly;
}

/** A deployment that can be stopped and started again with something changed in it. */
async function watched(options: Partial<LocalOptions> = {}) {
  const state = await temporary();
  const measured: Measurement[] = [];
  const { alarms, sources, functions, queues } = deployable(readAssembly(inject('assembly')));
  /** How much is in each dead-letter queue, as SQS would have said it a minute ago. */
  const depths = (from: LocalDeployment): readonly Measurement[] =>
    sources.flatMap((source) => {
      const name = functions.find(({ id }) => id === source.function)?.name ?? '';
      const dead = queues.find(({ id }) => id === source.from.id)?.deadLetter?.queue;
      if (dead === undefined) return [];
      return [
        {
          namespace: 'AWS/SQS',
          metric: 'ApproximateNumberOfMessagesVisible',
          dimensions: { QueueName: dead },
          at: minus(from.now(), duration('PT1M')),
          value: from.unfinished().queues[name]?.dead ?? 0,
        },
      ];
    });
  let local: LocalDeployment | undefined;
  onTestFinished(() => local?.close());
  return {
    start: async (
      assembly = inject('assembly'),
      { everyTick = true }: Pick<LocalOptions, 'everyTick'> = {},
    ): Promise<World> => {
      await local?.close();
      local = await startLocal({
        assembly,
        state,
        everyTick,
        measure: (one) => void measured.push(one),
        ...options,
      });
      return worldOf(local);
    },
    /** Names of those that ring. */
    ringing: (): readonly string[] => {
      if (!local) throw new Error('nothing was started');
      const now = local.now();
      measured.push(...depths(local));
      return alarms
        .filter((alarm) => alarmState(alarm, measured, now) === 'ALARM')
        .map(({ id }) => id.replace(/^(Collection|Inventory)?Alarms/, '').replace(/[0-9A-F]{8}$/, ''))
        .sort();
    },
  };
}

it('a stream that is stopped is noticed, and so is a bus that passes nothing on', async () => {
  const { start, ringing } = await watched();
  const world = await start();
  await world.advance('PT2H');
  expect(ringing()).toEqual([]);

  const withoutStream = await start(
    await changed((id, type) =>
      type === 'AWS::Lambda::EventSourceMapping' && id.startsWith('LifecycleEventsStream')
        ? { Enabled: false }
        : {},
    ),
  );
  await withoutStream.advance('PT21M');
  expect(ringing()).toEqual(['AskOwnersStopped', 'EnforceStopped', 'PublishingStopped']);

  const withoutRule = await start(
    await changed((id, type) =>
      type === 'AWS::Events::Rule' && id.startsWith('Enforcement') ? { State: 'DISABLED' } : {},
    ),
  );
  await withoutRule.advance('PT21M');
  expect(ringing()).toEqual(['EnforceStopped']);

  await (await start()).advance('PT16M');
  expect(ringing()).toEqual([]);
});

it('schedules that do not run are noticed', async () => {
  const { start, ringing } = await watched();
  await (
    await start(
      await changed((_id, type) => (type === 'AWS::Scheduler::Schedule' ? { State: 'DISABLED' } : {})),
    )
  ).advance('PT3H');
  expect(ringing()).toEqual([
    'AskOwnersStopped',
    'CollectorNotRunning',
    'EnforceStopped',
    'InventoryNotRunning',
    'PublishingStopped',
    'SweepNotRunning',
  ]);

  await (await start()).advance('PT2H');
  expect(ringing()).toEqual([]);
});

it('what Slack refuses too often is noticed, until it is sent again', async () => {
  const { start, ringing } = await watched();
  const world = await start();
  world.local.slack?.fail(undefined, 'internal_error');
  await world.feed(newRule('Rule', world.past()));
  await world.advance('PT2H');
  expect(ringing()).toEqual(['AskOwnersDeadLetters']);

  world.local.slack?.recover();
  await world.local.redrive(['ask-owners']);
  await world.advance('PT5M');
  expect(ringing()).toEqual([]);
});

it('lapses that the breaker holds back are noticed, until an approver releases them', async () => {
  const { start, ringing } = await watched();
  const quick = await start(undefined, { everyTick: false });
  const partners = Array.from({ length: 6 }, (_, index) => `Partner ${index}`);
  await quick.feed(...partners.map((name) => newRule(name, quick.past())));
  for (const name of partners)
    await quick.answer((await quick.one(name)).id, 'approve', approver, {
      reason: 'a partner of ours',
      expires_on: quick.date(2),
      review_every: 'P30D',
    });
  await quick.advance('P3D');

  const world = await start();
  await world.advance('PT20M');
  expect(ringing()).toEqual(['Overdue', 'Stopped']);
  await world.local.slack?.command('release', approver);
  await world.local.settled();
  await world.advance('PT20M');
  expect(ringing()).toEqual([]);
});
