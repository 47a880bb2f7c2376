/**
 * Findings of an inbound connector. Meaning of the parameters: Microsoft's reference of New-InboundConnector; what
 * they weigh is this project's own judgement. What grants is `SenderIPAddresses`; the two Restrict… settings only
 * refuse whatever does not match.
 */
import { addsAddresses, anybodySends, countAddresses, describeAddresses } from '#risk/addresses.ts';
import {
  addsTo,
  always,
  differs,
  isGone,
  isKnown,
  isOff,
  lost,
  mayWeaken,
  named,
  wentOff,
} from '#risk/finding-row.ts';
import { domainName, entries, flag, isSet, list, listSome, text } from '#risk/settings.ts';
import * as to from '#risk/frameworks.ts';
import type { Assessable, Rows } from '#risk/finding-row.ts';
import type { Settings } from '#risk/settings.ts';

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

/** It makes the filter look at the true sender behind a gateway, or only asks for encryption and trusts nobody. */
export const inspects = (settings: Settings): boolean =>
  !grantsRights(settings) &&
  (flag(settings, 'EFSkipLastIP') === true || isSet(settings, 'EFSkipIPs') || onlyAsksForTls(settings));
const onlyAsksForTls = (settings: Settings): boolean =>
  flag(settings, 'RequireTls') === true && !isSet(settings, 'SenderIPAddresses');

/** It is for a gateway in front of the tenant, and the filter is not told to look behind it. */
const hidesSender = (object: Assessable): boolean =>
  !isOff(object) &&
  !isGone(object, 'LAPSE-IC-010') &&
  object.complete !== false &&
  anyDomain(object.settings) &&
  flag(object.settings, 'RestrictDomainsToIPAddresses') === true &&
  refusesOthers(object.settings) &&
  flag(object.settings, 'EFSkipLastIP') !== true &&
  !isSet(object.settings, 'EFSkipIPs');

const bolts = ['RestrictDomainsToIPAddresses', 'RestrictDomainsToCertificate'] as const;
/** Nobody has seen whether it refuses mail from elsewhere. */
export const mayRefuse = ({ settings, complete }: Assessable): boolean =>
  complete === false &&
  !onPremises(settings) &&
  !refusesOthers(settings) &&
  bolts.some((name) => text(settings, name) === undefined);

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
  describeAddresses(countAddresses(list(settings, 'SenderIPAddresses')));
const skipped = (settings: Settings): readonly string[] => list(settings, 'EFSkipIPs');

/** Settings that say whom a connector that refuses others lets in, and for which senders it does. */
const whomItAdmits = [
  'SenderIPAddresses',
  'TlsSenderCertificateName',
  'SenderDomains',
  'AssociatedAcceptedDomains',
  'TrustedOrganizations',
] as const;
const admitted = (settings: Settings) => ({
  addresses: list(settings, 'SenderIPAddresses'),
  certificate: text(settings, 'TlsSenderCertificateName')?.toLowerCase(),
  senders: list(settings, 'SenderDomains').map(domainName),
  recipients: entries(settings, 'AssociatedAcceptedDomains'),
  trusted: entries(settings, 'TrustedOrganizations'),
});
/** It lets in nobody whom it refused before. Without any address it is not known whom it lets in. */
function admitsFewer(now: Settings, before: Settings): boolean {
  const [was, is] = [admitted(before), admitted(now)];
  return (
    differs(now, before, whomItAdmits) &&
    (is.addresses.length > 0 || was.addresses.length === 0) &&
    !addsAddresses(is.addresses, was.addresses) &&
    (was.certificate === undefined || is.certificate === was.certificate) &&
    (anyDomain(now) || !addsTo(was.senders, is.senders)) &&
    // None named: it is for mail to any of them.
    (is.recipients.length === 0 || (was.recipients.length > 0 && !addsTo(was.recipients, is.recipients))) &&
    !addsTo(is.trusted, was.trusted)
  );
}
export const asked = [...bolts, 'RequireTls', 'EFSkipLastIP', 'EFSkipIPs'] as const;
/** Something that it asked of its senders, or had looked at, is gone, although others are still refused. */
const asksLess = (object: Assessable): boolean =>
  asked.some((name) => lost(object, named([name]), (settings) => isSet(settings, name)));
/** It kept others out, or may have, and does not any more. */
const unbolted = (object: Assessable): boolean =>
  lost(object, /^restrictdomainsto/i, refusesOthers) ||
  (onPremises(object.settings) && lost(object, /^connectortype$/i, refusesOthers));
const refused = (object: Assessable): boolean =>
  refusesOthers(object.settings) ||
  (object.was !== undefined && refusesOthers(object.was.settings)) ||
  mayRefuse(object);
/** It had mail looked at more closely, or encrypted, and does so no more. */
const inspectsLess = (object: Assessable): boolean =>
  lost(object, /^(?:efskiplastip|efskipips)$/i, inspects) ||
  (!isSet(object.settings, 'SenderIPAddresses') && lost(object, /^requiretls$/i, inspects)) ||
  (inspects({ ...object.settings, ...noRights }) && lost(object, rights, inspects));
const rights = /^(?:connectortype|treatmessagesasinternal|cloudservicesmailenabled)$/i;
const noRights = { ConnectorType: null, TreatMessagesAsInternal: null, CloudServicesMailEnabled: null };
/** Whom it refuses weighs more, and has findings of its own. */
const isInspection = (settings: Settings): boolean => !refusesOthers(settings) && inspects(settings);
const gateway = (settings: Settings): string =>
  anyDomain(settings) ? 'past your mail gateway' : 'in the partner’s name from elsewhere';

export const inboundConnectorFindings: Rows = [
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
    checks: [],
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
    checks: [],
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
    shows: ({ settings, complete }) =>
      !onPremises(settings) &&
      !byCertificate({ settings }) &&
      flag(settings, 'RestrictDomainsToIPAddresses') !== true &&
      flag(settings, 'RequireTls') !== true &&
      // Of what nobody has seen yet it is not said that it is not there.
      (complete !== false || [...bolts, 'RequireTls'].every((name) => flag(settings, name) === false)),
    weighs: [
      { risk: 'high', if: 'for every domain (*)', holds: ({ settings }) => anyDomain(settings) },
      { risk: 'medium', if: 'for certain domains', holds: always },
    ],
    text: ({ settings }) =>
      anyDomain(settings)
        ? 'Any sender is accepted as the partner, without encryption: nothing proves who it is.'
        : 'The partner is known by its domain name alone, without encryption: anybody can use that name.',
    engineer: ({ settings }) =>
      `Neither RestrictDomainsToCertificate nor RestrictDomainsToIPAddresses nor RequireTls is on; SenderDomains: ${listSome(entries(settings, 'SenderDomains'))}.`,
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
    checks: [to.orca('ORCA-233'), to.orca('ORCA-233-1')],
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
      `The filter passes over ${describeAddresses(countAddresses(skipped(settings)))} when it looks for the true sender.`,
    engineer: () =>
      'EFSkipIPs lists hops to pass over: behind an address in it that is not the gateway’s, the Received header is the sender’s own word.',
    rests: ['EFSkipIPs'],
    narrow: 'List only the addresses of the gateway’s own hops.',
    checks: [],
    frameworks: [to.changesAndExceptions, to.networkAccess, to.impersonation],
  },
  {
    id: 'LAPSE-IC-008',
    title: 'A connector that refuses mail from elsewhere was altered',
    escalate: true,
    shows: (object) =>
      refusesOthers(object.settings) &&
      (isKnown(object, 'LAPSE-IC-008') ||
        mayWeaken(object, named(whomItAdmits), refusesOthers, admitsFewer) ||
        asksLess(object)),
    weighs: [
      {
        risk: 'high',
        if: 'always; people must act, since disabling the connector would end the protection',
        holds: always,
      },
    ],
    text: ({ settings }) =>
      `A connector that keeps mail from coming in ${gateway(settings)} now lets in other senders than before, or asks less of them (${knownBy(settings) === 'certificate' ? 'by certificate' : from(settings)}).`,
    engineer: ({ settings }) =>
      `What it lets in, for whom or on what terms was changed: SenderDomains ${listSome(entries(settings, 'SenderDomains'))}; everything else is refused.`,
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
      (isOff(object) && refused(object) && (isKnown(object, 'LAPSE-IC-009') || wentOff(object))) ||
      (!refusesOthers(object.settings) && (isKnown(object, 'LAPSE-IC-009') || unbolted(object))),
    weighs: [
      { risk: 'medium', if: 'nobody has seen whether it refused anything', holds: mayRefuse },
      { risk: 'high', if: 'otherwise; people must act, since there is nothing to disable', holds: always },
    ],
    text: (object) =>
      mayRefuse(object)
        ? `A connector that ${isOff(object) ? 'was switched off' : 'was altered'} may have kept mail from coming in past your mail gateway: its settings are unknown.`
        : `A connector that kept mail from coming in ${gateway(object.settings)} ${isOff(object) ? 'was switched off' : 'no longer refuses it'}.`,
    engineer: (object) =>
      isOff(object)
        ? 'Enabled is False, so mail that comes from elsewhere is accepted.'
        : onPremises(object.settings)
          ? 'ConnectorType is OnPremises, and only Partner connectors refuse.'
          : 'Neither RestrictDomainsToIPAddresses nor RestrictDomainsToCertificate is known to be on.',
    rests: ['RestrictDomainsToIPAddresses', 'RestrictDomainsToCertificate', 'Enabled'],
    narrow: 'Switch it on again as it was, with the gateway’s present addresses or certificate.',
    checks: [],
    frameworks: [to.changesAndExceptions, to.configuration, to.networkAccess, to.disableTools],
  },
  {
    id: 'LAPSE-IC-010',
    title: 'A connector that refuses mail from elsewhere, or has it inspected, was removed',
    escalate: true,
    shows: (object) =>
      isGone(object, 'LAPSE-IC-010') &&
      (refused(object) ||
        inspects(object.settings) ||
        ['LAPSE-IC-008', 'LAPSE-IC-009', 'LAPSE-IC-010', 'LAPSE-IC-011'].some((id) => isKnown(object, id))),
    weighs: [
      {
        risk: 'medium',
        if: 'it only had mail inspected, or asked for encryption',
        holds: ({ settings }) => isInspection(settings),
      },
      { risk: 'medium', if: 'nobody has seen whether it refused anything', holds: mayRefuse },
      { risk: 'high', if: 'otherwise; people must act, since there is nothing to disable', holds: always },
    ],
    text: (object) =>
      mayRefuse(object)
        ? 'A connector was removed that may have kept mail from coming in past your mail gateway: its settings are unknown.'
        : isInspection(object.settings)
          ? 'A connector that made the filter look at the true sender, or asked for encryption, was removed.'
          : `A connector that kept mail from coming in ${gateway(object.settings)} was removed.`,
    engineer: () =>
      'Remove-InboundConnector took away a connector that refuses what does not match; its last known settings are kept here.',
    rests: ['RestrictDomainsToIPAddresses', 'RestrictDomainsToCertificate'],
    narrow: 'Make it again from its last known settings.',
    checks: [],
    frameworks: [to.changesAndExceptions, to.configuration, to.networkAccess, to.disableTools],
  },
  {
    id: 'LAPSE-IC-011',
    title: 'A connector that had mail inspected or encrypted was weakened or switched off',
    escalate: true,
    shows: (object) =>
      isOff(object)
        ? isInspection(object.settings) && (isKnown(object, 'LAPSE-IC-011') || wentOff(object))
        : !refusesOthers(object.settings) &&
          !inspects(object.settings) &&
          (isKnown(object, 'LAPSE-IC-011') || inspectsLess(object)),
    weighs: [
      { risk: 'medium', if: 'always; people must act, since disabling it helps nobody', holds: always },
    ],
    text: (object) =>
      `A connector that made the filter look at the true sender, or asked for encryption, ${isOff(object) ? 'was switched off' : 'does so no more'}.`,
    engineer: () =>
      'EFSkipLastIP, EFSkipIPs or RequireTls no longer takes effect, or senders got additional rights.',
    rests: ['EFSkipLastIP', 'EFSkipIPs', 'RequireTls'],
    narrow: 'Set it again as it was, or settle with the other side what takes its place.',
    checks: [to.orca('ORCA-233'), to.orca('ORCA-233-1')],
    frameworks: [to.changesAndExceptions, to.configuration, to.dataInTransit, to.disableTools],
  },
  {
    id: 'LAPSE-IC-012',
    title: 'The gateway is taken for the sender',
    shows: hidesSender,
    // Where the MX record points is not known here, so it describes a connector and makes none an exception.
    weighs: [{ risk: 'low', if: 'always', holds: always }],
    text: () =>
      'All mail comes through a gateway, and the filter takes the gateway for its sender: checks of the true sender mean little.',
    engineer: () =>
      'The connector takes mail for every domain from certain addresses only, without enhanced filtering (EFSkipLastIP, EFSkipIPs): SPF, DMARC and the sender’s reputation are judged by the gateway’s address. That the MX record points to the gateway is an inference.',
    rests: ['EFSkipLastIP', 'EFSkipIPs', 'SenderIPAddresses'],
    narrow: 'Switch EFSkipLastIP on, or list the gateway’s own hops in EFSkipIPs.',
    checks: [to.orca('ORCA-233'), to.orca('ORCA-233-1')],
    frameworks: [to.changesAndExceptions, to.configuration, to.providers, to.impersonation],
  },
];
