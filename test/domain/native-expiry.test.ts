import { describe, expect, it } from 'vitest';
import { expiryEvents, nativeEnd } from '#domain/native-expiry.ts';
import { enforcementEvents, react } from '#domain/react.ts';
import { after, examples, live, policy, sam } from './examples.ts';
import type { Command } from '#domain/commands.ts';

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

  it('never comes before the end that its owner was told of', () => {
    const { state } = examples.confirmed;
    const { approval } = state;
    if (state.state !== 'confirmed' || !approval) throw new Error('not confirmed');
    const postponedTo = after('P1D', approval.expiresAt);
    expect(nativeEnd({ ...state, postponedTo })).toBe(postponedTo);
    // A review comes first and ends nothing that Exchange could keep.
    expect(approval.reviewBy < approval.expiresAt).toBe(true);
    expect(nativeEnd({ ...state, postponedTo: after('P1D', approval.reviewBy) })).toBe(approval.expiresAt);
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
    const rules = { ...policy, nativeExpiry: true };
    const { state, now } = examples.confirmed;
    const hold: Command = { type: 'Hold', by: sam, until: after('P2D', now), reason: 'x' };
    const { last, state: held } = live([[now, hold]], rules, state);
    expect(last).toMatchObject([{ type: 'ExceptionHeld', expireBy: after('PT15M', now) }]);
    expect(last[0] && react(last[0], held)).toContainEqual({ type: 'set-expiry', attempt: 1 });
    for (const type of expiryEvents) expect(enforcementEvents).toContain(type);
    expect(expiryEvents).toContain('DeadlinePostponed');
  });

  it('is called for by nothing where policy does not want it', () => {
    const { state, now } = examples.confirmed;
    const hold: Command = { type: 'Hold', by: sam, until: after('P2D', now), reason: 'x' };
    const { last, state: held } = live([[now, hold]], policy, state);
    expect(last[0]).not.toHaveProperty('expireBy');
    expect(held.acting).toBeUndefined();
  });
});
