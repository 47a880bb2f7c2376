/**
 * Trusted ARC sealers. The list can only be written as a whole, so whoever writes it in the moment between the look
 * and the write loses what they added; the look is therefore the last thing before the write.
 */
import { usualPolicy } from '#risk/entry.ts';
import { text } from '#risk/settings.ts';
import { entriesOf, sameEntry } from './entries.ts';
import type { EntryAdapter } from './adapter.ts';
import type { ExchangeObject } from './answer.ts';

const sealers = (present: readonly ExchangeObject[]): readonly string[] =>
  present.flatMap((config) => entriesOf(config, 'ArcTrustedSealers'));

// That an empty list empties it is an inference; the look afterwards tells.
const write = (all: readonly string[]) => [
  { cmdlet: 'Set-ArcConfig', parameters: { Identity: usualPolicy, ArcTrustedSealers: all } },
];

export const arcSealer: EntryAdapter = {
  form: 'entry',
  noun: 'ARC configuration',
  calls: [{ cmdlet: 'Get-ArcConfig', parameters: {} }],
  emptyIsUsual: true,
  entries: ({ objects }) =>
    sealers(objects).map((domain) => ({ enabled: true, settings: { Entry: domain } })),
  disable: (settings, present) =>
    write(sealers(present).filter((domain) => !sameEntry(domain, text(settings, 'Entry') ?? ''))),
  enable: (settings, present) => write([...sealers(present), text(settings, 'Entry') ?? '']),
};
