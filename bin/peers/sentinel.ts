import type { Peer } from './peer.ts';

const mailbox = 'A setting of one mailbox, not of the tenant.';
const forwarding =
  'Lapse finds each mailbox that forwards outside where policy has mailboxes watched (`mailboxes.asExceptions`), and compares them with no other. Otherwise it is recorded and listed (`lapse mailboxes`).';

export const sentinel: Peer = {
  name: 'Microsoft Sentinel',
  read: 'analytic rules of the solution Microsoft 365 and detections of OfficeActivity, with the version of each',
  note: 'Detections see a change as it is logged. None of them knows what was there before, or what stays.',
  checks: [
    {
      id: 'Mail redirect via ExO transport rule 2.0.3',
      looksAt: 'transport rules made or changed with a redirection or a blind copy, to anybody',
      lapse: 'laxer',
      why: 'Where the tenant’s domains are known, Lapse passes over recipients inside. It also finds open copies and added recipients.',
      findings: ['LAPSE-TR-004'],
    },
    {
      id: 'Office Policy Tampering 2.0.3',
      looksAt:
        'removing or disabling whatever is named after anti-phishing, Safe Links, Safe Attachments, DLP or auditing',
      lapse: 'laxer',
      why: 'DLP is not mail flow. Lapse also finds rules that are narrowed, who is left out, and policies with a part off.',
      findings: [
        'LAPSE-AP-001',
        'LAPSE-LP-001',
        'LAPSE-TP-001',
        'LAPSE-AL-001',
        'LAPSE-PH-002',
        'LAPSE-PH-003',
        'LAPSE-SA-002',
        'LAPSE-SA-003',
        'LAPSE-LK-002',
        'LAPSE-LK-003',
      ],
    },
    {
      id: 'Rare and potentially high-risk Office operations 2.0.5',
      looksAt: 'any change of a transport rule, inbox rule, mailbox or its rights',
      lapse: 'laxer',
      why: 'Lapse judges what the rule is after the change. Mailboxes and rights are not the tenant’s mail flow.',
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
        'LAPSE-TR-016',
      ],
    },
    {
      id: 'Exchange AuditLog disabled 2.0.2',
      looksAt: 'the audit log switched off',
      lapse: 'stricter',
      why: 'It takes the fourth parameter of the cmdlet for the switch. Lapse knows it by its name.',
      findings: ['LAPSE-AL-001'],
    },
    {
      id: 'Multiple users email forwarded to same destination 2.0.3',
      looksAt: 'forwarding of two people or more to one address',
      lapse: 'laxer',
      why: forwarding,
      findings: ['LAPSE-MX-001'],
    },
    {
      id: 'NRT Multiple users email forwarded to same destination 1.0.3',
      looksAt: 'the same, at once',
      lapse: 'laxer',
      why: forwarding,
      findings: ['LAPSE-MX-001'],
    },
    {
      id: 'Malicious Inbox Rule 2.0.0',
      looksAt: 'inbox rules that hide mail with words of warnings',
      lapse: 'not ours',
      why: mailbox,
    },
    {
      id: 'NRT Malicious Inbox Rule 1.0.1',
      looksAt: 'the same, at once',
      lapse: 'not ours',
      why: mailbox,
    },
  ],
};
