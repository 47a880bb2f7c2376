import { describe, expect, it } from 'vitest';
import { duration } from '#time/instant.ts';
import {
  after,
  approve,
  guid,
  live,
  noon,
  observation,
  observe,
  policy,
  sam,
  told,
  types,
} from './examples.ts';
import type { Command } from '#lifecycle/commands.ts';
import type { Exception } from '#lifecycle/exception.ts';
import type { Policy } from '#policy/policy.ts';

const person = (name: string) => ({ type: 'person' as const, id: `${name}@contoso.com` });
const identified = (id: string, slackUser?: string): Command => ({
  type: 'ReportMakers',
  makers: [{ id: `${id}@contoso.com`, ...(slackUser !== undefined && { slackUser }), sought: true }],
});
const bySam = (state: Exception): Command => approve(state, after('PT2H'), { by: sam });

describe('an approver', () => {
  it('is no second pair of eyes once policy names the account of the maker theirs', () => {
    const { state } = live([
      [noon, observe({ changedBy: person('sam-admin') })],
      [after('PT1M'), identified('sam-admin')],
    ]);
    const named: Policy = {
      ...policy,
      people: [...policy.people, { account: 'sam-admin@contoso.com', person: sam.slackUser }],
    };

    expect(types(live([[after('PT2H'), bySam]], policy, state).last)).toEqual(['ExceptionApproved']);
    expect(types(live([[after('PT2H'), bySam]], named, state).last)).toEqual(['AnswerRefused']);
  });

  it('does not answer for what was stored before makers were kept, until somebody has looked for them', () => {
    const { state } = live([[noon, observe({ changedBy: person('sam') })]]);
    const stored = Object.fromEntries(
      Object.entries(state).filter(([name]) => name !== 'makers' && name !== 'chosen'),
    ) as unknown as Exception;

    expect(types(live([[after('PT2H'), bySam]], policy, stored).last)).toEqual(['AnswerRefused']);
  });
});

describe('an owner by a rule of policy', () => {
  it('does not answer where the comment names somebody whom Slack does not know: they could be the same', () => {
    const { state } = live([
      [noon, observe({ settings: { ...observation.settings, Comments: 'owner: a.alias@contoso.com' } })],
      [after('PT1M'), identified('toni.tenant', 'UTONI')],
      [after('PT1M'), identified('a.alias')],
      [after('PT1M'), ({ owner }) => ({ type: 'ReportUnreachable', owner, why: 'unknown' })],
      [after('PT2M'), (one) => told(one)],
    ]);

    expect(types(live([[after('PT2H'), (one) => approve(one, after('PT2H'))]], policy, state).last)).toEqual([
      'AnswerRefused',
    ]);
  });
});

describe('an approval that turns out to be void', () => {
  it('switches nothing on that was off first: it stays off, and is asked about', () => {
    const first: Policy = {
      ...policy,
      risk: { ...policy.risk, high: { ...policy.risk.high, onSilence: 'disable-first' } },
    };
    const approved = live(
      [
        [noon, observe()],
        [after('PT1M'), { type: 'ReportDisabled', attempt: 1, guid, before: observation.settings }],
        [after('PT2M'), identified('toni.tenant', 'UTONI')],
        [after('PT1H'), (state) => approve(state, after('PT1H'), { by: sam })],
      ],
      first,
    );
    expect(approved.state.acting).toMatchObject({ act: 'restore' });

    const late = observe({
      record: 'late',
      operation: 'Set-TransportRule',
      change: 'alter',
      changedBy: person('samx'),
      changedAt: noon,
      complete: false,
      settings: {},
      passed: ['Comments'],
    });
    const { state } = live(
      [
        [after('PT2H'), late],
        [after('PT2H'), identified('samx', sam.slackUser)],
      ],
      first,
      approved.state,
    );

    expect(state).toMatchObject({ state: 'disabled', cause: 'disable first' });
    expect(state.acting).toBeUndefined();
  });
});

describe('an end that Exchange keeps', () => {
  it('moves with a question that a policy moves later', () => {
    const keeping: Policy = { ...policy, nativeExpiry: true };
    const done = (state: Exception): Command => ({
      type: 'ReportActDone',
      act: 'expiry',
      of: state.acting?.of ?? 0,
      attempt: 1,
    });
    const { state } = live(
      [
        [noon, observe()],
        [after('PT1M'), (one) => told(one)],
        [
          after('PT1H'),
          (one) =>
            approve(one, after('PT1H'), {
              by: sam,
              expiresAt: after('P2D'),
              reviewEvery: duration('P1D'),
            }),
        ],
        [after('PT2H'), done],
        [
          after('PT3H'),
          observe({
            record: 'wider',
            operation: 'Set-TransportRule',
            change: 'alter',
            changedAt: after('PT2H'),
            changedBy: person('kim'),
            settings: { ...observation.settings, SenderDomainIs: ['partner.example', 'b.example'] },
          }),
        ],
        [after('PT4H'), done],
      ],
      keeping,
    );
    const later: Policy = {
      ...keeping,
      risk: { ...policy.risk, high: { ...policy.risk.high, confirmWithin: duration('P7D') } },
    };

    const moved = live(
      [[after('PT5H'), { type: 'ApplyPolicy', before: keeping, hash: 'later' }]],
      later,
      state,
    );

    expect(types(moved.last)).toEqual(['PolicyApplied']);
    expect(moved.state.acting).toMatchObject({ act: 'expiry' });
  });
});

describe('a policy that comes back', () => {
  it('is applied to what was asked anew under the one in between', () => {
    const within = (confirmWithin: string): Policy => ({
      ...policy,
      risk: { ...policy.risk, high: { ...policy.risk.high, confirmWithin: duration(confirmWithin) } },
    });
    const applied = (before: Policy, hash: string): Command => ({ type: 'ApplyPolicy', before, hash });
    const kept = live(
      [
        [after('PT1H'), applied(within('P5D'), 'usual')],
        [after('PT2H'), (one) => told(one)],
        [after('PT3H'), (one) => approve(one, after('PT3H'), { by: sam })],
      ],
      policy,
      live(
        [
          [noon, observe()],
          [after('PT1M'), (one) => told(one)],
          [after('PT1M'), identified('toni.tenant', 'UTONI')],
        ],
        within('P5D'),
      ).state,
    );
    const slip = live(
      [
        [after('PT4H'), applied(policy, 'slip')],
        [
          after('PT5H'),
          observe({
            record: 'wider',
            operation: 'Set-TransportRule',
            change: 'alter',
            settings: { ...observation.settings, SenderDomainIs: ['partner.example', 'x.example'] },
            changedBy: person('kim'),
            changedAt: after('PT5H'),
          }),
        ],
      ],
      within('P300D'),
      kept.state,
    );

    expect(
      types(live([[after('PT6H'), applied(within('P300D'), 'usual')]], policy, slip.state).last),
    ).toEqual(['PolicyApplied']);
  });
});
