/** What people answer. `authority.ts` says who may; and only the question they were shown can be answered. */
import { actorOf, findBar, mayAnswer } from '#policy/authority.ts';
import type { PersonActor } from '#policy/authority.ts';
import { checkCadence, checkTerm } from '#policy/forms.ts';
import { presentDeadlineOf } from '#lifecycle/due.ts';
import { duration, earliest, latest, plus } from '#time/instant.ts';
import { ladderOfReassigned } from '#policy/owner.ts';
import { classOf } from '#policy/policy.ts';
import { moveIntoHours, noticeEndOf } from '#policy/working-hours.ts';
import { fingerprint } from '#risk/fingerprint.ts';
import { modeOf } from '#policy/enforcement-mode.ts';
import { isApprovable } from '#lifecycle/asked.ts';
import { evolve } from '#lifecycle/evolve.ts';
import { reportDueAt } from '#lifecycle/retry.ts';
import type { Answerer, Answering, Command } from '#lifecycle/commands.ts';
import type { Context } from '#lifecycle/context.ts';
import type { DisableUndone, Event, Refusal } from '#lifecycle/events.ts';
import type { Actor, Approval, Disabled, Disabling, Exception, State, Undo } from '#lifecycle/exception.ts';
import type { Policy } from '#policy/policy.ts';
import type { Duration, Instant } from '#time/instant.ts';

type Answer = Extract<Command, { type: Exclude<Answering, 'ReleaseBreaker'> }>;

/** The states in which a question of the kind is open. */
const open: Readonly<Record<Answer['type'], readonly State[]>> = {
  // What was switched off first and asked about afterwards is approved as it is: off.
  Approve: ['unconfirmed', 'disabled'],
  Renew: ['confirmed'],
  Decline: ['unconfirmed'],
  Revoke: ['confirmed', 'held'],
  Reassign: ['unconfirmed', 'confirmed', 'held', 'disabled'],
  Hold: ['unconfirmed', 'confirmed'],
  Restore: ['disabled'],
  Undo: ['disabling', 'disabled'],
  AskForHelp: ['unconfirmed', 'confirmed', 'held', 'disabled'],
  WishReminder: ['unconfirmed', 'confirmed'],
};

export function decideAnswer(state: Exception, command: Answer, context: Context): readonly Event[] {
  const by = actorOf(state, command.by, context.policy);
  const fact = { at: context.now, actor: by };
  const refusal = refuse(state, command, by, context);
  if (refusal) return [createRefusal(state, command.by, command.type, refusal, context)];

  switch (command.type) {
    case 'Approve':
      return [
        {
          type: 'ExceptionApproved',
          ...fact,
          approval: approval(by, command.reason, command.expiresAt, command.reviewEvery, context),
          ...(state.state === 'disabled' ? { restore: true, restoreBy: reportDueAt(context) } : {}),
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
      return [{ type: 'ExceptionDeclined', ...fact, ...reasonOf(command), reportBy: reportDueAt(context) }];
    case 'Revoke':
      return [{ type: 'ExceptionRevoked', ...fact, ...reasonOf(command), reportBy: reportDueAt(context) }];
    case 'Reassign': {
      const ladder = ladderOfReassigned(command.address, context.policy);
      const owner = ladder[0]?.owner ?? { type: 'person', address: command.address };
      return [{ type: 'OwnerReassigned', ...fact, owner, ladder, ...reasonOf(command) }];
    }
    case 'AskForHelp': {
      const { colleague, question } = command;
      // Those who may approve are asked once about each question.
      if (colleague === undefined && state.helpAsked === state.asOf) return [];
      return [{ type: 'HelpAsked', ...fact, ...(colleague !== undefined && { colleague }), question }];
    }
    case 'WishReminder':
      return [{ type: 'ReminderWished', ...fact, remindAt: plus(context.now, wishedAfter) }];
    case 'Hold':
      return [{ type: 'ExceptionHeld', ...fact, until: command.until, reason: command.reason }];
    case 'Undo':
      return [
        { type: 'DisableUndone', ...fact, restoreBy: reportDueAt(context), ...asBefore(state, context) },
      ];
    case 'Restore': {
      const { reviewEvery } = classOf(context.policy, state);
      return [
        {
          type: 'ExceptionRestored',
          ...fact,
          approval: approval(by, command.reason, command.expiresAt, reviewEvery, context),
          restoreBy: reportDueAt(context),
        },
      ];
    }
  }
}

/** A refused attempt is a fact too: who it was, and what they are. */
export function createRefusal(
  state: Exception,
  by: Answerer,
  answer: Answering,
  why: Refusal,
  { now, policy }: Context,
): Event {
  const { standing } = by;
  return {
    type: 'AnswerRefused',
    at: now,
    actor: actorOf(state, by, policy),
    answer,
    why,
    ...(standing === 'member' ? {} : { standing }),
  };
}

function refuse(
  state: Exception,
  command: Answer,
  by: PersonActor,
  { now, policy }: Context,
): Refusal | undefined {
  if (!mayAnswer(command.type, by)) return 'not-allowed';
  if ('seen' in command && command.seen < state.asOf)
    return state.answered && state.answered.at >= state.since ? 'answered' : 'changed';
  if (!open[command.type].includes(state.state)) return 'not-open';
  if (command.type === 'Undo') return refuseUndo(state, by, { now, policy });
  if (command.type === 'Approve' && !isApprovable(state)) return 'not-open';
  if (command.type === 'WishReminder' && !mayWish(state, now)) return 'not-open';
  if (
    (command.type === 'Decline' || command.type === 'Revoke' || command.type === 'Hold') &&
    state.remedy === 'escalate'
  )
    return 'not-open';
  if (command.type === 'Decline' || command.type === 'Revoke') {
    const { type } = modeOf(policy, state);
    if (type !== 'live') return type;
  }
  if (
    command.type === 'Approve' ||
    command.type === 'Renew' ||
    command.type === 'Hold' ||
    command.type === 'Restore'
  ) {
    const bar = findBar(state, command.type, by, policy);
    if (bar) return bar;
  }
  if (command.type === 'Approve' || command.type === 'Renew') {
    const fine =
      checkTerm(state, command.expiresAt, now, policy) === undefined &&
      checkCadence(state, command.reviewEvery, policy) === undefined;
    return fine ? undefined : 'bad-term';
  }
  const { restoreFor, longestTerm } = classOf(policy, state);
  const until =
    command.type === 'Restore' ? command.expiresAt : command.type === 'Hold' ? command.until : undefined;
  const most = plus(now, command.type === 'Restore' ? restoreFor : longestTerm);
  return until !== undefined && (until <= now || until > most) ? 'bad-term' : undefined;
}

/** Only what they ordered themselves, only soon, and only if it still lets past what was vouched for or asked about. */
function refuseUndo(state: Exception, by: PersonActor, { now, policy }: Context): Refusal | undefined {
  if ((state.state !== 'disabling' && state.state !== 'disabled') || !state.undo) return 'not-open';
  const { undo } = state;
  if (!isSamePerson(undo.by, by)) return 'not-yours';
  if (now >= undoableUntil(state, undo, now, policy)) return 'too-late';
  return undo.fingerprint === undefined || undo.fingerprint === fingerprint(state) ? undefined : 'changed';
}

/** Both were let answer as members of the workspace: there, and from the command line, an id is one person. */
const isSamePerson = (one: Actor, other: PersonActor): boolean =>
  'slackUser' in one && one.slackUser === other.slackUser;

/** Until it is off nothing has happened that would be late to take back. */
const undoableUntil = (
  state: Disabling | Disabled,
  { at }: Undo,
  now: Instant,
  { undoWithin }: Policy,
): Instant =>
  state.state === 'disabling'
    ? plus(latest(at, now), undoWithin)
    : plus(latest(at, state.disabledAt), undoWithin);

/** Who may take it back, and until when; `undefined` if nobody may any more. */
export function undoOf(
  state: Exception,
  { now, policy }: Context,
): { readonly by: PersonActor; readonly until: Instant } | undefined {
  if ((state.state !== 'disabling' && state.state !== 'disabled') || !state.undo) return undefined;
  const { by } = state.undo;
  if (!('slackUser' in by) || refuseUndo(state, by, { now, policy })) return undefined;
  return { by, until: undoableUntil(state, state.undo, now, policy) };
}

/** A disable under way may still reach Exchange; and what is asked again must leave people time. */
function asBefore(state: Exception, context: Context): Pick<DisableUndone, 'settledAt' | 'deadline'> {
  const { now, policy } = context;
  const after = evolve(state, {
    type: 'DisableUndone',
    at: now,
    actor: { type: 'schedule' },
    restoreBy: reportDueAt(context),
  });
  const isAsked = after.state === 'unconfirmed' || after.state === 'confirmed';
  const notice = moveIntoHours(noticeEndOf(now, after, policy), after, policy);
  return {
    ...(state.state === 'disabling' && { settledAt: reportDueAt(context) }),
    ...(isAsked && presentDeadlineOf(after) < notice && { deadline: notice }),
  };
}

/** How long after somebody wishes for one a reminder comes. */
const wishedAfter = duration('P1D');

/** One at a time, and only while the deadline leaves time to act on it. */
export const mayWish = (state: Exception, now: Instant): boolean =>
  (state.state === 'unconfirmed' || state.state === 'confirmed') &&
  presentDeadlineOf(state) > plus(now, wishedAfter) &&
  (state.wished === undefined || state.wished <= now);

const reasonOf = ({ reason }: { readonly reason?: string }) =>
  reason === undefined || reason === '' ? {} : { reason };

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
