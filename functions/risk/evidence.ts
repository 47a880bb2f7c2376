/**
 * What an exception rests on: how well it is known whose mail is let past (for outgoing mail: where it goes). The
 * grade bounds how long an exception may last and who may approve it.
 */
import { anybodySends, countAddresses } from './addresses.ts';
import { knownBy, type KnownBy } from './findings-inbound-connector.ts';
import { smartHosts, tlsOf } from './findings-outbound-connector.ts';
import { scopeOf, type Scope } from './rule-conditions.ts';
import { flag, isSet, list, text } from './settings.ts';
import type { Assessable } from './finding-row.ts';
import type { Settings } from './settings.ts';

/** Best first. */
export const grades = ['identity-bound', 'network-bound', 'name-only', 'none'] as const;
export type Grade = (typeof grades)[number];

export interface Evidence {
  readonly grade: Grade;
  /** One sentence for people. */
  readonly why: string;
}

const grade =
  (of: Grade) =>
  (why: string): Evidence => ({ grade: of, why });
const identity = grade('identity-bound');
const network = grade('network-bound');
const name = grade('name-only');
const nothing = grade('none');

const openNetwork = nothing('The network addresses are such that anybody can send from them.');

const ofScope: Readonly<Record<Scope, Evidence>> = {
  'sender proved': identity('The sender’s domain must have passed DMARC or composite authentication.'),
  inside: identity('Only mail that was sent by somebody signed in to the tenant counts as inside.'),
  'sender and addresses': network(
    'A sender’s name, from certain network addresses: the last hop, not always the sender.',
  ),
  addresses: network('Certain network addresses: the last hop, not always the sender.'),
  'sender half proved': name('A sender’s name, with a check that mail of others can pass too.'),
  'sender claimed': name('The sender’s name alone, which anybody can write on a message.'),
  'own sender': name('The tenant’s own name alone, which anybody can write on a message.'),
  'sender and content': name(
    'The sender’s name, which anybody can write on a message, with recipients or content that match.',
  ),
  'shared addresses': openNetwork,
  'any proved sender': nothing('The check must pass, but for no sender in particular.'),
  content: nothing('Recipients or content decide, and nothing tells who sent it.'),
  all: nothing('Nothing narrows whose mail it is for.'),
};

const ofKnownBy: Readonly<Record<KnownBy, Evidence>> = {
  certificate: identity('The sending server must show a certificate for its name.'),
  addresses: network('The sending server is known by its network addresses.'),
  'shared addresses': openNetwork,
  name: name('The sender’s domain alone, which anybody can write on a message.'),
  nothing: nothing('Nothing identifies the sending server, and any domain will do.'),
};

function ofDestination(settings: Settings): Evidence {
  const tls = tlsOf(settings);
  if (tls === 'name') return identity('The receiving server must show a certificate for its name.');
  const hosts = smartHosts(settings);
  const count = countAddresses(hosts);
  if (hosts.length > 0 && count.unread === 0)
    return anybodySends(count)
      ? nothing('The receiving server is at an address that many share.')
      : network('The receiving server is known by its network address.');
  if (hosts.length > 0)
    return name('The receiving server is known by its name alone: DNS decides where mail goes.');
  if (flag(settings, 'IsTransportRuleScoped') === true && !isSet(settings, 'RecipientDomains'))
    return nothing('Rules decide where mail goes.');
  return name('The recipient’s DNS decides where mail goes.');
}

function ofAddresses(settings: Settings, setting: string): Evidence {
  const count = countAddresses(list(settings, setting));
  if (count.addresses === 0 && count.networks6 === 0) return nothing('No network address is named.');
  return anybodySends(count) ? openNetwork : network('Certain network addresses, whoever sends from there.');
}

function ofTenantAllow(settings: Settings): Evidence {
  const type = (text(settings, 'ListType') ?? 'sender').toLowerCase();
  if (type === 'ip') return ofAddresses(settings, 'Entry');
  if (type === 'url') return nothing('A link decides, and nothing tells who sent it.');
  if (type === 'filehash') return nothing('The exact file decides, and nothing tells who sent it.');
  if (type !== 'spoof') return name('The sender’s name alone, which anybody can write on a message.');
  const from = list(settings, 'SendingInfrastructure');
  return from.length === 0 || from.includes('*') || anybodySends(countAddresses(from))
    ? name('A name that fails the check, from anywhere.')
    : network('A name that fails the check, from a certain infrastructure.');
}

/** Never throws, whatever the settings hold. */
export function evidenceOf({ kind, settings, ownDomains }: Assessable): Evidence {
  switch (kind) {
    case 'transport-rule':
      return ofScope[scopeOf(settings, ownDomains)];
    case 'inbound-connector':
      return ofKnownBy[knownBy(settings)];
    case 'outbound-connector':
      return ofDestination(settings);
    case 'ip-allow':
      return ofAddresses(settings, 'Entry');
    case 'phishing-simulation':
      return ofAddresses(settings, 'SenderIpRanges');
    case 'tenant-allow':
      return ofTenantAllow(settings);
    case 'allowed-sender':
    case 'allowed-domain':
      return name('The sender’s name alone, which anybody can write on a message.');
    case 'arc-sealer':
      return identity(
        'The sealing service signs with its domain’s key; whom it vouches for is its own word.',
      );
    case 'safe-list':
      return nothing('Nobody here can see who is on the list.');
    case 'secops-mailbox':
      return nothing('The recipient decides, and nothing tells who sent it.');
    case 'direct-send':
      return nothing('The sender need not sign in, nor come from anywhere in particular.');
  }
}
