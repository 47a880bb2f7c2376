/** When a disable, or another act in Exchange, is tried again. There is no last attempt. */
import { fromMillis, millis, plus, toMillis } from '#time/instant.ts';
import { doubleWait } from '#time/double-wait.ts';
import type { Context } from './context.ts';
import type { Event } from './events.ts';
import type { Acting, Disabling } from './exception.ts';
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

/** Each wait is twice the one before, up to policy's longest. */
function nextTry(attempt: number, { now, policy }: Context): Instant {
  const { first, longest } = policy.disableRetry;
  const wait = doubleWait({ first: millis(first), longest: millis(longest) }, attempt - 1);
  return fromMillis(toMillis(now) + wait);
}

/** By when a report of an attempt is due; silence counts as a failure. */
export const reportDueAt = ({ now, policy }: Context): Instant => plus(now, policy.disableRetry.reportWithin);
