/**
 * Signals of an inbound connector. Meaning of the parameters: Microsoft's reference of New-InboundConnector; the
 * risk classes are this project's own judgement.
 */
import { domainName, flag, list, text } from './settings.ts';
import type { Signal } from './assess.ts';
import type { Settings } from './exception.ts';

const onPremises = (settings: Settings): boolean =>
  /^onpremises$/i.test(text(settings, 'ConnectorType') ?? '');
/** Partner is the default type where none was passed. */
const partner = (settings: Settings): boolean => !onPremises(settings);
const boundToCertificate = (settings: Settings): boolean =>
  flag(settings, 'RestrictDomainsToCertificate') === true;
const boundToNetwork = (settings: Settings): boolean =>
  flag(settings, 'RestrictDomainsToIPAddresses') === true;
const anyDomain = (settings: Settings): boolean =>
  list(settings, 'SenderDomains').some((domain) => domainName(domain) === '*');
const addresses = (settings: Settings): string => {
  const count = list(settings, 'SenderIPAddresses').length;
  return count === 1 ? 'one network address or range' : `${count} network addresses or ranges`;
};

export const inboundConnectorFindings: readonly Signal[] = [
  {
    id: 'LAPSE-IC-001',
    weigh: ({ settings }) =>
      onPremises(settings)
        ? text(settings, 'TlsSenderCertificateName') === undefined
          ? 'critical'
          : 'high'
        : undefined,
    say: ({ settings }) =>
      text(settings, 'TlsSenderCertificateName') === undefined
        ? `Whoever sends from ${addresses(settings)} is treated as one of your own mail servers, and may send on to others in your name.`
        : 'Whoever holds the certificate is treated as one of your own mail servers, and may send on to others in your name.',
  },
  {
    id: 'LAPSE-IC-002',
    weigh: ({ settings }) => (flag(settings, 'TreatMessagesAsInternal') === true ? 'critical' : undefined),
    say: () => 'Mail through this connector counts as internal and skips spam filtering.',
  },
  {
    id: 'LAPSE-IC-003',
    weigh: ({ settings }) => (flag(settings, 'CloudServicesMailEnabled') === true ? 'high' : undefined),
    say: () =>
      'Headers sent through this connector are believed, so the sending server can declare its mail checked and internal.',
  },
  {
    id: 'LAPSE-IC-004',
    weigh: ({ settings }) => {
      if (!partner(settings) || boundToCertificate(settings) || boundToNetwork(settings)) return undefined;
      if (flag(settings, 'RequireTls') === true) return undefined;
      return anyDomain(settings) ? 'high' : 'medium';
    },
    say: ({ settings }) =>
      anyDomain(settings)
        ? 'Any sender is accepted as the partner, without encryption: nothing proves who it is.'
        : 'The partner is known by its domain name alone, without encryption: anybody can use that name.',
  },
  {
    id: 'LAPSE-IC-005',
    weigh: ({ settings }) =>
      partner(settings) && boundToNetwork(settings) && !boundToCertificate(settings) ? 'medium' : undefined,
    say: ({ settings }) =>
      `The partner is recognised by ${addresses(settings)}, not by a certificate: whoever sends from there is trusted.`,
  },
  {
    id: 'LAPSE-IC-006',
    weigh: ({ settings }) =>
      flag(settings, 'EFTestMode') === true || list(settings, 'EFUsers').length > 0 ? 'low' : undefined,
    say: () =>
      'Enhanced filtering is on for some recipients only, so the true sender of other mail is not looked at.',
  },
];
