import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { read } from '#lib/standin/slack/shapes.ts';
import { approver, id, mallory, observation, openOffice } from './surroundings.ts';
import type { Office } from './surroundings.ts';

let office: Office;
beforeEach(async () => {
  office = await openOffice();
});
afterEach(async () => office.close());

/** Sends what Slack would not: signed all the same, unless told otherwise. */
async function send(
  body: string,
  given: { path?: string; age?: number; secret?: string; method?: string } = {},
) {
  const timestamp = String(office.seconds() - (given.age ?? 0));
  const key = given.secret ?? office.workspace.signingSecret;
  const signature = createHmac('sha256', key).update(`v0:${timestamp}:${body}`).digest('hex');
  const url = new URL(given.path ?? 'interactions', office.url);
  const method = given.method ?? 'POST';
  const response = await fetch(url, {
    method,
    headers: { 'X-Slack-Request-Timestamp': timestamp, 'X-Slack-Signature': `v0=${signature}` },
    ...(method === 'POST' ? { body } : {}),
  });
  return { status: response.status, body: await response.text() };
}
const payload = (value: unknown) => `payload=${encodeURIComponent(JSON.stringify(value))}`;
const pressOf = (action: Record<string, unknown>) => ({
  type: 'block_actions',
  team: { id: 'T0STANDIN' },
  enterprise: null,
  user: { id: mallory },
  trigger_id: 'trigger-1',
  channel: null,
  message: null,
  view: null,
  actions: [{ action_ts: '1', ...action }],
});

describe('the door', () => {
  it('answers 401 to what is unsigned, stale or signed by somebody else, and does nothing', async () => {
    await office.ask();
    const press = payload(pressOf({ action_id: 'disable', value: JSON.stringify({ id, version: 1 }) }));
    expect((await fetch(office.url, { method: 'POST', body: press })).status).toBe(401);
    expect((await send(press, { age: 301 })).status).toBe(401);
    expect((await send(press, { age: 301, secret: 'another' })).status).toBe(401);
    expect(office.logged).not.toContain('wrong signature');
    expect((await send(press, { secret: 'another' })).status).toBe(401);
    expect(office.logged.filter((line) => line === 'wrong signature')).toHaveLength(1);
    expect(await office.types()).toEqual(['ExceptionOpened', 'OwnerTold']);
  });

  it('answers Slack’s checks', async () => {
    const challenge = JSON.stringify({ type: 'url_verification', challenge: 'abc', token: '' });
    expect(await send(challenge, { path: 'events' })).toEqual({ status: 200, body: '{"challenge":"abc"}' });
    expect(await send('ssl_check=1&token=x')).toEqual({ status: 200, body: '' });
    expect((await send('ssl_check=1', { path: 'commands' })).status).toBe(200);
    expect((await send(JSON.stringify({ type: 'app_rate_limited' }), { path: 'events' })).status).toBe(200);
  });

  it.each([
    ['no payload', 'interactions', 'something=else'],
    ['a payload that is not JSON', 'interactions', 'payload=%7B'],
    ['a payload of another type', 'interactions', payload({ type: 'message_action' })],
    [
      'a press without a person',
      'interactions',
      payload({ ...pressOf({ action_id: 'approve' }), user: null }),
    ],
    ['an unknown button', 'interactions', payload(pressOf({ action_id: 'explode', value: '{}' }))],
    [
      'a button without its exception',
      'interactions',
      payload(pressOf({ action_id: 'approve', value: '{"id":7}' })),
    ],
    ['an event that is not JSON', 'events', '{'],
    ['a command without a person', 'commands', 'command=%2Flapse&text=list'],
  ])('answers 400 to %s', async (_, path, body) => {
    const answer = await send(body, { path });
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.body)).toHaveProperty('error');
  });

  it.each(['approve', 'disable'])('answers 400 to %s of a version that never was', async (action_id) => {
    await office.ask();
    const { version } = await office.state();
    const value = JSON.stringify({ id, version: version + 1 });
    const answer = await send(payload({ ...pressOf({ action_id, value }), user: { id: approver } }));
    expect(answer).toEqual({
      status: 400,
      body: '{"error":"The button names a version that its exception never had."}',
    });
    expect((await office.state()).version).toBe(version);
  });

  it('opens no form for what is not asked, whatever button was pressed', async () => {
    await office.ask();
    const { asOf } = await office.state();
    const press = pressOf({ action_id: 'renew', value: JSON.stringify({ id, version: asOf }) });
    expect((await send(payload({ ...press, user: { id: approver } }))).status).toBe(200);
    expect(office.called).not.toContain('views.open');
  });

  it('tells a form that was refused so each time it is sent', async () => {
    await office.ask();
    await office.answer(office.last(), office.owner());
    const { version } = await office.state();
    const sent = payload({
      type: 'view_submission',
      team: { id: 'T0STANDIN' },
      enterprise: null,
      user: { id: approver },
      view: {
        id: 'V1',
        callback_id: 'approve',
        private_metadata: JSON.stringify({ id, version: 1 }),
        state: {
          values: {
            reason: { reason: { value: 'Because.' } },
            expires_on: { expires_on: { selected_date: '2026-12-01' } },
            review_every: { review_every: { selected_option: { value: 'P7D' } } },
          },
        },
      },
    });
    for (const time of [1, 2])
      expect([time, JSON.parse((await send(sent)).body)]).toMatchObject([
        time,
        { response_action: 'update' },
      ]);
    expect((await office.state()).version).toBe(version + 1);
  });

  it('answers 400 to a form of a version that never was', async () => {
    await office.ask();
    const { version } = await office.state();
    const view = {
      id: 'V1',
      callback_id: 'approve',
      private_metadata: JSON.stringify({ id, version: version + 1 }),
      state: {
        values: {
          reason: { reason: { value: 'Because.' } },
          expires_on: { expires_on: { selected_date: '2026-12-01' } },
          review_every: { review_every: { selected_option: { value: 'P30D' } } },
        },
      },
    };
    const form = { type: 'view_submission', team: { id: 'T0STANDIN' }, user: { id: approver }, view };
    expect(await send(payload(form))).toEqual({
      status: 400,
      body: '{"error":"The form names a version that its exception never had."}',
    });
    expect((await office.state()).version).toBe(version);
  });

  it('answers 404 to an unknown path', async () => {
    expect((await send('', { path: 'elsewhere' })).status).toBe(404);
  });

  it('answers 405 to anything but POST', async () => {
    expect((await send('', { method: 'GET' })).status).toBe(405);
  });
});

describe('approving', () => {
  it('opens a form, records who said why and until when, and closes', async () => {
    const card = await office.ask();
    const { status, body, view } = await office.answer(card, office.owner(), {
      expires_on: '2026-12-24',
      review_every: 'P14D',
    });
    expect({ status, body, state: view?.state }).toEqual({ status: 200, body: '', state: 'closed' });
    expect((await office.trail()).at(-1)).toMatchObject({
      type: 'ExceptionApproved',
      actor: { type: 'owner', slackUser: office.owner(), slackTeam: 'T0STANDIN' },
      approval: {
        reason: 'The newsletter is sent by our partner.',
        // The end of that day in Berlin.
        expiresAt: '2026-12-24T22:59:59.999Z',
        reviewEvery: 'P14D',
      },
    });
    await office.deliver();
    expect(office.buttons(office.again(card))).toEqual(['disable']);
    expect(read(office.again(card).blocks)).toContain(
      `Approved by <@${office.owner()}> at 2 Nov 2026 12:00 UTC: “The newsletter is sent by our partner.”`,
    );
  });

  it('once is once, also when the form arrives twice', async () => {
    const card = await office.ask();
    const { view } = await office.workspace.press(card, 'approve', office.owner());
    const values = { reason: 'Because.' };
    await office.workspace.submit(view?.id ?? '', values);
    const second = await office.workspace.submit(view?.id ?? '', values);
    expect(second).toMatchObject({ status: 200, body: '' });
    expect((await office.types()).filter((type) => type === 'ExceptionApproved')).toHaveLength(1);
  });

  it.each([
    ['reason', { reason: ' ' }, 'Please say why it must stay.'],
    ['reason', { reason: 'x'.repeat(501) }, 'Please use at most 500 characters.'],
    ['expires_on', { expires_on: '' }, 'Please choose a date, 2027-01-30 at the latest.'],
    ['expires_on', { expires_on: '2026-11-01' }, 'That date is in the past. Choose a later one.'],
    [
      'expires_on',
      { expires_on: '2027-01-31' },
      'For high risk the longest term is 90 days. Choose 2027-01-30 or earlier.',
    ],
    ['review_every', { review_every: 'P60D' }, 'For high risk a review is due at least every 30 days.'],
    ['review_every', { review_every: 'often' }, 'Please choose how often to review it.'],
    ['review_every', { review_every: 'PT1S' }, 'A review is due once a day at most. Choose a longer time.'],
  ])('with a wrong %s says so at the field (%j)', async (field, values, message) => {
    const card = await office.ask();
    await office.state().then(({ risk }) => {
      expect(['high', 'critical']).toContain(risk);
    });
    const { body, view } = await office.answer(card, office.owner(), values);
    const risk = (await office.state()).risk;
    expect(JSON.parse(body)).toEqual({
      response_action: 'errors',
      errors: { [field]: message.replace('high', risk) },
    });
    expect(view?.state).toBe('open');
    expect((await office.state()).state).toBe('unconfirmed');
  });

  it('after a corrected mistake counts', async () => {
    const card = await office.ask();
    const { view } = await office.answer(card, office.owner(), { expires_on: '2026-11-01' });
    const again = await office.workspace.submit(view?.id ?? '', {
      reason: 'Still.',
      expires_on: '2026-11-30',
    });
    expect(again.body).toBe('');
    expect((await office.state()).state).toBe('confirmed');
  });

  it('opens no form for whoever is neither owner nor approver, which the trail remembers', async () => {
    const card = await office.ask();
    const { view, status } = await office.workspace.press(card, 'approve', mallory);
    expect({ view, status }).toEqual({ view: undefined, status: 200 });
    expect(office.last()).toMatchObject({
      onlyFor: mallory,
      text: 'Only its owner and the approvers may answer this. Attempts are recorded.',
    });
    expect((await office.trail()).at(-1)).toMatchObject({
      type: 'AnswerRefused',
      actor: { type: 'outsider', slackUser: mallory, slackTeam: 'T0STANDIN' },
      answer: 'Approve',
      why: 'not-allowed',
    });
    expect((await office.state()).state).toBe('unconfirmed');
  });

  it('is refused at the form to whoever may no longer, each time it is sent, changed or not', async () => {
    const card = await office.ask();
    const alex = office.owner();
    const { view } = await office.workspace.press(card, 'approve', alex);
    await office.workspace.command(`reassign ${id} kim@contoso.example`, alex);
    const send = async (values: Record<string, string>) => {
      const { body } = await office.workspace.submit(view?.id ?? '', values);
      expect(JSON.parse(body)).toEqual({
        response_action: 'errors',
        errors: {
          reason: 'Only its owner and the approvers may answer this. Attempts are recorded.',
        },
      });
    };
    await send({ reason: 'Please.' });
    await send({ reason: 'Please.' });
    // Whether the term would do is not theirs to learn.
    await send({ reason: 'Pretty please.', expires_on: '2036-01-01' });
    // The unchanged copy is the same attempt, the changed one another.
    expect((await office.types()).filter((type) => type === 'AnswerRefused')).toHaveLength(2);
    expect((await office.state()).state).toBe('unconfirmed');
  });

  it('is open to an approver', async () => {
    const card = await office.ask();
    await office.answer(card, approver);
    expect((await office.trail()).at(-1)).toMatchObject({
      type: 'ExceptionApproved',
      actor: { type: 'approver' },
    });
  });

  it('says so when Slack took too long to open the form', async () => {
    const card = await office.ask();
    office.workspace.fail('views.open', 'expired_trigger_id');
    expect((await office.workspace.press(card, 'approve', office.owner())).status).toBe(200);
    expect(office.last()).toMatchObject({
      onlyFor: office.owner(),
      text: 'The form could not be opened in time. Please press the button again.',
    });
  });
});

describe('two people at once', () => {
  it('with two forms open: the second is told who was first and when', async () => {
    const card = await office.ask();
    const first = await office.workspace.press(card, 'approve', office.owner());
    const second = await office.workspace.press(card, 'approve', approver);
    await office.workspace.submit(first.view?.id ?? '', { reason: 'Mine.' });
    office.wait('PT2M');
    const late = await office.workspace.submit(second.view?.id ?? '', { reason: 'Mine too.' });
    expect(JSON.parse(late.body)).toMatchObject({ response_action: 'update' });
    expect(read(late.view?.view['blocks'])).toContain(
      `Already approved by <@${office.owner()}> at 2 Nov 2026 12:00 UTC.`,
    );
    expect((await office.state()).approval?.reason).toBe('Mine.');
    expect((await office.trail()).at(-1)).toMatchObject({ type: 'AnswerRefused', why: 'answered' });
  });

  it('with an old card: no form, a note that only the late one sees, and the card is put right', async () => {
    const card = await office.ask();
    await office.answer(card, office.owner());
    office.wait('PT2M');
    const { view, status } = await office.workspace.press(card, 'approve', approver);
    expect(status).toBe(200);
    expect(view).toBeUndefined();
    const note = office.last();
    expect(note.onlyFor).toBe(approver);
    expect(note.text).toContain(`Already approved by <@${office.owner()}> at 2 Nov 2026 12:00 UTC.`);
    expect(office.buttons(office.again(card))).toEqual(['disable']);
  });

  it('where one approves and the other disables: the first counts', async () => {
    const card = await office.ask();
    await office.answer(card, office.owner());
    await office.workspace.press(card, 'disable', approver);
    expect((await office.state()).state).toBe('confirmed');
    expect(office.last().text).toContain(`Already approved by <@${office.owner()}>`);
    expect(office.buttons(office.again(card))).toEqual(['disable']);
  });

  it('on a card from before a change: the note points to the newest message', async () => {
    const card = await office.ask();
    await office.observe({
      record: 'record-2',
      operation: 'Set-TransportRule',
      change: 'alter',
      settings: { ...observation.settings, SenderDomainIs: ['elsewhere.example'] },
    });
    const { view } = await office.workspace.press(card, 'approve', office.owner());
    expect(view).toBeUndefined();
    expect(office.last().text).toBe(
      'The transport rule “Partner newsletter” has changed since that message. Please answer the newest one.',
    );
  });
});

describe('disable now', () => {
  it('on a copy that the register does not know brings that one up to date too', async () => {
    const card = await office.ask();
    const copy = await office.slack.post(card.channel, { text: card.text, blocks: card.blocks as never });
    const before = office.workspace.messages().find(({ ts }) => ts === copy.ts);
    if (!before) throw new Error('no copy');
    await office.answer(card, office.owner());
    await office.observe({
      record: 'record-2',
      operation: 'Set-TransportRule',
      change: 'alter',
      settings: { ...observation.settings, SenderDomainIs: ['other.example'] },
    });
    await office.workspace.press(before, 'disable', office.owner());
    expect(read(office.again(before).blocks)).toContain('other.example');
    expect((await office.state()).state).toBe('unconfirmed');
  });

  it('declines what was not confirmed and revokes what was', async () => {
    const card = await office.ask();
    expect(await office.workspace.press(card, 'disable', office.owner())).toEqual({ status: 200, body: '' });
    expect((await office.trail()).at(-1)).toMatchObject({
      type: 'ExceptionDeclined',
      actor: { type: 'owner' },
    });
  });

  it('revokes what was confirmed', async () => {
    const card = await office.ask();
    await office.answer(card, office.owner());
    await office.deliver();
    await office.workspace.press(office.again(card), 'disable', office.owner());
    expect((await office.trail()).at(-1)).toMatchObject({ type: 'ExceptionRevoked' });
  });

  it('is refused to an outsider, with a note only they see', async () => {
    const card = await office.ask();
    await office.workspace.press(card, 'disable', mallory);
    expect(office.last()).toMatchObject({ onlyFor: mallory });
    expect(office.last().text).toContain(
      'Only its owner and the approvers may answer this. Attempts are recorded.',
    );
    expect((await office.state()).state).toBe('unconfirmed');
  });

  it('counts although Slack takes no note about it', async () => {
    const card = await office.ask();
    office.workspace.fail('chat.postEphemeral', 'user_not_in_channel');
    expect((await office.workspace.press(card, 'disable', mallory)).status).toBe(200);
  });

  it('sent twice with one signature is one answer', async () => {
    await office.ask();
    const press = payload({
      ...pressOf({ action_id: 'disable', value: JSON.stringify({ id, version: 1 }) }),
      user: { id: approver },
    });
    await send(press);
    await send(press);
    expect((await office.types()).filter((type) => type !== 'OwnerTold')).toEqual([
      'ExceptionOpened',
      'ExceptionDeclined',
    ]);
  });
});

describe('choosing on the form', () => {
  const open = async () => {
    const { view } = await office.workspace.press(await office.ask(), 'approve', office.owner());
    if (!view) throw new Error('no form was opened');
    return view;
  };
  const shown = (view: Awaited<ReturnType<typeof open>> | undefined) =>
    read(view?.view['blocks']).split('\n').at(-1);

  it('moves the date on it, and records nothing', async () => {
    const form = await open();
    const before = await office.types();
    const { view, status } = await office.workspace.choose(form.id, 'review_every', 'P7D');
    expect(status).toBe(200);
    expect(shown(view)).toBe(
      'If nobody renews it, it ends on 9 Nov 2026 12:00 UTC, when its first review is due.',
    );
    const next = await office.workspace.choose(form.id, 'expires_on', '2026-11-05');
    expect(shown(next.view)).toBe('If nobody renews it, it ends on 5 Nov 2026 22:59 UTC.');
    expect(await office.types()).toEqual(before);
    await office.workspace.submit(form.id, { reason: 'Needed.' });
    expect(await office.state()).toMatchObject({
      approval: { expiresAt: '2026-11-05T22:59:59.999Z', reviewEvery: 'P7D' },
    });
  });

  it('of a question that has been overtaken does not make it another one', async () => {
    const form = await open();
    await office.observe({
      record: 'record-2',
      operation: 'Set-TransportRule',
      change: 'alter',
      settings: { ...observation.settings, SenderDomainIs: ['other.example'] },
    });
    const { view } = await office.workspace.choose(form.id, 'review_every', 'P7D');
    expect(view?.view['private_metadata']).toBe(JSON.stringify({ id, version: 1 }));
  });

  it('where Slack does not take the change is no failure', async () => {
    const form = await open();
    office.workspace.fail('views.update', 'hash_conflict');
    expect((await office.workspace.choose(form.id, 'review_every', 'P7D')).status).toBe(200);
  });

  it('by whoever may not answer shows them nothing new', async () => {
    const form = await open();
    office.workspace.admit({ id: office.owner(), address: 'alex@contoso.example', standing: 'guest' });
    office.wait('PT6M');
    const { view } = await office.workspace.choose(form.id, 'review_every', 'P7D');
    expect(view?.hash).toBe(form.hash);
  });
});

describe('renewing', () => {
  it('counts, and Details say how often', async () => {
    const card = await office.ask();
    await office.answer(card, office.owner());
    await office.deliver();
    office.wait('P10D');
    await office.answer(office.again(card), office.owner(), { reason: 'Contract prolonged.' });
    await office.deliver();
    expect((await office.state()).renewals).toBe(1);
    const text = read(office.again(card).blocks);
    expect(text).toContain(`Renewed by <@${office.owner()}> at 12 Nov 2026 12:00 UTC: “Contract prolonged.”`);
    expect(await office.details(card, office.owner())).toContain('Renewed once so far.');
  });
});

describe('/lapse', () => {
  const say = async (text: string, user = approver): Promise<string> => {
    const { status, body } = await office.workspace.command(text, user);
    const answer = JSON.parse(body) as { response_type: string; blocks: unknown };
    expect({ status, type: answer.response_type }).toEqual({ status: 200, type: 'ephemeral' });
    return read(answer.blocks);
  };

  it('helps', async () => {
    expect(await say('')).toContain('/lapse show NAME: one exception');
    expect(await say('dance')).toContain('/lapse list');
  });

  it('lists what is open, escaped', async () => {
    expect(await say('list')).toBe('No exceptions are open.');
    await office.ask({ name: '<!channel> *now*' });
    const { body } = await office.workspace.command('list', approver);
    expect(JSON.parse(body)).toMatchObject({
      text: expect.stringContaining('&lt;!channel&gt; *now*') as string,
    });
    expect(body).not.toContain('mrkdwn');
  });

  it('counts in a list, and on the home tab, what this release cannot read', async () => {
    await office.ask();
    office.makeUnreadable(id);
    expect(await say('list')).toMatch(
      /^No exceptions are open\.\n1 cannot be read by this release of Lapse and is left alone/,
    );
    await office.workspace.openHome(approver);
    expect(read(office.workspace.home(approver)?.['blocks'])).toContain(
      '1 cannot be read by this release of Lapse',
    );
  });

  it('shows one although an entry of its trail cannot be read, and says so', async () => {
    await office.ask();
    office.damageEntry(2);
    const shown = await say(`show ${id}`);
    expect(shown).toContain('Partner newsletter');
    expect(shown).toContain('Entry 2 of its trail cannot be read.');
  });

  it('shows one without buttons, or says that there is none', async () => {
    await office.ask();
    expect(await say(`show ${id}`)).toContain('Partner newsletter');
    expect((await office.workspace.command(`show ${id}`, approver)).body).not.toContain('"actions"');
    expect(await say('show ex-nothing')).toBe('There is no exception ex-nothing.');
  });

  it('renews early what is approved, and nothing else', async () => {
    const card = await office.ask();
    expect(await say(`renew ${id}`)).toBe(
      '“Partner newsletter” is not approved now, so there is nothing to renew.',
    );
    await office.answer(card, office.owner());
    await office.workspace.command(`renew ${id}`, office.owner());
    const view = office.workspace.views().at(-1);
    expect(view).toMatchObject({ state: 'open', user: office.owner(), view: { callback_id: 'renew' } });
    await office.workspace.submit(view?.id ?? '', { reason: 'Before the holidays.' });
    expect(await office.state()).toMatchObject({ renewals: 1, approval: { reason: 'Before the holidays.' } });
  });

  it('says so where Slack does not open the form for an early renewal', async () => {
    await office.answer(await office.ask(), office.owner());
    office.workspace.fail('views.open', 'expired_trigger_id');
    expect(await say(`renew ${id}`)).toBe('The form could not be opened in time. Please type that again.');
  });

  it('refuses to hold what is on hold with the reason of the hold that is', async () => {
    await office.ask();
    await say(`hold ${id} P3D incident 42`);
    expect(await say(`hold ${id} P1D incident 43`)).toContain(
      `Put on hold by <@${approver}> at 2 Nov 2026 12:00 UTC: “incident 42”.`,
    );
  });

  it('holds for approvers only', async () => {
    const card = await office.ask();
    expect(await say(`hold ${id} 3d incident 42`, office.owner())).toBe(
      'Only approvers may do that. Your attempt is in the trail.',
    );
    expect(await say(`hold ${id} P3D incident 42`)).toBe(
      'Lapse does nothing about “Partner newsletter” until 5 Nov 2026 12:00 UTC.',
    );
    await office.deliver();
    const text = read(office.again(card).blocks);
    expect(text).toContain(`Put on hold by <@${approver}> at 2 Nov 2026 12:00 UTC: “incident 42”.`);
    expect(office.buttons(office.again(card))).toEqual([]);
  });

  it('without a trigger counts once a second, by person, words and time', async () => {
    await office.ask();
    const reassign = (text: string, user = approver) =>
      send(new URLSearchParams({ command: '/lapse', text, user_id: user, team_id: 'T0STANDIN' }).toString(), {
        path: 'commands',
      });
    const first = `reassign ${id} kim@contoso.example`;
    expect((await reassign(first)).body).toContain('kim@contoso.example now owns');
    await reassign(first);
    expect((await office.types()).filter((type) => type === 'OwnerReassigned')).toHaveLength(1);
    await reassign(`reassign ${id} olga@contoso.example`);
    office.wait('PT1S');
    await reassign(first);
    expect((await office.types()).filter((type) => type === 'OwnerReassigned')).toHaveLength(3);
  });

  it.each([
    ['that says twice where it comes from', 'commands', 'team_id=T0ELSEWHERE&'],
    ['that says twice who sends it', 'commands', 'user_id=U0ELSEWHERE&'],
    ['that gives a field twice, once empty', 'commands', 'text=&'],
    ['that gives a field twice, once escaped', 'commands', 'user%5Fid=U0ELSEWHERE&'],
    ['that is a press twice', 'interactions', 'payload=&payload=%7B%7D&'],
    ['that only asks after the certificate', 'commands', 'ssl_check=0&ssl_check=1&'],
  ] as const)('refuses a form %s, and says so in the log', async (_, path, more) => {
    const fields = { command: '/lapse', text: 'list', user_id: approver, team_id: 'T0STANDIN' };
    const body = more + new URLSearchParams(fields).toString();
    const answer = await send(body, { path });
    expect(answer.status).toBe(400);
    expect(answer.body).toBe('{"error":"A field of this form comes twice. Slack sends each of them once."}');
    expect(office.logged).toContain('request refused');
  });

  it('says what is missing', async () => {
    await office.ask();
    expect(await say(`hold ${id} soon because`)).toContain('Please say for how long');
    expect(await say(`hold ${id} P3D`)).toContain('Please give a reason');
    // Eleven years: a slip of the finger.
    expect(await say(`hold ${id} 4015d because`)).toContain('Please say for how long');
    expect(await say('hold')).toContain('Please say which exception: its name, or its id');
    expect(await say(`hold ${id} P365D because`)).toContain('a hold may last 90 days at most.');
  });

  it('restores for a bounded time what was disabled', async () => {
    const card = await office.ask();
    await office.workspace.press(card, 'disable', office.owner());
    await office.run({ type: 'ReportDisabled', attempt: 1, guid: observation.guid ?? '', before: {} });
    expect(await say(`restore ${id} P9D outage`)).toContain('a restore may last 1 day at most.');
    expect(await say(`restore ${id} 12h outage`)).toBe(
      'Lapse switches “Partner newsletter” on again. It may stay until 3 Nov 2026 00:00 UTC.',
    );
    expect((await office.trail()).at(-1)).toMatchObject({ type: 'ExceptionRestored' });
  });

  it('says that something is on again only once Exchange was read back', async () => {
    const card = await office.ask();
    await office.workspace.press(card, 'disable', office.owner());
    await office.run({ type: 'ReportDisabled', attempt: 1, guid: observation.guid ?? '', before: {} });
    await say(`restore ${id} 12h outage`);
    const shown = async (): Promise<string> => {
      await office.deliver();
      return read(office.again(card).blocks);
    };
    expect(await shown()).toContain('It is being switched on again (attempt 1). It may still be off');
    const report = async (type: 'ReportActDone' | 'ReportActFailed') => {
      const { acting } = await office.state();
      if (acting) await office.run({ type, ...acting, why: 'Exchange is busy' });
    };
    await report('ReportActFailed');
    expect(await shown()).toContain('Attempt 1 to switch it on again failed: “Exchange is busy”.');
    office.wait('PT5M');
    await office.run({ type: 'CheckDue' });
    expect(await shown()).toContain('It is being switched on again (attempt 2)');
    await report('ReportActDone');
    expect(await shown()).not.toMatch(/switched on again|may still be off/);
    expect(await shown()).toContain('Switched on again by');
  });

  it('reassigns to an address, and the new owner is asked', async () => {
    await office.ask();
    expect(await say(`reassign ${id} Kim@Contoso.example`)).toBe(
      'kim@contoso.example now owns “Partner newsletter”. Lapse asks them now.',
    );
    await office.deliver();
    expect(office.workspace.users().map(({ address }) => address)).toContain('kim@contoso.example');
    expect(await say(`reassign ${id} <@${office.owner()}|alex>`)).toContain('alex@contoso.example now owns');
    expect(await say(`reassign ${id} @alex`)).toContain('Please name the new owner by their address');
    expect(await say(`reassign ${id} <@U0STRANGER>`)).toMatch(
      /^Slack does not reveal the address of \S*U0STRANGER\S*\. Please name/,
    );
  });
});

describe('the home tab', () => {
  it('lists what its reader owns, with state and deadline', async () => {
    await office.ask();
    await office.workspace.openHome(office.owner());
    expect(read(office.workspace.home(office.owner())?.['blocks'])).toContain(
      'CRITICAL · Partner newsletter · transport rule · answer by 5 Nov 2026 12:00 UTC',
    );
    await office.workspace.openHome(mallory);
    expect(read(office.workspace.home(mallory)?.['blocks'])).toContain('You own none.');
  });

  it('that Slack refuses is logged, not sent again', async () => {
    office.workspace.fail('views.publish', 'not_enabled');
    expect((await office.workspace.openHome('U0SOMEBODY')).status).toBe(200);
    expect(office.logged).toContain('home tab not published');
  });

  it('that Slack could not take is sent again', async () => {
    office.workspace.fail('views.publish', 'service_unavailable');
    expect((await office.workspace.openHome('U0SOMEBODY')).status).toBe(500);
  });
});
