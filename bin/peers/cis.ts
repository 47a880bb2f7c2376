import { baselines } from '#risk/frameworks.ts';
import type { Peer } from './peer.ts';

const audit = 'A log that is off is no exception. `lapse doctor` tells whether the log can be read.';
const exists = 'It wants a policy to exist. Lapse watches exceptions from one, and rules that end.';

export const cis: Peer = {
  name: 'CIS Microsoft 365 Foundations Benchmark',
  read: `${baselines['CIS Microsoft 365']}, as CIPP 10.8.2 carries it out; 2.1.12 and 2.1.13 as Maester 2.0.0 does (v6.0.1), for 6.2.1 also the audit text of v3.0.0`,
  baseline: 'CIS Microsoft 365',
  note: 'The benchmark itself is not public source, so this rests on how others carry it out.',
  checks: [
    { id: '2.1.1', looksAt: 'a Safe Links policy with every part on', lapse: 'not ours', why: exists },
    { id: '2.1.4', looksAt: 'a Safe Attachments policy that blocks', lapse: 'not ours', why: exists },
    { id: '2.1.7', looksAt: 'an anti-phishing policy with every part on', lapse: 'not ours', why: exists },
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
    { id: '3.1.1', looksAt: 'whether the unified audit log is on', lapse: 'not ours', why: audit },
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
