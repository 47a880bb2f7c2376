/** What was given up on is loud, and comes back when somebody says so. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, inject, it, onTestFinished } from 'vitest';
import { startLocal } from '#lib/local/deployment.ts';
import { newRule } from './records.ts';
import { worldOf } from './world.ts';

it('a question that Slack refused too often is a dead letter until it is sent again', async () => {
  const state = await mkdtemp(join(tmpdir(), 'lapse-dead-'));
  onTestFinished(() => rm(state, { recursive: true, force: true }));
  const complaints: string[] = [];
  const options = {
    assembly: inject('assembly'),
    state,
    complain: (line: string) => void complaints.push(line),
  };
  const first = await startLocal(options);
  const world = worldOf(first);
  first.slack?.fail(undefined, 'internal_error');
  await world.feed(newRule('Rule', world.past()));
  await world.advance('PT3H');

  const given = complaints.filter((line) => line.includes('given up on'));
  expect(given.length).toBeGreaterThan(0);
  expect(given.every((line) => line.startsWith('ask-owners: ') && line.includes('lapse redrive'))).toBe(true);
  const health = await fetch(new URL('/health', first.url));
  expect(health.status).toBe(503);
  const { dead } = first.unfinished();
  expect(await health.json()).toMatchObject({ status: 'dead letters', queues: { 'ask-owners': { dead } } });
  await first.close();

  // They are still there after a restart, and still loud.
  complaints.length = 0;
  const second = await startLocal(options);
  onTestFinished(() => second.close());
  expect(complaints).toContainEqual(expect.stringMatching(/^ask-owners: \d+ given up on/));
  expect(second.deadLetters()).toMatchObject([{ function: 'ask-owners', count: dead }]);
  expect(await second.redrive(['ask-owners'])).toEqual([{ function: 'ask-owners', sent: dead, left: 0 }]);
  await second.settled();
  expect(second.unfinished().dead).toBe(0);
  const again = worldOf(second);
  const { id } = await again.one('Rule');
  expect(again.cards(id).length).toBeGreaterThan(0);
  expect((await fetch(new URL('/health', second.url))).status).toBe(200);
});
