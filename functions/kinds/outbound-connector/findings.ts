/**
 * Findings of an outbound connector. Meaning of the parameters: Microsoft's reference of New-OutboundConnector;
 * what they weigh is this project's own judgement.
 */
import { always, isGone, isKnown, isOff, lost, wentOff } from '#risk/finding-row.ts';
import { domainName, entries, flag, isOwn, listSome, text } from '#risk/settings.ts';
import * as to from '#risk/frameworks.ts';
import type { Assessable, Rows } from '#risk/finding-row.ts';
import type { Settings } from '#risk/settings.ts';

/** Mail goes to named hosts. `UseMXRecord` is true unless smart hosts are given, so only an explicit true wins. */
export const smartHosts = (settings: Settings): readonly string[] =>
  flag(settings, 'UseMXRecord') === true ? [] : entries(settings, 'SmartHosts');
const outside = ({ settings, ownDomains }: Assessable): readonly string[] =>
  smartHosts(settings).filter((host) => !isOwn(host, ownDomains));
export const everyRecipient = (settings: Settings): boolean =>
  entries(settings, 'RecipientDomains').some((domain) => domainName(domain) === '*') ||
  flag(settings, 'RouteAllMessagesViaOnPremises') === true ||
  flag(settings, 'AllAcceptedDomains') === true;

/** What the receiving side must show: `name`: a certificate for its name; `certificate`: one of anybody's. */
export function tlsOf(settings: Settings): 'name' | 'certificate' | 'nothing' {
  const level = (text(settings, 'TlsSettings') ?? '').toLowerCase();
  if (level === 'domainvalidation') return 'name';
  return level === 'certificatevalidation' ? 'certificate' : 'nothing';
}
const none = (settings: Settings, name: string): boolean => /^none$/i.test(text(settings, name) ?? '');

/** Towards the recipients' own servers. Encryption on the way to a named host protects only what it diverts. */
export const forcesTls = (settings: Settings): boolean =>
  smartHosts(settings).length === 0 && text(settings, 'TlsSettings') !== undefined;
/** Rules can send incoming mail through it, to a filter that is hosted elsewhere and hands it back. */
export const carriesToFilter = (settings: Settings): boolean =>
  flag(settings, 'IsTransportRuleScoped') === true && smartHosts(settings).length > 0;
const guards = (settings: Settings): boolean => forcesTls(settings) || carriesToFilter(settings);
const levels = ['nothing', 'certificate', 'name'] as const;
/** What was asked of recipients' servers is asked no more, or not as strictly. */
const asksLess = (object: Assessable): boolean =>
  lost(object, /^istransportrulescoped$/i, guards) ||
  lost(object, /^tlssettings$/i, forcesTls) ||
  levels.some((_, level) =>
    lost(
      object,
      /^tlssettings$/i,
      (settings) => forcesTls(settings) && levels.indexOf(tlsOf(settings)) >= level,
    ),
  );

export const outboundConnectorFindings: Rows = [
  {
    id: 'LAPSE-OC-001',
    title: 'Mail is handed to a named host',
    shows: ({ settings }) => smartHosts(settings).length > 0,
    weighs: [
      {
        risk: 'critical',
        if: 'all outgoing mail, to a host outside the tenant’s domains',
        holds: (object) => outside(object).length > 0 && everyRecipient(object.settings),
      },
      {
        risk: 'high',
        if: 'mail to certain recipients, to a host outside the tenant’s domains',
        holds: (object) => outside(object).length > 0,
      },
      {
        risk: 'high',
        if: 'all outgoing mail, to a host of the tenant’s',
        holds: ({ settings }) => everyRecipient(settings),
      },
      { risk: 'medium', if: 'mail to certain recipients, to a host of the tenant’s', holds: always },
    ],
    text: ({ settings }) =>
      `${everyRecipient(settings) ? 'All outgoing mail' : 'Mail'} is handed to ${listSome(smartHosts(settings))} instead of to the recipient's own mail server.`,
    engineer: (object) =>
      `SmartHosts replaces the MX record; ${outside(object).length} of ${smartHosts(object.settings).length} are outside the domains known to be the tenant’s.`,
    rests: ['SmartHosts'],
    narrow:
      'Name the recipients’ domains that need the route, and require the host’s certificate (DomainValidation).',
    checks: [],
    frameworks: [to.changesAndExceptions, to.dataFlows, to.thirdParty, to.forwarding],
  },
  {
    id: 'LAPSE-OC-002',
    title: 'Rules can send mail through it',
    shows: ({ settings }) => flag(settings, 'IsTransportRuleScoped') === true,
    weighs: [
      {
        risk: 'critical',
        if: 'it ends at a host outside the tenant’s domains',
        holds: (object) => outside(object).length > 0,
      },
      { risk: 'high', if: 'otherwise', holds: always },
    ],
    text: () => 'Transport rules can send any mail they choose through this connector.',
    engineer: () =>
      'IsTransportRuleScoped: RouteMessageOutboundConnector of any rule can name it, whatever the recipient; the default listing leaves such connectors out.',
    rests: ['IsTransportRuleScoped'],
    narrow: 'Let recipients’ domains choose the connector instead of rules.',
    checks: [],
    frameworks: [to.changesAndExceptions, to.dataFlows, to.leastPrivilege, to.overprivileged, to.forwarding],
  },
  {
    id: 'LAPSE-OC-003',
    title: 'The receiving host need not prove who it is',
    shows: ({ settings }) => smartHosts(settings).length > 0 && tlsOf(settings) === 'nothing',
    weighs: [{ risk: 'medium', if: 'always', holds: always }],
    text: () => 'The receiving host need not prove who it is: its certificate is not checked.',
    engineer: ({ settings }) =>
      `TlsSettings is ${text(settings, 'TlsSettings') ?? 'not set'}: any certificate, or none, will do.`,
    rests: ['TlsSettings'],
    narrow: 'Set TlsSettings to DomainValidation with TlsDomain.',
    checks: [],
    frameworks: [to.changesAndExceptions, to.dataInTransit, to.insecureAuthentication],
  },
  {
    id: 'LAPSE-OC-004',
    title: 'Internal headers leave the tenant',
    shows: ({ settings }) => flag(settings, 'CloudServicesMailEnabled') === true,
    weighs: [{ risk: 'medium', if: 'always', holds: always }],
    text: () => 'Internal headers are sent along, which the receiving side will believe.',
    engineer: () =>
      'CloudServicesMailEnabled sends X-MS-Exchange-CrossPremises-* headers; they are for a hybrid organisation’s own servers.',
    rests: ['CloudServicesMailEnabled'],
    narrow: 'Keep it for the hybrid connector only.',
    checks: [],
    frameworks: [to.changesAndExceptions, to.configuration, to.overprivileged],
  },
  {
    id: 'LAPSE-OC-005',
    title: 'The recipient’s own transport security is ignored',
    shows: ({ settings }) =>
      smartHosts(settings).length === 0 &&
      tlsOf(settings) === 'nothing' &&
      (none(settings, 'MtaStsMode') || none(settings, 'SmtpDaneMode')),
    weighs: [
      { risk: 'medium', if: 'for every recipient', holds: ({ settings }) => everyRecipient(settings) },
      { risk: 'low', if: 'for certain recipients', holds: always },
    ],
    text: () =>
      'Mail is sent even where the recipient’s domain asks for a checked connection and it cannot be had.',
    engineer: () =>
      'MtaStsMode or SmtpDaneMode is None: a published policy of the recipient is not enforced.',
    rests: ['MtaStsMode', 'SmtpDaneMode'],
    narrow: 'Leave both at Opportunistic, or require the recipient’s certificate (DomainValidation).',
    checks: [],
    frameworks: [to.changesAndExceptions, to.dataInTransit],
  },
  {
    id: 'LAPSE-OC-006',
    title: 'The connector is in test mode',
    shows: ({ settings }) => flag(settings, 'TestMode') === true,
    weighs: [{ risk: 'low', if: 'always', holds: always }],
    text: () => 'The connector is being tried out and does not show in the ordinary list.',
    engineer: () =>
      'TestMode: Get-OutboundConnector leaves it out unless asked with IncludeTestModeConnectors.',
    rests: ['TestMode'],
    narrow: 'Finish the test: take the connector into use or remove it.',
    checks: [],
    frameworks: [to.changesAndExceptions, to.configuration],
  },
  {
    id: 'LAPSE-OC-007',
    title: 'A connector that protects was weakened or switched off',
    escalate: true,
    shows: (object) =>
      isOff(object)
        ? guards(object.settings) && (isKnown(object, 'LAPSE-OC-007') || wentOff(object))
        : isKnown(object, 'LAPSE-OC-007')
          ? tlsOf(object.settings) !== 'name'
          : asksLess(object),
    weighs: [
      {
        risk: 'medium',
        if: 'always; people must act, since disabling it would take away more',
        holds: always,
      },
    ],
    text: (object) =>
      `A connector that forced encryption, or took mail to a filter, ${isOff(object) ? 'was switched off' : 'does less of it now'}.`,
    engineer: ({ settings }) =>
      `TlsSettings is ${text(settings, 'TlsSettings') ?? 'not set'}, IsTransportRuleScoped is ${text(settings, 'IsTransportRuleScoped') ?? 'not set'}.`,
    rests: ['TlsSettings', 'IsTransportRuleScoped'],
    narrow: 'Set it again as it was, or settle with the recipients what takes its place.',
    checks: [],
    frameworks: [to.changesAndExceptions, to.configuration, to.dataInTransit, to.disableTools],
  },
  {
    id: 'LAPSE-OC-008',
    title: 'A connector that protects was removed',
    escalate: true,
    shows: (object) =>
      isGone(object, 'LAPSE-OC-008') &&
      (guards(object.settings) || ['LAPSE-OC-007', 'LAPSE-OC-008'].some((id) => isKnown(object, id))),
    weighs: [
      { risk: 'medium', if: 'always; people must act, since there is nothing to disable', holds: always },
    ],
    text: () => 'A connector that forced encryption, or took mail to a filter, was removed.',
    engineer: () =>
      'Remove-OutboundConnector took away what forced encryption or carried mail to a filter; its last known settings are kept here.',
    rests: ['TlsSettings', 'IsTransportRuleScoped'],
    narrow: 'Make it again from its last known settings.',
    checks: [],
    frameworks: [to.changesAndExceptions, to.configuration, to.dataInTransit, to.disableTools],
  },
];
