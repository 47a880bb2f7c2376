import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyPolicy } from '#domain/apply-policy.ts';
import { presentDeadline } from '#domain/due.ts';
import { evolve } from '#domain/evolve.ts';
import { duration } from '#domain/instant.ts';
import { react } from '#domain/react.ts';
import { noticeEnds } from '#domain/working-hours.ts';
import type { Command } from '#domain/commands.ts';
import type { Event } from '#domain/events.ts';
import type { Exception } from '#domain/exception.ts';
import type { Policy, RiskClass } from '#domain/policy.ts';
import { after, examples, live, policy, types } from './examples.ts';

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
    const end = presentDeadline(state as Extract<Exception, { state: 'confirmed' }>);
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
        const notice = noticeEnds(now, moved, next);
        expect(presentDeadline(moved) >= (notice < event.moved.from ? notice : event.moved.from)).toBe(true);
      }),
    );
  });
});
