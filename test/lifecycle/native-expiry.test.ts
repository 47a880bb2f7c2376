import { describe, expect, it } from 'vitest';
import { expiryEvents, nativeEndOf } from '#lifecycle/native-expiry.ts';
import { enforcementEvents, react } from '#lifecycle/react.ts';
import { after, approve, examples, live, noon, observe, policy, sam, told } from './examples.ts';
import type { Command } from '#lifecycle/commands.ts';
import type { Exception } from '#lifecycle/exception.ts';
import type { Instant } from '#time/instant.ts';

describe('the end that Exchange keeps itself', () => {
  it('is that of the approval', () => {
    const { state } = examples.confirmed;
    expect(state.approval).toBeDefined();
    expect(nativeEndOf(state)).toBe(state.approval?.expiresAt);
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
    expect(nativeEndOf({ ...state, approval: shortened })).toBe(approval.expiresAt);
  });

  it('never comes before the end that its owner was told of', () => {
    const { state } = examples.confirmed;
    const { approval } = state;
    if (state.state !== 'confirmed' || !approval) throw new Error('not confirmed');
    const postponedTo = after('P1D', approval.expiresAt);
    expect(nativeEndOf({ ...state, postponedTo })).toBe(postponedTo);
    // A review comes first and ends nothing that Exchange could keep.
    expect(approval.reviewBy < approval.expiresAt).toBe(true);
    expect(nativeEndOf({ ...state, postponedTo: after('P1D', approval.reviewBy) })).toBe(approval.expiresAt);
  });

  it('never comes before the end of a hold', () => {
    const { state } = examples.held;
    if (state.state !== 'held') throw new Error('not held');
    const approval = examples.confirmed.state.approval;
    if (!approval) throw new Error('not approved');
    const until = '2027-12-01T00:00:00.000Z' as typeof state.until;
    expect(nativeEndOf({ ...state, approval, until })).toBe(until);
  });

  it.each(['disabling', 'disabled', 'removed'] as const)('is none where it is %s', (state) => {
    const { approval } = examples.confirmed.state;
    expect(nativeEndOf({ ...examples[state].state, ...(approval && { approval }) })).toBeUndefined();
  });

  it('is none before anybody approved it, for a connector, and where it would end protection', () => {
    expect(nativeEndOf(examples.unconfirmed.state)).toBeUndefined();
    const { state } = examples.confirmed;
    expect(nativeEndOf({ ...state, kind: 'inbound-connector' })).toBeUndefined();
    expect(nativeEndOf({ ...state, remedy: 'escalate' })).toBeUndefined();
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

  describe('that stands in Exchange by a policy of before', () => {
    const { state: confirmed, now } = examples.confirmed;
    const wanted = { ...policy, nativeExpiry: true };
    const held = (until: Instant): Command => ({ type: 'Hold', by: sam, until, reason: 'x' });
    const done = (state: Exception, until?: Instant): Command => ({
      type: 'ReportActDone',
      act: 'expiry',
      of: state.acting?.of ?? 0,
      attempt: 1,
      ...(until !== undefined && { until }),
    });
    const end = nativeEndOf(confirmed);
    /** Held for two days, and its end written. */
    const begun = live([[now, held(after('P2D', now))]], wanted, confirmed).state;
    const written = live([[now, done(begun, end)]], wanted, begun).state;
    const renewal = (state: Exception, at: Instant): Command =>
      approve(state, at, { expiresAt: after('P80D', at) });
    const free = live([[after('P2D', now), { type: 'CheckDue' }]], policy, written);

    it('is known, and moved wherever the end moves past it', () => {
      expect(written).toMatchObject({ keptEnd: end });
      expect(written.acting).toBeUndefined();
      const at = after('P3D', now);
      const renewed = live([[at, renewal(free.state, at)]], policy, free.state);
      expect(renewed.last).toMatchObject([{ type: 'ExceptionRenewed', expireBy: after('PT15M', at) }]);
      expect(renewed.last[0] && react(renewed.last[0], renewed.state)).toContainEqual({
        type: 'set-expiry',
        attempt: 1,
      });
      const moved = live([[at, done(renewed.state, after('P80D', at))]], policy, renewed.state).state;
      expect(moved).toMatchObject({ keptEnd: after('P80D', at) });
      expect(moved.acting).toBeUndefined();
    });

    it('is left alone where it comes no sooner than its people were told', () => {
      expect(free.last.map(({ type }) => type)).toEqual(['HoldEnded']);
      expect(free.last[0]).not.toHaveProperty('expireBy');
    });

    it('is moved again where the end moved while it was being written', () => {
      const at = after('P3D', now);
      const writing = { ...begun, acting: begun.acting } as Exception;
      const ended = live([[after('P2D', now), { type: 'CheckDue' }]], policy, writing).state;
      const { last, state: renewed } = live([[at, renewal(ended, at)]], policy, ended);
      // Its next attempt writes the new end, and reports of this one are still heard.
      expect(last[0]).not.toHaveProperty('expireBy');
      // The attempt had read the end of before.
      const report = live([[at, done(renewed, end)]], policy, renewed);
      expect(report.last).toMatchObject([{ type: 'ActDone', expireBy: after('PT15M', at) }]);
      expect(report.state.acting).toMatchObject({ act: 'expiry', attempt: 1, of: report.state.version });
      expect(report.last[0] && react(report.last[0], report.state)).toContainEqual({
        type: 'set-expiry',
        attempt: 1,
      });
    });

    it('is known to be possible where nothing was heard of writing it', () => {
      const at = after('P3D', now);
      const ended = live([[after('P2D', now), { type: 'CheckDue' }]], policy, begun).state;
      const revoked = live([[at, { type: 'Revoke', by: sam, seen: ended.asOf }]], policy, ended).state;
      expect(revoked).toMatchObject({ keptEnd: end });
      expect(revoked.acting).toBeUndefined();
    });

    it('outlives that it is harmless for a while', () => {
      const harmless = observe({
        record: 'harmless',
        operation: 'Set-TransportRule',
        change: 'alter',
        changedAt: after('P1D', now),
        settings: { Name: 'Partner newsletter' },
      });
      const risky = observe({
        record: 'risky',
        operation: 'Set-TransportRule',
        change: 'alter',
        changedAt: after('P2D', now),
      });
      // With its whole trail: that it was never gone, nothing else tells.
      const { last, state } = live(
        [
          [noon, observe()],
          [after('PT1M'), (asked) => told(asked, after('PT1M'))],
          [now, (asked) => approve(asked, now)],
          [now, (kept) => done(kept, end)],
          [after('P1D', now), harmless],
          [after('P2D', now), risky],
        ],
        wanted,
      );
      expect(last.map(({ type }) => type)).toEqual(['ExceptionOpened']);
      expect(state).toMatchObject({ state: 'unconfirmed', keptEnd: end });
    });
  });

  it('is called for by nothing where policy does not want it', () => {
    const { state, now } = examples.confirmed;
    const hold: Command = { type: 'Hold', by: sam, until: after('P2D', now), reason: 'x' };
    const { last, state: held } = live([[now, hold]], policy, state);
    expect(last[0]).not.toHaveProperty('expireBy');
    expect(held.acting).toBeUndefined();
  });
});
