/**
 * What a change of policy does to an exception that is there already. Only what policy made does policy move: a
 * question's deadline both ways, a date that a person chose back to what may now be chosen, and forth again to what
 * they chose. Nothing comes nearer than the least notice from now; and it lapses only after that notice from the
 * moment somebody was told of it (`decide-due.ts`).
 */
import { alertsOnly } from './decide-due.ts';
import { nextDue, presentDeadline } from './due.ts';
import { longestCadence, longestTerm } from './forms.ts';
import { earliest, latest, millis, plus } from './instant.ts';
import { classOf } from './policy.ts';
import { deadlineAfter, noticeEnds } from './working-hours.ts';
import type { PolicyApplied } from './events.ts';
import type { Confirmed, Exception, Unconfirmed } from './exception.ts';
import type { Instant } from './instant.ts';
import type { Policy } from './policy.ts';

export interface PolicyChange {
  readonly before: Policy;
  readonly after: Policy;
  /** Names the policy `after`. */
  readonly hash: string;
  readonly now: Instant;
}

/** `undefined` where the change makes no difference to it, or was applied before. */
export function applyPolicy(state: Exception, change: PolicyChange): PolicyApplied | undefined {
  const { before, after, hash, now } = change;
  if (state.appliedPolicy === hash) return undefined;
  const open = state.state === 'unconfirmed' || state.state === 'confirmed';
  const silence = open ? harsher(state, change) : undefined;
  const dates = open
    ? state.state === 'unconfirmed'
      ? question(state, change)
      : term(state, change)
    : undefined;
  // Reminders may be due at other times although the deadline stays.
  if (!dates && !silence && nextDue(state, before) === nextDue(state, after)) return undefined;
  return {
    type: 'PolicyApplied',
    at: now,
    actor: { type: 'schedule' },
    policy: hash,
    ...silence,
    ...dates,
  };
}

/** Whether it can end an exception sooner than its people were told: then they are told anew. */
export const isNearer = ({ moved, silence }: PolicyApplied): boolean =>
  silence !== undefined || (moved !== undefined && moved.to < moved.from);

type Dates = Pick<PolicyApplied, 'moved' | 'confirmBy' | 'byPolicy' | 'expiresAt' | 'reviewBy'>;

function question(state: Unconfirmed, change: PolicyChange): Dates | undefined {
  // What came about otherwise (left by a hold, stored by an older release) is not policy's to move.
  if (state.byPolicy === undefined) return undefined;
  const { confirmWithin, confirmAgainWithin } = classOf(change.after, state);
  const within = state.question === 're-enabled' ? confirmAgainWithin : confirmWithin;
  const asked = deadlineAfter(state.since, within, state, change.after);
  // The grace of an import is a promise: no policy after it takes any of it away.
  const byPolicy = state.graceUntil === undefined ? asked : latest(asked, state.graceUntil);
  if (byPolicy === state.byPolicy) return undefined;
  const from = presentDeadline(state);
  const confirmBy = byPolicy >= from ? byPolicy : noticed(state, from, byPolicy, change);
  const to = presentDeadline({ ...state, confirmBy });
  return from === to ? undefined : { moved: { from, to }, confirmBy, byPolicy };
}

function term(state: Confirmed, change: PolicyChange): Dates | undefined {
  const { approval } = state;
  const [was, may] = [bounds(state, change.before), bounds(state, change.after)];
  const bounded = (field: 'expiresAt' | 'reviewBy'): Instant => {
    const [present, wanted] = [approval[field], may[field]];
    // Later only back to what was chosen; nearer only where policy itself became stricter.
    if (wanted >= present) return approval.chosen === undefined ? present : wanted;
    return wanted < was[field] ? noticed(state, present, wanted, change) : present;
  };
  const expiresAt = bounded('expiresAt');
  const reviewBy = earliest(expiresAt, bounded('reviewBy'));
  if (expiresAt === approval.expiresAt && reviewBy === approval.reviewBy) return undefined;
  const to = presentDeadline({ ...state, approval: { ...approval, expiresAt, reviewBy } });
  return { moved: { from: presentDeadline(state), to }, expiresAt, reviewBy };
}

/** The dates of an approval as its policy bounds what was chosen. A restore is far shorter by a rule of its own. */
function bounds(
  state: Confirmed,
  policy: Policy,
): { readonly expiresAt: Instant; readonly reviewBy: Instant } {
  const { at, expiresAt: present, chosen = present, reviewEvery } = state.approval;
  const expiresAt = earliest(chosen, plus(at, longestTerm(state, policy)));
  const cadence = longestCadence(state, policy);
  const every = millis(reviewEvery) < millis(cadence) ? reviewEvery : cadence;
  return { expiresAt, reviewBy: earliest(expiresAt, plus(at, every)) };
}

/** Silence disables what it left on before: whoever was told of a deadline was not told of that. */
function harsher(
  state: Unconfirmed | Confirmed,
  { before, after }: PolicyChange,
): Pick<PolicyApplied, 'silence' | 'moved'> | undefined {
  const [was, is] = [classOf(before, state).onSilence, classOf(after, state).onSilence];
  if (was !== 'escalate' || is === 'escalate' || alertsOnly(state, after)) return undefined;
  const present = presentDeadline(state);
  return { silence: is, moved: { from: present, to: present } };
}

/** Nobody loses the least notice, by whichever policy is longer: what comes nearer stays as far as a person told now can act. */
const noticed = (
  state: Unconfirmed | Confirmed,
  present: Instant,
  wanted: Instant,
  { before, after, now }: PolicyChange,
): Instant =>
  latest(wanted, earliest(present, latest(noticeEnds(now, state, before), noticeEnds(now, state, after))));
