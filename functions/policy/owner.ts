/**
 * Who owns an exception: evidence in, a ladder out. Whoever the object's comment names, whoever policy names, the
 * person who made the change, their backup, and last the team of the fallback channel. An application or a Microsoft
 * service never owns anything. Anybody who cannot be reached is passed over, and the trail says why.
 */
import { noteIn } from './comment.ts';
import { firstChange } from '#lifecycle/changes.ts';
import { matches } from './policy.ts';
import { domainOf, list } from '#risk/settings.ts';
import { homeAddress, isMailAddress } from '#values/mail-address.ts';
import type { Author, Exception, Note, Owner, Rung } from '#lifecycle/exception.ts';
import type { Policy, Subject } from './policy.ts';
import type { Settings } from '#risk/settings.ts';
import type { Kind } from '#kinds/registry.ts';

export interface DescribedObject {
  readonly tenant: string;
  readonly kind: Kind;
  readonly name: string;
  readonly settings: Settings;
  readonly changedBy: Author;
}

/** The ladder, the first to ask first. The last rung is always a team. */
export function ladderOf(
  evidence: DescribedObject,
  policy: Policy,
  { owner }: Note = noteIn(evidence.settings),
): readonly Rung[] {
  const { changedBy } = evidence;
  const rule = policy.owners.find((one) => matches(one, subjectOf(evidence)));
  const maker = makerOf(changedBy, policy);
  return distinct([
    ...(owner === undefined ? [] : withBackup({ from: 'comment', owner: named(owner) }, policy)),
    ...(rule === undefined ? [] : withBackup({ from: 'rule', owner: named(rule.owner) }, policy)),
    ...(maker === undefined ? [] : withBackup({ from: 'maker', owner: maker }, policy)),
    { from: 'fallback', owner: { type: 'team', why: whyNobody(changedBy) } },
  ]);
}

/**
 * The ladder once the comment names a new owner, or the maker is somebody else than was known; `undefined` if neither
 * is so. An owner named in Slack stays the owner, whoever made it.
 */
export function ladderAfter(
  state: Exception,
  { note = {}, changedBy = firstChange(state).by }: { readonly note?: Note; readonly changedBy?: Author },
  policy: Policy,
): readonly Rung[] | undefined {
  const present = rungsOf(state);
  const isOwner = state.owner.type === 'person' && state.owner.address === note.owner;
  const isNamed = note.owner !== undefined && note.owner !== state.note?.owner && !isOwner;
  const isRemade = !isSameAuthor(changedBy, firstChange(state).by) && present[0]?.from !== 'reassigned';
  if (!isNamed && !isRemade) return undefined;
  return ladderOf({ ...state, changedBy }, policy, isNamed ? note : (state.note ?? {}));
}

/** Somebody named the owner in Slack. */
export const ladderOfReassigned = (address: string, policy: Policy): readonly Rung[] => [
  ...withBackup({ from: 'reassigned', owner: named(address) }, policy),
  { from: 'fallback', owner: { type: 'team', why: 'the person it was reassigned to cannot be reached' } },
];

/** Who is asked if the owner cannot be; `undefined` if the owner is the last. */
export function findNextRung(
  state: Pick<Exception, 'owner' | 'ladder' | 'rung'>,
  why: string,
): { readonly owner: Owner; readonly rung: number } | undefined {
  const rungs = rungsOf(state);
  const rung = (state.rung ?? 0) + 1;
  const next = rungs[rung]?.owner;
  if (next)
    return { owner: next.type === 'team' && next.channel === undefined ? { ...next, why } : next, rung };
  return state.owner.type === 'team' && state.owner.channel === undefined
    ? undefined
    : { owner: { type: 'team', why }, rung };
}

/** Who is asked besides those who have not answered; `undefined` if everybody on the ladder was. */
export function nextToAsk({
  owner,
  ladder,
  rung = 0,
  alsoAsked = [],
}: Pick<Exception, 'owner' | 'ladder' | 'rung' | 'alsoAsked'>):
  { readonly next: Owner; readonly rung: number } | undefined {
  const asked = [owner, ...alsoAsked.map((one) => one.owner)];
  const from = alsoAsked.at(-1)?.rung ?? rung;
  for (const [index, one] of (ladder ?? []).entries())
    if (index > from && !asked.some((other) => isSameOwner(other, one.owner)))
      return { next: one.owner, rung: index };
  return undefined;
}

const rungsOf = ({ owner, ladder }: Pick<Exception, 'owner' | 'ladder'>): readonly Rung[] =>
  ladder ?? [{ from: 'maker', owner }];

/** A mail address, a Slack user, or a channel. */
function named(text: string): Owner {
  if (/^([CG][A-Z0-9]{2,}|#.+)$/.test(text))
    return { type: 'team', why: 'policy assigns it to this channel', channel: text };
  return isMailAddress(text)
    ? { type: 'person', address: text.toLowerCase() }
    : { type: 'person', address: text, slackUser: text };
}

/** The person behind an account in the log; policy may say that an account without mail is somebody's second one. */
function makerOf({ type, id }: Author, policy: Policy): Owner | undefined {
  return type === 'person' && isMailAddress(id) ? named(knownAs(id, policy)) : undefined;
}

/** The name by which people know an account: policy's where it has it, and of a guest their own address. */
export const knownAs = (account: string, policy: Policy): string =>
  personRule(account, policy) === undefined ? homeAddress(account) : account;

function withBackup(rung: Rung, policy: Policy): readonly Rung[] {
  if (rung.owner.type === 'team') return [rung];
  const { address } = rung.owner;
  const about = personRule(address, policy);
  // Somebody with a second account is asked under the first.
  const owner = about?.person === undefined ? rung.owner : named(about.person);
  const backup = about?.backup ?? personRule(about?.person ?? address, policy)?.backup;
  return [
    { from: rung.from, owner },
    ...(backup === undefined ? [] : [{ from: 'backup', owner: named(backup) } as const]),
  ];
}

/**
 * The account or address itself, the person it belongs to by policy, and their backup: people, by address or Slack
 * user.
 */
export const namesOf = (text: string, policy: Policy): readonly string[] => [
  ...new Set([
    text,
    ...withBackup({ from: 'comment', owner: named(text) }, policy).flatMap(({ owner }) =>
      owner.type === 'person' ? owner.address : [],
    ),
  ]),
];

export const personRule = (account: string, policy: Policy) =>
  policy.people.find((one) => one.account.toLowerCase() === account.toLowerCase());

/** Nobody is asked twice. */
const distinct = (rungs: readonly Rung[]): readonly Rung[] =>
  rungs.filter((rung, index) => rungs.findIndex((other) => isSameOwner(other.owner, rung.owner)) === index);

/** Slack may have identified the person since. */
export const isSameOwner = (a: Owner, b: Owner): boolean => ownerKey(a) === ownerKey(b);

/** What tells owners apart in the trail. */
export const ownerKey = (owner: Owner): string =>
  owner.type === 'person' ? owner.address.toLowerCase() : `team ${owner.channel ?? ''}`;

function whyNobody(author: Author): string {
  switch (author.type) {
    case 'person':
      return isMailAddress(author.id)
        ? 'nobody else is known to own it'
        : 'the log does not give an address for the person who made it';
    case 'application':
      return 'an application made it';
    case 'service':
    case 'unknown':
      return 'the log does not say which person made it';
  }
}

/** Settings in which Exchange keeps sender and recipient domains, or addresses with them. */
const domainSettings = [
  'SenderDomainIs',
  'FromAddressMatchesPatterns',
  'From',
  'RecipientDomainIs',
  'SentTo',
  'SenderDomains',
  'RecipientDomains',
  'AssociatedAcceptedDomains',
];

export const subjectOf = ({ tenant, kind, name, settings }: Omit<DescribedObject, 'changedBy'>): Subject => ({
  tenant,
  kind,
  name,
  domains: domainSettings.flatMap((setting) => list(settings, setting)).map(domainOf),
});

/** Where everybody but the owner is asked and alerted: about an object, or about a tenant as a whole. */
export const channelOf = (
  policy: Policy,
  about: Omit<DescribedObject, 'changedBy'> | Pick<Subject, 'tenant'>,
): string => {
  const subject = 'settings' in about ? subjectOf(about) : about;
  return policy.channels.find((rule) => matches(rule, subject))?.channel ?? policy.fallbackChannel;
};

/** Every channel that policy names. */
export const listChannels = ({ fallbackChannel, channels, owners }: Policy): readonly string[] => [
  ...new Set([
    fallbackChannel,
    ...channels.map(({ channel }) => channel),
    ...owners.map(({ owner }) => owner).filter((owner) => named(owner).type === 'team'),
  ]),
];

const isSameAuthor = (a: Author, b: Author): boolean =>
  a.type === b.type && a.id.toLowerCase() === b.id.toLowerCase();
