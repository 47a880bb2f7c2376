/**
 * What a card says of a decision: who, when and why as the event of that very decision has it. The state keeps only
 * the newest answer, which may be about something else.
 */
import { actorName, answers, quotedEnd } from './words.ts';
import type { Event } from '#lifecycle/events.ts';
import type { Actor, Answer, Confirmed, Exception } from '#lifecycle/exception.ts';
import type { Instant } from '#time/instant.ts';
import type { Line } from './lines.ts';

interface Decision {
  readonly answer: Answer;
  readonly by: Actor;
  readonly at: Instant;
  /** Empty: none was given. Absent: the event cannot be read. */
  readonly reason?: string;
}

const decided: Readonly<Record<string, Answer>> = {
  ExceptionApproved: 'approved',
  ExceptionRenewed: 'renewed',
  ExceptionRestored: 'restored',
  ExceptionHeld: 'held',
  ExceptionDeclined: 'declined',
  ExceptionRevoked: 'revoked',
};

function decisionIn(event: Event): Decision | undefined {
  const answer = decided[event.type];
  if (answer === undefined) return undefined;
  const reason = 'approval' in event ? event.approval.reason : 'reason' in event ? event.reason : '';
  return { answer, by: event.actor, at: event.at, reason };
}

const newest = (history: readonly Event[], among: readonly Answer[]): Decision | undefined =>
  history.map(decisionIn).findLast((one) => one !== undefined && among.includes(one.answer));

/** Who lets it stay. A hold that has ended since decided nothing about that. */
export const approvalOf = ({ approval }: Confirmed, history: readonly Event[]): Decision =>
  newest(history, ['approved', 'renewed', 'restored']) ?? { answer: 'approved', ...approval };

/** Who put it on hold, or said no; `undefined` if nobody did, or nobody knows. */
export function answerBehind(exception: Exception, history: readonly Event[]): Decision | undefined {
  if (exception.state === 'held') return newest(history, ['held']) ?? exception.answered;
  const isOff = exception.state === 'disabling' || exception.state === 'disabled';
  return isOff && (exception.cause === 'declined' || exception.cause === 'revoked')
    ? (newest(history, ['declined', 'revoked']) ?? exception.answered)
    : undefined;
}

/** "Approved by @ann at 5 Dec 14:00: “Our partner sends it.”." */
export function describeDecision({ answer, by, at, reason }: Decision): Line {
  const word = answers[answer];
  const start = `${word.charAt(0).toUpperCase()}${word.slice(1)} by `;
  const why = quotedEnd(reason);
  return [
    start,
    actorName(by),
    ' at ',
    { at },
    reason === undefined ? '.' : why === '' ? ', without a reason.' : `: ${why}`,
  ];
}

/** For whoever answers after somebody else: "Already approved by @ann at 5 Dec 14:00." */
export const describeEarlier = ({ answer, by, at }: NonNullable<Exception['answered']>): Line => [
  `Already ${answers[answer]} by `,
  actorName(by),
  ' at ',
  { at },
  '.',
];
