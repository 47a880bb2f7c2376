/**
 * The properties Exchange Online gives for each kind of object, with their forms and what they hold when nobody set
 * them. Names and forms are facts of Exchange; the values are this stand-in's own.
 */
import { asText, isOn } from './text.ts';
import type { Shelf } from './shelf.ts';

/** `list`: null or [] when unset, by kind. `flag`: boolean. `text`: string or null. `number`: integer. */
type Form = 'list' | 'flag' | 'text' | 'number';
export interface Property {
  readonly form: Form;
  readonly unset: unknown;
}

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

const conditionLists = words(`
  From FromMemberOf SentTo SentToMemberOf BetweenMemberOf1 BetweenMemberOf2 ManagerAddresses
  SenderADAttributeContainsWords SenderADAttributeMatchesPatterns RecipientADAttributeContainsWords
  RecipientADAttributeMatchesPatterns AnyOfToHeader AnyOfToHeaderMemberOf AnyOfCcHeader AnyOfCcHeaderMemberOf
  AnyOfToCcHeader AnyOfToCcHeaderMemberOf SubjectContainsWords SubjectOrBodyContainsWords HeaderContainsWords
  FromAddressContainsWords SenderDomainIs RecipientDomainIs SubjectMatchesPatterns SubjectOrBodyMatchesPatterns
  HeaderMatchesPatterns FromAddressMatchesPatterns AttachmentNameMatchesPatterns AttachmentExtensionMatchesWords
  AttachmentPropertyContainsWords ContentCharacterSetContainsWords MessageContainsDataClassifications
  MessageContainsAllDataClassifications SenderIpRanges RecipientAddressContainsWords
  RecipientAddressMatchesPatterns SenderInRecipientList RecipientInSenderList AttachmentContainsWords
  AttachmentMatchesPatterns AnyOfRecipientAddressContainsWords AnyOfRecipientAddressMatchesPatterns`);
const conditionTexts = words(`
  FromScope SentToScope ManagerForEvaluatedUser SenderManagementRelationship ADComparisonAttribute
  ADComparisonOperator HasClassification HeaderContainsMessageHeader HeaderMatchesMessageHeader SCLOver
  AttachmentSizeOver MessageSizeOver WithImportance MessageTypeMatches ContentMatchesPrompt
  ContentMatchesPromptVerdict`);
const conditionFlags = words(`
  HasNoClassification HasSenderOverride AttachmentIsUnsupported AttachmentProcessingLimitExceeded
  AttachmentHasExecutableContent AttachmentIsPasswordProtected`);

const actionLists = words(
  'AddToRecipients CopyTo BlindCopyTo ModerateMessageByUser RedirectMessageTo IncidentReportContent',
);
const actionTexts = words(`
  PrependSubject SetAuditSeverity ApplyClassification ApplyHtmlDisclaimerLocation ApplyHtmlDisclaimerText
  ApplyHtmlDisclaimerFallbackAction ApplyRightsProtectionTemplate ApplyRightsProtectionCustomizationTemplate SetSCL
  SetHeaderName SetHeaderValue RemoveHeader AddManagerAsRecipientType RejectMessageEnhancedStatusCode
  RejectMessageReasonText SmtpRejectMessageRejectText SmtpRejectMessageRejectStatusCode LogEventText
  SenderNotificationType GenerateIncidentReport RouteMessageOutboundConnector GenerateNotification`);
const actionFlags = words(`
  ModerateMessageByManager DeleteMessage Disconnect Quarantine StopRuleProcessing RouteMessageOutboundRequireTls
  ApplyOME RemoveOME RemoveOMEv2 RemoveRMSAttachmentEncryption`);

const except = (names: readonly string[]): readonly string[] => names.map((name) => `ExceptIf${name}`);

type Table = Readonly<Record<string, Property>>;
const table = (form: Form, unset: unknown, names: readonly string[]): Table =>
  Object.fromEntries(names.map((name) => [name, { form, unset }]));
const texts = (defaults: Readonly<Record<string, string | null>>): Table =>
  Object.fromEntries(
    Object.entries(defaults).map(([name, unset]) => [name, { form: 'text', unset } as const]),
  );

const transportRule: Table = {
  Priority: { form: 'number', unset: 0 },
  ...texts({
    DlpPolicy: null,
    Comments: null,
    ActivationDate: null,
    ExpiryDate: null,
    Mode: 'Enforce',
    RuleErrorAction: 'Ignore',
    SenderAddressLocation: 'Header',
    RecipientAddressType: 'Resolved',
    RuleSubType: 'None',
  }),
  UseLegacyRegex: { form: 'flag', unset: false },
  ...table('list', null, [...conditionLists, ...except(conditionLists), ...actionLists]),
  ...table('text', null, [...conditionTexts, ...except(conditionTexts), ...actionTexts]),
  ...table('flag', false, [...conditionFlags, ...except(conditionFlags), ...actionFlags]),
};

const inboundConnector: Table = {
  ...texts({
    ConnectorType: 'Partner',
    ConnectorSource: 'Default',
    Comment: '',
    TlsSenderCertificateName: null,
  }),
  ...table(
    'list',
    [],
    words(`SenderIPAddresses SenderDomains TrustedOrganizations ClientHostNames AssociatedAcceptedDomains
      ScanAndDropRecipients EFSkipIPs EFSkipMailGateway EFUsers`),
  ),
  ...table(
    'flag',
    false,
    words(`RequireTls RestrictDomainsToIPAddresses RestrictDomainsToCertificate CloudServicesMailEnabled
      TreatMessagesAsInternal EFTestMode EFSkipLastIP`),
  ),
};

const outboundConnector: Table = {
  ...texts({
    ConnectorType: 'Partner',
    ConnectorSource: 'Default',
    Comment: '',
    TlsDomain: null,
    TlsSettings: null,
    MtaStsMode: 'Opportunistic',
    SmtpDaneMode: 'Opportunistic',
    LastValidationTimestamp: null,
  }),
  ...table('list', [], words('RecipientDomains SmartHosts ValidationRecipients')),
  ...table(
    'flag',
    false,
    words(`IsTransportRuleScoped AllAcceptedDomains RouteAllMessagesViaOnPremises CloudServicesMailEnabled
      SenderRewritingEnabled TestMode IsValidated`),
  ),
  UseMXRecord: { form: 'flag', unset: true },
};

const override: Table = {
  ...texts({ Policy: null, Comment: null, Mode: 'Enforce' }),
  ...table('list', [], words('Domains SenderIpRanges SentTo')),
};

const protectionRule: Table = {
  Priority: { form: 'number', unset: 0 },
  Comments: { form: 'text', unset: null },
  ...table(
    'list',
    null,
    ['SentTo', 'SentToMemberOf', 'RecipientDomainIs'].flatMap((name) => [name, `ExceptIf${name}`]),
  ),
};

export const properties: Readonly<Record<Shelf, Table>> = {
  'transport-rule': transportRule,
  'inbound-connector': inboundConnector,
  'outbound-connector': outboundConnector,
  'connection-filter': {
    ...table('list', [], words('IPAllowList IPBlockList')),
    EnableSafeList: { form: 'flag', unset: false },
    DirectoryBasedEdgeBlockMode: { form: 'text', unset: 'Default' },
  },
  'content-filter': {
    ...table('list', [], words('AllowedSenders AllowedSenderDomains BlockedSenders BlockedSenderDomains')),
    ...texts({
      SpamAction: 'MoveToJmf',
      PhishSpamAction: 'Quarantine',
      HighConfidencePhishAction: 'Quarantine',
    }),
    ...table('flag', true, words('PhishZapEnabled SpamZapEnabled')),
    BulkThreshold: { form: 'number', unset: 7 },
  },
  'arc-configuration': table('list', [], ['ArcTrustedSealers']),
  organization: table('flag', false, words('RejectDirectSend AuditDisabled')),
  'tenant-allow': {
    ...texts({ Value: null, ListType: 'Sender', ListSubType: 'Tenant', ExpirationDate: null, Notes: null }),
    RemoveAfter: { form: 'number', unset: 0 },
  },
  'spoof-allow': texts({
    SpoofedUser: null,
    SendingInfrastructure: null,
    SpoofType: 'External',
    Action: 'Allow',
  }),
  'phishing-simulation': override,
  secops: override,
  'outbound-spam': texts({
    AutoForwardingMode: 'Automatic',
    ActionWhenThresholdReached: 'BlockUserForToday',
  }),
  'remote-domain': {
    ...texts({ DomainName: '*', AllowedOOFType: 'External' }),
    AutoForwardEnabled: { form: 'flag', unset: true },
    TrustedMailInboundEnabled: { form: 'flag', unset: false },
  },
  'journal-rule': texts({ JournalEmailAddress: null, Recipient: null, Scope: 'Global' }),
  'anti-phishing': {
    ...table('list', [], words('ExcludedDomains ExcludedSenders TargetedDomainsToProtect')),
    ...table('flag', true, words('EnableSpoofIntelligence HonorDmarcPolicy EnableMailboxIntelligence')),
    ...table(
      'flag',
      false,
      words(`EnableMailboxIntelligenceProtection EnableTargetedUserProtection
        EnableOrganizationDomainsProtection EnableTargetedDomainsProtection`),
    ),
    ...texts({
      MailboxIntelligenceProtectionAction: 'NoAction',
      TargetedUserProtectionAction: 'NoAction',
      TargetedDomainProtectionAction: 'NoAction',
    }),
  },
  'safe-links': {
    ...table('list', [], ['DoNotRewriteUrls']),
    ...table(
      'flag',
      true,
      words('EnableSafeLinksForEmail ScanUrls DeliverMessageAfterScan EnableForInternalSenders'),
    ),
    AllowClickThrough: { form: 'flag', unset: false },
  },
  'safe-attachments': {
    Enable: { form: 'flag', unset: false },
    ...texts({ Action: 'Block', RedirectAddress: null }),
    Redirect: { form: 'flag', unset: false },
  },
  malware: {
    ...table('flag', true, words('ZapEnabled EnableFileFilter')),
    FileTypeAction: { form: 'text', unset: 'Reject' },
  },
  'audit-log': table('flag', true, ['UnifiedAuditLogIngestionEnabled']),
  'built-in-protection': {
    ...table('list', null, words('ExceptIfSentTo ExceptIfSentToMemberOf ExceptIfRecipientDomainIs')),
    ...texts({
      SafeLinksPolicy: 'Built-In Protection Policy',
      SafeAttachmentPolicy: 'Built-In Protection Policy',
      State: 'Enabled',
      Comments: null,
    }),
  },
  'anti-phishing-rule': protectionRule,
  'anti-spam-rule': protectionRule,
  'malware-rule': protectionRule,
  'safe-attachments-rule': protectionRule,
  'safe-links-rule': protectionRule,
  'preset-rule': protectionRule,
  'preset-defender-rule': protectionRule,
  mailbox: {
    ...texts({ ForwardingSmtpAddress: null, ForwardingAddress: null }),
    DeliverToMailboxAndForward: { form: 'flag', unset: false },
  },
};

const conditions = new Set([...conditionLists, ...conditionTexts, ...conditionFlags]);
const actions = new Set([...actionLists, ...actionTexts, ...actionFlags]);

/** What part of a rule a property belongs to; `undefined` for what stands beside conditions and actions. */
export const partOf = (name: string): 'condition' | 'exception' | 'action' | undefined =>
  conditions.has(name)
    ? 'condition'
    : conditions.has(name.replace(/^ExceptIf/, ''))
      ? 'exception'
      : actions.has(name)
        ? 'action'
        : undefined;

/** Two parameters of a rule are read under another name. */
export const propertyOf = (parameter: string): string =>
  parameter === 'NotifySender' ? 'SenderNotificationType' : parameter;

/** A parameter's value, as a cmdlet or the audit log has it, in the form a read gives. */
export function formed({ form, unset }: Property, value: unknown): unknown {
  const blank = value === null || value === undefined || value === '';
  switch (form) {
    case 'flag':
      return blank ? unset : isOn(value);
    case 'number':
      return blank || !Number.isInteger(Number(value)) ? unset : Number(value);
    case 'text':
      return blank ? unset : asText(value);
    case 'list': {
      const whole = (Array.isArray(value) ? value : asText(value).split(';'))
        .map((part) => asText(part).trim())
        .filter((part) => part !== '');
      return whole.length === 0 ? unset : whole;
    }
  }
}
