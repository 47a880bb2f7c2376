/**
 * What a change of policy does to an exception that is there already. Deadlines move both ways, but never nearer
 * than the least notice from now; a date that a person chose is only ever shortened, to what may now be chosen.
 */
import { nextDue } from './due.ts';
import { longestCadence, longestTerm } from './forms.ts';
import { earliest, latest, plus } from './instant.ts';
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
  const dates =
    state.state === 'unconfirmed'
      ? question(state, change)
      : state.state === 'confirmed'
        ? term(state, change)
        : undefined;
  const moved = dates && { from: dates.from, to: dates.to };
  // Reminders may be due at other times although the deadline stays.
  if (!dates && nextDue(state, before) === nextDue(state, after)) return undefined;
  return {
    type: 'PolicyApplied',
    at: now,
    actor: { type: 'schedule' },
    policy: hash,
    ...(moved && { moved }),
    ...dates?.fields,
  };
}

interface Dates {
  readonly from: Instant;
  readonly to: Instant;
  readonly fields: Pick<PolicyApplied, 'confirmBy' | 'expiresAt' | 'reviewBy'>;
}

function question(state: Unconfirmed, { before, after, now }: PolicyChange): Dates | undefined {
  const by = (policy: Policy): Instant => {
    const { confirmWithin, confirmAgainWithin } = classOf(policy, state);
    const within = state.question === 're-enabled' ? confirmAgainWithin : confirmWithin;
    return deadlineAfter(state.since, within, state, policy);
  };
  // What came about otherwise (brought forward by a change, left by a hold) is not policy's to put off.
  const usual = state.confirmBy === by(before) ? by(after) : earliest(state.confirmBy, by(after));
  const confirmBy = noticed(state, state.confirmBy, usual, { after, now });
  return confirmBy === state.confirmBy
    ? undefined
    : { from: state.confirmBy, to: confirmBy, fields: { confirmBy } };
}

function term(state: Confirmed, { after, now }: PolicyChange): Dates | undefined {
  const { at, expiresAt, reviewBy } = state.approval;
  const shortest = (chosen: Instant, allowed: Instant) =>
    noticed(state, chosen, earliest(chosen, allowed), { after, now });
  // A restore is bounded by a rule of its own, which is far shorter than any term.
  const expires = shortest(expiresAt, plus(at, longestTerm(state, after)));
  const review = earliest(expires, shortest(reviewBy, plus(at, longestCadence(state, after))));
  if (expires === expiresAt && review === reviewBy) return undefined;
  return {
    from: earliest(expiresAt, reviewBy),
    to: earliest(expires, review),
    fields: { expiresAt: expires, reviewBy: review },
  };
}

/** Nobody loses the least notice: what comes nearer stays as far as a person told now can act. */
const noticed = (
  state: Unconfirmed | Confirmed,
  present: Instant,
  wanted: Instant,
  { after, now }: Pick<PolicyChange, 'after' | 'now'>,
): Instant => (wanted >= present ? wanted : latest(wanted, earliest(present, noticeEnds(now, state, after))));
