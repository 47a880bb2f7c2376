/** How much an exception lets past: addresses, domains, recipients, or everything. */
import { countAddresses, sayAddresses, type AddressCount } from './addresses.ts';
import { anyDomain, knownBy, onPremises } from './findings-inbound-connector.ts';
import { everyRecipient } from './findings-outbound-connector.ts';
import { claims, coversAll, scopeOf } from './rule-conditions.ts';
import { domainOf, flag, list } from './settings.ts';
import type { Assessable } from './finding-row.ts';
import type { Kind } from '#lifecycle/exception.ts';

export interface Breadth extends AddressCount {
  /** Different domains and addresses of people named; `*` is not counted but covers everyone. */
  readonly domains: number;
  readonly recipients: number;
  /** Nothing narrows whose mail (or to whom) it is for. */
  readonly everyone: boolean;
  /** "256 addresses, 2 domains, 1 recipient", "all mail", "not counted". */
  readonly text: string;
}

interface Counted {
  readonly addresses: readonly string[];
  readonly domains: readonly string[];
  readonly recipients: readonly string[];
}

/** Which settings name what, by kind. */
const counted: Readonly<Record<Kind, Counted>> = {
  'transport-rule': {
    addresses: ['SenderIpRanges'],
    domains: claims,
    recipients: [
      'SentTo',
      'SentToMemberOf',
      'RecipientDomainIs',
      'AnyOfToHeader',
      'AnyOfCcHeader',
      'AnyOfToCcHeader',
      'AnyOfToHeaderMemberOf',
      'AnyOfCcHeaderMemberOf',
      'AnyOfToCcHeaderMemberOf',
    ],
  },
  'inbound-connector': {
    addresses: ['SenderIPAddresses'],
    domains: ['SenderDomains'],
    recipients: ['AssociatedAcceptedDomains'],
  },
  'outbound-connector': { addresses: [], domains: ['RecipientDomains'], recipients: [] },
  'ip-allow': { addresses: ['Entry'], domains: [], recipients: [] },
  'safe-list': { addresses: [], domains: [], recipients: [] },
  'allowed-sender': { addresses: [], domains: ['Entry'], recipients: [] },
  'allowed-domain': { addresses: [], domains: ['Entry'], recipients: [] },
  'tenant-allow': { addresses: [], domains: ['Entry'], recipients: [] },
  'arc-sealer': { addresses: [], domains: ['Entry'], recipients: [] },
  'phishing-simulation': { addresses: ['SenderIpRanges'], domains: ['Domains'], recipients: [] },
  'secops-mailbox': { addresses: [], domains: [], recipients: ['Entry'] },
  'direct-send': { addresses: [], domains: [], recipients: [] },
};

function coversEveryone({ kind, settings, ownDomains }: Assessable, { whole }: AddressCount): boolean {
  switch (kind) {
    case 'transport-rule':
      return coversAll(scopeOf(settings, ownDomains));
    case 'inbound-connector': {
      const by = knownBy(settings);
      return by === 'shared addresses' || (by === 'nothing' && (anyDomain(settings) || onPremises(settings)));
    }
    case 'outbound-connector':
      return everyRecipient(settings);
    case 'direct-send':
      return flag(settings, 'RejectDirectSend') !== true;
    case 'allowed-domain':
    case 'tenant-allow':
      return list(settings, 'Entry').some((entry) => domainOf(entry) === '*');
    default:
      return whole;
  }
}

const everything: Readonly<Partial<Record<Kind, string>>> = {
  'outbound-connector': 'all outgoing mail',
  'direct-send': 'all mail that claims to be from the organisation',
};

const number = (count: number, one: string, many: string): readonly string[] =>
  count === 0 ? [] : [`${count.toLocaleString('en-US')} ${count === 1 ? one : many}`];

const each = ({ settings }: Assessable, names: readonly string[]): number =>
  new Set(
    names
      .flatMap((name) => list(settings, name))
      .map((entry) => entry.toLowerCase().replace(/^smtp:|;\d+$/g, ''))
      .filter((entry) => entry !== '*'),
  ).size;

/** Never throws, whatever the settings hold. */
export function breadthOf(object: Assessable): Breadth {
  const { kind, settings } = object;
  const names = counted[kind];
  const isAddress = kind === 'tenant-allow' && /^ip$/i.test(list(settings, 'ListType')[0] ?? '');
  const addressNames = isAddress ? ['Entry'] : names.addresses;
  const addresses = countAddresses(addressNames.flatMap((name) => list(settings, name)));
  const domains = isAddress ? 0 : each(object, names.domains);
  const recipients = each(object, names.recipients);
  const everyone = coversEveryone(object, addresses);
  const parts = [
    ...(addresses.addresses + addresses.networks6 + addresses.unread > 0 ? [sayAddresses(addresses)] : []),
    ...(kind === 'tenant-allow'
      ? number(domains, 'entry', 'entries')
      : kind === 'transport-rule'
        ? number(domains, 'sender', 'senders')
        : number(domains, 'domain', 'domains')),
    ...number(recipients, 'recipient', 'recipients'),
  ];
  const all = everything[kind] ?? 'all mail';
  return {
    ...addresses,
    domains,
    recipients,
    everyone,
    text: everyone ? [all, ...parts].join('; ') : parts.length > 0 ? parts.join(', ') : 'not counted',
  };
}
