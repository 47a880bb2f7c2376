/** The state × command table: what each command makes of each state. docs/architecture.md holds the same table. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decide } from '#lifecycle/decide/decide.ts';
import { evolve } from '#lifecycle/evolve.ts';
import { states } from '#lifecycle/exception.ts';
import { presentDeadlineOf } from '#lifecycle/due.ts';
import { duration, plus } from '#time/instant.ts';
import type { Command } from '#lifecycle/commands.ts';
import type { Exception, State } from '#lifecycle/exception.ts';
import type { Instant } from '#time/instant.ts';
import type { Mode } from '#policy/enforcement-mode.ts';
import type { Policy } from '#policy/policy.ts';
import {
  approve,
  alex,
  examples,
  guid,
  id,
  noon,
  observation,
  observe,
  policy,
  sam,
  told,
  toni,
} from './examples.ts';

type Row = readonly [
  name: string,
  type: Command['type'],
  make: (state: Exception, now: Instant) => Command,
  given?: ((state: Exception) => Exception) | undefined,
  /** How long after; by default long after every deadline. */
  when?: (now: Instant) => Instant,
  /** Live unless it says otherwise. */
  mode?: Exclude<Mode['type'], 'live'>,
];

const modes = {
  observing: { type: 'observing' },
  stopped: { type: 'stopped', at: noon, by: 'sam', why: 'mail stands still' },
} as const;

/** The owner was told of the deadline when the question was put. */
const inTime = (state: Exception): Exception =>
  state.state === 'unconfirmed' || state.state === 'confirmed'
    ? { ...state, told: [{ deadline: presentDeadlineOf(state), at: state.since }] }
    : state;

/** Policy before it became this one, with more time for everything. */
const longer: Policy = {
  ...policy,
  risk: {
    ...policy.risk,
    high: { ...policy.risk.high, remindBefore: [duration('P2D')], confirmWithin: duration('P9D') },
  },
};

const later = (now: Instant) => plus(now, duration('P400D'));
const soonAfter = (now: Instant) => plus(now, duration('PT1M'));
const soon = (now: Instant) => plus(now, duration('PT2H'));

/** Lapse is switching it on; where that cannot be, the field is not there either. */
const acting =
  (phase: 'running' | 'waiting') =>
  (state: Exception): Exception =>
    state.state === 'unconfirmed' || state.state === 'confirmed' || state.state === 'held'
      ? { ...state, acting: { act: 'restore', of: 1, attempt: 1, phase, nextAt: state.since } }
      : state;
/** It was asked about, and nobody was told. */
const unheard = (state: Exception): Exception =>
  state.state === 'unconfirmed' || state.state === 'confirmed'
    ? { ...state, unheard: { of: 1, at: state.since, repeated: 0 } }
    : state;

/** Lapse looks whether it is still off. */
const looking =
  (since: 'hour' | 'day') =>
  (state: Exception): Exception =>
    state.state === 'disabled'
      ? { ...state, looking: { after: since, attempt: 1, phase: 'running', nextAt: state.since } }
      : state;

/** Somebody ordered it to be switched off while it was approved. */
const orderedBy =
  (slackUser: string) =>
  (state: Exception): Exception =>
    state.state === 'disabling' || state.state === 'disabled'
      ? {
          ...state,
          approval: {
            by: { type: 'approver', slackUser, slackTeam: 'T1' },
            at: noon,
            reason: 'the newsletter is sent by our partner',
            expiresAt: plus(noon, duration('P60D')),
            reviewEvery: duration('P30D'),
            reviewBy: plus(noon, duration('P30D')),
          },
          undo: {
            by: { type: 'approver', slackUser, slackTeam: 'T1' },
            at: state.since,
            was: { state: 'confirmed' },
          },
        }
      : state;

/** Each command as its sender would send it in good order; `sam` is an approver, `alex` the owner. */
const rows: readonly Row[] = [
  [
    'Observe: same settings',
    'Observe',
    (_, now) => observe({ record: 'r', operation: 'Set-TransportRule', change: 'alter', changedAt: now }),
  ],
  [
    'Observe: other settings',
    'Observe',
    (_, now) =>
      observe({
        record: 'r',
        operation: 'Set-TransportRule',
        change: 'alter',
        changedAt: now,
        settings: { ...observation.settings, SenderDomainIs: ['other.example'] },
      }),
  ],
  [
    'Observe: harmless now',
    'Observe',
    (_, now) =>
      observe({
        record: 'r',
        operation: 'Set-TransportRule',
        change: 'alter',
        changedAt: now,
        settings: { Name: observation.name },
      }),
  ],
  [
    'Observe: switched on',
    'Observe',
    (_, now) =>
      observe({
        record: 'r',
        operation: 'Enable-TransportRule',
        change: 'enable',
        changedAt: plus(now, duration('PT1M')),
      }),
  ],
  [
    'Observe: switched off',
    'Observe',
    (_, now) =>
      observe({
        record: 'r',
        operation: 'Disable-TransportRule',
        change: 'disable',
        enabled: false,
        changedAt: now,
      }),
  ],
  [
    'ObserveRemoval',
    'ObserveRemoval',
    (_, now) => ({
      type: 'ObserveRemoval',
      observation: {
        ...observation,
        record: 'r',
        operation: 'Remove-TransportRule',
        change: 'remove',
        changedAt: now,
      },
    }),
  ],
  [
    'Approve: who made it',
    'Approve',
    (state, now) => ({ ...approve(state, now, { by: toni }), type: 'Approve' }) as Command,
    (state) => ({
      ...state,
      owner: { type: 'person', address: 'toni@contoso.com', slackUser: toni.slackUser },
    }),
  ],
  [
    'Approve: off first',
    'Approve',
    (state, now) => ({ ...approve(state, now), type: 'Approve' }) as Command,
    (state) => (state.state === 'disabled' ? { ...state, cause: 'disable first' } : state),
  ],
  ['Approve', 'Approve', (state, now) => ({ ...approve(state, now), type: 'Approve' }) as Command],
  ['Renew', 'Renew', (state, now) => ({ ...approve(state, now), type: 'Renew' }) as Command],
  ['Decline', 'Decline', (state) => ({ type: 'Decline', by: alex, seen: state.asOf })],
  ['Revoke', 'Revoke', (state) => ({ type: 'Revoke', by: alex, seen: state.asOf })],
  ['Reassign', 'Reassign', () => ({ type: 'Reassign', by: sam, address: 'mira.mail@contoso.com' })],
  [
    'AskForHelp',
    'AskForHelp',
    ({ asOf }) => ({ type: 'AskForHelp', by: alex, seen: asOf, question: 'May it stay?' }),
  ],
  [
    'AskForHelp: again',
    'AskForHelp',
    ({ asOf }) => ({ type: 'AskForHelp', by: alex, seen: asOf, question: 'May it stay?' }),
    (state) => ({ ...state, helpAsked: state.asOf }),
  ],
  ['WishReminder', 'WishReminder', ({ asOf }) => ({ type: 'WishReminder', by: alex, seen: asOf })],
  [
    'WishReminder: another',
    'WishReminder',
    ({ asOf }) => ({ type: 'WishReminder', by: alex, seen: asOf }),
    (state) => ({ ...state, wished: plus(state.since, duration('P999D')) }),
    soon,
  ],
  [
    'Hold',
    'Hold',
    (_, now) => ({ type: 'Hold', by: sam, until: plus(now, duration('P2D')), reason: 'investigating' }),
  ],
  [
    'Restore',
    'Restore',
    (_, now) => ({
      type: 'Restore',
      by: sam,
      reason: 'payroll waits',
      expiresAt: plus(now, duration('P1D')),
    }),
  ],
  ['Undo: who ordered it', 'Undo', () => ({ type: 'Undo', by: sam }), orderedBy('USAMSECURITY'), soonAfter],
  ['Undo: another', 'Undo', () => ({ type: 'Undo', by: sam }), orderedBy('UALEX'), soonAfter],
  ['Undo: too late', 'Undo', () => ({ type: 'Undo', by: sam }), orderedBy('USAMSECURITY'), soon],
  ['TurnAway', 'TurnAway', () => ({ type: 'TurnAway', by: sam, answer: 'Restore' })],
  ['CheckDue: before', 'CheckDue', () => ({ type: 'CheckDue' })],
  ['CheckDue: past, owner told', 'CheckDue', () => ({ type: 'CheckDue' }), inTime],
  ['CheckDue: past, not told', 'CheckDue', () => ({ type: 'CheckDue' }), (state) => ({ ...state, told: [] })],
  ['CheckDue: restore unheard', 'CheckDue', () => ({ type: 'CheckDue' }), acting('waiting'), soon],
  ['CheckDue: message unheard', 'CheckDue', () => ({ type: 'CheckDue' }), unheard, soon],
  ['ReportTold', 'ReportTold', (state) => told(state)],
  [
    'ReportApproversTold',
    'ReportApproversTold',
    (state, now) => ({ type: 'ReportApproversTold', of: state.asOf, card: { channel: 'C1', ts: now } }),
  ],
  [
    'ReportUnreachable',
    'ReportUnreachable',
    ({ owner }) => ({ type: 'ReportUnreachable', owner, why: 'they left' }),
  ],
  [
    'AskNext',
    'AskNext',
    () => ({ type: 'AskNext', rung: 0, why: 'they left' }),
    (state) => ({ ...state, alsoAsked: [{ rung: 0, owner: state.owner }] }),
  ],
  [
    'ReportMakers',
    'ReportMakers',
    () => ({
      type: 'ReportMakers',
      makers: [{ id: 'toni.tenant@contoso.com', slackUser: 'UTONI', sought: true }],
    }),
  ],
  [
    'ReportMakers: they keep it',
    'ReportMakers',
    ({ approval, answered }) => ({
      type: 'ReportMakers',
      makers: [approval?.by, answered?.by].flatMap((by) =>
        by && 'slackUser' in by ? [{ id: 'kim@contoso.com', slackUser: by.slackUser, sought: true }] : [],
      ),
    }),
    (state) => ({ ...state, makers: [{ id: 'kim@contoso.com' }] }),
  ],
  ['ApplyPolicy: shorter', 'ApplyPolicy', () => ({ type: 'ApplyPolicy', before: longer, hash: 'h' })],
  ['ApplyPolicy: the same', 'ApplyPolicy', () => ({ type: 'ApplyPolicy', before: policy, hash: 'h' })],
  ['CheckDue: past, observing', 'CheckDue', () => ({ type: 'CheckDue' }), inTime, later, 'observing'],
  [
    'Decline: observing',
    'Decline',
    (state) => ({ type: 'Decline', by: alex, seen: state.asOf }),
    undefined,
    later,
    'observing',
  ],
  [
    'Revoke: stopped',
    'Revoke',
    (state) => ({ type: 'Revoke', by: alex, seen: state.asOf }),
    undefined,
    later,
    'stopped',
  ],
  ['RestartDeadline', 'RestartDeadline', () => ({ type: 'RestartDeadline', all: true }), inTime],
  [
    'ReportEnforcement',
    'ReportEnforcement',
    (_, now) => ({
      type: 'ReportEnforcement',
      to: 'stopped',
      by: 'sam',
      since: now,
      why: 'mail stands still',
    }),
  ],
  ['TripBreaker', 'TripBreaker', () => ({ type: 'TripBreaker', waiting: 30, why: 'too many at once' })],
  ['ReleaseBreaker', 'ReleaseBreaker', () => ({ type: 'ReleaseBreaker', by: sam })],
  [
    'ReportFound',
    'ReportFound',
    () => ({ type: 'ReportFound', attempt: 1, guid, settings: observation.settings }),
  ],
  [
    'ReportDisabled',
    'ReportDisabled',
    () => ({ type: 'ReportDisabled', attempt: 1, guid, before: observation.settings }),
  ],
  ['CheckDue: look unheard', 'CheckDue', () => ({ type: 'CheckDue' }), looking('day')],
  [
    'ReportStayedDisabled: hour',
    'ReportStayedDisabled',
    () => ({ type: 'ReportStayedDisabled', attempt: 1 }),
    looking('hour'),
  ],
  [
    'ReportStayedDisabled: day',
    'ReportStayedDisabled',
    () => ({ type: 'ReportStayedDisabled', attempt: 1 }),
    looking('day'),
  ],
  [
    'ReportSeen: on',
    'ReportSeen',
    (_, now) => ({
      type: 'ReportSeen',
      attempt: 1,
      observation: { ...observation, operation: 'Inventory', change: 'alter', passed: [], changedAt: now },
    }),
    looking('hour'),
  ],
  [
    'ReportSeen: gone',
    'ReportSeen',
    (_, now) => ({
      type: 'ReportSeen',
      attempt: 1,
      observation: { ...observation, operation: 'Inventory', change: 'remove', passed: [], changedAt: now },
    }),
    looking('hour'),
  ],
  [
    'ReportLookFailed',
    'ReportLookFailed',
    () => ({ type: 'ReportLookFailed', attempt: 1, why: 'Exchange is busy' }),
    looking('hour'),
  ],
  [
    'ReportDisableFailed',
    'ReportDisableFailed',
    () => ({ type: 'ReportDisableFailed', attempt: 1, why: 'Exchange is busy' }),
  ],
  ['ReportGone', 'ReportGone', () => ({ type: 'ReportGone', attempt: 1 })],
  ['Join', 'Join', () => ({ type: 'Join', into: 'ex-bbbbbbbbbbbbbbbb' })],
  [
    'ReportActDone',
    'ReportActDone',
    () => ({ type: 'ReportActDone', act: 'restore', of: 1, attempt: 1 }),
    acting('running'),
  ],
  [
    'ReportActFailed',
    'ReportActFailed',
    () => ({ type: 'ReportActFailed', act: 'restore', of: 1, attempt: 1, why: 'Exchange is busy' }),
    acting('running'),
  ],
  [
    'ReportGone: while acting',
    'ReportGone',
    () => ({ type: 'ReportGone', attempt: 1, of: 1 }),
    acting('running'),
  ],
];

/** "ExceptionApproved → confirmed", "refused: not-open", "–" for nothing to say. */
function cell(state: State, [, , make, given, when = later, mode]: Row): string {
  const example = examples[state];
  const now = given ? when(example.now) : example.now;
  const before = given ? given(example.state) : example.state;
  const rules = mode === undefined ? policy : { ...policy, modes: () => modes[mode] };
  const events = decide(before, make(before, now), { now, policy: rules });
  if (events.length === 0) return '–';
  const end = events.reduce<Exception>((so, event) => evolve(so, event), before);
  const first = events[0];
  if (first?.type === 'AnswerRefused') return `refused: ${first.why}`;
  const said = events.map((event) => event.type).join(', ');
  return end.state === state ? said : `${said} → ${end.state}`;
}

const table = [
  ['command', ...states],
  ['---', ...states.map(() => '---')],
  ...rows.map((row) => [row[0], ...states.map((state) => cell(state, row))]),
]
  .map((line) => `| ${line.join(' | ')} |`)
  .join('\n');

describe('the state × command table', () => {
  it('is the one in docs/architecture.md', () => {
    const page = readFileSync(new URL('../../docs/architecture.md', import.meta.url), 'utf8');
    const cells = (text: string) =>
      text
        .split('\n')
        .filter((line) => line.startsWith('|'))
        .map((line) =>
          line
            .split('|')
            .map((part) => part.trim().replace(/^-+$/, '---'))
            .join('|'),
        )
        .join('\n');
    const documented = /<!-- state × command -->\n([\s\S]*?)<!-- end -->/.exec(page)?.[1] ?? '';
    expect(cells(documented)).toBe(cells(table));
  });

  it('has nothing to say about an exception that was never opened, except to open it', () => {
    const none = rows
      .filter(([, type]) => type !== 'Observe')
      .flatMap(([, , make]) =>
        decide(undefined, make(examples.unconfirmed.state, noon), { now: noon, policy }),
      );
    expect(none).toEqual([]);
    expect(decide(undefined, observe(), { now: noon, policy }).map((event) => event.type)).toEqual([
      'ExceptionOpened',
    ]);
    expect(id).toMatch(/^ex-/);
  });
});
