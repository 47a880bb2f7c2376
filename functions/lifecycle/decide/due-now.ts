/** What time alone causes: reminders, lapses, the next attempt. Swept every minute from the due index. */
import {
  askNextAt,
  noticesOf,
  originalDeadlineOf,
  presentDeadlineOf,
  remindersOf,
  repeatAt,
  seekAt,
} from '#lifecycle/due.ts';
import { withinGrace } from '#lifecycle/grace.ts';
import { duration, earliest, latest, millis, plus } from '#time/instant.ts';
import { nextToAsk } from '#policy/owner.ts';
import { needsApprovers } from '#policy/authority.ts';
import { classOf } from '#policy/policy.ts';
import { modeOf } from '#policy/enforcement-mode.ts';
import { isFoundGone, protects } from '#kinds/protection.ts';
import { createActFailed, createDisableFailed, createLookFailed, reportDueAt } from '#lifecycle/retry.ts';
import { createDeadline, moveIntoHours, noticeEndOf } from '#policy/working-hours.ts';
import type { Context } from '#lifecycle/context.ts';
import type { DeadlineRestarted, Event } from '#lifecycle/events.ts';
import type { Cause, Confirmed, Disabled, Exception, Looking, Unconfirmed } from '#lifecycle/exception.ts';
import type { Instant } from '#time/instant.ts';
import type { Policy } from '#policy/policy.ts';

/** How often people are reminded of what only they can end. */
const escalateEvery = duration('P1D');

const actor = { type: 'schedule' } as const;

export function checkDue(state: Exception, context: Context): readonly Event[] {
  const own = ofItself(state, context);
  return own.length > 0 ? own : outside(state, context);
}

/** What should have happened outside and was not reported in time. */
function outside(state: Exception, context: Context): readonly Event[] {
  const { acting, unheard } = state;
  const { now, policy } = context;
  if (unheard && now >= repeatAt(state, unheard, policy)) {
    const { of, deadline, approvers } = unheard;
    const about = { ...(deadline !== undefined && { deadline }), ...(approvers && { approvers }) };
    return [{ type: 'QuestionRepeated', at: now, actor, of, ...about }];
  }
  const next = nextToAsk(state);
  const askAt = askNextAt(state, policy);
  if (next && askAt !== undefined && now >= askAt) return [{ type: 'NextAsked', at: now, actor, ...next }];
  const seek = seekAt(state, policy);
  if (seek !== undefined && now >= seek) return [{ type: 'LookUpRepeated', at: now, actor }];
  if (!acting || now < acting.nextAt) return [];
  const { act, attempt } = acting;
  return acting.phase === 'waiting'
    ? [{ type: 'ActRetried', at: now, actor, act, attempt: attempt + 1, reportBy: reportDueAt(context) }]
    : [createActFailed(acting, unheardOf(attempt), context)];
}

const unheardOf = (attempt: number): string => `nothing was reported about attempt ${attempt}`;

function ofItself(state: Exception, context: Context): readonly Event[] {
  const { now, policy } = context;
  switch (state.state) {
    case 'unconfirmed':
    case 'confirmed':
      return now >= presentDeadlineOf(state) ? atDeadline(state, context) : beforeDeadline(state, context);
    case 'held':
      return now < state.until
        ? []
        : [{ type: 'HoldEnded', at: now, actor, deadline: afterHold(state, context) }];
    case 'disabling':
      if (now < state.nextAt) return [];
      return state.phase === 'waiting'
        ? [
            {
              type: 'DisableRetried',
              at: now,
              actor,
              attempt: state.attempt + 1,
              reportBy: reportDueAt(context),
            },
          ]
        : [createDisableFailed(state, unheardOf(state.attempt), { now, policy })];
    case 'disabled':
      return state.looking && now >= state.looking.nextAt ? lookAgain(state, state.looking, context) : [];
    case 'removed':
      return [];
  }
}

/** A look after an hour that nobody reported needs no other: the one after a day is not far. */
function lookAgain({ disabledAt }: Disabled, looking: Looking, context: Context): readonly Event[] {
  if (looking.phase === 'running' && looking.after === 'day')
    return [createLookFailed(looking, unheardOf(looking.attempt), context)];
  const { now } = context;
  const day = plus(disabledAt, duration('P1D'));
  const attempt = looking.attempt + 1;
  const order = { type: 'LookOrdered', at: now, actor, attempt } as const;
  return [
    now < day
      ? { ...order, after: 'hour', nextAt: day }
      : { ...order, after: 'day', nextAt: reportDueAt(context) },
  ];
}

function beforeDeadline(state: Unconfirmed | Confirmed, { now, policy }: Context): readonly Event[] {
  // After an outage several steps may have passed: one reminder is enough.
  const step = remindersOf(state, policy)
    .filter((at) => at <= now)
    .at(-1);
  return step === undefined
    ? []
    : [
        {
          type: 'ReminderDue',
          at: now,
          actor,
          deadline: presentDeadlineOf(state),
          step,
          ...(waitsForOthers(state, policy) && { approvers: true as const }),
        },
      ];
}

/** Nobody is reminded of what waits for somebody else, once they know of it. */
const waitsForOthers = (state: Unconfirmed | Confirmed, policy: Policy): boolean =>
  state.state === 'unconfirmed' &&
  needsApprovers(state, policy) &&
  noticesOf(state, !alertsOnly(state, policy)).length > 0;

function atDeadline(state: Unconfirmed | Confirmed, context: Context): readonly Event[] {
  const { now, policy } = context;
  const cause = causeOf(state);

  // Somebody approved its removal, and nothing is left to disable or ask about.
  if (state.state === 'confirmed' && isFoundGone(state))
    return [{ type: 'ExceptionFoundGone', at: now, actor }];
  // Whatever has moved its deadline.
  const grace = withinGrace(state, now);
  if (grace > now)
    return [{ type: 'DeadlinePostponed', at: now, actor, from: presentDeadlineOf(state), to: grace }];
  const mode = modeOf(policy, state);
  // A stop is for everything, however well its owner was told.
  if (mode.type === 'stopped' && !leftToPeople(state, policy))
    return [spared(state, cause, 'stopped', context)];
  const restarted = restartOf(state, context);
  if (restarted) return [restarted];
  // It was recorded that it would have lapsed, and nothing has changed: nobody is told of it once more.
  if (mode.type === 'observing' && state.spared?.why === 'observing' && !leftToPeople(state, policy))
    return [spared(state, cause, 'observing', context)];
  const told = toldAt(state, policy);
  const postponed = { type: 'DeadlinePostponed', at: now, actor, from: presentDeadlineOf(state) } as const;
  if (told === undefined)
    return [
      { ...postponed, to: moveIntoHours(noticeEndOf(now, state, policy), state, policy), untold: true },
    ];
  // Told too late for the least notice: the rest of it is still owed.
  const noticed = noticeEndOf(told, state, policy);
  if (noticed > now) return [{ ...postponed, to: moveIntoHours(noticed, state, policy) }];
  // A date that somebody chose ends at midnight; if its class keeps working hours, nothing lapses before morning.
  const morning = moveIntoHours(now, state, policy);
  if (morning > now) return [{ ...postponed, to: morning }];
  if (leftToPeople(state, policy))
    return [{ type: 'ExceptionEscalated', at: now, actor, cause, next: plus(now, escalateEvery) }];
  if (mode.type === 'observing') return [spared(state, cause, 'observing', context)];
  return [{ type: 'ExceptionLapsed', at: now, actor, cause, reportBy: reportDueAt(context) }];
}

/** It stays as it is. As long as nothing changes, that is no news: it is looked at again when it would be asked again. */
function spared(
  state: Unconfirmed | Confirmed,
  cause: Cause,
  why: 'observing' | 'stopped',
  { now, policy }: Context,
): Event {
  const { confirmWithin } = classOf(policy, state);
  const again = millis(confirmWithin) < millis(looksAgainAfter) ? looksAgainAfter : confirmWithin;
  return { type: 'LapseObserved', at: now, actor, cause, why, next: plus(now, again) };
}

const looksAgainAfter = duration('P1D');

/**
 * The deadline that something has which Lapse may act on again: as far away as if its owner were asked now. `all`: also
 * where notice from before would do. `notBefore`: so that not too many fall on one day. `undefined` if nothing is owed.
 */
export function restartOf(
  state: Exception,
  { now, policy }: Context,
  { all = false, notBefore }: { readonly all?: boolean; readonly notBefore?: Instant | undefined } = {},
): DeadlineRestarted | undefined {
  if (state.state !== 'unconfirmed' && state.state !== 'confirmed') return undefined;
  if (modeOf(policy, state).type !== 'live' || leftToPeople(state, policy)) return undefined;
  if (!all && !owesRestart(state, policy)) return undefined;
  const { confirmWithin, confirmAgainWithin } = classOf(policy, state);
  const notice = moveIntoHours(noticeEndOf(now, state, policy), state, policy);
  const within =
    state.state === 'confirmed'
      ? now
      : createDeadline(
          now,
          state.question === 're-enabled' ? confirmAgainWithin : confirmWithin,
          state,
          policy,
        );
  const from = presentDeadlineOf(state);
  const natural = state.spared ? originalDeadlineOf(state) : from;
  const to = latest(natural, notice, within, notBefore ?? natural);
  return to > from || state.spared ? { type: 'DeadlineRestarted', at: now, actor, from, to } : undefined;
}

/** Whoever was told of its deadline was told of one at which nothing would happen, or did. */
function owesRestart(state: Unconfirmed | Confirmed, policy: Policy): boolean {
  const mode = modeOf(policy, state);
  if (mode.type !== 'live') return false;
  if (state.spared) return true;
  const { since, paused } = mode;
  const deadline = presentDeadlineOf(state);
  if (paused && deadline > paused.from && deadline <= paused.to) return true;
  if (since === undefined) return false;
  const told = noticesOf(state, false);
  return told.length > 0 ? told.every(({ at }) => at < since) : isChosen(state) && state.since < since;
}

/**
 * Silence disables nothing, because of policy, because it protects, or because Lapse only observes there. Checked again
 * here, because the remedy may have been recorded before this was known to protect.
 */
export const alertsOnly = (state: Exception, policy: Policy): boolean =>
  leftToPeople(state, policy) || modeOf(policy, state).type !== 'live';

/** Whatever the mode: silence disables nothing. */
export const leftToPeople = (state: Exception, policy: Policy): boolean =>
  classOf(policy, state).onSilence === 'escalate' || state.remedy === 'escalate' || protects(state);

/**
 * When the owner was first told of a deadline that has now come. Somebody who chose a term too short for a reminder
 * was told by choosing it.
 */
function toldAt(state: Unconfirmed | Confirmed, policy: Policy): Instant | undefined {
  const mode = modeOf(policy, state);
  const since = mode.type === 'live' ? mode.since : undefined;
  const told = noticesOf(state, !alertsOnly(state, policy))
    .map(({ at }) => at)
    .filter((at) => since === undefined || at >= since);
  if (told.length > 0) return earliest(...told);
  return isChosen(state) &&
    (since === undefined || state.since >= since) &&
    remindersOf({ ...state, reminded: state.since }, policy).length === 0
    ? state.since
    : undefined;
}

const isChosen = (state: Unconfirmed | Confirmed): boolean =>
  state.state === 'confirmed' && state.approval.at === state.since && state.movedAt === undefined;

function causeOf(state: Unconfirmed | Confirmed): Cause {
  if (state.state === 'unconfirmed')
    return state.question === 're-enabled' ? 'reopened without approval' : 'unconfirmed';
  return state.approval.reviewBy < state.approval.expiresAt ? 'review missed' : 'expired';
}

/** A hold never shortens the notice: whatever came due meanwhile waits for it. */
function afterHold(state: Extract<Exception, { state: 'held' }>, { now, policy }: Context): Instant {
  const notice = noticeEndOf(now, state, policy);
  const { approval } = state;
  const natural =
    state.resume === 'confirmed' && approval
      ? earliest(approval.reviewBy, approval.expiresAt)
      : state.confirmBy;
  return latest(natural, notice);
}
