/**
 * Late records can show that whoever approved an exception is a maker, or was chosen by one. Then the approval was no
 * second pair of eyes: it is void, and the question is asked again.
 */
import { findVoidKeeper } from '#policy/authority.ts';
import { evolveAll } from './evolve.ts';
import { latest } from '#time/instant.ts';
import { classOf } from '#policy/policy.ts';
import { createDeadline, noticeEndOf } from '#policy/working-hours.ts';
import type { Context } from './context.ts';
import type { ApprovalVoided, Event } from './events.ts';
import type { Exception } from './exception.ts';

/** The events, plus one that voids an approval if these show that it is void. */
export function addVoiding(
  state: Exception | undefined,
  events: readonly Event[],
  { now, policy }: Context,
): readonly Event[] {
  if (!state || events.length === 0) return events;
  const after = evolveAll(state, events);
  const bad = findVoidKeeper(after, policy);
  // Known before and accepted: policy has become stricter since, and that alone voids nothing.
  if (!bad || findVoidKeeper(state, policy)?.by.slackUser === bad.by.slackUser) return events;
  const { confirmWithin } = classOf(policy, after);
  const voided: ApprovalVoided = {
    type: 'ApprovalVoided',
    at: now,
    actor: { type: 'messenger' },
    ...bad,
    confirmBy: latest(
      createDeadline(now, confirmWithin, after, policy),
      noticeEndOf(now, after, policy),
      // Nobody has answered who could.
      after.graceEnd ?? now,
    ),
  };
  return [...events, voided];
}
