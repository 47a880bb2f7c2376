/** Domains that a content filter policy allows: `{ Entry: 'partner.example', Policy }`. */
import { claimedName } from '#risk/evidence.ts';
import { always, type Rows } from '#risk/finding-row.ts';
import { text } from '#risk/settings.ts';
import * as to from '#risk/frameworks.ts';
import { domainBreadth, hasEntry, isAnybodys, isOwnEntry, shownEntry, trust } from './list-entry.ts';
import { createPolicyList } from './policy-list.ts';
import { filteredAsUsual } from './off-effects.ts';
import type { EntryKind } from './kind.ts';

const findings: Rows = [
  {
    id: 'LAPSE-AD-001',
    title: 'A domain is allowed',
    shows: hasEntry,
    weighs: [
      { risk: 'critical', if: 'one of the tenant’s own domains', holds: isOwnEntry },
      { risk: 'critical', if: 'a domain where anybody can open a mailbox, or any domain', holds: isAnybodys },
      { risk: 'high', if: 'otherwise', holds: always },
    ],
    text: ({ settings }) =>
      `Mail that claims to be from anybody at ${shownEntry(settings)} skips spam filtering, and anybody can write that on a message.`,
    engineer: ({ settings }) =>
      `AllowedSenderDomains of policy ${text(settings, 'Policy') ?? 'unknown'}: stamped SFV:SKA on the From domain, without asking for SPF, DKIM or DMARC.`,
    rests: ['Entry'],
    narrow: 'Use an entry of the Tenant Allow/Block List with an end, or a rule that requires dmarc=pass.',
    checks: [
      to.orca('ORCA-118-1'),
      to.orca('ORCA-118-3'),
      to.cis('2.1.14'),
      to.scuba('MS.SECURITYSUITE.6.2v1'),
    ],
    frameworks: [...trust, to.impersonation],
  },
];

export const allowedDomain: EntryKind = {
  name: 'allowed domain',
  plural: 'allowed domains',
  licence: undefined,
  ...createPolicyList({
    noun: 'HostedContentFilterPolicy',
    policy: 'content filter policy',
    property: 'AllowedSenderDomains',
    verbs: ['New', 'Set', 'Remove'],
  }),
  findings,
  evidence: () => claimedName,
  breadth: domainBreadth,
  whenOff: filteredAsUsual,
  traces: { by: 'sender list' },
  protection: undefined,
};
