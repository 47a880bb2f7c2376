/**
 * When a renewal is offered. Each starts a new term and counts towards those after which somebody else must agree, so
 * the button is not there to be pressed the second after an approval.
 */
import { originalDeadlineOf } from '#lifecycle/due.ts';
import { classOf } from '#policy/policy.ts';
import { fromMillis, millis, toMillis } from '#time/instant.ts';
import type { Confirmed } from '#lifecycle/exception.ts';
import type { Instant } from '#time/instant.ts';
import type { Policy } from '#policy/policy.ts';

/** The part of a term in which a renewal is not early, if no reminder comes before. */
const lastPart = 4;

/** The last quarter of the term, or since the first reminder if that comes earlier. */
export function renewableFrom(exception: Confirmed, policy: Policy): Instant {
  const end = toMillis(originalDeadlineOf(exception));
  const term = end - toMillis(exception.approval.at);
  // What would come before the term began never comes.
  const steps = classOf(policy, exception)
    .remindBefore.map(millis)
    .filter((step) => step < term);
  return fromMillis(end - Math.max(term / lastPart, ...steps));
}

/** How many renewals its owner still may give alone. */
export const renewalsLeft = (exception: Confirmed, policy: Policy): number =>
  Math.max(classOf(policy, exception).renewalsBeforeSecondApprover - exception.renewals, 0);
