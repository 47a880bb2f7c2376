/**
 * Who may see an exception: approvers every one, whoever owns it or was asked as its owner that one. Nobody else sees
 * anything of it, guests and people of other organisations least of all. What answers somebody asks here first, so that
 * a refusal tells no more than the exception would.
 */
import { approversOf, isGroup } from './policy.ts';
import type { Answerer } from '#lifecycle/commands.ts';
import type { Exception } from '#lifecycle/exception.ts';
import type { Policy } from './policy.ts';

export const maySee = (state: Exception, by: Answerer, policy: Policy): boolean =>
  by.standing === 'member' &&
  (approversFor(state, policy).includes(by.slackUser) || isOwner(state, by) || wasAsked(state, by));

/** Whether they see every exception: also learn of one that nobody can read, whoever owns it. */
export const maySeeAll = (by: Answerer, policy: Policy): boolean =>
  by.standing === 'member' && policy.approvers.includes(by.slackUser);

/** Whether it is theirs now. */
export const isOwner = ({ owner }: Exception, { slackUser, standing }: Answerer): boolean =>
  standing === 'member' && owner.type === 'person' && owner.slackUser === slackUser;

/** Whether policy names them an approver of anything. */
export const isApprover = (by: Answerer, policy: Policy): boolean =>
  by.standing === 'member' && allApprovers(policy).includes(by.slackUser);

/**
 * Whether somebody may be an approver for all that is known: a group in policy could not be looked into. Of
 * `state`, or of anything at all.
 */
export function unsettled(by: Answerer, policy: Policy, state?: Exception): boolean {
  const approvers = state ? approversFor(state, policy) : allApprovers(policy);
  return by.standing === 'member' && !approvers.includes(by.slackUser) && approvers.some(isGroup);
}

/** Whom a class has its own approvers for, the others still see. */
const approversFor = (state: Exception, policy: Policy): readonly string[] => [
  ...policy.approvers,
  ...approversOf(policy, state),
];

export const allApprovers = ({ approvers, risk, kinds }: Policy): readonly string[] => [
  ...new Set([
    ...approvers,
    ...[
      ...Object.values(risk),
      ...Object.values(kinds).flatMap((risks) => Object.values(risks ?? {}).flatMap((one) => one ?? [])),
    ].flatMap((one) => one.approvers ?? []),
  ]),
];

/** Up to the present rung: those below it were not asked yet. */
const wasAsked = ({ ladder = [], rung = 0 }: Exception, { slackUser }: Answerer): boolean =>
  ladder.slice(0, rung + 1).some(({ owner }) => owner.type === 'person' && owner.slackUser === slackUser);
