/** Entries of the connection filter's IP allow list: `{ Entry: '192.0.2.0/24', Policy }`. */
import { coversInternet } from '#risk/breadth.ts';
import { describeAddresses } from '#risk/addresses.ts';
import { gradeAddresses } from '#risk/evidence.ts';
import { always, type Rows } from '#risk/finding-row.ts';
import * as to from '#risk/frameworks.ts';
import { entryAddresses, hasEntry, isOpen, shownEntry, trust } from './list-entry.ts';
import { createPolicyList } from './policy-list.ts';
import { filteredAsUsual } from './off-effects.ts';
import type { EntryKind } from './kind.ts';

const findings: Rows = [
  {
    id: 'LAPSE-IP-001',
    title: 'Addresses are on the allow list',
    shows: hasEntry,
    weighs: [
      {
        risk: 'critical',
        if: 'anybody can send from them (Microsoft’s shared ones, or most of the internet)',
        holds: isOpen,
      },
      { risk: 'high', if: 'otherwise', holds: always },
    ],
    text: ({ settings }) =>
      `Mail from ${describeAddresses(entryAddresses(settings))} skips spam filtering and the check of its sender, whoever sends it from there.`,
    engineer: ({ settings }) =>
      `IPAllowList entry ${shownEntry(settings)}: stamped IPV:CAL, no spam filtering, SPF and DMARC failures are let through.`,
    rests: ['Entry'],
    narrow:
      'List single addresses, and only while a rule with an authentication result cannot take their place.',
    checks: [to.orca('ORCA-114'), to.cis('2.1.12'), to.scuba('MS.SECURITYSUITE.8.1v1')],
    frameworks: [...trust, to.networkAccess],
  },
];

export const ipAllow: EntryKind = {
  name: 'IP allow list entry',
  plural: 'IP allow list entries',
  licence: undefined,
  ...createPolicyList({
    noun: 'HostedConnectionFilterPolicy',
    policy: 'connection filter policy',
    property: 'IPAllowList',
    verbs: ['New', 'Set', 'Remove'],
  }),
  findings,
  evidence: ({ settings }) => gradeAddresses(settings, 'Entry'),
  breadth: {
    counted: () => ({ addresses: ['Entry'], domains: [], recipients: [] }),
    noun: ['domain', 'domains'],
    everyone: coversInternet,
    everything: 'all mail',
  },
  whenOff: filteredAsUsual,
  traces: { by: 'address list' },
  protection: undefined,
};
