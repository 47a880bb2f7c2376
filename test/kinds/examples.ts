/** One of each kind: how the audit log tells of it, and how it is read back. */
import { auditRecord, inbound, outbound, riskyRule } from '../exchange/surroundings.ts';
import type { AuditRecord } from '#audit-log/record.ts';
import type { Kind } from '#kinds/registry.ts';
import type { Settings } from '#risk/settings.ts';

export interface Example {
  readonly made: readonly AuditRecord[];
  /** The one that is switched off, and what stands beside it. */
  readonly name: string;
  readonly beside: readonly string[];
  /** Of an object, those that matter here: Exchange shows many more. */
  readonly settings: Settings;
}

const entry = (Entry: string, Policy = 'Default') => ({ Entry, Policy });

/** Two rules of a protection, one of which leaves somebody out. */
const protectionRule = (noun: string): Example => ({
  made: [
    auditRecord(`New-${noun}`, { Name: 'For all', ExceptIfSentTo: 'ann@contoso.example' }),
    auditRecord(`New-${noun}`, { Name: 'For sales', SentToMemberOf: 'sales@contoso.example' }),
  ],
  name: 'For all',
  beside: ['For sales'],
  settings: { ExceptIfSentTo: ['ann@contoso.example'] },
});

/** The policy that every tenant has and another one, both with one switch off. */
const protectionPolicy = (noun: string, name: string, off: Settings, others: Settings): Example => {
  const passed = Object.fromEntries(Object.entries(off).map(([key, value]) => [key, String(value)]));
  return {
    made: [
      auditRecord(`Set-${noun}`, { Identity: name, ...passed }),
      auditRecord(`New-${noun}`, { Name: 'Sales', ...passed }),
    ],
    name,
    beside: ['Sales'],
    settings: { ...others, ...off, Policy: name },
  };
};

export const examples: Readonly<Record<Kind, Example>> = {
  'transport-rule': {
    made: [riskyRule('Past the filter'), riskyRule('Another')],
    name: 'Past the filter',
    beside: ['Another'],
    settings: { SetSCL: '-1', SenderDomainIs: ['tailspin.example'] },
  },
  'inbound-connector': {
    made: [inbound('From the gateway'), inbound('From the branch office')],
    name: 'From the gateway',
    beside: ['From the branch office'],
    settings: { ConnectorType: 'OnPremises', SenderIPAddresses: ['198.51.100.7', '198.51.100.8'] },
  },
  'outbound-connector': {
    made: [outbound('To the archive'), outbound('To the printer')],
    name: 'To the archive',
    beside: ['To the printer'],
    settings: { RecipientDomains: ['*'], SmartHosts: ['relay.tailspin.example'], UseMXRecord: false },
  },
  'ip-allow': {
    made: [
      auditRecord('Set-HostedConnectionFilterPolicy', {
        Identity: 'Default',
        IPAllowList: '203.0.113.7;198.51.100.0/24',
      }),
    ],
    name: '203.0.113.7',
    beside: ['198.51.100.0/24'],
    settings: entry('203.0.113.7'),
  },
  'safe-list': {
    made: [auditRecord('Set-HostedConnectionFilterPolicy', { Identity: 'Default', EnableSafeList: 'True' })],
    name: 'Default',
    beside: [],
    settings: { EnableSafeList: true, Policy: 'Default' },
  },
  'allowed-sender': {
    made: [
      auditRecord('New-HostedContentFilterPolicy', {
        Name: 'Sales',
        AllowedSenders: 'ann@tailspin.example;bob@tailspin.example',
      }),
    ],
    name: 'ann@tailspin.example (Sales)',
    beside: ['bob@tailspin.example (Sales)'],
    settings: entry('ann@tailspin.example', 'Sales'),
  },
  'allowed-domain': {
    made: [
      auditRecord('Set-HostedContentFilterPolicy', {
        Identity: 'Default',
        AllowedSenderDomains: '@{Add="tailspin.example","wingtip.example"}',
      }),
    ],
    name: 'tailspin.example',
    beside: ['wingtip.example'],
    settings: entry('tailspin.example'),
  },
  'tenant-allow': {
    made: [
      auditRecord('New-TenantAllowBlockListItems', {
        ListType: 'Sender',
        Entries: 'tailspin.example;wingtip.example',
        Allow: 'True',
        RemoveAfter: '45',
        Notes: 'until their DKIM works',
      }),
      auditRecord('New-TenantAllowBlockListItems', {
        ListType: 'Url',
        Entries: 'wingtip.example/*',
        Allow: 'True',
        ExpirationDate: '2026-12-20T00:00:00Z',
      }),
      auditRecord('New-TenantAllowBlockListSpoofItems', {
        Identity: 'domain\\default',
        SpoofedUser: 'fabrikam.example',
        SendingInfrastructure: '198.51.100.0/24',
        SpoofType: 'Internal',
        Action: 'Allow',
      }),
      auditRecord('New-TenantAllowBlockListItems', {
        ListType: 'Sender',
        Entries: 'bad.example',
        Block: 'True',
      }),
    ],
    name: 'tailspin.example (Sender)',
    beside: [
      'wingtip.example (Sender)',
      'wingtip.example/* (Url)',
      'fabrikam.example from 198.51.100.0/24 (Spoof)',
    ],
    settings: {
      Entry: 'tailspin.example',
      ListType: 'Sender',
      RemoveAfter: 45,
      Comment: 'until their DKIM works',
    },
  },
  'arc-sealer': {
    made: [
      auditRecord('Set-ArcConfig', {
        Identity: 'Default',
        ArcTrustedSealers: 'gateway.example,lists.example',
      }),
    ],
    name: 'gateway.example',
    beside: ['lists.example'],
    settings: { Entry: 'gateway.example' },
  },
  'phishing-simulation': {
    made: [
      auditRecord('New-ExoPhishSimOverrideRule', {
        Name: 'our campaign',
        Policy: 'PhishSimOverridePolicy',
        Domains: 'campaign.example',
        SenderIpRanges: '203.0.113.55',
      }),
    ],
    name: 'PhishSimOverridePolicy',
    beside: [],
    settings: {
      Domains: ['campaign.example'],
      SenderIpRanges: ['203.0.113.55'],
      Policy: 'PhishSimOverridePolicy',
    },
  },
  'secops-mailbox': {
    made: [auditRecord('New-ExoSecOpsOverrideRule', { Policy: 'SecOpsOverridePolicy' })],
    name: 'SecOpsOverridePolicy',
    beside: [],
    settings: { Entry: 'SecOpsOverridePolicy', Policy: 'SecOpsOverridePolicy' },
  },
  'direct-send': {
    made: [],
    name: 'Direct Send',
    beside: [],
    settings: { RejectDirectSend: false },
  },
  'auto-forwarding': {
    made: [
      auditRecord('Set-HostedOutboundSpamFilterPolicy', { Identity: 'Default', AutoForwardingMode: 'On' }),
      auditRecord('New-HostedOutboundSpamFilterPolicy', { Name: 'Sales', AutoForwardingMode: 'On' }),
    ],
    name: 'Default',
    beside: ['Sales'],
    settings: { AutoForwardingMode: 'On', Policy: 'Default' },
  },
  'remote-domain': {
    made: [
      auditRecord('New-RemoteDomain', { Name: 'Tailspin', DomainName: 'tailspin.example' }),
      auditRecord('Set-RemoteDomain', { Identity: 'Default', AutoForwardEnabled: 'True' }),
    ],
    name: 'Default',
    beside: ['Tailspin'],
    settings: { AutoForwardEnabled: true, Policy: 'Default', DomainName: '*' },
  },
  'trusted-remote-domain': {
    made: ['Tailspin', 'Wingtip'].map((Name) =>
      auditRecord('New-RemoteDomain', {
        Name,
        DomainName: `${Name.toLowerCase()}.example`,
        TrustedMailInboundEnabled: 'True',
      }),
    ),
    name: 'Tailspin',
    beside: ['Wingtip'],
    settings: { TrustedMailInboundEnabled: true, Policy: 'Tailspin', DomainName: 'tailspin.example' },
  },
  'journal-rule': {
    made: ['To the archive', 'To the lawyers'].map((Name) =>
      auditRecord('New-JournalRule', {
        Name,
        JournalEmailAddress: 'journal@archive.example',
        Scope: 'Global',
        Enabled: 'True',
      }),
    ),
    name: 'To the archive',
    beside: ['To the lawyers'],
    settings: { JournalEmailAddress: 'journal@archive.example', Scope: 'Global' },
  },
  'trusted-sender': {
    made: [
      auditRecord('Set-AntiPhishPolicy', {
        Identity: 'Office365 AntiPhish Default',
        ExcludedSenders: 'ann@tailspin.example;bob@tailspin.example',
      }),
    ],
    name: 'ann@tailspin.example (Office365 AntiPhish Default)',
    beside: ['bob@tailspin.example (Office365 AntiPhish Default)'],
    settings: entry('ann@tailspin.example', 'Office365 AntiPhish Default'),
  },
  'trusted-domain': {
    made: [
      auditRecord('Set-AntiPhishPolicy', {
        Identity: 'Office365 AntiPhish Default',
        ExcludedDomains: 'tailspin.example;wingtip.example',
      }),
    ],
    name: 'tailspin.example (Office365 AntiPhish Default)',
    beside: ['wingtip.example (Office365 AntiPhish Default)'],
    settings: entry('tailspin.example', 'Office365 AntiPhish Default'),
  },
  'unchecked-link': {
    made: [
      auditRecord('New-SafeLinksPolicy', {
        Name: 'Sales',
        DoNotRewriteUrls: 'https://tailspin.example/a,b;https://wingtip.example/*',
      }),
    ],
    name: 'https://tailspin.example/a,b (Sales)',
    beside: ['https://wingtip.example/* (Sales)'],
    settings: entry('https://tailspin.example/a,b', 'Sales'),
  },
  'anti-phishing-rule': protectionRule('AntiPhishRule'),
  'anti-spam-rule': protectionRule('HostedContentFilterRule'),
  'malware-rule': protectionRule('MalwareFilterRule'),
  'safe-attachments-rule': protectionRule('SafeAttachmentRule'),
  'safe-links-rule': protectionRule('SafeLinksRule'),
  'preset-rule': protectionRule('EOPProtectionPolicyRule'),
  'preset-defender-rule': protectionRule('ATPProtectionPolicyRule'),
  'built-in-protection': {
    made: [
      auditRecord('Set-ATPBuiltInProtectionRule', {
        Identity: 'ATP Built-In Protection Rule',
        ExceptIfSentTo: 'ann@contoso.example',
      }),
    ],
    name: 'Built-in protection',
    beside: [],
    settings: { ExceptIfSentTo: ['ann@contoso.example'] },
  },
  'anti-phishing-policy': protectionPolicy(
    'AntiPhishPolicy',
    'Office365 AntiPhish Default',
    { EnableSpoofIntelligence: false },
    {
      HonorDmarcPolicy: true,
      EnableMailboxIntelligence: true,
      EnableMailboxIntelligenceProtection: false,
      EnableTargetedUserProtection: false,
      EnableOrganizationDomainsProtection: false,
      EnableTargetedDomainsProtection: false,
      MailboxIntelligenceProtectionAction: 'NoAction',
      TargetedUserProtectionAction: 'NoAction',
      TargetedDomainProtectionAction: 'NoAction',
    },
  ),
  'anti-spam-policy': protectionPolicy(
    'HostedContentFilterPolicy',
    'Default',
    { PhishZapEnabled: false },
    { HighConfidencePhishAction: 'Quarantine', PhishSpamAction: 'Quarantine', SpamZapEnabled: true },
  ),
  'malware-policy': protectionPolicy(
    'MalwareFilterPolicy',
    'Default',
    { ZapEnabled: false },
    { EnableFileFilter: true },
  ),
  'safe-attachments-policy': protectionPolicy(
    'SafeAttachmentPolicy',
    'Built-In Protection Policy',
    { Action: 'Allow' },
    { Enable: true },
  ),
  'safe-links-policy': protectionPolicy(
    'SafeLinksPolicy',
    'Built-In Protection Policy',
    { EnableSafeLinksForEmail: false },
    {
      ScanUrls: true,
      DeliverMessageAfterScan: true,
      AllowClickThrough: true,
      EnableForInternalSenders: false,
    },
  ),
  'audit-log': {
    made: [auditRecord('Set-AdminAuditLogConfig', { UnifiedAuditLogIngestionEnabled: 'False' })],
    name: 'Audit log',
    beside: [],
    settings: { UnifiedAuditLogIngestionEnabled: false, Policy: 'Audit log' },
  },
  'mailbox-forwarding': {
    made: ['ann', 'bob'].map((who) =>
      auditRecord('Set-Mailbox', {
        Identity: `${who}@contoso.example`,
        ForwardingSmtpAddress: `smtp:${who}@tailspin.example`,
        DeliverToMailboxAndForward: 'True',
      }),
    ),
    name: 'ann@contoso.example',
    beside: ['bob@contoso.example'],
    settings: {
      Mailbox: 'ann@contoso.example',
      ForwardingSmtpAddress: 'ann@tailspin.example',
      DeliverToMailboxAndForward: true,
    },
  },
};
