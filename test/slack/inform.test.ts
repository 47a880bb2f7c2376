/** Slack notifies nobody of an updated card: whom a decision of others concerns hears of it in one line. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { read } from '#lib/standin/slack/shapes.ts';
import { approver, id, openOffice } from './surroundings.ts';
import type { PostedMessage } from '#lib/standin/slack/slack-workspace.ts';
import type { Office } from './surroundings.ts';

let office: Office;
beforeEach(async () => {
  office = await openOffice();
});
afterEach(async () => office.close());

const say = async (text: string, user = approver) => {
  const { body } = await office.workspace.command(text, user);
  await office.deliver();
  return read((JSON.parse(body) as { blocks: unknown }).blocks);
};
const user = (name: string) =>
  office.workspace.users().find(({ address }) => address.startsWith(name))?.id ?? '';
/** What is not a card. */
const notes = (): readonly { readonly thread: string | undefined; readonly text: string; to: string }[] =>
  office.workspace
    .messages()
    .filter(({ blocks }) => blocks.length === 1)
    .map(({ channel, thread, blocks }) => ({ to: channel, thread, text: read(blocks) }));
const under = (card: PostedMessage) => ({ to: card.channel, thread: card.ts });

describe('an owner', () => {
  it('hears below the card of each decision that an approver made', async () => {
    const card = await office.ask();
    const alex = office.owner();
    await office.answer(card, approver);
    await office.deliver();
    await say(`hold ${id} P1D incident 42`);
    expect(notes()).toEqual([
      {
        ...under(card),
        text: `<@${alex}>: “Partner newsletter” was approved by <@${approver}>: “The newsletter is sent by our partner.” It ends on 2 Dec 2026 12:00 UTC unless somebody renews it.`,
      },
      {
        ...under(card),
        text: `<@${alex}>: “Partner newsletter” was put on hold by <@${approver}>: “incident 42”. Lapse does nothing about it until 3 Nov 2026 12:00 UTC.`,
      },
    ]);
  });

  it('hears of a renewal and of a restore', async () => {
    const card = await office.ask();
    await office.answer(card, office.owner());
    await office.deliver();
    await office.answer(office.again(card), approver);
    await office.deliver();
    expect(notes().map(({ text }) => text)).toEqual([
      `<@${office.owner()}>: “Partner newsletter” was renewed by <@${approver}>: “The newsletter is sent by our partner.” It ends on 2 Dec 2026 12:00 UTC unless somebody renews it.`,
    ]);
    await office.workspace.press(office.again(card), 'disable', approver);
    await office.run({ type: 'ReportDisabled', attempt: 1, guid: 'g', before: {} });
    await office.deliver();
    await say(`restore ${id} P1D month-end`);
    expect(notes().at(-1)?.text).toBe(
      `<@${office.owner()}>: “Partner newsletter” is being switched on again, as ordered by <@${approver}>: “month-end”. It ends on 3 Nov 2026 12:00 UTC unless somebody renews it.`,
    );
  });

  it('does not hear of their own decision', async () => {
    await office.answer(await office.ask(), office.owner());
    await office.deliver();
    expect(notes()).toEqual([]);
  });

  it('that Slack does not let hear of it holds nothing up', async () => {
    await office.answer(await office.ask(), approver);
    office.workspace.fail('chat.postMessage', 'is_archived');
    await office.deliver();
    expect(office.logged).toContain('line not delivered');
    expect(notes()).toEqual([]);
  });

  it('hears of it in the conversation if their card was deleted', async () => {
    const card = await office.ask();
    await office.answer(card, approver);
    office.workspace.remove(card);
    await office.deliver();
    expect(notes()).toMatchObject([{ to: card.channel, thread: undefined }]);
  });
});

describe('a new owner', () => {
  it('of what is approved is told so, and so is the one before', async () => {
    const card = await office.ask();
    await office.answer(card, office.owner());
    await office.deliver();
    expect(await say(`reassign ${id} kim@contoso.example`)).toBe(
      'kim@contoso.example now owns “Partner newsletter” and is told so. It is approved; Lapse asks again before that ends on 2 Dec 2026 12:00 UTC.',
    );
    expect(notes()).toEqual([
      {
        ...under(card),
        text: `“Partner newsletter” now belongs to kim@contoso.example, who was named by <@${approver}>. There is nothing left for you to do.`,
      },
      {
        to: `D${user('kim').slice(1)}`,
        thread: undefined,
        text: `<@${user('kim')}>: you now own the transport rule “Partner newsletter”, critical risk. You were named by <@${approver}>. It is approved; Lapse asks again before that ends on 2 Dec 2026 12:00 UTC.`,
      },
    ]);
  });

  it('of what is on hold is told so', async () => {
    await office.ask();
    await say(`hold ${id} P1D incident 42`);
    expect(await say(`reassign ${id} kim@contoso.example`)).toBe(
      'kim@contoso.example now owns “Partner newsletter” and is told so. It is on hold; Lapse asks again after 3 Nov 2026 12:00 UTC.',
    );
    expect(notes().at(-1)?.text).toContain('It is on hold; Lapse asks again after 3 Nov 2026 12:00 UTC.');
  });

  it('who is asked gets no line beside the question', async () => {
    const card = await office.ask();
    await say(`reassign ${id} kim@contoso.example`);
    expect(notes().map(({ to }) => to)).toEqual([card.channel]);
  });

  it('whom Slack does not know is not said to be asked', async () => {
    await office.ask();
    expect(await say(`reassign ${id} nobody@contoso.example`)).toBe(
      [
        'nobody@contoso.example is on record as the owner of “Partner newsletter”, but Slack knows nobody with the address nobody@contoso.example; they may have left. Lapse asks their backup or else the people in <#C0SECURITY>.',
        `To name somebody else: /lapse reassign ${id} name@example.com`,
      ].join('\n'),
    );
  });
});
