/** Inbound connectors, by Exchange's own settings. */
import { identity, nameOnly, network, nothing, openNetwork } from '#risk/evidence.ts';
import { restsOf } from '#risk/finding-row.ts';
import { isSet } from '#risk/settings.ts';
import { plainDomains, settingsOf, isSwitchedOn } from '../object-answer.ts';
import {
  anyDomain,
  asked,
  inboundConnectorFindings,
  inspects,
  knownBy,
  mayRefuse,
  onPremises,
  refusesOthers,
} from './findings.ts';
import type { Evidence } from '#risk/evidence.ts';
import type { Settings } from '#risk/settings.ts';
import type { ObjectKind } from '../kind.ts';
import type { KnownBy } from './findings.ts';

const evidence: Readonly<Record<KnownBy, Evidence>> = {
  certificate: identity('The sending server must show a certificate for its name.'),
  addresses: network('The sending server is known by its network addresses.'),
  'shared addresses': openNetwork,
  name: nameOnly('The sender’s domain alone, which anybody can write on a message.'),
  nothing: nothing('Nothing identifies the sending server, and any domain will do.'),
};

function everyone(settings: Settings): boolean {
  const by = knownBy(settings);
  return by === 'shared addresses' || (by === 'nothing' && (anyDomain(settings) || onPremises(settings)));
}

/** Settings that say whom one that refuses others lets in. */
const admits = [
  'SenderIPAddresses',
  'TlsSenderCertificateName',
  'SenderDomains',
  'AssociatedAcceptedDomains',
];

const set = (guid: string, enabled: boolean) => ({
  cmdlet: 'Set-InboundConnector',
  parameters: { Identity: guid, Enabled: enabled, Confirm: false },
});

export const inboundConnector: ObjectKind = {
  name: 'inbound connector',
  plural: 'inbound connectors',
  licence: undefined,
  form: 'object',
  log: {
    operations: ['New-InboundConnector', 'Set-InboundConnector', 'Remove-InboundConnector'],
    replacedBy: [],
    madeOfNameAlone: false,
    nullClearsFlags: false,
    madeOn: true,
  },
  exchange: {
    list: [{ cmdlet: 'Get-InboundConnector', parameters: {} }],
    enabled: (connector) => isSwitchedOn(connector, 'Enabled', 'true', 'false'),
    settings: (connector) => plainDomains(settingsOf(connector), 'SenderDomains'),
    disable: (guid) => set(guid, false),
    enable: (guid) => set(guid, true),
    expire: undefined,
  },
  ownSettings: ['SenderDomains', 'TlsSenderCertificateName'],
  findings: inboundConnectorFindings,
  evidence: ({ settings }) => evidence[knownBy(settings)],
  breadth: {
    counted: () => ({
      addresses: ['SenderIPAddresses'],
      domains: ['SenderDomains'],
      recipients: ['AssociatedAcceptedDomains'],
    }),
    noun: ['domain', 'domains'],
    everyone: ({ settings }) => everyone(settings),
    everything: 'all mail',
  },
  whenOff: (settings) => ({
    mayStop: true,
    text: onPremises(settings)
      ? 'Mail through it is taken like mail from any stranger: it is filtered, and what these servers send on through the tenant to others is refused.'
      : 'Mail through it is taken like mail from any stranger: it is filtered, and some of it may be refused.',
  }),
  traces: { by: 'inbound connector' },
  protection: {
    protects: (settings) => refusesOthers(settings) || inspects(settings),
    mayProtect: mayRefuse,
    guards: (settings) => asked.filter((name) => isSet(settings, name)),
    removed: 'LAPSE-IC-010',
    watched: {
      notedAs: 'connectors',
      offBy: ({ enabled }) => (enabled ? undefined : 'Enabled'),
      ways: (settings) =>
        refusesOthers(settings)
          ? // Noted only where it is set, so that what was noted before it was looked at stays the same.
            [...admits, ...['TrustedOrganizations'].filter((name) => isSet(settings, name))]
          : [],
      bounds: [],
      refuses: refusesOthers,
      refusal: ['RestrictDomainsToIPAddresses', 'RestrictDomainsToCertificate', 'SenderDomains'],
      trusts: ['ConnectorType', 'TreatMessagesAsInternal', 'CloudServicesMailEnabled'],
    },
  },
  saved: {
    telling: [['ConnectorType', 'SenderDomains']],
    whole: [
      'Name',
      ...restsOf(inboundConnectorFindings),
      'TrustedOrganizations',
      'AssociatedAcceptedDomains',
    ],
    revealing: [
      'SenderIPAddresses',
      'TlsSenderCertificateName',
      'TreatMessagesAsInternal',
      'CloudServicesMailEnabled',
      'RestrictDomainsToIPAddresses',
      'RestrictDomainsToCertificate',
      'EFSkipIPs',
      'EFSkipLastIP',
    ],
  },
};
