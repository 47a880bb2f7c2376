/**
 * Every decision about who may do what: who sees an exception, who may answer, and who may vouch for it. Everything
 * else asks here.
 *
 * Approvers see every exception; its owner, and anybody who was asked as its owner, sees that one. Nobody else sees
 * anything of it, least of all guests and people of other organisations. Its owner or an approver may answer; but
 * where policy requires four eyes, neither a maker nor anybody makers chose may keep it, and critical exceptions need
 * an approver. After some renewals, or on weak evidence, the owner alone is not enough. People are told apart by
 * Slack user, never by name. Saying no (decline, revoke) is open to every owner and approver.
 */
import { chosenByMakers, chosenOf } from './chosen.ts';
import { kinds } from '#kinds/registry.ts';
import { risks, type Risk } from '#risk/finding.ts';
import { millis } from '#time/instant.ts';
import { lookupNameOf, makersOf, mergeMakers } from './makers.ts';
import { approversOf, classOf, isGroup, type Classified } from './policy.ts';
import type { Answerer, Answering } from '#lifecycle/commands.ts';
import type { Refusal } from '#lifecycle/events.ts';
import type { Actor, Exception, Maker } from '#lifecycle/exception.ts';
import type { Bound, Policy } from './policy.ts';

/** User ids in policy and of owners are those of members: the same id elsewhere is somebody else. */
export const isMember = (by: Pick<Answerer, 'standing'>): boolean => by.standing === 'member';

export const maySee = (state: Exception, by: Answerer, policy: Policy): boolean =>
  isMember(by) &&
  (approversFor(state, policy).includes(by.slackUser) || isOwner(state, by) || wasAsked(state, by));

/** Whether they see every exception: then they also learn of one that cannot be read, whoever owns it. */
export const maySeeAll = (by: Answerer, policy: Policy): boolean =>
  isMember(by) && policy.approvers.includes(by.slackUser);

/** Whether it is theirs now. */
export const isOwner = (state: Exception, by: Answerer): boolean => isMember(by) && owns(state, by.slackUser);

/** Whether policy names them an approver of that class. What an index does not hold, the state must. */
export const mayApprove = ({ risk, kind }: Partial<Classified>, by: Answerer, policy: Policy): boolean =>
  isMember(by) &&
  (risk === undefined || kind === undefined || approversFor({ risk, kind }, policy).includes(by.slackUser));

/** The risks of which policy names them an approver, be it of one kind only. */
export const risksToApprove = (by: Answerer, policy: Policy): readonly Risk[] =>
  risks.filter((risk) => kinds.some((kind) => mayApprove({ risk, kind }, by, policy)));

/** Whether policy names them an approver of anything. */
export const isApprover = (by: Answerer, policy: Policy): boolean =>
  isMember(by) && listApprovers(policy).includes(by.slackUser);

/**
 * Whether somebody might be an approver: a group in policy could not be looked up. Of `state`, or of anything at all.
 */
export function mightBeApprover(by: Answerer, policy: Policy, state?: Exception): boolean {
  const approvers = state ? approversFor(state, policy) : listApprovers(policy);
  return isMember(by) && !approvers.includes(by.slackUser) && approvers.some(isGroup);
}

/** If a class has its own approvers, the others still see it. */
const approversFor = (state: Classified, policy: Policy): readonly string[] => [
  ...policy.approvers,
  ...approversOf(policy, state),
];

export const listApprovers = ({ approvers, risk, kinds }: Policy): readonly string[] => [
  ...new Set([
    ...approvers,
    ...[
      ...Object.values(risk),
      ...Object.values(kinds).flatMap((risks) => Object.values(risks ?? {}).flatMap((one) => one ?? [])),
    ].flatMap((one) => one.approvers ?? []),
  ]),
];

/** Up to the present rung: those below have not been asked yet. */
const wasAsked = ({ ladder = [], rung = 0 }: Exception, { slackUser }: Answerer): boolean =>
  ladder.slice(0, rung + 1).some(({ owner }) => owner.type === 'person' && owner.slackUser === slackUser);

/** An approver who is also the owner answers as an approver, which is the wider right. */
export function actorOf(state: Exception, by: Answerer, policy: Policy): PersonActor {
  const { slackUser, slackTeam, proof } = by;
  const type = !isMember(by)
    ? 'outsider'
    : approversOf(policy, state).includes(slackUser)
      ? 'approver'
      : owns(state, slackUser)
        ? 'owner'
        : 'outsider';
  return { type, slackUser, slackTeam, ...(proof && { proof }) };
}

export type PersonActor = Extract<Actor, { readonly slackUser: string }>;

/** Whoever was asked because the owner was silent answers as the owner could. */
const owns = ({ owner, alsoAsked = [] }: Exception, slackUser: string): boolean =>
  [owner, ...alsoAsked.map((one) => one.owner)].some(
    (one) => one.type === 'person' && one.slackUser === slackUser,
  );

const approversOnly: ReadonlySet<Answering> = new Set(['Hold', 'Restore', 'ReleaseBreaker']);

/** Whether their answer of this sort is considered. If it would keep an exception, `barred` may still refuse it. */
export const mayAnswer = (answer: Answering, { type }: Pick<PersonActor, 'type'>): boolean =>
  type === 'approver' || (type === 'owner' && !approversOnly.has(answer));

export type Keeping = 'Approve' | 'Renew' | 'Hold' | 'Restore';

/** What bars somebody who may otherwise answer; `undefined` if nothing does. */
export function findBar(
  state: Exception,
  keeping: Keeping,
  by: Pick<PersonActor, 'type' | 'slackUser'>,
  policy: Policy,
): Refusal | undefined {
  const bar = notApart(state, by, policy);
  if (needsFourEyes(state, policy)) {
    if (bar) return bar;
    if (state.risk === 'critical' && by.type !== 'approver') return 'critical';
  }
  const alone = by.type !== 'approver' || owns(state, by.slackUser) || chose(state, by.slackUser);
  if (keeping === 'Renew' && (alone || bar) && needsSecondApprover(state, policy)) return 'second-approver';
  if (by.type !== 'approver' && boundOf(state, policy).approvedBy === 'approvers') return 'approvers-only';
  return undefined;
}

/** Why somebody is no second pair of eyes: they are, may be, or were chosen by one of the makers. */
function notApart(
  state: Exception,
  by: Pick<PersonActor, 'type' | 'slackUser'>,
  policy: Policy,
): Refusal | undefined {
  const makers = makersOf(state);
  const is = isBehind(by.slackUser, policy);
  const chosen = chosenByMakers(state);
  if (makers.some(is)) return 'four-eyes';
  // Nobody has looked yet: it could be anybody, even an approver.
  if (unidentified(state).length > 0) return 'four-eyes';
  if (chosen.some(is)) return 'chosen';
  if (by.type === 'approver') return undefined;
  // Somebody whom Slack does not know could be anybody, including the owner.
  if (makers.some(({ id, slackUser }) => slackUser === undefined || id === addressOf(state)))
    return 'four-eyes';
  return chosen.some(({ id, slackUser }) => slackUser === undefined || id === addressOf(state))
    ? 'chosen'
    : undefined;
}

/** Also through an account that policy has declared theirs since Slack was asked. */
const isBehind =
  (user: string, policy: Policy) =>
  (maker: Maker): boolean =>
    (maker.slackUser ?? lookupNameOf(maker, policy)) === user;

export interface Keeper {
  /** What keeps it: an approval, or a hold. */
  readonly of: 'approval' | 'hold';
  readonly by: PersonActor;
  readonly why: 'four-eyes' | 'chosen';
}

/** Whether what keeps it now was given by somebody known to be no second pair of eyes. */
export function findVoidKeeper(state: Exception, policy: Policy): Keeper | undefined {
  if (!needsFourEyes(state, policy)) return undefined;
  const makers = makersOf(state);
  const chosen = chosenByMakers(state);
  return keepers(state).flatMap(([of, by]): Keeper | [] => {
    if (!by || !('slackUser' in by)) return [];
    const is = isBehind(by.slackUser, policy);
    if (makers.some(is)) return { of, by, why: 'four-eyes' };
    return chosen.some(is) ? { of, by, why: 'chosen' } : [];
  })[0];
}

function keepers(state: Exception): readonly (readonly [Keeper['of'], Actor | undefined])[] {
  if (state.state === 'confirmed') return [['approval', state.approval.by]];
  if (state.state !== 'held') return [];
  return [
    ['hold', state.answered?.by],
    ...(state.resume === 'confirmed' ? ([['approval', state.approval?.by]] as const) : []),
  ];
}

/** Whoever made somebody the owner answers for them: the two are not independent. */
const chose = (state: Exception, slackUser: string): boolean =>
  chosenOf(state).some(({ id, by }) => by === slackUser && id === addressOf(state));

export const needsFourEyes = (state: Pick<Exception, 'risk'>, policy: Policy): boolean =>
  policy.fourEyes.includes(state.risk);

export const needsSecondApprover = (state: Exception, policy: Policy): boolean =>
  state.state === 'confirmed' && state.renewals >= classOf(policy, state).renewalsBeforeSecondApprover;

/** What policy says about what it rests on and how broad it is, as far as known: the narrower of the two. */
export function boundOf({ evidence, breadth }: Scoped, policy: Policy): Bound {
  const bounds = [
    evidence && policy.evidence[evidence.grade],
    breadth?.everyone ? policy.everyone : undefined,
  ].filter((bound) => bound !== undefined);
  const terms = bounds.flatMap(({ longestTerm }) => longestTerm ?? []);
  const [shortest] = terms.sort((a, b) => millis(a) - millis(b));
  return {
    ...(shortest === undefined ? {} : { longestTerm: shortest }),
    ...(bounds.some(({ approvedBy }) => approvedBy === 'approvers') ? { approvedBy: 'approvers' } : {}),
  };
}

export type Scoped = Pick<Exception, 'evidence' | 'breadth'>;

/** Those who must be looked up in Slack before anybody may keep it: until then, each of them could be anybody. */
const unidentified = (state: Exception): readonly Maker[] =>
  [...makersOf(state), ...chosenByMakers(state)].filter(isUnsought);

/** Everybody to look up, including those named by somebody who is independent as far as known. */
export const findUnidentified = (state: Exception, policy: Policy): readonly Maker[] =>
  needsFourEyes(state, policy) || needsSecondApprover(state, policy)
    ? mergeMakers([...makersOf(state), ...chosenOf(state)].filter(isUnsought).map(({ id }) => ({ id })))
    : [];

/** Whatever policy says: it may soon change. */
export const hasUnidentified = (state: Exception): boolean =>
  [...makersOf(state), ...chosenOf(state)].some(isUnsought);

const isUnsought = ({ slackUser, sought }: Maker): boolean => slackUser === undefined && sought === undefined;

export interface Authority {
  /** Whether its owner may approve or renew it now, as far as known; also `false` if nobody owns it. */
  readonly owner: boolean;
  /** Why the owner may not. */
  readonly why?: Refusal;
  /** Those Slack has not let Lapse look up: until it does, nobody may. */
  readonly waitsFor?: Maker;
  /** Approvers who may: Slack users, and groups that could not be looked up. */
  readonly approvers: readonly string[];
}

/** Who may approve (or renew) what is open now: for the card, and to decide whom to ask. */
export function authorityOf(state: Exception, policy: Policy): Authority {
  const keeping = state.state === 'confirmed' ? 'Renew' : 'Approve';
  const all = approversOf(policy, state);
  const may = (slackUser: string): Refusal | undefined => {
    const type = all.includes(slackUser) ? 'approver' : 'owner';
    return findBar(state, keeping, { type, slackUser }, policy);
  };
  const approvers = all.filter((one) => may(one) === undefined);
  const [waitsFor] = needsFourEyes(state, policy) ? unidentified(state) : [];
  const rest = { approvers, ...(waitsFor && { waitsFor }) };
  if (state.owner.type === 'team') return { owner: false, ...rest };
  // Until Slack has identified them, an owner is nobody in particular.
  const why = may(state.owner.slackUser ?? '');
  return why === undefined ? { owner: true, ...rest } : { owner: false, why, ...rest };
}

/** Whether those who may approve or renew it are asked besides its owner, who may not. */
export const needsApprovers = (state: Exception, policy: Policy): boolean =>
  state.owner.type === 'person' && !authorityOf(state, policy).owner;

const addressOf = ({ owner }: Exception): string | undefined =>
  owner.type === 'person' ? owner.address.toLowerCase() : undefined;
