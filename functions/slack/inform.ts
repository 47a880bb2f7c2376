/** Who hears of a decision that others made, and in which words: one line, below their card. */
import { ownerKey } from '#policy/owner.ts';
import { earliest } from '#time/instant.ts';
import { clip } from './escape.ts';
import { postLine } from './deliver.ts';
import { findReachable } from './owner.ts';
import { actorName, findDeadline, nameOf, quotedEnd, titleOf } from './words.ts';
import type { Event, OwnerReassigned, OwnerTold } from '#lifecycle/events.ts';
import type { Approval, Exception } from '#lifecycle/exception.ts';
import type { AskDependencies } from './dependencies.ts';
import type { Line } from './lines.ts';

/** `history`: up to what happened. `asked`: its owner gets a message about it anyway. */
export async function informConcerned(
  dependencies: AskDependencies,
  exception: Exception,
  { event, history, asked }: { event: Event; history: readonly Event[]; asked: boolean },
): Promise<void> {
  if (event.type === 'OwnerReassigned') {
    const before = history.findLast((past): past is OwnerTold => past.type === 'OwnerTold');
    const isOther = before && before.to !== ownerKey(event.owner) && before.slackUser !== authorOf(event);
    if (isOther) await tell(dependencies, before.card.channel, describeHandover(event, exception), before);
  }
  const { owner } = exception;
  const isOvertaken = event.type === 'OwnerReassigned' && ownerKey(event.owner) !== ownerKey(owner);
  const line = asked || isOvertaken ? undefined : describeDecisionTo(event, exception);
  if (line === undefined) return;
  const card = history.findLast(
    (past): past is OwnerTold => past.type === 'OwnerTold' && past.to === ownerKey(owner),
  );
  if (owner.type === 'team') {
    if (card) await tell(dependencies, card.card.channel, line, card);
    return;
  }
  const reached = await findReachable(dependencies.slack, owner, dependencies.log);
  if (reached.type === 'nobody' || reached.slackUser === authorOf(event)) return;
  const { slackUser } = reached;
  await tell(dependencies, card?.card.channel ?? slackUser, [{ user: slackUser }, ': ', ...line], card);
}

const authorOf = ({ actor }: Event): string | undefined =>
  'slackUser' in actor ? actor.slackUser : undefined;

const tell = (dependencies: AskDependencies, to: string, line: Line, told?: OwnerTold): Promise<boolean> =>
  postLine(dependencies, {
    to,
    line,
    under: told && { channel: told.card.channel, ts: told.digest ?? told.card.ts },
  });

/** For its owner; `undefined` if the event decides nothing. */
export function describeDecisionTo(event: Event, exception: Exception): Line | undefined {
  const name = `“${nameOf(exception)}”`;
  switch (event.type) {
    case 'ExceptionApproved':
      return [
        `${name} was approved by `,
        actorName(event.actor),
        ...because(event.approval.reason),
        ...end(event),
      ];
    case 'ExceptionRenewed':
      return [
        `${name} was renewed by `,
        actorName(event.actor),
        ...because(event.approval.reason),
        ...end(event),
      ];
    case 'ExceptionRestored':
      return [
        `${name} is being switched on again, as ordered by `,
        actorName(event.actor),
        ...because(event.approval.reason),
        ...end(event),
      ];
    case 'DisableUndone':
      return [
        `disabling ${name} was undone by `,
        actorName(event.actor),
        ': it is being switched on again, and everything is as it was before.',
      ];
    case 'ExceptionHeld':
      return [
        `${name} was put on hold by `,
        actorName(event.actor),
        ...because(event.reason),
        ' Lapse does nothing about it until ',
        { at: event.until },
        '.',
      ];
    case 'OwnerReassigned':
      return [
        `you now own the ${titleOf(exception)}, ${exception.risk} risk. You were named by `,
        actorName(event.actor),
        ...because(event.reason ?? ''),
        ' ',
        ...whatNext(exception),
      ];
    default:
      return undefined;
  }
}

const because = (reason: string): Line => [reason.trim() === '' ? '.' : `: ${quotedEnd(reason)}`];

const end = ({ approval }: { readonly approval: Approval }): Line => [
  ' It ends on ',
  { at: earliest(approval.expiresAt, approval.reviewBy) },
  ' unless somebody renews it.',
];

/** For whoever owned it before. */
const describeHandover = ({ owner, actor, reason = '' }: OwnerReassigned, exception: Exception): Line => [
  `“${nameOf(exception)}” now belongs to ${owner.type === 'person' ? clip(owner.address, 254) : 'the team'}, who was named by `,
  actorName(actor),
  ...because(reason),
  ' There is nothing left for you to do.',
];

/** What a new owner of it must know. */
export function whatNext(exception: Exception): Line {
  const deadline = findDeadline(exception);
  switch (exception.state) {
    case 'confirmed':
      return [
        'It is approved; Lapse asks again before that ends on ',
        { at: deadline ?? exception.approval.reviewBy },
        '.',
      ];
    case 'held':
      return ['It is on hold; Lapse asks again after ', { at: exception.until }, '.'];
    default:
      return ['It is switched off; Lapse asks if it is switched on again.'];
  }
}
