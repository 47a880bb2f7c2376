/**
 * Findings of an inbound connector. Meaning of the parameters: Microsoft's reference of New-InboundConnector; what
 * they weigh is this project's own judgement. What grants is `SenderIPAddresses`; the two Restrict… settings only
 * refuse whatever does not match.
 */
import { anybodySends, countAddresses, sayAddresses } from './addresses.ts';
import { always } from './finding-row.ts';
import { domainName, entries, flag, isSet, list, some, text } from './settings.ts';
import * as to from './frameworks.ts';
import type { Row } from './finding-row.ts';
import type { Settings } from './exception.ts';

export const onPremises = (settings: Settings): boolean =>
  /^onpremises$/i.test(text(settings, 'ConnectorType') ?? '');
export const anyDomain = (settings: Settings): boolean =>
  list(settings, 'SenderDomains').some((domain) => domainName(domain) === '*');

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
    shows: ({ settings }) =>
      !onPremises(settings) && !byCertificate({ settings }) && isSet(settings, 'SenderIPAddresses'),
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
];
