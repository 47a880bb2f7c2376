import { describe, expect, it } from 'vitest';
import { react } from '#lifecycle/react.ts';
import { findNextDue } from '#lifecycle/due.ts';
import { duration, instant, momentInWords } from '#time/instant.ts';
import type { Event, ExceptionEscalated } from '#lifecycle/events.ts';
import type { Instant } from '#time/instant.ts';
import type { Exception } from '#lifecycle/exception.ts';
import type { Command, Observation } from '#lifecycle/commands.ts';
import {
  after,
  alex,
  approve,
  examples,
  evolveAll,
  guid,
  live,
  mallory,
  noon,
  observation,
  observe,
  policy,
  sam,
  told,
  types,
} from './examples.ts';
import type { Step } from './examples.ts';

const asked: readonly Step[] = [
  [noon, observe()],
  [after('PT1M'), (state) => told(state, after('PT1M'))],
];
const due: Command = { type: 'CheckDue' };
/** Up to the day before the deadline. */
const reminded: readonly Step[] = [
  ...asked,
  [after('P2D'), due],
  [after('P2DT1M'), (state) => told(state, after('P2DT1M'))],
];

describe('an exception nobody answers for', () => {
  it('is asked about when it is opened, with three days for high risk', () => {
    const { last, state } = live([[noon, observe()]]);
    expect(last).toMatchObject([
      {
        type: 'ExceptionOpened',
        risk: 'high',
        confirmBy: after('P3D'),
        owner: { type: 'person', address: 'alex.admin@contoso.com' },
      },
    ]);
    expect(react(last[0] as Event, state)).toEqual([{ type: 'ask' }]);
  });

  it('and was there before Lapse is asked about when its reminder falls due', () => {
    const { last, state } = live([[noon, observe({ imported: noon })]]);
    expect(react(last[0] as Event, state)).toEqual([]);
  });

  it('is reminded of a day before, once', () => {
    const { state } = live(asked);
    expect(findNextDue(state, policy)).toBe(after('P2D'));
    expect(live([...asked, [after('P2D'), due]]).last).toMatchObject([
      { type: 'ReminderDue', deadline: after('P3D') },
    ]);
    expect(findNextDue(live(reminded).state, policy)).toBe(after('P3D'));
    expect(live([...reminded, [after('P2DT1H'), due]]).last).toEqual([]);
  });

  it('lapses at its deadline and not a millisecond before', () => {
    const early = instant(Date.parse(after('P3D')) - 1);
    expect(types(live([...reminded, [early, due]]).last)).toEqual([]);
    const { last, state } = live([...asked, [after('P3D'), due]]);
    expect(last).toMatchObject([
      { type: 'ExceptionLapsed', cause: 'unconfirmed', actor: { type: 'schedule' } },
    ]);
    expect(react(last[0] as Event, state)).toEqual([{ type: 'refresh' }, { type: 'disable', attempt: 1 }]);
  });

  it('is not disabled while its owner could not be told: the deadline moves, and people are alerted', () => {
    const { last, state } = live([
      [noon, observe()],
      [after('P3D'), due],
    ]);
    expect(last).toMatchObject([{ type: 'DeadlinePostponed', to: after('P3DT8H') }]);
    expect(react(last[0] as Event, state)).toMatchObject([
      { type: 'remind' },
      {
        type: 'alert',
        text: expect.stringContaining(`was postponed to ${momentInWords(after('P3DT8H'))}:`) as string,
      },
    ]);
  });

  it('keeps the least notice when the card came late', () => {
    const late: readonly Step[] = [
      [noon, observe()],
      [after('P2DT20H'), (state) => told(state, after('P2DT20H'))],
    ];
    expect(live([...late, [after('P3D'), due]]).last).toMatchObject([
      { type: 'DeadlinePostponed', to: after('P3DT4H') },
    ]);
    expect(types(live([...late, [after('P3D'), due], [after('P3DT4H'), due]]).last)).toEqual([
      'ExceptionLapsed',
    ]);
  });
});

describe('an exception that policy leaves to people', () => {
  const rules = {
    ...policy,
    risk: { ...policy.risk, high: { ...policy.risk.high, onSilence: 'escalate' as const } },
  };

  it('is not disabled for silence: people are alerted, again and again', () => {
    const { last, state } = live([...asked, [after('P3D'), due]], rules);
    expect(last).toMatchObject([{ type: 'ExceptionEscalated', next: after('P4D') }]);
    expect(types(live([[after('P4D'), due]], rules, state).last)).toEqual(['ExceptionEscalated']);
  });

  it('is alerted about in words: what was not answered, and that policy leaves it as it is', () => {
    const { last, state } = live([...asked, [after('P3D'), due]], rules);
    const [escalated] = last as readonly [ExceptionEscalated];
    const said = (event: Event): unknown => react(event, state)[1];
    expect(said(escalated)).toEqual({
      type: 'alert',
      text: `Nobody has answered about the transport rule "${state.name}" in time. Lapse leaves it as it is, because policy says so: somebody must look at it.`,
    });
    const texts = (['expired', 'review missed', 'reopened without approval'] as const).map((cause) =>
      said({ ...escalated, cause }),
    );
    expect(texts).toMatchObject([
      { text: expect.stringMatching(/^The approval of .* has ended, and nobody renewed it\./) as string },
      { text: expect.stringMatching(/^The review of .* was due, and nobody renewed it\./) as string },
      { text: expect.stringMatching(/ was switched on again, and nobody approved that\./) as string },
    ]);
    const ofLinks = { ...state, kind: 'safe-links-rule' } as const;
    expect(react(escalated, ofLinks)).toMatchObject([
      {},
      { text: expect.stringContaining('about the Safe Links rule "') as string },
    ]);
  });
});

describe('a trail', () => {
  it('that lacks its beginning makes no state', () => {
    const [, ...rest] = live(asked).events;
    expect(() => evolveAll(undefined, rest)).toThrow('the trail is incomplete');
  });
});

describe('an approval', () => {
  it('confirms it until then, and the review date is the nearer deadline', () => {
    const { state } = examples.confirmed;
    expect(state).toMatchObject({
      state: 'confirmed',
      approval: {
        reason: 'the newsletter is sent by our partner',
        by: { type: 'owner', slackUser: 'UALEX' },
      },
    });
    expect(findNextDue(state, policy)).toBe(after('P16DT1H'));
  });

  it.each([
    ['somebody else', mallory, 'not-allowed'],
    ['the owner, to a card that has been answered', alex, 'answered'],
  ])('by %s is refused and stays in the trail', (_, by, why) => {
    const steps: readonly Step[] = [
      ...asked,
      [after('PT1H'), (state) => approve(state, after('PT1H'))],
      [after('PT2H'), (state) => approve(state, after('PT2H'), { by, seen: 1 })],
    ];
    expect(live(steps).last).toMatchObject([
      { type: 'AnswerRefused', answer: 'Renew', why, actor: { slackUser: by.slackUser } },
    ]);
  });

  it('of an outsider cannot make the card out of date for the owner', () => {
    const steps: readonly Step[] = [
      ...asked,
      [after('PT1H'), (state) => approve(state, after('PT1H'), { by: mallory })],
      [after('PT2H'), (state) => approve(state, after('PT2H'), { seen: 1 })],
    ];
    expect(types(live(steps).last)).toEqual(['ExceptionApproved']);
  });

  it.each([
    ['in the past', { expiresAt: noon }],
    ['longer than policy allows', { expiresAt: after('P91D') }],
    ['reviewed too rarely', { reviewEvery: 'P31D' as never }],
  ])('%s is refused', (_, given) => {
    expect(
      live([...asked, [after('PT1H'), (state) => approve(state, after('PT1H'), given)]]).last,
    ).toMatchObject([{ type: 'AnswerRefused', why: 'bad-term' }]);
  });

  it('ends when it says, however far the question before it was put off', () => {
    const { state } = live([
      [noon, observe()],
      [after('P3D'), due],
      [after('P3DT1M'), (state) => told(state, after('P3DT1M'))],
      [after('P3DT1H'), (state) => approve(state, after('P3DT1H'), { expiresAt: after('P3DT5H') })],
    ]);
    expect(state.state).toBe('confirmed');
    expect(findNextDue(state, policy)).toBe(after('P3DT5H'));
  });

  it('of a term shorter than its review has both at its end', () => {
    const short = live([
      ...asked,
      [after('PT1H'), (state) => approve(state, after('PT1H'), { expiresAt: after('P5D') })],
    ]).state;
    expect(short).toMatchObject({ approval: { expiresAt: after('P5D'), reviewBy: after('P5D') } });
  });

  it('ends when the settings change: it was given for something else', () => {
    const widened = observe({
      record: 'rec-2',
      operation: 'Set-TransportRule',
      change: 'alter',
      changedAt: after('P1D'),
      settings: { ...observation.settings, SenderDomainIs: ['partner.example', 'other.example'] },
    });
    const { last, state } = live([
      ...asked,
      [after('PT1H'), (s) => approve(s, after('PT1H'))],
      [after('P1DT1H'), widened],
    ]);
    expect(last).toMatchObject([{ type: 'ExceptionChanged', confirmBy: after('P4DT1H') }]);
    expect(state.state).toBe('unconfirmed');
  });

  it('stays when the same settings come in another order, or only a note changes', () => {
    const same = observe({
      record: 'rec-2',
      operation: 'Set-TransportRule',
      change: 'alter',
      changedAt: after('P1D'),
      settings: {
        ...observation.settings,
        SenderDomainIs: ['smtp:Partner.example;1', 'partner.example'],
        Comments: 'x',
        WhenChanged: 'y',
      },
    });
    expect(types(live([[after('P1D'), same]], policy, examples.confirmed.state).last)).toEqual([
      'ChangeNoted',
    ]);
  });

  it('is renewed with a count, and expires after reminders if nobody does', () => {
    const day = (n: number) => after(`P${String(n)}D`);
    const renewed = live([
      ...asked,
      [day(1), (s) => approve(s, day(1), { expiresAt: day(11) })],
      [day(5), (s) => approve(s, day(5), { expiresAt: day(20) })],
    ]);
    expect(renewed.state).toMatchObject({ state: 'confirmed', renewals: 1 });
    const reminded: Step = [day(17), due];
    const tell: Step = [day(17), (state) => ({ ...told(state, day(17)), deadline: day(20) }) as Command];
    const { events, state } = live([reminded, tell, [day(19), due], [day(20), due]], policy, renewed.state);
    expect(types(events)).toEqual(['ReminderDue', 'OwnerTold', 'ReminderDue', 'ExceptionLapsed']);
    expect(state).toMatchObject({ state: 'disabling', cause: 'expired' });
  });
});

describe('a question', () => {
  const alter = (given: Parameters<typeof observe>[0]): Command =>
    observe({ record: 'rec-2', operation: 'Set-TransportRule', change: 'alter', ...given });
  const otherDomain = { ...observation.settings, SenderDomainIs: ['other.example'] };

  it('keeps its deadline when the object is changed, or changing it would buy time', () => {
    const { last, state } = live(
      [[after('P1D'), alter({ changedAt: after('PT23H'), settings: otherDomain })]],
      policy,
      examples.unconfirmed.state,
    );
    expect(types(last)).toEqual(['ExceptionChanged']);
    expect(state).toMatchObject({ state: 'unconfirmed', confirmBy: after('P3D') });
  });

  it('that was put before a change cannot be answered after it', () => {
    const { last } = live(
      [
        [after('P1D'), alter({ changedAt: after('PT23H'), settings: otherDomain })],
        [after('P1DT1H'), (state) => approve(state, after('P1DT1H'), { seen: state.version - 1 })],
      ],
      policy,
      examples.unconfirmed.state,
    );
    expect(last).toMatchObject([{ type: 'AnswerRefused', why: 'changed' }]);
  });

  it('has the time of its new risk where a change made it riskier', () => {
    const everybody = { Name: observation.name, SetSCL: -1 };
    const { last } = live(
      [[after('P1D'), alter({ changedAt: after('PT23H'), settings: everybody })]],
      policy,
      examples.confirmed.state,
    );
    expect(last).toMatchObject([
      { risk: 'critical', confirmBy: after(policy.risk.critical.confirmWithin, after('P1D')) },
    ]);
    expect(policy.risk.critical.confirmWithin).not.toBe(policy.risk.high.confirmWithin);
  });

  it('remembers the newest messages and re-enables only, so that it can always be stored', () => {
    const cards = Array.from({ length: 12 }, (_, index): Step => {
      const at = after(`PT${index + 2}M`);
      return [at, (state) => told(state, at)];
    });
    const { state } = live(cards, policy, examples.unconfirmed.state);
    expect(state.cards).toHaveLength(10);
    expect(state.cards.at(-1)?.ts).toBe(after('PT13M'));
    const reopened = Array.from({ length: 10 }, (_, day) => after(`P${day}D`));
    const on = observe({ record: 'on', change: 'enable', changedAt: after('P20D') });
    const again = live([[after('P20D'), on]], policy, { ...examples.disabled.state, reopened }).state;
    expect(again.reopened).toEqual([...reopened.slice(1), after('P20D')]);
  });
});

describe('a hold', () => {
  const hold = (until: string, state = examples.unconfirmed.state) =>
    live([[after('PT1H'), { type: 'Hold', by: sam, until: after(until), reason: 'x' }]], policy, state).last;

  it.each([
    ['that is over', 'PT1H'],
    ['longer than a term may be', 'P90DT2H'],
  ])('%s is refused', (_, until) => {
    expect(hold(until)).toMatchObject([{ type: 'AnswerRefused', why: 'bad-term' }]);
  });

  it('asks anew where the object is changed meanwhile, whatever was approved before', () => {
    const held = live(
      [[after('PT2H'), { type: 'Hold', by: sam, until: after('P5D'), reason: 'x' }]],
      policy,
      examples.confirmed.state,
    ).state;
    expect(held).toMatchObject({ state: 'held', resume: 'confirmed' });
    const changed = observe({
      record: 'rec-2',
      operation: 'Set-TransportRule',
      change: 'alter',
      changedAt: after('P1D'),
      settings: { ...observation.settings, SenderDomainIs: ['other.example'] },
    });
    expect(live([[after('P1D'), changed]], policy, held).state).toMatchObject({
      state: 'held',
      resume: 'unconfirmed',
    });
  });

  it('leaves its owner the least notice when it ends', () => {
    const { last } = live([[after('P5D'), due]], policy, examples.held.state);
    expect(last).toMatchObject([{ type: 'HoldEnded', deadline: after('P5DT8H') }]);
  });

  it('may last as long as a term', () => {
    expect(types(hold('P90DT1H'))).toEqual(['ExceptionHeld']);
  });
});

describe('a disable', () => {
  it('that fails is tried again later and later, without end, and people hear of it', () => {
    let { state, now } = examples.disabling;
    const waits: number[] = [];
    const told: number[] = [];
    for (let attempt = 1; attempt <= 12; attempt++) {
      const failed = live(
        [[now, { type: 'ReportDisableFailed', attempt, why: 'Exchange is busy' }]],
        policy,
        state,
      );
      const event = failed.last[0] as Extract<Event, { type: 'DisableFailed' }>;
      if (react(event, failed.state).some(({ type }) => type === 'alert')) told.push(attempt);
      waits.push((Date.parse(event.nextAt) - Date.parse(now)) / 60_000);
      now = event.nextAt;
      const retried = live([[now, due]], policy, failed.state);
      expect(retried.last).toMatchObject([{ type: 'DisableRetried', attempt: attempt + 1 }]);
      state = retried.state;
    }
    expect(waits).toEqual([2, 4, 8, 16, 32, 60, 60, 60, 60, 60, 60, 60]);
    expect(told).toEqual([1, 3, 6, 10]);
  });

  it('fails once, however often that is reported', () => {
    const { state, now } = examples.disabling;
    const failed: Command = { type: 'ReportDisableFailed', attempt: 1, why: 'Exchange is busy' };
    expect(
      live(
        [
          [now, failed],
          [after('PT1M', now), failed],
        ],
        policy,
        state,
      ).last,
    ).toEqual([]);
  });

  it('ignores a failure that is reported of an earlier attempt, or twice', () => {
    const { state, now } = examples.disabling;
    const report = (attempt: number): Command => ({ type: 'ReportDisableFailed', attempt, why: 'busy' });
    const failed: readonly Step[] = [[after('PT1M', now), report(1)]];
    expect(live([...failed, [after('PT2M', now), report(1)]], policy, state).last).toEqual([]);
    const retried: readonly Step[] = [...failed, [after('PT3M', now), due]];
    expect(live(retried, policy, state).state).toMatchObject({ attempt: 2, phase: 'running' });
    expect(live([...retried, [after('PT4M', now), report(1)]], policy, state).last).toEqual([]);
    expect(types(live([...retried, [after('PT4M', now), report(2)]], policy, state).last)).toEqual([
      'DisableFailed',
    ]);
  });

  it('of which nothing is heard counts as failed', () => {
    const { state, now } = examples.disabling;
    expect(types(live([[after('PT15M', now), due]], policy, state).last)).toEqual(['DisableFailed']);
  });

  it('undone by somebody in the tenant asks again with a short deadline, and alerts', () => {
    const enabled = observe({
      record: 'rec-9',
      operation: 'Enable-TransportRule',
      change: 'enable',
      changedAt: after('P4D'),
      changedBy: { type: 'person', id: 'mira.mail@contoso.com' },
    });
    const { last, state } = live([[after('P4DT1H'), enabled]], policy, examples.disabled.state);
    expect(last).toMatchObject([{ type: 'ExceptionReopened', alert: true, confirmBy: after('P5DT1H') }]);
    expect(react(last[0] as Event, state).map((effect) => effect.type)).toEqual(['refresh', 'ask', 'alert']);
    const silent: readonly Step[] = [
      [after('P4DT2H'), (s) => told(s, after('P4DT2H'))],
      [after('P5DT1H'), due],
    ];
    expect(live(silent, policy, state).last).toMatchObject([
      { type: 'ExceptionLapsed', cause: 'reopened without approval' },
    ]);
  });

  it('echoing back in the log is not somebody else enabling it', () => {
    const echo = observe({
      record: 'rec-9',
      operation: 'Disable-TransportRule',
      change: 'disable',
      enabled: false,
      changedAt: after('P3D'),
      changedBy: { type: 'application', id: 'lapse' },
    });
    expect(types(live([[after('P3DT1H'), echo]], policy, examples.disabled.state).last)).toEqual([
      'ChangeNoted',
    ]);
  });

  it('can be undone by an approver for a bounded time, not by its owner', () => {
    const restore = (by: typeof sam, hours: string): Command => ({
      type: 'Restore',
      by,
      reason: 'payroll waits',
      expiresAt: after(hours, examples.disabled.now),
    });
    const at = examples.disabled.now;
    expect(live([[at, restore(alex, 'PT4H')]], policy, examples.disabled.state).last).toMatchObject([
      { type: 'AnswerRefused', why: 'not-allowed' },
    ]);
    expect(live([[at, restore(sam, 'P3D')]], policy, examples.disabled.state).last).toMatchObject([
      { type: 'AnswerRefused', why: 'bad-term' },
    ]);
    const { last, state } = live([[at, restore(sam, 'PT12H')]], policy, examples.disabled.state);
    expect(react(last[0] as Event, state)).toEqual([
      { type: 'refresh' },
      { type: 'restore', attempt: 1 },
      { type: 'inform' },
    ]);
    expect(types(live([[after('PT12H', at), due]], policy, state).last)).toEqual(['ExceptionLapsed']);
  });
});

describe('a restore', () => {
  const at = examples.disabled.now;
  const later = (length: string) => after(length, at);
  const ordered: Step = [
    at,
    { type: 'Restore', by: sam, reason: 'payroll waits', expiresAt: later('PT12H') },
  ];
  const from = (steps: readonly Step[]) => live([ordered, ...steps], policy, examples.disabled.state);
  const acting = (state: Exception) => {
    if (!state.acting) throw new Error('nothing is under way');
    return state.acting;
  };
  const failed = (length: string): Step => [
    later(length),
    (state) => ({ type: 'ReportActFailed', ...acting(state), why: 'Exchange is busy' }),
  ];

  it('is under way until Exchange was read back', () => {
    const { state } = from([]);
    expect(state).toMatchObject({
      state: 'confirmed',
      acting: { act: 'restore', attempt: 1, phase: 'running' },
    });
    expect(findNextDue(state, policy)).toBe(later('PT15M'));
    const done = from([[later('PT1M'), (now) => ({ type: 'ReportActDone', ...acting(now) })]]);
    expect(done.last).toMatchObject([{ type: 'ActDone', act: 'restore', actor: { type: 'enforcement' } }]);
    expect(done.state.acting).toBeUndefined();
    expect(react(done.last[0] as Event, done.state)).toEqual([{ type: 'refresh' }]);
  });

  it('that fails is tried again later and later, and people hear of it', () => {
    const { last, state } = from([failed('PT1M')]);
    expect(last).toMatchObject([{ type: 'ActFailed', attempt: 1, nextAt: later('PT3M') }]);
    const [refresh, alert] = react(last[0] as Event, state);
    expect(refresh).toEqual({ type: 'refresh' });
    expect(alert).toMatchObject({ text: expect.stringContaining('should be on again') as string });
    const retried = from([failed('PT1M'), [later('PT3M'), due]]);
    expect(retried.last).toMatchObject([{ type: 'ActRetried', attempt: 2, reportBy: later('PT18M') }]);
    expect(react(retried.last[0] as Event, retried.state)).toEqual([
      { type: 'refresh' },
      { type: 'restore', attempt: 2 },
    ]);
    expect(from([failed('PT1M'), [later('PT3M'), due], failed('PT4M')]).last).toMatchObject([
      { type: 'ActFailed', attempt: 2, nextAt: later('PT8M') },
    ]);
  });

  it('of which nothing is heard counts as failed', () => {
    expect(from([[later('PT15M'), due]]).last).toMatchObject([
      { type: 'ActFailed', why: 'nothing was reported about attempt 1' },
    ]);
  });

  it.each([
    ['a revocation', (state: Exception): Command => ({ type: 'Revoke', by: sam, seen: state.asOf })],
    ['the end of its term', () => due, 'PT12H'],
    [
      'a removal in the tenant',
      (): Command => ({
        type: 'ObserveRemoval',
        observation: { ...observation, record: 'gone', change: 'remove', changedAt: later('PT2M') },
      }),
    ],
    [
      'somebody who switches it off in the tenant',
      () =>
        observe({
          record: 'off',
          operation: 'Disable-TransportRule',
          change: 'disable',
          enabled: false,
          changedAt: later('PT2M'),
        }),
    ],
  ] as const)('is overtaken by %s, and late reports change nothing', (_, command, when: string = 'PT5M') => {
    const before = from([]).state;
    const { state } = from([[later(when), command]]);
    expect(state.state).not.toBe('confirmed');
    expect(state.acting).toBeUndefined();
    for (const type of ['ReportActDone', 'ReportActFailed'] as const)
      expect(live([[later(when), { type, ...acting(before), why: 'late' }]], policy, state).last).toEqual([]);
  });

  it('is not taken for switched off because a look finds what was not yet switched on', () => {
    const look = observe({
      record: 'look',
      operation: 'Inventory',
      change: 'alter',
      enabled: false,
      changedAt: later('PT5M'),
    });
    const { state } = from([failed('PT1M'), [later('PT5M'), look]]);
    expect(state).toMatchObject({ state: 'confirmed', acting: { act: 'restore' } });
  });

  it('is not answered by what is reported of the one before', () => {
    const before = from([]).state;
    const { state } = from([
      [later('PT1M'), (now) => ({ type: 'Revoke', by: sam, seen: now.asOf })],
      [later('PT2M'), { type: 'ReportDisabled', attempt: 1, guid, before: observation.settings }],
      [later('PT3M'), { type: 'Restore', by: sam, reason: 'it waits still', expiresAt: later('PT12H') }],
    ]);
    expect(acting(state)).toMatchObject({ act: 'restore', attempt: 1 });
    for (const type of ['ReportActDone', 'ReportActFailed'] as const) {
      const report = { type, ...acting(before), why: 'late' };
      expect(live([[later('PT4M'), report]], policy, state).last).toEqual([]);
    }
  });

  it('goes on where its term changes meanwhile: its end is written once it is on', () => {
    const ending = { ...policy, nativeExpiry: true };
    const { state, last } = live(
      [ordered, [later('PT1M'), (now) => approve(now, later('PT1M'), { by: sam })]],
      ending,
      examples.disabled.state,
    );
    expect(types(last)).toEqual(['ExceptionRenewed']);
    expect(acting(state)).toMatchObject({ act: 'restore' });
    expect(react(last[0] as Event, state).map(({ type }) => type)).not.toContain('set-expiry');
  });

  it('ignores a failure that is reported of an earlier attempt', () => {
    const late = from([]).state;
    const { last } = from([
      failed('PT1M'),
      [later('PT3M'), due],
      [later('PT4M'), { type: 'ReportActFailed', ...acting(late), why: 'late' }],
    ]);
    expect(last).toEqual([]);
  });
});

describe('a message that reached nobody', () => {
  it.each([
    ['the question', [[noon, observe()]] as readonly Step[], { type: 'ask' }],
    [
      'a reminder',
      [...asked, [after('P2D'), due]] as readonly Step[],
      { type: 'remind', deadline: after('P3D') },
    ],
  ])('is called for again after an hour, then after two, then every four: %s', (_, steps, effect) => {
    const start = steps.at(-1)?.[0] ?? noon;
    const hour = (count: number) => after(`PT${String(count)}H`, start);
    expect(findNextDue(live(steps).state, policy)).toBe(hour(1));
    const first = live([...steps, [hour(1), due]]);
    expect(first.last).toMatchObject([{ type: 'QuestionRepeated' }]);
    expect(react(first.last[0] as Event, first.state)).toEqual([effect]);
    const again: readonly Step[] = [...steps, [hour(1), due]];
    const heard: readonly Step[] = [...again, [after('PT5M', hour(1)), (state) => told(state)]];
    expect(types(live([...heard, [hour(3), due]]).last)).toEqual([]);
    const hourly = Array.from({ length: 16 }, (_, index): Step => [hour(index + 1), due]);
    const times = live([...steps, ...hourly]).events.flatMap((event) =>
      event.type === 'QuestionRepeated' ? [event.at] : [],
    );
    expect(times).toEqual([1, 3, 7, 11, 15].map(hour));
  });

  it('is not answered by news of an earlier message', () => {
    const { last } = live([
      ...asked,
      [after('P2D'), due],
      [after('P2DT1M'), (state) => ({ ...told(state), of: 1 }) as Command],
      [after('P2DT1H'), due],
    ]);
    expect(types(last)).toEqual(['QuestionRepeated']);
  });

  it('is not called for once somebody has answered', () => {
    const { last } = live([
      [noon, observe()],
      [
        after('PT1M'),
        {
          type: 'ReportMakers',
          makers: [{ id: 'toni.tenant@contoso.com', slackUser: 'UTONI', sought: true }],
        },
      ],
      [after('PT30M'), (state) => approve(state, after('PT30M'), { by: sam })],
      [after('PT2H'), due],
    ]);
    expect(types(last)).toEqual([]);
  });

  it('never makes a deadline that nobody knows of', () => {
    const unheard = Array.from({ length: 72 }, (_, hour): Step => [after(`PT${String(hour + 1)}H`), due]);
    const { events, state } = live([[noon, observe()], ...unheard]);
    expect(state.state).toBe('unconfirmed');
    expect(types(events)).not.toContain('ExceptionLapsed');
    expect(types(events)).toContain('DeadlinePostponed');
  });
});

describe('a protective rule that was weakened', () => {
  const weakened = observe({
    operation: 'Set-TransportRule',
    change: 'alter',
    passed: ['Identity', 'ExceptIfFrom'],
    settings: {
      Name: 'Block executables',
      AttachmentHasExecutableContent: true,
      RejectMessageReasonText: 'no',
      ExceptIfFrom: ['x@partner.example'],
    },
  });

  it('is never disabled, for that would take the protection away: silence alerts people, again and again', () => {
    const opened = live([
      [noon, weakened],
      [after('PT1M'), (s) => told(s, after('PT1M'))],
    ]).state;
    expect(opened).toMatchObject({ remedy: 'escalate', findings: [{ id: 'LAPSE-TR-008' }] });
    const { last, state } = live([[after('P3D'), due]], policy, opened);
    expect(last).toMatchObject([{ type: 'ExceptionEscalated', next: after('P4D') }]);
    expect(react(last[0] as Event, state)).toMatchObject([
      { type: 'remind' },
      {
        type: 'alert',
        text: expect.stringContaining('because disabling it would remove protection:') as string,
      },
    ]);
    expect(types(live([[after('P4D'), due]], policy, state).last)).toEqual(['ExceptionEscalated']);
  });

  it('is neither declined nor held, which would end with a disable', () => {
    const { state } = live([
      [noon, weakened],
      [after('PT1M'), (now) => told(now, after('PT1M'))],
    ]);
    const answers: readonly Command[] = [
      { type: 'Decline', by: sam, seen: state.asOf },
      { type: 'Hold', by: sam, until: after('P5D'), reason: 'investigating' },
    ];
    for (const answer of answers)
      expect(live([[after('PT2M'), answer]], policy, state).last).toMatchObject([
        { type: 'AnswerRefused', why: 'not-open' },
      ]);
  });

  it('is not disabled either where its remedy was recorded before it was known to protect', () => {
    const lock = observe({
      kind: 'inbound-connector',
      operation: 'Set-InboundConnector',
      change: 'alter',
      passed: ['SenderIPAddresses'],
      settings: {
        SenderDomains: ['*'],
        RestrictDomainsToIPAddresses: true,
        SenderIPAddresses: ['203.0.113.0/26'],
      },
    });
    const opened = live([
      [noon, lock],
      [after('PT1M'), (s) => told(s, after('PT1M'))],
    ]).state;
    const before: Exception = { ...opened, remedy: 'disable' };
    expect(types(live([[after('P10D'), due]], policy, before).last)).toEqual(['ExceptionEscalated']);
  });

  it('is not switched off first where policy says so for its class', () => {
    const high = { ...policy.risk.high, onSilence: 'disable-first' as const };
    const { critical, medium, low } = policy.risk;
    const offFirst = { high, critical: { ...critical, ...high }, medium: { ...medium, ...high }, low };
    expect(types(live([[noon, weakened]], { ...policy, risk: offFirst }).last)).toEqual(['ExceptionOpened']);
  });

  it('is not over when the rule is switched off', () => {
    const off = observe({
      record: 'r2',
      operation: 'Disable-TransportRule',
      change: 'disable',
      enabled: false,
      changedAt: after('P1D'),
      settings: live([[noon, weakened]]).state.settings,
    });
    const { state } = live(
      [
        [noon, weakened],
        [after('P1D'), off],
      ],
      policy,
    );
    expect(state.state).toBe('unconfirmed');
  });

  it('is over when the way around it is gone', () => {
    const opened = live([[noon, weakened]]).state;
    const mended = observe({
      record: 'r2',
      operation: 'Set-TransportRule',
      change: 'alter',
      changedAt: after('P1D'),
      passed: ['ExceptIfFrom'],
      settings: {
        Name: 'Block executables',
        AttachmentHasExecutableContent: true,
        RejectMessageReasonText: 'no',
        ExceptIfFrom: null,
      },
    });
    expect(live([[after('P1D'), mended]], policy, opened)).toMatchObject({
      last: [{ type: 'ExceptionRemoved', harmless: true }],
      state: { state: 'removed' },
    });
  });
});

describe('a rename', () => {
  it.each([
    ['that switches it off', { enabled: false }],
    ['that makes it harmless', { settings: { Name: 'New name' } }],
    ['of one that is off', {}],
  ])('%s is known by its new name from then on', (_, given) => {
    const renamed = observe({
      record: 'r2',
      operation: 'Set-TransportRule',
      change: 'alter',
      changedAt: after('P4D'),
      renamed: 'New name',
      ...given,
    });
    const from = Object.keys(given).length === 0 ? examples.disabled.state : examples.unconfirmed.state;
    expect(live([[after('P4DT1H'), renamed]], policy, from).state.name).toBe('New name');
  });
});

describe('what comes out of order', () => {
  const removal: Observation = {
    ...observation,
    record: 'removal',
    operation: 'Remove-TransportRule',
    change: 'remove',
    changedAt: after('PT1H'),
  };
  it('a rule whose removal was seen first is recorded and removed at once, and nobody is asked', () => {
    const { last, state } = live([[after('PT2H'), { ...observe(), earlier: [removal] } as Command]]);
    expect(types(last)).toEqual(['ExceptionOpened', 'ExceptionRemoved']);
    expect(state.state).toBe('removed');
    expect(react(last[0] as Event, state)).toEqual([]);
  });

  it('a rule made anew after the removal that was seen is asked about', () => {
    const anew = { ...observe({ changedAt: after('PT2H') }), earlier: [removal] } as Command;
    const { last, state } = live([[after('PT3H'), anew]]);
    expect(types(last)).toEqual(['ExceptionOpened', 'ChangeNoted']);
    expect(state).toMatchObject({ state: 'unconfirmed', changedAt: after('PT2H') });
  });

  it.each([
    ['older than the removal is late news', 'PT30M', 'ChangeNoted'],
    ['newer than the removal means that it was made again', 'PT90M', 'ExceptionOpened'],
  ])('a change %s', (_, changedAt, type) => {
    const change = observe({ record: 'r3', changedAt: after(changedAt) });
    expect(types(live([[after('PT3H'), change]], policy, examples.removed.state).last)).toEqual([type]);
  });

  it('a removal older than what is known ends nothing, nor does it make that seem old', () => {
    const removal: Command = {
      type: 'ObserveRemoval',
      observation: {
        ...observation,
        record: 'r2',
        operation: 'Remove-TransportRule',
        change: 'remove',
        changedAt: instant('2026-11-02T10:00:00Z'),
      },
    };
    const { last, state } = live([[after('PT3H'), removal]], policy, examples.unconfirmed.state);
    expect(types(last)).toEqual(['ChangeNoted']);
    expect(state.changedAt).toBe(observation.changedAt);
  });

  describe('that comes after somebody has approved', () => {
    const logged = (record: string, changedAt: Instant, given: Partial<Observation>): Command =>
      observe({
        record,
        operation: 'Set-TransportRule',
        change: 'alter',
        complete: false,
        changedAt,
        ...given,
      });

    const newer = logged('newer', after('PT40M'), { complete: true });
    const older = (settings: Observation['settings']) => logged('older', after('PT20M'), { settings });
    const approvedBefore = (late: Command): readonly Step[] => [
      ...asked,
      [after('PT50M'), newer],
      [after('PT1H'), (state) => approve(state, after('PT1H'))],
      [after('PT3H'), late],
    ];

    it('tells of settings from before what was looked at: they change nothing', () => {
      const { last, state } = live(approvedBefore(older({ SetSCL: '0' })));
      expect(types(last)).toEqual(['ChangeNoted']);
      expect(state).toMatchObject({ state: 'confirmed', settings: observation.settings });
    });

    it('says that it is off, where a newer one says on', () => {
      const { last, state } = live([
        [noon, observe({ complete: false })],
        [after('PT1M'), (state) => told(state, after('PT1M'))],
        [after('PT50M'), logged('on', after('PT40M'), { change: 'enable', enabled: true, settings: {} })],
        [after('PT1H'), (state) => approve(state, after('PT1H'))],
        [after('PT3H'), logged('off', after('PT20M'), { change: 'disable', enabled: false, settings: {} })],
      ]);
      expect(types(last)).toEqual(['ChangeNoted']);
      expect(state.state).toBe('confirmed');
    });

    it('does not make what is known seem old', () => {
      expect(live(approvedBefore(older({}))).state.changedAt).toBe(after('PT40M'));
    });
  });

  it('an old record that says it is off says nothing, as long as nobody has looked', () => {
    const off = observe({
      record: 'r2',
      operation: 'Disable-TransportRule',
      change: 'disable',
      enabled: false,
      complete: false,
      settings: {},
      changedAt: instant('2026-11-02T10:00:00Z'),
    });
    expect(types(live([[after('PT3H'), off]], policy, examples.unconfirmed.state).last)).toEqual([
      'ChangeNoted',
    ]);
  });

  it('nor does one that says off, where a newer one says on', () => {
    const logged = (record: string, change: 'enable' | 'disable', changedAt: Instant): Command =>
      observe({
        ...{
          record,
          change,
          changedAt,
          operation: change === 'enable' ? 'Enable-TransportRule' : 'Disable-TransportRule',
        },
        ...{ enabled: change === 'enable', complete: false, settings: {} },
      });
    const { state } = live([
      [noon, observe({ complete: false })],
      [after('PT2H'), logged('r2', 'enable', after('PT1H'))],
      [after('PT3H'), logged('r3', 'disable', after('PT30M'))],
    ]);
    expect(state.state).toBe('unconfirmed');
  });

  it('an old record changes nothing of what a look has shown since, nor does it make that seem old', () => {
    const settings = { ...observation.settings, SenderDomainIs: ['elsewhere.example'] };
    const { state } = live([
      [noon, observe()],
      [after('PT2H'), observe({ record: 'r2', change: 'alter', settings, changedAt: after('PT1H') })],
      [
        after('PT3H'),
        observe({
          ...{ record: 'r3', change: 'alter', changedAt: after('PT30M') },
          ...{ complete: false, settings: { SenderDomainIs: ['late.example'] } },
        }),
      ],
    ]);
    expect(state).toMatchObject({ settings, changedAt: after('PT1H') });
  });

  it('a disable in the log does not open what a read still shows as on', () => {
    const off = observe({
      record: 'r2',
      operation: 'Disable-TransportRule',
      change: 'disable',
      enabled: true,
      changedAt: after('P4D'),
    });
    expect(live([[after('P4DT1H'), off]], policy, examples.disabled.state).state.state).toBe('disabled');
  });

  it('an old change that comes after a newer one is noted and changes nothing', () => {
    const newer = observe({
      record: 'r2',
      changedAt: after('PT1H'),
      complete: false,
      operation: 'Set-TransportRule',
      change: 'alter',
      settings: { SetSCL: '-1', SenderDomainIs: 'b.example' },
    });
    const older = observe({
      record: 'r3',
      changedAt: after('PT30M'),
      complete: false,
      operation: 'Set-TransportRule',
      change: 'alter',
      settings: { SetSCL: '-1', SenderDomainIs: 'a.example' },
    });
    const { last, state } = live([
      [after('PT2H'), newer],
      [after('PT3H'), older],
    ]);
    expect(types(last)).toEqual(['ChangeNoted']);
    expect(state.settings).toMatchObject({ SenderDomainIs: 'b.example' });
  });

  it('reading it for the first time completes the exception without asking anew', () => {
    const fromLog = observe({
      complete: false,
      settings: {
        Name: observation.name,
        SetSCL: '-1',
        SenderDomainIs: 'partner.example',
        SenderIpRanges: '198.51.100.0/28',
      },
    });
    const { state, last } = live([
      [noon, fromLog],
      [after('PT1M'), (s) => told(s)],
      [after('PT2M'), (s) => approve(s, after('PT2M'))],
      [
        after('PT5M'),
        observe({ record: 'r2', operation: 'Set-TransportRule', change: 'alter', guid, changedAt: noon }),
      ],
    ]);
    expect(types(last)).toEqual(['ExceptionChanged']);
    expect(state).toMatchObject({ state: 'confirmed', complete: true, guid });
  });
});

describe('the first look at what was recorded from the log', () => {
  const soon = { expiresAt: after('P5D'), reviewEvery: duration('P5D') };
  const fromLog = observe({
    complete: false,
    settings: { Name: observation.name, SetSCL: '-1', SenderDomainIs: 'partner.example' },
  });
  const approvedFromLog = live([
    [noon, fromLog],
    [after('PT1M'), (state) => told(state, after('PT1M'))],
    [after('PT1H'), (state) => approve(state, after('PT1H'), { by: sam, ...soon })],
  ]).state;
  const look = (settings: Record<string, unknown>) =>
    live([[after('PT2H'), observe({ record: 'r2', change: 'alter', settings })]], policy, approvedFromLog);

  it('leaves an approval where it shows no more than the log told', () => {
    const narrower = { ...observation.settings, Comments: '' };
    expect(look(narrower).state).toMatchObject({ state: 'confirmed', complete: true });
  });

  it('asks anew where it shows more', () => {
    const { state } = look({ ...observation.settings, BlindCopyTo: ['someone@elsewhere.example'] });
    expect(state).toMatchObject({ state: 'unconfirmed', question: 'changed', complete: true });
  });
});

describe('a rule that is created disabled', () => {
  it('is recorded but nobody is asked before somebody switches it on', () => {
    const off = live([[noon, observe({ enabled: false })]]);
    expect(off.state).toMatchObject({ state: 'disabled', cause: 'at source' });
    expect(react(off.last[0] as Event, off.state)).toEqual([]);
    const on = live(
      [
        [
          after('PT3H'),
          observe({
            record: 'r2',
            operation: 'Enable-TransportRule',
            change: 'enable',
            changedAt: after('PT2H'),
          }),
        ],
      ],
      policy,
      off.state,
    );
    expect(on.last).toMatchObject([{ type: 'ExceptionReopened', alert: false, confirmBy: after('P3DT3H') }]);
  });
});
