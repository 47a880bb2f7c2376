import type { Peer } from './peer.ts';

const mailbox = 'A setting of one mailbox, not of the tenant.';

export const splunk: Peer = {
  name: 'Splunk security content',
  read: 'October 2024, and single files up to May 2026; with the version of each',
  note: 'Its cloud detections for Microsoft 365. Detections see a change as it is logged.',
  checks: [
    {
      id: 'O365 Email Transport Rule Changed 7',
      looksAt: 'any transport rule made, changed, disabled or removed',
      lapse: 'laxer',
      why: 'Lapse finds only rules that let mail past a check, send it elsewhere or hide something, and protective rules that lose it.',
      findings: [
        'LAPSE-TR-001',
        'LAPSE-TR-002',
        'LAPSE-TR-003',
        'LAPSE-TR-004',
        'LAPSE-TR-005',
        'LAPSE-TR-006',
        'LAPSE-TR-007',
        'LAPSE-TR-008',
        'LAPSE-TR-009',
        'LAPSE-TR-013',
        'LAPSE-TR-014',
        'LAPSE-TR-016',
      ],
    },
    {
      id: 'O365 New Forwarding Mailflow Rule Created 3',
      looksAt: 'new transport rules that redirect or copy mail, to anybody',
      lapse: 'laxer',
      why: 'Where the tenant’s domains are known, Lapse passes over recipients inside. It also finds rules that are changed to do so.',
      findings: ['LAPSE-TR-004'],
    },
    {
      id: 'O365 Email Security Feature Changed 2',
      looksAt:
        'anything made, changed, disabled or removed that is named after anti-phishing, Safe Links, Safe Attachments or malware',
      lapse: 'laxer',
      why: 'Of policies Lapse watches only their lists of trusted senders, domains and links; of rules only what weakens them or leaves somebody out.',
      findings: [
        'LAPSE-TS-001',
        'LAPSE-TD-001',
        'LAPSE-UL-001',
        'LAPSE-PH-001',
        'LAPSE-PH-002',
        'LAPSE-PH-003',
        'LAPSE-LK-001',
        'LAPSE-LK-002',
        'LAPSE-LK-003',
        'LAPSE-SA-001',
        'LAPSE-SA-002',
        'LAPSE-SA-003',
        'LAPSE-MW-001',
        'LAPSE-MW-002',
        'LAPSE-MW-003',
      ],
    },
    {
      id: 'O365 Mailbox Email Forwarding Enabled 3',
      looksAt: 'mailboxes that forward their mail',
      lapse: 'not ours',
      why: mailbox,
    },
    {
      id: 'O365 New Email Forwarding Rule Created 3',
      looksAt: 'inbox rules that forward mail',
      lapse: 'not ours',
      why: mailbox,
    },
    {
      id: 'O365 New Email Forwarding Rule Enabled 3',
      looksAt: 'inbox rules that forward mail, made in Outlook',
      lapse: 'not ours',
      why: mailbox,
    },
    {
      id: 'O365 Email New Inbox Rule Created 5',
      looksAt: 'inbox rules that forward, move or delete mail',
      lapse: 'not ours',
      why: mailbox,
    },
    {
      id: 'O365 Advanced Audit Disabled 3',
      looksAt: 'people whose licence for more auditing is taken away',
      lapse: 'not ours',
      why: 'An exception from auditing, not from mail flow.',
    },
  ],
};
