/** What was there before Lapse has its grace, whatever else happens, as long as nobody has answered. */
import { describe, expect, it } from 'vitest';
import { duration } from '#time/instant.ts';
import { after, approve, live, noon, observation, observe, policy, sam, told, types } from './examples.ts';
import type { Command } from '#lifecycle/commands.ts';
import type { Policy } from '#policy/policy.ts';
import type { Exception, Unconfirmed } from '#lifecycle/exception.ts';
import type { Step } from './examples.ts';

const due: Command = { type: 'CheckDue' };
const imported: Step = [noon, observe({ imported: after('P20D') })];
const hours = (from: number, to: number, every = 6): readonly Step[] =>
  Array.from({ length: (to - from) / every }, (_, step): Step => [after(`PT${from + step * every}H`), due]);
/** Everybody is told of everything at once, and nobody answers. */
const silence = (from: number, to: number): readonly Step[] =>
  hours(from, to).flatMap((step): readonly Step[] => [step, [step[0], (state) => told(state, step[0])]]);
const other = observe({
  record: 'r2',
  change: 'alter',
  operation: 'Set-TransportRule',
  settings: { ...observation.settings, SenderDomainIs: 'everybody.example' },
  changedAt: after('P2D'),
});
const day = duration('P1D');
const { high } = policy.risk;
const hasty: Policy = {
  ...policy,
  graceOnImport: day,
  risk: { ...policy.risk, high: { ...high, confirmWithin: day, confirmAgainWithin: duration('PT8H') } },
};
const apply: Command = { type: 'ApplyPolicy', before: policy, hash: 'h1' };

describe('during the grace of an import nothing is disabled in silence', () => {
  it.each<[string, readonly Step[]]>([
    ['if nothing else happens', []],
    ['if its settings change', [[after('P2D'), other]]],
    ['if a hold ends', [[after('P1D'), { type: 'Hold', by: sam, until: after('P2D'), reason: 'looking' }]]],
    [
      'if its settings change while it is held',
      [
        [after('P1D'), { type: 'Hold', by: sam, until: after('P3D'), reason: 'looking' }],
        [after('P2D'), other],
      ],
    ],
    ['if Lapse goes live', [[after('P2D'), { type: 'RestartDeadline', all: true }]]],
  ])('%s, and if policy gets stricter after that', (_, steps) => {
    const before = live([imported, ...silence(1, 24), ...steps]);
    for (const lived of [
      live(silence(80, 14 * 24), policy, before.state),
      live([[after('P3D'), apply], ...silence(80, 14 * 24)], hasty, before.state),
    ]) {
      expect(types([...before.events, ...lived.events])).not.toContain('ExceptionLapsed');
      expect(['unconfirmed', 'held']).toContain(lived.state.state);
    }
  });

  it('and afterwards it is, as anything else', () => {
    expect(live([imported, ...silence(1, 21 * 24)]).state.state).toBe('disabling');
  });

  it('what somebody has approved has no grace any more: a change asks anew, within the time of its class', () => {
    const { state } = live([
      imported,
      ...silence(1, 24),
      [after('P1D'), (asked) => approve(asked, after('P1D'), { by: sam })],
      [after('P2D'), other],
    ]);
    expect(state).toMatchObject({ state: 'unconfirmed', confirmBy: after('P5D') });
  });

  it('a changed one keeps its grace as its deadline, and a stricter policy leaves it that', () => {
    const { state } = live([imported, [after('P2D'), other]]);
    expect(state).toMatchObject({ state: 'unconfirmed', confirmBy: after('P14D') });
    expect(live([[after('P3D'), apply]], hasty, state).state).toMatchObject({ confirmBy: after('P14D') });
  });

  it('whatever has brought its deadline nearer, a sweep looks at the grace again', () => {
    const { state } = live([imported, ...silence(1, 24)]);
    const nearer: Exception = { ...(state as Unconfirmed), confirmBy: after('P2D') };
    expect(live([[after('P3D'), due]], policy, nearer).last).toMatchObject([
      { type: 'DeadlinePostponed', to: after('P14D') },
    ]);
  });

  it('a person may still say no', () => {
    const before = live([imported]).state;
    const { state } = live([[after('P1D'), { type: 'Decline', by: sam, seen: before.asOf }]], policy, before);
    expect(state.state).toBe('disabling');
  });
});
