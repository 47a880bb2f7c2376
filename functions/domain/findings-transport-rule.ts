/**
 * Signals of a transport rule. Meaning of the parameters: Microsoft's reference of Set-TransportRule; the risk
 * classes are this project's own judgement.
 */
import { domainName, flag, isSet, list, text } from './settings.ts';
import type { Assessable, Signal } from './assess.ts';
import type { Settings } from './exception.ts';

/** Conditions by what they rest on. Who a message says it is from can be written by anybody. */
const spoofableConditions = [
  'SenderDomainIs',
  'FromAddressContainsWords',
  'FromAddressMatchesPatterns',
  'From',
] as const;
const otherConditions = [
  'FromMemberOf',
  'FromScope',
  'SentTo',
  'SentToMemberOf',
  'SentToScope',
  'BetweenMemberOf1',
  'BetweenMemberOf2',
  'ManagerAddresses',
  'ManagerForEvaluatedUser',
  'SenderManagementRelationship',
  'ADComparisonAttribute',
  'SenderADAttributeContainsWords',
  'SenderADAttributeMatchesPatterns',
  'RecipientADAttributeContainsWords',
  'RecipientADAttributeMatchesPatterns',
  'AnyOfToHeader',
  'AnyOfToHeaderMemberOf',
  'AnyOfCcHeader',
  'AnyOfCcHeaderMemberOf',
  'AnyOfToCcHeader',
  'AnyOfToCcHeaderMemberOf',
  'HasClassification',
  'HasNoClassification',
  'SubjectContainsWords',
  'SubjectOrBodyContainsWords',
  'SubjectMatchesPatterns',
  'SubjectOrBodyMatchesPatterns',
  'HeaderContainsMessageHeader',
  'HeaderContainsWords',
  'HeaderMatchesMessageHeader',
  'HeaderMatchesPatterns',
  'RecipientDomainIs',
  'AttachmentNameMatchesPatterns',
  'AttachmentExtensionMatchesWords',
  'AttachmentPropertyContainsWords',
  'ContentCharacterSetContainsWords',
  'HasSenderOverride',
  'MessageContainsDataClassifications',
  'MessageContainsAllDataClassifications',
  'SenderIpRanges',
  'SCLOver',
  'AttachmentSizeOver',
  'MessageSizeOver',
  'WithImportance',
  'MessageTypeMatches',
  'RecipientAddressContainsWords',
  'RecipientAddressMatchesPatterns',
  'SenderInRecipientList',
  'RecipientInSenderList',
  'AttachmentContainsWords',
  'AttachmentMatchesPatterns',
  'AttachmentIsUnsupported',
  'AttachmentProcessingLimitExceeded',
  'AttachmentHasExecutableContent',
  'AttachmentIsPasswordProtected',
  'AnyOfRecipientAddressContainsWords',
  'AnyOfRecipientAddressMatchesPatterns',
] as const;

const conditionsOf = (settings: Settings): readonly string[] =>
  [...spoofableConditions, ...otherConditions].filter((name) => isSet(settings, name));

/** A header condition on the receiving service's own verdict about SPF, DKIM and DMARC: evidence of identity. */
const authenticated = (settings: Settings): boolean =>
  ['HeaderContainsMessageHeader', 'HeaderMatchesMessageHeader'].some((name) =>
    list(settings, name).some((header) => header.toLowerCase() === 'authentication-results'),
  );

const scl = (settings: Settings): number => Number(text(settings, 'SetSCL') ?? NaN);

const header = (settings: Settings): string => (text(settings, 'SetHeaderName') ?? '').toLowerCase();
const headerValue = (settings: Settings): string => (text(settings, 'SetHeaderValue') ?? '').toLowerCase();

const skipHeaders = [
  'x-ms-exchange-organization-skipsafelinksprocessing',
  'x-ms-exchange-organization-skipsafeattachmentprocessing',
];
/** Headers that carry a verdict or a proof about the sender: writing or stripping one forges or hides evidence. */
const evidenceHeaders =
  /^(authentication-results|received-spf|dkim-signature|arc-.*|x-forefront-antispam-report.*|x-microsoft-antispam.*|x-ms-exchange-organization-(scl|pcl|authas|authsource|authmechanism|spoof.*|messagedirectionality))$/;

const diversions = ['RedirectMessageTo', 'BlindCopyTo', 'CopyTo', 'AddToRecipients'] as const;

function outsiders(object: Assessable): readonly string[] {
  const own = (object.ownDomains ?? []).map(domainName);
  return diversions
    .flatMap((name) => list(object.settings, name))
    .filter((address) => {
      const domain = domainName(address.slice(address.lastIndexOf('@') + 1));
      return address.includes('@') && !own.some((mine) => domain === mine || domain.endsWith(`.${mine}`));
    });
}

/** What makes a rule protective: it stops, holds back or encrypts mail. */
const protects = (settings: Settings): boolean =>
  [
    'RejectMessageReasonText',
    'RejectMessageEnhancedStatusCode',
    'SmtpRejectMessageRejectText',
    'SmtpRejectMessageRejectStatusCode',
    'Quarantine',
    'ModerateMessageByUser',
    'ModerateMessageByManager',
    'ApplyOME',
  ].some((name) => isSet(settings, name)) || scl(settings) >= 5;

const exceptIfs = (settings: Settings): readonly string[] =>
  Object.keys(settings).filter((name) => name.startsWith('ExceptIf') && isSet(settings, name));

const addsExceptIf = (object: Assessable): boolean =>
  object.known?.includes('LAPSE-TR-008') === true ||
  (/^set-/i.test(object.operation ?? '') && (object.passed ?? []).some((name) => /^exceptif/i.test(name)));

const switchedOff = (object: Assessable): boolean =>
  object.known?.includes('LAPSE-TR-009') === true ||
  /^disable-/i.test(object.operation ?? '') ||
  (/^set-/i.test(object.operation ?? '') && (object.passed ?? []).includes('Mode'));

const isOff = (settings: Settings): boolean =>
  text(settings, 'State')?.toLowerCase() === 'disabled' ||
  flag(settings, 'Enabled') === false ||
  /^audit/i.test(text(settings, 'Mode') ?? '');

const names = (all: readonly string[], most = 3): string =>
  all.length <= most ? all.join(', ') : `${all.slice(0, most).join(', ')} and ${all.length - most} more`;

export const transportRuleFindings: readonly Signal[] = [
  {
    id: 'LAPSE-TR-001',
    weigh: ({ settings }) => {
      if (scl(settings) !== -1) return undefined;
      const conditions = conditionsOf(settings);
      const spoofableAlone =
        conditions.length > 0 &&
        conditions.every((name) => (spoofableConditions as readonly string[]).includes(name));
      return conditions.length === 0 || spoofableAlone ? 'critical' : 'high';
    },
    say: ({ settings }) => {
      const conditions = conditionsOf(settings);
      if (conditions.length === 0)
        return 'All mail that reaches this rule skips spam filtering: it has no condition at all.';
      if (authenticated(settings))
        return 'Mail that matches skips spam filtering; the rule asks for a passed sender check, which narrows it.';
      if (conditions.some((name) => (spoofableConditions as readonly string[]).includes(name)))
        return 'Mail that claims a certain sender skips spam filtering, and anybody can write that sender on a message.';
      if (isSet(settings, 'SenderIpRanges'))
        return 'Mail from certain network addresses skips spam filtering, whoever sends it from there.';
      return 'Mail that matches this rule skips spam filtering.';
    },
  },
  {
    id: 'LAPSE-TR-002',
    weigh: ({ settings }) => (skipHeaders.includes(header(settings)) ? 'high' : undefined),
    say: ({ settings }) =>
      header(settings).includes('safelinks')
        ? 'Links in matching mail are not checked when somebody clicks them (Safe Links is skipped).'
        : 'Attachments of matching mail are not opened and tested first (Safe Attachments is skipped).',
  },
  {
    id: 'LAPSE-TR-003',
    weigh: ({ settings }) =>
      header(settings) === 'x-forefront-antispam-report' && headerValue(settings).includes('ipv:cal')
        ? 'high'
        : undefined,
    say: () =>
      'Matching mail is stamped as if its network address were on the allow list, so the filter lets it through.',
  },
  {
    id: 'LAPSE-TR-004',
    weigh: (object) => (outsiders(object).length > 0 ? 'critical' : undefined),
    say: (object) => `Mail is sent or copied outside the organisation, to ${names(outsiders(object))}.`,
  },
  {
    id: 'LAPSE-TR-005',
    weigh: ({ settings }) => (flag(settings, 'DeleteMessage') === true ? 'high' : undefined),
    say: () => 'Matching mail is deleted without a trace: neither the sender nor the recipient hears of it.',
  },
  {
    id: 'LAPSE-TR-006',
    weigh: ({ settings }) => (isSet(settings, 'RouteMessageOutboundConnector') ? 'high' : undefined),
    say: ({ settings }) =>
      `Matching mail leaves through the connector "${text(settings, 'RouteMessageOutboundConnector') ?? ''}" instead of the normal way.`,
  },
  {
    id: 'LAPSE-TR-007',
    weigh: ({ settings }) =>
      evidenceHeaders.test((text(settings, 'RemoveHeader') ?? '').toLowerCase()) ||
      (evidenceHeaders.test(header(settings)) && !headerValue(settings).includes('ipv:cal'))
        ? 'high'
        : undefined,
    say: () =>
      'The rule writes or removes a header that tells whether the sender was checked, so forged mail can look genuine.',
  },
  {
    id: 'LAPSE-TR-008',
    escalate: true,
    weigh: (object) =>
      protects(object.settings) && exceptIfs(object.settings).length > 0 && addsExceptIf(object)
        ? 'high'
        : undefined,
    say: ({ settings }) => `A rule that stops mail now has a way around it (${names(exceptIfs(settings))}).`,
  },
  {
    id: 'LAPSE-TR-009',
    escalate: true,
    weigh: (object) =>
      protects(object.settings) && isOff(object.settings) && switchedOff(object) ? 'high' : undefined,
    say: () => 'A rule that stops mail was switched off or set to watch only.',
  },
  {
    id: 'LAPSE-TR-010',
    weigh: ({ settings }) => (flag(settings, 'StopRuleProcessing') === true ? 'low' : undefined),
    say: () => 'No later rule is applied to matching mail.',
  },
  {
    id: 'LAPSE-TR-011',
    weigh: ({ settings }) =>
      /^donotaudit$/i.test(text(settings, 'SetAuditSeverity') ?? '') ? 'low' : undefined,
    say: () => 'The rule leaves no entry in the message log when it acts, so its use cannot be measured.',
  },
];
