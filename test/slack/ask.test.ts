import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { duration, plus } from '#time/instant.ts';
import { read } from '#lib/standin/slack/shapes.ts';
import { askOwner } from '#slack/ask.ts';
import { createTenantMessage } from '#slack/tenant-message.ts';
import { id, noon, observation, openOffice, policy } from './surroundings.ts';
import type { Command, Observation } from '#lifecycle/commands.ts';
import type { Office } from './surroundings.ts';

let office: Office;
beforeEach(async () => {
  office = await openOffice();
});
afterEach(async () => office.close());

const opened = async () => {
  const [event] = await office.trail();
  if (!event) throw new Error('nothing was opened');
  return { exceptionId: id, version: 1, event };
};

describe('an opened exception', () => {
  it('is asked of its owner in a direct message, which the trail remembers', async () => {
    const card = await office.ask();
    expect(card.channel).toBe(`D${office.owner().slice(1)}`);
    expect(office.buttons(card)).toEqual(['approve', 'disable']);
    const told = (await office.trail())[1];
    expect(told).toMatchObject({
      type: 'OwnerTold',
      of: 1,
      card: { channel: card.channel, ts: card.ts },
      deadline: '2026-11-05T12:00:00.000Z',
      slackUser: office.owner(),
    });
  });

  it('is asked once, however often the event is delivered', async () => {
    await office.ask();
    for (let time = 0; time < 3; time += 1) await office.hear(await opened());
    expect(office.workspace.messages()).toHaveLength(1);
    expect(await office.types()).toEqual(['ExceptionOpened', 'OwnerTold']);
    expect(office.logged).toContain('not told: told before');
  });

  it('is not asked any more when it was answered before the message could be posted', async () => {
    await office.observe();
    await office.run({
      type: 'Decline',
      by: { slackUser: 'U0SECURITY', slackTeam: 'T1', standing: 'member' as const },
      seen: 1,
    });
    await office.hear(await opened());
    expect(office.workspace.messages()).toHaveLength(0);
  });

  it('is not asked any more when it was approved before the message could be posted', async () => {
    await office.observe();
    const expiresAt = plus(noon, duration('P30D'));
    await office.run({
      type: 'Approve',
      by: { slackUser: 'U0SECURITY', slackTeam: 'T1', standing: 'member' as const },
      seen: 1,
      reason: 'Known.',
      expiresAt,
      reviewEvery: duration('P30D'),
    });
    await office.hear(await opened());
    expect(office.workspace.messages()).toHaveLength(0);
  });

  it('is asked once although Exchange could be read only after the first record', async () => {
    await office.observe({ complete: false });
    await office.observe({ record: 'record-2' });
    expect((await office.state()).asOf).toBeGreaterThan(1);
    await office.deliver();
    expect(office.workspace.messages()).toHaveLength(1);
    expect(office.buttons(office.last())).toEqual(['approve', 'disable']);
  });

  it('that gets another owner before anybody was asked is asked once, of the new one', async () => {
    await office.observe();
    const by = { slackUser: 'U0SECURITY', slackTeam: 'T1', standing: 'member' as const };
    await office.run({ type: 'Reassign', by, address: 'kim@contoso.example' });
    await office.deliver();
    expect(office.workspace.messages()).toHaveLength(1);
    const asked = office.workspace.users().map(({ address }) => address);
    expect(asked).toContain('kim@contoso.example');
    expect(asked).not.toContain('alex@contoso.example');
  });

  it('that changes again before anybody was asked is asked once, about the newest', async () => {
    await office.ask();
    await office.answer(office.last(), office.owner());
    await office.deliver();
    for (const [record, domain] of [
      ['record-2', 'second.example'],
      ['record-3', 'third.example'],
    ] as const)
      await office.observe({
        record,
        operation: 'Set-TransportRule',
        change: 'alter',
        settings: { ...observation.settings, SenderDomainIs: [domain] },
      });
    await office.deliver();
    expect(office.workspace.messages()).toHaveLength(2);
    const [card] = office.workspace.messages();
    expect(read(card?.blocks)).toContain('third.example');
  });

  it('is asked anew when it changes, and the first card shows the change too', async () => {
    const first = await office.ask();
    await office.answer(first, office.owner());
    await office.deliver();
    await office.observe({
      record: 'record-2',
      operation: 'Set-TransportRule',
      change: 'alter',
      settings: { ...observation.settings, SenderDomainIs: ['partner.example', 'elsewhere.example'] },
      changedAt: observation.changedAt,
    });
    await office.deliver();
    const all = office.workspace.messages();
    expect(all).toHaveLength(2);
    expect(read(office.again(first).blocks)).toContain('1 sender domain added (elsewhere.example), now 2');
  });
});

describe('an event that comes late, or again', () => {
  const sam = { slackUser: 'U0SECURITY', slackTeam: 'T1', standing: 'member' as const };
  const newest = async () => {
    const event = (await office.trail()).at(-1);
    if (!event) throw new Error('nothing was recorded');
    return { exceptionId: id, version: event.version, event };
  };

  it('asks the approvers who were not asked yet, and not the owner who was', async () => {
    await office.close();
    office = await openOffice({ ...policy, fourEyes: ['low', 'medium', 'high', 'critical'] });
    await office.observe();
    const made = [{ id: observation.changedBy.id, sought: true as const }];
    await office.run({ type: 'ReportTold', of: 1, card: { channel: 'D1', ts: '1' }, makers: made });
    await office.hear(await opened());
    expect(office.workspace.messages().map(({ channel }) => channel)).toEqual(['C0SECURITY']);
  });

  it('does not say "disabled" of what is on again by now', async () => {
    await office.ask();
    await office.run({ type: 'Decline', by: sam, seen: (await office.state()).asOf });
    const { guid = '', settings } = observation;
    await office.run({ type: 'ReportDisabled', attempt: 1, guid, before: settings });
    const disabled = await newest();
    office.wait('PT2H');
    await office.observe({ record: 'record-2', change: 'enable', changedAt: plus(noon, duration('PT1H')) });
    expect((await office.state()).state).toBe('unconfirmed');
    await office.hear(disabled);
    expect(office.workspace.messages()).toHaveLength(1);
  });

  it('passes over a card that is closed to changes, and no other refusal', async () => {
    await office.ask();
    await office.run({ type: 'Decline', by: sam, seen: (await office.state()).asOf });
    office.workspace.fail('chat.update', 'message_not_found');
    await office.hear(await newest());
    office.workspace.fail('chat.update', 'invalid_blocks');
    await expect(office.hear(await newest())).rejects.toThrow('invalid_blocks');
  });

  it('alerts nobody before its owner could be told, or it would alert at each delivery', async () => {
    await office.observe();
    office.wait('P3D');
    await office.run({ type: 'CheckDue' });
    expect((await newest()).event.type).toBe('DeadlinePostponed');
    office.workspace.fail('users.lookupByEmail', 'down');
    await expect(office.hear(await newest())).rejects.toThrow();
    expect(office.workspace.messages()).toEqual([]);
    office.workspace.recover();
    await office.hear(await newest());
    expect(office.workspace.messages()).toHaveLength(2);
  });
});

describe('a notice', () => {
  it('of any length is one that Slack takes', () => {
    const { blocks } = createTenantMessage(Array.from({ length: 500 }, (_, at) => `line ${at}`).join('\n'));
    const said = read(blocks);
    expect(said).toContain('line 39');
    expect(said).not.toContain('line 40');
  });
});

describe('an owner who cannot be asked', () => {
  const why = async (given: Partial<Observation>): Promise<string> => {
    const card = await office.ask(given);
    expect(card.channel).toBe('C0SECURITY');
    const told = (await office.trail()).find(({ type }) => type === 'OwnerTold');
    expect(told).toMatchObject({ type: 'OwnerTold', of: 1, deadline: '2026-11-05T12:00:00.000Z' });
    expect(told).not.toHaveProperty('slackUser');
    return read(card.blocks);
  };
  const author = (address: string) => ({ changedBy: { type: 'person', id: address } as const });

  it('because Slack does not know the address: the fallback channel is asked, with the reason', async () => {
    expect(await why(author('left.long.ago@contoso.example'))).toContain(
      'Asked here because Slack knows nobody with the address left.long.ago@contoso.example; they may have left.',
    );
  });

  it('because they are a guest', async () => {
    expect(await why(author('guest.gina@elsewhere.example'))).toContain(
      'guest.gina@elsewhere.example is only a guest in Slack.',
    );
  });

  it('because an application made the change', async () => {
    expect(await why({ changedBy: { type: 'application', id: 'Provisioning' } })).toContain(
      'Asked here because an application made it.',
    );
  });

  it('because Slack delivers nothing to them', async () => {
    expect(await why(author('closed.carl@contoso.example'))).toContain(
      'Slack does not deliver messages from Lapse to closed.carl@contoso.example.',
    );
  });

  it('because their account was deactivated since: the bound user is looked at, not the address', async () => {
    await office.ask();
    office.workspace.deactivate(office.owner());
    office.wait('P2DT1H');
    await office.run({ type: 'CheckDue' });
    await office.deliver();
    const reminder = office.last();
    expect(reminder.channel).toBe('C0SECURITY');
    expect(read(reminder.blocks)).toContain('the Slack account of alex@contoso.example is deactivated.');
  });
});

describe('a bound owner whom Slack does not let Lapse look up', () => {
  const remind = async () => {
    office.wait('P2DT1H');
    await office.run({ type: 'CheckDue' });
    await office.deliver();
  };

  it.each(['missing_scope', 'unknown_method', 'not_allowed_token_type', 'a_code_of_tomorrow'])(
    'because of %s is reminded all the same, and the log says so once',
    async (code) => {
      await office.ask();
      office.workspace.fail('users.info', code);
      await remind();
      expect(office.last().channel).toBe(`D${office.owner().slice(1)}`);
      expect(office.workspace.messages()).toHaveLength(2);
      expect((await office.state()).told).toHaveLength(2);
      expect(office.logged.filter((line) => line === 'person not looked up')).toHaveLength(1);
    },
  );

  it('and to whom Slack delivers nothing either: the fallback channel is asked', async () => {
    await office.observe({ changedBy: { type: 'person', id: 'closed.carl@contoso.example' } });
    const user = await office.slack.personAt('closed.carl@contoso.example');
    await office.run({
      type: 'ReportTold',
      of: 1,
      card: { channel: 'D0CARL', ts: '1.000001' },
      slackUser: user.id,
      deadline: plus(noon, duration('P3D')),
    });
    office.workspace.fail('users.info', 'missing_scope');
    await remind();
    expect(office.last().channel).toBe('C0SECURITY');
    expect(read(office.last().blocks)).toContain(
      'Slack does not deliver messages from Lapse to closed.carl@contoso.example.',
    );
  });

  it.each(['ratelimited', 'down', 'service_unavailable'])(
    'only because Slack is away (%s) waits',
    async (failure) => {
      await office.ask();
      office.workspace.fail('users.info', failure);
      await expect(remind()).rejects.toMatchObject({ name: 'SlackUnreachable' });
      office.workspace.recover();
      await office.deliver();
      expect(office.workspace.messages()).toHaveLength(2);
    },
  );
});

describe('an owner known only by address', () => {
  it('whom Slack does not let Lapse look up: the fallback channel is asked, with the reason', async () => {
    office.workspace.fail('users.lookupByEmail', 'missing_scope');
    const card = await office.ask();
    expect(card.channel).toBe('C0SECURITY');
    expect(read(card.blocks)).toContain(
      'Asked here because Slack does not let Lapse look up alex@contoso.example (missing_scope).',
    );
    expect(office.logged.filter((line) => line === 'person not looked up')).toHaveLength(1);
  });
});

describe('a reminder', () => {
  it('is one line below the card, which has the same buttons', async () => {
    const card = await office.ask();
    office.wait('P2DT1H');
    await office.run({ type: 'CheckDue' });
    await office.deliver();
    expect(office.replies(card)).toEqual([
      `<@${office.owner()}>: ⏳ “Partner newsletter” still has no answer and will be switched off on 5 Nov 2026 12:00 UTC.`,
    ]);
    expect(office.buttons(office.again(card))).toEqual(['approve', 'disable']);
    expect((await office.state()).told).toHaveLength(2);
  });
});

describe('what is not worth saying any more', () => {
  it('is a reminder of a question that was answered meanwhile', async () => {
    const card = await office.ask();
    office.wait('P2DT1H');
    await office.run({ type: 'CheckDue' });
    await office.answer(card, office.owner());
    await office.deliver();
    expect(office.workspace.messages()).toHaveLength(1);
  });

  it('is a reminder of a question that was answered with no', async () => {
    const card = await office.ask();
    office.wait('P2DT1H');
    await office.run({ type: 'CheckDue' });
    await office.workspace.press(card, 'disable', office.owner());
    await office.deliver();
    expect(office.workspace.messages()).toHaveLength(1);
  });

  it('is a reminder of what was switched off in the tenant meanwhile', async () => {
    await office.ask();
    office.wait('P2DT1H');
    await office.run({ type: 'CheckDue' });
    await office.observe({
      record: 'record-2',
      operation: 'Disable-TransportRule',
      change: 'disable',
      enabled: false,
      changedAt: plus(observation.changedAt, duration('P2D')),
    });
    expect((await office.state()).state).toBe('disabled');
    await office.deliver();
    expect(office.workspace.messages()).toHaveLength(1);
  });

  it('is a reminder of what was removed from the tenant meanwhile', async () => {
    await office.ask();
    office.wait('P2DT1H');
    await office.run({ type: 'CheckDue' });
    const removed = { operation: 'Remove-TransportRule', change: 'remove' } as const;
    const changedAt = plus(observation.changedAt, duration('P2D'));
    await office.run({
      type: 'ObserveRemoval',
      observation: { ...observation, record: 'record-2', ...removed, changedAt },
    });
    expect((await office.state()).state).toBe('removed');
    await office.deliver();
    expect(office.workspace.messages()).toHaveLength(1);
  });

  it('is not a question because its reminder is on its way already', async () => {
    await office.observe();
    office.wait('P2DT1H');
    expect((await office.run({ type: 'CheckDue' })).map(({ type }) => type)).toEqual(['ReminderDue']);
    await office.hear(await opened());
    expect(await office.types()).toEqual(['ExceptionOpened', 'ReminderDue', 'OwnerTold']);
  });
});

it('fails, and asks nobody for ever, where there is nobody to ask after who cannot be reached', async () => {
  await office.observe();
  office.workspace.fail('users.lookupByEmail', 'users_not_found');
  const exception = await office.state();
  const unchanged = () => Promise.resolve({ outcome: 'nothing', exception, events: [] } as const);
  const exceptions = { ...office.register, execute: unchanged };
  const dependencies = { ...office.asking(), exceptions };
  await expect(askOwner(dependencies, await opened())).rejects.toThrow(`${id} has nobody to ask after`);
});

describe('what becomes of an exception', () => {
  it('is shown on every card, and said anew once Exchange was read back', async () => {
    const card = await office.ask();
    office.wait('P3D');
    await office.run({ type: 'CheckDue' });
    await office.deliver();
    const disabling = read(office.again(card).blocks);
    expect(disabling).toContain('It may still be on: this card changes once Exchange has been read again.');
    expect(office.again(card).text).not.toContain('Disabled');

    await office.run({ type: 'ReportDisabled', attempt: 1, guid: observation.guid ?? '', before: {} });
    await office.deliver();
    expect(read(office.again(card).blocks)).toContain(
      'Off because nobody answered in time: configuration disabled, read back at 5 Nov 2026 12:00 UTC.',
    );
    expect(office.workspace.messages()).toHaveLength(2);
  });

  it('does not fail because somebody deleted a card', async () => {
    await office.ask();
    await office.run({
      type: 'Decline',
      by: { slackUser: office.owner(), slackTeam: 'T1', standing: 'member' as const },
      seen: 1,
    });
    office.workspace.fail('chat.update', 'message_not_found');
    await office.deliver();
    expect(office.logged).toContain('card not updated');
  });

  it('is an alert in the fallback channel where people must act', async () => {
    await office.ask();
    office.wait('P3D');
    await office.run({ type: 'CheckDue' });
    await office.run({ type: 'ReportDisableFailed', attempt: 1, why: 'Exchange answered 403' });
    await office.deliver();
    const alert = office.workspace.messages().find(({ channel }) => channel === 'C0SECURITY');
    expect(alert?.text).toContain(
      'The transport rule "Partner newsletter" should be off, but attempt 1 to disable it failed: Exchange answered 403.',
    );
  });
});

describe('a failure of Slack', () => {
  it.each([
    ['ratelimited', 'rate limited'],
    ['down', 'no answer'],
    ['internal_error', 'internal_error'],
    ['invalid_auth', 'invalid_auth'],
    ['invalid_blocks', 'invalid_blocks', 'chat.postMessage'],
  ])('such as %s makes the event come again, and the owner is asked then', async (failure, said, method?) => {
    await office.observe();
    office.workspace.fail(method, failure);
    await expect(office.deliver()).rejects.toThrow(said);
    expect(await office.types()).toEqual(['ExceptionOpened']);
    office.workspace.recover();
    await office.deliver();
    expect(office.workspace.messages()).toHaveLength(1);
  });

  it('in the fallback channel is a failure too: nobody would be asked', async () => {
    office.workspace.fail('chat.postMessage', 'is_archived');
    await office.observe({ changedBy: { type: 'application', id: 'Provisioning' } });
    await expect(office.deliver()).rejects.toThrow('Slack refused chat.postMessage: is_archived');
  });

  it('says how long Slack wants to be left alone', async () => {
    await office.observe();
    office.workspace.fail('chat.postMessage', 'ratelimited');
    await expect(office.deliver()).rejects.toMatchObject({ name: 'SlackUnreachable', retryAfter: 1 });
  });
});

describe('a message of which nothing was heard', () => {
  const due: Command = { type: 'CheckDue' };
  /** Brings an event of the trail to Slack; by default the newest. */
  const hear = async (version?: number): Promise<void> => {
    const trail = await office.trail();
    const event = version === undefined ? trail.at(-1) : trail[version - 1];
    if (!event) throw new Error('nothing was recorded');
    await office.hear({ exceptionId: id, version: event.version, event });
  };
  const repeated = async (): Promise<void> => {
    office.wait('PT2H1M');
    expect((await office.run(due)).map(({ type }) => type)).toEqual(['QuestionRepeated']);
  };

  it('is posted when it is called for again, and once, whatever comes late', async () => {
    await office.observe();
    await repeated();
    await repeated();
    await hear(3);
    expect(office.workspace.messages()).toHaveLength(1);
    expect(office.buttons(office.last())).toEqual(['approve', 'disable']);
    for (const version of [1, 2, 3]) await hear(version);
    expect(office.workspace.messages()).toHaveLength(1);
    office.wait('PT5H');
    expect(await office.run(due)).toEqual([]);
  });

  it('is not posted again where the first was only late', async () => {
    await office.observe();
    await repeated();
    // It is not passed over in favour of the one that follows: in a long queue no message would ever be the newest.
    await hear(1);
    expect(office.workspace.messages()).toHaveLength(1);
    await hear(2);
    expect(office.workspace.messages()).toHaveLength(1);
    expect(await office.types()).toEqual(['ExceptionOpened', 'QuestionRepeated', 'OwnerTold']);
  });

  it('is passed over where a newer reminder is on its way', async () => {
    await office.close();
    const risk = { ...policy.risk.high, remindBefore: [duration('P2D'), duration('P1D')] };
    office = await openOffice({ ...policy, risk: { low: risk, medium: risk, high: risk, critical: risk } });
    await office.ask();
    for (const step of [1, 2]) {
      office.wait('P1D');
      expect((await office.run(due)).map(({ type }) => [step, type])).toEqual([[step, 'ReminderDue']]);
    }
    await hear(3);
    expect(office.workspace.messages()).toHaveLength(1);
    await hear(4);
    expect(office.workspace.messages()).toHaveLength(2);
  });

  it('reminds of the deadline it was about, once', async () => {
    await office.ask();
    office.wait('P2D');
    expect((await office.run(due)).map(({ type }) => type)).toEqual(['ReminderDue']);
    await repeated();
    await hear();
    expect(office.workspace.messages()).toHaveLength(2);
    await hear(3);
    expect(office.workspace.messages()).toHaveLength(2);
  });
});
