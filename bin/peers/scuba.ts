import { baselines } from '#risk/frameworks.ts';
import type { Peer } from './peer.ts';

const audit = 'The log of single mailboxes, not of the tenant.';
const coverage =
  'It wants protection to be set up for all. Microsoft ships it off: Lapse finds it once somebody switches it off.';

export const scuba: Peer = {
  name: 'CISA SCuBA',
  read: `${baselines['CISA SCuBA']}; ScubaGear 1.8.0 as of 20 August 2026`,
  baseline: 'CISA SCuBA',
  note: 'What a check looks at is taken from its Rego. No check looks at transport rules that bypass filtering, or at connectors.',
  checks: [
    {
      id: 'MS.EXO.1.1v2',
      looksAt: 'remote domains that let mail be forwarded, but for those that its configuration allows',
      lapse: 'agrees',
      findings: ['LAPSE-RD-001'],
    },
    {
      id: 'MS.EXO.13.1v1',
      looksAt: 'whether auditing of mailboxes is on',
      lapse: 'not ours',
      why: audit,
    },
    {
      id: 'MS.SECURITYSUITE.2.1v1',
      looksAt: 'whether sensitive people are protected from impostors',
      lapse: 'laxer',
      why: coverage,
      findings: ['LAPSE-AP-006'],
    },
    {
      id: 'MS.SECURITYSUITE.2.2v1',
      looksAt: 'whether own domains are protected from lookalikes',
      lapse: 'laxer',
      why: coverage,
      findings: ['LAPSE-AP-007'],
    },
    {
      id: 'MS.SECURITYSUITE.2.3v1',
      looksAt: 'whether partners’ domains are protected from lookalikes',
      lapse: 'laxer',
      why: coverage,
      findings: ['LAPSE-AP-008'],
    },
    {
      id: 'MS.SECURITYSUITE.4.1v1',
      looksAt: 'whether Microsoft’s alerts are on, about connectors and forwarding among others',
      lapse: 'not ours',
      why: 'It watches alerts. Lapse reads the connectors and the forwarding themselves.',
    },
    {
      id: 'MS.SECURITYSUITE.5.1v1',
      looksAt: 'whether the unified audit log is on',
      lapse: 'agrees',
      findings: ['LAPSE-AL-001'],
    },
    {
      id: 'MS.SECURITYSUITE.6.2v1',
      looksAt: 'allowed domains in the anti-spam policies that take effect',
      lapse: 'stricter',
      why: 'Lapse also looks at policies that a preset overrides, and at allowed senders, which SCuBA accepts.',
      findings: ['LAPSE-AD-001'],
    },
    {
      id: 'MS.SECURITYSUITE.7.1v1',
      looksAt: 'whether Safe Links is on for mail, Teams and Office',
      lapse: 'laxer',
      why: 'Lapse looks at mail alone, in every policy.',
      findings: ['LAPSE-LP-002'],
    },
    {
      id: 'MS.SECURITYSUITE.8.1v1',
      looksAt: 'any address on the IP allow list of a connection filter',
      lapse: 'agrees',
      findings: ['LAPSE-IP-001'],
    },
    {
      id: 'MS.SECURITYSUITE.8.2v1',
      looksAt: 'the safe list of a connection filter',
      lapse: 'agrees',
      findings: ['LAPSE-SL-001'],
    },
  ],
};
