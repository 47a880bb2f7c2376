/**
 * What the log tells late can show that who approved an exception had made it, or was chosen by who did. Then that
 * approval is no second pair of eyes: it is void, and the question is put anew.
 */
import { standsOn } from '#policy/authority.ts';
import { evolve } from './evolve.ts';
import { latest } from '#time/instant.ts';
import { classOf } from '#policy/policy.ts';
import { deadlineAfter, noticeEnds } from '#policy/working-hours.ts';
import type { Context } from './context.ts';
import type { ApprovalVoided, Event } from './events.ts';
import type { Exception } from './exception.ts';

/** The events, and with them that an approval is void where they are what shows it. */
export function withVoiding(
  state: Exception | undefined,
  events: readonly Event[],
  { now, policy }: Context,
): readonly Event[] {
  if (!state || events.length === 0) return events;
  const after = events.reduce<Exception>(evolve, state);
  const bad = standsOn(after, policy);
  // Known before and let stand: policy has become stricter since, and that alone voids nothing.
  if (!bad || standsOn(state, policy)?.by.slackUser === bad.by.slackUser) return events;
  const { confirmWithin } = classOf(policy, after);
  const voided: ApprovalVoided = {
    type: 'ApprovalVoided',
    at: now,
    actor: { type: 'messenger' },
    ...bad,
    confirmBy: latest(deadlineAfter(now, confirmWithin, after, policy), noticeEnds(now, after, policy)),
  };
  return [...events, voided];
}
