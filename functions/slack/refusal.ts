/** What somebody is told whose answer did not count. */
import { approversOf } from '#domain/policy.ts';
import { outcome } from './outcome.ts';
import { whoMay } from './who-may.ts';
import { answeredBy, kindNames, nameOf } from './words.ts';
import type { Event, Refusal } from '#domain/events.ts';
import type { Exception } from '#domain/exception.ts';
import type { Policy } from '#domain/policy.ts';
import type { Line } from './lines.ts';

/** The refusal a command met, if it met one. */
export const refusalIn = (events: readonly Event[]): Refusal | undefined =>
  events.find((event) => event.type === 'AnswerRefused')?.why;

export function refusal(why: Refusal, exception: Exception, policy: Policy): readonly Line[] {
  switch (why) {
    case 'four-eyes':
      return [
        [
          `You made “${nameOf(exception)}”, or nobody can tell you apart from who did: for ${exception.risk} risk somebody else must stand up for it. Your attempt is in the trail.`,
        ],
        ...whoMay(exception, policy),
      ];
    case 'second-approver':
    case 'approvers-only':
      return [
        [`You cannot do this for “${nameOf(exception)}” alone. Your attempt is in the trail.`],
        ...whoMay(exception, policy),
      ];
    case 'not-allowed': {
      const approvers = approversOf(policy, exception)
        .slice(0, 10)
        .flatMap((user): Line => [' ', { user }]);
      return [
        [
          `Only the owner of “${nameOf(exception)}” and the approvers may answer this. Your attempt is in the trail.`,
        ],
        approvers.length > 0 ? ['Approvers:', ...approvers] : ['Policy names no approvers.'],
      ];
    }
    case 'answered':
      return overtaken(exception, policy);
    case 'changed':
      return [
        [
          `The ${kindNames[exception.kind].toLowerCase()} “${nameOf(exception)}” has changed since that message. Please answer the newest one.`,
        ],
      ];
    case 'not-open':
      return [
        [`There is nothing of that kind to answer for “${nameOf(exception)}” now.`],
        ...outcome(exception, [], policy),
      ];
    case 'bad-term':
      return [[`Policy does not allow ${exception.risk} risk that long. Choose a shorter time.`]];
  }
}

/** For a press on a card that is out of date: who answered and when, or what else happened. */
export function overtaken(exception: Exception, policy: Policy): readonly Line[] {
  const { answered, state } = exception;
  const open = state === 'unconfirmed' || state === 'confirmed';
  const byPerson =
    state === 'held' ||
    ((state === 'disabling' || state === 'disabled') &&
      (exception.cause === 'declined' || exception.cause === 'revoked'));
  if (answered && (byPerson || (open && answered.at >= exception.since)))
    return [[...answeredBy(answered, true), '.'], ...outcome(exception, [], policy).slice(1)];
  return open
    ? refusal('changed', exception, policy)
    : [[`It is too late to answer for “${nameOf(exception)}”.`], ...outcome(exception, [], policy)];
}
