import { baselines } from '#risk/frameworks.ts';
import type { Peer } from './peer.ts';

const audit = 'The log of single mailboxes, not of the tenant.';
const exists = 'It wants a policy to exist. Lapse watches exceptions from one, and rules that end.';
const each =
  'CIS is content with one policy that has every part on, and wants parts that Lapse does not look at. Lapse finds every policy with a part off; what Microsoft ships off, once somebody switches it.';

export const cis: Peer = {
  name: 'CIS Microsoft 365 Foundations Benchmark',
  read: `${baselines['CIS Microsoft 365']}, as CIPP 10.8.2 carries it out; 2.1.12 and 2.1.13 as Maester 2.0.0 does (v6.0.1), for 6.2.1 also the audit text of v3.0.0`,
  baseline: 'CIS Microsoft 365',
  note: 'The benchmark itself is not public source, so this rests on how others carry it out.',
  checks: [
    {
      id: '2.1.1',
      looksAt: 'a Safe Links policy with every part on',
      lapse: 'laxer',
      why: each,
      findings: ['LAPSE-LP-002', 'LAPSE-LP-003', 'LAPSE-LP-004', 'LAPSE-LP-005', 'LAPSE-LP-006'],
    },
    {
      id: '2.1.2',
      looksAt: 'whether the default malware policy refuses dangerous types of files',
      lapse: 'laxer',
      why: 'It was once shipped off: Lapse finds it, in any policy, once somebody switches it.',
      findings: ['LAPSE-MP-003'],
    },
    {
      id: '2.1.4',
      looksAt: 'a Safe Attachments policy that blocks',
      lapse: 'stricter',
      why: 'CIS is content with one policy that blocks. Lapse finds every one that does not.',
      findings: ['LAPSE-TP-002', 'LAPSE-TP-003'],
    },
    {
      id: '2.1.7',
      looksAt: 'an anti-phishing policy with every part on',
      lapse: 'laxer',
      why: each,
      findings: [
        'LAPSE-AP-002',
        'LAPSE-AP-004',
        'LAPSE-AP-005',
        'LAPSE-AP-009',
        'LAPSE-AP-010',
        'LAPSE-AP-011',
      ],
    },
    {
      id: '2.1.12',
      looksAt: 'any address on the IP allow list',
      lapse: 'agrees',
      findings: ['LAPSE-IP-001'],
    },
    {
      id: '2.1.13',
      looksAt: 'the safe list of the connection filter',
      lapse: 'agrees',
      findings: ['LAPSE-SL-001'],
    },
    {
      id: '2.1.14',
      looksAt: 'any allowed domain in an anti-spam policy',
      lapse: 'agrees',
      findings: ['LAPSE-AD-001'],
    },
    { id: '2.4.2', looksAt: 'the strict preset for priority accounts', lapse: 'not ours', why: exists },
    {
      id: '3.1.1',
      looksAt: 'whether the unified audit log is on',
      lapse: 'agrees',
      findings: ['LAPSE-AL-001'],
    },
    { id: '6.1.1', looksAt: 'whether auditing of mailboxes is on', lapse: 'not ours', why: audit },
    { id: '6.1.2', looksAt: 'which actions mailboxes audit', lapse: 'not ours', why: audit },
    { id: '6.1.3', looksAt: 'mailboxes that bypass auditing', lapse: 'not ours', why: audit },
    {
      id: '6.2.1',
      looksAt:
        'the outbound spam policy and the default remote domain that let mail be forwarded; transport rules that redirect mail outside',
      lapse: 'laxer',
      why: 'AutoForwardingMode Automatic counts as shut, as Microsoft treats it; CIS wants Off. Otherwise stricter: every policy and remote domain, and copies as well.',
      findings: ['LAPSE-AF-001', 'LAPSE-RD-001', 'LAPSE-TR-004'],
    },
    {
      id: '6.2.2',
      looksAt:
        'enabled transport rules that set SCL -1, forge the mark of the IP allow list, or force the focused inbox',
      lapse: 'laxer',
      why: 'The focused inbox alone is low and makes no exception; the other two agree.',
      findings: ['LAPSE-TR-001', 'LAPSE-TR-003', 'LAPSE-TR-015'],
    },
    { id: '6.5.5', looksAt: 'whether Direct Send is rejected', lapse: 'agrees', findings: ['LAPSE-DS-001'] },
  ],
};
