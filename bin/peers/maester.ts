import { baselines } from '#risk/frameworks.ts';
import type { Peer } from './peer.ts';

export const maester: Peer = {
  name: 'Maester',
  read: baselines.Maester,
  baseline: 'Maester',
  note: 'Only its own tests: those of ORCA, CIS and CISA that it carries are in the tables above.',
  checks: [
    {
      id: 'MT.1043',
      looksAt: 'any transport rule that sets SCL -1',
      lapse: 'agrees',
      findings: ['LAPSE-TR-001'],
    },
    {
      id: 'MT.1062',
      looksAt: 'whether Direct Send is rejected',
      lapse: 'agrees',
      findings: ['LAPSE-DS-001'],
    },
    {
      id: 'MT.1172',
      looksAt: 'whether the unified audit log is on',
      lapse: 'agrees',
      findings: ['LAPSE-AL-001'],
    },
  ],
};
