/** What hangs on a card beside its answers: Details, and the forms of its menu. */
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buttonsOf, read } from '#lib/standin/slack/shapes.ts';
import { menuForms } from '#slack/menu-forms.ts';
import { duration, plus } from '#time/instant.ts';
import { approver, id, mallory, noon, observation, openOffice, policy } from './surroundings.ts';
import type { PostedMessage } from '#lib/standin/slack/slack-workspace.ts';
import type { Office } from './surroundings.ts';

let office: Office;
beforeEach(async () => {
  office = await openOffice();
});
afterEach(async () => office.close());

const security = { slackUser: approver, slackTeam: 'T0STANDIN', standing: 'member' as const };

/** Asked of the fallback channel: its menu is the approvers’. */
const askChannel = () => office.ask({ changedBy: { type: 'application', id: 'Provisioning' } });
const fill = async (
  card: PostedMessage,
  entry: string,
  user: string,
  values: Readonly<Record<string, string>>,
) => {
  const { view } = await office.workspace.press(card, entry, user);
  if (!view) throw new Error(`${entry} opened no form`);
  const sent = await office.workspace.submit(view.id, values, user);
  return { ...sent, errors: sent.view?.errors };
};
const switchOff = async (): Promise<void> => {
  await office.run({ type: 'Decline', by: security, seen: (await office.state()).asOf });
  const before = observation.settings;
  await office.run({ type: 'ReportDisabled', attempt: 1, guid: 'g', before });
  await office.deliver();
};

describe('Details', () => {
  it('show whoever may see it everything, however old the card', async () => {
    const card = await office.ask();
    await switchOff();
    for (const user of [office.owner(), approver])
      expect(await office.details(card, user)).toMatch(
        /^Partner newsletter\n[^]*History, newest first\n[^]*Declined by <@U0SECURITY>/,
      );
  });

  it('show nobody else anything, also where Slack takes long to say who it is', async () => {
    const card = await office.ask();
    expect((await office.workspace.press(card, 'details', mallory)).view).toBeUndefined();
    expect(office.last()).toMatchObject({
      onlyFor: mallory,
      text: 'Only its owner and the approvers may answer this. Attempts are recorded.',
    });
    await office.close();
    office = await openOffice(policy, { headStart: () => Promise.resolve() });
    const again = await office.ask();
    expect(await office.details(again, mallory)).toContain('Only its owner and the approvers');
    expect(await office.details(again, office.owner())).toContain('History, newest first');
    office.workspace.fail('users.info', 'internal_error');
    office.wait('PT6M');
    expect(await office.details(again, office.owner())).toContain('Slack could not tell Lapse who you are');
  });

  it('say what rests on it, and name only what whoever looks may see', async () => {
    await office.observe(
      {
        record: 'record-2',
        name: 'Archive all',
        guid: '1a5c2b1e-1c7f-4a39-9a64-2f6f6b0b7d12',
        settings: { SetSCL: -1, RouteMessageOutboundConnector: 'To the archive' },
        changedBy: { type: 'person', id: 'kim@contoso.example' },
      },
      'ex-bbbbbbbbbbbbbbbb',
    );
    const card = await office.ask({
      kind: 'outbound-connector',
      operation: 'New-OutboundConnector',
      name: 'To the archive',
      settings: { RecipientDomains: ['*'], SmartHosts: ['relay.tailspin.example'], UseMXRecord: false },
    });
    expect(await office.details(card, approver)).toMatch(
      /If it is disabled\n[^]*Transport rule "Archive all" sends mail through it\.\nMail through it: not known\./,
    );
    const own = await office.details(card, office.owner());
    expect(own).not.toContain('Archive all');
    expect(own).toContain('Others that you may not see rest on it too (1): an approver sees which.');
  });

  it('turn pages, for whoever may see it', async () => {
    const card = await office.ask();
    for (let day = 1; day <= 20; day += 1)
      await office.run({ type: 'Hold', by: { ...security, slackUser: mallory }, until: noon, reason: 'no' });
    const { view } = await office.workspace.press(card, 'details', office.owner());
    expect(read(view?.view['blocks'])).toContain('History, page 1 of 2, newest first');
    const older = await office.workspace.pressIn(view?.id ?? '', 'trail_older');
    expect(read(older.view?.view['blocks'])).toMatch(
      /History, page 2 of 2[^]*Found: made or changed by alex/,
    );
    await office.run({ type: 'Reassign', by: security, address: 'kim@contoso.example' });
    const back = await office.workspace.pressIn(view?.id ?? '', 'trail_newer');
    expect(read(back.view?.view['blocks'])).toBe(
      'Only its owner and the approvers may answer this. Attempts are recorded.',
    );
  });

  it('say which entries cannot be read', async () => {
    const card = await office.ask();
    office.damageEntry(1);
    expect(await office.details(card, approver)).toContain('Entry 1 of its trail cannot be read.');
  });
});

describe('Not mine', () => {
  it('hands it to whom they pick, who is asked, with the reason', async () => {
    const card = await office.ask();
    const { id: kim } = await office.slack.personAt('kim@contoso.example');
    const sent = await fill(card, 'Not mine', office.owner(), { whom: kim, reason: 'Kim runs it.' });
    expect({ status: sent.status, state: sent.view?.state }).toEqual({ status: 200, state: 'closed' });
    await office.deliver();
    expect((await office.state()).owner).toMatchObject({ address: 'kim@contoso.example', slackUser: kim });
    expect((await office.trail()).find(({ type }) => type === 'OwnerReassigned')).toMatchObject({
      reason: 'Kim runs it.',
    });
    expect(office.workspace.messages().map(({ channel }) => channel)).toContain(`D${kim.slice(1)}`);
    // Nothing on the first card is theirs any more.
    expect(read(office.again(card).blocks)).toMatch(/kim@contoso.example owns it now\.[^]*nothing left/);
    expect(office.again(card).blocks.some(({ type }) => type === 'actions')).toBe(false);
    expect(office.workspace.messages().filter(({ thread }) => thread !== undefined)).toEqual([]);
  });

  it('is said to whoever owned it before, with the reason, if somebody else hands it over', async () => {
    const card = await office.ask();
    const { id: kim } = await office.slack.personAt('kim@contoso.example');
    await fill(card, 'Not mine', approver, { whom: kim, reason: 'Kim runs it.' });
    await office.deliver();
    expect(read(office.workspace.messages().find(({ thread }) => thread === card.ts)?.blocks)).toBe(
      `“Partner newsletter” now belongs to kim@contoso.example, who was named by <@${approver}>: “Kim runs it.” There is nothing left for you to do.`,
    );
  });

  it('takes only members, and a reason', async () => {
    const card = await office.ask();
    const gina = { id: 'U0GINA', address: 'gina@elsewhere.example', standing: 'guest' as const };
    office.workspace.admit(gina);
    const send = async (values: Readonly<Record<string, string>>) =>
      (await fill(card, 'Not mine', office.owner(), values)).errors;
    expect(await send({ whom: gina.id, reason: 'Hers.' })).toEqual({
      whom: 'Only a full member of this workspace will do, and Slack says that this person is a guest.',
    });
    expect(await send({ reason: 'Not mine.' })).toEqual({ whom: 'Please choose a person.' });
    expect(await send({ whom: approver, reason: ' ' })).toEqual({ reason: 'Please say why.' });
    office.workspace.fail('users.info', 'down');
    expect(await send({ whom: approver, reason: 'Sam’s.' })).toEqual({
      whom: 'Slack could not say who this person is. Please try again in a minute.',
    });
    expect((await office.state()).owner).toMatchObject({ address: 'alex@contoso.example' });
  });
});

describe('Hold', () => {
  it('is an approver’s, by form, with a reason', async () => {
    const card = await askChannel();
    expect(office.menu(card)).toEqual(['Name another owner', 'Ask a colleague', 'Hold']);
    expect((await fill(card, 'Hold', approver, { reason: 'incident 42' })).errors).toEqual({
      length: 'Please choose how long.',
    });
    expect((await fill(card, 'Hold', approver, { length: 'P900D', reason: 'incident 42' })).errors).toEqual({
      length: 'For critical risk it may last 90 days at most.',
    });
    await fill(card, 'Hold', approver, { length: 'P1D', reason: 'incident 42' });
    expect(await office.state()).toMatchObject({ state: 'held', until: plus(noon, duration('P1D')) });
    await office.deliver();
    expect(read(office.again(card).blocks)).toMatch(/^⏸ CRITICAL · Partner newsletter · on hold until /);
  });

  it('opens for nobody else, who are told why in one whisper; the trail keeps it', async () => {
    const card = await office.ask();
    const { asOf } = await office.state();
    // An owner’s card has none: somebody made it up.
    const forged = {
      ...card,
      blocks: [
        {
          type: 'actions',
          elements: [
            {
              type: 'overflow',
              action_id: 'more',
              options: [{ text: { type: 'plain_text', text: 'Hold' }, value: `hold ${id} ${asOf}` }],
            },
          ],
        },
      ],
    };
    const before = office.workspace.messages().length;
    expect((await office.workspace.press(forged, 'Hold', office.owner())).view).toBeUndefined();
    expect(office.workspace.messages().slice(before)).toMatchObject([
      { onlyFor: office.owner(), text: 'Only approvers may do that. Your attempt is in the trail.' },
    ]);
    expect((await office.trail()).at(-1)).toMatchObject({ type: 'AnswerRefused', answer: 'Hold' });
  });

  it('waits for a group of approvers that cannot be read', async () => {
    await office.close();
    office = await openOffice({ ...policy, approvers: ['S0GROUP', approver] });
    const card = await askChannel();
    office.workspace.group('S0GROUP', [mallory]);
    const { view } = await office.workspace.press(card, 'Hold', approver);
    office.workspace.fail('usergroups.users.list', 'internal_error');
    office.wait('PT6M');
    const late = await office.workspace.submit(view?.id ?? '', { length: 'P1D', reason: 'x' }, mallory);
    expect(late.view?.errors['reason']).toContain('Slack could not tell Lapse who is in a group');
  });
});

describe('Restore', () => {
  it('is an approver’s, on what is off, for no longer than policy allows', async () => {
    const card = await askChannel();
    await switchOff();
    expect(office.menu(office.again(card))).toEqual(['Name another owner', 'Ask a colleague', 'Restore']);
    const { view } = await office.workspace.press(office.again(card), 'Restore', approver);
    expect(JSON.stringify(view?.view['blocks']).match(/"value":"[^"]+"/g)).toEqual([
      '"value":"PT4H"',
      '"value":"PT8H"',
      '"value":"P1D"',
    ]);
    await office.workspace.submit(view?.id ?? '', { length: 'PT8H', reason: 'month-end' });
    expect(await office.state()).toMatchObject({
      state: 'confirmed',
      approval: { reason: 'month-end', expiresAt: plus(noon, duration('PT8H')) },
    });
  });
});

describe('Ask an approver', () => {
  beforeEach(async () => {
    await office.close();
    office = await openOffice({ ...policy, fourEyes: ['critical'] });
  });
  const asks = async () => {
    await office.ask();
    const [own, theirs] = office.workspace.messages();
    if (!own || !theirs) throw new Error('not everybody was asked');
    return { own, theirs };
  };

  it('stands in the place of Approve for an owner who may not, and is one line in the approvers’ thread', async () => {
    const { own, theirs } = await asks();
    expect(buttonsOf(own).map((button) => button['action_id'])).toEqual([
      'ask-approver',
      'disable',
      'details',
    ]);
    expect(office.buttons(theirs)).toEqual(['approve', 'disable']);
    await fill(own, 'ask-approver', office.owner(), { reason: 'Sales rely on it.' });
    await office.deliver();
    expect(office.replies(theirs)).toEqual([
      `“Partner newsletter” (transport rule, critical risk): <@${office.owner()}> asks <@${approver}> to keep it: “Sales rely on it.”`,
    ]);
    expect((await office.trail()).at(-1)).toMatchObject({ type: 'HelpAsked', question: 'Sales rely on it.' });
    expect(await office.details(own, office.owner())).toContain('asked the approvers: “Sales rely on it.”');
  });

  it('is once for each question', async () => {
    const { own, theirs } = await asks();
    const first = await office.workspace.press(own, 'ask-approver', office.owner());
    const second = await office.workspace.press(own, 'ask-approver', office.owner());
    for (const form of [first, second])
      await office.workspace.submit(form.view?.id ?? '', { reason: 'Please.' });
    await office.deliver();
    expect(office.replies(theirs)).toHaveLength(1);
    expect(office.buttons(office.again(own))).toEqual(['disable']);
    expect(buttonsOf(office.again(own)).map((button) => button['action_id'])).not.toContain('ask-approver');
  });

  it('tells whoever asked that it did not arrive, where nobody can be asked any more', async () => {
    const { own, theirs } = await asks();
    office.workspace.shut(theirs.channel, 'is_archived');
    await fill(own, 'ask-approver', office.owner(), { reason: 'Please.' });
    await office.deliver();
    expect(office.replies(own)).toEqual([
      `<@${office.owner()}>: your question about “Partner newsletter” did not arrive, because Slack does not deliver it to <@${approver}>. Please write to them yourself.`,
    ]);
  });

  it('is a message of its own where the card of the approvers was deleted', async () => {
    const { own, theirs } = await asks();
    office.workspace.remove(theirs);
    await fill(own, 'ask-approver', office.owner(), { reason: 'Please.' });
    await office.deliver();
    expect(office.last()).toMatchObject({ channel: theirs.channel });
    expect(read(office.last().blocks)).toContain('to keep it: “Please.”');
  });

  it('approves nothing', async () => {
    const { own } = await asks();
    await fill(own, 'ask-approver', office.owner(), { reason: 'Please.' });
    expect(await office.state()).toMatchObject({ state: 'unconfirmed', asOf: 1 });
  });
});

describe('Ask a colleague', () => {
  it('sends them name and question, says so below the card, and lets them do nothing', async () => {
    const card = await office.ask();
    const { id: kim } = await office.slack.personAt('kim@contoso.example');
    await fill(card, 'Ask a colleague', office.owner(), { whom: kim, reason: 'Is this still used?' });
    await office.deliver();
    const alex = office.owner();
    expect(office.workspace.messages().find(({ channel }) => channel === `D${kim.slice(1)}`)).toMatchObject({
      text: `“Partner newsletter” (transport rule, critical risk): <@${alex}> asks you “Is this still used?” Please answer them directly.`,
    });
    expect(office.replies(card)).toEqual([
      `“Partner newsletter”: <@${alex}> asked <@${kim}> “Is this still used?”`,
    ]);
    expect((await office.workspace.press(card, 'details', kim)).view).toBeUndefined();
    expect(await office.state()).toMatchObject({ state: 'unconfirmed', asOf: 1 });
  });

  it('that Slack does not deliver holds nothing up', async () => {
    const card = await office.ask();
    const { id: kim } = await office.slack.personAt('closed.kim@contoso.example');
    await fill(card, 'Ask a colleague', office.owner(), { whom: kim, reason: 'Is this still used?' });
    await office.deliver();
    expect(office.logged).toContain('line not delivered');
    expect(office.replies(card)).toEqual([
      `<@${office.owner()}>: your question about “Partner newsletter” did not arrive, because Slack does not deliver it to <@${kim}>. Please write to them yourself.`,
    ]);
  });

  it('is noted in the thread of the digest that the question came in', async () => {
    await office.close();
    office = await openOffice({ ...policy, digest: { above: 0, within: duration('PT1H'), daily: [] } });
    for (let n = 1; n <= 12; n += 1) {
      const of = n === 12 ? id : `ex-${String(n).padStart(16, '0')}`;
      await office.observe({ record: `record-${n}`, name: `Rule ${n}`, guid: `guid-${n}` }, of);
      await office.deliver(of);
    }
    office.wait('PT6M');
    await office.sendDigests();
    const [head] = office.workspace.messages();
    if (!head) throw new Error('no digest was sent');
    const { id: kim } = await office.slack.personAt('kim@contoso.example');
    const by = { slackUser: office.owner(), slackTeam: 'T0STANDIN', standing: 'member' as const };
    await office.run({ type: 'AskForHelp', by, seen: 1, colleague: kim, question: 'Still used?' });
    await office.deliver();
    expect(office.last()).toMatchObject({ channel: head.channel, thread: head.ts });
    expect(read(office.last().blocks)).toContain('asked');
  });
});

describe('Remind me tomorrow', () => {
  it('is one more reminder, a day later', async () => {
    const card = await office.ask();
    await office.workspace.press(card, 'Remind me tomorrow', office.owner());
    expect(office.last()).toMatchObject({
      onlyFor: office.owner(),
      text: 'Lapse reminds you at 3 Nov 2026 12:00 UTC.',
    });
    await office.deliver();
    expect(office.menu(office.again(card))).toEqual(['Not mine', 'Ask a colleague']);
    office.wait('PT23H');
    expect(await office.run({ type: 'CheckDue' })).toEqual([]);
    office.wait('PT1H');
    expect(await office.run({ type: 'CheckDue' })).toMatchObject([{ type: 'ReminderDue' }]);
    await office.deliver();
    expect(office.replies(card)).toHaveLength(1);
    expect(await office.run({ type: 'CheckDue' })).toEqual([]);
  });

  it('is not offered, and refused, where the deadline comes first', async () => {
    const card = await office.ask();
    office.wait('P2D');
    await office.run({ type: 'CheckDue' });
    await office.deliver();
    expect(office.menu(office.again(card))).toEqual(['Not mine', 'Ask a colleague']);
    await office.workspace.press(card, 'Remind me tomorrow', office.owner());
    expect((await office.trail()).at(-1)).toMatchObject({ type: 'AnswerRefused', why: 'not-open' });
  });
});

describe('whoever the rules leave out', () => {
  const forms = ['approve', 'renew', ...menuForms, 'details'];
  const entries = ['renew', 'remind', ...menuForms];
  const actions = ['approve', 'disable', 'details', 'trail_older', 'release', ...entries];
  const values = {
    reason: { reason: { value: 'Because.' } },
    expires_on: { expires_on: { selected_date: '2026-12-01' } },
    review_every: { review_every: { selected_option: { value: 'P7D' } } },
    whom: { whom: { selected_user: mallory } },
    length: { length: { selected_option: { value: 'P1D' } } },
  };
  const outsiders = [mallory, 'U0GINA', 'U0GONE', 'U0ELSE', 'U0NOBODY'];

  it('changes no state by anything they can send', async () => {
    await office.ask();
    office.workspace.admit({ id: 'U0GINA', address: 'gina@elsewhere.example', standing: 'guest' });
    office.workspace.admit({ id: 'U0GONE', address: 'gone@contoso.example', standing: 'deactivated' });
    office.workspace.admit({
      id: 'U0ELSE',
      address: 'else@else.example',
      standing: 'external',
      team: 'T0ELSE',
    });
    const subject = fc.record({ id: fc.constant(id), version: fc.constantFrom(1, 2, 99) });
    const anything = fc.oneof(
      fc.record({ action: fc.constantFrom(...actions), subject }),
      fc.record({ entry: fc.constantFrom(...entries), subject }),
      fc.record({ form: fc.constantFrom(...forms), subject }),
      fc.record({
        words: fc.constantFrom(
          'hold ID P1D x',
          'restore ID P1D x',
          'reassign ID a@b.example',
          'renew ID',
          'release',
        ),
      }),
    );
    const inEachState = [
      () => Promise.resolve(),
      async () => {
        const { asOf } = await office.state();
        const rest = {
          reason: 'Known.',
          expiresAt: plus(noon, duration('P30D')),
          reviewEvery: duration('P30D'),
        };
        await office.run({ type: 'Approve', by: security, seen: asOf, ...rest });
      },
      () => office.run({ type: 'Revoke', by: security, seen: 99 }),
      () => office.run({ type: 'ReportDisabled', attempt: 1, guid: 'g', before: {} }),
    ];
    for (const reach of inEachState) {
      await reach();
      // What is refused is a fact of the trail, and nothing else.
      const standing = async () => {
        const { version, ...rest } = await office.state();
        return version > 0 ? rest : undefined;
      };
      const before = await standing();
      await fc.assert(
        fc.asyncProperty(fc.constantFrom(...outsiders), anything, async (user, what) => {
          const status = await office.sendAs(user, what, values);
          expect([200, 400]).toContain(status);
          expect(await standing()).toEqual(before);
        }),
        { numRuns: 40 },
      );
    }
    expect(office.workspace.views()).toEqual([]);
  });
});
