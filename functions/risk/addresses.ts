/**
 * Network addresses as Exchange lists them: one address, a range `a-b`, or a CIDR block, IPv4 or IPv6. Overlaps
 * count once. Whatever cannot be read as an address is kept apart, never thrown.
 */
import ipaddr from 'ipaddr.js';

const { IPv4, IPv6 } = ipaddr;

export interface AddressRange {
  readonly family: 4 | 6;
  /** First and last address as numbers; both belong to the range. */
  readonly from: bigint;
  readonly to: bigint;
}

/** Blocks that are not simply somebody's own servers. */
export type Special = 'private' | 'reserved' | 'documentation' | 'microsoft';

export interface AddressCount {
  /** IPv4 addresses, each once. */
  readonly addresses: number;
  /** Separate IPv6 networks: their addresses are beyond counting. */
  readonly networks6: number;
  /** How many of the IPv4 addresses (for IPv6: networks) lie in a special block. Empty blocks are left out. */
  readonly special: readonly {
    readonly what: Special;
    readonly addresses: number;
    readonly networks6: number;
  }[];
  /** Half of the IPv4 or IPv6 space, or more: no restriction at all. */
  readonly whole: boolean;
  /** Entries that are no address. */
  readonly unread: number;
}

export function parseAddresses(entry: string): AddressRange | undefined {
  const plain = entry.trim().replace(/^\[(.*)\]$/, '$1');
  const dash = /^([^-/]+)-([^-/]+)$/.exec(plain);
  if (dash) {
    const [first, last] = [single(dash[1] ?? ''), single(dash[2] ?? '')];
    if (first?.family !== last?.family || !first || !last || last.value < first.value) return undefined;
    return { family: first.family, from: first.value, to: last.value };
  }
  const [address = '', length, ...rest] = plain.split('/');
  const one = single(address);
  if (!one || rest.length > 0) return undefined;
  const bits = one.family === 4 ? 32 : 128;
  if (length === undefined) return { family: one.family, from: one.value, to: one.value };
  if (!/^\d{1,3}$/.test(length) || Number(length) > bits) return undefined;
  const size = 1n << BigInt(bits - Number(length));
  const from = (one.value / size) * size;
  return { family: one.family, from, to: from + size - 1n };
}

/** Parts with leading zeros are read by some as octal, and zones are for one machine alone: neither is an address here. */
function single(text: string): { readonly family: 4 | 6; readonly value: bigint } | undefined {
  const plain = text.trim();
  const family = IPv4.isValidFourPartDecimal(plain) ? 4 : IPv6.isValid(plain) ? 6 : undefined;
  if (family === undefined || plain.includes('%')) return undefined;
  const bytes = (family === 4 ? IPv4 : IPv6).parse(plain).toByteArray();
  return { family, value: bytes.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n) };
}

/** The same addresses in the fewest ranges, lowest first. */
export function mergeRanges(ranges: readonly AddressRange[]): readonly AddressRange[] {
  const merged: AddressRange[] = [];
  const ordered = ranges.toSorted((a, b) =>
    a.family !== b.family ? a.family - b.family : a.from < b.from ? -1 : a.from > b.from ? 1 : 0,
  );
  for (const range of ordered) {
    const last = merged.at(-1);
    if (last?.family !== range.family || range.from > last.to + 1n) merged.push(range);
    else if (range.to > last.to) merged[merged.length - 1] = { ...last, to: range.to };
  }
  return merged;
}

const sizeOf = ({ from, to }: AddressRange): bigint => to - from + 1n;
const addressesIn = (ranges: readonly AddressRange[], family: 4 | 6): bigint =>
  ranges.filter((range) => range.family === family).reduce((sum, range) => sum + sizeOf(range), 0n);

/** The addresses that are in both; each side merged. */
function overlap(some: readonly AddressRange[], others: readonly AddressRange[]): readonly AddressRange[] {
  return some.flatMap((one) =>
    others.flatMap((other) => {
      const from = one.from > other.from ? one.from : other.from;
      const to = one.to < other.to ? one.to : other.to;
      return one.family === other.family && from <= to ? [{ family: one.family, from, to }] : [];
    }),
  );
}

export const rangesMeet = (one: AddressRange, other: AddressRange): boolean =>
  one.family === other.family && one.from <= other.to && other.from <= one.to;

/** How many addresses are in `some` and not in `others`, IPv4 only. */
export function addressesBeyond(some: readonly AddressRange[], others: readonly AddressRange[]): number {
  const merged = mergeRanges(some);
  return Number(addressesIn(merged, 4) - addressesIn(overlap(merged, mergeRanges(others)), 4));
}

/** Whether `some` holds an address, or an entry that is none, that is not in `others`. */
export function addsAddresses(some: readonly string[], others: readonly string[]): boolean {
  const known = mergeRanges(others.flatMap((entry) => parseAddresses(entry) ?? []));
  return some.some((entry) => {
    const range = parseAddresses(entry);
    if (!range) return !others.includes(entry);
    return !known.some(
      ({ family, from, to }) => family === range.family && from <= range.from && range.to <= to,
    );
  });
}

/** Blocks by what they are: IANA's special-purpose registries (RFC 6890 and its updates), and Microsoft's own. */
export const specialRanges: readonly (readonly [Special, readonly string[]])[] = [
  // From here every customer's outgoing mail leaves Exchange Online (Microsoft 365 URLs and IP ranges, id 10):
  // trusting it means trusting whoever rents a tenant.
  [
    'microsoft',
    [
      '40.92.0.0/15',
      '40.107.0.0/16',
      '52.100.0.0/14',
      '104.47.0.0/17',
      '2a01:111:f400::/48',
      '2a01:111:f403::/48',
    ],
  ],
  ['private', ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7']],
  [
    'reserved',
    [
      '0.0.0.0/8',
      '100.64.0.0/10',
      '127.0.0.0/8',
      '169.254.0.0/16',
      '192.0.0.0/24',
      '198.18.0.0/15',
      '224.0.0.0/3',
      '::/127',
      'fe80::/10',
      'ff00::/8',
    ],
  ],
  ['documentation', ['192.0.2.0/24', '198.51.100.0/24', '203.0.113.0/24', '2001:db8::/32']],
];
const specials = specialRanges.map(
  ([what, entries]) => [what, mergeRanges(entries.flatMap((entry) => parseAddresses(entry) ?? []))] as const,
);

export function countAddresses(entries: readonly string[]): AddressCount {
  const read = [...new Set(entries.map((entry) => entry.trim()))].map(parseAddresses);
  const ranges = mergeRanges(read.filter((range) => range !== undefined));
  const addresses = addressesIn(ranges, 4);
  return {
    addresses: Number(addresses),
    networks6: ranges.filter((range) => range.family === 6).length,
    special: specials.flatMap(([what, block]) => {
      const shared = overlap(ranges, block);
      const networks6 = shared.filter((range) => range.family === 6).length;
      return shared.length === 0 ? [] : [{ what, addresses: Number(addressesIn(shared, 4)), networks6 }];
    }),
    whole: addresses >= 1n << 31n || addressesIn(ranges, 6) >= 1n << 127n,
    unread: read.filter((range) => range === undefined).length,
  };
}

/** Whether anybody can send from one of these: Microsoft's shared servers are in, or most of the internet. */
export const anybodySends = ({ special, whole }: AddressCount): boolean =>
  whole || special.some(({ what }) => what === 'microsoft');

/** One spelling for one set of addresses: merged, in order; entries that are no address stay as they are. */
export function normaliseAddresses(entries: readonly string[]): readonly string[] {
  const unread = entries.filter((entry) => parseAddresses(entry) === undefined);
  const ranges = mergeRanges(entries.flatMap((entry) => parseAddresses(entry) ?? []));
  return [...ranges.map(({ family, from, to }) => `ip${family}:${from}-${to}`), ...new Set(unread)].sort();
}

/** Settings that hold addresses, by Exchange's names in lower case. */
const addressSettings = new Set([
  'senderipranges',
  'exceptifsenderipranges',
  'senderipaddresses',
  'efskipips',
  'ipallowlist',
]);
export const holdsAddresses = (setting: string): boolean => addressSettings.has(setting.toLowerCase());

const specialWords: Readonly<Record<Special, string>> = {
  microsoft: 'shared by every Microsoft 365 customer',
  private: 'private, so never where mail from outside arrives from',
  reserved: 'reserved, so never where mail arrives from',
  documentation: 'reserved for documentation',
};

const plural = (count: number, one: string, many: string): string =>
  `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`;

/** "259 addresses (3 of them private, …)"; "no address" where there is none. */
export function describeAddresses({ addresses, networks6, special, unread, whole }: AddressCount): string {
  if (whole) return 'the whole internet';
  const counted = [
    ...(addresses > 0 ? [plural(addresses, 'address', 'addresses')] : []),
    ...(networks6 > 0 ? [plural(networks6, 'IPv6 network', 'IPv6 networks')] : []),
    ...(unread > 0 ? [plural(unread, 'entry that is no address', 'entries that are no address')] : []),
  ];
  if (counted.length === 0) return 'no address';
  const parts = special.map((part) =>
    part.addresses === addresses && part.networks6 === networks6
      ? specialWords[part.what]
      : `${part.addresses > 0 ? part.addresses.toLocaleString('en-US') : plural(part.networks6, 'network', 'networks')} of them ${specialWords[part.what]}`,
  );
  return `${counted.join(' and ')}${parts.length > 0 ? ` (${parts.join('; ')})` : ''}`;
}
