/**
 * How Exchange spells its settings. It reads them in any case, and people and programs write them in any; Lapse knows
 * them by one. What comes from outside is spelled here, at the door, so that everything behind it can compare names.
 */

/** On or off, and nothing else. */
const flags = `
  AllAcceptedDomains Allow AllowClickThrough AutoForwardEnabled ApplyOME AttachmentHasExecutableContent AttachmentIsPasswordProtected
  AttachmentIsUnsupported AttachmentProcessingLimitExceeded Block CloudServicesMailEnabled Confirm Debug
  DeleteMessage DeliverMessageAfterScan DeliverToMailboxAndForward Disconnect DownloadLink EFSkipLastIP EFTestMode Enable
  EnableEndUserSpamNotifications EnableFileFilter EnableForInternalSenders EnableLanguageBlockList
  EnableMailboxIntelligence EnableMailboxIntelligenceProtection EnableOrganizationDomainsProtection
  EnableRegionBlockList EnableSafeLinksForEmail EnableSafeList EnableSpoofIntelligence
  EnableTargetedDomainsProtection EnableTargetedUserProtection Enabled
  ExceptIfAttachmentHasExecutableContent ExceptIfAttachmentIsPasswordProtected
  ExceptIfAttachmentIsUnsupported ExceptIfAttachmentProcessingLimitExceeded ExceptIfHasNoClassification
  ExceptIfHasSenderOverride Force HasNoClassification HasSenderOverride HonorDmarcPolicy
  InlineSafetyTipsEnabled
  IsTransportRuleScoped IsValidated LogExtraDetails MakeDefault ModerateMessageByManager NoExpiration
  OutputJson PhishZapEnabled Quarantine RejectDirectSend RemoveOME RemoveOMEv2 RemoveRMSAttachmentEncryption
  RequireTls RestrictDomainsToCertificate RestrictDomainsToIPAddresses RouteAllMessagesViaOnPremises
  RouteMessageOutboundRequireTls ScanUrls SenderRewritingEnabled SpamZapEnabled StopRuleProcessing TestMode
  TreatMessagesAsInternal TrustedMailInboundEnabled UnifiedAuditLogIngestionEnabled UseLegacyRegex UseMXRecord Verbose WhatIf ZapEnabled
`;
const others = `
  ADComparisonAttribute ADComparisonOperator Action ActivationDate AddDomains AddManagerAsRecipientType
  AddSenderIpRanges AddToRecipients AddXHeaderValue AdminDisplayName AllowedSenderDomains AllowedSenders
  AnyOfCcHeader AnyOfCcHeaderMemberOf AnyOfRecipientAddressContainsWords
  AnyOfRecipientAddressMatchesPatterns AnyOfToCcHeader AnyOfToCcHeaderMemberOf AnyOfToHeader
  AnyOfToHeaderMemberOf ApplyClassification ApplyHtmlDisclaimerFallbackAction ApplyHtmlDisclaimerLocation
  ApplyHtmlDisclaimerText ApplyRightsProtectionCustomizationTemplate ApplyRightsProtectionTemplate
  ArcTrustedSealers AssociatedAcceptedDomains AttachmentContainsWords AttachmentExtensionMatchesWords
  AttachmentMatchesPatterns AttachmentNameMatchesPatterns AttachmentPropertyContainsWords AttachmentSizeOver
  AutoForwardingMode BetweenMemberOf1 BetweenMemberOf2 BlindCopyTo BlockedSenderDomains BlockedSenders BulkMovesEnabled
  BulkQuarantineTag BulkSpamAction BulkThreshold ClientHostNames Comment Comments ConfigurationXmlRaw
  ConnectorSource ConnectorType ContentCharacterSetContainsWords ContentMatchesPrompt ContentMatchesPromptVerdict CopyTo DlpPolicy DoNotRewriteUrls DomainController DomainName Domains
  EFSkipIPs EFSkipMailGateway EFUsers EndUserSpamNotificationCustomFromAddress
  EndUserSpamNotificationCustomFromName EndUserSpamNotificationCustomSubject
  EndUserSpamNotificationFrequency EndUserSpamNotificationLanguage EndUserSpamNotificationLimit Entries
  Entry ErrorAction ErrorVariable ExceptIfADComparisonAttribute ExceptIfADComparisonOperator
  ExceptIfAnyOfCcHeader ExceptIfAnyOfCcHeaderMemberOf ExceptIfAnyOfRecipientAddressContainsWords
  ExceptIfAnyOfRecipientAddressMatchesPatterns ExceptIfAnyOfToCcHeader ExceptIfAnyOfToCcHeaderMemberOf
  ExceptIfAnyOfToHeader ExceptIfAnyOfToHeaderMemberOf ExceptIfAttachmentContainsWords
  ExceptIfAttachmentExtensionMatchesWords ExceptIfAttachmentMatchesPatterns
  ExceptIfAttachmentNameMatchesPatterns ExceptIfAttachmentPropertyContainsWords ExceptIfAttachmentSizeOver
  ExceptIfBetweenMemberOf1 ExceptIfBetweenMemberOf2 ExceptIfContentCharacterSetContainsWords ExceptIfFrom
  ExceptIfFromAddressContainsWords ExceptIfFromAddressMatchesPatterns ExceptIfFromMemberOf ExceptIfFromScope
  ExceptIfHasClassification ExceptIfHeaderContainsMessageHeader ExceptIfHeaderContainsWords
  ExceptIfHeaderMatchesMessageHeader ExceptIfHeaderMatchesPatterns ExceptIfManagerAddresses
  ExceptIfManagerForEvaluatedUser ExceptIfMessageContainsDataClassifications ExceptIfMessageSizeOver
  ExceptIfMessageTypeMatches ExceptIfRecipientADAttributeContainsWords
  ExceptIfRecipientADAttributeMatchesPatterns ExceptIfRecipientAddressContainsWords
  ExceptIfRecipientAddressMatchesPatterns ExceptIfRecipientDomainIs ExceptIfRecipientInSenderList
  ExceptIfSCLOver ExceptIfSenderADAttributeContainsWords ExceptIfSenderADAttributeMatchesPatterns
  ExceptIfSenderDomainIs ExceptIfSenderInRecipientList ExceptIfSenderIpRanges
  ExceptIfSenderManagementRelationship ExceptIfSentTo ExceptIfSentToMemberOf ExceptIfSentToScope
  ExceptIfSubjectContainsWords ExceptIfSubjectMatchesPatterns ExceptIfSubjectOrBodyContainsWords
  ExceptIfSubjectOrBodyMatchesPatterns ExceptIfWithImportance ExcludedDomains ExcludedSenders ExpirationDate ExpiryDate From
  ForwardAsAttachmentTo ForwardTo ForwardingAddress ForwardingSmtpAddress
  FromAddressContainsWords FromAddressMatchesPatterns FromMemberOf FromScope GenerateIncidentReport
  GenerateNotification HasClassification HeaderContainsMessageHeader HeaderContainsWords
  HeaderMatchesMessageHeader HeaderMatchesPatterns HighConfidencePhishAction
  HighConfidencePhishQuarantineTag HighConfidenceSpamAction HighConfidenceSpamQuarantineTag IPAllowList
  IPBlockList Identity Ids IncidentReportContent IncreaseScoreWithBizOrInfoUrls IncreaseScoreWithImageLinks
  IncreaseScoreWithNumericIps IncreaseScoreWithRedirectToOtherPort InformationAction InformationVariable JournalEmailAddress
  IntraOrgFilterState LanguageBlockList LastValidationTimestamp LinkForModifiedConnector ListSubType
  ListType LogEventText MailboxIntelligenceProtectionAction Mailbox ManagerAddresses ManagerForEvaluatedUser MarkAsSpamBulkMail
  MarkAsSpamEmbedTagsInHtml MarkAsSpamEmptyMessages MarkAsSpamFormTagsInHtml MarkAsSpamFramesInHtml
  MarkAsSpamFromAddressAuthFail MarkAsSpamJavaScriptInHtml MarkAsSpamNdrBackscatter
  MarkAsSpamObjectTagsInHtml MarkAsSpamSensitiveWordList MarkAsSpamSpfRecordHardFail MarkAsSpamWebBugsInHtml
  MessageContainsAllDataClassifications MessageContainsDataClassifications MessageSizeOver
  MessageTypeMatches Mode ModerateMessageByUser ModifySubjectValue MtaStsMode Name Notes NotifySender
  Organization OutBuffer OutVariable PhishQuarantineTag PhishSpamAction PipelineVariable Policy
  PrependSubject Priority ProgressAction QuarantineRetentionPeriod Recipient RecipientADAttributeContainsWords
  RecipientADAttributeMatchesPatterns RecipientAddressContainsWords RecipientAddressMatchesPatterns
  RecipientAddressType RecipientDomainIs RecipientDomains RecipientInSenderList RedirectMessageTo
  RedirectTo RedirectToRecipients RegionBlockList RejectMessageEnhancedStatusCode RejectMessageReasonText RemoveAfter
  RemoveDomains RemoveHeader RemoveSenderIpRanges RouteMessageOutboundConnector RuleErrorAction RuleSubType
  SCLOver ScanAndDropRecipients Scope SenderADAttributeContainsWords SenderADAttributeMatchesPatterns
  SenderAddressLocation SenderDomainIs SenderDomains SenderIPAddresses SenderInRecipientList SenderIpRanges
  SenderManagementRelationship SendingInfrastructure SentTo SentToMemberOf SentToScope SetAuditSeverity
  SetHeaderName SetHeaderValue SetSCL SmartHosts SmtpDaneMode SmtpRejectMessageRejectStatusCode
  SmtpRejectMessageRejectText SpamAction SpamQuarantineTag SpoofType SpoofedUser State SubjectContainsWords
  SubjectMatchesPatterns SubjectOrBodyContainsWords SubjectOrBodyMatchesPatterns SubmissionID
  TargetedDomainProtectionAction TargetedUserProtectionAction TestModeAction
  TestModeBccToRecipients TlsDomain TlsSenderCertificateName TlsSettings TrustedOrganizations
  TrustedSendersAndDomains
  ValidationRecipients WarningAction WarningVariable WithImportance
`;

const words = (text: string): readonly string[] => text.trim().split(/\s+/);
const spelling = new Map([...words(flags), ...words(others)].map((name) => [name.toLowerCase(), name]));
const switches = new Set(words(flags));

/** In Exchange's spelling; a name that Lapse does not know stays as it is. */
export const settingName = (name: string): string => spelling.get(name.toLowerCase()) ?? name;

/** Whether a setting of this name, in Exchange's spelling, is one that Lapse knows. */
export const isSettingName = (name: string): boolean => spelling.get(name.toLowerCase()) === name;

/** Whether it can only be on or off. */
export const isFlag = (name: string): boolean => switches.has(name);

/** Settings with their names in Exchange's spelling. */
export const spelled = (settings: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(settings).map(([name, value]) => [settingName(name), value]));
