/** Every row of the catalogue, and every weight of every row, has an object that shows it; so no row can change unseen. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { assess } from '#kinds/assess.ts';
import { weigh, type Assessable, type FindingRow } from '#risk/finding-row.ts';
import { explainFinding, rowOf } from '#kinds/catalogue.ts';
import { createFindingsPage } from '../../bin/findings-page.ts';
import { type Risk } from '#risk/finding.ts';
import { type Settings } from '#risk/settings.ts';
import { kindOf, kinds, type Kind } from '#kinds/registry.ts';

type Seen = Omit<Partial<Assessable>, 'settings'>;
type Shown = readonly [risk: Risk, settings: Settings, seen?: Seen];
interface Example {
  /** One for each weight, in order. */
  readonly shown: readonly Shown[];
  /** As near as can be without the signal. */
  readonly hidden: readonly [settings: Settings, seen?: Seen];
}

const header = 'Authentication-Results';
const dmarc = { HeaderContainsMessageHeader: header, HeaderContainsWords: ['dmarc=pass'] };
const partner = { SenderDomainIs: ['partner.example'] };
const protective = { AttachmentHasExecutableContent: true, RejectMessageReasonText: 'no' };
const skipLinks = {
  SetHeaderName: 'X-MS-Exchange-Organization-SkipSafeLinksProcessing',
  SetHeaderValue: '1',
};
const calStamp = { SetHeaderName: 'X-Forefront-Antispam-Report', SetHeaderValue: 'IPV:CAL;' };
const relay = { SmartHosts: ['relay.example.net'], UseMXRecord: false };
const ownRelay = { SmartHosts: ['relay.contoso.com'], UseMXRecord: false };
const certificate = { TlsSenderCertificateName: 'mail.partner.example', RestrictDomainsToCertificate: true };
const onPremises = { ConnectorType: 'OnPremises' };
const lock = {
  SenderDomains: ['smtp:*;1'],
  RestrictDomainsToIPAddresses: true,
  SenderIPAddresses: ['203.0.113.0/26'],
};
const byNetwork = { SenderIPAddresses: ['203.0.113.0/26'], RequireTls: true };
const forced = { settings: { TlsSettings: 'DomainValidation' }, enabled: true };
const setConnector = (...passed: string[]): Seen => ({ operation: 'Set-InboundConnector', passed });
const set = (...passed: string[]): Seen => ({ operation: 'Set-TransportRule', passed });
const spoof = { ListType: 'Spoof', Entry: 'partner.example', SpoofType: 'External' };

const journal = { JournalEmailAddress: 'journal@archive.example', Scope: 'Global' };
/** Of a rule that says to whom a protection applies. */
const protectionRule = (letters: string, noun: string): Readonly<Record<string, Example>> => {
  const cmdlet = (verb: string, ...passed: string[]): Seen => ({ operation: `${verb}-${noun}`, passed });
  const sales = { SentToMemberOf: ['sales@contoso.com'] };
  return {
    [`LAPSE-${letters}-001`]: {
      shown: [
        ['high', { ExceptIfRecipientDomainIs: ['contoso.com'] }],
        ['medium', { ExceptIfSentTo: ['ann@contoso.com'] }],
      ],
      hidden: [{ SentTo: ['ann@contoso.com'], ExceptIfSentTo: null }],
    },
    [`LAPSE-${letters}-002`]: {
      shown: [
        ['high', sales, { ...cmdlet('Disable', 'Identity'), enabled: false }],
        ['medium', sales, cmdlet('Set', 'SentToMemberOf')],
      ],
      hidden: [sales, { ...cmdlet('Set', 'SentToMemberOf'), was: { settings: sales, enabled: true } }],
    },
    [`LAPSE-${letters}-003`]: {
      shown: [['high', sales, cmdlet('Remove', 'Identity')]],
      hidden: [sales, cmdlet('Set', 'Comments')],
    },
  };
};

type Weak = readonly [number: number, property: string, weak: string | boolean, good: string | boolean];
/** Of a policy that protects: its switches that count as they stand, and those that Microsoft ships weak. */
const protectionPolicy = (
  letters: string,
  noun: string,
  standing: readonly (readonly [risk: Risk, ...Weak])[],
  shipped: readonly Weak[] = [],
): Readonly<Record<string, Example>> => ({
  [`LAPSE-${letters}-001`]: {
    shown: [['medium', { Policy: 'Sales' }, { operation: `Remove-${noun}`, passed: ['Identity'] }]],
    hidden: [{ Policy: 'Sales' }, { operation: `Set-${noun}`, passed: ['Identity'] }],
  },
  ...Object.fromEntries(
    standing.map(([risk, number, property, weak, good]) => [
      `LAPSE-${letters}-${String(number).padStart(3, '0')}`,
      {
        shown: [[risk, { Policy: 'Sales', [property]: weak }] as const],
        hidden: [{ Policy: 'Sales', [property]: good }] as const,
      },
    ]),
  ),
  ...Object.fromEntries(
    shipped.map(([number, property, weak]) => {
      const settings = { Policy: 'Sales', [property]: weak };
      return [
        `LAPSE-${letters}-${String(number).padStart(3, '0')}`,
        {
          shown: [
            ['medium', settings, { operation: `Set-${noun}`, passed: ['Identity', property] }] as const,
          ],
          hidden: [settings] as const,
        },
      ];
    }),
  ),
});

const examples: Readonly<Record<string, Example>> = {
  'LAPSE-AF-001': {
    shown: [
      ['high', { AutoForwardingMode: 'On', Policy: 'Default' }],
      ['medium', { AutoForwardingMode: 'On', Policy: 'Sales' }],
    ],
    hidden: [{ AutoForwardingMode: 'Automatic', Policy: 'Default' }],
  },
  'LAPSE-RD-001': {
    shown: [
      ['high', { AutoForwardEnabled: true, Policy: 'Google', DomainName: 'gmail.com' }],
      ['medium', { AutoForwardEnabled: 'True', Policy: 'Default', DomainName: '*' }],
    ],
    hidden: [{ AutoForwardEnabled: false, Policy: 'Google', DomainName: 'gmail.com' }],
  },
  'LAPSE-MX-001': {
    shown: [
      ['critical', { Mailbox: 'ann@contoso.com', ForwardingSmtpAddress: 'ann@gmail.com' }],
      ['high', { Mailbox: 'ann@contoso.com', ForwardingSmtpAddress: 'smtp:ann@tailspin.example' }],
      ['medium', { Mailbox: 'ann@contoso.com', ForwardingAddress: 'Ann at home' }],
    ],
    hidden: [{ Mailbox: 'ann@contoso.com', ForwardingSmtpAddress: 'bob@contoso.com' }],
  },
  'LAPSE-RT-001': {
    shown: [
      ['critical', { TrustedMailInboundEnabled: true, Policy: 'Default', DomainName: '*' }],
      ['critical', { TrustedMailInboundEnabled: true, Policy: 'Google', DomainName: 'gmail.com' }],
      ['high', { TrustedMailInboundEnabled: 'True', Policy: 'Partner', DomainName: 'partner.example' }],
    ],
    hidden: [{ TrustedMailInboundEnabled: false, Policy: 'Default', DomainName: '*' }],
  },
  'LAPSE-JR-001': {
    shown: [
      ['critical', { ...journal, JournalEmailAddress: 'x@gmail.com' }],
      ['high', { ...journal, JournalEmailAddress: 'Offsite Archive' }],
    ],
    hidden: [{ ...journal, JournalEmailAddress: 'journal@contoso.com' }],
  },
  'LAPSE-JR-002': {
    shown: [['medium', journal, { operation: 'Remove-JournalRule', passed: ['Identity'] }]],
    hidden: [
      { ...journal, JournalEmailAddress: 'x@gmail.com' },
      { operation: 'Remove-JournalRule', passed: ['Identity'] },
    ],
  },
  'LAPSE-JR-003': {
    shown: [['medium', journal, { operation: 'Disable-JournalRule', passed: ['Identity'], enabled: false }]],
    hidden: [journal, { operation: 'Set-JournalRule', passed: ['Scope'], enabled: true }],
  },
  'LAPSE-TS-001': {
    shown: [
      ['high', { Entry: 'ann@contoso.com' }],
      ['high', { Entry: 'ceo@gmail.com' }],
      ['medium', { Entry: 'ann@partner.example' }],
    ],
    hidden: [{}],
  },
  'LAPSE-TD-001': {
    shown: [
      ['high', { Entry: 'gmail.com' }],
      ['medium', { Entry: 'partner.example' }],
    ],
    hidden: [{}],
  },
  'LAPSE-UL-001': {
    shown: [
      ['high', { Entry: 'https://*.sharepoint.com/*' }],
      ['medium', { Entry: 'https://partner.example/*' }],
    ],
    hidden: [{}],
  },
  ...protectionRule('PH', 'AntiPhishRule'),
  ...protectionRule('SP', 'HostedContentFilterRule'),
  ...protectionRule('MW', 'MalwareFilterRule'),
  ...protectionRule('SA', 'SafeAttachmentRule'),
  ...protectionRule('LK', 'SafeLinksRule'),
  ...protectionRule('PE', 'EOPProtectionPolicyRule'),
  ...protectionRule('PD', 'ATPProtectionPolicyRule'),
  'LAPSE-BP-001': {
    shown: [
      ['high', { ExceptIfRecipientDomainIs: ['contoso.com'] }],
      ['medium', { ExceptIfSentTo: ['ann@contoso.com'] }],
    ],
    hidden: [{ ExceptIfSentTo: '' }],
  },
  ...protectionPolicy(
    'AP',
    'AntiPhishPolicy',
    [
      ['high', 2, 'EnableSpoofIntelligence', false, true],
      ['medium', 3, 'HonorDmarcPolicy', 'False', 'True'],
    ],
    [
      [4, 'EnableMailboxIntelligence', false, true],
      [5, 'EnableMailboxIntelligenceProtection', false, true],
      [6, 'EnableTargetedUserProtection', false, true],
      [7, 'EnableOrganizationDomainsProtection', false, true],
      [8, 'EnableTargetedDomainsProtection', false, true],
      [9, 'MailboxIntelligenceProtectionAction', 'NoAction', 'Quarantine'],
      [10, 'TargetedUserProtectionAction', 'NoAction', 'MoveToJmf'],
      [11, 'TargetedDomainProtectionAction', 'noaction', 'Quarantine'],
    ],
  ),
  ...protectionPolicy('CP', 'HostedContentFilterPolicy', [
    ['high', 2, 'HighConfidencePhishAction', 'MoveToJmf', 'Redirect'],
    ['medium', 3, 'PhishSpamAction', 'AddXHeader', 'MoveToJmf'],
    ['medium', 4, 'PhishZapEnabled', false, true],
    ['medium', 5, 'SpamZapEnabled', false, true],
  ]),
  ...protectionPolicy(
    'MP',
    'MalwareFilterPolicy',
    [['medium', 2, 'ZapEnabled', false, true]],
    [[3, 'EnableFileFilter', false, true]],
  ),
  ...protectionPolicy('TP', 'SafeAttachmentPolicy', [
    ['high', 2, 'Enable', false, true],
    ['high', 3, 'Action', 'Allow', 'DynamicDelivery'],
  ]),
  ...protectionPolicy(
    'LP',
    'SafeLinksPolicy',
    [
      ['high', 2, 'EnableSafeLinksForEmail', '$false', '$true'],
      ['medium', 3, 'ScanUrls', false, true],
      ['medium', 4, 'DeliverMessageAfterScan', false, true],
    ],
    [
      [5, 'AllowClickThrough', true, false],
      [6, 'EnableForInternalSenders', false, true],
    ],
  ),
  'LAPSE-AL-001': {
    shown: [['critical', { UnifiedAuditLogIngestionEnabled: false }]],
    hidden: [{ UnifiedAuditLogIngestionEnabled: true }],
  },
  'LAPSE-TR-001': {
    shown: [
      ['critical', { SetSCL: '-1', FromScope: 'NotInOrganization' }],
      ['critical', { SetSCL: -1, ...dmarc }],
      ['critical', { SetSCL: -1, SenderIpRanges: ['198.51.100.7', '40.107.22.0/24'] }],
      ['critical', { SetSCL: -1, SenderDomainIs: ['mail.contoso.com'] }],
      ['critical', { SetSCL: -1, ...partner }],
      ['medium', { SetSCL: -1, ...partner, ...dmarc }],
      ['high', { SetSCL: -1, ...partner, SenderIpRanges: ['198.51.100.0/28'] }],
      ['high', { SetSCL: -1, SenderIpRanges: ['198.51.100.0/28'] }],
      ['high', { SetSCL: -1, ...partner, ...dmarc, HeaderContainsWords: ['spf=pass'] }],
      ['high', { SetSCL: -1, SubjectContainsWords: ['newsletter'] }],
    ],
    hidden: [{ SetSCL: 0, ...partner }],
  },
  'LAPSE-TR-002': {
    shown: [
      ['medium', { ...skipLinks, ...partner, ...dmarc }],
      ['high', { SetHeaderName: 'x-ms-exchange-organization-skipsafeattachmentprocessing' }],
    ],
    hidden: [{ SetHeaderName: 'X-Contoso-SkipSafeLinksProcessing', SetHeaderValue: '1' }],
  },
  'LAPSE-TR-003': {
    shown: [
      ['medium', { ...calStamp, ...partner, ...dmarc }],
      ['high', calStamp],
    ],
    hidden: [{ ...calStamp, SetHeaderValue: 'IPV:NLI;' }],
  },
  'LAPSE-TR-004': {
    shown: [
      ['critical', { BlindCopyTo: ['x@elsewhere.example', 'Offsite Archive'] }],
      ['high', { CopyTo: 'Offsite Archive' }],
    ],
    hidden: [{ BlindCopyTo: ['archive@mail.contoso.com'] }],
  },
  'LAPSE-TR-005': { shown: [['high', { DeleteMessage: true }]], hidden: [{ DeleteMessage: false }] },
  'LAPSE-TR-006': {
    shown: [['high', { RouteMessageOutboundConnector: 'to relay' }]],
    hidden: [{ RouteMessageOutboundConnector: null }],
  },
  'LAPSE-TR-007': {
    shown: [['high', { RemoveHeader: 'Received-SPF' }]],
    hidden: [{ RemoveHeader: 'X-Mailer', ...calStamp }],
  },
  'LAPSE-TR-008': {
    shown: [['high', { ...protective, ExceptIfFrom: ['a@b.example'] }, set('ExceptIfFrom')]],
    hidden: [{ ...protective, ExceptIfFrom: ['a@b.example'] }, set('Comments')],
  },
  'LAPSE-TR-009': {
    shown: [['high', { ...protective, Mode: 'AuditAndNotify' }, set('Mode')]],
    hidden: [{ ...protective, Mode: 'Enforce' }, set('Mode')],
  },
  'LAPSE-TR-010': {
    shown: [
      ['medium', { StopRuleProcessing: true, Priority: 0, PrependSubject: '[seen]', ...partner }],
      ['low', { StopRuleProcessing: true, Priority: 3, PrependSubject: '[seen]', ...partner }],
    ],
    hidden: [{ StopRuleProcessing: 'False', Priority: 0 }],
  },
  'LAPSE-TR-011': {
    shown: [['low', { SetAuditSeverity: 'DoNotAudit' }]],
    hidden: [{ SetAuditSeverity: 'Low' }],
  },
  'LAPSE-TR-012': { shown: [['low', { AddManagerAsRecipientType: 'Bcc' }]], hidden: [{}] },
  'LAPSE-TR-013': {
    shown: [['high', { GenerateIncidentReport: 'Offsite Archive' }]],
    hidden: [{ GenerateIncidentReport: 'soc@contoso.com' }],
  },
  'LAPSE-TR-014': {
    shown: [['high', protective, { operation: 'Remove-TransportRule', passed: ['Identity'] }]],
    hidden: [{ PrependSubject: '[x]' }, { operation: 'Remove-TransportRule', passed: ['Identity'] }],
  },
  'LAPSE-TR-015': {
    shown: [['low', { SetHeaderName: 'X-MS-Exchange-Organization-BypassClutter', SetHeaderValue: 'true' }]],
    hidden: [{ SetHeaderName: 'X-Contoso-BypassClutter' }],
  },
  'LAPSE-TR-016': {
    shown: [['high', { ...protective, SubjectContainsWords: ['x'] }, set('SubjectContainsWords')]],
    hidden: [
      { ...protective, SubjectContainsWords: ['x', 'y'] },
      {
        ...set('SubjectContainsWords'),
        was: { settings: { ...protective, SubjectContainsWords: ['x'] }, enabled: true },
      },
    ],
  },
  'LAPSE-IC-012': {
    shown: [['low', lock]],
    hidden: [{ ...lock, EFSkipLastIP: true }],
  },
  'LAPSE-IC-001': {
    shown: [
      ['high', { ...onPremises, TlsSenderCertificateName: 'mail.contoso.com' }],
      ['critical', { ...onPremises, SenderIPAddresses: ['203.0.113.25'] }],
    ],
    hidden: [{ ConnectorType: 'Partner', SenderIPAddresses: ['203.0.113.25'] }],
  },
  'LAPSE-IC-002': {
    shown: [
      [
        'high',
        { ...onPremises, TreatMessagesAsInternal: 'True', TlsSenderCertificateName: 'mail.contoso.com' },
      ],
      ['critical', { ...onPremises, TreatMessagesAsInternal: 'True', SenderIPAddresses: ['203.0.113.25'] }],
    ],
    hidden: [{ ...onPremises, TreatMessagesAsInternal: false }],
  },
  'LAPSE-IC-003': {
    shown: [
      ['medium', { ...certificate, CloudServicesMailEnabled: true }],
      ['high', { CloudServicesMailEnabled: true }],
    ],
    hidden: [{ ...certificate, CloudServicesMailEnabled: false }],
  },
  'LAPSE-IC-004': {
    shown: [
      ['high', { SenderDomains: ['smtp:*;1'], RequireTls: false }],
      ['medium', { SenderDomains: ['smtp:partner.example;1'], RequireTls: false }],
    ],
    hidden: [{ SenderDomains: ['smtp:*;1'], RequireTls: true }],
  },
  'LAPSE-IC-005': {
    shown: [
      ['high', { RequireTls: true, SenderIPAddresses: ['104.47.0.0/24'] }],
      ['medium', { RequireTls: true, SenderIPAddresses: ['203.0.113.25'] }],
    ],
    hidden: [lock],
  },
  'LAPSE-IC-006': {
    shown: [['low', { RequireTls: true, EFUsers: ['ann@contoso.com'] }]],
    hidden: [{ RequireTls: true, EFUsers: [], EFTestMode: false }],
  },
  'LAPSE-IC-007': {
    shown: [
      ['medium', { RequireTls: true, EFSkipIPs: ['198.18.0.0/20'] }],
      ['low', { RequireTls: true, EFSkipIPs: ['198.51.100.0/28'] }],
    ],
    hidden: [{ RequireTls: true, EFSkipIPs: [], EFSkipLastIP: true }],
  },
  'LAPSE-IC-008': {
    shown: [['high', lock, setConnector('SenderIPAddresses')]],
    hidden: [{ ...lock, RestrictDomainsToIPAddresses: false }, setConnector('SenderIPAddresses')],
  },
  'LAPSE-IC-009': {
    shown: [
      ['medium', { Enabled: false }, { ...setConnector('Enabled'), complete: false }],
      ['high', { ...lock, Enabled: false }, setConnector('Enabled')],
    ],
    hidden: [{ ...lock, Enabled: true }, setConnector('Enabled')],
  },
  'LAPSE-IC-010': {
    shown: [
      ['medium', { RequireTls: true }, { operation: 'Remove-InboundConnector', passed: ['Identity'] }],
      ['medium', {}, { operation: 'Remove-InboundConnector', passed: ['Identity'], complete: false }],
      ['high', lock, { operation: 'Remove-InboundConnector', passed: ['Identity'] }],
    ],
    hidden: [
      { SenderDomains: ['*'], SenderIPAddresses: ['203.0.113.9'], RequireTls: true },
      { operation: 'Remove-InboundConnector', passed: ['Identity'] },
    ],
  },
  'LAPSE-IC-011': {
    shown: [['medium', { ...byNetwork, EFSkipLastIP: false }, setConnector('EFSkipLastIP')]],
    hidden: [{ ...byNetwork, EFSkipLastIP: true }, setConnector('EFSkipLastIP')],
  },
  'LAPSE-OC-001': {
    shown: [
      ['critical', { ...relay, RecipientDomains: ['*'] }],
      ['high', { ...relay, RecipientDomains: ['partner.example'] }],
      ['high', { ...ownRelay, AllAcceptedDomains: true }],
      ['medium', { ...ownRelay, RecipientDomains: ['partner.example'] }],
    ],
    hidden: [{ ...relay, UseMXRecord: true, RecipientDomains: ['*'] }],
  },
  'LAPSE-OC-002': {
    shown: [
      ['critical', { ...relay, IsTransportRuleScoped: true }],
      ['high', { ...ownRelay, IsTransportRuleScoped: true }],
    ],
    hidden: [{ ...relay, IsTransportRuleScoped: false }],
  },
  'LAPSE-OC-007': {
    shown: [['medium', { TlsSettings: 'EncryptionOnly' }, { was: forced }]],
    hidden: [{ TlsSettings: 'DomainValidation' }, { was: forced }],
  },
  'LAPSE-OC-008': {
    shown: [['medium', forced.settings, { operation: 'Remove-OutboundConnector', passed: ['Identity'] }]],
    hidden: [
      { ...relay, TlsSettings: 'DomainValidation' },
      { operation: 'Remove-OutboundConnector', passed: ['Identity'] },
    ],
  },
  'LAPSE-OC-003': {
    shown: [['medium', { ...relay, TlsSettings: 'EncryptionOnly' }]],
    hidden: [{ ...relay, TlsSettings: 'DomainValidation', TlsDomain: 'relay.example.net' }],
  },
  'LAPSE-OC-004': {
    shown: [['medium', { UseMXRecord: true, CloudServicesMailEnabled: true }]],
    hidden: [{ UseMXRecord: true, CloudServicesMailEnabled: false }],
  },
  'LAPSE-OC-005': {
    shown: [
      ['medium', { UseMXRecord: true, RecipientDomains: ['*'], MtaStsMode: 'None' }],
      ['low', { UseMXRecord: true, RecipientDomains: ['partner.example'], SmtpDaneMode: 'None' }],
    ],
    hidden: [{ UseMXRecord: true, RecipientDomains: ['*'], MtaStsMode: 'Opportunistic' }],
  },
  'LAPSE-OC-006': { shown: [['low', { TestMode: true }]], hidden: [{ TestMode: false }] },
  'LAPSE-IP-001': {
    shown: [
      ['critical', { Entry: '40.92.0.0/24' }],
      ['high', { Entry: '192.0.2.0/24' }],
    ],
    hidden: [{ Entry: '' }],
  },
  'LAPSE-SL-001': { shown: [['high', { EnableSafeList: true }]], hidden: [{ EnableSafeList: false }] },
  'LAPSE-AS-001': {
    shown: [
      ['critical', { Entry: 'ceo@contoso.com', Policy: 'Default' }],
      ['high', { Entry: 'ann@partner.example', Policy: 'Default' }],
    ],
    hidden: [{ Policy: 'Default' }],
  },
  'LAPSE-AD-001': {
    shown: [
      ['critical', { Entry: 'contoso.com' }],
      ['critical', { Entry: 'gmail.com' }],
      ['high', { Entry: 'partner.example' }],
    ],
    hidden: [{ Policy: 'Default' }],
  },
  'LAPSE-TA-001': {
    shown: [
      ['critical', { ListType: 'Sender', Entry: 'contoso.com' }],
      ['high', { ListType: 'Sender', Entry: 'contoso.com', RemoveAfter: 45 }],
      ['high', { ListType: 'Sender', Entry: 'ann@partner.example' }],
      [
        'medium',
        { ListType: 'Sender', Entry: 'ann@partner.example', ExpirationDate: '2026-12-01T00:00:00Z' },
      ],
    ],
    hidden: [{ ListType: 'Url', Entry: 'partner.example' }],
  },
  'LAPSE-TA-002': {
    shown: [
      ['high', { ListType: 'FileHash', Entry: 'aa'.repeat(32) }],
      ['medium', { ListType: 'Url', Entry: 'partner.example/login', RemoveAfter: '45' }],
    ],
    hidden: [{ ListType: 'Sender', Entry: 'partner.example' }],
  },
  'LAPSE-TA-003': {
    shown: [
      ['critical', { ListType: 'IP', Entry: '2a01:111:f400:7e00::1' }],
      ['high', { ListType: 'IP', Entry: '2001:db8::1' }],
    ],
    hidden: [{ ListType: 'Sender', Entry: '2001:db8::1' }],
  },
  'LAPSE-TA-004': {
    shown: [
      ['critical', { ...spoof, SendingInfrastructure: '*' }],
      ['high', { ...spoof, SendingInfrastructure: 'sender.example', SpoofType: 'Internal' }],
      ['medium', { ...spoof, SendingInfrastructure: '198.51.100.0/24' }],
    ],
    hidden: [{ ...spoof, ListType: 'Sender' }],
  },
  'LAPSE-AR-001': {
    shown: [
      ['high', { Entry: 'outlook.com' }],
      ['medium', { Entry: 'gateway.example' }],
    ],
    hidden: [{ Entry: null }],
  },
  'LAPSE-PS-001': {
    shown: [
      ['critical', { Domains: ['training.example'] }],
      ['high', { SenderIpRanges: ['198.51.100.9'] }],
      ['medium', { Domains: ['training.example'], SenderIpRanges: ['198.51.100.9'] }],
    ],
    hidden: [{ Domains: [], SenderIpRanges: [] }],
  },
  'LAPSE-SO-001': { shown: [['medium', { Entry: 'soc@contoso.com' }]], hidden: [{}] },
  'LAPSE-DS-001': { shown: [['high', { RejectDirectSend: false }]], hidden: [{ RejectDirectSend: true }] },
};

type Catalogue = Readonly<Record<Kind, readonly FindingRow[]>>;
const catalogue = Object.fromEntries(
  kinds.map((kind) => [kind, kindOf(kind).findings]),
) as unknown as Catalogue;
const ownDomains = ['contoso.com'];

/** What of the examples a catalogue gets wrong. */
function wrong(given: Catalogue): readonly string[] {
  const rows = Object.values(given).flat();
  const found = new Set(rows.map((row) => row.id));
  const missing = Object.keys(examples).filter((id) => !found.has(id));
  const judged = rows.flatMap((row) => {
    const example = examples[row.id];
    if (!example) return [`${row.id} has no example`];
    const say = ([risk, settings, seen]: Shown, at: number) => {
      const object = { settings, ownDomains, ...seen };
      const weight = row.weighs.findIndex((one) => one.holds(object));
      const finding = weigh(row, object);
      return finding?.risk === risk && weight === at ? [] : [`${row.id} ${JSON.stringify(settings)}`];
    };
    const [settings, seen] = example.hidden;
    return [
      ...example.shown.flatMap(say),
      ...(example.shown.length === row.weighs.length ? [] : [`${row.id}: not every weight has an example`]),
      ...(weigh(row, { settings, ownDomains, ...seen }) ? [`${row.id} shows in its counter-example`] : []),
    ];
  });
  return [...missing, ...judged];
}

/** The catalogue with one row replaced, or left out. */
const having = (id: string, change: (row: FindingRow) => readonly FindingRow[]): Catalogue =>
  Object.fromEntries(
    Object.entries(catalogue).map(([kind, rows]) => [
      kind,
      rows.flatMap((row) => (row.id === id ? change(row) : [row])),
    ]),
  ) as unknown as Catalogue;

const all = Object.values(catalogue).flat();
const other = (risk: Risk): Risk => (risk === 'critical' ? 'high' : 'critical');

describe('the catalogue of findings', () => {
  it('finds in each example what it is an example of', () => {
    expect(wrong(catalogue)).toEqual([]);
  });

  it.each(all.map((row) => [row.id, row] as const))(
    'cannot lose %s, nor have it turned round or weighed otherwise, without being caught',
    (id, row) => {
      const mutants: readonly Catalogue[] = [
        having(id, () => []),
        having(id, () => [{ ...row, shows: (object) => !row.shows(object) }]),
        having(id, () => [{ ...row, shows: () => true }]),
        having(id, () => [{ ...row, id: `${id}x` }]),
        ...row.weighs.flatMap((weight, at) => [
          having(id, () => [
            { ...row, weighs: row.weighs.with(at, { ...weight, risk: other(weight.risk) }) },
          ]),
          having(id, () => [{ ...row, weighs: row.weighs.toSpliced(at, 1) }]),
          having(id, () => [
            { ...row, weighs: row.weighs.with(at, { ...weight, holds: (object) => !weight.holds(object) }) },
          ]),
        ]),
      ];
      for (const mutant of mutants) expect(wrong(mutant)).not.toEqual([]);
    },
  );

  it('names each finding once, and each by its kind’s letters', () => {
    const ids = all.map((row) => row.id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const rows of Object.values(catalogue))
      expect(new Set(rows.map((row) => row.id.slice(0, 9))).size).toBe(1);
  });

  it('says something to the owner, the engineer and the auditor in every row', () => {
    for (const [kind, rows] of Object.entries(catalogue))
      for (const row of rows)
        for (const [risk, settings, seen] of examples[row.id]?.shown ?? []) {
          const object = { kind: kind as Kind, settings, ownDomains, ...seen };
          const explained = explainFinding({ id: row.id, risk, text: row.text(object) }, object);
          const { text = '', engineer = '', setting = '', value = '', narrow = '' } = explained ?? {};
          expect(text).toMatch(/^[\p{Lu}\d*].*\.$/u);
          expect(`${text} ${engineer}`).not.toMatch(/undefined|\[object|NaN/);
          expect(engineer).toMatch(/\.$/);
          expect(narrow).toMatch(/\.$/);
          expect(row.rests).toContain(setting);
          expect(value).not.toBe('');
          expect(explained?.frameworks.length).toBeGreaterThan(0);
          for (const check of explained?.checks ?? []) expect(check.version).not.toBe('');
        }
  });

  it('covers every kind that is watched', () => {
    for (const kind of kinds) expect(catalogue[kind].length).toBeGreaterThan(0);
    expect(rowOf('LAPSE-TR-001')?.title).toBe('Mail skips spam filtering');
    expect(rowOf('LAPSE-XX-000')).toBeUndefined();
  });

  it('is what docs/findings.md shows (if not: node bin/findings-page.ts > docs/findings.md)', async () => {
    expect(readFileSync(new URL('../../docs/findings.md', import.meta.url), 'utf8')).toBe(
      await createFindingsPage(),
    );
  });
});

describe('a protective rule', () => {
  it.each<[string, Settings, Seen]>([
    ['given a way around it', { ...protective, ExceptIfFrom: ['a@b.example'] }, set('ExceptIfFrom')],
    [
      'switched off',
      { ...protective, State: 'Disabled' },
      { operation: 'Disable-TransportRule', passed: [] },
    ],
    ['that only watches', { ...protective, Mode: 'Audit' }, set('Mode')],
    ['removed', protective, { operation: 'Remove-TransportRule', passed: [] }],
  ])('%s calls for people, since disabling it would end the protection', (_, settings, seen) => {
    expect(assess({ kind: 'transport-rule', settings, ...seen })).toMatchObject({
      risk: 'high',
      remedy: 'escalate',
    });
  });
});

describe('a connector that refuses mail from elsewhere', () => {
  const byName = { ...lock, RestrictDomainsToIPAddresses: false };
  const byCertificate = { SenderDomains: ['*'], ...certificate, RequireTls: true };
  it.each<[string, Settings, Seen]>([
    ['whose addresses were changed', lock, setConnector('SenderIPAddresses')],
    ['whose certificate was changed', byCertificate, setConnector('TlsSenderCertificateName')],
    [
      'that is for fewer senders now',
      { ...lock, SenderDomains: ['partner.example'] },
      setConnector('SenderDomains'),
    ],
    ['that refuses nothing any more', byName, setConnector('RestrictDomainsToIPAddresses')],
    [
      'that refuses nothing any more, for fewer senders',
      { ...byName, SenderDomains: ['partner.example'] },
      setConnector('SenderDomains', 'RestrictDomainsToIPAddresses'),
    ],
    ['that was switched off', { ...byCertificate, Enabled: 'False' }, setConnector('Enabled')],
    ['that lets in the whole internet', { ...lock, SenderIPAddresses: ['0.0.0.0/1', '128.0.0.0/1'] }, {}],
  ])('%s calls for people, also when something else is changed later', (_, settings, seen) => {
    const first = assess({ kind: 'inbound-connector', settings, ...seen });
    expect(first).toMatchObject({ risk: 'high', remedy: 'escalate' });
    const known = first.findings.map(({ id }) => id);
    expect(assess({ kind: 'inbound-connector', settings, known, ...setConnector('Comment') })).toMatchObject({
      findings: first.findings,
      remedy: 'escalate',
    });
  });

  it.each<[string, Settings, Seen]>([
    ['as it was made', lock, { operation: 'New-InboundConnector', passed: Object.keys(lock) }],
    ['read by the inventory', lock, { operation: 'inventory', passed: [] }],
    ['after its comment was changed', lock, setConnector('Identity', 'Comment')],
    ['by certificate', byCertificate, {}],
    ['made switched off', { ...lock, Enabled: false }, { operation: 'New-InboundConnector', passed: [] }],
  ])('is no exception: %s', (_, settings, seen) => {
    expect(assess({ kind: 'inbound-connector', settings, ...seen }).findings).toEqual([]);
  });

  it('is a plain partner connector where it is known that it never refused anything', () => {
    const plain = { SenderDomains: ['partner.example'], SenderIPAddresses: ['203.0.113.9'] };
    const changed = {
      kind: 'inbound-connector',
      settings: { ...plain, RestrictDomainsToIPAddresses: false },
      ...setConnector('RestrictDomainsToIPAddresses', 'SenderIPAddresses'),
    } as const;
    const was = { settings: plain, enabled: true };
    expect(assess({ ...changed, was })).toMatchObject({ risk: 'medium', remedy: 'disable' });
    expect(assess(changed)).toMatchObject({ risk: 'high', remedy: 'escalate' });
  });

  it('that was removed calls for people until it is there again', () => {
    const object = { kind: 'inbound-connector', settings: lock } as const;
    const removed = assess({ ...object, operation: 'Remove-InboundConnector', passed: [] });
    expect(removed).toMatchObject({ remedy: 'escalate', findings: [{ id: 'LAPSE-IC-010' }] });
    const known = removed.findings.map(({ id }) => id);
    expect(assess({ ...object, known }).findings).toEqual(removed.findings);
    expect(assess({ ...object, known, operation: 'New-InboundConnector', passed: [] }).findings).toEqual([]);
  });
});

describe('objects in the shape Exchange gives them', () => {
  const read = (file: string): readonly (Settings & { readonly Name: string })[] =>
    JSON.parse(
      readFileSync(new URL(`../fixtures/exchange-objects/${file}.json`, import.meta.url), 'utf8'),
    ) as readonly (Settings & { readonly Name: string })[];

  it.each([
    ['transport-rule', 'transport-rules'],
    ['inbound-connector', 'inbound-connectors'],
    ['outbound-connector', 'outbound-connectors'],
  ] as const)('are judged by what is set in them: %s', (kind, file) => {
    const judged = read(file).map((settings) => {
      const { risk, findings, evidence, breadth } = assess({ kind, settings, ownDomains });
      return [settings.Name, risk, findings.map(({ id }) => id).join(' '), evidence.grade, breadth.text];
    });
    expect(judged).toEqual(expected[kind]);
  });

  const expected = {
    'transport-rule': [
      ['Mark mail from outside', 'low', '', 'none', 'all mail'],
      ['Partner newsletter', 'critical', 'LAPSE-TR-001', 'name-only', '1 sender'],
      ['Partner newsletter, checked', 'medium', 'LAPSE-TR-001', 'identity-bound', '1 sender'],
      ['No executables', 'low', '', 'none', 'not counted'],
      ['Payroll copy', 'critical', 'LAPSE-TR-004 LAPSE-TR-011', 'none', 'not counted'],
    ],
    'inbound-connector': [
      ['TLS with partner', 'low', '', 'name-only', '1 domain'],
      ['Mail gateway', 'low', '', 'network-bound', '259 addresses (reserved for documentation)'],
      ['Mail gateway, by certificate', 'low', '', 'identity-bound', 'not counted'],
      [
        'Own relay',
        'critical',
        'LAPSE-IC-001 LAPSE-IC-002',
        'network-bound',
        '1 address (reserved for documentation)',
      ],
    ],
    'outbound-connector': [
      ['TLS to partner', 'low', '', 'name-only', '1 domain'],
      ['Archive service', 'critical', 'LAPSE-OC-001 LAPSE-OC-003', 'name-only', 'all outgoing mail'],
    ],
  };
});
