/** Domains that an anti-phishing policy trusts: `{ Entry: 'partner.example', Policy }`. */
import { claimedName } from '#risk/evidence.ts';
import { always, type Rows } from '#risk/finding-row.ts';
import { text } from '#risk/settings.ts';
import * as to from '#risk/frameworks.ts';
import { domainBreadth, hasEntry, isAnybodys, shownEntry } from './list-entry.ts';
import { createPolicyList } from './policy-list.ts';
import { checkedForImpostors } from './off-effects.ts';
import type { EntryKind } from './kind.ts';

const findings: Rows = [
  {
    id: 'LAPSE-TD-001',
    title: 'A domain may look like yours',
    shows: hasEntry,
    weighs: [
      { risk: 'high', if: 'a domain where anybody can open a mailbox, or any domain', holds: isAnybodys },
      { risk: 'medium', if: 'otherwise', holds: always },
    ],
    text: ({ settings }) =>
      `Mail from anybody at ${shownEntry(settings)} is not checked for posing as one of your people, domains or partners.`,
    engineer: ({ settings }) =>
      `ExcludedDomains of policy ${text(settings, 'Policy') ?? 'unknown'}: impersonation protection takes no action on its mail.`,
    rests: ['Entry'],
    narrow:
      'Trust the one address that was wrongly taken for an impostor, and report the message to Microsoft as clean.',
    checks: [to.orca('ORCA-229')],
    frameworks: [to.changesAndExceptions, to.configuration, to.impersonation],
  },
];

export const trustedDomain: EntryKind = {
  name: 'trusted domain',
  plural: 'trusted domains',
  licence: undefined,
  ...createPolicyList({
    noun: 'AntiPhishPolicy',
    policy: 'anti-phishing policy',
    property: 'ExcludedDomains',
    verbs: ['New', 'Set', 'Remove'],
  }),
  findings,
  evidence: () => claimedName,
  breadth: domainBreadth,
  whenOff: checkedForImpostors,
  protection: undefined,
};
