/** Far more messages than anybody reads or Slack takes: nothing is lost, and nobody is swamped. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { duration } from '#time/instant.ts';
import { policy } from '../policy/fixture.ts';
import { newRule, owner } from './records.ts';
import { begin, text, type World } from './world.ts';
import type { PostedMessage } from '#lib/standin/slack/slack-workspace.ts';

const digest = { above: 3, within: duration('PT1H'), daily: [] };
const strict = { strictSlack: true };

const messages = (world: World): readonly PostedMessage[] => world.local.slack?.messages() ?? [];
const tops = (world: World): readonly PostedMessage[] =>
  messages(world).filter(({ thread }) => thread === undefined);

/** Names that no message to that conversation holds. */
function unnamed(world: World, names: readonly string[], channel: string): readonly string[] {
  const said = messages(world)
    .filter((message) => message.channel === channel)
    .map(text)
    .join('\n');
  return names.filter((name) => !new RegExp(`${name}\\b`).test(said));
}

const isPartner = ({ name }: { readonly name: string }): boolean => name.startsWith('Partner ');

/** No deadline came before its notice; nothing was given up on. */
async function nothingLost(world: World, count: number): Promise<void> {
  expect(world.local.unfinished().dead).toBe(0);
  // The inventory finds what every tenant has.
  const all = (await Array.fromAsync(world.local.register.list())).filter(isPartner);
  expect(all).toHaveLength(count);
  for (const exception of all) {
    expect(exception.unheard).toBeUndefined();
    const [notice] = exception.told;
    expect(notice && notice.at < notice.deadline).toBe(true);
  }
}

const rules = (count: number, world: World, more: Readonly<Record<string, string>> = {}) =>
  Array.from({ length: count }, (_, index) => newRule(`Partner ${index}`, world.past(), more));

// Five hundred, with less around them: test/slack/burst.test.ts.
describe('sixty new exceptions of one owner', () => {
  it('are three cards and a digest each for the owner and for those who may approve, and all are named', async () => {
    const world = await begin({ digest }, strict);
    await world.feed(...rules(60, world));
    await world.advance('PT90M');
    const names = Array.from({ length: 60 }, (_, index) => `Partner ${index}`);
    const theirs = Map.groupBy(tops(world), ({ channel }) => channel);
    expect(theirs.size).toBe(2);
    for (const [channel, those] of theirs) {
      expect(those.length).toBeLessThanOrEqual(5);
      expect(unnamed(world, names, channel)).toEqual([]);
    }
    await nothingLost(world, 60);
    expect(world.local.slack?.calls()['users.lookupByEmail'] ?? 0).toBeLessThan(20);
    const again = messages(world).length;
    await world.advance('PT10H');
    expect(messages(world)).toHaveLength(again);
  });
});

describe('the sample that npm start feeds in', () => {
  it('makes at most 22 messages, and everything open in it is named in one', async () => {
    const world = await begin({ digest }, strict);
    const sample = readFileSync(join(import.meta.dirname, '../../samples/audit-export.jsonl'), 'utf8');
    await world.feed(
      ...sample
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Parameters<World['feed']>[number]),
    );
    await world.advance('PT10M');
    const open = (await Array.fromAsync(world.local.register.list())).filter(
      ({ state, told }) => state === 'unconfirmed' && told.length > 0,
    );
    expect(open.length).toBeGreaterThanOrEqual(15);
    expect(tops(world).length).toBeLessThanOrEqual(22);
    const said = messages(world).map(text).join('\n');
    for (const { name } of open) expect(said).toContain(name);
  });
});

describe('twenty new exceptions of people whom Slack does not know', () => {
  it('are a few cards and one digest in the fallback channel', async () => {
    const world = await begin({ digest }, strict);
    await world.feed(
      ...Array.from({ length: 20 }, (_, index) =>
        newRule(`Partner ${index}`, world.past(), { Comments: `owner: left.${index}@contoso.com` }),
      ).map((record, index) => ({ ...record, UserId: `left.admin${index}@contoso.com` })),
    );
    await world.advance('PT3H');
    const [channel = ''] = [...new Set(tops(world).map((message) => message.channel))];
    expect(tops(world).every((message) => message.channel === channel)).toBe(true);
    expect(tops(world).length).toBeLessThanOrEqual(3 * 4);
    expect(
      unnamed(
        world,
        Array.from({ length: 20 }, (_, index) => `Partner ${index}`),
        channel,
      ),
    ).toEqual([]);
    await nothingLost(world, 20);
  });
});

describe('a Slack that takes no call for an hour', () => {
  it('loses nothing, and nothing is given up on', async () => {
    const world = await begin({ digest }, strict);
    world.local.slack?.fail(undefined, 'ratelimited');
    await world.feed(...rules(8, world));
    await world.advance('PT1H');
    expect(messages(world)).toEqual([]);
    expect(world.local.unfinished().dead).toBe(0);
    world.local.slack?.recover();
    await world.advance('PT1H');
    const channel = tops(world).find(({ channel }) => channel.startsWith('D'))?.channel ?? '';
    expect(unnamed(world, ['Partner 0', 'Partner 7'], channel)).toEqual([]);
    await nothingLost(world, 8);
    expect(world.userOf(owner)).not.toBe('');
  });
});

describe('a week', () => {
  it('has its deadlines after notice, also where everything came in a digest', async () => {
    const world = await begin({ digest, breaker: { ...policy.breaker, most: 1_000, share: 100 } }, strict);
    await world.feed(...rules(12, world));
    await world.advance('P7D');
    expect(world.local.unfinished().dead).toBe(0);
    for (const exception of (await world.exceptions()).filter(isPartner)) {
      expect(exception.state).toBe('disabled');
      const trail = await world.trail(exception.id);
      const told = trail.findIndex(({ type }) => type === 'OwnerTold');
      expect(told).toBeGreaterThan(-1);
      expect(told).toBeLessThan(trail.findIndex(({ type }) => type === 'ExceptionLapsed'));
    }
  });
});
