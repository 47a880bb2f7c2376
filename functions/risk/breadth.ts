/** How much an exception lets past: addresses, domains, recipients, or everything. */
import { countAddresses, describeAddresses, type AddressCount } from './addresses.ts';
import { list } from './settings.ts';
import type { Assessable } from './finding-row.ts';
import type { Settings } from './settings.ts';

export interface Breadth extends AddressCount {
  /** Different domains and addresses of people named; `*` is not counted but covers everyone. */
  readonly domains: number;
  readonly recipients: number;
  /** Nothing narrows whose mail (or to whom) it is for. */
  readonly everyone: boolean;
  /** "256 addresses, 2 domains, 1 recipient", "all mail", "not counted". */
  readonly text: string;
}

/** Settings by what they name. */
interface Counted {
  readonly addresses: readonly string[];
  readonly domains: readonly string[];
  readonly recipients: readonly string[];
}

/** By what it is told how much something lets past. */
export interface Measure {
  /** Which settings are counted. */
  readonly counted: (settings: Settings) => Counted;
  /** How one of its `domains` is called, and how several are. */
  readonly noun: readonly [one: string, many: string];
  /** Whether nothing narrows whose mail (or to whom) it is for. */
  readonly everyone: (object: Assessable, addresses: AddressCount) => boolean;
  /** What it lets past then. */
  readonly everything: string;
}

/** For what only addresses can make everyone's. */
export const coversInternet: Measure['everyone'] = (_, { whole }) => whole;

const number = (count: number, one: string, many: string): readonly string[] =>
  count === 0 ? [] : [`${count.toLocaleString('en-US')} ${count === 1 ? one : many}`];

const each = (settings: Settings, names: readonly string[]): number =>
  new Set(
    names
      .flatMap((name) => list(settings, name))
      .map((entry) => entry.toLowerCase().replace(/^smtp:|;\d+$/g, ''))
      .filter((entry) => entry !== '*'),
  ).size;

/** Never throws, whatever the settings hold. */
export function measureBreadth(
  { counted, noun, everyone, everything }: Measure,
  object: Assessable,
): Breadth {
  const { settings } = object;
  const names = counted(settings);
  const addresses = countAddresses(names.addresses.flatMap((name) => list(settings, name)));
  const domains = each(settings, names.domains);
  const recipients = each(settings, names.recipients);
  const isEveryone = everyone(object, addresses);
  const parts = [
    ...(addresses.addresses + addresses.networks6 + addresses.unread > 0
      ? [describeAddresses(addresses)]
      : []),
    ...number(domains, ...noun),
    ...number(recipients, 'recipient', 'recipients'),
  ];
  return {
    ...addresses,
    domains,
    recipients,
    everyone: isEveryone,
    text: isEveryone
      ? [everything, ...parts].join('; ')
      : parts.length > 0
        ? parts.join(', ')
        : 'not counted',
  };
}
