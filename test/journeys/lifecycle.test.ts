/** Whole lives on the local deployment: the real template, bundles, engine and HTTP; only the clock is moved by hand. */
import { describe, expect, it } from 'vitest';
import { actions, approver, begin, otherApprover, text } from './world.ts';
import { newRule, owner, record } from './records.ts';

const guidOf = async (world: Awaited<ReturnType<typeof begin>>, name: string) => (await world.one(name)).guid;
const types = (trail: readonly { readonly type: string }[]) => trail.map((entry) => entry.type);
const stateIn = (world: Awaited<ReturnType<typeof begin>>, name: string) =>
  world.local.tenant?.objects('transport-rule').find((object) => object.name === name)?.enabled;

describe('an exception', () => {
  it('that is approved is left alone until it expires, and is then disabled after reminders', async () => {
    const world = await begin();
    await world.feed(newRule('Partner newsletter', world.past()));
    const opened = await world.one('Partner newsletter');
    expect(opened).toMatchObject({
      state: 'unconfirmed',
      risk: 'high',
      owner,
      complete: true,
      kind: 'transport-rule',
    });
    expect(opened.guid).toMatch(/^[0-9a-f-]{36}$/);
    expect(actions(world.card(opened.id))).toEqual(['approve', 'disable']);

    expect(
      await world.answer(opened.id, 'approve', approver, {
        reason: 'our partner sends the newsletter',
        expires_on: world.date(10),
        review_every: 'P30D',
      }),
    ).toEqual({});
    const confirmed = await world.one('Partner newsletter');
    expect(confirmed).toMatchObject({
      state: 'confirmed',
      reason: 'our partner sends the newsletter',
      renewals: 0,
    });
    expect(actions(world.card(opened.id))).toEqual(['disable']);

    await world.advance('P9D');
    expect(await world.one('Partner newsletter')).toMatchObject({ state: 'confirmed' });
    expect(stateIn(world, 'Partner newsletter')).toBe(true);
    await world.advance('P2D');
    expect(await world.one('Partner newsletter')).toMatchObject({ state: 'disabled', cause: 'expired' });
    expect(stateIn(world, 'Partner newsletter')).toBe(false);
    expect(types(await world.trail(opened.id))).toEqual([
      'ExceptionOpened',
      'OwnerTold',
      'ApproversTold',
      'ExceptionApproved',
      'ReminderDue',
      'OwnerTold',
      'ApproversTold',
      'ReminderDue',
      'OwnerTold',
      'ApproversTold',
      'ReminderDue',
      'OwnerTold',
      'ApproversTold',
      'ExceptionLapsed',
      'ExceptionDisabled',
      'OwnerTold',
      // An hour later, Lapse looks whether it has stayed so.
      'LookOrdered',
    ]);
    expect(actions(world.card(opened.id))).toEqual([]);
  });

  it('that nobody answers for is reminded of once and disabled on its third day', async () => {
    const world = await begin();
    await world.feed(newRule('Forgotten', world.past()));
    const { id, guid } = await world.one('Forgotten');
    await world.advance('P2DT23H');
    expect(await world.one('Forgotten')).toMatchObject({ state: 'unconfirmed' });
    await world.advance('PT2H');
    expect(await world.one('Forgotten')).toMatchObject({ state: 'disabled', cause: 'unconfirmed', guid });
    expect(types(await world.trail(id))).toEqual([
      'ExceptionOpened',
      'OwnerTold',
      'ApproversTold',
      // It waits for those who may approve, and its owner knows of the deadline.
      'ReminderDue',
      'ApproversTold',
      'ExceptionLapsed',
      'ExceptionDisabled',
      'OwnerTold',
    ]);
    expect(stateIn(world, 'Forgotten')).toBe(false);
  });

  it('that is renewed twice lives on, with the count on record', async () => {
    const world = await begin();
    await world.feed(newRule('Renewed', world.past()));
    const { id } = await world.one('Renewed');
    await world.answer(id, 'approve', approver, {
      reason: 'needed',
      expires_on: world.date(5),
      review_every: 'P30D',
    });
    for (const renewals of [1, 2]) {
      await world.advance('P3D');
      expect(
        await world.answer(id, 'renew', approver, {
          reason: `still needed ${String(renewals)}`,
          expires_on: world.date(5),
          review_every: 'P30D',
        }),
      ).toEqual({});
      expect(await world.one('Renewed')).toMatchObject({
        state: 'confirmed',
        renewals,
        reason: `still needed ${String(renewals)}`,
      });
    }
    await world.advance('P4D');
    expect(await world.one('Renewed')).toMatchObject({ state: 'confirmed' });
    await world.advance('P2D');
    expect(await world.one('Renewed')).toMatchObject({ state: 'disabled', cause: 'expired', renewals: 2 });
  });

  it('that its owner declines is disabled at once', async () => {
    const world = await begin();
    await world.feed(newRule('Unwanted', world.past()));
    const { id } = await world.one('Unwanted');
    await world.local.slack?.press(world.card(id), 'disable', world.userOf(owner));
    await world.local.settled();
    expect(await world.one('Unwanted')).toMatchObject({ state: 'disabled', cause: 'declined' });
    expect(stateIn(world, 'Unwanted')).toBe(false);
  });

  it('that is changed after its approval is asked about again', async () => {
    const world = await begin();
    await world.feed(newRule('Widened', world.past()));
    const { id } = await world.one('Widened');
    await world.answer(id, 'approve', approver, {
      reason: 'needed',
      expires_on: world.date(30),
      review_every: 'P30D',
    });
    await world.advance('P1D');
    await world.feed(
      record(
        'Set-TransportRule',
        world.past(5),
        { Identity: 'Widened', SenderDomainIs: 'partner.example;other.example' },
        { UserId: 'mira.mail@contoso.com' },
      ),
    );
    expect(await world.one('Widened')).toMatchObject({
      state: 'unconfirmed',
      changedBy: { id: 'mira.mail@contoso.com' },
    });
    expect(actions(world.card(id))).toEqual(['approve', 'disable']);
    await world.advance('P3DT1H');
    expect(await world.one('Widened')).toMatchObject({ state: 'disabled', cause: 'unconfirmed' });
  });

  it('that is removed in the tenant is removed here, and its card says so', async () => {
    const world = await begin();
    await world.feed(newRule('Short-lived', world.past()));
    const { id } = await world.one('Short-lived');
    await world.feed(record('Remove-TransportRule', world.past(5), { Identity: 'Short-lived' }));
    expect(await world.one('Short-lived')).toMatchObject({ state: 'removed' });
    expect(actions(world.card(id))).toEqual([]);
    await world.advance('P5D');
    expect(types(await world.trail(id))).toEqual([
      'ExceptionOpened',
      'OwnerTold',
      'ApproversTold',
      'ExceptionRemoved',
    ]);
  });

  it('answered by two people at once has one answer, and the other is told whose', async () => {
    const world = await begin();
    await world.feed(newRule('Contended', world.past()));
    const { id } = await world.one('Contended');
    const slack = world.local.slack;
    if (!slack) throw new Error('no workspace');
    const card = world.card(id);
    const forms = await Promise.all(
      [otherApprover, approver].map((user) => slack.press(card, 'approve', user)),
    );
    const answers = await Promise.all(
      forms.map(({ view }, index) =>
        slack.submit(view?.id ?? '', {
          reason: `answer ${String(index)}`,
          expires_on: world.date(10),
          review_every: 'P30D',
        }),
      ),
    );
    await world.local.settled();
    const told = answers.filter(({ status, body }) => status === 200 && body !== '');
    expect(told).toHaveLength(1);
    const winner = (await world.one('Contended')).approvedBy;
    expect(told[0]?.body).toContain('Already approved by');
    expect(told[0]?.body).toContain(winner && 'slackUser' in winner ? winner.slackUser : 'nobody');
    const trail = await world.trail(id);
    expect(types(trail).filter((type) => type === 'ExceptionApproved')).toHaveLength(1);
    expect(types(trail).filter((type) => type === 'AnswerRefused')).toHaveLength(1);
  });

  it('that somebody enables again after Lapse disabled it is asked about with a short deadline and an alert', async () => {
    const world = await begin();
    await world.feed(newRule('Stubborn', world.past()));
    const { id } = await world.one('Stubborn');
    await world.advance('P3DT1H');
    expect(await world.one('Stubborn')).toMatchObject({ state: 'disabled' });
    await world.advance('PT1H');
    await world.feed(
      record(
        'Enable-TransportRule',
        world.past(5),
        { Identity: 'Stubborn' },
        { UserId: 'mira.mail@contoso.com' },
      ),
    );
    expect(await world.one('Stubborn')).toMatchObject({ state: 'unconfirmed' });
    expect(
      world.local.slack
        ?.messages()
        .map((message) => message.text)
        .filter((said) => said.includes('enabled it after Lapse had disabled it')),
    ).toHaveLength(1);
    await world.advance('P1DT1H');
    expect(await world.one('Stubborn')).toMatchObject({
      state: 'disabled',
      cause: 'reopened without approval',
    });
    expect(types(await world.trail(id)).filter((type) => type === 'ExceptionDisabled')).toHaveLength(2);
  });

  it('whose owner Slack does not know goes to the fallback channel, where an approver answers', async () => {
    const world = await begin();
    await world.feed({
      ...newRule('Orphan', world.past(), { Comments: 'owner: left.long.ago@contoso.com' }),
      UserId: 'nobody@contoso.com',
    });
    const { id } = await world.one('Orphan');
    expect(text(world.card(id))).toContain('Asked here because ');
    expect(
      await world.answer(id, 'approve', approver, {
        reason: 'checked',
        expires_on: world.date(10),
        review_every: 'P30D',
      }),
    ).toEqual({});
    expect(await world.one('Orphan')).toMatchObject({ state: 'confirmed' });
    // Down the ladder, with the reason for each step.
    expect((await world.trail(id)).filter(({ type }) => type === 'OwnerUnreachable')).toMatchObject([
      { owner: { address: 'left.long.ago@contoso.com' }, next: { address: 'nobody@contoso.com' } },
      { owner: { address: 'nobody@contoso.com' }, next: { type: 'team' } },
    ]);
  });

  it('is answered by no guest, approver of the policy or not, and the trail says who tried', async () => {
    const world = await begin();
    await world.feed(newRule('Guarded', world.past()));
    const { id } = await world.one('Guarded');
    const { slack } = world.local;
    const rita = slack?.users().find((user) => user.id === 'URITARISK');
    if (!slack || !rita) throw new Error('no workspace with Rita in it');
    slack.admit({ ...rita, standing: 'guest' });
    expect((await slack.press(world.card(id), 'approve', rita.id)).view).toBeUndefined();
    await slack.press(world.card(id), 'disable', rita.id);
    expect((await slack.command(`show ${id}`, rita.id)).body).not.toContain('Guarded');
    expect((await world.trail(id)).slice(-2)).toMatchObject(
      ['Approve', 'Decline'].map((answer) => ({
        type: 'AnswerRefused',
        actor: { type: 'outsider', slackUser: rita.id, slackTeam: 'T0STANDIN' },
        answer,
        standing: 'guest',
      })),
    );
    expect(await world.one('Guarded')).toMatchObject({ state: 'unconfirmed' });
  });

  it('whose owner its maker named in the comment is for an approver, and the owner can still say no', async () => {
    const world = await begin();
    const values = { reason: 'it is fine', expires_on: world.date(10), review_every: 'P30D' };
    await world.feed(newRule('Friendly', world.past()));
    const { id } = await world.one('Friendly');
    const olga = world.userOf(owner);
    const refused = await world.answer(id, 'approve', olga, values);
    expect(refused['reason']).toBe(
      'You were named by somebody who made or changed it, so somebody else must approve it: an approver (see the card).',
    );
    expect(await world.answer(id, 'approve', approver, values)).toEqual({});
    await world.local.slack?.press(world.card(id), 'disable', olga);
    await world.local.settled();
    expect(await world.one('Friendly')).toMatchObject({ state: 'disabled', cause: 'revoked' });
  });

  it('whose approver turns out to have changed it is asked about anew, and the channel is alerted', async () => {
    const world = await begin();
    const values = { reason: 'it is fine', expires_on: world.date(10), review_every: 'P30D' };
    await world.feed(newRule('Edited', world.past()));
    const { id } = await world.one('Edited');
    expect(await world.answer(id, 'approve', approver, values)).toEqual({});
    const edit = { Identity: 'Edited', StopRuleProcessing: 'False' };
    await world.feed(
      record('Set-TransportRule', world.past(30), edit, { UserId: 'sam.security@stand-in.example' }),
    );
    expect(await world.one('Edited')).toMatchObject({
      state: 'unconfirmed',
      stored: { question: 'voided' },
      madeBy: { id: 'alex.admin@contoso.com' },
      changedBy: { id: 'sam.security@stand-in.example' },
    });
    expect(types(await world.trail(id)).slice(-5)).toEqual([
      'ChangeNoted',
      'MakersIdentified',
      'ApprovalVoided',
      'OwnerTold',
      'ApproversTold',
    ]);
    const asked = world.cards(id).filter((message) => text(message).includes('no longer counts'));
    expect(asked.map(actions)).toContainEqual(['approve', 'disable']);
    expect(text(world.card(id))).toContain('no longer counts');
  });

  it('that nobody but its maker owns is for an approver: the maker is refused and told who may, but can say no', async () => {
    const world = await begin();
    const values = { reason: 'it is mine', expires_on: world.date(10), review_every: 'P30D' };
    await world.feed(newRule('Self-made', world.past(), { Comments: 'made in a hurry' }));
    const { id, owner: asked } = await world.one('Self-made');
    expect(asked).toBe('alex.admin@contoso.com');
    const alex = world.userOf(asked);
    expect(world.cards(id).map(({ channel }) => channel.charAt(0))).toEqual(['D', 'C']);
    const refused = await world.answer(id, 'approve', alex, values);
    expect(refused['reason']).toBe(
      'You made this change, so somebody else must approve it: an approver (see the card).',
    );
    expect((await world.trail(id)).at(-1)).toMatchObject({
      type: 'AnswerRefused',
      why: 'four-eyes',
      actor: { slackUser: alex },
    });
    expect(await world.one('Self-made')).toMatchObject({ state: 'unconfirmed' });
    expect(await world.answer(id, 'approve', approver, values)).toEqual({});
    expect(await world.one('Self-made')).toMatchObject({ state: 'confirmed' });
    await world.local.slack?.press(world.card(id), 'disable', alex);
    await world.local.settled();
    expect(await world.one('Self-made')).toMatchObject({ state: 'disabled', cause: 'revoked' });
  });
});

describe('a Slack outage of a day', () => {
  it('stops no answer from being lost and disables nothing its owner was not told of', async () => {
    const world = await begin();
    world.local.slack?.fail(undefined, 'down');
    await world.feed(newRule('Unheard', world.past()));
    await world.advance('P3DT1H');
    const waiting = await world.one('Unheard');
    expect(waiting).toMatchObject({ state: 'unconfirmed' });
    expect(stateIn(world, 'Unheard')).toBe(true);
    world.local.slack?.recover();
    await world.advance('PT10H');
    expect(world.cards(waiting.id).length).toBeGreaterThan(0);
    await world.advance('P1D');
    expect(await world.one('Unheard')).toMatchObject({ state: 'disabled', cause: 'unconfirmed' });
    const trail = await world.trail(waiting.id);
    const told = trail.findIndex((entry) => entry.type === 'OwnerTold');
    const lapsed = trail.findIndex((entry) => entry.type === 'ExceptionLapsed');
    expect(told).toBeLessThan(lapsed);
    expect(types(trail)).toContain('DeadlinePostponed');
    // Three days of messages that fail, each delivered five times.
  });
});

describe('a Slack outage of some hours', () => {
  it('leaves no question and no reminder unsaid: each comes once Slack is back, and once', async () => {
    const world = await begin();
    await world.feed(newRule('Asked', world.past()));
    const { id } = await world.one('Asked');
    await world.advance('P1DT22H');
    // Over the reminder; messages are given up after half an hour.
    world.local.slack?.fail(undefined, 'down');
    await world.feed(newRule('Unasked', world.past()));
    await world.advance('PT5H');
    const unasked = await world.one('Unasked');
    const toOwner = (about: string) => world.heard(about).filter(({ channel }) => channel.startsWith('D'));
    expect(toOwner(unasked.id)).toHaveLength(0);
    expect(toOwner(id)).toHaveLength(1);
    expect(world.local.unfinished().dead).toBeGreaterThan(0);

    world.local.slack?.recover();
    await world.advance('PT4H');
    expect(toOwner(unasked.id)).toHaveLength(1);
    // Its reminder is for those who may approve it.
    expect(toOwner(id)).toHaveLength(1);
    const toApprovers = world.heard(id).filter(({ channel }) => channel.startsWith('C'));
    expect(toApprovers.map(text).filter((said) => said.includes('“Asked” still has no answer'))).toHaveLength(
      1,
    );
    expect(types(await world.trail(unasked.id))).toContain('QuestionRepeated');
  });
});

describe('an Exchange outage', () => {
  it('delays a restore, which is tried until it works, and is only then called done', async () => {
    const world = await begin();
    await world.feed(newRule('Needed', world.past()));
    const { id } = await world.one('Needed');
    await world.local.slack?.press(world.card(id), 'disable', world.userOf(owner));
    await world.local.settled();
    expect(stateIn(world, 'Needed')).toBe(false);
    world.local.tenant?.fault({ kind: 'down', times: 1000 });
    await world.local.slack?.command(`restore ${id} PT20H payroll waits`, approver);
    await world.advance('PT3H');
    const waiting = await world.one('Needed');
    expect(waiting).toMatchObject({ state: 'confirmed', acting: { act: 'restore' } });
    expect(stateIn(world, 'Needed')).toBe(false);
    expect(text(world.cards(id)[0] ?? world.card(id))).toMatch(/may still be off/i);
    expect(world.local.slack?.messages().some(({ text }) => text.includes('should be on again'))).toBe(true);

    world.local.tenant?.mend();
    await world.advance('PT2H');
    expect(stateIn(world, 'Needed')).toBe(true);
    expect(await world.one('Needed')).toMatchObject({ state: 'confirmed', acting: null });
    expect(types(await world.trail(id))).toContain('ActDone');
    expect(text(world.cards(id)[0] ?? world.card(id))).not.toMatch(/may still be off/i);
  });

  it('delays a disable, which is tried until it works, and people hear of it', async () => {
    const world = await begin();
    await world.feed(newRule('Late', world.past()));
    const { id } = await world.one('Late');
    await world.advance('P2DT23H');
    world.local.tenant?.fault({ kind: 'down', times: 1000 });
    await world.advance('PT1H1M');
    expect(await world.one('Late')).toMatchObject({ state: 'disabling' });
    world.local.tenant?.mend();
    await world.advance('PT2H');
    expect(await world.one('Late')).toMatchObject({ state: 'disabled', guid: await guidOf(world, 'Late') });
    expect(types(await world.trail(id))).toContain('DisableFailed');
    expect(world.local.slack?.messages().some((message) => message.text.includes('should be off'))).toBe(
      true,
    );
  });
});
