/** Where Lapse may act, and what becomes of deadlines where it may not. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide } from '#lifecycle/decide/decide.ts';
import { findNextDue, presentDeadlineOf } from '#lifecycle/due.ts';
import { evolve } from '#lifecycle/evolve.ts';
import { wouldLapse } from '#lifecycle/lapsing.ts';
import { react } from '#lifecycle/react.ts';
import {
  findMode,
  goLive,
  observeOnly,
  resumeEnforcement,
  stopEnforcement,
  type Enforcement,
} from '#policy/enforcement-mode.ts';
import { kinds } from '#kinds/registry.ts';
import { duration, fromMillis, plus, toMillis } from '#time/instant.ts';
import type { Command } from '#lifecycle/commands.ts';
import type { Event } from '#lifecycle/events.ts';
import type { Exception } from '#lifecycle/exception.ts';
import type { Instant } from '#time/instant.ts';
import type { Policy } from '#policy/policy.ts';
import { after, alex, approve, live, noon, observe, policy, sam, told, types } from './examples.ts';
import type { Step } from './examples.ts';

const under = (enforcement: Enforcement, usual: 'live' | 'observing' = 'observing'): Policy => ({
  ...policy,
  modes: ({ kind }) => findMode(enforcement, kind, usual),
});
const observing = under({});
const by = 'sam';
const due: Command = { type: 'CheckDue' };
const asked: readonly Step[] = [
  [noon, observe()],
  [after('PT1M'), (state) => told(state, after('PT1M'))],
];

describe('the mode of a kind', () => {
  const rule = 'transport-rule' as const;

  it('is what the deployment says until somebody decides', () => {
    expect(findMode({}, rule, 'observing')).toEqual({ type: 'observing' });
    expect(findMode({}, rule, 'live')).toEqual({ type: 'live' });
  });

  it('is live from the moment it went live, for the kinds named only', () => {
    const live = goLive({}, [rule], { at: noon, by }, 'observing');
    expect(findMode(live, rule, 'observing')).toEqual({ type: 'live', since: noon });
    expect(findMode(live, 'ip-allow', 'observing')).toEqual({ type: 'observing' });
  });

  it('stays as it is where it is live already', () => {
    const live = goLive({}, [rule], { at: noon, by }, 'observing');
    expect(goLive(live, [rule], { at: after('P9D'), by }, 'observing')).toBe(live);
    expect(goLive({}, kinds, { at: noon, by }, 'live')).toEqual({});
  });

  it('goes back to observing, and the others stay live', () => {
    const some = observeOnly({}, [rule], { at: noon, by }, 'live');
    expect(findMode(some, rule, 'live')).toEqual({ type: 'observing', since: noon, by });
    const again = observeOnly(some, [rule], { at: after('P1D'), by: 'alex' }, 'live');
    expect(findMode(again, rule, 'live')).toEqual({ type: 'observing', since: noon, by });
    expect(findMode(some, 'ip-allow', 'live')).toEqual({ type: 'live' });
  });

  it('is stopped whatever it was, until that is lifted', () => {
    const stopped = stopEnforcement({}, { at: noon, by }, 'mail stands still');
    expect(findMode(stopped, rule, 'live')).toEqual({
      type: 'stopped',
      at: noon,
      by,
      why: 'mail stands still',
    });
    expect(stopEnforcement(stopped, { at: after('P1D'), by }, 'again')).toBe(stopped);
    const lifted = resumeEnforcement(stopped, { at: after('P2D'), by });
    expect(findMode(lifted, rule, 'live')).toEqual({
      type: 'live',
      paused: { from: noon, to: after('P2D') },
    });
    expect(resumeEnforcement({}, { at: noon, by })).toEqual({});
  });
});

describe('where Lapse only observes', () => {
  it('a deadline that comes is recorded, and the question stays open until it is looked at again', () => {
    const { last, state } = live([...asked, [after('P3D'), due]], observing);
    expect(last).toMatchObject([
      { type: 'LapseObserved', cause: 'unconfirmed', why: 'observing', next: after('P6D') },
    ]);
    expect(state).toMatchObject({ state: 'unconfirmed', spared: { at: after('P3D'), why: 'observing' } });
    expect(findNextDue(state, observing)).toBe(after('P6D'));
    expect(react(last[0] as Event, state)).toEqual([{ type: 'refresh' }]);
    expect(wouldLapse(state, { now: after('P9D'), policy: observing })).toBe(false);
  });

  it('what would have lapsed is looked at again and again, and nobody is told of it once more', () => {
    const again = live([...asked, [after('P3D'), due], [after('P6D'), due], [after('P9D'), due]], observing);
    expect(types(again.events).slice(2)).toEqual(['LapseObserved', 'LapseObserved', 'LapseObserved']);
  });

  it('no end is written into Exchange, for that would be refused again and again', () => {
    const ending: Policy = { ...observing, nativeExpiry: true };
    const steps: readonly Step[] = [
      [noon, observe()],
      [after('PT1M'), (state) => told(state, after('PT1M'))],
      [after('PT1H'), (state) => approve(state, after('PT1H'), { by: sam })],
    ];
    expect(live(steps, ending).state.acting).toBeUndefined();
    const { state } = live(steps, { ...ending, modes: () => ({ type: 'live' }) });
    expect(state.acting).toMatchObject({ act: 'expiry' });
  });

  it('nothing is disabled on request either, and the attempt is recorded', () => {
    const ask = live(asked, observing).state;
    for (const who of [alex, sam])
      expect(
        live([[after('PT1H'), (state) => ({ type: 'Decline', by: who, seen: state.asOf })]], observing, ask)
          .last,
      ).toMatchObject([{ type: 'AnswerRefused', why: 'observing' }]);
  });

  it('a class that is switched off first is only asked about', () => {
    const high = { ...policy.risk.high, onSilence: 'disable-first' as const };
    const rules = { ...observing, risk: { ...policy.risk, high } };
    expect(types(live([[noon, observe()]], rules).last)).toEqual(['ExceptionOpened']);
    expect(types(live([[noon, observe()]], { ...rules, modes: () => ({ type: 'live' }) }).last)).toEqual([
      'ExceptionOpened',
      'DisableOrdered',
    ]);
  });

  it('what people were told is no notice of a disable', () => {
    expect(live(asked, observing).last).toMatchObject([{ type: 'OwnerTold', alertsOnly: true }]);
  });

  it('an approval ends the story as ever', () => {
    const steps: readonly Step[] = [...asked, [after('P3D'), due]];
    const { state } = live([...steps, [after('P4D'), (now) => approve(now, after('P4D'))]], observing);
    expect(state.state).toBe('confirmed');
    expect(state.spared).toBeUndefined();
  });
});

describe('going live', () => {
  const wentLive = under(goLive({}, kinds, { at: after('P4D'), by }, 'observing'));
  const spared = live([...asked, [after('P3D'), due]], observing).state;

  it('gives what would have lapsed as long as if its owner were asked now, and tells them', () => {
    const { last, state } = live([[after('P4D'), { type: 'RestartDeadline', all: true }]], wentLive, spared);
    expect(last).toMatchObject([{ type: 'DeadlineRestarted', to: after('P7D') }]);
    expect(state).toMatchObject({ told: [] });
    expect(state.spared).toBeUndefined();
    expect(react(last[0] as Event, state)).toEqual([
      { type: 'remind', deadline: after('P7D') },
      { type: 'refresh' },
    ]);
  });

  it('restarts nothing twice', () => {
    const once = live([[after('P4D'), { type: 'RestartDeadline', all: true }]], wentLive, spared).state;
    expect(live([[after('P4D'), { type: 'RestartDeadline', all: true }]], wentLive, once).last).toEqual([]);
  });

  it('waits for notice that is given afterwards, even if no sweep has started the deadline afresh', () => {
    const open = live(asked, observing).state;
    const early = under(goLive({}, kinds, { at: after('P2DT23H'), by }, 'observing'));
    const { last, state } = live([[after('P3D'), due]], early, open);
    expect(last).toMatchObject([{ type: 'DeadlineRestarted', from: after('P3D'), to: after('P6D') }]);
    const informed = live(
      [[after('P3DT1H'), (now) => ({ ...told(now, after('P3DT1H')), deadline: after('P6D') }) as Command]],
      early,
      state,
    );
    expect(types(live([[after('P6D'), due]], early, informed.state).last)).toEqual(['ExceptionLapsed']);
  });

  it('does not take a short term for notice that somebody chose while nothing could end', () => {
    const brief = live(
      [
        ...asked,
        [
          after('PT1H'),
          (state) =>
            approve(state, after('PT1H'), { expiresAt: after('P1DT1H'), reviewEvery: duration('P1D') }),
        ],
      ],
      observing,
    ).state;
    const early = under(goLive({}, kinds, { at: after('PT10H'), by }, 'observing'));
    const deadline = after('P1DT1H');
    expect(types(live([[deadline, due]], early, brief).last)).toEqual(['DeadlineRestarted']);
  });

  it('leaves alone what was live already, with notice that was given', () => {
    const open = live(asked).state;
    expect(types(live([[after('P3D'), due]], under({}, 'live'), open).last)).toEqual(['ExceptionLapsed']);
  });
});

describe('while enforcement is stopped', () => {
  const stopped = under(stopEnforcement({}, { at: after('P2D'), by }, 'mail stands still'), 'live');
  const lifted = under(
    resumeEnforcement(stopEnforcement({}, { at: after('P2D'), by }, 'mail stands still'), {
      at: after('P3DT12H'),
      by,
    }),
    'live',
  );
  const open = live(asked).state;

  it('nothing lapses, however well its owner was told', () => {
    expect(live([[after('P3D'), due]], stopped, open).last).toMatchObject([
      { type: 'LapseObserved', why: 'stopped' },
    ]);
  });

  it('nobody is told that it was their deadline that mattered: a yes is a yes', () => {
    expect(types(live([[after('P3D'), (now) => approve(now, after('P3D'))]], stopped, open).last)).toEqual([
      'ExceptionApproved',
    ]);
  });

  it('and afterwards, what came due gets full notice, whether a sweep has seen it meanwhile or not', () => {
    const seen = live([[after('P3D'), due]], stopped, open).state;
    for (const state of [seen, open])
      expect(
        live([[after('P3DT12H'), { type: 'RestartDeadline', all: false }]], lifted, state).last,
      ).toMatchObject([{ type: 'DeadlineRestarted', to: after('P6DT12H') }]);
    expect(live([[after('P3DT12H'), due]], lifted, open).last).toMatchObject([{ type: 'DeadlineRestarted' }]);
  });

  it('what comes due only later goes by the notice it had', () => {
    const short = under(
      resumeEnforcement(stopEnforcement({}, { at: after('P1D'), by }, 'x'), { at: after('P2D'), by }),
      'live',
    );
    expect(live([[after('P2D'), { type: 'RestartDeadline', all: false }]], short, open).last).toEqual([]);
    expect(types(live([[after('P3D'), due]], short, open).last)).toEqual(['ExceptionLapsed']);
  });
});

describe('in every life in which people change where Lapse may act', () => {
  type Move = 'sweep' | 'tell' | 'approve' | 'live' | 'observe' | 'stop' | 'resume' | 'restart';
  const moves = fc.array(
    fc.tuple(
      fc.oneof(
        fc.constantFrom<Move>('sweep', 'sweep', 'tell'),
        fc.constantFrom<Move>('approve', 'live', 'observe', 'stop', 'resume', 'restart'),
      ),
      fc.nat(30 * 60),
    ),
    { minLength: 10, maxLength: 60, size: 'max' },
  );

  it('nothing lapses but where it may, nor before its owner had full notice of it since it may', () => {
    let lapses = 0;
    fc.assert(
      fc.property(moves, fc.constantFrom('live' as const, 'observing' as const), (all, usual) => {
        let now = noon;
        let enforcement: Enforcement = {};
        /** When people may have begun to rely on nothing happening; what was said before is worth nothing. */
        let allowed: Instant | undefined = usual === 'live' ? noon : undefined;
        let notices: { at: Instant; deadline: Instant }[] = [];
        let chosen: Instant | undefined;
        let state: Exception | undefined;
        const give = (command: Command): void => {
          const events = decide(state, command, { now, policy: under(enforcement, usual) });
          for (const event of events) {
            if (event.type === 'ExceptionLapsed') {
              lapses += 1;
              expect(findMode(enforcement, 'transport-rule', usual).type).toBe('live');
              if (state?.state !== 'unconfirmed' && state?.state !== 'confirmed')
                throw new Error('lapsed twice');
              const enough = (at: Instant): boolean =>
                allowed !== undefined &&
                at >= allowed &&
                plus(at, policy.risk[state?.risk ?? 'high'].leastNotice) <= now;
              const isTold = notices.some(({ at, deadline }) => enough(at) && deadline <= now);
              expect(isTold || (chosen !== undefined && enough(chosen))).toBe(true);
            }
            if (event.type === 'DeadlineRestarted') {
              notices = [];
              chosen = undefined;
              expect(event.to >= plus(now, policy.risk.high.leastNotice)).toBe(true);
            }
            if (event.type === 'OwnerTold' && event.deadline !== undefined)
              notices.push({ at: now, deadline: event.deadline });
            if (event.type === 'ExceptionApproved' || event.type === 'ExceptionRenewed') {
              notices = [];
              chosen = now;
            }
            state = evolve(state, event);
          }
        };
        give(observe());
        for (const [move, minutes] of all) {
          now = fromMillis(toMillis(now) + minutes * 60_000);
          const decision = { at: now, by };
          const isLive = (): boolean =>
            findMode(resumeEnforcement(enforcement, decision), 'transport-rule', usual).type === 'live';
          const before = isLive();
          const open = state?.state === 'unconfirmed' || state?.state === 'confirmed' ? state : undefined;
          if (!open) return;
          switch (move) {
            case 'sweep':
              give(due);
              break;
            case 'restart':
              give({ type: 'RestartDeadline', all: true });
              break;
            case 'tell':
              give({ ...told(open, now), deadline: presentDeadlineOf(open) } as Command);
              break;
            case 'approve':
              give(
                approve(open, now, {
                  by: sam,
                  expiresAt: plus(now, duration('P3D')),
                  reviewEvery: duration('P2D'),
                }),
              );
              break;
            case 'live':
              enforcement = goLive(enforcement, kinds, decision, usual);
              break;
            case 'observe':
              enforcement = observeOnly(enforcement, kinds, decision, usual);
              break;
            case 'stop':
              enforcement = stopEnforcement(enforcement, decision, 'x');
              break;
            case 'resume':
              enforcement = resumeEnforcement(enforcement, decision);
              break;
          }
          if (move === 'live' && !before && isLive()) allowed = now;
          if (move === 'observe') allowed = undefined;
        }
      }),
      { numRuns: 1500, seed: 13 },
    );
    expect(lapses).toBeGreaterThan(100);
  });
});
