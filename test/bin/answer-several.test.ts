/** One answer to many exceptions: who gives it, which it is meant for, and what becomes of each. */
import { describe, expect, it } from 'vitest';
import { answererOf } from '../../bin/commands/answer-desk.ts';
import { chooseExceptions, type Filter } from '../../bin/commands/choose-exceptions.ts';
import { answerOne, type Outcome } from '#lib/local/answer-one.ts';
import { formatActor } from '#lib/local/trail-line.ts';
import { execute } from '#register/execute.ts';
import { createInMemoryRegister } from '#register/in-memory-register.ts';
import { parsePolicy } from '#policy/policy-file.ts';
import { readFileSync } from 'node:fs';
import { withUnreadable } from '#test/register/unreadable.ts';
import { after, noon, observation, policy as rules, told } from '../lifecycle/examples.ts';
import type { Answerer } from '#lifecycle/commands.ts';
import type { Wish } from '#lifecycle/wish.ts';
import type { Policy } from '#policy/policy.ts';

const sam = 'arn:aws:iam::123456789012:user/sam';
const ann = 'arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_Admin_0123456789abcdef/ann@contoso.com';
const policy: Policy = {
  ...rules,
  people: [
    { account: 'sam@contoso.com', person: 'USAMSECURITY', aws: sam },
    { account: 'ann@contoso.com', person: 'UANN', aws: ann },
  ],
};

describe('who answers', () => {
  it.each([
    ['an IAM user whom policy names', sam, 'USAMSECURITY'],
    ['somebody who signed in through IAM Identity Center', ann, 'UANN'],
  ])('%s is the Slack user that policy says', (_, arn, slackUser) => {
    expect(answererOf(arn, policy)).toMatchObject({
      slackUser,
      standing: 'member',
      slackTeam: '123456789012',
      proof: { type: 'aws', who: arn },
    });
  });

  it.each([
    ['an IAM user whom policy does not name', `${sam}uel`, 'add to people in the policy'],
    ['another case of a name', sam.replace('/sam', '/Sam'), 'add to people in the policy'],
    ['another account', sam.replace('123456789012', '210987654321'), 'add to people in the policy'],
    ['another sign-in with the same role', ann.replace('ann@', 'eve@'), 'add to people in the policy'],
  ])('%s is nobody, and hears what to add', (_, arn, said) => {
    expect(() => answererOf(arn, policy)).toThrow(
      expect.objectContaining({ what: expect.stringContaining(said) as string }) as Error,
    );
  });

  it.each([
    [
      'the session of a role, whose name anybody may choose',
      'arn:aws:sts::123456789012:assumed-role/Admin/sam',
    ],
    [
      'a role whose name only begins like one of Identity Center',
      'arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_Admin/ann@contoso.com',
    ],
    ['a federated token', 'arn:aws:sts::123456789012:federated-user/sam'],
    ['the root user', 'arn:aws:iam::123456789012:root'],
  ])('%s proves nobody, whatever policy says', (_, arn) => {
    const named = { people: [{ account: 'sam@contoso.com', person: 'USAMSECURITY', aws: arn }] };
    expect(() => answererOf(arn, named)).toThrow('could be anybody');
    const file = readFileSync(new URL('../fixtures/policy.yaml', import.meta.url), 'utf8');
    const text = file.replace(
      '\npeople: []',
      `\npeople: [{ account: sam@contoso.com, person: USAMSECURITY, aws: '${arn}' }]`,
    );
    expect(parsePolicy(text)).toMatchObject({ mistakes: [{ field: 'people.0.aws' }] });
  });

  it('the trail says who it was and by which proof', () => {
    const { proof } = answererOf(sam, policy);
    expect(
      formatActor({
        type: 'approver',
        slackUser: 'USAMSECURITY',
        slackTeam: '123456789012',
        ...(proof && { proof }),
      }),
    ).toBe(`approver USAMSECURITY from the command line, known to AWS as ${sam}`);
  });
});

const by = answererOf(sam, policy);
const toni: Answerer = { ...by, slackUser: 'UTONI' };
const approve: Wish = { type: 'approve', reason: 'checked', until: after('P900D') };
const revoke: Wish = { type: 'revoke', reason: 'not needed' };

/** Open exceptions, each told to its owner. */
async function world(...names: readonly string[]) {
  const register = createInMemoryRegister();
  for (const name of names) {
    const id = `ex-${name}`;
    const command = {
      type: 'Observe' as const,
      id,
      observation: { ...observation, record: `r-${name}`, name, guid: crypto.randomUUID() },
    };
    await execute(register, { id, receipt: `open-${name}`, command, now: noon, policy });
    const state = await register.load(id);
    if (state)
      await execute(register, { id, receipt: `told-${name}`, command: told(state, noon), now: noon, policy });
  }
  const seen = async (id: string) => (await register.load(id))?.asOf ?? 0;
  const now = after('PT1H');
  return {
    register,
    answer: async (
      id: string,
      wish: Wish,
      more: { run?: string; by?: Answerer; seen?: number; policy?: Policy } = {},
    ): Promise<Outcome> =>
      answerOne(
        { register, policy: more.policy ?? policy, now },
        {
          id,
          seen: more.seen ?? (await seen(id)),
          wish,
          by: more.by ?? by,
          ...(more.run !== undefined && { run: more.run }),
        },
      ),
    trail: async (id: string) => Array.fromAsync(register.trail(id)),
  };
}

describe('what becomes of each', () => {
  it('is only shown at first: nothing is recorded', async () => {
    const here = await world('a');
    const before = await here.trail('ex-a');
    expect(await here.answer('ex-a', revoke)).toMatchObject({
      outcome: 'would be done',
      exception: { state: 'disabling' },
    });
    expect(await here.trail('ex-a')).toEqual(before);
  });

  it('is done once, however often the run is repeated', async () => {
    const here = await world('a');
    const seen = (await here.register.load('ex-a'))?.asOf ?? 0;
    expect(await here.answer('ex-a', revoke, { run: 'run-1', seen })).toMatchObject({ outcome: 'done' });
    const once = await here.trail('ex-a');
    expect(await here.answer('ex-a', revoke, { run: 'run-1', seen })).toMatchObject({
      outcome: 'done before',
    });
    expect(await here.trail('ex-a')).toEqual(once);
    expect(once.at(-1)).toMatchObject({
      type: 'ExceptionDeclined',
      reason: 'not needed',
      actor: { type: 'approver', slackUser: 'USAMSECURITY', proof: { type: 'aws', who: sam } },
    });
  });

  it('a term is no longer than policy allows', async () => {
    const here = await world('a');
    const outcome = await here.answer('ex-a', approve, { run: 'run-1' });
    expect(outcome).toMatchObject({ outcome: 'done', exception: { state: 'confirmed' } });
    expect('exception' in outcome && outcome.exception?.approval?.expiresAt).toBe(
      after('P90D', after('PT1H')),
    );
  });

  it('a hold and a new owner are for those who may', async () => {
    const here = await world('a');
    const hold: Wish = { type: 'hold', reason: 'looking', until: after('P5D') };
    expect(await here.answer('ex-a', hold, { run: 'run-1', by: toni })).toMatchObject({
      outcome: 'refused',
      why: expect.stringContaining('neither its owner nor an approver') as string,
    });
    expect((await here.trail('ex-a')).at(-1)).toMatchObject({ type: 'AnswerRefused', answer: 'Hold' });
    expect(await here.answer('ex-a', hold, { run: 'run-2' })).toMatchObject({ exception: { state: 'held' } });
    const reassign: Wish = { type: 'reassign', reason: 'left', to: 'bob@contoso.com' };
    expect(await here.answer('ex-a', reassign, { run: 'run-2' })).toMatchObject({
      exception: { owner: { address: 'bob@contoso.com' } },
    });
  });

  it('nobody approves their own', async () => {
    const here = await world('a');
    const approvers = { ...policy, approvers: [...policy.approvers, 'UTONI'] };
    expect(await here.answer('ex-a', approve, { run: 'run-1', by: toni, policy: approvers })).toMatchObject({
      outcome: 'refused',
      why: 'nobody may approve their own change',
    });
  });

  it('what has changed since it was looked at is left alone', async () => {
    const here = await world('a');
    const seen = (await here.register.load('ex-a'))?.asOf ?? 0;
    await here.answer('ex-a', { type: 'reassign', reason: 'left', to: 'bob@contoso.com' }, { run: 'run-1' });
    for (const wish of [approve, revoke, { type: 'hold', reason: 'x', until: after('P5D') } as const])
      expect(await here.answer('ex-a', wish, { run: 'run-2', seen })).toMatchObject({
        outcome: 'changed meanwhile',
      });
  });

  it('who is in a group of approvers only Slack knows: then nothing is recorded', async () => {
    const here = await world('a');
    const before = await here.trail('ex-a');
    const grouped = { ...policy, approvers: ['S012AB3CD'] };
    expect(await here.answer('ex-a', revoke, { run: 'run-1', policy: grouped })).toMatchObject({
      outcome: 'refused',
      why: expect.stringContaining('group of approvers') as string,
    });
    expect(await here.trail('ex-a')).toEqual(before);
  });

  it('one that cannot be read, or is not there, stops no other', async () => {
    const here = await world('a');
    const register = withUnreadable(here.register, 'ex-a');
    const given = { seen: 1, wish: revoke, by };
    expect(await answerOne({ register, policy, now: noon }, { id: 'ex-a', ...given })).toMatchObject({
      outcome: 'unreadable',
    });
    expect(await answerOne({ register, policy, now: noon }, { id: 'ex-b', ...given })).toMatchObject({
      outcome: 'refused',
    });
  });
});

describe('which are meant', () => {
  const choose = async (filter: Filter, ids: readonly string[] = []) => {
    const { register } = await world('Alpha', 'Beta');
    const stored = (await Array.fromAsync(register.list())).map((one) => ({ stored: one }));
    const { chosen, missing } = chooseExceptions(stored, ids, filter, [
      { id: observation.tenant, name: 'Contoso' },
    ]);
    return [...chosen.map(({ name }) => name).toSorted(), ...missing];
  };

  it.each<[string, Filter, readonly string[], readonly string[]]>([
    ['by name', { name: 'al*' }, [], ['Alpha']],
    ['by tenant', { tenant: 'contoso' }, [], ['Alpha', 'Beta']],
    ['by another tenant', { tenant: crypto.randomUUID() }, [], []],
    ['by kind and risk', { kind: [observation.kind], risk: ['high', 'critical'] }, [], ['Alpha', 'Beta']],
    ['by state', { state: ['held'] }, [], []],
    ['by owner', { owner: 'Toni.Tenant@contoso.com' }, [], ['Alpha', 'Beta']],
    ['by a finding of none', { finding: 'no-such' }, [], []],
    ['by ID, and which there is none of', {}, ['ex-Beta', 'ex-none'], ['Beta', 'ex-none']],
    ['by ID and filter, both', { name: 'al*' }, ['ex-Beta'], []],
  ])('%s', async (_, filter, ids, found) => {
    expect(await choose(filter, ids)).toEqual(found);
  });

  it.each<[string, Filter, string]>([
    ['without a word', {}, 'which exceptions is not said'],
    ['of a tenant that there is not', { tenant: 'Fabrikam' }, 'there is no tenant Fabrikam'],
    ['of a state that there is not', { state: ['open'] }, '--state open is not known'],
    ['of what is removed', { state: ['removed'] }, '--state removed is not known'],
  ])('%s, nothing is', async (_, filter, said) => {
    await expect(choose(filter)).rejects.toThrow(said);
  });
});
