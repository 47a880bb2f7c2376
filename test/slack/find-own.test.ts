/** Messages that Slack took and never answered for are not posted twice, where Lapse may look for them. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { usualScopes } from '#lib/standin/slack/scopes.ts';
import { id, openOffice, policy, type Office } from './surroundings.ts';

let office: Office;
beforeEach(async () => {
  office = await openOffice({ ...policy, fourEyes: ['low', 'medium', 'high', 'critical'] });
  office.workspace.grant([...usualScopes, 'im:write']);
});
afterEach(async () => office.close());

const opened = async () => {
  const [event] = await office.trail();
  if (!event) throw new Error('nothing was opened');
  return { exceptionId: id, version: event.version, event };
};
const history = () => office.called.filter((method) => method === 'conversations.history');

describe('a card that was posted and never answered for', () => {
  it('is found when it is to be posted again, and counts as the message', async () => {
    await office.observe();
    office.swallow(1);
    await expect(office.hear(await opened())).rejects.toThrow('no answer');
    expect(office.workspace.messages()).toHaveLength(1);
    expect(history()).toEqual([]);
    await office.hearAgain(await opened());
    const [card, theirs, ...more] = office.workspace.messages();
    expect([theirs?.channel, more]).toEqual(['C0SECURITY', []]);
    expect((await office.state()).cards).toContainEqual({ channel: card?.channel, ts: card?.ts });
  });

  it('is not taken for that of another question, owner or channel', async () => {
    await office.ask();
    await office.observe({ record: 'record-2', settings: { ...{ Name: 'Partner newsletter' }, SetSCL: -1 } });
    expect(office.called).not.toContain('conversations.open');
    const found = await office.slack.findOwn(office.owner(), { exception: id, version: 99, to: 'x' });
    expect(found).toBeUndefined();
    const about = { exception: id, version: 1, to: 'alex@contoso.example' };
    expect(await office.slack.findOwn(office.owner(), about)).toBeDefined();
    expect(await office.slack.findOwn('C0SECURITY', about)).toBeUndefined();
  });

  it('is posted again where Lapse may not look: rather twice than never', async () => {
    office.workspace.grant(['chat:write', 'users:read', 'users:read.email']);
    await office.observe();
    office.swallow(1);
    await expect(office.hear(await opened())).rejects.toThrow('no answer');
    await office.hearAgain(await opened());
    expect((await office.types()).filter((type) => type === 'OwnerTold')).toHaveLength(1);
    expect(office.workspace.messages()).toHaveLength(3);
    expect(office.logged).toContain('what was posted before cannot be looked for');
  });
});
