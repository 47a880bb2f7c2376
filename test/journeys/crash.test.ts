/** The machine dies midway: what was accepted is worked through after the restart, once. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, inject, it, onTestFinished } from 'vitest';
import { fromMillis } from '#time/instant.ts';
import { startLocal } from '#lib/local/deployment.ts';
import { newRule } from './records.ts';
import { text, worldOf } from './world.ts';

it('a deployment that is killed right after it accepted records loses and doubles nothing', async () => {
  const state = await mkdtemp(join(tmpdir(), 'lapse-crash-'));
  onTestFinished(() => rm(state, { recursive: true, force: true }));
  const names = Array.from({ length: 12 }, (_, index) => `Rule ${String(index + 1)}`);

  const first = await startLocal({ assembly: inject('assembly'), state });
  const at = new Date(Date.parse(first.now()) - 3_600_000);
  expect(await first.feed(names.map((name) => newRule(name, at)))).toMatchObject({ accepted: 12 });
  await first.kill();

  const second = await startLocal({ assembly: inject('assembly'), state });
  onTestFinished(() => second.close());
  await second.settled();
  const world = worldOf(second);
  // What was in flight comes back when its visibility timeout ends.
  await world.advance('PT30M');
  // The first inventory may have found what every tenant has.
  const exceptions = (await world.exceptions()).filter(({ kind }) => kind !== 'direct-send');
  expect(exceptions.map(({ name }) => name).sort()).toEqual([...names].sort());
  for (const { id, name } of exceptions) {
    const trail = await world.trail(id);
    expect(trail.filter(({ type }) => type === 'ExceptionOpened')).toHaveLength(1);
    expect(trail.map(({ version }) => version)).toEqual(trail.map((_, index) => index + 1));
    // A message that Slack took just before the crash may be sent again; it is never missing.
    expect(world.cards(id).filter((card) => text(card).includes(name)).length).toBeGreaterThan(0);
  }
});

it('a deployment that is ended on a journey through time is there after the restart, and no further', async () => {
  const state = await mkdtemp(join(tmpdir(), 'lapse-crash-'));
  onTestFinished(() => rm(state, { recursive: true, force: true }));
  const first = await startLocal({ assembly: inject('assembly'), state });
  const begun = Date.parse(first.now());
  await first.feed([newRule('Rule', new Date(begun - 3_600_000))]);
  await first.settled();
  const ended = new Promise<void>((resolve, reject) =>
    first.subscribe((event) => {
      if (event['detail-type'] === 'Reminder Due') first.close().then(resolve, reject);
    }),
  );
  const year = 365 * 86_400_000;
  expect(await first.advance(fromMillis(begun + year))).toMatchObject({ settled: false });
  await ended;

  const second = await startLocal({ assembly: inject('assembly'), state });
  onTestFinished(() => second.close());
  expect(Date.parse(second.now())).toBeLessThan(begun + year / 2);
  const [one] = (await worldOf(second).exceptions()).filter(({ name }) => name === 'Rule');
  expect(one?.state).toBe('unconfirmed');
});
