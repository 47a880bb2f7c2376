/**
 * Trusted ARC sealers: `{ Entry: 'gateway.example' }`. The list can only be written as a whole, so whoever writes it in
 * the moment between the look and the write loses what they added; the look is therefore the last thing before the write.
 */
import { coversInternet } from '#risk/breadth.ts';
import { identity } from '#risk/evidence.ts';
import { always, type Rows } from '#risk/finding-row.ts';
import * as to from '#risk/frameworks.ts';
import { entriesOf, isSameEntry } from './list-answer.ts';
import { entryIn, entryOf, hasEntry, isAnybodys, shownEntry, usualPolicy } from './list-entry.ts';
import { readListChange } from './read-change.ts';
import type { ExchangeObject } from './call.ts';
import type { EntryKind } from './kind.ts';

const sealers = (present: readonly ExchangeObject[]): readonly string[] =>
  present.flatMap((config) => entriesOf(config, 'ArcTrustedSealers'));

// That an empty list empties it is an inference; the look afterwards tells.
const write = (all: readonly string[]) => [
  { cmdlet: 'Set-ArcConfig', parameters: { Identity: usualPolicy, ArcTrustedSealers: all } },
];

const findings: Rows = [
  {
    id: 'LAPSE-AR-001',
    title: 'Another service’s word about senders is believed',
    shows: hasEntry,
    weighs: [
      { risk: 'high', if: 'a domain where anybody can open a mailbox', holds: isAnybodys },
      { risk: 'medium', if: 'otherwise', holds: always },
    ],
    text: ({ settings }) =>
      `If ${shownEntry(settings)} says that a sender was checked, that is believed, even where the check fails here.`,
    engineer: ({ settings }) =>
      `ArcTrustedSealers holds ${shownEntry(settings)}: its ARC seal overrides failed SPF, DKIM and DMARC (compauth reason 130).`,
    rests: ['Entry'],
    narrow: 'Keep only the domains that the gateways in front of the tenant seal with.',
    checks: [],
    frameworks: [to.changesAndExceptions, to.providers, to.thirdParty, to.impersonation],
  },
];

export const arcSealer: EntryKind = {
  name: 'trusted ARC sealer',
  plural: 'trusted ARC sealers',
  licence: undefined,
  form: 'entry',
  nameOf: entryIn,
  log: {
    operations: ['Set-ArcConfig'],
    madeOfNameAlone: false,
    nullClearsFlags: false,
    told: (passed) => readListChange(passed, 'ArcTrustedSealers', (Entry) => ({ Entry })),
  },
  exchange: {
    list: [{ cmdlet: 'Get-ArcConfig', parameters: {} }],
    everyTenantHas: undefined,
    entries: ({ objects }) =>
      sealers(objects).map((domain) => ({ enabled: true, settings: { Entry: domain } })),
    disable: (settings, present) =>
      write(sealers(present).filter((domain) => !isSameEntry(domain, entryOf(settings)))),
    enable: (settings, present) => write([...sealers(present), entryOf(settings)]),
  },
  findings,
  evidence: () =>
    identity('The sealing service signs with its domain’s key; whom it vouches for is its own word.'),
  breadth: {
    counted: () => ({ addresses: [], domains: ['Entry'], recipients: [] }),
    noun: ['domain', 'domains'],
    everyone: coversInternet,
    everything: 'all mail',
  },
  whenOff: () => ({
    mayStop: false,
    text: 'Mail that it passes on is judged by its own checks again: what fails them because it was passed on may go to junk or quarantine.',
  }),
  protection: undefined,
  saved: { telling: [['ArcTrustedSealers']], whole: [] },
};
