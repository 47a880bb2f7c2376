/** What may not be seen, what does not exist and what cannot be read, at every door. */
import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { read } from '#lib/standin/slack/shapes.ts';
import { approver, id, mallory, openOffice, policy } from './surroundings.ts';
import type { Office } from './surroundings.ts';

const nothing = 'ex-nothing';
const unreadable = 'ex-bbbbbbbbbbbbbbbb';
/** Names several approvers of one class. */
const rules = { ...policy, risk: { ...policy.risk, low: { ...policy.risk.low, approvers: ['U0LOW'] } } };

let office: Office;
beforeEach(async () => {
  office = await openOffice(rules);
  await office.ask();
  await office.observe({ record: 'record-2', name: 'Another', guid: 'b' }, unreadable);
  office.makeUnreadable(unreadable);
  office.workspace.admit({ id: 'U0GINA', address: 'gina@elsewhere.example', standing: 'guest' });
  office.workspace.admit({ id: 'U0LOW', address: 'lou@contoso.example', standing: 'member' });
});
afterEach(async () => office.close());

let triggers = 0;
async function send(body: string, path: 'interactions' | 'commands' = 'interactions') {
  const timestamp = String(office.seconds());
  const signature = createHmac('sha256', office.workspace.signingSecret)
    .update(`v0:${timestamp}:${body}`)
    .digest('hex');
  const response = await fetch(new URL(path, office.url), {
    method: 'POST',
    headers: { 'X-Slack-Request-Timestamp': timestamp, 'X-Slack-Signature': `v0=${signature}` },
    body,
  });
  return `${response.status} ${await response.text()}`;
}
const interaction = (user: string, more: object) =>
  send(
    `payload=${encodeURIComponent(
      JSON.stringify({
        team: { id: 'T0STANDIN' },
        enterprise: null,
        user: { id: user },
        trigger_id: `t${(triggers += 1)}`,
        ...more,
      }),
    )}`,
  );

/** The status, what is answered and what is whispered. */
async function press(action_id: string, which: string, user: string, version = 1): Promise<string> {
  const before = office.workspace.messages().length;
  const status = await interaction(user, {
    type: 'block_actions',
    channel: { id: 'C0SECURITY' },
    actions: [{ action_id, action_ts: '1', value: JSON.stringify({ id: which, version }) }],
  });
  const told = office.workspace.messages().slice(before);
  return `${status}${told.map(({ text }) => text).join()}`;
}
const submit = (which: string, user: string, version = 1): Promise<string> =>
  interaction(user, {
    type: 'view_submission',
    view: {
      id: 'V1',
      callback_id: 'approve',
      private_metadata: JSON.stringify({ id: which, version }),
      state: { values: {} },
    },
  });
async function say(text: string, user: string): Promise<string> {
  const { status, body } = await office.workspace.command(text, user);
  return `${status} ${read((JSON.parse(body) as { blocks: unknown }).blocks)}`;
}
/** What somebody hears of `which` at each door. */
const heard = async (which: string, user: string): Promise<readonly string[]> => {
  const answers = [];
  for (const button of ['approve', 'renew', 'disable']) {
    answers.push(await press(button, which, user));
    answers.push(await press(button, which, user, 99));
  }
  answers.push(await submit(which, user), await submit(which, user, 99));
  for (const words of ['show ID', 'hold ID P1D x', 'restore ID P1D x', 'reassign ID a@b.example', 'hold ID'])
    answers.push(await say(words.replace('ID', which), user));
  return answers.map((text) => text.replaceAll(which, 'ID'));
};

describe('who may not see an exception', () => {
  it.each([
    ['a guest', 'U0GINA'],
    ['a member whom nobody asked', mallory],
    ['an approver of another class', 'U0LOW'],
  ])('%s hears the same of one that exists, that does not, and that cannot be read', async (_, user) => {
    const [hidden, absent, damaged] = [
      await heard(id, user),
      await heard(nothing, user),
      await heard(unreadable, user),
    ];
    expect(hidden).toEqual(absent);
    expect(damaged).toEqual(absent);
    for (const answer of absent) expect(answer).toMatch(/^200 ./);
    expect((await office.types()).filter((type) => type === 'AnswerRefused')).not.toEqual([]);
  });

  it('hears the same also while a group of another class’s approvers cannot be looked into', async () => {
    await office.close();
    office = await openOffice({
      ...rules,
      risk: { ...rules.risk, low: { ...rules.risk.low, approvers: ['S0LOW'] } },
    });
    await office.ask();
    office.workspace.fail('usergroups.users.list', 'internal_error');
    expect(await press('disable', id, mallory)).toBe(await press('disable', nothing, mallory));
    expect(await submit(id, mallory)).toBe(await submit(nothing, mallory));
    expect((await say(`show ${id}`, mallory)).replace(id, nothing)).toBe(
      await say(`show ${nothing}`, mallory),
    );
  });

  it('hears the same while Slack does not say who they are', async () => {
    office.workspace.fail('users.info', 'internal_error');
    expect(await press('disable', id, mallory)).toBe(await press('disable', nothing, mallory));
    expect(await submit(id, mallory)).toBe(await submit(nothing, mallory));
  });
});

describe('an approver of everything', () => {
  it('is told that there is none', async () => {
    for (const answer of await heard(nothing, approver))
      expect(answer).toContain('There is no exception ID.');
  });

  it('is told of one that cannot be read what has happened, why, and what to do', async () => {
    for (const answer of await heard(unreadable, approver))
      expect(answer).toMatch(
        /^200 .*Exception ID in the register cannot be read: unexpected values in kind\. Nothing is done about it until it can: deploy the release that wrote it, or a newer one\. Please tell whoever runs Lapse/s,
      );
  });

  it('goes on answering the others, and is told how many cannot be read', async () => {
    expect(await say(`hold ${id} P1D x`, approver)).toContain('does nothing about “Partner newsletter”');
    expect(await say('list', approver)).toContain('1 cannot be read by this release');
    expect(await say('release', approver)).toContain('Nothing is held back.');
  });
});

it('a word that every object has is no command', async () => {
  for (const word of ['constructor', 'toString', '__proto__'])
    expect(await say(`${word} ${id}`, approver)).toContain('/lapse list');
  expect(await office.types()).toEqual(['ExceptionOpened', 'OwnerTold']);
});
