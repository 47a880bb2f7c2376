/** Senders that a content filter policy allows: `{ Entry: 'ann@partner.example', Policy }`. */
import { coversInternet } from '#risk/breadth.ts';
import { claimedName } from '#risk/evidence.ts';
import { always, type Rows } from '#risk/finding-row.ts';
import { text } from '#risk/settings.ts';
import * as to from '#risk/frameworks.ts';
import { domainBreadth, hasEntry, isOwnEntry, shownEntry, trust } from './list-entry.ts';
import { createPolicyList } from './policy-list.ts';
import { filteredAsUsual } from './off-effects.ts';
import type { EntryKind } from './kind.ts';

const findings: Rows = [
  {
    id: 'LAPSE-AS-001',
    title: 'A sender is allowed by address',
    shows: hasEntry,
    weighs: [
      { risk: 'critical', if: 'the address is in one of the tenant’s own domains', holds: isOwnEntry },
      { risk: 'high', if: 'otherwise', holds: always },
    ],
    text: ({ settings }) =>
      `Mail that claims to be from ${shownEntry(settings)} skips spam filtering, and anybody can write that address on a message.`,
    engineer: ({ settings }) =>
      `AllowedSenders of policy ${text(settings, 'Policy') ?? 'unknown'}: stamped SFV:SKA on the From address, without asking for SPF, DKIM or DMARC.`,
    rests: ['Entry'],
    narrow: 'Use an entry of the Tenant Allow/Block List with an end, or a rule that requires dmarc=pass.',
    checks: [to.orca('ORCA-109')],
    frameworks: [...trust, to.impersonation],
  },
];

export const allowedSender: EntryKind = {
  name: 'allowed sender',
  plural: 'allowed senders',
  licence: undefined,
  ...createPolicyList({
    noun: 'HostedContentFilterPolicy',
    policy: 'content filter policy',
    property: 'AllowedSenders',
    verbs: ['New', 'Set', 'Remove'],
  }),
  findings,
  evidence: () => claimedName,
  breadth: { ...domainBreadth, everyone: coversInternet },
  whenOff: filteredAsUsual,
  traces: { by: 'sender list' },
  protection: undefined,
};
