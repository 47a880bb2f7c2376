/** Who is asked, who may answer, and what they are told: on the stand-in workspace, with four eyes. */
import { afterEach, describe, expect, it } from 'vitest';
import { read } from '#lib/standin/slack/shapes.ts';
import { SlackRefusal, SlackUnreachable } from '#slack/failure.ts';
import { resolveGroups, type GroupMemory } from '#slack/groups.ts';
import type { Policy } from '#policy/policy.ts';
import type { Slack } from '#slack/slack.ts';
import { approver, id, observation, openOffice, policy } from './surroundings.ts';
import type { Office } from './surroundings.ts';

let office: Office;
afterEach(async () => office.close());

const fourEyes: Policy = { ...policy, fourEyes: ['high', 'critical'] };
/** Nothing narrows it: critical. */
const risky = (comment?: string) => ({
  settings: {
    Name: 'Partner newsletter',
    SetSCL: -1,
    ...(comment === undefined ? {} : { Comments: comment }),
  },
});

describe('what its maker owns', () => {
  it('is asked of the maker, and of the approvers in their channel', async () => {
    office = await openOffice(fourEyes);
    await office.ask(risky());
    const [own, theirs] = office.workspace.messages();
    expect([own?.channel.charAt(0), theirs?.channel]).toEqual(['D', 'C0SECURITY']);
    expect(read(theirs?.blocks)).toContain(
      `\nFour eyes: whoever made it cannot approve it. These may approve it: <@${approver}>`,
    );
    expect(await office.types()).toEqual(['ExceptionOpened', 'OwnerTold', 'ApproversTold']);
    expect((await office.trail())[1]).toMatchObject({
      makers: [{ id: 'alex@contoso.example', slackUser: office.owner(), sought: true }],
    });
  });

  it('is not asked of the approvers where policy wants no four eyes', async () => {
    office = await openOffice();
    await office.ask(risky());
    expect(office.workspace.messages()).toHaveLength(1);
  });

  it('is asked of each once, however often the event is delivered', async () => {
    office = await openOffice(fourEyes);
    await office.observe(risky());
    const [event] = await office.trail();
    if (!event) throw new Error('nothing was opened');
    for (let time = 0; time < 3; time += 1) await office.hear({ exceptionId: id, version: 1, event });
    expect(office.workspace.messages()).toHaveLength(2);
    expect(await office.types()).toEqual(['ExceptionOpened', 'OwnerTold', 'ApproversTold']);
  });

  it('is refused to the maker, who is told who may, and can still say no', async () => {
    office = await openOffice(fourEyes);
    await office.ask(risky());
    const [own] = office.workspace.messages();
    if (!own) throw new Error('no card');
    const { body } = await office.answer(own, office.owner());
    expect(JSON.parse(body)).toEqual({
      response_action: 'errors',
      errors: {
        reason: 'You made this change, so somebody else must approve it: an approver (see the card).',
      },
    });
    expect((await office.trail()).at(-1)).toMatchObject({ type: 'AnswerRefused', why: 'four-eyes' });
    await office.workspace.press(own, 'disable', office.owner());
    expect((await office.trail()).at(-1)).toMatchObject({
      type: 'ExceptionDeclined',
      actor: { type: 'owner' },
    });
  });

  it('shows the answer of an approver on both cards', async () => {
    office = await openOffice(fourEyes);
    await office.ask(risky());
    await office.answer(office.last(), approver);
    await office.deliver();
    for (const card of office.workspace.messages().filter(({ thread }) => thread === undefined))
      expect(read(card.blocks)).toContain(`Approved by <@${approver}>`);
  });
});

describe('what its comment gives to somebody else', () => {
  const named =
    'Four eyes: nobody who made or changed it, or was named as its owner by somebody who did, can approve it. ';

  it('is asked of them, and under four eyes of the approvers, who alone may approve it', async () => {
    office = await openOffice({ ...fourEyes, approvers: [approver, 'U0SECOND'] });
    await office.ask(risky('owner: olga@contoso.example'));
    const [own, theirs] = office.workspace.messages();
    if (!own) throw new Error('no card');
    expect(theirs?.channel).toBe('C0SECURITY');
    for (const card of office.workspace.messages())
      expect(read(card.blocks)).toContain(`${named}These may approve it: <@${approver}> <@U0SECOND>`);
    const olga = office.workspace.users().find(({ address }) => address.startsWith('olga'))?.id ?? '';
    expect((await office.answer(own, olga)).body).toContain(
      'You were named by somebody who made or changed it, so somebody else must approve it: an approver (see the card).',
    );
  });

  it('is not for an approver whom it names: the card names the others, and they are told why', async () => {
    office = await openOffice({ ...fourEyes, approvers: [approver, 'U0SECOND'] });
    await office.observe(risky('owner: olga@contoso.example'));
    await office.deliver();
    const olga = office.workspace.users().find(({ address }) => address.startsWith('olga'))?.id ?? '';
    await office.close();
    office = await openOffice({ ...fourEyes, approvers: [approver, olga] });
    await office.ask(risky('owner: olga@contoso.example'));
    expect(read(office.last().blocks)).toMatch(new RegExp(`${named}These may approve it: <@${approver}>$`));
    const { body } = await office.workspace.command(`hold ${id} P1D incident 42`, olga);
    expect(read((JSON.parse(body) as { blocks: unknown }).blocks)).toContain(
      'You were named as an owner of “Partner newsletter” by somebody who made or changed it, so somebody else must keep it. Your attempt is in the trail.',
    );
  });

  it('is asked of them alone without four eyes, and shows what the comment proposes, on card and form', async () => {
    office = await openOffice();
    const card = await office.ask(
      risky('owner: olga@contoso.example; ticket: CHG-42; expires: 2026-11-20; reason: the fair'),
    );
    expect(office.workspace.messages()).toHaveLength(1);
    expect(await office.details(card, office.owner())).toContain(
      'Its comment proposes: ticket CHG-42, until 2026-11-20, “the fair”',
    );
    const olga = office.workspace.users().find(({ address }) => address.startsWith('olga'))?.id ?? '';
    const { view } = await office.workspace.press(card, 'approve', olga);
    expect(read(view?.view['blocks'])).toContain(
      'Its comment proposes: ticket CHG-42, until 2026-11-20, “the fair”',
    );
    const { body } = await office.workspace.submit(view?.id ?? '', {});
    expect(JSON.parse(body)).toMatchObject({ errors: { reason: 'Please say why it must stay.' } });
  });

  it('is for approvers where Slack does not know who made it', async () => {
    office = await openOffice({ ...fourEyes, owners: [{ name: '*', owner: 'olga@contoso.example' }] });
    await office.ask({
      ...risky(),
      changedBy: { type: 'person', id: 'left.adm@contoso.example' },
    });
    expect(read(office.last().blocks)).toContain(
      'Four eyes: Slack does not know left.adm@contoso.example, who made it, so its owner cannot be told apart from them.',
    );
  });

  it('goes down the ladder, with the reason for each step, where Slack does not reach them', async () => {
    office = await openOffice(fourEyes);
    await office.ask({
      ...risky('owner: guest.gina@elsewhere.example'),
      changedBy: { type: 'person', id: 'closed.carl@contoso.example' },
    });
    const steps = (await office.trail()).filter((event) => event.type === 'OwnerUnreachable');
    expect(steps).toMatchObject([
      {
        why: 'guest.gina@elsewhere.example is only a guest in Slack',
        next: { address: 'closed.carl@contoso.example' },
      },
      {
        why: 'Slack does not deliver messages from Lapse to closed.carl@contoso.example',
        next: { type: 'team' },
      },
    ]);
    expect(office.last().channel).toBe('C0SECURITY');
    expect(await office.state()).toMatchObject({ rung: 2, owner: { type: 'team' } });
  });

  it('goes to the channel that policy names, and on from one that is gone', async () => {
    office = await openOffice({
      ...policy,
      owners: [{ kind: 'transport-rule', owner: 'CROUTING' }],
      channels: [{ kind: 'transport-rule', channel: 'CRULES' }],
    });
    await office.ask();
    expect(office.last().channel).toBe('CROUTING');
    await office.close();

    office = await openOffice({ ...policy, owners: [{ kind: 'transport-rule', owner: 'CROUTING' }] });
    await office.observe();
    office.workspace.fail('chat.postMessage', 'is_archived');
    await expect(office.deliver()).rejects.toThrow('is_archived');
    office.workspace.recover();
    await office.deliver();
    expect((await office.types())[1]).toBe('OwnerUnreachable');
  });
});

describe('what is critical', () => {
  it('is asked of its owner and of the approvers, who alone may approve it', async () => {
    office = await openOffice({ ...fourEyes, owners: [{ name: '*', owner: 'olga@contoso.example' }] });
    await office.ask(risky());
    const [own, theirs] = office.workspace.messages();
    if (!own) throw new Error('no card');
    expect(read(theirs?.blocks)).toContain(
      `\nIt is critical: its owner alone cannot approve it. These may approve it: <@${approver}>`,
    );
    const olga = office.workspace.users().find(({ address }) => address.startsWith('olga'))?.id ?? '';
    expect((await office.answer(own, olga)).body).toContain(
      'It is critical, so somebody other than its owner must approve it: an approver (see the card).',
    );
    expect((await office.answer(own, approver)).body).toBe('');
    expect(await office.state()).toMatchObject({ state: 'confirmed' });
  });
});

describe('a change that only shows later who made it', () => {
  const changed = (address: string) => ({
    ...risky(),
    record: 'record-2',
    operation: 'Set-TransportRule',
    change: 'alter' as const,
    changedBy: { type: 'person' as const, id: address },
  });
  it('is looked up in Slack, and the approvers are asked where that leaves nobody else', async () => {
    office = await openOffice({ ...fourEyes, owners: [{ name: '*', owner: 'olga@contoso.example' }] });
    const high = { settings: { ...observation.settings, SenderIpRanges: ['198.51.100.0/28'] } };
    const card = await office.ask(high);
    expect(office.workspace.messages()).toHaveLength(1);
    await office.observe({ ...changed('olga@contoso.example'), ...high });
    await office.deliver();
    expect(await office.types()).toEqual([
      'ExceptionOpened',
      'OwnerTold',
      'ChangeNoted',
      'MakersIdentified',
      'ApproversTold',
    ]);
    expect(office.last().channel).toBe('C0SECURITY');
    for (const one of [office.again(card), office.last()])
      expect(read(one.blocks)).toContain('Four eyes: whoever made it cannot approve it.');
    expect(read(office.again(card).blocks)).toContain(' · last changed by olga@contoso.example');
    // Once, however often it is delivered, and however often she changes it.
    const event = (await office.trail())[2];
    if (!event) throw new Error('not noted');
    await office.hear({ exceptionId: id, version: 3, event });
    await office.observe({ ...changed('olga@contoso.example'), ...high, record: 'record-3' });
    await office.deliver();
    expect(office.workspace.messages()).toHaveLength(2);
  });
});

describe('a message that reached its owner while Slack took none for the approvers', () => {
  it('reaches them when it is called for again, and the owner not twice', async () => {
    office = await openOffice(fourEyes);
    await office.observe(risky());
    office.onlyReaches((body) => !body.includes('C0SECURITY'));
    await expect(office.deliver()).rejects.toMatchObject({ name: 'SlackUnreachable' });
    office.onlyReaches(() => true);
    expect(await office.types()).toEqual(['ExceptionOpened', 'OwnerTold']);
    office.wait('PT1H');
    await office.run({ type: 'CheckDue' });
    const event = (await office.trail()).at(-1);
    if (!event) throw new Error('nothing was recorded');
    expect(event).toMatchObject({ type: 'QuestionRepeated', of: 1, approvers: true });
    for (let time = 0; time < 2; time += 1) await office.hear({ exceptionId: id, version: 3, event });
    // The first one comes late from the queue: everybody has heard it.
    const [opened] = await office.trail();
    if (opened) await office.hear({ exceptionId: id, version: 1, event: opened });
    expect(office.workspace.messages().map(({ channel }) => channel.charAt(0))).toEqual(['D', 'C']);
    expect((await office.state()).unheard).toBeUndefined();
  });
});

describe('who made a late change, while Slack is away', () => {
  it('is looked for again, and found to be who approved it', async () => {
    office = await openOffice({ ...fourEyes, owners: [{ name: '*', owner: 'olga@contoso.example' }] });
    const high = { settings: { ...observation.settings, SenderIpRanges: ['198.51.100.0/28'] } };
    const card = await office.ask(high);
    const olga = office.workspace.users().find(({ address }) => address.startsWith('olga'))?.id ?? '';
    await office.answer(card, olga);
    await office.deliver();
    await office.observe({
      ...high,
      record: 'record-2',
      operation: 'Set-TransportRule',
      change: 'alter',
      changedBy: { type: 'person', id: 'olga@contoso.example' },
    });
    office.workspace.fail('users.lookupByEmail', 'down');
    await expect(office.deliver()).rejects.toThrow();
    // The queue has given it up.
    office.workspace.recover();
    office.wait('PT1H');
    expect((await office.run({ type: 'CheckDue' })).map(({ type }) => type)).toEqual(['LookUpRepeated']);
    const event = (await office.trail()).at(-1);
    if (!event) throw new Error('nothing was recorded');
    await office.hear({ exceptionId: id, version: event.version, event });
    expect(await office.state()).toMatchObject({ state: 'unconfirmed', question: 'voided' });
  });
});

describe('a message to who was the owner until just now', () => {
  it('is posted to the new one too', async () => {
    office = await openOffice();
    await office.ask();
    const former = (await office.state()).owner;
    const by = { slackUser: approver, slackTeam: 'T1', standing: 'member' as const };
    await office.run({ type: 'Reassign', by, address: 'kim@contoso.example' });
    const { version: of } = await office.state();
    await office.run({ type: 'ReportTold', of, card: { channel: 'D1', ts: '1' }, owner: former });
    expect((await office.state()).unheard).toMatchObject({ of });
    const event = (await office.trail())[of - 1];
    if (!event) throw new Error('nothing was recorded');
    for (let time = 0; time < 2; time += 1) await office.hear({ exceptionId: id, version: of, event });
    const kim = office.workspace.users().find(({ address }) => address.startsWith('kim'))?.id ?? '';
    const cards = office.workspace.messages().filter(({ thread }) => thread === undefined);
    expect(cards.slice(1)).toMatchObject([{ channel: `D${kim.slice(1)}` }]);
    expect((await office.state()).unheard).toBeUndefined();
  });
});

describe('an approval that turns out to be its maker’s', () => {
  it('is void: the cards say so, somebody else is asked, and the channel is alerted', async () => {
    office = await openOffice({
      ...fourEyes,
      approvers: [approver, 'U0SECOND'],
      owners: [{ name: '*', owner: 'olga@contoso.example' }],
    });
    const high = { settings: { ...observation.settings, SenderIpRanges: ['198.51.100.0/28'] } };
    const card = await office.ask(high);
    const olga = office.workspace.users().find(({ address }) => address.startsWith('olga'))?.id ?? '';
    expect((await office.answer(card, olga)).body).toBe('');
    await office.deliver();
    expect(await office.state()).toMatchObject({ state: 'confirmed' });
    office.wait('P1D');
    await office.observe({
      ...high,
      record: 'record-2',
      operation: 'Set-TransportRule',
      change: 'alter',
      changedBy: { type: 'person', id: 'olga@contoso.example' },
    });
    await office.deliver();
    expect((await office.types()).slice(3)).toEqual([
      'ChangeNoted',
      'MakersIdentified',
      'ApprovalVoided',
      'OwnerTold',
      'ApproversTold',
    ]);
    const asking = office.workspace.messages().slice(1, 3);
    expect(asking.map(({ channel }) => channel.charAt(0))).toEqual(['D', 'C']);
    const theirs = office.workspace.messages().find(({ channel }) => channel === 'C0SECURITY') ?? card;
    for (const one of [office.again(card), theirs]) {
      expect(read(one.blocks)).toContain('Its approval no longer counts');
    }
    expect(office.buttons(theirs)).toContain('approve');
    expect(office.buttons(office.again(card))).toEqual(['disable']);
    expect(office.replies(card)).toEqual([
      `<@${olga}>: ⏳ “Partner newsletter” lost its approval, which was not independent, and needs another by 6 Nov 2026 12:00 UTC, or it is switched off.`,
    ]);
    expect(read(office.last().blocks)).toContain(
      'The approval of the transport rule "Partner newsletter" no longer counts: the audit log now shows that whoever approved it had made or changed it themselves.',
    );
    expect((await office.answer(office.again(card), approver)).body).toBe('');
    expect(await office.state()).toMatchObject({ state: 'confirmed' });
  });
});

describe('an answer that comes before anybody was asked', () => {
  it('is weighed only once it is known who made it', async () => {
    office = await openOffice(fourEyes);
    await office.observe(risky());
    const { body } = await office.workspace.command(`hold ${id} P1D incident 42`, approver);
    expect(body).toContain('Lapse does nothing about');
    expect(await office.types()).toEqual(['ExceptionOpened', 'MakersIdentified', 'ExceptionHeld']);
  });
});

describe('a group of approvers', () => {
  const grouped: Policy = {
    ...policy,
    approvers: ['S0MAIL', 'UANN'],
    risk: { ...policy.risk, high: { ...policy.risk.high, approvers: ['S0MAIL'] } },
    kinds: { 'inbound-connector': { low: { approvers: ['S0ROUTING'] } } },
  };
  const asking = (members: Slack['members']) => {
    const asked: string[] = [];
    const logged: string[] = [];
    const memory: GroupMemory = new Map();
    const slack = { members: (group: string) => (asked.push(group), members(group)) } as unknown as Slack;
    return {
      asked,
      logged,
      at: (now: number) =>
        resolveGroups(grouped, { slack, log: (message) => void logged.push(message), memory, now }),
    };
  };

  it('is whoever is in it, wherever policy names it, asked once in five minutes', async () => {
    office = await openOffice();
    const { at, asked } = asking((group) => Promise.resolve([`${group.replace('S', 'U')}1`, 'UANN']));
    expect(await at(0)).toMatchObject({
      approvers: ['U0MAIL1', 'UANN'],
      risk: { high: { approvers: ['U0MAIL1', 'UANN'] }, low: policy.risk.low },
      kinds: { 'inbound-connector': { low: { approvers: ['U0ROUTING1', 'UANN'] } } },
    });
    await at(299_000);
    expect(asked).toEqual(['S0MAIL', 'S0ROUTING']);
    await at(301_000);
    expect(asked).toHaveLength(4);
  });

  it.each([
    ['refuses', () => Promise.reject(new SlackRefusal('usergroups.users.list', 'missing_scope'))],
    ['is not there', () => Promise.reject(new SlackUnreachable('usergroups.users.list', 'no answer'))],
  ])('is nobody while Slack %s', async (_, members) => {
    office = await openOffice();
    const { at, logged } = asking(members);
    // It stands where it stood: nobody's id, and a sign that not all are known who may.
    expect(await at(0)).toMatchObject({
      approvers: ['S0MAIL', 'UANN'],
      risk: { high: { approvers: ['S0MAIL'] } },
    });
    expect(logged).toHaveLength(2);
  });
});

describe('a guest of the tenant', () => {
  it('is the maker in Slack too, where their own address is that of an approver', async () => {
    office = await openOffice(fourEyes);
    const [name = '', domain = ''] = 'alex@contoso.example'.split('@');
    const account = `${name}_${domain}#EXT#@fabrikam.onmicrosoft.com`;
    await office.ask({ ...risky(), changedBy: { type: 'person', id: account, outside: 'guest' } });
    expect((await office.state()).makers).toEqual([
      { id: account.toLowerCase(), slackUser: office.owner(), sought: true },
    ]);
  });
});

describe('makers about whom Slack is silent at the moment of an answer', () => {
  const subject = { id, version: 1 };
  const values = {
    reason: { reason: { value: 'It is needed.' } },
    expires_on: { expires_on: { selected_date: '2026-11-10' } },
    review_every: { review_every: { selected_option: { value: 'P30D' } } },
    length: { length: { selected_option: { value: 'P1D' } } },
    which: { which: { selected_options: [{ value: JSON.stringify(subject) }] } },
    term: { term: { selected_option: { value: 'P7D' } } },
  };
  const answers = {
    'a form': () => office.sendAs(approver, { form: 'approve', subject }, values),
    'a form of the menu': () => office.sendAs(approver, { form: 'hold', subject }, values),
    'a form for several': () => office.sendAs(approver, { form: 'approve_several' }, values),
    'a command': () => office.sendAs(approver, { words: 'hold ID 1d It is needed.' }, {}),
  };

  it.each(Object.entries(answers))(
    '%s is no failure, and counts neither for nor against them',
    async (_, send) => {
      office = await openOffice(fourEyes);
      await office.observe(risky());
      office.workspace.fail('users.lookupByEmail', 'internal_error');
      expect(await send()).toBe(200);
      expect(await office.types()).toEqual(['ExceptionOpened']);
      office.workspace.recover();
      expect(await send()).toBe(200);
      expect((await office.state()).state).not.toBe('unconfirmed');
    },
  );

  it('are the reason that whoever answers is given', async () => {
    office = await openOffice(fourEyes);
    await office.observe(risky());
    office.workspace.fail('users.lookupByEmail', 'internal_error');
    const { body } = await office.workspace.command(`hold ${id} 1d It is needed.`, approver);
    expect(body).toContain('Slack could not tell Lapse who made or changed it, so nothing was done.');
  });
});

describe('makers whom Slack does not let Lapse look up', () => {
  it('do not keep anybody from being told, but could be anybody: nobody may approve until they are known', async () => {
    office = await openOffice(fourEyes);
    office.workspace.fail('users.lookupByEmail', 'missing_scope');
    await office.ask(risky());
    const card = office.last();
    expect(card.channel).toBe('C0SECURITY');
    expect(read(card.blocks)).toContain(
      'Four eyes: Slack has not let Lapse look up alex@contoso.example, who made it, so anybody could be that person. Nobody may approve it until it does.',
    );
    const { body, status } = await office.answer(card, approver);
    expect(status).toBe(200);
    expect(JSON.parse(body)).toEqual({
      response_action: 'errors',
      errors: {
        reason: 'Slack has not let Lapse look up who made this change, so nobody may approve it yet.',
      },
    });

    office.workspace.recover();
    expect((await office.answer(card, approver, { reason: 'Now it works.' })).body).toBe('');
    expect((await office.state()).state).toBe('confirmed');
  });

  it('are known all the same where policy names their Slack user', async () => {
    office = await openOffice({
      ...fourEyes,
      people: [{ account: 'alex@contoso.example', person: 'U0ALEX' }],
    });
    // Slack has told already who the approver is.
    await office.workspace.command('list', approver);
    office.workspace.fail('users.info', 'missing_scope');
    await office.ask(risky());
    await office.workspace.command(`hold ${id} P1D incident 42`, approver);
    expect(await office.state()).toMatchObject({ state: 'held', makers: [{ slackUser: 'U0ALEX' }] });
  });
});

describe('a form that the person may not send', () => {
  it('says in words that its owner alone is not enough after some renewals', async () => {
    office = await openOffice({
      ...policy,
      risk: { ...policy.risk, critical: { ...policy.risk.critical, renewalsBeforeSecondApprover: 1 } },
    });
    const card = await office.ask(risky());
    for (const reason of ['Needed.', 'Still needed.']) {
      await office.answer(office.again(card), office.owner(), { reason });
      await office.deliver();
    }
    const { body } = await office.answer(office.again(card), office.owner());
    expect(JSON.parse(body)).toMatchObject({
      errors: {
        reason:
          'It was renewed once, so somebody other than its owner must renew it: an approver (see the card).',
      },
    });
  });

  it('says in words that its owner alone is not enough on weak evidence', async () => {
    office = await openOffice({ ...policy, evidence: { 'name-only': { approvedBy: 'approvers' } } });
    await office.ask();
    const [own] = office.workspace.messages();
    if (!own) throw new Error('no card');
    const { body } = await office.answer(own, office.owner());
    expect(JSON.parse(body)).toMatchObject({
      errors: {
        reason:
          'Too little is known about whose mail it lets past, so somebody other than its owner must approve it: an approver (see the card).',
      },
    });
  });

  it('says so where policy names nobody else', async () => {
    office = await openOffice({ ...fourEyes, approvers: [] });
    await office.ask(risky());
    const [own] = office.workspace.messages();
    if (!own) throw new Error('no card');
    const { body } = await office.answer(own, office.owner());
    expect(body).toContain(
      'You made this change, so somebody else must approve it, but policy names no approver who may.',
    );
  });
});

describe('a command that the person may not give', () => {
  it('is refused with names, which messages can show', async () => {
    office = await openOffice({ ...fourEyes, approvers: [approver, 'U0SECOND'] });
    await office.ask({ ...risky(), changedBy: { type: 'person', id: 'alex@contoso.example' } });
    const maker = office.owner();
    await office.close();
    office = await openOffice({ ...fourEyes, approvers: [approver, maker] });
    await office.ask(risky());
    const { body } = await office.workspace.command(`hold ${id} P1D incident 42`, maker);
    expect(read((JSON.parse(body) as { blocks: unknown }).blocks)).toContain(
      'You made this change, so somebody else must approve it. Your attempt is in the trail.',
    );
    expect(body).toContain(`"user_id":"${approver}"`);
  });
});

describe('what is off first', () => {
  const offFirst: Policy = {
    ...policy,
    risk: { ...policy.risk, critical: { ...policy.risk.critical, onSilence: 'disable-first' } },
  };

  it('is asked about once it is off, and switched on by a yes', async () => {
    office = await openOffice(offFirst);
    await office.observe(risky());
    await office.deliver();
    expect(office.workspace.messages()).toHaveLength(0);
    await office.run({ type: 'ReportDisabled', attempt: 1, guid: observation.guid ?? '', before: {} });
    await office.deliver();
    const card = office.last();
    expect(read(card.blocks)).toContain(
      'It stays off until somebody approves it; then Lapse switches it on again.',
    );
    expect(office.buttons(card)).toEqual(['approve']);
    expect((await office.answer(card, office.owner())).body).toBe('');
    expect((await office.trail()).at(-1)).toMatchObject({ type: 'ExceptionApproved', restore: true });
  });
});
