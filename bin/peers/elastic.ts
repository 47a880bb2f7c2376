import type { Peer } from './peer.ts';

const mailbox = 'A setting of one mailbox, not of the tenant.';
const policy =
  'It is this finding if the policy was on record as weakened. Of any other that is gone, Lapse tells people in the fallback channel.';
const narrowed = 'Lapse also finds rules that are narrowed, and who is left out.';

export const elastic: Peer = {
  name: 'Elastic detection rules',
  read: '21 August 2026',
  note: 'Its rules for Microsoft 365, with the first part of the rule id. Detections see a change as it is logged.',
  checks: [
    {
      id: 'M365 Exchange Inbox Forwarding Rule Created (ec8efb0c)',
      looksAt:
        'inbox rules, mailboxes and transport rules that send mail to another domain than that of whoever set them',
      lapse: 'laxer',
      why: 'Inbox rules are recorded and listed (`lapse mailboxes`), without a finding; so are mailboxes, unless policy has them watched (`mailboxes.asExceptions`). Of transport rules Lapse finds open copies and added recipients too, and compares with all domains of the tenant.',
      findings: ['LAPSE-TR-004', 'LAPSE-MX-001'],
    },
    {
      id: 'M365 Exchange Mail Flow Transport Rule Created (ff4dd44a)',
      looksAt: 'any new transport rule',
      lapse: 'laxer',
      why: 'Lapse finds only rules that let mail past a check, send it elsewhere or hide something.',
      findings: [
        'LAPSE-TR-001',
        'LAPSE-TR-002',
        'LAPSE-TR-003',
        'LAPSE-TR-004',
        'LAPSE-TR-005',
        'LAPSE-TR-006',
        'LAPSE-TR-007',
        'LAPSE-TR-013',
      ],
    },
    {
      id: 'M365 Exchange Mail Flow Transport Rule Modified (272a6484)',
      looksAt: 'any transport rule removed or disabled',
      lapse: 'laxer',
      why: 'Lapse finds only rules that protected. It also finds those that were emptied, narrowed or given a way around.',
      findings: ['LAPSE-TR-009', 'LAPSE-TR-014'],
    },
    {
      id: 'M365 Exchange Anti-Phish Rule Modification (97314185)',
      looksAt: 'an anti-phishing rule removed or disabled',
      lapse: 'stricter',
      why: narrowed,
      findings: ['LAPSE-PH-002', 'LAPSE-PH-003'],
    },
    {
      id: 'M365 Exchange Email Safe Link Policy Disabled (a989fa1b)',
      looksAt: 'a Safe Links rule disabled',
      lapse: 'stricter',
      why: `${narrowed} A rule that is removed is LAPSE-LK-003.`,
      findings: ['LAPSE-LK-002'],
    },
    {
      id: 'M365 Exchange Email Safe Attachment Rule Disabled (03024bd9)',
      looksAt: 'a Safe Attachments rule disabled',
      lapse: 'stricter',
      why: `${narrowed} A rule that is removed is LAPSE-SA-003.`,
      findings: ['LAPSE-SA-002'],
    },
    {
      id: 'M365 Exchange Malware Filter Rule Modified (ca79768e)',
      looksAt: 'a malware rule removed or disabled',
      lapse: 'stricter',
      why: narrowed,
      findings: ['LAPSE-MW-002', 'LAPSE-MW-003'],
    },
    {
      id: 'M365 Exchange Anti-Phish Policy Deleted (d68eb1b5)',
      looksAt: 'an anti-phishing policy removed',
      lapse: 'laxer',
      why: policy,
      findings: ['LAPSE-AP-001'],
    },
    {
      id: 'M365 Exchange Malware Filter Policy Deleted (d743ff2a)',
      looksAt: 'a malware policy removed',
      lapse: 'laxer',
      why: policy,
      findings: ['LAPSE-MP-001'],
    },
    {
      id: 'M365 Exchange Mailbox Audit Logging Bypass Added (675239ea)',
      looksAt: 'an account whose access to mailboxes is not audited',
      lapse: 'not ours',
      why: 'An exception from auditing, not from mail flow.',
    },
    {
      id: 'M365 Exchange Inbox Rule with Obfuscated Name (1c3d9346)',
      looksAt: 'inbox rules whose names are only special characters',
      lapse: 'not ours',
      why: mailbox,
    },
    {
      id: 'M365 Exchange Inbox Phishing Evasion Rule Created (40fe11c2)',
      looksAt: 'inbox rules that hide mail with words of warnings or payments',
      lapse: 'not ours',
      why: mailbox,
    },
  ],
};
