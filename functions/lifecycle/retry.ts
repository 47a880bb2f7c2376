/** When a disable, or another act in Exchange, is tried again. There is no last attempt. */
import { duration, fromMillis, millis, plus, toMillis } from '#time/instant.ts';
import { doubleWait } from '#time/double-wait.ts';
import type { Context } from './context.ts';
import type { Event } from './events.ts';
import type { Acting, Disabling, Looking } from './exception.ts';
import type { Instant } from '#time/instant.ts';

export const createDisableFailed = ({ attempt }: Disabling, why: string, context: Context): Event => ({
  type: 'DisableFailed',
  at: context.now,
  actor: { type: 'enforcement' },
  attempt,
  why,
  nextAt: nextTry(attempt, context),
});

export const createActFailed = ({ act, attempt }: Acting, why: string, context: Context): Event => ({
  type: 'ActFailed',
  at: context.now,
  actor: { type: 'enforcement' },
  act,
  attempt,
  why,
  nextAt: nextTry(attempt, context),
});

/**
 * Nothing is on that should be off as far as anybody knows, and every inventory looks too: so the waits grow to a week,
 * and a tenant that cannot be read fills no trail.
 */
export const createLookFailed = ({ attempt }: Looking, why: string, { now }: Context): Event => ({
  type: 'LookFailed',
  at: now,
  actor: { type: 'enforcement' },
  attempt,
  why,
  nextAt: plus(now, duration(`PT${doubleWait({ first: 1, longest: 168 }, attempt - 1)}H`)),
});

/** Each wait is twice the one before, up to policy's longest. */
function nextTry(attempt: number, { now, policy }: Context): Instant {
  const { first, longest } = policy.disableRetry;
  const wait = doubleWait({ first: millis(first), longest: millis(longest) }, attempt - 1);
  return fromMillis(toMillis(now) + wait);
}

/** By when a report of an attempt is due; silence counts as a failure. */
export const reportDueAt = ({ now, policy }: Context): Instant => plus(now, policy.disableRetry.reportWithin);
