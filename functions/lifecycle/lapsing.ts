/** What would lapse, at this moment or at its deadline: the breaker asks before it happens. */
import { checkDue } from './decide/due-now.ts';
import { presentDeadlineOf } from './due.ts';
import type { Context } from './context.ts';
import type { Exception } from './exception.ts';
import type { Instant } from '#time/instant.ts';
import type { Policy } from '#policy/policy.ts';

export const wouldLapse = (state: Exception, context: Context): boolean =>
  checkDue(state, context).some(({ type }) => type === 'ExceptionLapsed');

/** From when on it would lapse, if nothing happens before; `undefined` if that cannot be known in advance. */
export function lapsesAt(state: Exception, policy: Policy): Instant | undefined {
  if (state.state !== 'unconfirmed' && state.state !== 'confirmed') return undefined;
  const now = presentDeadlineOf(state);
  return wouldLapse(state, { now, policy }) ? now : undefined;
}
