/** Whoever had something disabled can take that back for a while: then everything is as it was. */
import { describe, expect, it } from 'vitest';
import { findNextDue, presentDeadlineOf } from '#lifecycle/due.ts';
import { undoOf } from '#lifecycle/decide/answer.ts';
import { react } from '#lifecycle/react.ts';
import { noticeEndOf } from '#policy/working-hours.ts';
import { plus, duration } from '#time/instant.ts';
import type { Answerer, Command } from '#lifecycle/commands.ts';
import type { Event } from '#lifecycle/events.ts';
import type { Exception } from '#lifecycle/exception.ts';
import type { Instant } from '#time/instant.ts';
import type { Step } from './examples.ts';
import {
  after,
  alex,
  approve,
  guid,
  id,
  live,
  mallory,
  noon,
  observation,
  observe,
  policy,
  sam,
  told,
  toni,
  types,
} from './examples.ts';

const asked: readonly Step[] = [
  [noon, observe()],
  [after('PT1M'), (state) => told(state, after('PT1M'))],
];
const approved: readonly Step[] = [...asked, [after('PT1H'), (state) => approve(state, after('PT1H'))]];
const held: readonly Step[] = [
  ...approved,
  [after('PT90M'), { type: 'Hold', by: sam, until: after('P5D'), reason: 'investigating' }],
];

const off =
  (by: Answerer = alex) =>
  (state: Exception): Command => ({
    type: state.state === 'unconfirmed' ? 'Decline' : 'Revoke',
    by,
    seen: state.asOf,
    reason: 'not needed',
  });
const done = (at: Instant, before = observation.settings): Step => [
  at,
  { type: 'ReportDisabled', attempt: 1, guid, before },
];
const undo = (by: Answerer = alex): Command => ({ type: 'Undo', by });
const shownOn = (state: Exception): Command => ({
  type: 'ReportActDone',
  act: 'restore',
  of: state.acting?.of ?? 0,
  attempt: state.acting?.attempt ?? 0,
});

/** Disabled at two hours, read back a minute later. */
const disabled = (before: readonly Step[], by = alex): readonly Step[] => [
  ...before,
  [after('PT2H'), off(by)],
  done(after('PT2H1M')),
];

/** What people go by; the rest (versions, what is under way) differs. */
const standing = (state: Exception) => {
  const others = new Set(['version', 'asOf', 'acting', 'undoneAt']);
  return Object.fromEntries(Object.entries(state).filter(([name]) => !others.has(name)));
};
const only = (events: readonly Event[]): Event => {
  const [event, ...more] = events;
  if (!event || more.length > 0) throw new Error(types(events).join(' '));
  return event;
};

describe('a disable that is taken back', () => {
  it.each([
    ['a question', asked],
    ['an approval', approved],
    ['a hold', held],
  ])('leaves %s as it was: same deadline, same approval, same notices', (_what, before) => {
    const [first, last] = [live(before).state, live([...disabled(before), [after('PT2H10M'), undo()]])];
    expect(types(last.last)).toEqual(['DisableUndone']);
    expect(standing(last.state)).toEqual(standing(first));
  });

  it('switches it on again, and says so only once Exchange shows it', () => {
    const { state, last } = live([...disabled(approved), [after('PT2H10M'), undo()]]);
    expect(state.acting).toMatchObject({ act: 'restore', attempt: 1, phase: 'running' });
    expect(react(only(last), state)).toContainEqual({ type: 'restore', attempt: 1 });
    const on = live([[after('PT2H11M'), shownOn(state)]], policy, state);
    expect(types(on.last)).toEqual(['ActDone']);
    expect(on.state.acting).toBeUndefined();
  });

  it('leaves people full notice where the deadline has come too near meanwhile', () => {
    const late = after('P2DT23H');
    const steps: readonly Step[] = [
      ...asked,
      [late, off()],
      done(plus(late, duration('PT1M'))),
      [plus(late, duration('PT20M')), undo()],
    ];
    const { state } = live(steps);
    if (state.state !== 'unconfirmed') throw new Error(state.state);
    const now = plus(late, duration('PT20M'));
    expect(presentDeadlineOf(state) >= noticeEndOf(now, state, policy)).toBe(true);
  });

  it('is theirs in Slack where they gave the order from the command line', () => {
    const fromShell: Answerer = {
      ...sam,
      slackTeam: '123456789012',
      proof: { type: 'aws', who: 'arn:aws:iam::123456789012:user/sam' },
    };
    const { state, last } = live([...disabled(approved, fromShell), [after('PT2H10M'), undo(sam)]]);
    expect(types(last)).toEqual(['DisableUndone']);
    expect(state.state).toBe('confirmed');
  });

  it('is told to its owner where somebody else did it', () => {
    const { state, last } = live([...disabled(approved, sam), [after('PT2H10M'), undo(sam)]]);
    expect(react(only(last), state)).toContainEqual({ type: 'inform' });
  });
});

describe('a disable is taken back by nobody else, not later, and not if something else came of it', () => {
  it.each([
    ['the owner, of what an approver did', sam, alex, 'not-yours'],
    ['an approver, of what the owner did', alex, sam, 'not-yours'],
    [
      'somebody with the same id elsewhere',
      alex,
      { ...alex, slackTeam: 'T2', standing: 'foreign' as const },
      'not-allowed',
    ],
    ['somebody who is neither', alex, mallory, 'not-allowed'],
    ['whoever made it and owns nothing', alex, toni, 'not-allowed'],
    ['a guest', alex, { ...alex, standing: 'guest' as const }, 'not-allowed'],
  ])('%s', (_who, did, undoes, why) => {
    const { last, state } = live([...disabled(approved, did), [after('PT2H10M'), undo(undoes)]]);
    expect(last).toMatchObject([{ type: 'AnswerRefused', answer: 'Undo', why }]);
    expect(state.state).toBe('disabled');
  });

  it('until policy’s time is over, counted from the read-back', () => {
    const at = (length: string) => live([...disabled(approved), [after(length), undo()]]).last;
    expect(types(at('PT2H30M'))).toEqual(['DisableUndone']);
    expect(at('PT2H31M')).toMatchObject([{ why: 'too-late' }]);
  });

  it('of what lapsed, nobody takes it back', () => {
    const { last } = live([
      ...asked,
      [after('P3D'), { type: 'CheckDue' }],
      done(after('P3DT1M')),
      [after('P3DT2M'), undo(sam)],
    ]);
    expect(last).toMatchObject([{ why: 'not-open' }]);
  });

  it('not if somebody has switched it on in the tenant meanwhile', () => {
    const { last, state } = live([
      ...disabled(approved),
      [
        after('PT2H10M'),
        observe({
          record: 'on',
          operation: 'Enable-TransportRule',
          change: 'enable',
          changedAt: after('PT2H5M'),
        }),
      ],
      [after('PT2H12M'), undo()],
    ]);
    expect(last).toMatchObject([{ why: 'not-open' }]);
    expect(state.state).toBe('unconfirmed');
  });

  it('not if Exchange shows that it lets past something else than was approved', () => {
    const wider = { ...observation.settings, SenderDomainIs: ['partner.example', 'other.example'] };
    const { last } = live([
      ...approved,
      [after('PT2H'), off()],
      done(after('PT2H1M'), wider),
      [after('PT2H10M'), undo()],
    ]);
    expect(last).toMatchObject([{ why: 'changed' }]);
  });

  it('not once it was handed over', () => {
    const { last } = live([
      ...disabled(approved, sam),
      [after('PT2H5M'), { type: 'Reassign', by: sam, address: 'mira.mail@contoso.com' }],
      [after('PT2H10M'), undo(sam)],
    ]);
    expect(last).toMatchObject([{ why: 'not-open' }]);
  });

  it('twice', () => {
    const { last } = live([...disabled(approved), [after('PT2H10M'), undo()], [after('PT2H11M'), undo()]]);
    expect(last).toMatchObject([{ why: 'not-open' }]);
  });

  it('gives whoever turns out to have made it nothing: its approval is void', () => {
    const { state, last } = live([
      ...disabled(approved),
      [
        after('PT2H6M'),
        observe({
          record: 'late',
          operation: 'Set-TransportRule',
          change: 'alter',
          changedBy: { type: 'person', id: 'alex.admin@contoso.com' },
          changedAt: after('PT30M'),
          enabled: false,
        }),
      ],
      [
        after('PT2H7M'),
        {
          type: 'ReportMakers',
          makers: [{ id: 'alex.admin@contoso.com', slackUser: 'UALEX', sought: true }],
        },
      ],
      [after('PT2H10M'), undo()],
    ]);
    expect(types(last)).toEqual(['DisableUndone', 'ApprovalVoided']);
    expect(state.state).not.toBe('confirmed');
  });
});

describe('taken back while it is still under way', () => {
  const underWay: readonly Step[] = [...approved, [after('PT2H'), off()], [after('PT2H1M'), undo()]];

  it('it stops, however long Exchange has been away', () => {
    const failing: readonly Step[] = [
      ...approved,
      [after('PT2H'), off()],
      [after('PT2H1M'), { type: 'ReportDisableFailed', attempt: 1, why: 'busy' }],
      [after('PT5H'), undo()],
    ];
    expect(live(failing).state.state).toBe('confirmed');
  });

  it('what the disable reports afterwards changes nothing', () => {
    const { last, state } = live([...underWay, done(after('PT2H2M'))]);
    expect(last).toEqual([]);
    expect(state.state).toBe('confirmed');
  });

  it('Exchange is looked at once more when the disable can no longer reach it', () => {
    const { state } = live(underWay);
    const early = live([[after('PT2H2M'), shownOn(state)]], policy, state).state;
    const settledAt = state.acting?.settledAt ?? noon;
    expect(early.acting).toMatchObject({ phase: 'waiting', nextAt: settledAt });
    expect(findNextDue(early, policy)).toBe(settledAt);
    const again = live([[settledAt, { type: 'CheckDue' }]], policy, early);
    expect(again.last).toMatchObject([{ type: 'ActRetried', act: 'restore', attempt: 2 }]);
    const settled = live([[plus(settledAt, duration('PT1M')), shownOn(again.state)]], policy, again.state);
    expect(settled.state.acting).toBeUndefined();
  });

  it('its own echo in the log, an hour later, is nobody switching it off', () => {
    const { last, state } = live([
      ...asked,
      [after('PT2H'), off()],
      [after('PT2H1M'), undo()],
      [
        after('PT3H'),
        observe({
          record: 'echo',
          operation: 'Disable-TransportRule',
          change: 'disable',
          settings: {},
          complete: false,
          passed: [],
          enabled: false,
          changedAt: after('PT2H1M30S'),
          changedBy: { type: 'application', id: 'lapse' },
          applications: ['lapse'],
        }),
      ],
    ]);
    expect(last).toMatchObject([{ type: 'ChangeNoted', ours: true }]);
    expect(state.state).toBe('unconfirmed');
  });
});

describe('who may take a disable back, and until when', () => {
  it('is known while it can be done, for the card', () => {
    const { state } = live(disabled(approved));
    const context = { now: after('PT2H10M'), policy };
    expect(undoOf(state, context)).toMatchObject({ by: { slackUser: 'UALEX' }, until: after('PT2H31M') });
    expect(undoOf(state, { ...context, now: after('PT2H31M') })).toBeUndefined();
    expect(undoOf(live(approved).state, context)).toBeUndefined();
    expect(state.id).toBe(id);
  });
});
