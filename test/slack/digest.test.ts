/** Many messages to one person or channel: three cards, one digest, and everything named counts as told. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buttonsOf, read } from '#lib/standin/slack/shapes.ts';
import { charactersIn, faults } from '#lib/standin/slack/limits.ts';
import { createDigest } from '#slack/digest.ts';
import { duration } from '#time/instant.ts';
import { approver, noon, openOffice, policy as plain, type Office } from './surroundings.ts';
import type { Observation } from '#lifecycle/commands.ts';
import type { PostedMessage } from '#lib/standin/slack/slack-workspace.ts';
import type { Policy } from '#policy/policy.ts';

const policy: Policy = { ...plain, digest: { above: 3, within: duration('PT1H'), daily: [] } };

let office: Office;
beforeEach(async () => {
  office = await openOffice(policy);
});
afterEach(async () => office.close());

const idOf = (index: number): string => `ex-${String(index).padStart(16, '0')}`;

async function open(count: number, given: Partial<Observation> = {}, from = 0): Promise<readonly string[]> {
  const ids = Array.from({ length: count }, (_, index) => idOf(from + index));
  for (const [index, id] of ids.entries()) {
    await office.observe(
      { name: `Partner ${from + index}`, guid: `guid-${from + index}`, record: `record-${id}`, ...given },
      id,
    );
    await office.deliver(id);
  }
  return ids;
}
const messages = (): readonly PostedMessage[] => office.workspace.messages();
const toldOf = async (id: string) => (await office.trail(id)).filter(({ type }) => type === 'OwnerTold');
async function digest(wait = 'PT6M'): Promise<readonly PostedMessage[]> {
  const before = messages().length;
  office.wait(wait);
  await office.sendDigests();
  return messages().slice(before);
}

describe('sixty questions to one owner', () => {
  it('are three cards and one digest, with the first ten in it and the rest in its thread', async () => {
    const ids = await open(60);
    expect(messages()).toHaveLength(3);
    expect(await toldOf(ids[3] ?? '')).toEqual([]);
    const [head, ...replies] = await digest();
    expect(head?.text).toBe('57 more exceptions need your attention, the first by 5 Nov 2026 12:00 UTC.');
    expect(head && office.buttons(head)).toEqual(Array(10).fill(['approve', 'disable']).flat());
    expect(replies.map(({ thread }) => thread)).toEqual([head?.ts, head?.ts]);
    const named = messages()
      .map(({ blocks }) => read(blocks))
      .join(' ');
    for (const index of ids.keys()) expect(named).toContain(`Partner ${index} `);
    for (const id of ids) expect(await toldOf(id)).toHaveLength(1);
    // Nothing more is called for.
    for (const id of ids) await office.deliver(id);
    await office.sendDigests();
    expect(messages()).toHaveLength(6);
    expect(office.digests).toEqual([]);
  });

  it('are answered from a row: by its button, or from the list of the rest', async () => {
    await open(60);
    const [head, reply] = await digest();
    const { view } = await office.workspace.press(head as PostedMessage, 'approve', office.owner());
    expect(JSON.stringify(view?.view)).toContain('Approve exception');
    const [, second] = buttonsOf(head as PostedMessage);
    const user = office.owner();
    const value = String(second?.['value']);
    const other = await office.workspace.press(head as PostedMessage, 'approve', user, value);
    expect(JSON.parse(String(other.view?.view['private_metadata']))).toEqual(JSON.parse(value));
    const list = reply?.blocks.find(({ type }) => type === 'actions')?.['elements'] as {
      options: { value: string; text: { text: string } }[];
    }[];
    expect(list[0]?.options).toHaveLength(40);
    const option = list[0]?.options[7]?.value ?? '';
    const chosen = await office.workspace.press(reply as PostedMessage, 'approve', office.owner(), option);
    expect(JSON.parse(String(chosen.view?.view['private_metadata']))).toMatchObject(
      JSON.parse(option) as object,
    );
  });

  it('show everything about any of the rest, chosen from the list', async () => {
    await open(60);
    const [, reply] = await digest();
    const list = reply?.blocks.find(({ type }) => type === 'actions')?.['elements'] as {
      action_id: string;
      options: { value: string }[];
    }[];
    const details = list.find(({ action_id }) => action_id === 'details');
    const value = details?.options[7]?.value ?? '';
    const { status, view } = await office.workspace.press(
      reply as PostedMessage,
      'details',
      office.owner(),
      value,
    );
    expect(status).toBe(200);
    expect(read(view?.view['blocks'])).toContain((JSON.parse(value) as { id: string }).id);
  });

  it('stay a digest when one of them is answered, and the row shows its outcome', async () => {
    await open(5);
    const [head] = await digest();
    const { view } = await office.workspace.press(head as PostedMessage, 'approve', office.owner());
    await office.workspace.submit(view?.id ?? '', { reason: 'A partner of ours.' });
    const { id } = JSON.parse(String(view?.view['private_metadata'])) as { id: string };
    await office.deliver(id);
    const again = office.again(head as PostedMessage);
    expect(read(again.blocks)).toContain('2 more exceptions need your attention');
    expect(read(again.blocks)).toMatch(/Partner 3 · transport rule · approved until/);
    expect(read(again.blocks)).toMatch(/Partner 4 · transport rule · answer by/);
    expect(office.buttons(again)).toEqual(['disable', 'approve', 'disable']);
  });
});

describe('a digest', () => {
  it('asks nothing more about what was handed over, and says when nothing is left to answer', async () => {
    const ids = await open(5);
    const [head] = await digest();
    const now = () => office.again(head as PostedMessage);
    await office.run({ type: 'Reassign', by: by(), address: 'kim@contoso.example' }, ids[3]);
    await office.deliver(ids[3]);
    expect(read(now().blocks)).toContain('Partner 3 · handed over: kim@contoso.example owns it now');
    expect(read(now().blocks)).toContain('Settled: 1 of the 2 below.');
    expect(office.buttons(now())).toEqual(['approve', 'disable']);
    await office.run({ type: 'Decline', by: by(), seen: 1 }, ids[4]);
    await office.deliver(ids[4]);
    expect(read(now().blocks)).toMatch(/^Nothing here needs your attention any more\n/);
    expect(office.buttons(now())).toEqual([]);
  });

  it('names nothing that was answered or removed while it waited', async () => {
    const ids = await open(6);
    await office.run({ type: 'Decline', by: by(), seen: 1 }, ids[4]);
    const [head, ...more] = await digest();
    expect(more).toEqual([]);
    expect(read(head?.blocks)).not.toContain('Partner 4');
    expect(await toldOf(ids[4] ?? '')).toEqual([]);
  });

  it('comes once an hour, and names then what came meanwhile', async () => {
    await open(5);
    await digest();
    await open(2, {}, 10);
    expect(await digest()).toEqual([]);
    const [second] = await digest('PT55M');
    expect(read(second?.blocks)).toContain('Partner 10');
  });

  it('that broke off goes on in the same thread, and says nothing twice', async () => {
    const ids = await open(60);
    office.leave(10_000);
    const before = messages().length;
    office.wait('PT6M');
    await expect(office.sendDigests()).rejects.toMatchObject({ retryAfter: 1 });
    expect(messages().slice(before)).toHaveLength(1);
    office.leave(60_000);
    await office.sendDigest(office.owner());
    const [head, ...replies] = messages().slice(before);
    expect(replies.map(({ thread }) => thread)).toEqual([head?.ts, head?.ts]);
    for (const id of ids) expect(await toldOf(id)).toHaveLength(1);
  });

  it('that Slack did not take is sent later, and nothing counts as told before', async () => {
    const ids = await open(5);
    office.workspace.fail('chat.postMessage', 'down');
    office.wait('PT6M');
    await expect(office.sendDigests()).rejects.toThrow();
    expect(await toldOf(ids[4] ?? '')).toEqual([]);
    office.workspace.recover();
    await office.sendDigest(office.owner());
    expect(await toldOf(ids[4] ?? '')).toHaveLength(1);
  });

  it('that was lost on its way is brought by the next question about any of it', async () => {
    const ids = await open(5);
    office.digests.splice(0);
    office.wait('PT1H');
    await office.run({ type: 'CheckDue' }, ids[4]);
    await office.deliver(ids[4]);
    await office.sendDigests();
    for (const id of ids) expect(await toldOf(id)).toHaveLength(1);
  });

  it('is sent by one of two who are called at once', async () => {
    await open(5);
    const before = messages().length;
    office.wait('PT6M');
    await Promise.all([office.sendDigest(office.owner()), office.sendDigest(office.owner())]);
    expect(messages().slice(before)).toHaveLength(1);
  });

  it('gathers what goes to a channel likewise, and says yes there is for those who may', async () => {
    await open(6, { changedBy: { type: 'application', id: 'Automation' } });
    expect(messages()).toHaveLength(3);
    const [head] = await digest();
    expect(head?.channel).toBe(messages()[0]?.channel);
    expect(head && office.buttons(head)).toEqual(Array(3).fill(['approve', 'disable']).flat());
  });

  it('asks those who may approve, in a digest of theirs, where its owner may not', async () => {
    await office.close();
    office = await openOffice({ ...policy, fourEyes: ['low', 'medium', 'high', 'critical'] });
    const ids = await open(6);
    // Three cards for the owner, and three for the channel.
    expect(messages()).toHaveLength(6);
    const [head] = await digest();
    expect(head && office.buttons(head)).toEqual(['disable', 'disable', 'disable']);
    expect(JSON.stringify(head?.blocks)).toContain('"action_id":"ask-approver"');
    const [theirs] = await digest();
    expect(theirs?.channel).not.toBe(head?.channel);
    expect(theirs && office.buttons(theirs)).toEqual(Array(3).fill(['approve', 'disable']).flat());
    for (const id of ids) expect((await office.state(id)).unheard).toBeUndefined();
  });
});

it('fits into Slack whatever the tenant has', async () => {
  const nasty = `${'<!channel>'.repeat(20)}\u202e${'x'.repeat(300)}`;
  const [id = ''] = await open(1, { name: nasty });
  const exception = await office.state(id);
  for (const [count, head] of [
    [10, { total: 2_000, soonest: noon }],
    [40, undefined],
  ] as const) {
    const exceptions = Array.from({ length: count }, () => exception);
    const message = createDigest({ exceptions, digest: { ...(head && { head }) }, policy, now: noon });
    expect(faults(message.blocks, 'message')).toEqual([]);
    expect(charactersIn(message.blocks)).toBeLessThan(10_000);
    expect(message.text).not.toContain('<!');
    expect(message.text.length).toBeLessThan(4_000);
  }
});

const by = () => ({ slackUser: approver, slackTeam: 'T0STANDIN', standing: 'member' as const });

describe('twenty silent questions', () => {
  it('do not become twenty cards for whoever is asked next, and everybody named is told', async () => {
    await office.close();
    const step = { askNextAfter: duration('P1D') };
    const { low, medium, high, critical } = policy.risk;
    office = await openOffice({
      ...policy,
      people: [{ account: 'alex@contoso.example', backup: 'bea@contoso.example' }],
      risk: {
        low: { ...low, ...step },
        medium: { ...medium, ...step },
        high: { ...high, ...step },
        critical: { ...critical, ...step },
      },
    });
    const ids = await open(20);
    await digest();
    office.wait('P1D');
    const before = messages().length;
    for (const id of ids) {
      await office.run({ type: 'CheckDue' }, id);
      await office.deliver(id);
    }
    const bea = office.workspace.users().find(({ address }) => address.startsWith('bea'))?.id;
    // Three cards, each with a line below it that says why.
    expect(messages()).toHaveLength(before + 6);
    await digest();
    for (const id of ids)
      expect((await toldOf(id)).at(-1)).toMatchObject({ to: 'bea@contoso.example', slackUser: bea });
  });
});
