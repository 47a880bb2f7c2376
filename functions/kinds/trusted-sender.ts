/** Senders that an anti-phishing policy trusts: `{ Entry: 'ann@partner.example', Policy }`. */
import { claimedName } from '#risk/evidence.ts';
import { always, type Assessable, type Rows } from '#risk/finding-row.ts';
import { isAtOpenProvider } from '#risk/open-provider.ts';
import { list, text } from '#risk/settings.ts';
import * as to from '#risk/frameworks.ts';
import { hasEntry, isOwnEntry, shownEntry } from './list-entry.ts';
import { createPolicyList } from './policy-list.ts';
import { checkedForImpostors } from './off-effects.ts';
import type { EntryKind } from './kind.ts';

/** Whoever poses as one of the tenant's people opens a mailbox there. */
const isAnybodysAddress = ({ settings }: Assessable): boolean =>
  list(settings, 'Entry').some(isAtOpenProvider);

const findings: Rows = [
  {
    id: 'LAPSE-TS-001',
    title: 'A sender may pose as one of you',
    shows: hasEntry,
    weighs: [
      { risk: 'high', if: 'an address in one of the tenant’s own domains', holds: isOwnEntry },
      { risk: 'high', if: 'an address where anybody can open a mailbox', holds: isAnybodysAddress },
      { risk: 'medium', if: 'otherwise', holds: always },
    ],
    text: ({ settings }) =>
      `Mail from ${shownEntry(settings)} is not checked for posing as one of your people, domains or partners.`,
    engineer: ({ settings }) =>
      `ExcludedSenders of policy ${text(settings, 'Policy') ?? 'unknown'}: impersonation protection takes no action on this sender's mail.`,
    rests: ['Entry'],
    narrow:
      'Take the sender out once Microsoft has been told that the message was clean, or let the person be protected without this address.',
    checks: [to.orca('ORCA-228')],
    frameworks: [to.changesAndExceptions, to.configuration, to.impersonation],
  },
];

export const trustedSender: EntryKind = {
  name: 'trusted sender',
  plural: 'trusted senders',
  licence: undefined,
  ...createPolicyList({
    noun: 'AntiPhishPolicy',
    policy: 'anti-phishing policy',
    property: 'ExcludedSenders',
    verbs: ['New', 'Set', 'Remove'],
  }),
  findings,
  evidence: () => claimedName,
  breadth: {
    counted: () => ({ addresses: [], domains: ['Entry'], recipients: [] }),
    noun: ['sender', 'senders'],
    everyone: () => false,
    everything: 'all mail',
  },
  whenOff: checkedForImpostors,
  protection: undefined,
};
