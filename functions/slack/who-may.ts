/** Who may approve, as sentences for the card and for whoever was refused. */
import { authorityOf } from '#policy/authority.ts';
import { makersOf } from '#policy/makers.ts';
import { clip } from './escape.ts';
import { describeRenewals } from './outcome.ts';
import type { Exception } from '#lifecycle/exception.ts';
import type { Policy } from '#policy/policy.ts';
import type { Line } from './lines.ts';

/** As many names as fit into a line. */
const mostNamed = 10;

export function describeWhoMay(exception: Exception, policy: Policy): readonly Line[] {
  const { owner, why, waitsFor, approvers } = authorityOf(exception, policy);
  const word = exception.state === 'confirmed' ? 'renew' : 'approve';
  const named = approvers.slice(0, mostNamed).flatMap((user): Line => [' ', { user }]);
  const these: Line =
    named.length > 0 ? [`These may ${word} it:`, ...named] : [`Policy names no approver who may ${word} it.`];
  if (owner) return [[`Its owner may ${word} it, and so may the approvers:`, ...named]];
  // Somebody who has not been looked up, or could not be, may be anybody, including an approver.
  if (waitsFor) {
    const isMaker = makersOf(exception).some(({ id }) => id === waitsFor.id);
    const who = `${clip(waitsFor.id, 200) || 'somebody'}, ${isMaker ? 'who made it' : 'who was named by whoever made it'}`;
    return [
      [
        `Four eyes: Slack has not let Lapse look up ${who}, so anybody could be that person. Nobody may ${word} it until it does.`,
      ],
    ];
  }
  const still =
    why === undefined || exception.remedy === 'escalate' ? [] : [['Its owner may still disable it.']];
  return [[because(exception, why), ...these], ...still];
}

function because(exception: Exception, why: ReturnType<typeof authorityOf>['why']): string {
  switch (why) {
    case 'four-eyes': {
      const stranger = makersOf(exception).find(({ slackUser }) => slackUser === undefined);
      return stranger === undefined
        ? 'Four eyes: whoever made it cannot approve it. '
        : `Four eyes: Slack does not know ${clip(stranger.id, 200) || 'who made it'}, who made it, so its owner cannot be told apart from them. `;
    }
    case 'chosen':
      return 'Four eyes: nobody who made or changed it, or was named as its owner by somebody who did, can approve it. ';
    case 'critical':
      return 'It is critical: its owner alone cannot approve it. ';
    case 'second-approver':
      return `It was ${describeRenewals(exception.renewals)}, so somebody other than its owner must look at it now. `;
    case 'approvers-only':
      return 'Too little is known about whose mail it lets past, so its owner alone cannot approve it. ';
    default:
      return '';
  }
}
