/** What people answer. Only the owner and policy's approvers may, and only to the question they were shown. */
import { checkCadence, checkTerm } from './forms.ts';
import { earliest, plus } from './instant.ts';
import { classOf } from './policy.ts';
import { reportBy } from './retry.ts';
import type { Answerer, Command } from './commands.ts';
import type { Context } from './context.ts';
import type { Event, Refusal } from './events.ts';
import type { Actor, Approval, Exception, State } from './exception.ts';
import type { Duration, Instant } from './instant.ts';
import type { Policy } from './policy.ts';

type Answer = Extract<
  Command,
  { type: 'Approve' | 'Renew' | 'Decline' | 'Revoke' | 'Reassign' | 'Hold' | 'Restore' }
>;

/** In which states a question of the kind is open. */
const open: Readonly<Record<Answer['type'], readonly State[]>> = {
  Approve: ['unconfirmed'],
  Renew: ['confirmed'],
  Decline: ['unconfirmed'],
  Revoke: ['confirmed', 'held'],
  Reassign: ['unconfirmed', 'confirmed', 'held', 'disabled'],
  Hold: ['unconfirmed', 'confirmed'],
  Restore: ['disabled'],
};

export function answer(state: Exception, command: Answer, context: Context): readonly Event[] {
  const by = actor(state, command.by, context.policy);
  const fact = { at: context.now, actor: by };
  const refusal = refuse(state, command, by, context);
  if (refusal) return [{ type: 'AnswerRefused', ...fact, answer: command.type, why: refusal }];

  switch (command.type) {
    case 'Approve':
      return [
        {
          type: 'ExceptionApproved',
          ...fact,
          approval: approval(by, command.reason, command.expiresAt, command.reviewEvery, context),
        },
      ];
    case 'Renew':
      return [
        {
          type: 'ExceptionRenewed',
          ...fact,
          approval: approval(by, command.reason, command.expiresAt, command.reviewEvery, context),
          renewals: state.renewals + 1,
        },
      ];
    case 'Decline':
      return [{ type: 'ExceptionDeclined', ...fact, ...reasonOf(command), reportBy: reportBy(context) }];
    case 'Revoke':
      return [{ type: 'ExceptionRevoked', ...fact, ...reasonOf(command), reportBy: reportBy(context) }];
    case 'Reassign':
      return [{ type: 'OwnerReassigned', ...fact, owner: { type: 'person', address: command.address } }];
    case 'Hold':
      return [{ type: 'ExceptionHeld', ...fact, until: command.until, reason: command.reason }];
    case 'Restore': {
      const { reviewEvery } = classOf(context.policy, state);
      return [
        {
          type: 'ExceptionRestored',
          ...fact,
          approval: approval(by, command.reason, command.expiresAt, reviewEvery, context),
        },
      ];
    }
  }
}

function refuse(state: Exception, command: Answer, by: Actor, { now, policy }: Context): Refusal | undefined {
  if (by.type === 'outsider') return 'not-allowed';
  if ((command.type === 'Hold' || command.type === 'Restore') && by.type !== 'approver') return 'not-allowed';
  if ('seen' in command && command.seen < state.asOf)
    return state.answered && state.answered.at >= state.since ? 'answered' : 'changed';
  if (!open[command.type].includes(state.state)) return 'not-open';
  if (
    (command.type === 'Decline' || command.type === 'Revoke' || command.type === 'Hold') &&
    state.remedy === 'escalate'
  )
    return 'not-open';
  if (command.type === 'Approve' || command.type === 'Renew') {
    const fine =
      checkTerm(state, command.expiresAt, now, policy) === undefined &&
      checkCadence(state, command.reviewEvery, policy) === undefined;
    return fine ? undefined : 'bad-term';
  }
  const { restoreFor, longestTerm } = classOf(policy, state);
  const until =
    command.type === 'Restore' ? command.expiresAt : command.type === 'Hold' ? command.until : undefined;
  const latest = plus(now, command.type === 'Restore' ? restoreFor : longestTerm);
  return until !== undefined && (until <= now || until > latest) ? 'bad-term' : undefined;
}

const reasonOf = ({ reason }: { readonly reason?: string }) =>
  reason === undefined || reason === '' ? {} : { reason };

/** An approver who is also the owner answers as an approver: that right is the wider one. */
function actor(state: Exception, { slackUser, slackTeam }: Answerer, policy: Policy): Actor {
  const owns = state.owner.type === 'person' && state.owner.slackUser === slackUser;
  const type = policy.approvers.includes(slackUser) ? 'approver' : owns ? 'owner' : 'outsider';
  return { type, slackUser, slackTeam };
}

const approval = (
  by: Actor,
  reason: string,
  expiresAt: Instant,
  reviewEvery: Duration,
  { now }: Context,
): Approval => ({
  by,
  at: now,
  reason,
  expiresAt,
  reviewEvery,
  reviewBy: earliest(expiresAt, plus(now, reviewEvery)),
});
