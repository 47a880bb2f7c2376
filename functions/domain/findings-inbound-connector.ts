/**
 * Findings of an inbound connector. Meaning of the parameters: Microsoft's reference of New-InboundConnector; what
 * they weigh is this project's own judgement. What grants is `SenderIPAddresses`; the two Restrict… settings only
 * refuse whatever does not match.
 */
import { anybodySends, countAddresses, sayAddresses } from './addresses.ts';
import { alters, always, isOff } from './finding-row.ts';
import { domainName, entries, flag, isSet, list, some, text } from './settings.ts';
import * as to from './frameworks.ts';
import type { Assessable, Row } from './finding-row.ts';
import type { Settings } from './exception.ts';

export const onPremises = (settings: Settings): boolean =>
  /^onpremises$/i.test(text(settings, 'ConnectorType') ?? '');
export const anyDomain = (settings: Settings): boolean =>
  list(settings, 'SenderDomains').some((domain) => domainName(domain) === '*');

/**
 * Mail of its senders that comes from elsewhere is refused: the form that Microsoft documents for "reject mail not
 * routed through MX", and the same for one partner. Only Partner connectors refuse.
 */
export const refusesOthers = (settings: Settings): boolean =>
  !onPremises(settings) &&
  (flag(settings, 'RestrictDomainsToIPAddresses') === true ||
    flag(settings, 'RestrictDomainsToCertificate') === true);
/** What a sender gets from it beyond being recognised. */
export const grantsRights = (settings: Settings): boolean =>
  onPremises(settings) ||
  flag(settings, 'TreatMessagesAsInternal') === true ||
  flag(settings, 'CloudServicesMailEnabled') === true;

/** By what the connector knows the other side, the best thing first. */
export type KnownBy = 'certificate' | 'addresses' | 'shared addresses' | 'name' | 'nothing';

export function knownBy(settings: Settings): KnownBy {
  const certificate = isSet(settings, 'TlsSenderCertificateName');
  // A partner's certificate is looked at only where mail without it is refused.
  if (certificate && (onPremises(settings) || flag(settings, 'RestrictDomainsToCertificate') === true))
    return 'certificate';
  const addresses = list(settings, 'SenderIPAddresses');
  if (addresses.length > 0) return anybodySends(countAddresses(addresses)) ? 'shared addresses' : 'addresses';
  return anyDomain(settings) || list(settings, 'SenderDomains').length === 0 ? 'nothing' : 'name';
}

const byCertificate = ({ settings }: { readonly settings: Settings }): boolean =>
  knownBy(settings) === 'certificate';
const from = (settings: Settings): string =>
  sayAddresses(countAddresses(list(settings, 'SenderIPAddresses')));
const skipped = (settings: Settings): readonly string[] => list(settings, 'EFSkipIPs');

/** Settings that say whom a connector that refuses others lets in, and for which senders it does. */
const whomItAdmits =
  /^(?:senderipaddresses|tlssendercertificatename|senderdomains|associatedaccepteddomains)$/i;
const known = ({ known }: Assessable, id: string): boolean => known?.includes(id) === true;
/** Whether the change that was seen passed one of the settings. */
const altered = ({ operation, passed }: Assessable, names: RegExp): boolean =>
  alters.test(operation ?? '') && (passed ?? []).some((name) => names.test(name));
/** What the gateway is known by is still there, but nothing is refused any more. */
const unbolted = (settings: Settings): boolean =>
  !onPremises(settings) &&
  !refusesOthers(settings) &&
  (isSet(settings, 'SenderIPAddresses') || isSet(settings, 'TlsSenderCertificateName'));
const gateway = (settings: Settings): string =>
  anyDomain(settings) ? 'past your mail gateway' : 'in the partner’s name from elsewhere';

export const inboundConnectorFindings: readonly Row[] = [
  {
    id: 'LAPSE-IC-001',
    title: 'Somebody is treated as one of your own servers',
    shows: ({ settings }) => onPremises(settings),
    weighs: [
      { risk: 'high', if: 'known by a certificate', holds: byCertificate },
      { risk: 'critical', if: 'known by network addresses, or by nothing', holds: always },
    ],
    text: ({ settings }) => {
      const rights = 'treated as one of your own mail servers, and may send on to others in your name';
      if (byCertificate({ settings })) return `Whoever holds the certificate is ${rights}.`;
      return isSet(settings, 'SenderIPAddresses')
        ? `Whoever sends from ${from(settings)} is ${rights}.`
        : `A sender that nothing identifies is ${rights}.`;
    },
    engineer: ({ settings }) =>
      `ConnectorType OnPremises allows relay through the tenant and exempts its mail from RejectDirectSend; matched by ${byCertificate({ settings }) ? `certificate ${text(settings, 'TlsSenderCertificateName') ?? ''}` : from(settings)}.`,
    rests: ['ConnectorType'],
    narrow:
      'Bind it to a certificate of the server, or make it a Partner connector if the other side is no server of yours.',
    checks: [to.scuba('MS.SECURITYSUITE.4.1v1 (alert "Suspicious connector activity")')],
    frameworks: [
      to.changesAndExceptions,
      to.leastPrivilege,
      to.overprivileged,
      to.insecureAuthentication,
      to.internalPhishing,
    ],
  },
  {
    id: 'LAPSE-IC-002',
    title: 'Mail counts as internal',
    shows: ({ settings }) => flag(settings, 'TreatMessagesAsInternal') === true,
    weighs: [
      { risk: 'high', if: 'the sender is known by a certificate', holds: byCertificate },
      { risk: 'critical', if: 'otherwise', holds: always },
    ],
    text: () => 'Mail through this connector counts as internal and skips spam filtering.',
    engineer: ({ settings }) =>
      `TreatMessagesAsInternal exempts everything the connector takes from spam filtering; known by ${knownBy(settings)}.`,
    rests: ['TreatMessagesAsInternal'],
    narrow: 'Switch TreatMessagesAsInternal off: relay works without it.',
    checks: [to.scuba('MS.SECURITYSUITE.4.1v1 (alert "Suspicious connector activity")')],
    frameworks: [
      to.changesAndExceptions,
      to.configuration,
      to.overprivileged,
      to.internalPhishing,
      to.disableTools,
    ],
  },
  {
    id: 'LAPSE-IC-003',
    title: 'Headers of the other side are believed',
    shows: ({ settings }) => flag(settings, 'CloudServicesMailEnabled') === true,
    weighs: [
      {
        risk: 'medium',
        if: 'the sender is known by a certificate, as in a hybrid set-up',
        holds: byCertificate,
      },
      { risk: 'high', if: 'otherwise', holds: always },
    ],
    text: () =>
      'Headers sent through this connector are believed, so the sending server can declare its mail checked and internal.',
    engineer: () =>
      'CloudServicesMailEnabled promotes X-MS-Exchange-CrossPremises-* to X-MS-Exchange-Organization-* headers.',
    rests: ['CloudServicesMailEnabled'],
    narrow: 'Keep it for the hybrid connector only, bound to that server’s certificate.',
    checks: [],
    frameworks: [to.changesAndExceptions, to.configuration, to.insecureAuthentication, to.impersonation],
  },
  {
    id: 'LAPSE-IC-004',
    title: 'A partner is known by name alone',
    shows: ({ settings }) =>
      !onPremises(settings) &&
      !byCertificate({ settings }) &&
      flag(settings, 'RestrictDomainsToIPAddresses') !== true &&
      flag(settings, 'RequireTls') !== true,
    weighs: [
      { risk: 'high', if: 'for every domain (*)', holds: ({ settings }) => anyDomain(settings) },
      { risk: 'medium', if: 'for certain domains', holds: always },
    ],
    text: ({ settings }) =>
      anyDomain(settings)
        ? 'Any sender is accepted as the partner, without encryption: nothing proves who it is.'
        : 'The partner is known by its domain name alone, without encryption: anybody can use that name.',
    engineer: ({ settings }) =>
      `Neither RestrictDomainsToCertificate nor RestrictDomainsToIPAddresses nor RequireTls is on; SenderDomains: ${some(entries(settings, 'SenderDomains'))}.`,
    rests: ['SenderDomains', 'RequireTls'],
    narrow:
      'Require TLS and the partner’s certificate (RestrictDomainsToCertificate with TlsSenderCertificateName).',
    checks: [],
    frameworks: [to.changesAndExceptions, to.dataInTransit, to.insecureAuthentication, to.impersonation],
  },
  {
    id: 'LAPSE-IC-005',
    title: 'A partner is known by its network',
    // Where mail from any other address is refused, and these get no rights, the connector only protects.
    shows: ({ settings }) =>
      !onPremises(settings) &&
      !byCertificate({ settings }) &&
      isSet(settings, 'SenderIPAddresses') &&
      (knownBy(settings) === 'shared addresses' || !refusesOthers(settings) || grantsRights(settings)),
    weighs: [
      {
        risk: 'high',
        if: 'anybody can send from the addresses (Microsoft’s shared ones, or most of the internet)',
        holds: ({ settings }) => knownBy(settings) === 'shared addresses',
      },
      { risk: 'medium', if: 'otherwise', holds: always },
    ],
    text: ({ settings }) =>
      `The partner is recognised by ${from(settings)}, not by a certificate: whoever sends from there is trusted.`,
    engineer: () =>
      'Mail from SenderIPAddresses is attributed to the tenant, which also exempts it from RejectDirectSend.',
    rests: ['SenderIPAddresses'],
    narrow:
      'Bind the connector to the partner’s certificate, or list only the addresses the partner sends from.',
    checks: [],
    frameworks: [to.changesAndExceptions, to.networkAccess, to.insecureAuthentication, to.thirdParty],
  },
  {
    id: 'LAPSE-IC-006',
    title: 'Enhanced filtering is on for some only',
    shows: ({ settings }) => flag(settings, 'EFTestMode') === true || isSet(settings, 'EFUsers'),
    weighs: [{ risk: 'low', if: 'always', holds: always }],
    text: () =>
      'Enhanced filtering is on for some recipients only, so the true sender of other mail is not looked at.',
    engineer: () =>
      'EFTestMode is on or EFUsers is set: for everybody else the gateway is taken for the sender.',
    rests: ['EFUsers', 'EFTestMode'],
    narrow: 'Clear EFUsers and EFTestMode, so that it holds for all.',
    checks: [to.orca('ORCA-233-1')],
    frameworks: [to.configuration, to.providers],
  },
  {
    id: 'LAPSE-IC-007',
    title: 'Too many addresses are passed over in the search for the true sender',
    shows: ({ settings }) => skipped(settings).length > 0,
    weighs: [
      {
        risk: 'medium',
        if: 'anybody can send from them, or they are more than 1,024',
        holds: ({ settings }) => {
          const count = countAddresses(skipped(settings));
          return anybodySends(count) || count.addresses > 1024;
        },
      },
      { risk: 'low', if: 'otherwise: the hops of a gateway', holds: always },
    ],
    text: ({ settings }) =>
      `The filter passes over ${sayAddresses(countAddresses(skipped(settings)))} when it looks for the true sender.`,
    engineer: () =>
      'EFSkipIPs lists hops to pass over: behind an address in it that is not the gateway’s, the Received header is the sender’s own word.',
    rests: ['EFSkipIPs'],
    narrow: 'List only the addresses of the gateway’s own hops.',
    checks: [to.orca('ORCA-233')],
    frameworks: [to.changesAndExceptions, to.networkAccess, to.impersonation],
  },
  {
    id: 'LAPSE-IC-008',
    title: 'A connector that refuses mail from elsewhere was altered',
    escalate: true,
    shows: (object) =>
      refusesOthers(object.settings) && (known(object, 'LAPSE-IC-008') || altered(object, whomItAdmits)),
    weighs: [
      {
        risk: 'high',
        if: 'always; people must act, since disabling the connector would end the protection',
        holds: always,
      },
    ],
    text: ({ settings }) =>
      `A connector that keeps mail from coming in ${gateway(settings)} now lets in other senders than before (${knownBy(settings) === 'certificate' ? 'by certificate' : from(settings)}).`,
    engineer: ({ settings }) =>
      `A Set-InboundConnector passed what it lets in or for whom: SenderDomains ${some(entries(settings, 'SenderDomains'))}; everything else is refused.`,
    rests: ['SenderIPAddresses', 'TlsSenderCertificateName', 'SenderDomains'],
    narrow: 'Compare its senders with those of the gateway, and take out what is not the gateway’s.',
    checks: [],
    frameworks: [to.changesAndExceptions, to.configuration, to.networkAccess, to.disableTools],
  },
  {
    id: 'LAPSE-IC-009',
    title: 'A connector that refuses mail from elsewhere was switched off or refuses no more',
    escalate: true,
    shows: (object) =>
      (refusesOthers(object.settings) &&
        isOff(object) &&
        (known(object, 'LAPSE-IC-009') || altered(object, /^enabled$/i))) ||
      (unbolted(object.settings) &&
        (known(object, 'LAPSE-IC-009') ||
          (altered(object, /^restrictdomainsto/i) &&
            (anyDomain(object.settings) || altered(object, /^senderdomains$/i))))),
    weighs: [
      { risk: 'high', if: 'always; people must act, since there is nothing to disable', holds: always },
    ],
    text: ({ settings }) =>
      `A connector that kept mail from coming in ${gateway(settings)} ${refusesOthers(settings) ? 'was switched off' : 'does not refuse it any more'}.`,
    engineer: ({ settings }) =>
      refusesOthers(settings)
        ? 'Enabled is False, so mail that comes from elsewhere is accepted.'
        : 'Neither RestrictDomainsToIPAddresses nor RestrictDomainsToCertificate is on any more.',
    rests: ['RestrictDomainsToIPAddresses', 'RestrictDomainsToCertificate', 'Enabled'],
    narrow: 'Switch it on again as it was, with the gateway’s present addresses or certificate.',
    checks: [],
    frameworks: [to.changesAndExceptions, to.configuration, to.networkAccess, to.disableTools],
  },
  {
    id: 'LAPSE-IC-010',
    title: 'A connector that refuses mail from elsewhere was removed',
    escalate: true,
    shows: (object) =>
      refusesOthers(object.settings) &&
      (known(object, 'LAPSE-IC-010') || /^remove-/i.test(object.operation ?? '')),
    weighs: [
      { risk: 'high', if: 'always; people must act, since there is nothing to disable', holds: always },
    ],
    text: ({ settings }) => `A connector that kept mail from coming in ${gateway(settings)} was removed.`,
    engineer: () =>
      'Remove-InboundConnector took away a connector that refuses what does not match; its last known settings are kept here.',
    rests: ['RestrictDomainsToIPAddresses', 'RestrictDomainsToCertificate'],
    narrow: 'Make it again from its last known settings.',
    checks: [],
    frameworks: [to.changesAndExceptions, to.configuration, to.networkAccess, to.disableTools],
  },
];
