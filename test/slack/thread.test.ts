/** One exception is one thread in each conversation: its card on top, and one line for whatever comes later. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { read } from '#lib/standin/slack/shapes.ts';
import { duration, plus } from '#time/instant.ts';
import { describeCall } from '#slack/thread-line.ts';
import { toMarkup } from '#slack/lines.ts';
import { approver, noon, observation, openOffice, policy } from './surroundings.ts';
import type { Command } from '#lifecycle/commands.ts';
import type { Exception } from '#lifecycle/exception.ts';
import type { Policy } from '#policy/policy.ts';
import type { Office } from './surroundings.ts';

let office: Office;
beforeEach(async () => {
  office = await openOffice();
});
afterEach(async () => office.close());

const due: Command = { type: 'CheckDue' };
const remind = async (): Promise<void> => {
  office.wait('P2DT1H');
  await office.run(due);
  await office.deliver();
};
const begin = async (given: Partial<Policy>): Promise<void> => {
  await office.close();
  office = await openOffice({ ...policy, ...given });
};
const cards = () => office.workspace.messages().filter(({ thread }) => thread === undefined);
const told = async (type = 'OwnerTold') => (await office.trail()).filter((entry) => entry.type === type);

describe('in the conversation with its owner', () => {
  it('a reminder and the end are lines below the card, which shows how it stands', async () => {
    const card = await office.ask();
    await remind();
    office.wait('P1D');
    await office.run(due);
    await office.run({ type: 'ReportDisabled', attempt: 1, guid: 'g', before: observation.settings });
    await office.deliver();
    const alex = office.owner();
    expect(cards()).toHaveLength(1);
    expect(office.replies(card)).toEqual([
      `<@${alex}>: ⏳ “Partner newsletter” still has no answer and will be switched off on 5 Nov 2026 12:00 UTC.`,
      `<@${alex}>: ⛔ “Partner newsletter” is off, because nobody answered in time.`,
    ]);
    expect(read(office.again(card).blocks)).toMatch(/^⛔ CRITICAL · Partner newsletter · off\n/);
    // A line below it is notice as the card was.
    expect((await told()).map((event) => 'card' in event && event.card)).toEqual(
      Array.from({ length: 3 }, () => ({ channel: card.channel, ts: card.ts })),
    );
    expect((await office.state()).cards).toHaveLength(1);
  });

  it('a notification begins with the name', async () => {
    await office.ask();
    await remind();
    expect(office.last().text).toBe(
      '⏳ “Partner newsletter” still has no answer and will be switched off on 5 Nov 2026 12:00 UTC.',
    );
  });

  it('a card that was deleted is posted anew, and is on top from then on', async () => {
    const first = await office.ask();
    office.workspace.fail('chat.update', 'message_not_found');
    await remind();
    expect(cards()).toHaveLength(2);
    const second = office.last();
    expect(office.buttons(second)).toEqual(['approve', 'disable']);
    expect(office.replies(first)).toEqual([]);
    office.workspace.recover();
    office.wait('P1D');
    await office.run(due);
    await office.run({ type: 'ReportDisabled', attempt: 1, guid: 'g', before: {} });
    await office.deliver();
    expect(office.replies(second)).toHaveLength(1);
    expect(cards()).toHaveLength(2);
  });

  it('a line that Slack does not take below the card is a new card', async () => {
    await office.ask();
    office.workspace.fail('chat.postMessage', 'thread_not_found');
    office.wait('P2DT1H');
    await office.run(due);
    await expect(office.deliver()).rejects.toThrow('thread_not_found');
    expect(await told()).toHaveLength(1);
  });

  it('nothing counts as told while the line was not posted', async () => {
    await office.ask();
    office.workspace.fail('chat.postMessage', 'internal_error');
    office.wait('P2DT1H');
    await office.run(due);
    await expect(office.deliver()).rejects.toThrow('internal_error');
    expect(await told()).toHaveLength(1);
    office.workspace.recover();
    await office.deliver();
    expect(await told()).toHaveLength(2);
    expect(cards()).toHaveLength(1);
  });

  it('that is somebody else’s now, the new one gets a card of their own', async () => {
    const card = await office.ask();
    const by = { slackUser: approver, slackTeam: 'T1', standing: 'member' as const };
    await office.run({ type: 'Reassign', by, address: 'kim@contoso.example' });
    await office.deliver();
    expect(cards().map(({ channel }) => channel === card.channel)).toEqual([true, false]);
    await office.run({ type: 'Reassign', by, address: 'alex@contoso.example' });
    await office.deliver();
    expect(cards()).toHaveLength(2);
    expect(office.replies(card).at(-1)).toBe(
      `<@${office.owner()}>: ⏳ “Partner newsletter” needs an answer by 5 Nov 2026 12:00 UTC, or it is switched off.`,
    );
    expect(office.buttons(office.again(card))).toEqual(['approve', 'disable']);
  });
});

describe('in the channel of those who may approve', () => {
  it('their copy is a thread too, whose lines mention them', async () => {
    await begin({ fourEyes: ['critical'] });
    await office.ask();
    await remind();
    const [, theirs] = cards();
    if (!theirs) throw new Error('the approvers were not asked');
    expect(cards()).toHaveLength(2);
    expect(office.replies(theirs)).toEqual([
      `<@${approver}>: ⏳ “Partner newsletter” still has no answer and will be switched off on 5 Nov 2026 12:00 UTC.`,
    ]);
    expect((await told('ApproversTold')).map((event) => 'card' in event && event.card.ts)).toEqual([
      theirs.ts,
      theirs.ts,
    ]);
  });

  it('that policy names by its name, it is found again', async () => {
    await begin({ fallbackChannel: '#security' });
    const card = await office.ask({ changedBy: { type: 'application', id: 'Provisioning' } });
    await remind();
    expect(cards()).toHaveLength(1);
    expect(office.replies(card)).toEqual([
      `<@${approver}>: ⏳ “Partner newsletter” still has no answer and will be switched off on 5 Nov 2026 12:00 UTC.`,
    ]);
  });
});

it('in a team’s channel, where nobody in particular must act, everybody is shown the line', async () => {
  await begin({ owners: [{ name: '*', owner: 'C0TEAM' }] });
  const card = await office.ask();
  await remind();
  expect(office.last()).toMatchObject({ channel: 'C0TEAM', thread: card.ts, broadcast: true });
  expect(office.replies(card)).toEqual([
    '⏳ “Partner newsletter” still has no answer and will be switched off on 5 Nov 2026 12:00 UTC.',
  ]);
});

describe('the line', () => {
  const lineOf = async (given: Partial<Exception>, type: 'ask' | 'remind' | 'tell', rules = policy) => {
    const state = { ...(await office.state()), ...given } as Exception;
    return toMarkup(describeCall(type, state, rules, plus(noon, duration('P3D'))));
  };

  it('says what is news and what silence does', async () => {
    await office.observe();
    const until = 'by 5 Nov 2026 12:00 UTC';
    expect(await lineOf({}, 'ask')).toBe(
      `⏳ “Partner newsletter” needs an answer ${until}, or it is switched off.`,
    );
    expect(await lineOf({ question: 'changed' }, 'ask')).toBe(
      `⏳ “Partner newsletter” has changed and needs a new answer ${until}, or it is switched off.`,
    );
    expect(await lineOf({ question: 're-enabled' }, 'ask')).toBe(
      `⏳ “Partner newsletter” was switched on again and needs an answer ${until}, or it is switched off.`,
    );
    expect(await lineOf({ state: 'confirmed' }, 'remind')).toBe(
      '⏳ “Partner newsletter” is switched off on 5 Nov 2026 12:00 UTC unless somebody renews it.',
    );
    expect(await lineOf({ state: 'disabled', cause: 'disable first' }, 'ask')).toBe(
      '⛔ “Partner newsletter” is off until somebody approves it.',
    );
    const { critical } = policy.risk;
    const lenient = {
      ...policy,
      risk: { ...policy.risk, critical: { ...critical, onSilence: 'escalate' as const } },
    };
    expect(await lineOf({}, 'ask', lenient)).toBe(
      `⏳ “Partner newsletter” needs an answer ${until}, or people are alerted.`,
    );
    expect(await lineOf({}, 'remind', lenient)).toBe(
      '⏳ “Partner newsletter” still has no answer: people are alerted on 5 Nov 2026 12:00 UTC.',
    );
    expect(await lineOf({ state: 'confirmed' }, 'remind', lenient)).toBe(
      `⏳ “Partner newsletter” must be renewed ${until}.`,
    );
  });

  it('mentions nobody by a name from a tenant', async () => {
    await office.observe({ name: '<!channel>' });
    expect(await lineOf({}, 'ask')).toMatch(/^⏳ “&lt;!channel&gt;” needs/);
  });
});
