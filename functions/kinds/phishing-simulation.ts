/** The override for simulated phishing: `{ Domains: […], SenderIpRanges: […], Policy }`. */
import { anybodySends, countAddresses, describeAddresses } from '#risk/addresses.ts';
import { coversInternet } from '#risk/breadth.ts';
import { gradeAddresses } from '#risk/evidence.ts';
import { always, type Rows } from '#risk/finding-row.ts';
import { entries, isSet, list, listSome } from '#risk/settings.ts';
import * as to from '#risk/frameworks.ts';
import { createOverride, valuesOfAll } from './override.ts';
import { readEntries } from './read-change.ts';
import type { Settings } from '#risk/settings.ts';
import type { EntryKind } from './kind.ts';

const both = (entriesIn: (name: string) => readonly string[]): Settings =>
  Object.fromEntries(
    ['Domains', 'SenderIpRanges']
      .map((name) => [name, entriesIn(name)] as const)
      .filter(([, entries]) => entries.length > 0),
  );

const simulators = (settings: Settings) => countAddresses(list(settings, 'SenderIpRanges'));
const findings: Rows = [
  {
    id: 'LAPSE-PS-001',
    title: 'Simulated phishing is let through',
    shows: ({ settings }) => isSet(settings, 'Domains') || isSet(settings, 'SenderIpRanges'),
    weighs: [
      {
        risk: 'critical',
        if: 'without addresses, or from addresses that anybody can send from',
        holds: ({ settings }) => !isSet(settings, 'SenderIpRanges') || anybodySends(simulators(settings)),
      },
      { risk: 'high', if: 'without a domain', holds: ({ settings }) => !isSet(settings, 'Domains') },
      { risk: 'medium', if: 'a domain and addresses', holds: always },
    ],
    text: ({ settings }) =>
      `Mail of ${isSet(settings, 'Domains') ? listSome(entries(settings, 'Domains')) : 'any domain'} from ${isSet(settings, 'SenderIpRanges') ? describeAddresses(simulators(settings)) : 'anywhere'} is never stopped, even if it is phishing.`,
    engineer: () =>
      'The advanced delivery override switches off filtering, Safe Links and Safe Attachments for what matches domain and address.',
    rests: ['SenderIpRanges', 'Domains'],
    narrow: 'Keep it only while a campaign runs, with the vendor’s own domain and addresses.',
    checks: [],
    frameworks: [to.changesAndExceptions, to.providers, to.thirdParty, to.phishing],
  },
];

export const phishingSimulation: EntryKind = {
  name: 'phishing simulation override',
  plural: 'phishing simulation overrides',
  licence: undefined,
  ...createOverride({
    rule: 'ExoPhishSimOverrideRule',
    otherRule: 'PhishSimOverrideRule',
    policy: 'PhishSimOverridePolicy',
    settings: (rules) => both((name) => valuesOfAll(rules, name)),
    told: (passed) => both((name) => readEntries(passed, name)),
    made: (settings) => both((name) => list(settings, name)),
    named: /^_Exe:PhishSimOverr:/i,
    holds: ['Domains', 'SenderIpRanges'],
  }),
  findings,
  evidence: ({ settings }) => gradeAddresses(settings, 'SenderIpRanges'),
  breadth: {
    counted: () => ({ addresses: ['SenderIpRanges'], domains: ['Domains'], recipients: [] }),
    noun: ['domain', 'domains'],
    everyone: coversInternet,
    everything: 'all mail',
  },
  whenOff: () => ({
    mayStop: true,
    text: 'Simulated phishing is filtered like real phishing: messages of a campaign that is running do not arrive.',
  }),
  protection: undefined,
};
