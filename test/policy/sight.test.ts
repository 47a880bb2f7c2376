import { describe, expect, it } from 'vitest';
import { isApprover, isOwner, maySee, maySeeAll, mightBeApprover } from '#policy/authority.ts';
import { decide } from '#lifecycle/decide/decide.ts';
import {
  after,
  alex,
  examples,
  live,
  mallory,
  noon,
  observe,
  policy,
  sam,
  told,
  toni,
} from '../lifecycle/examples.ts';
import type { Answerer, Command } from '#lifecycle/commands.ts';
import type { Standing } from '#lifecycle/exception.ts';
import type { Policy } from '#policy/policy.ts';

const { state: asked } = examples.unconfirmed;
const others: readonly Standing[] = ['guest', 'bot', 'deactivated', 'foreign'];
const as = (by: Answerer, standing: Standing): Answerer => ({ ...by, standing });

describe('who may see an exception', () => {
  it('are its owner and the approvers, nobody else', () => {
    expect([alex, sam, toni, mallory].map((by) => maySee(asked, by, policy))).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  it('are for all of them, also those that nobody can read, the approvers of everything', () => {
    const rules = {
      ...policy,
      risk: { ...policy.risk, low: { ...policy.risk.low, approvers: ['UMALLORY'] } },
    };
    expect([sam, alex, mallory].map((by) => maySeeAll(by, rules))).toEqual([true, false, false]);
  });

  it.each(others)('is nobody who is %s, owner or approver or not', (standing) => {
    for (const by of [alex, sam]) expect(maySee(asked, as(by, standing), policy)).toBe(false);
    expect(isOwner(asked, as(alex, standing))).toBe(false);
    expect(isApprover(as(sam, standing), policy)).toBe(false);
    expect(maySeeAll(as(sam, standing), policy)).toBe(false);
    expect(mightBeApprover(as(mallory, standing), { ...policy, approvers: ['S0MAIL'] })).toBe(false);
  });

  it('is whoever was asked and could not be reached again, but not who comes after', () => {
    const rules: Policy = { ...policy, people: [{ account: 'alex.admin@contoso.com', backup: 'UBACKUP' }] };
    const backup: Answerer = { ...mallory, slackUser: 'UBACKUP' };
    const first = live(
      [
        [noon, observe()],
        [after('PT1M'), (state) => told(state)],
      ],
      rules,
    ).state;
    expect([alex, backup].map((by) => maySee(first, by, rules))).toEqual([true, false]);

    const { state } = live(
      [
        [
          after('PT2M'),
          ({ owner }): Command => ({ type: 'ReportUnreachable', owner, why: 'they take no messages' }),
        ],
      ],
      rules,
      first,
    );
    expect(state.owner).toMatchObject({ address: 'UBACKUP' });
    expect([alex, backup].map((by) => maySee(state, by, rules))).toEqual([true, true]);
    expect(isOwner(state, alex)).toBe(false);
  });

  it('are also the approvers of everything where its class has its own, who see nothing else', () => {
    const rules: Policy = {
      ...policy,
      risk: { ...policy.risk, high: { ...policy.risk.high, approvers: ['UMALLORY'] } },
    };
    expect([sam, mallory].map((by) => maySee(asked, by, rules))).toEqual([true, true]);
    expect(maySee({ ...asked, risk: 'low' }, mallory, rules)).toBe(false);
    expect(isApprover(mallory, rules)).toBe(true);
    expect(isApprover(toni, rules)).toBe(false);
  });

  it('cannot be told of a member while a group of approvers could not be looked into', () => {
    const rules: Policy = { ...policy, approvers: ['USAMSECURITY', 'S0MAIL'] };
    expect(mightBeApprover(mallory, rules, asked)).toBe(true);
    expect(mightBeApprover(mallory, rules)).toBe(true);
    expect(mightBeApprover(sam, rules, asked)).toBe(false);
    expect(mightBeApprover(mallory, policy, asked)).toBe(false);
    const elsewhere: Policy = { ...policy, kinds: { 'arc-sealer': { low: { approvers: ['S0MAIL'] } } } };
    expect(mightBeApprover(mallory, elsewhere, asked)).toBe(false);
    expect(mightBeApprover(mallory, elsewhere)).toBe(true);
  });
});

describe('whoever is no member', () => {
  const answers = (by: Answerer): readonly Command[] => {
    const { state } = examples.unconfirmed;
    const until = after('P2D');
    const keep = {
      by,
      seen: state.asOf,
      reason: 'mine',
      expiresAt: until,
      reviewEvery: policy.risk.low.reviewEvery,
    };
    return [
      { type: 'Approve', ...keep },
      { type: 'Renew', ...keep },
      { type: 'Decline', by, seen: state.asOf },
      { type: 'Revoke', by, seen: state.asOf },
      { type: 'Reassign', by, address: 'mallory@elsewhere.example' },
      { type: 'Hold', by, until, reason: 'mine' },
      { type: 'Restore', by, reason: 'mine', expiresAt: until },
      { type: 'ReleaseBreaker', by },
      { type: 'TurnAway', by, answer: 'Approve' },
    ];
  };

  it.each(others)(
    '(%s) is refused every answer, which the trail keeps with what and of where they are',
    (standing) => {
      for (const by of [alex, sam])
        for (const { state } of Object.values(examples))
          for (const command of answers({ ...by, slackTeam: 'T0ELSEWHERE', standing }))
            expect(decide(state, command, { now: after('P4D'), policy })).toEqual([
              {
                type: 'AnswerRefused',
                at: after('P4D'),
                actor: { type: 'outsider', slackUser: by.slackUser, slackTeam: 'T0ELSEWHERE' },
                answer: 'answer' in command ? command.answer : command.type,
                why: 'not-allowed',
                standing,
              },
            ]);
    },
  );

  it('is told from members by nothing but their standing: of those it says nothing', () => {
    expect(decide(asked, { type: 'TurnAway', by: mallory, answer: 'Hold' }, { now: noon, policy })).toEqual([
      {
        type: 'AnswerRefused',
        at: noon,
        actor: { type: 'outsider', slackUser: 'UMALLORY', slackTeam: 'T1' },
        answer: 'Hold',
        why: 'not-allowed',
      },
    ]);
  });
});
