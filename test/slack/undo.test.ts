/** Taking a disable back: the button on the card, and the command. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { read } from '#lib/standin/slack/shapes.ts';
import { approver, forge, id, mallory, observation, openOffice } from './surroundings.ts';
import type { Office } from './surroundings.ts';

let office: Office;
beforeEach(async () => {
  office = await openOffice();
});
afterEach(async () => office.close());

const security = { slackUser: approver, slackTeam: 'T0STANDIN', standing: 'member' as const };
const switchOff = async (by: { slackUser: string; slackTeam: string; standing: 'member' }) => {
  await office.run({ type: 'Decline', by, seen: (await office.state()).asOf });
  await office.run({
    type: 'ReportDisabled',
    attempt: 1,
    guid: observation.guid ?? '',
    before: observation.settings,
  });
  await office.deliver();
};
const owner = () => ({ slackUser: office.owner(), slackTeam: 'T0STANDIN', standing: 'member' as const });
const whispered = () => office.last().text;

describe('Undo on a card', () => {
  it('is offered to whoever did it, and puts everything back', async () => {
    const card = await office.ask();
    await switchOff(owner());
    const now = office.again(card);
    expect(read(now.blocks)).toContain('can undo that until');
    await office.workspace.press(now, 'undo', office.owner());
    const state = await office.state();
    expect(state).toMatchObject({ state: 'unconfirmed', acting: { act: 'restore' } });
    await office.deliver();
    expect(read(office.again(card).blocks)).not.toContain('can undo that until');
  });

  it('is not on the owner’s card of what somebody else did, and a forged one is refused', async () => {
    const card = await office.ask();
    await switchOff(security);
    expect(JSON.stringify(office.again(card).blocks)).not.toContain('"action_id":"undo"');
    const { asOf } = await office.state();
    await office.workspace.press(forge(card, 'undo', asOf), 'undo', office.owner());
    expect((await office.state()).state).toBe('disabled');
    expect(whispered()).toContain('Only whoever ordered “Partner newsletter” to be disabled can undo that');
    await office.workspace.press(forge(card, 'undo', asOf), 'undo', mallory);
    expect((await office.trail()).at(-1)).toMatchObject({
      type: 'AnswerRefused',
      answer: 'Undo',
      why: 'not-allowed',
    });
  });

  it('comes too late after policy’s time, and says who can help', async () => {
    const card = await office.ask();
    await switchOff(owner());
    office.wait('PT31M');
    await office.workspace.press(office.again(card), 'undo', office.owner());
    expect((await office.state()).state).toBe('disabled');
    expect(whispered()).toContain('within 30 minutes only. An approver can restore “Partner newsletter”');
  });
});

describe('/lapse undo', () => {
  it('takes it back by name', async () => {
    await office.ask();
    await switchOff(owner());
    const reply = await office.workspace.command('undo partner newsletter', office.owner());
    expect(JSON.stringify(reply)).toContain('Everything is as it was before it was disabled.');
    expect((await office.state()).state).toBe('unconfirmed');
  });

  it('is refused to others, with a line in the trail', async () => {
    await office.ask();
    await switchOff(owner());
    const reply = await office.workspace.command(`undo ${id}`, approver);
    expect(JSON.stringify(reply)).toContain('Only whoever ordered');
    expect((await office.trail()).at(-1)).toMatchObject({ type: 'AnswerRefused', why: 'not-yours' });
  });
});
