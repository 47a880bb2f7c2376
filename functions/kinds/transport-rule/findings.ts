/**
 * Findings of a transport rule. Meaning of the parameters: Microsoft's reference of Set-TransportRule; what they
 * weigh is this project's own judgement. A rule that only watches (Mode Audit) is judged as if it acted: making it
 * act is one click.
 */
import { countAddresses, describeAddresses } from '#risk/addresses.ts';
import { always, isGone, isKnown, isOff, wentOff } from '#risk/finding-row.ts';
import { isSentOut, outsiders, unplaced } from '../destinations.ts';
import { claimed, coversAll, scopeOf } from './conditions.ts';
import {
  addsExceptIf,
  appliesLess,
  appliesWithin,
  exceptIfs,
  guarded,
  guardsMail,
  onlyWatches,
  scl,
  stopsLess,
} from './protection.ts';
import { flag, isSet, list, listSome, text } from '#risk/settings.ts';
import * as to from '#risk/frameworks.ts';
import type { Assessable, Rows } from '#risk/finding-row.ts';
import type { Scope } from './conditions.ts';
import type { Settings } from '#risk/settings.ts';

const scope = ({ settings, ownDomains }: Assessable): Scope => scopeOf(settings, ownDomains);
const when =
  (...scopes: readonly Scope[]) =>
  (object: Assessable): boolean =>
    scopes.includes(scope(object));

const header = (settings: Settings): string => (text(settings, 'SetHeaderName') ?? '').toLowerCase();
const headerValue = (settings: Settings): string => (text(settings, 'SetHeaderValue') ?? '').toLowerCase();
const removed = (settings: Settings): string => (text(settings, 'RemoveHeader') ?? '').toLowerCase();
const fakesAllowList = (settings: Settings): boolean =>
  header(settings) === 'x-forefront-antispam-report' && headerValue(settings).includes('ipv:cal');

const skipsLinks = 'x-ms-exchange-organization-skipsafelinksprocessing';
const skipsAttachments = 'x-ms-exchange-organization-skipsafeattachmentprocessing';
/** Headers that carry a verdict or a proof about the sender: writing or stripping one forges or hides evidence. */
const evidenceHeaders =
  /^(authentication-results|received-spf|dkim-signature|arc-.*|x-forefront-antispam-report.*|x-microsoft-antispam.*|x-ms-exchange-organization-(scl|pcl|authas|authsource|authmechanism|spoof.*|messagedirectionality))$/;

const diversions = ['RedirectMessageTo', 'BlindCopyTo', 'CopyTo', 'AddToRecipients'] as const;
const reports = ['GenerateIncidentReport', 'ModerateMessageByUser'] as const;

/** Among the first rules, where most others come later. Rules are numbered from 0. */
const early = (settings: Settings): boolean => {
  const place = Number(text(settings, 'Priority') ?? NaN);
  return place >= 0 && place <= 2;
};

const bypassTexts: Readonly<Record<Scope, (object: Assessable) => string>> = {
  all: () => 'All mail that reaches this rule skips spam filtering: nothing narrows it.',
  'any proved sender': () =>
    'Mail of every sender who passes the sender check skips spam filtering, and criminals pass it with domains of their own.',
  'shared addresses': () =>
    'Mail skips spam filtering if it comes from addresses that anybody can send from, so in effect everybody’s mail does.',
  'own sender': () =>
    'Mail that claims to come from your own organisation skips spam filtering, and anybody can write that on a message.',
  'sender claimed': () =>
    'Mail that claims a certain sender skips spam filtering, and anybody can write that sender on a message.',
  'sender and addresses': () =>
    'Mail that claims a certain sender and comes from certain network addresses skips spam filtering.',
  addresses: () => 'Mail from certain network addresses skips spam filtering, whoever sends it from there.',
  'sender half proved': () =>
    'Mail that claims a certain sender skips spam filtering after a check that others can pass too.',
  inside: () =>
    'Mail between colleagues skips spam filtering, so a stolen mailbox can write to everybody unseen.',
  'sender and content': () =>
    'Mail that matches this rule and claims a certain sender skips spam filtering, and anybody can write that sender on a message.',
  content: () => 'Mail that matches this rule skips spam filtering, whoever sends it.',
  'sender proved': () =>
    'Mail of a sender whose domain was checked skips spam filtering, also if that sender’s mailbox was stolen.',
};

const basis = ({ settings, ownDomains }: Assessable): string => {
  const kind = scopeOf(settings, ownDomains);
  const names = claimed(settings);
  const addresses = list(settings, 'SenderIpRanges');
  return [
    `scope: ${kind}`,
    ...(names.length > 0 ? [`sender: ${listSome(names)}`] : []),
    ...(addresses.length > 0 ? [`last hop: ${describeAddresses(countAddresses(addresses))}`] : []),
  ].join('; ');
};

const proved = {
  risk: 'medium',
  if: 'the sender’s domain is named and DMARC or composite authentication must have passed',
  holds: when('sender proved'),
} as const;
const high = { risk: 'high', if: 'otherwise', holds: always } as const;

export const transportRuleFindings: Rows = [
  {
    id: 'LAPSE-TR-001',
    title: 'Mail skips spam filtering',
    shows: ({ settings }) => scl(settings) === -1,
    weighs: [
      { risk: 'critical', if: 'no condition, or only ones that nearly all mail meets', holds: when('all') },
      {
        risk: 'critical',
        if: 'only a passed sender check, of any domain',
        holds: when('any proved sender'),
      },
      {
        risk: 'critical',
        if: 'only addresses that anybody can send from (Microsoft’s shared ones, or most of the internet)',
        holds: when('shared addresses'),
      },
      {
        risk: 'critical',
        if: 'the sender claims one of the tenant’s own domains, and nothing proves it',
        holds: when('own sender'),
      },
      {
        risk: 'critical',
        if: 'the sender’s name, address or domain alone, which anybody can write',
        holds: when('sender claimed'),
      },
      proved,
      {
        risk: 'high',
        if: 'a claimed sender from certain addresses',
        holds: when('sender and addresses'),
      },
      { risk: 'high', if: 'certain addresses, whoever sends from there', holds: when('addresses') },
      {
        risk: 'high',
        if: 'a claimed sender whose SPF or DKIM passed, perhaps for another domain, or whose check did not fail',
        holds: when('sender half proved'),
      },
      {
        risk: 'high',
        if: 'any other condition (recipient, subject, another header, inside only)',
        holds: always,
      },
    ],
    text: (object) => bypassTexts[scope(object)](object),
    engineer: (object) => `SetSCL -1 asks for a bypass of most spam filtering; ${basis(object)}.`,
    rests: ['SetSCL'],
    narrow:
      'Name the sender’s domain and require dmarc=pass in Authentication-Results; or let the filter learn from a submission instead of a rule.',
    checks: [to.orca('ORCA-118-2'), to.orca('ORCA-118-4'), to.maester('MT.1043'), to.cis('6.2.2')],
    frameworks: [
      to.changesAndExceptions,
      to.leastPrivilege,
      to.insecureAuthentication,
      to.phishing,
      to.impersonation,
    ],
  },
  {
    id: 'LAPSE-TR-002',
    title: 'Links or attachments are not checked',
    shows: ({ settings }) => [skipsLinks, skipsAttachments].includes(header(settings)),
    weighs: [proved, high],
    text: ({ settings }) =>
      header(settings) === skipsLinks
        ? 'Links in matching mail are not checked when somebody clicks them (Safe Links is skipped).'
        : 'Attachments of matching mail are not opened and tested first (Safe Attachments is skipped).',
    engineer: (object) =>
      `The rule stamps ${text(object.settings, 'SetHeaderName') ?? ''}, which Defender for Office 365 obeys; ${basis(object)}.`,
    rests: ['SetHeaderName'],
    narrow:
      'Limit the rule to the recipients or the proved sender that need it, or use a Safe Links policy for them.',
    checks: [to.orca('ORCA-189'), to.orca('ORCA-189-2')],
    frameworks: [
      to.changesAndExceptions,
      to.configuration,
      to.phishingLink,
      to.phishingAttachment,
      to.disableTools,
    ],
  },
  {
    id: 'LAPSE-TR-003',
    title: 'The allow list’s verdict is forged',
    shows: ({ settings }) => fakesAllowList(settings),
    weighs: [proved, high],
    text: () =>
      'Matching mail is stamped as if its network address were on the allow list, so the filter lets it through.',
    engineer: (object) =>
      `X-Forefront-Antispam-Report is set to IPV:CAL, the mark of the IP allow list; ${basis(object)}.`,
    rests: ['SetHeaderValue', 'SetHeaderName'],
    narrow: 'Remove the header action; if the sender must be trusted, name it with a proof instead.',
    checks: [to.cis('6.2.2')],
    frameworks: [to.changesAndExceptions, to.configuration, to.disableTools, to.phishing],
  },
  {
    id: 'LAPSE-TR-004',
    title: 'Mail is sent or copied outside',
    shows: (object) => isSentOut(object, diversions),
    weighs: [
      {
        risk: 'critical',
        if: 'an address outside the tenant’s domains',
        holds: (object) => outsiders(object, diversions).length > 0,
      },
      { risk: 'high', if: 'a name, path or GUID, which may stand for somebody outside', holds: always },
    ],
    text: (object) =>
      outsiders(object, diversions).length > 0
        ? `Mail is sent or copied outside the organisation, to ${listSome(outsiders(object, diversions))}.`
        : `Mail is sent or copied to ${listSome(unplaced(object, diversions))}, and nothing shows that this is inside the organisation.`,
    engineer: (object) => {
      const outside = outsiders(object, diversions).length;
      const unknown = unplaced(object, diversions).length;
      const named = [
        ...(outside === 0
          ? []
          : [
              `${outside === 1 ? 'an address' : `${outside} addresses`} outside the domains known to be the tenant’s`,
            ]),
        ...(unknown === 0
          ? []
          : [
              `${unknown === 1 ? 'a recipient' : `${unknown} recipients`} without an address, perhaps a mail contact`,
            ]),
      ];
      const settings = diversions.filter((name) => isSet(object.settings, name));
      return `${listSome(settings, 4)} name ${named.join(' and ')}.`;
    },
    rests: diversions,
    narrow:
      'Send the copy to a mailbox inside, or limit the rule to the messages the outside party must have.',
    checks: [to.cis('6.2.1')],
    frameworks: [to.changesAndExceptions, to.dataFlows, to.forwarding],
  },
  {
    id: 'LAPSE-TR-005',
    title: 'Mail is deleted silently',
    shows: ({ settings }) => flag(settings, 'DeleteMessage') === true,
    weighs: [{ risk: 'high', if: 'always', holds: always }],
    text: () => 'Matching mail is deleted without a trace: neither the sender nor the recipient hears of it.',
    engineer: () => 'DeleteMessage drops the message without a non-delivery report.',
    rests: ['DeleteMessage'],
    narrow: 'Quarantine or reject instead, so that somebody learns of it.',
    checks: [],
    frameworks: [to.changesAndExceptions, to.dataFlows, to.hiding],
  },
  {
    id: 'LAPSE-TR-006',
    title: 'Mail leaves by a chosen connector',
    shows: ({ settings }) => isSet(settings, 'RouteMessageOutboundConnector'),
    weighs: [high],
    text: ({ settings }) =>
      `Matching mail leaves through the connector "${text(settings, 'RouteMessageOutboundConnector') ?? ''}" instead of the normal way.`,
    engineer: ({ settings }) =>
      `RouteMessageOutboundConnector overrides the recipient’s MX record${flag(settings, 'RouteMessageOutboundRequireTls') === true ? ', with TLS required' : ''}; where it ends is in the connector’s smart hosts.`,
    rests: ['RouteMessageOutboundConnector'],
    narrow:
      'Limit the rule to the recipients’ domains that need the route, and the connector to a checked certificate.',
    checks: [],
    frameworks: [to.changesAndExceptions, to.dataFlows, to.thirdParty, to.forwarding],
  },
  {
    id: 'LAPSE-TR-007',
    title: 'Evidence about the sender is written or removed',
    shows: ({ settings }) =>
      evidenceHeaders.test(removed(settings)) ||
      (evidenceHeaders.test(header(settings)) && !fakesAllowList(settings)),
    weighs: [high],
    text: () =>
      'The rule writes or removes a header that says whether the sender was checked, so forged mail can look genuine.',
    engineer: ({ settings }) =>
      evidenceHeaders.test(removed(settings))
        ? `RemoveHeader strips ${text(settings, 'RemoveHeader') ?? ''}, which later filters and rules rely on.`
        : `SetHeaderName writes ${text(settings, 'SetHeaderName') ?? ''}, which only the service itself should write.`,
    rests: ['RemoveHeader', 'SetHeaderName'],
    narrow: 'Write a header of your own (X-…) instead, and leave the verdicts alone.',
    checks: [],
    frameworks: [to.changesAndExceptions, to.configuration, to.disableTools, to.impersonation],
  },
  {
    id: 'LAPSE-TR-008',
    title: 'A protective rule was given a way around it',
    escalate: true,
    shows: (object) =>
      guardsMail(object.settings) && exceptIfs(object.settings).length > 0 && addsExceptIf(object),
    weighs: [
      {
        risk: 'high',
        if: 'always; people must act, since disabling the rule would end the protection',
        holds: always,
      },
    ],
    text: ({ settings }) =>
      `A rule that stops mail now has a way around it (${listSome(exceptIfs(settings))}).`,
    engineer: ({ settings }) =>
      `A Set-TransportRule passed an ExceptIf… condition to a rule that rejects, holds or encrypts: ${listSome(exceptIfs(settings), 5)}.`,
    rests: ['ExceptIfSenderDomainIs', 'ExceptIfFrom', 'ExceptIfSenderIpRanges', 'ExceptIfSentTo'],
    narrow: 'Take the exception out again, or bind it to one recipient and a date.',
    checks: [],
    frameworks: [to.changesAndExceptions, to.configuration, to.disableTools],
  },
  {
    id: 'LAPSE-TR-009',
    title: 'A protective rule was switched off or only watches',
    escalate: true,
    shows: (object) =>
      guarded(object) &&
      ((isOff(object) && (isKnown(object, 'LAPSE-TR-009') || wentOff(object))) || onlyWatches(object)),
    weighs: [
      { risk: 'high', if: 'always; people must act, since there is nothing to disable', holds: always },
    ],
    text: () => 'A rule that stops mail was switched off or set to watch only.',
    engineer: (object) =>
      isOff(object)
        ? 'The rule’s State is Disabled, so what it rejected, held or encrypted now passes.'
        : `Mode is ${text(object.settings, 'Mode') ?? ''}: matches are logged, nothing is stopped.`,
    rests: ['Mode', 'State'],
    narrow: 'Switch the rule on again, and make a narrow exception for what it stopped wrongly.',
    checks: [],
    frameworks: [to.changesAndExceptions, to.configuration, to.disableTools],
  },
  {
    id: 'LAPSE-TR-010',
    title: 'No later rule is applied',
    shows: ({ settings }) => flag(settings, 'StopRuleProcessing') === true,
    weighs: [
      {
        risk: 'medium',
        if: 'among the first three rules, for mail that anybody can make match, unless the rule itself stops mail',
        holds: (object) =>
          early(object.settings) &&
          !guardsMail(object.settings) &&
          (coversAll(scope(object)) || when('own sender', 'sender claimed')(object)),
      },
      { risk: 'low', if: 'otherwise', holds: always },
    ],
    text: ({ settings }) =>
      early(settings)
        ? 'Matching mail is kept from nearly all other rules, also from those that protect.'
        : 'No later rule is applied to matching mail.',
    engineer: (object) =>
      `StopRuleProcessing at priority ${text(object.settings, 'Priority') ?? 'unknown'} hides every rule with a higher number; ${basis(object)}.`,
    rests: ['StopRuleProcessing'],
    narrow: 'Clear StopRuleProcessing, or move the rule behind those that protect.',
    checks: [],
    frameworks: [to.changesAndExceptions, to.configuration, to.disableTools],
  },
  {
    id: 'LAPSE-TR-011',
    title: 'The rule leaves no trace',
    shows: ({ settings }) => /^donotaudit$/i.test(text(settings, 'SetAuditSeverity') ?? ''),
    weighs: [{ risk: 'low', if: 'always', holds: always }],
    text: () => 'The rule leaves no entry in the message log when it acts, so its use cannot be measured.',
    engineer: () =>
      'SetAuditSeverity is DoNotAudit: no hits in the reports is no proof that the rule is unused.',
    rests: ['SetAuditSeverity'],
    narrow: 'Set an audit severity, so that its use can be counted.',
    checks: [],
    frameworks: [to.changesAndExceptions, to.logRecords, to.disableLog],
  },
  {
    id: 'LAPSE-TR-012',
    title: 'Mail is copied to a manager',
    shows: ({ settings }) => isSet(settings, 'AddManagerAsRecipientType'),
    weighs: [{ risk: 'low', if: 'always', holds: always }],
    text: () => 'A manager gets a copy of matching mail.',
    engineer: ({ settings }) =>
      `AddManagerAsRecipientType is ${text(settings, 'AddManagerAsRecipientType') ?? ''}: the directory’s manager attribute decides who reads along.`,
    rests: ['AddManagerAsRecipientType'],
    narrow: 'Limit the rule to the messages the manager must see.',
    checks: [],
    frameworks: [to.dataFlows, to.forwarding],
  },
  {
    id: 'LAPSE-TR-013',
    title: 'Reports or held mail go outside',
    shows: (object) => isSentOut(object, reports),
    weighs: [{ risk: 'high', if: 'always', holds: always }],
    text: (object) =>
      outsiders(object, reports).length > 0
        ? `People outside the organisation get reports about mail, or decide whether it is delivered: ${listSome(outsiders(object, reports))}.`
        : `Reports about mail, or the decision whether it is delivered, go to ${listSome(unplaced(object, reports))}, and nothing shows that this is inside the organisation.`,
    engineer: (object) =>
      `${listSome(reports.filter((name) => isSet(object.settings, name)))} names ${outsiders(object, reports).length > 0 ? 'an address outside the domains known to be the tenant’s' : 'a recipient without an address'}; a report can hold the whole message.`,
    rests: reports,
    narrow: 'Let a mailbox inside receive the report or moderate.',
    checks: [],
    frameworks: [to.changesAndExceptions, to.dataFlows, to.forwarding],
  },
  {
    id: 'LAPSE-TR-014',
    title: 'A protective rule was removed',
    escalate: true,
    shows: (object) =>
      isGone(object, 'LAPSE-TR-014') &&
      (guarded(object) ||
        ['LAPSE-TR-008', 'LAPSE-TR-009', 'LAPSE-TR-014', 'LAPSE-TR-016'].some((id) => isKnown(object, id))),
    weighs: [
      { risk: 'high', if: 'always; people must act, since there is nothing to disable', holds: always },
    ],
    text: () => 'A rule that stops mail was removed.',
    engineer: () =>
      'Remove-TransportRule took away a rule that rejects, holds or encrypts; its last known settings are kept here.',
    rests: ['RejectMessageReasonText', 'Quarantine', 'ModerateMessageByUser', 'ApplyOME', 'SetSCL'],
    narrow:
      'Make the rule again from its last known settings, with a narrow exception for what it stopped wrongly.',
    checks: [],
    frameworks: [to.changesAndExceptions, to.configuration, to.disableTools],
  },
  {
    id: 'LAPSE-TR-015',
    title: 'Mail always lands in the inbox',
    shows: ({ settings }) => header(settings) === 'x-ms-exchange-organization-bypassclutter',
    weighs: [{ risk: 'low', if: 'always', holds: always }],
    text: () =>
      'Matching mail lands in the focused inbox, whatever the mailbox has learned about its sender.',
    engineer: () => 'The rule stamps X-MS-Exchange-Organization-BypassClutter.',
    rests: ['SetHeaderName'],
    narrow: 'Remove the header action: people can move the sender to their focused inbox themselves.',
    checks: [to.cis('6.2.2')],
    frameworks: [to.configuration, to.phishing],
  },
  {
    id: 'LAPSE-TR-016',
    title: 'A protective rule was emptied or narrowed',
    escalate: true,
    shows: (object) =>
      stopsLess(object) ||
      appliesLess(object) ||
      (isKnown(object, 'LAPSE-TR-016') &&
        (!guardsMail(object.settings) || appliesWithin.some((name) => isSet(object.settings, name)))),
    weighs: [
      { risk: 'high', if: 'always; people must act, since there is nothing to disable', holds: always },
    ],
    text: ({ settings }) =>
      guardsMail(settings)
        ? 'A rule that stops mail now does less: it stops less, applies to less mail, or for less time.'
        : 'A rule that stopped mail no longer stops it.',
    engineer: ({ settings }) =>
      guardsMail(settings)
        ? `Its actions, conditions or dates were changed; conditions now: ${
            listSome(
              appliesWithin.filter((name) => isSet(settings, name)),
              5,
            ) || 'none'
          }.`
        : 'The action that rejected, held, deleted or encrypted mail, or sent it to a filter, is gone.',
    rests: ['RejectMessageReasonText', 'Quarantine', 'SetSCL', 'ExpiryDate', 'ActivationDate'],
    narrow: 'Set it again as it was, with a narrow exception for what it stopped wrongly.',
    checks: [],
    frameworks: [to.changesAndExceptions, to.configuration, to.disableTools],
  },
];
