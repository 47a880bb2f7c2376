/** What people are told when their answer did not count. */
import { authorityOf, type Authority } from '#policy/authority.ts';
import { makersOf } from '#policy/makers.ts';
import { approversOf } from '#policy/policy.ts';
import { inWords } from '#time/instant.ts';
import { describeOutcome, describeRenewals } from './outcome.ts';
import { describeWhoMay } from './who-may.ts';
import { describeEarlier } from './decision.ts';
import { isByAnswer, nameOf, titleOf } from './words.ts';
import type { Answerer } from '#lifecycle/commands.ts';
import type { Event, Refusal } from '#lifecycle/events.ts';
import type { Exception } from '#lifecycle/exception.ts';
import type { Policy } from '#policy/policy.ts';
import type { Line } from './lines.ts';

/** Why nobody is offered to disable anything. */
export const cannotDisable = {
  observing:
    'Lapse only observes here: it disables nothing of this kind in this tenant, not even on request. To end it now, switch it off in the Exchange admin center.',
  stopped:
    'Enforcement in this tenant is stopped: Lapse disables nothing, not even on request, until an approver types /lapse resume. To end it now, switch it off in the Exchange admin center.',
} as const;

/** Why a command was refused, if it was. */
export const findRefusal = (events: readonly Event[]): Refusal | undefined =>
  events.find((event) => event.type === 'AnswerRefused')?.why;

/** Whom members can ask who may not see or do something themselves. */
export function describeApprovers(approvers: readonly string[]): Line {
  const named = approvers.slice(0, 10).flatMap((user): Line => [' ', { user }]);
  return named.length > 0 ? ['Approvers:', ...named] : ['Policy names no approvers.'];
}

export function describeRefusal(
  why: Refusal,
  exception: Exception,
  history: readonly Event[],
  policy: Policy,
  by: Pick<Answerer, 'slackUser'>,
): readonly Line[] {
  switch (why) {
    case 'four-eyes':
      return [
        [`${apart(exception, authorityOf(exception, policy), by)}. Your attempt is in the trail.`],
        ...describeWhoMay(exception, policy),
      ];
    case 'chosen':
      return [
        [
          `You were named as an owner of “${nameOf(exception)}” by somebody who made or changed it, so somebody else must keep it. Your attempt is in the trail.`,
        ],
        ...describeWhoMay(exception, policy),
      ];
    case 'critical':
    case 'second-approver':
    case 'approvers-only':
      return [
        [`You cannot do this for “${nameOf(exception)}” alone. Your attempt is in the trail.`],
        ...describeWhoMay(exception, policy),
      ];
    case 'not-allowed':
      return [
        ['Only its owner and the approvers may answer this. Your attempt is in the trail.'],
        describeApprovers(approversOf(policy, exception)),
      ];
    case 'answered':
      return describeOvertaken(exception, history, policy);
    case 'changed':
      return changed(exception);
    case 'not-open':
      return [
        [`That answer is not possible for “${nameOf(exception)}” now.`],
        ...describeOutcome(exception, history, policy),
      ];
    case 'observing':
      return [[cannotDisable.observing, ' Your attempt is in the trail.']];
    case 'stopped':
      return [[cannotDisable.stopped, ' Your attempt is in the trail.']];
    case 'not-yours':
      return [
        [
          `Only whoever ordered “${nameOf(exception)}” to be disabled can undo that; for anybody else, an approver restores it. Your attempt is in the trail.`,
        ],
        describeApprovers(approversOf(policy, exception)),
      ];
    case 'too-late':
      return [
        [
          `That can be undone within ${inWords(policy.undoWithin)} only. An approver can restore “${nameOf(exception)}”. Your attempt is in the trail.`,
        ],
        describeApprovers(approversOf(policy, exception)),
      ];
    case 'bad-term':
      return [[`Policy does not allow that long for ${exception.risk} risk. Choose a shorter time.`]];
  }
}

const changed = (exception: Exception): readonly Line[] => [
  [`The ${titleOf(exception)} has changed since that message. Please answer the newest one.`],
];

/** Why four eyes are still missing, without a full stop. */
function apart(
  exception: Exception,
  { waitsFor }: Authority,
  { slackUser }: Pick<Answerer, 'slackUser'>,
): string {
  const word = exception.state === 'confirmed' ? 'renew' : 'approve';
  if (makersOf(exception).some((maker) => maker.slackUser === slackUser))
    return `You made this change, so somebody else must ${word} it`;
  return waitsFor
    ? `Slack has not let Lapse look up who made this change, so nobody may ${word} it yet`
    : `Nobody can tell whether you made this change, so somebody else must ${word} it`;
}

/**
 * The same in one sentence beside a field, where Slack renders no mentions; `undefined` for refusals that are not
 * about the person.
 */
export function besideField(
  why: Refusal,
  exception: Exception,
  policy: Policy,
  by: Pick<Answerer, 'slackUser'>,
): string | undefined {
  const word = exception.state === 'confirmed' ? 'renew' : 'approve';
  const present = authorityOf(exception, policy);
  const who =
    present.approvers.length > 0
      ? ': an approver (see the card).'
      : ', but policy names no approver who may.';
  switch (why) {
    case 'chosen':
      return `You were named by somebody who made or changed it, so somebody else must ${word} it${who}`;
    case 'critical':
      return `It is critical, so somebody other than its owner must ${word} it${who}`;
    case 'four-eyes':
      return `${apart(exception, present, by)}${present.waitsFor ? '.' : who}`;
    case 'second-approver':
      return `It was ${describeRenewals(exception.renewals)}, so somebody other than its owner must ${word} it${who}`;
    case 'approvers-only':
      return `Too little is known about whose mail it lets past, so somebody other than its owner must ${word} it${who}`;
    case 'not-allowed':
      return 'Only its owner and the approvers may answer this (see the card). Your attempt is in the trail.';
    default:
      return undefined;
  }
}

/** For a press on a card that is out of date: who answered and when, or what else happened. */
export function describeOvertaken(
  exception: Exception,
  history: readonly Event[],
  policy: Policy,
): readonly Line[] {
  const { answered, state } = exception;
  const open = state === 'unconfirmed' || state === 'confirmed';
  if (answered && (isByAnswer(exception) || (open && answered.at >= exception.since)))
    return [describeEarlier(answered), ...describeOutcome(exception, history, policy).slice(1)];
  return open
    ? changed(exception)
    : [
        [`It is too late to answer for “${nameOf(exception)}”.`],
        ...describeOutcome(exception, history, policy),
      ];
}
