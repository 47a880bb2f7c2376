/** Who may take part: at every door, signed as Slack signs, with a workspace that knows who is what. */
import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { admitLapses, unused } from '#lifecycle/breaker.ts';
import { read } from '#lib/standin/slack/shapes.ts';
import { answerSlack } from '#slack/answer.ts';
import { approver, id, mallory, noon, observation, openOffice, policy } from './surroundings.ts';
import type { Standing } from '#lifecycle/exception.ts';
import type { PostedMessage } from '#lib/standin/slack/slack-workspace.ts';
import type { WorkspaceUser } from '#lib/standin/slack/shapes.ts';
import type { Policy } from '#policy/policy.ts';
import type { Office } from './surroundings.ts';

let office: Office;
beforeEach(async () => {
  office = await openOffice();
});
afterEach(async () => office.close());

/** Opens another office in the place of the one a test begins with. */
async function reopen(...how: Parameters<typeof openOffice>): Promise<void> {
  await office.close();
  office = await openOffice(...how);
}

async function send(body: string, path: 'interactions' | 'commands' | 'events' = 'interactions') {
  const timestamp = String(office.seconds());
  const signature = createHmac('sha256', office.workspace.signingSecret)
    .update(`v0:${timestamp}:${body}`)
    .digest('hex');
  const response = await fetch(new URL(path, office.url), {
    method: 'POST',
    headers: { 'X-Slack-Request-Timestamp': timestamp, 'X-Slack-Signature': `v0=${signature}` },
    body,
  });
  return { status: response.status, body: await response.text() };
}
const payload = (value: unknown) => `payload=${encodeURIComponent(JSON.stringify(value))}`;

/** Where a request says it comes from. */
interface From {
  readonly team: { id: string } | null;
  readonly enterprise?: { id: string } | null;
  readonly userTeam?: string;
  readonly wide?: boolean;
}
const common = (
  user: string,
  { team, enterprise = null, userTeam, wide = false }: From,
  trigger: string,
) => ({
  team,
  enterprise,
  is_enterprise_install: wide,
  user: { id: user, ...(userTeam === undefined ? {} : { team_id: userTeam }) },
  trigger_id: trigger,
});
const press = (action_id: string, user: string, from: From, trigger = 'trigger-1', version = 1) =>
  send(
    payload({
      type: 'block_actions',
      ...common(user, from, trigger),
      channel: { id: 'C0SECURITY' },
      actions: [{ action_id, action_ts: '1', value: JSON.stringify({ id, version }) }],
    }),
  );
const submit = (user: string, from: From, values: Readonly<Record<string, unknown>> = {}) =>
  send(
    payload({
      type: 'view_submission',
      ...common(user, from, 'trigger-2'),
      view: {
        id: 'V1',
        hash: 'h',
        callback_id: 'approve',
        private_metadata: JSON.stringify({ id, version: 1 }),
        state: {
          values: {
            reason: { reason: { value: 'Because.' } },
            expires_on: { expires_on: { selected_date: '2026-12-01' } },
            review_every: { review_every: { selected_option: { value: 'P30D' } } },
            ...values,
          },
        },
      },
    }),
  );
const say = async (text: string, user: string, from: From, trigger = `t-${text}`) =>
  (
    await send(
      new URLSearchParams({
        command: '/lapse',
        text,
        user_id: user,
        trigger_id: trigger,
        // A command names no team of its sender beside the one it is typed in.
        ...(from.team ? { team_id: from.userTeam ?? from.team.id } : {}),
        ...(from.enterprise ? { enterprise_id: from.enterprise.id } : {}),
      }).toString(),
      'commands',
    )
  ).body;

const own: From = { team: { id: 'T0STANDIN' }, userTeam: 'T0STANDIN' };
const elsewhere: readonly (readonly [string, From, string])[] = [
  ['another workspace', { team: { id: 'T0OTHER' } }, 'T0OTHER'],
  [
    'another workspace that names the sender’s too',
    { team: { id: 'T0OTHER' }, userTeam: 'T0OTHER' },
    'T0OTHER',
  ],
  ['a channel shared with another workspace', { team: own.team, userTeam: 'T0PARTNER' }, 'T0PARTNER'],
  ['another organisation', { team: null, enterprise: { id: 'E0OTHER' }, wide: true }, 'E0OTHER'],
  ['this workspace under another organisation', { ...own, enterprise: { id: 'E0OTHER' } }, 'E0OTHER'],
];
const refusals = async () =>
  (await office.trail()).flatMap((event) => (event.type === 'AnswerRefused' ? [event] : []));
/** What the tenant holds must not be in what somebody else is told. */
const secrets = [
  'Partner newsletter',
  'partner.example',
  'alex@contoso.example',
  'SetSCL',
  'unconfirmed',
  'skips',
];
const expectNothingTold = (text: string) => {
  for (const secret of secrets) expect(text).not.toContain(secret);
};

describe.each(elsewhere)('a signed request of %s with an approver’s user id', (_, from, slackTeam) => {
  const foreign = {
    actor: { type: 'outsider', slackUser: approver, slackTeam },
    why: 'not-allowed',
    standing: 'foreign',
  };

  it('is refused at every door, and the trail says who tried and from where', async () => {
    await office.ask();
    const forms = office.workspace.views().length;
    expect((await press('approve', approver, from, 'a')).status).toBe(200);
    expect((await press('disable', approver, from, 'b')).status).toBe(200);
    const { body } = await submit(approver, from);
    expect(JSON.parse(body)).toMatchObject({ response_action: 'errors' });
    for (const text of [`hold ${id} P1D x`, `restore ${id} P1D x`, `reassign ${id} eve@elsewhere.example`])
      expectNothingTold(await say(text, approver, from));
    expect(await refusals()).toMatchObject(
      ['Approve', 'Decline', 'Approve', 'Hold', 'Restore', 'Reassign'].map((answer) => ({
        ...foreign,
        answer,
      })),
    );
    expect(office.workspace.views()).toHaveLength(forms);
    expect(await office.state()).toMatchObject({
      state: 'unconfirmed',
      owner: { address: 'alex@contoso.example' },
    });
  });

  it('sees nothing: not by list, show or help, not in its home tab', async () => {
    await office.ask();
    const sorry =
      'Lapse answers only full members of its own Slack workspace, and Slack says that you are of another organisation. Please ask a colleague who is a full member.';
    for (const text of [
      'list',
      `show ${id}`,
      'show ex-nothing',
      'hold',
      'help',
      'release',
      `hold ${id} P1D x`,
    ])
      expect(read((JSON.parse(await say(text, approver, from)) as { blocks: unknown }).blocks)).toBe(sorry);
    await send(
      JSON.stringify({
        type: 'event_callback',
        event_id: 'Ev1',
        team_id: from.userTeam ?? from.team?.id,
        enterprise_id: from.enterprise?.id,
        event: { type: 'app_home_opened', user: approver, tab: 'home' },
      }),
      'events',
    );
    expect(read(office.workspace.home(approver)?.['blocks'])).toBe(sorry);
  });
});

it.each(['user_not_found', 'user_not_visible'])(
  'an approver by policy whom Slack does not know here (%s) is nobody here',
  async (code) => {
    await office.ask();
    office.workspace.fail('users.info', code);
    await press('disable', approver, own);
    expect(await refusals()).toMatchObject([
      { actor: { type: 'outsider', slackUser: approver }, answer: 'Decline', standing: 'foreign' },
    ]);
  },
);

it('a request that names nowhere to come from is none', async () => {
  await office.ask();
  const answer = await press('disable', approver, { team: null });
  expect(answer).toEqual({
    status: 400,
    body: '{"error":"The request names neither organisation nor workspace."}',
  });
});

/** Alex owns it, `approver` may answer by policy; each becomes something else. */
const others: readonly (readonly [Standing, WorkspaceUser['standing'], string])[] = [
  ['guest', 'guest', 'a guest'],
  ['bot', 'bot', 'a bot'],
  ['deactivated', 'deactivated', 'deactivated'],
  ['foreign', 'external', 'of another organisation'],
];
describe.each(others)('an approver or owner who is %s', (standing, made, words) => {
  const become = (user: string) => {
    const known = office.workspace.users().find((one) => one.id === user);
    if (!known) throw new Error(`nobody is ${user}`);
    office.workspace.admit({
      ...known,
      standing: made,
      ...(made === 'external' ? { team: 'T0PARTNER' } : {}),
    });
  };
  const asEach = async (test: (user: string, card: PostedMessage) => Promise<void>) => {
    const card = await office.ask();
    for (const user of [approver, office.owner()]) {
      become(user);
      await test(user, card);
    }
  };

  it('gets no form, and no way to disable or decide, which the trail keeps', async () => {
    await asEach(async (user, card) => {
      const { workspace } = office;
      expect((await workspace.press(card, 'approve', user)).view).toBeUndefined();
      expect(office.last().text).toContain(words);
      expectNothingTold(JSON.stringify(office.last()));
      await workspace.press(card, 'disable', user);
      await workspace.command(`hold ${id} P1D x`, user);
      await workspace.command(`reassign ${id} eve@elsewhere.example`, user);
    });
    const from = standing === 'foreign' ? 'T0PARTNER' : 'T0STANDIN';
    expect(await refusals()).toMatchObject(
      [approver, office.owner()].flatMap((slackUser) =>
        ['Approve', 'Decline', 'Hold', 'Reassign'].map((answer) => ({
          actor: { type: 'outsider', slackUser, slackTeam: from },
          answer,
          standing,
        })),
      ),
    );
    expect((await office.state()).state).toBe('unconfirmed');
  });

  it('is stopped at the form that was open already', async () => {
    const card = await office.ask();
    const { view } = await office.workspace.press(card, 'approve', office.owner());
    become(office.owner());
    // Slack is asked anew once what is known of them is too old.
    office.wait('PT6M');
    const { body } = await office.workspace.submit(view?.id ?? '', { reason: 'Mine.' });
    expect(body).toContain(`Slack says that you are ${words}`);
    expect(await refusals()).toMatchObject([{ answer: 'Approve', standing }]);
  });

  it('sees nothing of it', async () => {
    await asEach(async (user) => {
      for (const text of ['list', `show ${id}`, 'release'])
        expectNothingTold((await office.workspace.command(text, user)).body);
      await office.workspace.openHome(user);
      expectNothingTold(JSON.stringify(office.workspace.home(user)));
    });
    expect(office.logged.filter((line) => line === 'look refused')).toHaveLength(6);
  });
});

describe('a member who is neither owner nor approver', () => {
  const told = async (text: string, user = mallory) =>
    read((JSON.parse((await office.workspace.command(text, user)).body) as { blocks: unknown }).blocks);

  it('is told whom to ask, and not whether there is an exception of that id', async () => {
    await office.ask();
    const nothing = (which: string) =>
      `There is no exception ${which} that you may see. /lapse list shows those you may.\nApprovers: <@${approver}>`;
    for (const verb of [
      'show ID',
      'hold ID',
      'hold ID P1D x',
      'restore ID P1D x',
      'reassign ID a@b.example',
    ]) {
      expect(await told(verb.replace('ID', id))).toBe(nothing(id));
      expect(await told(verb.replace('ID', 'ex-nothing'))).toBe(nothing('ex-nothing'));
    }
    // What was an answer is in the trail, what was a look is not.
    expect((await refusals()).map(({ answer }) => answer)).toEqual(['Hold', 'Hold', 'Restore', 'Reassign']);
    expect(await told('list')).toBe(`You own none of the open exceptions.\nApprovers: <@${approver}>`);
  });

  it('learns from release not even whether anything is held back', async () => {
    await office.ask();
    const before = await told('release');
    const wanting = { count: 30, outOf: 30, on: id };
    const { breaker } = admitLapses(unused, wanting, (await office.state()).since, policy);
    await office.breakers.save(observation.tenant, 'lapses', breaker, 0);
    expect(await told('release')).toBe(before);
    expect(await refusals()).toMatchObject([{ answer: 'ReleaseBreaker' }]);
  });

  it('learns from an old card neither what became of it nor who answered', async () => {
    const card = await office.ask();
    await office.answer(card, office.owner(), { reason: 'The fair in Hanover.' });
    for (const button of ['approve', 'disable']) {
      await office.workspace.press(card, button, mallory);
      expect(office.last()).toMatchObject({
        onlyFor: mallory,
        text: 'Only its owner and the approvers may answer this. Attempts are recorded.',
      });
      expect(JSON.stringify(office.last())).not.toContain('Hanover');
      expectNothingTold(JSON.stringify(office.last()));
    }
  });

  it('sees what is theirs and nothing else', async () => {
    await office.ask();
    const theirs = 'ex-bbbbbbbbbbbbbbbb';
    await office.observe(
      {
        record: 'record-9',
        name: 'Kim’s',
        guid: 'b',
        changedBy: { type: 'person', id: 'kim@contoso.example' },
      },
      theirs,
    );
    await office.deliver(theirs);
    const kim = office.workspace.users().find(({ address }) => address === 'kim@contoso.example')?.id ?? '';
    expect(await told('list', kim)).toContain('Kim’s');
    expect(await told('list', kim)).not.toContain('Partner newsletter');
    expect(await told(`show ${theirs}`, kim)).toContain('Kim’s');
    expect(await told(`show ${id}`, kim)).toContain('There is no exception');
    expect(await told('list', approver)).toContain('Kim’s');
    expect(await told('list', approver)).toContain('Partner newsletter');
  });

  it('sees nothing of what was theirs, however late the index hears of it', async () => {
    await office.ask();
    office.letOwnersLag();
    expect(await told('list')).toBe(`You own none of the open exceptions.\nApprovers: <@${approver}>`);
    await office.workspace.openHome(mallory);
    expect(read(office.workspace.home(mallory)?.['blocks'])).toContain('You own none.');
  });
});

describe('in an organisation', () => {
  it('members of its other workspaces count, by the organisation, whichever workspace they press in', async () => {
    await reopen(policy, { organisation: { id: 'E0ORG', wide: false } });
    await office.ask();
    const sibling: From = { team: own.team, enterprise: { id: 'E0ORG' }, userTeam: 'T0SIBLING' };
    office.workspace.admit({
      id: approver,
      address: 'sam@contoso.example',
      standing: 'member',
      team: 'T0SIBLING',
    });
    await press('disable', approver, sibling);
    expect((await office.trail()).at(-1)).toMatchObject({
      type: 'ExceptionDeclined',
      actor: { type: 'approver', slackTeam: 'E0ORG' },
    });
  });

  it('for which the app is installed as a whole, no workspace need be named', async () => {
    await reopen(policy, { organisation: { id: 'E0ORG', wide: true } });
    const card = await office.ask();
    await office.answer(card, office.owner());
    expect((await office.trail()).at(-1)).toMatchObject({
      type: 'ExceptionApproved',
      actor: { type: 'owner', slackTeam: 'E0ORG' },
    });
    await office.workspace.openHome(office.owner());
    expect(read(office.workspace.home(office.owner())?.['blocks'])).toContain('Partner newsletter');
  });

  it('people of another one, or of none, are refused also where the request names this one', async () => {
    await reopen(policy, { organisation: { id: 'E0ORG', wide: true } });
    await office.ask();
    const shared: From = { team: null, enterprise: { id: 'E0ORG' }, userTeam: 'T0PARTNER', wide: true };
    for (const enterprise of ['E0PARTNER', undefined]) {
      const partner = {
        id: 'U0PARTNER',
        address: 'p@partner.example',
        standing: 'external',
        team: 'T0PARTNER',
      } as const;
      office.workspace.admit({ ...partner, ...(enterprise === undefined ? {} : { enterprise }) });
      await press('disable', 'U0PARTNER', shared, `by ${enterprise ?? 'none'}`);
      office.wait('PT6M');
    }
    expect(await refusals()).toMatchObject([
      { actor: { slackTeam: 'E0PARTNER' }, standing: 'foreign' },
      { actor: { slackTeam: 'T0PARTNER' }, standing: 'foreign' },
    ]);
    await press('disable', approver, { team: { id: 'T0OTHER' } }, 'forged');
    expect((await refusals()).at(-1)).toMatchObject({ actor: { slackTeam: 'T0OTHER' }, standing: 'foreign' });
  });
});

describe('while Slack does not say who somebody is', () => {
  const again =
    'Slack could not tell Lapse who you are, so nothing was done. Please try again in a minute. If that does not help, ask whoever runs Lapse: “lapse doctor” finds the reason.';

  it.each([
    ['users.info', 'internal_error'],
    ['users.info', 'missing_scope'],
    ['users.info', 'down'],
    ['users.info', 'ratelimited'],
    ['auth.test', 'internal_error'],
    ['auth.test', 'invalid_auth'],
  ])(
    '(%s: %s) the form opens and stays with what was typed, and counts once Slack does',
    async (method, failure) => {
      // The look-up of the owner would otherwise have told where Lapse is installed.
      const asked = await office.ask();
      office.workspace.fail(method, failure);
      const { view } = await office.workspace.press(asked, 'approve', office.owner());
      if (!view) throw new Error('no form was opened');
      const sent = await office.workspace.submit(view.id, { reason: 'The fair.' });
      expect(sent.body).toBe(JSON.stringify({ response_action: 'errors', errors: { reason: again } }));
      expect(sent.view?.state).toBe('open');
      expect(await office.types()).toEqual(['ExceptionOpened', 'OwnerTold']);

      office.workspace.recover();
      expect((await office.workspace.submit(view.id, { reason: 'The fair.' })).body).toBe('');
      expect(await office.state()).toMatchObject({ state: 'confirmed', approval: { reason: 'The fair.' } });
    },
  );

  it('the form opens at once, while neither person nor group has been looked up', async () => {
    const rules = { ...policy, approvers: ['S0MAIL'] };
    await reopen(rules, { headStart: () => Promise.resolve() });
    const card = await office.ask();
    office.workspace.fail('users.info', 'silent');
    office.workspace.fail('usergroups.users.list', 'silent');
    // This press is never answered: the look-ups wait as long as the test.
    office.workspace.press(card, 'approve', office.owner()).catch(() => undefined);
    await vi.waitFor(() => expect(office.workspace.views()).toHaveLength(1), 60_000);
    office.workspace.recover();
    office.workspace.group('S0MAIL', [approver]);
    const [view] = office.workspace.views();
    expect((await office.workspace.submit(view?.id ?? '', { reason: 'The fair.' })).body).toBe('');
    expect((await office.state()).state).toBe('confirmed');
  });

  it('a form that opened before Slack said so is taken back from a stranger, and the trail keeps it', async () => {
    await reopen(policy, { headStart: () => Promise.resolve() });
    const card = await office.ask();
    office.workspace.admit({ id: mallory, address: 'mallory@contoso.example', standing: 'guest' });
    const { view, status } = await office.workspace.press(card, 'approve', mallory);
    expect(status).toBe(200);
    expect(view?.view).toMatchObject({ title: { text: 'Not yours to answer' } });
    expect(read(view?.view['blocks'])).toContain('Slack says that you are a guest');
    expect(await refusals()).toMatchObject([{ actor: { slackUser: mallory }, answer: 'Approve' }]);
    // And whoever may answer keeps theirs.
    const own = await office.workspace.press(card, 'approve', office.owner());
    expect(own.view?.view).toMatchObject({ callback_id: 'approve' });
    expect(await refusals()).toHaveLength(1);
  });

  it('a look-up that never ends does not keep the form from opening', async () => {
    await reopen(policy, { whoTimeout: 50 });
    const card = await office.ask();
    office.workspace.fail('users.info', 'silent');
    expect((await office.workspace.press(card, 'approve', office.owner())).view).toBeDefined();
  });

  it('nothing is disabled by a button, and who pressed is told to press again', async () => {
    const card = await office.ask();
    office.workspace.fail('users.info', 'internal_error');
    expect((await office.workspace.press(card, 'disable', office.owner())).status).toBe(200);
    expect(office.last()).toMatchObject({ onlyFor: office.owner(), text: again });
    expect((await office.state()).state).toBe('unconfirmed');
    office.workspace.recover();
    await office.workspace.press(card, 'disable', office.owner());
    expect((await office.state()).state).toBe('disabling');
  });

  it('who pressed sees Slack’s own warning where not even a note reaches them', async () => {
    const card = await office.ask();
    office.workspace.fail(undefined, 'down');
    expect((await office.workspace.press(card, 'disable', office.owner())).status).toBe(503);
    expect((await office.state()).state).toBe('unconfirmed');
  });

  it('nobody is shown what became of an old card, or anything by command or in the home tab', async () => {
    const card = await office.ask();
    await office.answer(card, office.owner());
    office.wait('PT6M');
    office.workspace.fail('users.info', 'internal_error');
    await office.workspace.press(card, 'approve', office.owner());
    expect(office.last().text).toBe(again);
    for (const text of ['list', `show ${id}`, `hold ${id} P1D x`, 'release', 'help'])
      expect(
        read(
          (JSON.parse((await office.workspace.command(text, approver)).body) as { blocks: unknown }).blocks,
        ),
      ).toBe(again);
    await office.workspace.openHome(office.owner());
    expect(read(office.workspace.home(office.owner())?.['blocks'])).toBe(again);
    expect((await office.state()).state).toBe('confirmed');
  });

  it('a person is remembered for some minutes, and asked for anew after them', async () => {
    await office.workspace.command('list', approver);
    await office.workspace.command('list', approver);
    const asked = () => office.called.filter((method) => method === 'users.info').length;
    expect(asked()).toBe(1);
    office.wait('PT4M59S');
    await office.workspace.command('list', approver);
    expect(asked()).toBe(1);
    office.wait('PT2S');
    await office.workspace.command('list', approver);
    expect(asked()).toBe(2);
  });
});

describe('while a group of approvers cannot be looked into', () => {
  const grouped: Policy = { ...policy, approvers: ['S0MAIL'] };
  const unread = 'Slack could not tell Lapse who is in a group of approvers, so nothing was done.';

  it('its members are told to try again, nothing stands against them, and then they count', async () => {
    await reopen(grouped);
    const card = await office.ask();
    office.workspace.group('S0MAIL', [approver]);
    office.workspace.fail('usergroups.users.list', 'internal_error');
    const { view } = await office.workspace.press(card, 'approve', approver);
    if (!view) throw new Error('no form was opened');
    expect((await office.workspace.submit(view.id, { reason: 'The fair.' })).body).toContain(unread);
    await office.workspace.press(card, 'disable', approver);
    expect(office.last().text).toContain(unread);
    for (const text of ['list', `show ${id}`, 'show ex-nothing', `hold ${id} P1D x`, 'release'])
      expect((await office.workspace.command(text, approver)).body).toContain(unread);
    // An owner may own, but only approvers may hold.
    expect((await office.workspace.command(`hold ${id} P1D x`, office.owner())).body).toContain(unread);
    expect(await refusals()).toEqual([]);

    office.workspace.recover();
    expect((await office.workspace.submit(view.id, { reason: 'The fair.' })).body).toBe('');
    expect((await office.trail()).at(-1)).toMatchObject({ actor: { type: 'approver', slackUser: approver } });
  });

  it('its owner answers all the same', async () => {
    await reopen(grouped);
    const card = await office.ask();
    expect((await office.answer(card, office.owner())).body).toBe('');
    expect((await office.state()).state).toBe('confirmed');
  });

  it('a guest in it is a guest', async () => {
    await reopen(grouped);
    office.workspace.group('S0MAIL', ['U0GINA']);
    office.workspace.admit({ id: 'U0GINA', address: 'gina@elsewhere.example', standing: 'guest' });
    await office.workspace.press(await office.ask(), 'disable', 'U0GINA');
    expect(await refusals()).toMatchObject([{ standing: 'guest' }]);
  });
});

describe('people of another organisation', () => {
  const partner = {
    id: 'U0PARTNER',
    address: 'p@partner.example',
    standing: 'external',
    team: 'T0PARTNER',
  } as const;

  it('own nothing, even where policy names them', async () => {
    await reopen({ ...policy, owners: [{ kind: 'transport-rule', owner: partner.id }] });
    office.workspace.admit(partner);
    const card = await office.ask();
    expect((await office.trail())[1]).toMatchObject({
      type: 'OwnerUnreachable',
      why: `${partner.id} belongs to another organisation in Slack`,
    });
    const alex = office.workspace.users().find(({ address }) => address === 'alex@contoso.example');
    expect(card.channel).toBe(`D${alex?.id.slice(1) ?? ''}`);
  });

  it('are nobody whom a maker could be told apart by', async () => {
    await reopen({
      ...policy,
      fourEyes: ['high', 'critical'],
      owners: [{ kind: 'transport-rule', owner: mallory }],
      people: [{ account: 'alex@contoso.example', person: partner.id }],
    });
    office.workspace.admit(partner);
    await office.ask();
    expect((await office.state()).makers).toEqual([{ id: 'alex@contoso.example', sought: true }]);
    const [own] = office.workspace.messages();
    if (!own) throw new Error('no card');
    await office.answer(own, mallory);
    expect(await refusals()).toMatchObject([{ why: 'four-eyes' }]);
  });

  it('are handed nothing', async () => {
    await office.ask();
    office.workspace.admit(partner);
    office.workspace.admit({ id: 'U0GINA', address: 'gina@contoso.example', standing: 'guest' });
    for (const [user, words] of [
      [partner.id, 'of another organisation'],
      ['U0GINA', 'a guest'],
    ] as const) {
      const { body } = await office.workspace.command(`reassign ${id} <@${user}>`, approver);
      expect(read((JSON.parse(body) as { blocks: unknown }).blocks)).toBe(
        `Only a full member of this workspace can own an exception, and Slack says that <@${user}> is ${words}.`,
      );
    }
    expect((await office.state()).owner).toMatchObject({ address: 'alex@contoso.example' });
  });
});

describe('before a request has shown to be of Slack', () => {
  it('neither policy is made ready nor is Slack asked who it is', async () => {
    const never = () => Promise.reject(new Error('asked for somebody who is not Slack'));
    const body = payload({
      type: 'block_actions',
      ...common(approver, own, 't'),
      actions: [{ action_id: 'disable' }],
    });
    const door = {
      exceptions: { ...office.register, execute: never },
      breakers: office.breakers,
      enforcements: office.enforcements,
      usual: 'live' as const,
      noteRefused: never,
      progress: () => Promise.resolve({}),
      slack: office.slack,
      policy: never,
      who: never,
      rules: policy,
      headStart: never,
      noteWrongSignature: () => undefined,
      now: noon,
      gatherings: office.asking().gatherings,
      log: () => undefined,
    };
    const request = {
      method: 'POST',
      path: '/slack/interactions',
      body: Buffer.from(body),
      receivedAt: noon,
    };
    const signed = { 'x-slack-request-timestamp': String(office.seconds()), 'x-slack-signature': 'v0=00' };
    for (const headers of [{}, signed])
      expect((await answerSlack(door, 'secret', { ...request, headers })).status).toBe(401);
    // And nobody can be Slack while there is no secret to show it by.
    const empty = createHmac('sha256', '').update(`v0:${office.seconds()}:${body}`).digest('hex');
    const forged = { ...signed, 'x-slack-signature': `v0=${empty}` };
    await expect(answerSlack(door, '', { ...request, headers: forged })).rejects.toThrow('secret is blank');
    // The same door does ask for whoever is.
    const good = createHmac('sha256', 'secret').update(`v0:${office.seconds()}:${body}`).digest('hex');
    const fromSlack = { ...signed, 'x-slack-signature': `v0=${good}` };
    await expect(answerSlack(door, 'secret', { ...request, headers: fromSlack })).rejects.toThrow(
      'not Slack',
    );
  });
});

describe('presses of Disable now', () => {
  const attempts = async () => (await refusals()).length;

  it('with a trigger are told apart by it', async () => {
    await office.ask();
    await press('disable', mallory, own, 'trigger-1');
    await press('disable', mallory, own, 'trigger-1');
    expect(await attempts()).toBe(1);
    await press('disable', mallory, own, 'trigger-2');
    expect(await attempts()).toBe(2);
  });

  it('without one are told apart by their time, who pressed, and what', async () => {
    await office.ask();
    const bare = (given: { user?: string; ts?: string | null; version?: number } = {}) =>
      send(
        payload({
          type: 'block_actions',
          ...common(given.user ?? mallory, own, ''),
          actions: [
            {
              action_id: 'disable',
              action_ts: given.ts === undefined ? '1' : given.ts,
              value: JSON.stringify({ id, version: given.version ?? 1 }),
            },
          ],
        }),
      );
    await bare();
    await bare();
    expect(await attempts()).toBe(1);
    await bare({ ts: '2' });
    await bare({ user: 'U0EVE' });
    await bare({ version: 2 });
    expect(await attempts()).toBe(4);
    expect(await bare({ ts: null })).toEqual({
      status: 400,
      body: '{"error":"The button press has neither a trigger nor a time."}',
    });
  });
});
