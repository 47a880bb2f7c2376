/** When a disable is tried again. There is no last try. */
import { fromMillis, millis, plus, toMillis } from './instant.ts';
import type { Context } from './context.ts';
import type { Event } from './events.ts';
import type { Disabling } from './exception.ts';
import type { Instant } from './instant.ts';

/** Each wait is twice the one before, up to policy's longest. */
export function disableFailed(state: Disabling, why: string, { now, policy }: Context): Event {
  const { first, longest } = policy.disableRetry;
  // 2^20 first waits are more than any longest one; beyond that the power would only overflow.
  const wait = Math.min(millis(first) * 2 ** Math.min(state.attempt - 1, 20), millis(longest));
  const nextAt = fromMillis(toMillis(now) + wait);
  return {
    type: 'DisableFailed',
    at: now,
    actor: { type: 'enforcement' },
    attempt: state.attempt,
    why,
    nextAt,
  };
}

/** By when a report of a disable must have come in; silence counts as a failure. */
export const reportBy = ({ now, policy }: Context): Instant => plus(now, policy.disableRetry.reportWithin);
