import { baselines } from '#risk/frameworks.ts';
import type { Peer } from './peer.ts';

const eachDomain =
  'ORCA wants a rule for each accepted domain. Lapse finds who is left out, and rules that are switched off, narrowed or removed.';
const defaultIsEnough =
  'It objects to several rules for one domain, and passes where none holds, since the default policy does.';
const mxUnknown =
  'Lapse does not read MX records, so what it finds as it stands is low. A connector that loses enhanced filtering is medium.';
const switched = 'Microsoft ships it so, or makes new policies so. Lapse finds it once somebody switches it.';
const delivered = 'Lapse finds only what delivers such mail: ';

export const orca: Peer = {
  name: 'ORCA',
  read: baselines.ORCA,
  baseline: 'ORCA',
  note: 'It looks at the configuration as it stands. Checks of spam and bulk mail, thresholds, tips, notifications, SPF and DKIM are left out.',
  checks: [
    {
      id: 'ORCA-104',
      looksAt: 'whether mail that is certainly phishing is quarantined',
      lapse: 'laxer',
      why: `${delivered}redirected or deleted mail passes.`,
      findings: ['LAPSE-CP-002'],
    },
    {
      id: 'ORCA-105',
      looksAt: 'whether Safe Links policies try links out, and hold mail back until that is done',
      lapse: 'agrees',
      findings: ['LAPSE-LP-003', 'LAPSE-LP-004'],
    },
    {
      id: 'ORCA-109',
      looksAt: 'any allowed sender in an anti-spam policy',
      lapse: 'agrees',
      findings: ['LAPSE-AS-001'],
    },
    {
      id: 'ORCA-113',
      looksAt: 'whether people may follow a link in spite of the warning',
      lapse: 'laxer',
      why: switched,
      findings: ['LAPSE-LP-005'],
    },
    {
      id: 'ORCA-114',
      looksAt: 'any address on the IP allow list of a connection filter',
      lapse: 'agrees',
      findings: ['LAPSE-IP-001'],
    },
    {
      id: 'ORCA-115',
      looksAt: 'whether anti-phishing policies act on what mailbox intelligence finds',
      lapse: 'laxer',
      why: switched,
      findings: ['LAPSE-AP-005'],
    },
    {
      id: 'ORCA-116',
      looksAt: 'what anti-phishing policies do about what mailbox intelligence finds',
      lapse: 'laxer',
      why: `${switched} Any action counts as one.`,
      findings: ['LAPSE-AP-009'],
    },
    {
      id: 'ORCA-118-1',
      looksAt: 'any allowed domain in an anti-spam policy',
      lapse: 'agrees',
      findings: ['LAPSE-AD-001'],
    },
    {
      id: 'ORCA-118-2',
      looksAt:
        'transport rules with SCL -1 for a sender’s domain without a check of Authentication-Results, or for addresses alone',
      lapse: 'stricter',
      why: 'Lapse finds every SCL -1, whatever the condition; a proved sender lowers it to medium. A domain together with addresses passes ORCA and is high here.',
      findings: ['LAPSE-TR-001'],
    },
    {
      id: 'ORCA-118-3',
      looksAt: 'one of the tenant’s own domains among the allowed domains of an anti-spam policy',
      lapse: 'agrees',
      findings: ['LAPSE-AD-001'],
    },
    {
      id: 'ORCA-118-4',
      looksAt:
        'transport rules with SCL -1 for one of the tenant’s own domains, without addresses or a check of Authentication-Results',
      lapse: 'stricter',
      why: 'Lapse also finds own domains in the sender’s address, and where addresses are named besides.',
      findings: ['LAPSE-TR-001'],
    },
    {
      id: 'ORCA-120-malware',
      looksAt: 'whether malware is taken back after delivery',
      lapse: 'agrees',
      findings: ['LAPSE-MP-002'],
    },
    {
      id: 'ORCA-120-phish',
      looksAt: 'whether phishing is taken back after delivery',
      lapse: 'agrees',
      findings: ['LAPSE-CP-004'],
    },
    {
      id: 'ORCA-120-spam',
      looksAt: 'whether spam is taken back after delivery',
      lapse: 'agrees',
      findings: ['LAPSE-CP-005'],
    },
    {
      id: 'ORCA-124',
      looksAt: 'whether Safe Attachments policies block what holds malware',
      lapse: 'laxer',
      why: 'Dynamic delivery passes here. Lapse also finds policies that are off, which ORCA takes no notice of.',
      findings: ['LAPSE-TP-002', 'LAPSE-TP-003'],
    },
    {
      id: 'ORCA-142',
      looksAt: 'whether phishing is quarantined',
      lapse: 'laxer',
      why: `${delivered}what lands in the junk folder passes.`,
      findings: ['LAPSE-CP-003'],
    },
    {
      id: 'ORCA-179',
      looksAt: 'whether Safe Links policies cover mail between colleagues',
      lapse: 'laxer',
      why: switched,
      findings: ['LAPSE-LP-006'],
    },
    {
      id: 'ORCA-180',
      looksAt: 'whether anti-phishing policies look for forged senders',
      lapse: 'agrees',
      findings: ['LAPSE-AP-002'],
    },
    {
      id: 'ORCA-189',
      looksAt: 'transport rules that stamp the header to skip Safe Attachments',
      lapse: 'agrees',
      findings: ['LAPSE-TR-002'],
    },
    {
      id: 'ORCA-189-2',
      looksAt: 'transport rules that stamp the header to skip Safe Links',
      lapse: 'agrees',
      findings: ['LAPSE-TR-002'],
    },
    {
      id: 'ORCA-205',
      looksAt: 'whether dangerous types of files are refused, and which',
      lapse: 'laxer',
      why: `${switched} It does not look at the list of types.`,
      findings: ['LAPSE-MP-003'],
    },
    {
      id: 'ORCA-221',
      looksAt: 'whether mailbox intelligence is on',
      lapse: 'laxer',
      why: switched,
      findings: ['LAPSE-AP-004'],
    },
    {
      id: 'ORCA-222',
      looksAt: 'whether lookalike domains are looked for, and what is done about them',
      lapse: 'laxer',
      why: switched,
      findings: ['LAPSE-AP-007', 'LAPSE-AP-008', 'LAPSE-AP-011'],
    },
    {
      id: 'ORCA-223',
      looksAt: 'whether impostors of named people are looked for, and what is done about them',
      lapse: 'laxer',
      why: switched,
      findings: ['LAPSE-AP-006', 'LAPSE-AP-010'],
    },
    {
      id: 'ORCA-226',
      looksAt:
        'accepted domains without an enabled Safe Links rule or preset that leaves out no group or person',
      lapse: 'laxer',
      why: eachDomain,
      findings: [
        'LAPSE-LK-001',
        'LAPSE-LK-002',
        'LAPSE-LK-003',
        'LAPSE-PD-001',
        'LAPSE-PD-002',
        'LAPSE-PD-003',
      ],
    },
    {
      id: 'ORCA-227',
      looksAt: 'the same as ORCA-226 for Safe Attachments',
      lapse: 'laxer',
      why: eachDomain,
      findings: [
        'LAPSE-SA-001',
        'LAPSE-SA-002',
        'LAPSE-SA-003',
        'LAPSE-PD-001',
        'LAPSE-PD-002',
        'LAPSE-PD-003',
      ],
    },
    {
      id: 'ORCA-228',
      looksAt: 'any trusted sender in an anti-phishing policy',
      lapse: 'agrees',
      findings: ['LAPSE-TS-001'],
    },
    {
      id: 'ORCA-229',
      looksAt: 'any trusted domain in an anti-phishing policy',
      lapse: 'agrees',
      findings: ['LAPSE-TD-001'],
    },
    {
      id: 'ORCA-230',
      looksAt: 'accepted domains for which more than one anti-phishing rule or preset holds',
      lapse: 'not ours',
      why: defaultIsEnough,
    },
    {
      id: 'ORCA-231',
      looksAt: 'accepted domains for which more than one anti-spam rule or preset holds',
      lapse: 'not ours',
      why: defaultIsEnough,
    },
    {
      id: 'ORCA-232',
      looksAt: 'accepted domains for which more than one malware rule or preset holds',
      lapse: 'not ours',
      why: defaultIsEnough,
    },
    {
      id: 'ORCA-233',
      looksAt:
        'domains whose MX record points elsewhere while a connector for all senders has no enhanced filtering, or only for some recipients or on trial',
      lapse: 'laxer',
      why: mxUnknown,
      findings: ['LAPSE-IC-006', 'LAPSE-IC-011', 'LAPSE-IC-012'],
    },
    {
      id: 'ORCA-233-1',
      looksAt: 'the same as ORCA-233, connector by connector',
      lapse: 'laxer',
      why: mxUnknown,
      findings: ['LAPSE-IC-006', 'LAPSE-IC-011', 'LAPSE-IC-012'],
    },
    {
      id: 'ORCA-236',
      looksAt: 'whether Safe Links policies cover links in mail',
      lapse: 'agrees',
      findings: ['LAPSE-LP-002'],
    },
    {
      id: 'ORCA-239',
      looksAt: 'recipients left out of the built-in protection of Safe Links and Safe Attachments',
      lapse: 'agrees',
      findings: ['LAPSE-BP-001'],
    },
    {
      id: 'ORCA-242',
      looksAt: 'whether Microsoft’s own alerts are on',
      lapse: 'not ours',
      why: 'It watches alerts. Lapse reads what they would be about.',
    },
    {
      id: 'ORCA-243',
      looksAt: 'domains whose MX record points elsewhere while no ARC sealer is trusted',
      lapse: 'not ours',
      why: 'The other way round: it wants a sealer. LAPSE-AR-001 asks why each one is trusted.',
    },
    {
      id: 'ORCA-244',
      looksAt: 'whether anti-phishing policies follow the DMARC policy of the sender',
      lapse: 'agrees',
      findings: ['LAPSE-AP-003'],
    },
  ],
};
