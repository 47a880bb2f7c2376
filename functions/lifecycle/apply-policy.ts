/**
 * What a change of policy does to a recorded exception. Policy moves only what policy made: a question's deadline in
 * both directions, and a date that a person chose back to what may now be chosen, and forward again to what they
 * chose. Nothing comes nearer than the least notice from now, and nothing lapses before somebody was told of the new
 * deadline and that notice has passed since (`due-now.ts`).
 */
import { alertsOnly } from './decide/due-now.ts';
import { findNextDue, presentDeadlineOf } from './due.ts';
import { longestCadence, longestTerm } from '#policy/forms.ts';
import { earliest, latest, millis, plus } from '#time/instant.ts';
import { classOf } from '#policy/policy.ts';
import { withinGrace } from './grace.ts';
import { createDeadline, noticeEndOf } from '#policy/working-hours.ts';
import type { PolicyApplied } from './events.ts';
import type { Approval, Confirmed, Exception, Held, Unconfirmed } from './exception.ts';
import type { Instant } from '#time/instant.ts';
import type { Policy } from '#policy/policy.ts';

export interface PolicyChange {
  readonly before: Policy;
  readonly after: Policy;
  /** The hash of the policy `after`. */
  readonly hash: string;
  readonly now: Instant;
}

/** `undefined` if the change makes no difference to it, or was applied before. */
export function applyPolicy(state: Exception, change: PolicyChange): PolicyApplied | undefined {
  const { before, after, hash, now } = change;
  if (state.appliedPolicy === hash) return undefined;
  const open = state.state === 'unconfirmed' || state.state === 'confirmed';
  const silence = open ? harsher(state, change) : undefined;
  const dates = datesOf(state, change);
  const [was, is] = [alertsOnly(state, before), alertsOnly(state, after)];
  // Reminders may be due at other times even if the deadline stays; and anybody who goes back from a policy under
  // which silence only alerts people must know that it applied to this one.
  if (!dates && was === is && findNextDue(state, before) === findNextDue(state, after)) return undefined;
  return {
    type: 'PolicyApplied',
    at: now,
    actor: { type: 'schedule' },
    policy: hash,
    ...silence,
    ...dates,
  };
}

/** Whether it can end an exception sooner than people were told: then they are told again. */
export const isNearer = ({ moved, silence }: PolicyApplied): boolean =>
  silence !== undefined || (moved !== undefined && moved.to < moved.from);

function datesOf(state: Exception, change: PolicyChange): Dates | undefined {
  if (state.state === 'unconfirmed') return question(state, change);
  if (state.state === 'confirmed') return term(state, change);
  if (state.state !== 'held' || state.resume !== 'confirmed' || !state.approval) return undefined;
  // Nothing ends while it is held, and whatever comes afterwards gets its full notice.
  return bounded(state, state.approval, change, (_present, wanted) => wanted);
}

type Dates = Pick<PolicyApplied, 'moved' | 'confirmBy' | 'byPolicy' | 'expiresAt' | 'reviewBy'>;

function question(state: Unconfirmed, change: PolicyChange): Dates | undefined {
  // Policy does not move what came about otherwise (left by a hold, stored by an older release).
  if (state.byPolicy === undefined) return undefined;
  const { confirmWithin, confirmAgainWithin } = classOf(change.after, state);
  const within = state.question === 're-enabled' ? confirmAgainWithin : confirmWithin;
  const asked = createDeadline(state.since, within, state, change.after);
  // The grace of an import is a promise: no later policy shortens it.
  const byPolicy = withinGrace(state, latest(asked, state.graceUntil ?? asked));
  if (byPolicy === state.byPolicy) return undefined;
  const from = presentDeadlineOf(state);
  const confirmBy = byPolicy >= from ? byPolicy : noticed(state, from, byPolicy, change);
  const to = presentDeadlineOf({ ...state, confirmBy });
  return from === to ? undefined : { moved: { from, to }, confirmBy, byPolicy };
}

function term(state: Confirmed, change: PolicyChange): Dates | undefined {
  const { approval } = state;
  const dates = bounded(state, approval, change, (present, wanted) =>
    noticed(state, present, wanted, change),
  );
  if (!dates) return undefined;
  const to = presentDeadlineOf({ ...state, approval: { ...approval, ...dates } });
  return { moved: { from: presentDeadlineOf(state), to }, ...dates };
}

/** Later only up to what was chosen; nearer only if policy itself became stricter. */
function bounded(
  state: Confirmed | Held,
  approval: Approval,
  { before, after }: PolicyChange,
  nearer: (present: Instant, wanted: Instant) => Instant,
): Ends | undefined {
  const [was, may] = [bounds(state, approval, before), bounds(state, approval, after)];
  const end = (field: keyof Ends): Instant => {
    const [present, wanted] = [approval[field], may[field]];
    if (wanted >= present) return approval.chosen === undefined ? present : wanted;
    return wanted < was[field] ? nearer(present, wanted) : present;
  };
  const expiresAt = end('expiresAt');
  const reviewBy = earliest(expiresAt, end('reviewBy'));
  const isSame = expiresAt === approval.expiresAt && reviewBy === approval.reviewBy;
  return isSame ? undefined : { expiresAt, reviewBy };
}

type Ends = Pick<Approval, 'expiresAt' | 'reviewBy'>;

/** The dates of an approval, within the bounds that policy sets to what was chosen. */
function bounds(state: Confirmed | Held, approval: Approval, policy: Policy): Ends {
  const { at, expiresAt: present, chosen = present, reviewEvery } = approval;
  const { answered } = state;
  const isRestored = answered?.answer === 'restored' && answered.at === at;
  const longest = isRestored ? classOf(policy, state).restoreFor : longestTerm(state, policy);
  const expiresAt = earliest(chosen, plus(at, longest));
  const cadence = longestCadence(state, policy);
  const every = millis(reviewEvery) < millis(cadence) ? reviewEvery : cadence;
  return { expiresAt, reviewBy: earliest(expiresAt, plus(at, every)) };
}

/** Silence now disables what it used to leave on: whoever was told of a deadline was not told of that. */
function harsher(
  state: Unconfirmed | Confirmed,
  { before, after }: PolicyChange,
): Pick<PolicyApplied, 'silence' | 'moved'> | undefined {
  const [was, is] = [classOf(before, state).onSilence, classOf(after, state).onSilence];
  if (was !== 'escalate' || is === 'escalate' || alertsOnly(state, after)) return undefined;
  const present = presentDeadlineOf(state);
  return { silence: is, moved: { from: present, to: present } };
}

/**
 * Nobody loses the least notice, under either policy: a deadline that comes nearer stays far enough away for a person
 * who is told now to act.
 */
const noticed = (
  state: Unconfirmed | Confirmed,
  present: Instant,
  wanted: Instant,
  { before, after, now }: PolicyChange,
): Instant =>
  latest(wanted, earliest(present, latest(noticeEndOf(now, state, before), noticeEndOf(now, state, after))));
