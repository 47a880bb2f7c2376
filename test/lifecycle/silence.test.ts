/** Slack delivered the question and nobody answers: whoever comes next on the ladder is asked as well. */
import { describe, expect, it } from 'vitest';
import { findNextDue } from '#lifecycle/due.ts';
import { react } from '#lifecycle/react.ts';
import { duration } from '#time/instant.ts';
import { after, approve, live, noon, observe, policy, told, types } from './examples.ts';
import type { Answerer, Command } from '#lifecycle/commands.ts';
import type { Exception } from '#lifecycle/exception.ts';
import type { Policy } from '#policy/policy.ts';
import type { Step } from './examples.ts';

const bea: Answerer = { slackUser: 'UBEA', slackTeam: 'T1', standing: 'member' };
const withSteps = (length: string | undefined, given: Partial<Policy> = {}): Policy => ({
  ...policy,
  people: [{ account: 'alex.admin@contoso.com', backup: 'bea@contoso.com' }],
  ...given,
  risk: {
    ...policy.risk,
    high: {
      ...policy.risk.high,
      remindBefore: [duration('PT8H')],
      ...(length === undefined ? {} : { askNextAfter: duration(length) }),
    },
  },
});
const rules = withSteps('P1D');
const asked: readonly Step[] = [
  [noon, observe()],
  [noon, (state) => told(state)],
];
const due: Step[1] = { type: 'CheckDue' };
const beaTold = (state: Exception): Command => ({
  type: 'ReportTold',
  of: state.version,
  owner: { type: 'person', address: 'bea@contoso.com' },
  slackUser: bea.slackUser,
  card: { channel: 'DBEA', ts: '2.0' },
  deadline: after('P3D'),
});

describe('an owner who was told and does not answer', () => {
  it('is joined by the backup after policy’s time, then by the next, down to the team', () => {
    const { events, state } = live(
      [...asked, [after('PT23H59M'), due], [after('P1D'), due], [after('P1DT1H'), due], [after('P2D'), due]],
      rules,
    );
    expect(events.filter(({ type }) => type === 'NextAsked')).toMatchObject([
      { at: after('P1D'), next: { address: 'bea@contoso.com' }, rung: 1 },
      { at: after('P2D'), next: { address: 'toni.tenant@contoso.com' }, rung: 2 },
    ]);
    // It stays the owner's, with the same deadline.
    expect(state).toMatchObject({ owner: { address: 'alex.admin@contoso.com' }, state: 'unconfirmed' });
    expect(state).not.toHaveProperty('postponedTo');
  });

  it('is due for that at that moment', () => {
    const { state } = live(asked, rules);
    expect(findNextDue(state, rules)).toBe(after('P1D'));
    expect(findNextDue(state, withSteps(undefined))).not.toBe(after('P1D'));
  });

  it('is joined by nobody before they were told: it is not they who are silent', () => {
    // The first time, the question is repeated.
    const { events } = live(
      [
        [noon, observe()],
        [after('P1D'), due],
        [after('P1DT1M'), due],
      ],
      rules,
    );
    expect(types(events)).not.toContain('NextAsked');
  });

  it('is joined by nobody once it was answered, or where policy says nothing', () => {
    const answered: Step = [after('PT2H'), (state) => approve(state, after('PT2H'))];
    expect(types(live([...asked, answered, [after('P1D'), due]], rules).events)).not.toContain('NextAsked');
    expect(types(live([...asked, [after('P1D'), due]], withSteps(undefined)).events)).not.toContain(
      'NextAsked',
    );
  });

  it('is joined in working hours only where its class keeps them', () => {
    // Monday noon: the step falls on Tuesday at 02:00.
    const night = withSteps('PT14H');
    const working = {
      ...night,
      risk: { ...night.risk, high: { ...night.risk.high, hours: 'working' as const } },
    };
    const { state } = live(asked, working);
    expect(findNextDue(state, working)).toBe('2026-11-03T09:00:00.000Z');
  });

  it('calls for a message, and is no notice of its own: the deadline is counted from what the owner was told', () => {
    const { last, state } = live([...asked, [after('P1D'), due]], rules);
    const [event] = last;
    expect(event && react(event, state)).toEqual([{ type: 'ask-next' }]);
    const { state: later } = live([[after('P1DT1M'), beaTold]], rules, state);
    expect(later).toMatchObject({ owner: { address: 'alex.admin@contoso.com', slackUser: 'UALEX' } });
    expect(types(live([[after('P3D'), due]], rules, later).last)).toEqual(['ExceptionLapsed']);
  });
});

describe('whoever was asked besides the owner', () => {
  const { state } = live([...asked, [after('P1D'), due], [after('P1DT1M'), beaTold]], rules);

  it('answers as the owner could', () => {
    const yes: Step = [after('P1DT2H'), (of) => approve(of, after('P1DT2H'), { by: bea })];
    expect(live([yes], rules, state).state).toMatchObject({
      state: 'confirmed',
      approval: { by: { type: 'owner', slackUser: 'UBEA' } },
    });
  });

  it('answered too soon if they were not asked', () => {
    const early: Step = [after('PT2H'), (of) => approve(of, after('PT2H'), { by: bea })];
    const { last } = live([...asked, early], rules);
    expect(last).toMatchObject([{ type: 'AnswerRefused', why: 'not-allowed' }]);
  });

  it('is nobody in particular any more once a new question is put, or it was handed over', () => {
    const changed: Step = [
      after('P1DT3H'),
      observe({
        record: 'record-2',
        operation: 'Set-TransportRule',
        change: 'alter',
        settings: { Name: 'Partner newsletter', SetSCL: -1, SenderDomainIs: ['other.example'] },
        changedAt: after('P1DT3H'),
      }),
    ];
    const late: Step = [after('P1DT4H'), (of) => approve(of, after('P1DT4H'), { by: bea })];
    expect(live([changed, late], rules, state).last).toMatchObject([
      { type: 'AnswerRefused', why: 'not-allowed' },
    ]);
  });

  it('may not be reached either: then the one after is asked at once, and only once', () => {
    const { state: silent } = live([...asked, [after('P1D'), due]], rules);
    const gone: Step = [after('P1DT1M'), { type: 'AskNext', rung: 1, why: 'they left' }];
    const { events } = live([gone, gone], rules, silent);
    expect(events).toMatchObject([
      { type: 'NextAsked', next: { address: 'toni.tenant@contoso.com' }, rung: 2, why: 'they left' },
    ]);
  });
});
