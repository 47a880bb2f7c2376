/**
 * What else of a tenant rests on an exception, or goes on without it: for whoever is about to switch it off. It knows
 * only what is in the register, and says nothing about objects that are no exceptions.
 */
import { parseAddresses, rangesMeet } from '#risk/addresses.ts';
import { domainName, domainOf, flag, isOwn, list, text } from '#risk/settings.ts';
import { foldName } from './fold-name.ts';
import { policyOf } from './list-entry.ts';
import { kindOf, type Kind } from './registry.ts';
import { title } from './title.ts';
import type { Settings } from '#risk/settings.ts';

export interface Peer {
  readonly kind: Kind;
  readonly name: string;
  readonly settings: Settings;
}

/** One of many in a list. */
const listed: readonly Kind[] = [
  'ip-allow',
  'allowed-domain',
  'allowed-sender',
  'tenant-allow',
  'trusted-domain',
  'trusted-sender',
];

/** What trusts a sender for its addresses or its name. */
const trusting: readonly Kind[] = ['transport-rule', ...listed];

/** Only exceptions of these kinds can rest on one of that kind. */
export function kindsThatDepend(kind: Kind): readonly Kind[] {
  if (kind === 'outbound-connector') return ['transport-rule'];
  if (kind === 'inbound-connector') return trusting;
  return listed.includes(kind) ? [kind] : [];
}

/** A thing to know, as a sentence; `of`: the exception that it names. */
interface Dependant<Of extends Peer> {
  readonly says: string;
  readonly of?: Of;
}

/** `peers` are the other exceptions of the tenant that are on. */
export function findDependants<Of extends Peer>(
  exception: Peer,
  peers: readonly Of[],
): readonly Dependant<Of>[] {
  if (exception.kind === 'outbound-connector')
    return peers
      .filter((peer) => routesThrough(peer, exception.name))
      .map((of) => ({ of, says: `${named(of)} sends mail through it.` }));
  if (exception.kind === 'inbound-connector')
    return peers
      .filter(({ kind }) => trusting.includes(kind))
      .flatMap((of) => restsOn(of, exception).map((says) => ({ of, says })));
  const beside = peers.filter((peer) => isBeside(peer, exception)).length;
  const [entries, stay] = beside === 1 ? ['entry', 'stays'] : ['entries', 'stay'];
  return beside === 0 ? [] : [{ says: `${beside} other ${entries} of the same list ${stay}.` }];
}

const named = ({ kind, name }: Peer): string => `${title(kind)} "${name}"`;

function routesThrough({ kind, settings }: Peer, connector: string): boolean {
  const route = kind === 'transport-rule' ? text(settings, 'RouteMessageOutboundConnector') : undefined;
  return route !== undefined && foldName(route) === foldName(connector);
}

/** A bypass by address, or by a name for which only the connector says who may send. */
function restsOn(peer: Peer, { settings }: Peer): readonly string[] {
  const counted = kindOf(peer.kind).breadth.counted(peer.settings);
  const valuesOf = (names: readonly string[]): readonly string[] =>
    names.flatMap((name) => list(peer.settings, name));
  const servers = list(settings, 'SenderIPAddresses').flatMap((entry) => parseAddresses(entry) ?? []);
  const addresses = valuesOf(counted.addresses).flatMap((entry) => parseAddresses(entry) ?? []);
  if (addresses.some((one) => servers.some((other) => rangesMeet(one, other))))
    return [`${named(peer)} lets past mail from the same servers, and goes on doing so.`];
  const says =
    flag(settings, 'RestrictDomainsToIPAddresses') === true ||
    flag(settings, 'RestrictDomainsToCertificate') === true;
  const vouched = list(settings, 'SenderDomains').map(domainName);
  const domain = valuesOf(counted.domains)
    .map(domainOf)
    .find((one) => vouched.includes('*') || isOwn(one, vouched));
  return says && domain !== undefined
    ? [
        `${named(peer)} trusts the name ${domain}, and this connector is what says which servers may use it: without it, anybody may.`,
      ]
    : [];
}

const isBeside = (peer: Peer, { kind, settings }: Peer): boolean =>
  peer.kind === kind &&
  listed.includes(kind) &&
  foldName(policyOf(peer.settings)) === foldName(policyOf(settings));
