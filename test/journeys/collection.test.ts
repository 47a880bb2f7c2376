/** From Microsoft's audit log to the register: collected on schedule, over an outage, late and in copies. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, inject, it, onTestFinished } from 'vitest';
import { recognise } from '#audit-log/recognise.ts';
import { auditRecordSchema } from '#audit-log/record.ts';
import { startLocal } from '#lib/local/deployment.ts';
import { newRule, record, tenant } from './records.ts';
import { worldOf } from './world.ts';
import type { World } from './world.ts';
import type { NativeRecord } from './records.ts';

const hour = 3_600_000;

/** A deployment whose state outlives it; the collector runs only while a tenant is named to collect from. */
async function state(): Promise<(collectFrom: readonly string[]) => Promise<World>> {
  const folder = await mkdtemp(join(tmpdir(), 'lapse-collection-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return async (collectFrom) => {
    const local = await startLocal({
      assembly: inject('assembly'),
      state: folder,
      ...(collectFrom.length > 0 && { collectFrom }),
    });
    onTestFinished(() => local.close());
    return worldOf(local);
  };
}

/** How often each audit record stands in the trails; the inventory may well have been first to see the object. */
async function timesTold(world: World): Promise<Readonly<Record<string, number>>> {
  const times: Record<string, number> = {};
  for (const { id, kind } of await world.exceptions()) {
    if (kind !== 'transport-rule') continue;
    for (const entry of await world.trail(id)) {
      const told = entry['record'];
      if (typeof told === 'string' && !told.startsWith('inventory')) times[told] = (times[told] ?? 0) + 1;
    }
  }
  return times;
}

/** Something done in the tenant now, that its log tells of `after` that long, in so many blobs. */
function happens(world: World, done: NativeRecord, after = hour, copies = 1): void {
  const parsed = auditRecordSchema.parse(done);
  expect(recognise(parsed).relevant).toBe(true);
  world.local.tenant?.apply(parsed);
  world.local.auditLog?.add(done, { after, copies });
}

it('a change in the tenant is found in its log an hour later, once, though the log tells of it three times', async () => {
  const world = await (await state())([tenant]);
  // Microsoft lists nothing for the first twelve hours of a subscription.
  await world.advance('PT12H');
  const made = newRule('Collected', world.past(1));
  happens(world, made, hour, 3);
  await world.advance('PT50M');
  expect(await timesTold(world)).toEqual({});
  await world.advance('PT30M');
  expect(await timesTold(world)).toEqual({ [made.Id]: 1 });
  await world.one('Collected');
});

it('an outage of the collector of two days loses nothing and doubles nothing', async () => {
  const start = await state();
  const before = await start([tenant]);
  await before.advance('PT12H');
  await before.local.close();

  const meanwhile = await start([]);
  const told: string[] = [];
  const happened = (done: NativeRecord, after?: number, copies?: number): void => {
    told.push(done.Id);
    happens(meanwhile, done, after, copies);
  };
  for (let quarter = 0; quarter < 8; quarter++) {
    // Some come in copies, some late by hours.
    happened(
      newRule(`Rule ${quarter}`, meanwhile.past(1)),
      (1 + (quarter % 3) * 2) * hour,
      1 + (quarter % 2),
    );
    if (quarter === 3)
      happened(
        record('Set-TransportRule', meanwhile.past(0), { Identity: 'Rule 0', StopRuleProcessing: 'True' }),
      );
    await meanwhile.advance('PT6H');
  }
  expect(await timesTold(meanwhile)).toEqual({});
  await meanwhile.local.close();

  const after = await start([tenant]);
  await after.advance('PT30M');
  expect(await timesTold(after)).toEqual(Object.fromEntries(told.map((one) => [one, 1])));
});
