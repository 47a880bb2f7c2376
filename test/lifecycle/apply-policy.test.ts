import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyPolicy } from '#lifecycle/apply-policy.ts';
import { presentDeadlineOf } from '#lifecycle/due.ts';
import { evolve } from '#lifecycle/evolve.ts';
import { duration } from '#time/instant.ts';
import { react } from '#lifecycle/react.ts';
import { noticeEndOf } from '#policy/working-hours.ts';
import type { Command } from '#lifecycle/commands.ts';
import type { Event } from '#lifecycle/events.ts';
import type { Exception } from '#lifecycle/exception.ts';
import type { Policy, RiskClass } from '#policy/policy.ts';
import {
  after,
  approve,
  examples,
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

const withHigh = (given: Partial<RiskClass>): Policy => ({
  ...policy,
  risk: { ...policy.risk, high: { ...policy.risk.high, ...given } },
});
const apply = (state: Exception, rules: Policy, at: string, hash = 'h1', before = policy) => {
  const command: Command = { type: 'ApplyPolicy', before, hash };
  return live([[after(at), command]], rules, state);
};
const asked = examples.unconfirmed.state;
const confirmed = examples.confirmed.state;
const due: Command = { type: 'CheckDue' };

describe('another policy', () => {
  it('moves the deadline of a question later, and back', () => {
    const week = withHigh({ confirmWithin: duration('P7D') });
    const longer = apply(asked, week, 'P1D');
    expect(longer.last).toMatchObject([
      {
        type: 'PolicyApplied',
        policy: 'h1',
        confirmBy: after('P7D'),
        moved: { from: after('P3D'), to: after('P7D') },
      },
    ]);
    expect(apply(longer.state, policy, 'P1DT1H', 'h2', week).state).toMatchObject({
      confirmBy: after('P3D'),
    });
  });

  it('moves it sooner, but never nearer than the least notice from now, and tells the owner anew', () => {
    const { last, state } = apply(asked, withHigh({ confirmWithin: duration('P1D') }), 'P2D');
    // A day from the question is over: eight hours from now it is.
    expect(last).toMatchObject([{ type: 'PolicyApplied', confirmBy: after('P2DT8H') }]);
    expect(state.told).toEqual([]);
    expect(react(last[0] as Event, state)).toEqual([
      { type: 'remind', deadline: after('P2DT8H') },
      { type: 'refresh' },
    ]);
    // Who was told of the old date only has not been told of this one.
    expect(types(live([[after('P2DT8H'), due]], policy, state).last)).toEqual(['DeadlinePostponed']);
  });

  it('never takes the notice away that the policy before it gave', () => {
    const before = withHigh({ leastNotice: duration('P1D') });
    const { last } = apply(asked, withHigh({ confirmWithin: duration('P1D') }), 'P1DT12H', 'h1', before);
    expect(last).toMatchObject([{ type: 'PolicyApplied', confirmBy: after('P2DT12H') }]);
  });

  it('moves a deadline past what it was postponed to', () => {
    const never = live([[after('P3D'), due]], policy, { ...asked, told: [] }).state;
    expect(never).toMatchObject({ postponedTo: after('P3DT8H') });
    const { state } = apply(never, withHigh({ confirmWithin: duration('P7D') }), 'P3DT1H');
    expect(presentDeadlineOf(state as Extract<Exception, { state: 'unconfirmed' }>)).toBe(after('P7D'));
  });

  it('that shortens the notice too gives the longer one, because nobody was told of the shorter', () => {
    const hasty = withHigh({ confirmWithin: duration('P1D'), leastNotice: duration('PT1H') });
    expect(apply(asked, hasty, 'P2D').last).toMatchObject([{ confirmBy: after('P2DT8H') }]);
    expect(apply(asked, policy, 'P2D', 'h1', hasty).last).toEqual([]);
    const slow = withHigh({ confirmWithin: duration('P1D'), leastNotice: duration('PT16H') });
    expect(apply(asked, slow, 'P2D').last).toMatchObject([{ confirmBy: after('P2DT16H') }]);
  });

  it('shortens a term to what may now be chosen, and lengthens none', () => {
    const month = withHigh({ longestTerm: duration('P30D'), reviewEvery: duration('P10D') });
    const { last, state } = apply(confirmed, month, 'P2D');
    expect(last).toMatchObject([{ expiresAt: after('P30DT1H'), reviewBy: after('P10DT1H') }]);
    expect(state).toMatchObject({
      approval: { reason: 'the newsletter is sent by our partner', reviewBy: after('P10DT1H') },
    });
    expect(
      apply(confirmed, withHigh({ longestTerm: duration('P365D'), reviewEvery: duration('P180D') }), 'P2D')
        .last,
    ).toEqual([]);
  });

  it('does not count a date as chosen that it has moved', () => {
    // No reminder fits in: who chose such a term would have been told of it by choosing it.
    const short = withHigh({
      longestTerm: duration('PT12H'),
      reviewEvery: duration('PT12H'),
      remindBefore: [duration('P9D')],
    });
    const { state } = apply(confirmed, short, 'PT2H');
    const end = presentDeadlineOf(state as Extract<Exception, { state: 'confirmed' }>);
    expect(types(live([[end, due]], short, state).last)).toEqual(['DeadlinePostponed']);
  });

  it('that only reminds at other times is recorded too, because what is due next is another moment', () => {
    const { last, state } = apply(asked, withHigh({ remindBefore: [duration('PT30H')] }), 'PT1H');
    expect(last).toMatchObject([{ type: 'PolicyApplied', policy: 'h1' }]);
    expect(last[0]).not.toHaveProperty('moved');
    expect(react(last[0] as Event, state)).toEqual([]);
  });

  it('is applied once, and changes nothing of what is disabled or removed', () => {
    const day = withHigh({ confirmWithin: duration('P1D') });
    const once = apply(asked, day, 'PT2H');
    expect(apply(once.state, day, 'PT3H').last).toEqual([]);
    // Of what only reminds at other times, nothing but the name of the policy shows that it was applied.
    const reminding = withHigh({ remindBefore: [duration('PT30H')] });
    expect(apply(apply(asked, reminding, 'PT1H').state, reminding, 'PT2H').last).toEqual([]);
    for (const { state } of [examples.disabled, examples.removed, examples.disabling])
      expect(apply(state, day, 'P9D').last).toEqual([]);
  });

  it('that is the same leaves everything as it is', () => {
    for (const { state } of Object.values(examples)) expect(apply(state, policy, 'P1D').last).toEqual([]);
  });

  it('whatever it says, takes nobody’s least notice away', () => {
    const days = fc.integer({ min: 1, max: 200 }).map((count) => duration(`P${count}D`));
    const rules = fc.record({
      confirmWithin: days,
      confirmAgainWithin: days,
      longestTerm: days,
      reviewEvery: days,
    });
    fc.assert(
      fc.property(fc.constantFrom(asked, confirmed), rules, fc.nat(70), (state, given, hours) => {
        const next = withHigh(given);
        const now = after(`PT${2 + hours}H`);
        const event = applyPolicy(state, { before: policy, after: next, hash: 'h', now });
        if (!event?.moved || event.moved.to >= event.moved.from) return;
        const moved = evolve(state, event);
        if (moved.state !== 'unconfirmed' && moved.state !== 'confirmed')
          throw new Error('it left its state');
        const notice = noticeEndOf(now, moved, next);
        expect(presentDeadlineOf(moved) >= (notice < event.moved.from ? notice : event.moved.from)).toBe(
          true,
        );
      }),
    );
  });
});

describe('what policy did not make is not policy’s to move nearer', () => {
  const day = withHigh({ confirmWithin: duration('P1D'), confirmAgainWithin: duration('PT8H') });
  const imported = live([[noon, observe({ imported: after('P21D') })]]).state;

  it.each([
    ['a shorter time to confirm', day],
    ['a shorter grace', { ...policy, graceOnImport: duration('P1D') }],
    ['both', { ...day, graceOnImport: duration('P1D') }],
  ])('%s takes nothing of the grace of an import', (_, rules) => {
    expect(imported).toMatchObject({ confirmBy: after('P21D') });
    expect(apply(imported, rules, 'P2D').last).toEqual([]);
  });

  it('an import is given what a longer time to confirm gives, and keeps its grace after that', () => {
    const month = withHigh({ confirmWithin: duration('P30D') });
    const { state } = apply(imported, month, 'P2D');
    expect(state).toMatchObject({ confirmBy: after('P30D') });
    expect(apply(state, day, 'P3D', 'h2', month).state).toMatchObject({ confirmBy: after('P21D') });
  });

  it('the grace is kept where the time to confirm happens to be as long', () => {
    const fortnight = withHigh({ confirmWithin: duration('P14D') });
    const { state } = live([[noon, observe({ imported: noon })]], fortnight);
    expect(state).toMatchObject({ confirmBy: after('P14D') });
    expect(apply(state, policy, 'P2D', 'h1', fortnight).last).toEqual([]);
  });

  it('a question that a hold left keeps its deadline', () => {
    const held = live(
      [
        [after('PT2H'), { type: 'Hold', by: sam, until: after('P2D'), reason: 'investigating' }],
        [after('P2D'), due],
      ],
      policy,
      asked,
    ).state;
    expect(held).toMatchObject({ state: 'unconfirmed', confirmBy: after('P3D') });
    expect(apply(held, day, 'P2DT1H').last).toEqual([]);
    expect(apply(held, withHigh({ confirmWithin: duration('P9D') }), 'P2DT1H').last).toEqual([]);
  });

  it('nor what an older release stored, which does not tell what its deadline was made of', () => {
    const stored = { ...asked } as { -readonly [Field in keyof Asked]: Asked[Field] };
    delete stored.byPolicy;
    for (const rules of [day, withHigh({ confirmWithin: duration('P9D') })])
      expect(apply(stored, rules, 'PT1H').last).toEqual([]);
  });

  it('a change that lowered the risk did not put the deadline off, and no policy does', () => {
    const lower = live(
      [
        [
          after('PT1H'),
          observe({
            settings: {
              ...observation.settings,
              HeaderContainsMessageHeader: 'Authentication-Results',
              HeaderContainsWords: ['dmarc=pass'],
            },
            record: 'r2',
            change: 'alter',
          }),
        ],
      ],
      policy,
      asked,
    ).state;
    expect(lower).toMatchObject({ risk: 'medium', confirmBy: after('P3D') });
    expect(apply(lower, policy, 'PT2H').last).toEqual([]);
  });

  it('a change that brought the question forward, and one that undid a disable, go by the time policy gives that', () => {
    const again = live([
      [noon, observe()],
      [after('PT1M'), (state) => told(state, after('PT1M'))],
      [after('P3D'), due],
      [after('P3DT1M'), { type: 'ReportDisabled', attempt: 1, guid, before: observation.settings }],
      [after('P4D'), observe({ record: 'r3', change: 'enable', changedAt: after('P4D') })],
    ]).state;
    expect(again).toMatchObject({ question: 're-enabled', confirmBy: after('P5D') });
    expect(apply(again, withHigh({ confirmWithin: duration('PT9H') }), 'P4DT1H').last).toEqual([]);
    expect(apply(again, day, 'P4DT1H').state).toMatchObject({ confirmBy: after('P4DT9H') });
  });

  it('a deadline that was put off stays put off', () => {
    // Nobody was told: it is put off by the least notice.
    const late = live(
      [
        [noon, observe()],
        [after('P3D'), due],
      ],
      policy,
    ).state as Extract<Exception, { state: 'unconfirmed' }>;
    expect(presentDeadlineOf(late)).toBe(after('P3DT8H'));
    expect(apply(late, day, 'P3DT1H').last).toEqual([]);
  });
});

describe('a policy that is taken back', () => {
  const day = withHigh({
    confirmWithin: duration('P1D'),
    longestTerm: duration('P10D'),
    reviewEvery: duration('P5D'),
  });

  it('gives every deadline back that it took, also where notice was owed', () => {
    for (const state of [asked, confirmed]) {
      const shorter = apply(state, day, 'P2D');
      expect(types(shorter.last)).toEqual(['PolicyApplied']);
      const back = apply(shorter.state, policy, 'P2DT1H', 'h2', day).state;
      expect(deadlinesOf(back)).toEqual(deadlinesOf(state));
    }
  });

  it('half applied, does so too', () => {
    // The sweep that goes back to it never knew the other one as being in force.
    for (const state of [asked, confirmed]) {
      const shorter = apply(state, day, 'P2D').state;
      expect(deadlinesOf(apply(shorter, policy, 'P2DT1H', 'h2', policy).state)).toEqual(deadlinesOf(state));
    }
  });

  it('gives nothing back that a person has chosen since', () => {
    const shorter = apply(confirmed, day, 'P2D').state;
    const renewed = live(
      [
        [
          after('P3D'),
          (state) => approve(state, after('P3D'), { expiresAt: after('P9D'), reviewEvery: duration('P5D') }),
        ],
      ],
      day,
      shorter,
    ).state;
    expect(renewed).toMatchObject({ renewals: 1 });
    expect(apply(renewed, policy, 'P4D', 'h2', day).last).toEqual([]);
  });

  it('gives nothing back that an older release took, which did not keep what was chosen', () => {
    const { approval } = confirmed as Extract<Exception, { state: 'confirmed' }>;
    const cut = { ...confirmed, approval: { ...approval, reviewBy: after('P5D') } } as Exception;
    expect(apply(cut, policy, 'P2D', 'h2', day).last).toEqual([]);
  });

  it('does not shorten what it found longer than it ever allowed', () => {
    const long = {
      ...confirmed,
      approval: { ...approvalOf(confirmed), expiresAt: after('P400D') },
    } as Exception;
    expect(apply(long, policy, 'P2D').last).toEqual([]);
  });
});

describe('what is asked and answered', () => {
  const named: Policy = { ...policy, hash: 'q' };
  const lived = (steps: Parameters<typeof live>[0], from?: Exception) => live(steps, named, from).state;

  it('is known to go by the policy of then, and no other act is', () => {
    expect(lived([[noon, observe()]])).toMatchObject({ askedUnder: 'q' });
    for (const command of [
      approve(asked, after('PT1H')),
      observe({ record: 'r', change: 'alter', settings: { SetSCL: -1 }, changedAt: after('PT1H') }),
    ])
      expect(lived([[after('PT1H'), command]], asked)).toMatchObject({ askedUnder: 'q' });
    const renewal = approve(confirmed, after('PT2H'));
    expect(lived([[after('PT2H'), renewal]], confirmed)).toMatchObject({ askedUnder: 'q' });
    const restore: Command = { type: 'Restore', by: sam, reason: 'x', expiresAt: after('P4D') };
    expect(lived([[after('P3DT1H'), restore]], examples.disabled.state)).toMatchObject({ askedUnder: 'q' });
    expect(lived([[after('PT1H'), { type: 'CheckDue' }]], asked)).not.toHaveProperty('askedUnder');
    expect(live([[noon, observe()]]).state).not.toHaveProperty('askedUnder');
  });

  it('goes by it through a hold', () => {
    const kept = lived([[after('PT2H'), approve(confirmed, after('PT2H'))]], confirmed);
    const { state } = live(
      [
        [after('P1D'), { type: 'Hold', by: sam, until: after('P2D'), reason: 'x' }],
        [after('P2D'), due],
      ],
      policy,
      kept,
    );
    expect(state).toMatchObject({ state: 'confirmed', askedUnder: 'q' });
  });
});

describe('an approval for longer than policy allows by now', () => {
  const year = withHigh({ longestTerm: duration('P365D'), reviewEvery: duration('P180D') });
  const long = live(
    [
      [
        after('PT1H'),
        approve(asked, after('PT1H'), { expiresAt: after('P300D'), reviewEvery: duration('P180D') }),
      ],
    ],
    year,
    asked,
  ).state;
  const { longestTerm: allowed } = policy.risk.high;

  it('is put right while it is held, and ends with all its notice after the hold', () => {
    const held = live(
      [[after('P1D'), { type: 'Hold', by: sam, until: after('P2D'), reason: 'x' }]],
      year,
      long,
    );
    const { last, state } = apply(held.state, policy, 'P1DT1H', 'h1', year);
    expect(last).toMatchObject([{ type: 'PolicyApplied', expiresAt: after(allowed, after('PT1H')) }]);
    expect(last[0]).not.toHaveProperty('moved');
    expect(react(last[0] as Event, state)).toEqual([]);
    expect(state).toMatchObject({ state: 'held', approval: { chosen: after('P300D') } });
    expect(apply(state, year, 'P1DT2H', 'h2', policy).state).toMatchObject({
      approval: { expiresAt: after('P300D') },
    });
    const asking = examples.held.state;
    expect(apply(asking, policy, 'P1D', 'h1', year).last).toEqual([]);
  });

  it('is bounded as a restore where it is one', () => {
    const week = withHigh({ restoreFor: duration('P7D') });
    const restore: Command = { type: 'Restore', by: sam, reason: 'x', expiresAt: after('P9D') };
    const restored = live([[after('P3DT1H'), restore]], week, examples.disabled.state).state;
    expect(restored).toMatchObject({ state: 'confirmed', approval: { expiresAt: after('P9D') } });
    const { last } = apply(restored, policy, 'P3DT2H', 'h1', week);
    const { restoreFor } = policy.risk.high;
    expect(last).toMatchObject([{ expiresAt: after(restoreFor, after('P3DT1H')) }]);
  });
});

describe('told of a deadline', () => {
  const day = withHigh({ confirmWithin: duration('P1D') });

  it('that came nearer since is not told of the nearer one, even where the message arrives after it', () => {
    const { state } = apply(asked, day, 'P1D');
    expect(state).toMatchObject({ confirmBy: after('P1DT8H') });
    const { last } = live(
      [
        [after('P1DT1M'), { ...told(state, after('P1DT1M')), deadline: after('P3D') } as Command],
        [after('P1DT8H'), due],
      ],
      day,
      state,
    );
    expect(last).toMatchObject([{ type: 'DeadlinePostponed', to: after('P1DT16H') }]);
  });

  it('that moved away is not told of the later one, and is told of it before anything lapses', () => {
    const week = withHigh({ confirmWithin: duration('P7D') });
    const { state } = apply(asked, week, 'P1D');
    // The reminders were called for, and none of them arrived.
    const { last, state: then } = live(
      [
        [after('P4D'), due],
        [after('P6D'), due],
        [after('P7D'), due],
      ],
      week,
      state,
    );
    expect(types(last)).toEqual(['DeadlinePostponed']);
    expect(react(last[0] as Event, then)).toMatchObject([
      { type: 'remind', deadline: after('P7DT8H') },
      { type: 'alert' },
    ]);
  });

  it('one message tells of the nearer one: the steps that are over by then call for no other', () => {
    const { state } = apply(asked, day, 'P1D');
    expect(live([[after('P1DT1M'), due]], day, state).last).toEqual([]);
  });

  it('at which policy only alerted people was not told of a disable', () => {
    const escalates = withHigh({ onSilence: 'escalate' });
    const alerted = live(
      [
        [after('P3D'), due],
        [after('P3DT1M'), (state) => ({ ...told(state), deadline: after('P4D') }) as Command],
      ],
      escalates,
      asked,
    ).state;
    const { last, state } = apply(alerted, policy, 'P3DT20H', 'h1', escalates);
    expect(last).toMatchObject([{ type: 'PolicyApplied', silence: 'disable' }]);
    expect(react(last[0] as Event, state)).toEqual([
      { type: 'remind', deadline: after('P4D') },
      { type: 'refresh' },
    ]);
    const { last: then } = live(
      [
        [after('P3DT20H'), (state) => ({ ...told(state), deadline: after('P4D') }) as Command],
        [after('P4D'), due],
      ],
      policy,
      state,
    );
    expect(then).toMatchObject([{ type: 'DeadlinePostponed', to: after('P4DT4H') }]);
    // The same where the sweep that applies it has not come yet: that message was no notice of a disable.
    const [postponed] = live([[after('P4D'), due]], policy, alerted).last;
    expect(postponed).toMatchObject({ type: 'DeadlinePostponed', untold: true, to: after('P4DT8H') });
    expect(react(postponed as Event, evolve(alerted, postponed as Event))).toMatchObject([
      { type: 'remind', deadline: after('P4DT8H') },
      { type: 'alert' },
    ]);
    // A protective rule is never disabled, and the other way round nobody loses anything.
    expect(apply({ ...alerted, remedy: 'escalate' }, policy, 'P3DT20H', 'h1', escalates).last).toEqual([]);
    const softer = apply(asked, escalates, 'PT1H').last;
    expect(softer).toMatchObject([{ type: 'PolicyApplied' }]);
    expect(softer[0]).not.toHaveProperty('moved');
    expect(softer[0]).not.toHaveProperty('silence');
  });

  it('that only alerts people, and back to one that it went by before, is known to disable again', () => {
    const escalates = withHigh({ onSilence: 'escalate' });
    const before = { ...asked, appliedPolicy: 'p' };
    const softer = apply(before, escalates, 'PT1H', 'q').state;
    const { last } = apply(softer, policy, 'PT2H', 'p', escalates);
    expect(last).toMatchObject([{ type: 'PolicyApplied', silence: 'disable' }]);
  });
});

type Asked = Extract<Exception, { state: 'unconfirmed' }>;
const approvalOf = (state: Exception) => (state as Extract<Exception, { state: 'confirmed' }>).approval;
const deadlinesOf = (state: Exception): unknown =>
  state.state === 'unconfirmed'
    ? state.confirmBy
    : { expiresAt: approvalOf(state).expiresAt, reviewBy: approvalOf(state).reviewBy };
