import type { Peer } from './peer.ts';

const covers =
  'CIPP also wants parts that Lapse does not look at, and every accepted domain named in the rule. Lapse finds policies with a part off, rules that are switched off, narrowed or removed, and who is left out.';
const named =
  'CIPP wants every domain named. Lapse finds who is left out, and rules that are switched off, narrowed or removed.';
const audit = 'The log of single mailboxes, not of the tenant.';
const makes =
  'It sets such things up from a template and judges none. Lapse finds what is made, by whomever.';

const linkPolicies = [
  'LAPSE-LP-002',
  'LAPSE-LP-003',
  'LAPSE-LP-004',
  'LAPSE-LP-005',
  'LAPSE-LP-006',
] as const;
const attachmentPolicies = ['LAPSE-TP-002', 'LAPSE-TP-003'] as const;
const phishingPolicies = [
  'LAPSE-AP-002',
  'LAPSE-AP-004',
  'LAPSE-AP-005',
  'LAPSE-AP-006',
  'LAPSE-AP-007',
  'LAPSE-AP-008',
  'LAPSE-AP-009',
  'LAPSE-AP-010',
  'LAPSE-AP-011',
] as const;
const spamPolicies = ['LAPSE-CP-002', 'LAPSE-CP-003', 'LAPSE-CP-004', 'LAPSE-CP-005'] as const;
const malwarePolicies = ['LAPSE-MP-002', 'LAPSE-MP-003'] as const;
const linkRules = ['LAPSE-LK-001', 'LAPSE-LK-002', 'LAPSE-LK-003'] as const;
const attachmentRules = ['LAPSE-SA-001', 'LAPSE-SA-002', 'LAPSE-SA-003'] as const;
const phishingRules = ['LAPSE-PH-001', 'LAPSE-PH-002', 'LAPSE-PH-003'] as const;
const spamRules = ['LAPSE-SP-001', 'LAPSE-SP-002', 'LAPSE-SP-003'] as const;
const malwareRules = ['LAPSE-MW-001', 'LAPSE-MW-002', 'LAPSE-MW-003'] as const;

export const cipp: Peer = {
  name: 'CIPP',
  read: '10.8.2, as of 8 August 2026',
  note: 'Standards are named first; they set what they check. Its tests of ORCA and CISA often look at something else than these do. Its tests of CIS are in the table of CIS.',
  checks: [
    {
      id: 'AntiPhishPolicy',
      looksAt: 'an anti-phishing policy of its own, and the rule that applies it',
      lapse: 'laxer',
      why: covers,
      findings: [...phishingPolicies, ...phishingRules],
    },
    {
      id: 'AntiSpamSafeList',
      looksAt: 'the safe list of the default connection filter, on or off as wished',
      lapse: 'stricter',
      why: 'CIPP can wish it on. Lapse finds it wherever it is on.',
      findings: ['LAPSE-SL-001'],
    },
    {
      id: 'AuditLog',
      looksAt: 'whether the unified audit log is on',
      lapse: 'agrees',
      findings: ['LAPSE-AL-001'],
    },
    {
      id: 'EmptyFilterIPAllowList',
      looksAt: 'addresses on the IP allow list of the default connection filter',
      lapse: 'stricter',
      why: 'Lapse also looks at connection filters beside the default.',
      findings: ['LAPSE-IP-001'],
    },
    {
      id: 'EnableMailboxAuditing',
      looksAt: 'auditing of mailboxes, and mailboxes that bypass it',
      lapse: 'not ours',
      why: audit,
    },
    {
      id: 'ExchangeConnectorTemplate',
      looksAt: 'connectors like those of a template',
      lapse: 'not ours',
      why: makes,
    },
    {
      id: 'EXODirectSend',
      looksAt: 'whether Direct Send is rejected, or allowed, as wished',
      lapse: 'stricter',
      why: 'CIPP can wish it allowed. Lapse finds it wherever it is.',
      findings: ['LAPSE-DS-001'],
    },
    {
      id: 'EXODisableAutoForwarding',
      looksAt: 'AutoForwardingMode of the default outbound spam policy',
      lapse: 'laxer',
      why: 'AutoForwardingMode Automatic counts as shut, as Microsoft treats it; CIPP wants Off. Lapse also looks at policies beside the default.',
      findings: ['LAPSE-AF-001'],
    },
    {
      id: 'MalwareFilterPolicy',
      looksAt: 'a malware policy of its own, and the rule that applies it',
      lapse: 'laxer',
      why: covers,
      findings: [...malwarePolicies, ...malwareRules],
    },
    {
      id: 'PhishingSimulations',
      looksAt: 'domains, addresses and links that simulated phishing may use',
      lapse: 'stricter',
      why: 'CIPP sets them up. Lapse finds them as an exception.',
      findings: ['LAPSE-PS-001'],
    },
    {
      id: 'PhishSimSpoofIntelligence',
      looksAt: 'domains that may be forged, for simulated phishing',
      lapse: 'stricter',
      why: 'CIPP sets them up. Lapse finds them as an exception.',
      findings: ['LAPSE-TA-004'],
    },
    {
      id: 'SafeAttachmentPolicy',
      looksAt: 'a Safe Attachments policy of its own, and the rule that applies it',
      lapse: 'laxer',
      why: covers,
      findings: [...attachmentPolicies, ...attachmentRules],
    },
    {
      id: 'SafeLinksPolicy',
      looksAt:
        'a Safe Links policy of its own, with the links it may leave alone, and the rule that applies it',
      lapse: 'laxer',
      why: `${covers} Links that CIPP was told to leave alone are still found.`,
      findings: [...linkPolicies, ...linkRules, 'LAPSE-UL-001'],
    },
    {
      id: 'SafeSendersDisable',
      looksAt: 'safe senders of every mailbox',
      lapse: 'not ours',
      why: 'A setting of one mailbox, not of the tenant: Lapse records and lists it (`lapse mailboxes`), and makes no finding of it.',
    },
    {
      id: 'SpamFilterPolicy',
      looksAt: 'an anti-spam policy of its own, and the rule that applies it',
      lapse: 'laxer',
      why: covers,
      findings: [...spamPolicies, ...spamRules],
    },
    {
      id: 'TenantAllowBlockListTemplate',
      looksAt: 'entries of the Tenant Allow/Block List like those of a template',
      lapse: 'not ours',
      why: makes,
    },
    {
      id: 'TransportRuleTemplate',
      looksAt: 'transport rules like those of a template',
      lapse: 'not ours',
      why: makes,
    },
    {
      id: 'CISAMSEXO11',
      looksAt: 'remote domains that let mail be forwarded',
      lapse: 'agrees',
      findings: ['LAPSE-RD-001'],
    },
    {
      id: 'CISAMSEXO121',
      looksAt: 'allowed senders in the Tenant Allow/Block List',
      lapse: 'stricter',
      why: 'Lapse also finds allowed links, files, addresses and forged names in that list.',
      findings: ['LAPSE-TA-001'],
    },
    {
      id: 'CISAMSEXO122',
      looksAt: 'the safe list, sought in anti-spam policies',
      lapse: 'stricter',
      why: 'The switch belongs to the connection filter, where Lapse reads it.',
      findings: ['LAPSE-SL-001'],
    },
    {
      id: 'CISAMSEXO131',
      looksAt: 'whether auditing of mailboxes is on',
      lapse: 'not ours',
      why: audit,
    },
    {
      id: 'CISAMSEXO171',
      looksAt: 'whether the unified audit log is on',
      lapse: 'agrees',
      findings: ['LAPSE-AL-001'],
    },
    {
      id: 'ORCA109',
      looksAt: 'any allowed sender or domain in an anti-spam policy',
      lapse: 'agrees',
      findings: ['LAPSE-AS-001', 'LAPSE-AD-001'],
    },
    {
      id: 'ORCA114',
      looksAt: 'the IP allow list, sought in anti-spam policies',
      lapse: 'stricter',
      why: 'The list belongs to the connection filter, where Lapse reads it.',
      findings: ['LAPSE-IP-001'],
    },
    {
      id: 'ORCA118_1',
      looksAt: 'any allowed domain in an anti-spam policy',
      lapse: 'agrees',
      findings: ['LAPSE-AD-001'],
    },
    {
      id: 'ORCA118_2',
      looksAt: 'transport rules with SCL -1 for a sender’s domain, proved or not',
      lapse: 'stricter',
      why: 'Lapse finds every SCL -1, whatever the condition.',
      findings: ['LAPSE-TR-001'],
    },
    {
      id: 'ORCA118_3',
      looksAt: 'one of the tenant’s own domains among the allowed domains',
      lapse: 'agrees',
      findings: ['LAPSE-AD-001'],
    },
    {
      id: 'ORCA118_4',
      looksAt: 'transport rules with SCL -1 for one of the tenant’s own domains',
      lapse: 'stricter',
      why: 'Lapse also finds own domains in the sender’s address.',
      findings: ['LAPSE-TR-001'],
    },
    {
      id: 'ORCA189',
      looksAt: 'transport rules that set the header to skip Safe Attachments to 1',
      lapse: 'stricter',
      why: 'Lapse finds the header with any value.',
      findings: ['LAPSE-TR-002'],
    },
    {
      id: 'ORCA189_2',
      looksAt: 'transport rules that set the header to skip Safe Links to 1',
      lapse: 'stricter',
      why: 'Lapse finds the header with any value.',
      findings: ['LAPSE-TR-002'],
    },
    {
      id: 'ORCA226',
      looksAt: 'accepted domains that no Safe Links policy names',
      lapse: 'laxer',
      why: named,
      findings: linkRules,
    },
    {
      id: 'ORCA227',
      looksAt: 'accepted domains that no Safe Attachments policy names',
      lapse: 'laxer',
      why: named,
      findings: attachmentRules,
    },
    {
      id: 'ORCA228',
      looksAt: 'any trusted sender in an anti-phishing policy',
      lapse: 'agrees',
      findings: ['LAPSE-TS-001'],
    },
    {
      id: 'ORCA229',
      looksAt: 'any trusted domain in an anti-phishing policy',
      lapse: 'agrees',
      findings: ['LAPSE-TD-001'],
    },
    {
      id: 'ORCA230',
      looksAt: 'accepted domains that no anti-phishing policy names',
      lapse: 'laxer',
      why: named,
      findings: phishingRules,
    },
    {
      id: 'ORCA231',
      looksAt: 'accepted domains that no anti-spam policy names',
      lapse: 'laxer',
      why: named,
      findings: spamRules,
    },
    {
      id: 'ORCA232',
      looksAt: 'accepted domains that no malware policy names',
      lapse: 'laxer',
      why: named,
      findings: malwareRules,
    },
    {
      id: 'ORCA233',
      looksAt: 'the type of each accepted domain',
      lapse: 'not ours',
      why: 'It looks at neither connectors nor MX records.',
    },
    {
      id: 'ORCA233_1',
      looksAt: 'enhanced filtering of enabled connectors for all senders, wherever the MX record points',
      lapse: 'laxer',
      why: 'What Lapse finds as it stands is low, since it does not read MX records. A connector that loses enhanced filtering is medium.',
      findings: ['LAPSE-IC-006', 'LAPSE-IC-011', 'LAPSE-IC-012'],
    },
    {
      id: 'ORCA239',
      looksAt: 'trusted senders and domains of anti-phishing policies, allowed ones of anti-spam policies',
      lapse: 'agrees',
      findings: ['LAPSE-TS-001', 'LAPSE-TD-001', 'LAPSE-AS-001', 'LAPSE-AD-001'],
    },
    {
      id: 'ORCA243',
      looksAt: 'accepted domains for which mail is relayed',
      lapse: 'not ours',
      why: 'It does not look at trusted ARC sealers.',
    },
  ],
};
