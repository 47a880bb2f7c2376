/** Laws that hold for every life, whatever chance sends. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide } from '#lifecycle/decide/decide.ts';
import { findNextDue, presentDeadlineOf } from '#lifecycle/due.ts';
import { evolve, evolveAll } from '#lifecycle/evolve.ts';
import { duration, fromMillis, millis, plus, toMillis } from '#time/instant.ts';
import { nativeEndOf } from '#lifecycle/native-expiry.ts';
import { enforcementEvents, react, slackEvents } from '#lifecycle/react.ts';
import { noticeEndOf } from '#policy/working-hours.ts';
import type { Command } from '#lifecycle/commands.ts';
import type { Event } from '#lifecycle/events.ts';
import type { Exception } from '#lifecycle/exception.ts';
import type { Instant } from '#time/instant.ts';
import type { Policy, RiskClass } from '#policy/policy.ts';
import {
  alex,
  approve,
  guid,
  mallory,
  noon,
  observation,
  observe,
  policy,
  sam,
  told,
  toni,
} from './examples.ts';

type Act = (state: Exception | undefined, now: Instant, at: Instant) => Command | undefined;

const settings = fc.constantFrom<readonly [unknown, string, boolean]>(
  [-1, 'partner.example', true],
  [-1, 'other.example', true],
  ['-1', 'partner.example', false],
  [0, 'partner.example', true],
  [-1, '', true],
);
const observed: fc.Arbitrary<Act> = fc
  .record({
    settings,
    // What is made anew begins anew: seldom, or no life gets far.
    change: fc.oneof(
      { arbitrary: fc.constant('create' as const), weight: 1 },
      { arbitrary: fc.constantFrom('alter' as const, 'enable' as const, 'disable' as const), weight: 30 },
    ),
    enabled: fc.constantFrom(true, false, undefined),
    record: fc.integer({ min: 1, max: 9 }),
  })
  .map(
    ({ settings: [scl, domain, complete], change, enabled, record }) =>
      (_state: unknown, _now: Instant, at: Instant) => {
        const given = {
          record: `r${String(record)}`,
          change,
          operation: 'Set-TransportRule',
          complete,
          settings: { SetSCL: scl, SenderDomainIs: domain },
          changedAt: at,
        } as const;
        return observe(enabled === undefined ? given : { ...given, enabled });
      },
  );
/** Mostly who may: others get nowhere. */
const who = fc.constantFrom(alex, alex, sam, sam, sam, mallory, toni);
/** What policy was before it became this one: longer and shorter. */
const earlierPolicies: readonly Policy[] = [
  withClass({
    confirmWithin: duration('P30D'),
    reviewEvery: duration('P90D'),
    longestTerm: duration('P90D'),
  }),
  withClass({ confirmWithin: duration('P1D'), remindBefore: [duration('PT20H')] }),
];
function withClass(given: Partial<RiskClass>): Policy {
  const { low, medium, high, critical } = policy.risk;
  const risk = {
    low: { ...low, ...given },
    medium: { ...medium, ...given },
    high: { ...high, ...given },
    critical: { ...critical, ...given },
  };
  return { ...policy, risk };
}
/** Any class that a policy file may hold, and the policy that gives it to every risk. */
const anyPolicy: fc.Arbitrary<Policy> = fc
  .record({
    confirm: fc.integer({ min: 20, max: 800 }),
    again: fc.integer({ min: 20, max: 200 }),
    term: fc.integer({ min: 48, max: 2400 }),
    review: fc.integer({ min: 10, max: 100 }),
    notice: fc.integer({ min: 1, max: 20 }),
    silent: fc.option(fc.integer({ min: 1, max: 100 }), { nil: undefined }),
    remind: fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 3 }),
    hours: fc.constantFrom('any' as const, 'working' as const),
    onSilence: fc.constantFrom('disable' as const, 'disable' as const, 'escalate' as const),
    timeZone: fc.constantFrom('Etc/UTC', 'America/New_York'),
  })
  .map(({ confirm, again, term, review, notice, silent, remind, hours, onSilence, timeZone }) => {
    const some = (count: number) => duration(`PT${Math.round(count)}H`);
    const given = {
      ...withClass({
        confirmWithin: some(confirm),
        confirmAgainWithin: some(again),
        longestTerm: some(term),
        reviewEvery: some((term * review) / 100),
        leastNotice: some(notice),
        ...(silent === undefined ? {} : { askNextAfter: some(silent) }),
        remindBefore: [some(notice + 1), ...remind.map(some)],
        hours,
        onSilence,
      }),
      timeZone,
      graceOnImport: some(confirm / 2),
    };
    const { high } = given.risk;
    // A change of risk is a change of class.
    const critical = { ...high, confirmWithin: some(confirm / 2 + 10), longestTerm: high.reviewEvery };
    return { ...given, risk: { ...given.risk, critical } };
  });
/** What Exchange would show of its end now. */
function shown(state: Exception) {
  const until = state.acting?.act === 'expiry' ? nativeEndOf(state) : undefined;
  return until === undefined ? {} : { until };
}
/** Whoever is silent is not asked alone for long. */
const askingOn = withClass({ askNextAfter: duration('PT6H') });
/** Lapse only looks on. */
const observing: Policy = { ...policy, modes: () => ({ type: 'observing' }) };
/** Off first, and ask after; and the end of an approval stands in Exchange too. */
const offFirst = { ...withClass({ onSilence: 'disable-first' }), nativeExpiry: true };
const others: fc.Arbitrary<Act> = fc.oneof(
  { arbitrary: fc.constant<Act>((state, now) => state && told(state, now)), weight: 4 },
  { arbitrary: fc.constant<Act>(() => ({ type: 'CheckDue' })), weight: 6 },
  {
    arbitrary: who.map(
      (by): Act =>
        (state, now) =>
          state && approve(state, now, { by }),
    ),
    weight: 4,
  },
  {
    arbitrary: fc.tuple(who, fc.constantFrom('Decline', 'Revoke')).map(
      ([by, type]): Act =>
        (state) =>
          state && { type, by, seen: state.asOf },
    ),
    weight: 4,
  },
  who.map((by): Act => (_state, now) => ({
    type: 'Hold',
    by,
    until: fromMillis(toMillis(now) + 86_400_000),
    reason: 'x',
  })),
  who.map((by): Act => (_state, now) => ({
    type: 'Restore',
    by,
    reason: 'x',
    expiresAt: fromMillis(toMillis(now) + 3_600_000),
  })),
  who.map((by): Act => () => ({ type: 'Undo', by })),
  fc.constant<Act>(() => ({ type: 'Reassign', by: sam, address: 'mira.mail@contoso.com' })),
  fc.constantFrom(undefined, 'UMIRA').map(
    (colleague): Act =>
      (state) =>
        state && {
          type: 'AskForHelp',
          by: sam,
          seen: state.asOf,
          question: 'May it stay?',
          ...(colleague !== undefined && { colleague }),
        },
  ),
  fc.constant<Act>((state) => state && { type: 'WishReminder', by: sam, seen: state.asOf }),
  fc.constant<Act>(
    (state) =>
      state && {
        type: 'ReportApproversTold',
        of: state.asOf,
        card: { channel: 'C1', ts: String(state.version) },
      },
  ),
  fc.constant<Act>(() => ({
    type: 'ReportMakers',
    makers: [{ id: 'toni.tenant@contoso.com', slackUser: toni.slackUser, sought: true }],
  })),
  fc.constant<Act>((state) => state && { type: 'ReportUnreachable', owner: state.owner, why: 'they left' }),
  fc
    .constantFrom(...earlierPolicies)
    .map((before): Act => (_state, now) => ({ type: 'ApplyPolicy', before, hash: now })),
  fc.constant<Act>(() => ({ type: 'TripBreaker', waiting: 30, why: 'too many' })),
  who.map((by): Act => () => ({ type: 'ReleaseBreaker', by })),
  fc.tuple(fc.boolean(), fc.option(fc.nat(400))).map(([all, hours]): Act => (_state, now) => ({
    type: 'RestartDeadline',
    all,
    ...(hours !== null && { notBefore: fromMillis(toMillis(now) + (hours - 100) * 3_600_000) }),
  })),
  fc.constant<Act>((_state, now) => ({ type: 'ReportEnforcement', to: 'live', by: 'sam', since: now })),
  fc
    .nat(3)
    .map((attempt): Act => () => ({ type: 'ReportDisabled', attempt, guid, before: observation.settings })),
  fc.nat(3).map((attempt): Act => () => ({ type: 'ReportDisableFailed', attempt, why: 'busy' })),
  fc.constantFrom('ReportStayedDisabled', 'ReportLookFailed').map(
    (type): Act =>
      (state) =>
        state?.state === 'disabled' && state.looking
          ? { type, attempt: state.looking.attempt, why: 'busy' }
          : undefined,
  ),
  {
    arbitrary: fc.constantFrom('ReportActDone', 'ReportActFailed').map(
      (type): Act =>
        (state) =>
          state?.acting && { type, ...state.acting, ...shown(state), why: 'busy' },
    ),
    weight: 5,
  },
  fc.nat(3).map((attempt): Act => () => ({ type: 'ReportGone', attempt })),
  fc.constant((): Command => ({ type: 'Join', into: 'ex-bbbbbbbbbbbbbbbb' })),
  fc.nat(500).map((back): Act => (_state, now) => ({
    type: 'ObserveRemoval',
    observation: {
      ...observation,
      record: 'gone',
      change: 'remove',
      changedAt: fromMillis(toMillis(now) - back * 60_000),
    },
  })),
);

/** Acts, each some minutes after the one before; what the log tells may be hours old. */
const begin: Act = () => observe();
const beginImported: Act = (_state, now) => observe({ imported: plus(now, duration('P21D')) });
const lives = fc
  .array(
    fc.tuple(
      fc.oneof({ arbitrary: observed, weight: 1 }, { arbitrary: others, weight: 6 }),
      fc.nat(3000),
      fc.nat(300),
    ),
    { minLength: 5, maxLength: 60, size: 'max' },
  )
  .chain((acts) =>
    fc.constantFrom(begin, begin, beginImported).map((first) => [[first, 0, 65] as const, ...acts]),
  );

interface Lived {
  readonly events: readonly Event[];
  readonly state: Exception | undefined;
  readonly now: Instant;
}

function run(
  acts: readonly (readonly [Act, number, number])[],
  visit?: (before: Exception | undefined, events: readonly Event[], now: Instant) => void,
  rules: Policy = policy,
): Lived {
  let now = noon;
  let state: Exception | undefined;
  const all: Event[] = [];
  for (const [act, minutes, late] of acts) {
    now = fromMillis(toMillis(now) + minutes * 60_000);
    const command = act(state, now, fromMillis(toMillis(now) - late * 60_000));
    if (!command) continue;
    const events = decide(state, command, { now, policy: rules });
    visit?.(state, events, now);
    for (const event of events) state = evolve(state, event);
    all.push(...events);
  }
  return { events: all, state, now };
}

describe('in every life', () => {
  it('chance reaches every kind of event, so that the laws below are tried on all of them', () => {
    const seen = new Set(
      fc
        .sample(lives, { numRuns: 600, seed: 1 })
        .flatMap((acts, index) =>
          [[offFirst, askingOn][index % 4] ?? policy, observing].flatMap((rules) =>
            run(acts, undefined, rules).events.map((event) => event.type),
          ),
        ),
    );
    const rare = new Set<string>(['ExceptionEscalated', 'ApprovalVoided']);
    expect(
      [...slackEvents, ...enforcementEvents, 'StayedDisabled', 'ChangeNoted', 'AnswerRefused'].filter(
        (type) => !seen.has(type as Event['type']) && !rare.has(type),
      ),
    ).toEqual([]);
  });

  it('whoever must carry out an effect hears of the event that calls for it', () => {
    const outside = new Set(['disable', 'restore', 'set-expiry', 'look']);
    const missed = new Set<string>();
    for (const [index, acts] of fc.sample(lives, { numRuns: 400, seed: 1 }).entries()) {
      let state: Exception | undefined;
      for (const event of run(acts, undefined, index % 2 === 0 ? offFirst : policy).events) {
        state = evolve(state, event);
        for (const { type } of react(event, state)) {
          const heard: readonly string[] = outside.has(type) ? enforcementEvents : slackEvents;
          if (!heard.includes(event.type)) missed.add(`${event.type} → ${type}`);
        }
      }
    }
    expect([...missed]).toEqual([]);
  });

  it('the state is the fold of the trail, and the version its length', () => {
    fc.assert(
      fc.property(lives, (acts) => {
        const { events, state } = run(acts);
        expect(evolveAll(undefined, events)).toEqual(state);
        expect(state?.version ?? 0).toBe(events.length);
      }),
    );
  });

  it('nothing lapses before its deadline, or before its owner had the least notice', () => {
    fc.assert(
      fc.property(lives, (acts) => {
        run(acts, (before, events, now) => {
          for (const event of events) {
            if (event.type !== 'ExceptionLapsed') continue;
            if (before?.state !== 'unconfirmed' && before?.state !== 'confirmed')
              throw new Error(`lapsed from ${String(before?.state)}`);
            expect(now >= presentDeadlineOf(before)).toBe(true);
            const notice = millis(policy.risk[before.risk].leastNotice);
            const informed =
              before.told.some((at) => toMillis(at.at) + notice <= toMillis(now)) ||
              (before.state === 'confirmed' && toMillis(before.approval.at) + notice <= toMillis(now));
            expect(informed).toBe(true);
          }
        });
      }),
      { numRuns: 500 },
    );
  });

  it('no disable is called for twice without a failure between', () => {
    fc.assert(
      fc.property(lives, (acts) => {
        let running = false;
        let state: Exception | undefined;
        for (const event of run(acts).events) {
          state = evolve(state, event);
          if (event.type === 'DisableFailed' || state.state !== 'disabling') running = false;
          if (react(event, state).some((effect) => effect.type === 'disable')) {
            expect(running).toBe(false);
            running = true;
          }
        }
      }),
    );
  });

  it('what Exchange was to be told is called for again until it is heard of, or nobody wants it any more', () => {
    fc.assert(
      fc.property(lives, (acts) => {
        const called = new Map<string, number>();
        let state: Exception | undefined;
        for (const event of run(acts, undefined, offFirst).events) {
          state = evolve(state, event);
          for (const effect of react(event, state))
            if (effect.type === 'restore' || effect.type === 'set-expiry') {
              const { acting } = state;
              // Whoever carries it out finds it asked for, and never twice for one attempt.
              expect(acting).toMatchObject({ phase: 'running', attempt: effect.attempt });
              const which = `${acting?.act ?? ''} ${String(acting?.of)}`;
              expect(effect.attempt).toBe((called.get(which) ?? 0) + 1);
              called.set(which, effect.attempt);
            }
          const { acting } = state;
          if (!acting) continue;
          expect(['unconfirmed', 'confirmed', 'held']).toContain(state.state);
          const due = findNextDue(state, offFirst);
          expect(due !== undefined && due <= acting.nextAt).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });

  /** Approved, held, renewed and restored, and its end written now and then. */
  const kept: fc.Arbitrary<Act> = fc.oneof(
    fc.constant<Act>((state, now) => state && told(state, now)),
    fc.constant<Act>(() => ({ type: 'CheckDue' })),
    fc.constant<Act>((state, now) => state && approve(state, now, { by: sam })),
    fc.constantFrom('P1D', 'P40D', 'P80D').map((length): Act => (_state, now) => ({
      type: 'Hold',
      by: sam,
      until: plus(now, duration(length)),
      reason: 'x',
    })),
    fc.constant<Act>((state) => state && { type: 'Revoke', by: sam, seen: state.asOf }),
    fc.constant<Act>(() => ({ type: 'ReportDisabled', attempt: 1, guid, before: observation.settings })),
    fc.constant<Act>((_state, now) => ({
      type: 'Restore',
      by: sam,
      reason: 'x',
      expiresAt: plus(now, duration('PT12H')),
    })),
    {
      arbitrary: fc.constant<Act>(
        (state) => state?.acting && { type: 'ReportActDone', ...state.acting, ...shown(state) },
      ),
      weight: 4,
    },
  );

  it('no end that Lapse has written into Exchange comes before the one that its people go by, or it is being moved', () => {
    const wanted = { ...policy, nativeExpiry: true };
    let early = 0;
    fc.assert(
      fc.property(
        fc.array(fc.tuple(kept, fc.nat(30_000)), { minLength: 5, maxLength: 40, size: 'max' }),
        fc.infiniteStream(fc.constantFrom(wanted, policy, policy)),
        fc.infiniteStream(fc.boolean()),
        (acts, policies, reports) => {
          let [state, now]: [Exception | undefined, Instant] = [undefined, noon];
          let written: Instant | undefined;
          for (const [act, minutes] of [[begin, 0] as const, ...acts]) {
            now = fromMillis(toMillis(now) + minutes * 60_000);
            const rules = policies.next().value as Policy;
            const command = act(state, now, now);
            if (!command) continue;
            // Whoever carries it out writes the end of that moment, and the report may get lost.
            if (state && command.type === 'ReportActDone' && 'until' in command) {
              written = command.until;
              if (!reports.next().value) continue;
            }
            for (const event of decide(state, command, { now, policy: rules })) state = evolve(state, event);
            const end = state && nativeEndOf(state);
            if (end === undefined || written === undefined || written >= end) continue;
            early += 1;
            expect(state?.acting).toBeDefined();
          }
        },
      ),
      { numRuns: 300 },
    );
    expect(early).toBeGreaterThan(0);
  });

  it('a question or reminder that nobody was told of is called for again, and nothing else is', () => {
    fc.assert(
      fc.property(lives, (acts) => {
        run(acts, (before, events, now) => {
          for (const event of events) {
            if (event.type !== 'QuestionRepeated') continue;
            expect(before?.unheard).toMatchObject({ of: event.of });
            expect(toMillis(now) - toMillis(before?.unheard?.at ?? now)).toBeGreaterThanOrEqual(3_600_000);
          }
        });
      }),
    );
  });

  it('nobody who made a risky one is who keeps it', () => {
    // Even as an approver.
    const withToni = { ...policy, approvers: [...policy.approvers, toni.slackUser] };
    fc.assert(
      fc.property(lives, (acts) => {
        run(
          acts,
          (before, events) => {
            if (!before || !policy.fourEyes.includes(before.risk)) return;
            for (const event of events)
              if (
                event.type === 'ExceptionApproved' ||
                event.type === 'ExceptionRenewed' ||
                event.type === 'ExceptionHeld' ||
                event.type === 'ExceptionRestored'
              )
                expect('slackUser' in event.actor && event.actor.slackUser).not.toBe(toni.slackUser);
          },
          withToni,
        );
      }),
    );
  });

  it('an outsider decides nothing', () => {
    fc.assert(
      fc.property(lives, (acts) => {
        for (const event of run(acts).events)
          if (event.actor.type === 'outsider') expect(event.type).toBe('AnswerRefused');
      }),
    );
  });

  it('with no more answers and enough sweeps it ends disabled or removed, unless it may have protected', () => {
    fc.assert(
      fc.property(lives, (acts) => {
        const lived = run(acts);
        let { state, now } = lived;
        for (let sweep = 0; state && sweep < 200; sweep++) {
          const due = findNextDue(state, policy);
          if (due === undefined) break;
          now = due > now ? due : now;
          for (const event of decide(state, { type: 'CheckDue' }, { now, policy })) {
            state = evolve(state, event);
            for (const effect of react(event, state)) {
              const report: Command | undefined =
                effect.type === 'remind' || effect.type === 'ask'
                  ? {
                      ...(told(state) as Extract<Command, { type: 'ReportTold' }>),
                      ...('deadline' in effect ? { deadline: effect.deadline } : {}),
                    }
                  : effect.type === 'disable'
                    ? { type: 'ReportDisabled', attempt: effect.attempt, guid, before: state.settings }
                    : state.acting && (effect.type === 'restore' || effect.type === 'set-expiry')
                      ? { type: 'ReportActDone', ...state.acting }
                      : undefined;
              if (report)
                for (const next of decide(state, report, { now, policy })) state = evolve(state, next);
            }
          }
        }
        if (state && state.remedy !== 'escalate') expect(['disabled', 'removed']).toContain(state.state);
      }),
      { numRuns: 300 },
    );
  });

  it('a stored deadline is never silent: a sweep at that moment has something to say', () => {
    fc.assert(
      fc.property(lives, (acts) => {
        const { state } = run(acts);
        const due = state && findNextDue(state, policy);
        if (state && due) expect(decide(state, { type: 'CheckDue' }, { now: due, policy })).not.toEqual([]);
      }),
    );
  });
});

describe('in every life, a change of policy', () => {
  const open = (state: Exception | undefined) =>
    state?.state === 'unconfirmed' || state?.state === 'confirmed' ? state : undefined;
  const apply = (state: Exception, before: Policy, rules: Policy, now: Instant): Exception =>
    decide(state, { type: 'ApplyPolicy', before, hash: now }, { now, policy: rules }).reduce<Exception>(
      evolve,
      state,
    );
  const hoursAfter = (from: Instant, hours: number): Instant =>
    fromMillis(toMillis(from) + hours * 3_600_000);

  it('to itself moves nothing and tells nobody', () => {
    fc.assert(
      fc.property(lives, anyPolicy, fc.nat(500), (acts, rules, hours) => {
        const { state, now } = run(acts, undefined, rules);
        if (!state) return;
        const at = hoursAfter(now, hours);
        expect(
          decide(state, { type: 'ApplyPolicy', before: rules, hash: 'h' }, { now: at, policy: rules }),
        ).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it('ends nothing sooner than it would have ended, or than the full notice after somebody was told', () => {
    fc.assert(
      fc.property(
        lives,
        anyPolicy,
        anyPolicy,
        fc.nat(100),
        fc.array(fc.option(fc.nat(1500)), { minLength: 1 }),
        (acts, before, rules, hours, delays) => {
          const lived = run(acts, undefined, before);
          const was = open(lived.state);
          if (!was) return;
          const old = presentDeadlineOf(was);
          let now = hoursAfter(lived.now, hours);
          if (now >= old) return;
          let state = apply(was, before, rules, now);
          let due = now;
          const posted: { deadline: Instant; at: Instant }[] = [];
          const told: { deadline: Instant; at: Instant }[] = [];
          // Messages come late, or not at all.
          const post = (event: Event) => {
            for (const effect of react(event, state)) {
              const delay = delays[posted.length % delays.length];
              if (effect.type === 'remind')
                posted.push({
                  deadline: effect.deadline,
                  at: fromMillis(toMillis(now) + (delay ?? 1e9) * 60_000),
                });
            }
          };
          for (const event of decide(was, { type: 'ApplyPolicy', before, hash: now }, { now, policy: rules }))
            post(event);
          for (let sweep = 0; sweep < 60 && open(state); sweep += 1) {
            due = findNextDue(state, rules) ?? due;
            const next = posted
              .filter((one) => !told.includes(one) && one.at <= due)
              .sort((a, b) => (a.at < b.at ? -1 : 1))[0];
            now = [now, next?.at ?? due].sort().at(-1) as Instant;
            if (next) told.push(next);
            const command: Command = next
              ? {
                  type: 'ReportTold',
                  of: state.version,
                  card: { channel: 'D', ts: 'x' },
                  deadline: next.deadline,
                }
              : { type: 'CheckDue' };
            for (const event of decide(state, command, { now, policy: rules })) {
              if (event.type === 'ExceptionLapsed' && now < old)
                expect(
                  told.some((one) => one.deadline <= now && noticeEndOf(one.at, was, rules) <= now),
                ).toBe(true);
              state = evolve(state, event);
              post(event);
            }
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it('and back and forth again walks no deadline nearer', () => {
    fc.assert(
      fc.property(lives, anyPolicy, anyPolicy, fc.nat(50), fc.nat(50), fc.nat(50), (acts, p, q, ...waits) => {
        const lived = run(acts, undefined, p);
        const start = open(lived.state);
        if (!start) return;
        const seen: Instant[] = [presentDeadlineOf(start)];
        let [state, now]: [Exception, Instant] = [start, lived.now];
        for (const [index, [before, rules]] of (
          [
            [p, q],
            [q, p],
            [p, q],
          ] as const
        ).entries()) {
          now = hoursAfter(now, (waits[index] ?? 0) + 1);
          if (now >= presentDeadlineOf(start)) return;
          state = apply(state, before, rules, now);
          const left = open(state);
          if (!left) throw new Error('it left its state');
          seen.push(presentDeadlineOf(left));
        }
        const [first, byOther, back, byOtherAgain] = seen as [Instant, Instant, Instant, Instant];
        expect(back >= first).toBe(true);
        expect(byOtherAgain >= byOther).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});
