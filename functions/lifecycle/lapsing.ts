/** What would lapse, at this moment or at its deadline: the breaker asks before it happens. */
import { checkDue } from './decide/due-now.ts';
import { presentDeadlineOf } from './due.ts';
import { rank } from '#risk/finding.ts';
import { compareText } from '#values/compare-text.ts';
import type { Context } from './context.ts';
import type { Cause, Exception } from './exception.ts';
import type { Instant } from '#time/instant.ts';
import type { Policy } from '#policy/policy.ts';

export const wouldLapse = (state: Exception, context: Context): boolean =>
  causeOfLapse(state, context) !== undefined;

/** Why it would; `undefined` if it would not. */
export const causeOfLapse = (state: Exception, context: Context): Cause | undefined =>
  checkDue(state, context).find((event) => event.type === 'ExceptionLapsed')?.cause;

/** The most dangerous first, and of those the one that was due first: as a person looks at what would lapse. */
export const byDanger = (a: Exception, b: Exception): number =>
  rank(b.risk) - rank(a.risk) || compareText(lapsedAt(a), lapsedAt(b)) || compareText(a.id, b.id);

const lapsedAt = (state: Exception): string =>
  state.state === 'unconfirmed' || state.state === 'confirmed' ? presentDeadlineOf(state) : '';

/** From when on it would lapse, if nothing happens before; `undefined` if that cannot be known in advance. */
export function lapsesAt(state: Exception, policy: Policy): Instant | undefined {
  if (state.state !== 'unconfirmed' && state.state !== 'confirmed') return undefined;
  const now = presentDeadlineOf(state);
  return wouldLapse(state, { now, policy }) ? now : undefined;
}
