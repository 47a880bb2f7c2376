/**
 * The override for mailboxes that get mail unfiltered: `{ Entry: 'soc@contoso.com', Policy }`. The mailboxes themselves
 * stand in the policy, which only Security & Compliance PowerShell shows. Where the rule does not repeat them, the
 * policy's name stands in for them.
 */
import { coversInternet } from '#risk/breadth.ts';
import { nothing } from '#risk/evidence.ts';
import { always, type Rows } from '#risk/finding-row.ts';
import * as to from '#risk/frameworks.ts';
import { hasEntry, shownEntry } from './list-entry.ts';
import { createOverride, valuesOfAll } from './override.ts';
import { readEntries } from './read-change.ts';
import type { Settings } from '#risk/settings.ts';
import type { EntryKind } from './kind.ts';

const findings: Rows = [
  {
    id: 'LAPSE-SO-001',
    title: 'A mailbox gets mail unfiltered',
    shows: hasEntry,
    weighs: [{ risk: 'medium', if: 'always', holds: always }],
    text: ({ settings }) =>
      `${shownEntry(settings).includes('@') ? `The mailbox ${shownEntry(settings)} gets` : `The mailboxes of ${shownEntry(settings)} get`} all mail unfiltered: whoever works there meets live malware.`,
    engineer: ({ settings }) =>
      `SecOps override for ${shownEntry(settings)}: everything but malware by attachment type is delivered.`,
    rests: ['Entry'],
    narrow: 'Let only the mailbox where people report phishing have it.',
    checks: [],
    frameworks: [to.changesAndExceptions, to.configuration, to.phishing],
  },
];

const entryOf = (mailboxes: readonly string[], policy: string): Settings => ({
  Entry: mailboxes.length === 0 ? policy : mailboxes.length === 1 ? mailboxes[0] : mailboxes,
});

export const secopsMailbox: EntryKind = {
  name: 'SecOps mailbox override',
  plural: 'SecOps mailbox overrides',
  licence: undefined,
  ...createOverride({
    rule: 'ExoSecOpsOverrideRule',
    otherRule: 'SecOpsOverrideRule',
    policy: 'SecOpsOverridePolicy',
    settings: (rules, policy) => entryOf(valuesOfAll(rules, 'SentTo'), policy),
    told: (passed, policy) => entryOf(readEntries(passed, 'SentTo'), policy),
    made: () => ({}),
    named: /^_Exe:SecOpsOverrid:/i,
    holds: [],
  }),
  findings,
  evidence: () => nothing('The recipient decides, and nothing shows who sent it.'),
  breadth: {
    counted: () => ({ addresses: [], domains: [], recipients: ['Entry'] }),
    noun: ['domain', 'domains'],
    everyone: coversInternet,
    everything: 'all mail',
  },
  whenOff: () => ({
    mayStop: true,
    text: 'Mail to the mailbox is filtered like all other mail: reported spam and phishing may not arrive there.',
  }),
  protection: undefined,
};
