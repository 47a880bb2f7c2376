import { describe, expect, it } from 'vitest';
import { nativeEnd } from '#domain/native-expiry.ts';
import { enforcementEvents, react } from '#domain/react.ts';
import { examples } from './examples.ts';

describe('the end that Exchange keeps itself', () => {
  it('is that of the approval', () => {
    const { state } = examples.confirmed;
    expect(state.approval).toBeDefined();
    expect(nativeEnd(state)).toBe(state.approval?.expiresAt);
  });

  it('stays that which was chosen where a policy has shortened it: nobody may have been told yet', () => {
    const { state } = examples.confirmed;
    if (state.state !== 'confirmed') throw new Error('not confirmed');
    const { approval } = state;
    const shortened = {
      ...approval,
      expiresAt: approval.at,
      reviewBy: approval.at,
      chosen: approval.expiresAt,
    };
    expect(nativeEnd({ ...state, approval: shortened })).toBe(approval.expiresAt);
  });

  it('never comes before the end of a hold', () => {
    const { state } = examples.held;
    if (state.state !== 'held') throw new Error('not held');
    const approval = examples.confirmed.state.approval;
    if (!approval) throw new Error('not approved');
    const until = '2027-12-01T00:00:00.000Z' as typeof state.until;
    expect(nativeEnd({ ...state, approval, until })).toBe(until);
  });

  it.each(['disabling', 'disabled', 'removed'] as const)('is none where it is %s', (state) => {
    const { approval } = examples.confirmed.state;
    expect(nativeEnd({ ...examples[state].state, ...(approval && { approval }) })).toBeUndefined();
  });

  it('is none before anybody approved it, for a connector, and where it would end protection', () => {
    expect(nativeEnd(examples.unconfirmed.state)).toBeUndefined();
    const { state } = examples.confirmed;
    expect(nativeEnd({ ...state, kind: 'inbound-connector' })).toBeUndefined();
    expect(nativeEnd({ ...state, remedy: 'escalate' })).toBeUndefined();
  });

  it('is called for by every event that moves it, and those events reach whoever carries it out', () => {
    const { state } = examples.confirmed;
    const actor = { type: 'schedule' } as const;
    const until = state.approval?.expiresAt ?? state.openedAt;
    const postponed = { type: 'DeadlinePostponed', at: until, actor, from: until, to: until } as const;
    expect(react(postponed, state)).toContainEqual({ type: 'set-expiry', until });
    expect(enforcementEvents).toContain('DeadlinePostponed');
  });
});
