/** When an exception next changes by time alone: the due index holds this moment. */
import { duration, earliest, latest, minus, plus } from '#time/instant.ts';
import { findUnidentified } from '#policy/authority.ts';
import { nextToAsk, ownerKey } from '#policy/owner.ts';
import { moveIntoHours } from '#policy/working-hours.ts';
import { classOf } from '#policy/policy.ts';
import { nextWorkingStart } from '#policy/working-hours.ts';
import { doubleWait } from '#time/double-wait.ts';
import type { Confirmed, Exception, Seeking, Notice, Unconfirmed, Unheard } from './exception.ts';
import type { Instant } from '#time/instant.ts';
import type { Policy } from '#policy/policy.ts';

/** The deadline as it was asked or approved. */
export const originalDeadlineOf = (state: Unconfirmed | Confirmed): Instant =>
  state.state === 'unconfirmed'
    ? state.confirmBy
    : earliest(state.approval.expiresAt, state.approval.reviewBy);

/** The deadline that counts: later than the one asked for if it had to be postponed. */
export const presentDeadlineOf = (state: Unconfirmed | Confirmed): Instant =>
  state.postponedTo === undefined
    ? originalDeadlineOf(state)
    : latest(originalDeadlineOf(state), state.postponedTo);

/**
 * The messages that named the deadline that counts. A message about a later deadline says nothing about one that has
 * come nearer since; whoever was told of an earlier deadline that then moved away has every reason to think it is
 * over; whoever was last told that it only alerts people was not told of a disable; and what one owner was told, the
 * next one was not.
 */
export function noticesOf(state: Unconfirmed | Confirmed, ofDisable: boolean): readonly Notice[] {
  const owner = ownerKey(state.owner);
  const told = state.told.filter(({ to = owner }) => to === owner);
  const reassured = ofDisable ? told.findLastIndex(({ alertsOnly }) => alertsOnly === true) : -1;
  return told
    .slice(reassured + 1)
    .filter(({ deadline: named }) => named >= originalDeadlineOf(state) && named <= presentDeadlineOf(state));
}

/** The reminder steps of the present question that are still to come, earliest first; and the one that was wished for. */
export function remindersOf(state: Unconfirmed | Confirmed, policy: Policy): readonly Instant[] {
  const after = state.reminded !== undefined && state.reminded > state.since ? state.reminded : state.since;
  const steps = classOf(policy, state).remindBefore.map((step) => minus(originalDeadlineOf(state), step));
  return [...steps, ...(state.wished === undefined ? [] : [state.wished])]
    .filter((step) => step > after)
    .sort();
}

/**
 * When the next on the ladder is asked as well: so long after each other, counted from when the owner was told. What
 * is asked about in working hours only is not asked at night.
 */
export function askNextAt(state: Exception, policy: Policy): Instant | undefined {
  const { askNextAfter } = classOf(policy, state);
  if (state.state !== 'unconfirmed' || askNextAfter === undefined || !nextToAsk(state)) return undefined;
  const told = noticesOf(state, false).map(({ at }) => at);
  if (told.length === 0) return undefined;
  let at = earliest(...told);
  for (let step = 0; step <= (state.alsoAsked?.length ?? 0); step += 1) at = plus(at, askNextAfter);
  const moved = moveIntoHours(at, state, policy);
  return moved < presentDeadlineOf(state) ? moved : undefined;
}

/**
 * When a question or reminder is sent again. A message is tried several times within half an hour before it is given
 * up, and a digest is an hour apart from the one before: without a report for an hour, none will come by itself. An
 * outage may last a day, so the waits grow. What may wait for the digest of a morning is repeated after that.
 */
export function repeatAt(state: Exception, { at, repeated }: Unheard, policy: Policy): Instant {
  const isAsked = state.state === 'unconfirmed' || state.state === 'confirmed';
  const morning = policy.digest.daily.includes(state.risk) ? nextWorkingStart(at, policy) : at;
  const from = isAsked && morning < presentDeadlineOf(state) ? morning : at;
  return plus(from, duration(`PT${doubleWait({ first: 1, longest: 4 }, repeated)}H`));
}

/**
 * When Slack is asked again who somebody is; `undefined` if policy does not need to know. No deadline depends on it,
 * and what Slack does not let Lapse look up today it may never: so the waits grow up to a day.
 */
export const seekAt = (state: Exception, policy: Policy): Instant | undefined =>
  state.seeking && findUnidentified(state, policy).length > 0 ? afterWaits(state.seeking) : undefined;

const afterWaits = ({ at, repeated }: Seeking): Instant =>
  plus(at, duration(`PT${doubleWait({ first: 1, longest: 24 }, repeated)}H`));

export function findNextDue(state: Exception, policy: Policy): Instant | undefined {
  switch (state.state) {
    case 'unconfirmed':
    case 'confirmed':
      return earliest(presentDeadlineOf(state), ...remindersOf(state, policy), ...outside(state, policy));
    case 'held':
      return earliest(state.until, ...outside(state, policy));
    case 'disabling':
      return state.nextAt;
    case 'disabled':
      return [...outside(state, policy), ...(state.looking ? [state.looking.nextAt] : [])].toSorted()[0];
    case 'removed':
      return undefined;
  }
}

/** By when a report on what is under way outside is due. */
function outside(state: Exception, policy: Policy): readonly Instant[] {
  const { acting, unheard } = state;
  const seek = seekAt(state, policy);
  const next = askNextAt(state, policy);
  return [
    ...(next === undefined ? [] : [next]),
    ...(acting ? [acting.nextAt] : []),
    ...(unheard ? [repeatAt(state, unheard, policy)] : []),
    ...(seek === undefined ? [] : [seek]),
  ];
}
