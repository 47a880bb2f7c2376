import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countAddresses, normaliseAddresses, parseAddresses, describeAddresses } from '#risk/addresses.ts';

describe('addresses', () => {
  it.each<[string, readonly string[], string]>([
    ['one', ['203.0.113.7'], '1 address (reserved for documentation)'],
    ['a block and what lies in it, once', ['8.8.8.0/24', '8.8.8.8', '8.8.8.1-8.8.8.9'], '256 addresses'],
    ['blocks that overlap, once', ['8.8.8.0/25', '8.8.8.64-8.8.9.0'], '257 addresses'],
    ['a block given by an address in it', ['8.8.8.77/24'], '256 addresses'],
    [
      'a private address among others',
      ['10.1.2.3', '8.8.8.8'],
      '2 addresses (1 of them private, so never where mail from outside arrives from)',
    ],
    [
      'a carrier’s shared block',
      ['100.64.0.0/30'],
      '4 addresses (reserved, so never where mail arrives from)',
    ],
    ['Microsoft’s own', ['40.107.22.0/24'], '256 addresses (shared by every Microsoft 365 customer)'],
    [
      'a block with Microsoft’s at its edge',
      ['52.99.255.255-52.100.0.0'],
      '2 addresses (1 of them shared by every Microsoft 365 customer)',
    ],
    ['an IPv6 network', ['2a00:1450::/32', '8.8.8.8'], '1 address and 1 IPv6 network'],
    [
      'an IPv6 address with IPv4 at its end',
      ['2001:db8::192.0.2.1'],
      '1 IPv6 network (reserved for documentation)',
    ],
    ['everything', ['0.0.0.0/0'], 'the whole internet'],
    ['what is none', ['mail.example', '1.2.3.400', '8.8.8.9-8.8.8.1'], '3 entries that are no address'],
    ['none', [], 'no address'],
  ])('are counted: %s', (_, entries, said) => {
    expect(describeAddresses(countAddresses(entries))).toBe(said);
  });

  it.each([
    '',
    '/',
    '-',
    '1.2.3',
    '1.2.3.4/33',
    '1.2.3.4/x',
    '::1::',
    ':::',
    '1:2:3:4:5:6:7:8:9',
    '::g',
    '1.2.3.4-::1',
    '::1/129',
    // .NET, and so Exchange, may read it as octal.
    '010.0.0.1',
    'fe80::1%eth0',
  ])('are not seen in "%s"', (entry) => {
    expect(parseAddresses(entry)).toBeUndefined();
  });

  it('count the same as listing them one by one', () => {
    const range = fc.tuple(fc.nat(300), fc.nat(60)).map(([from, more]) => [from, from + more] as const);
    const dotted = (n: number) => `8.8.${String(n >> 8)}.${String(n & 255)}`;
    fc.assert(
      fc.property(fc.array(range), (ranges) => {
        const listed = new Set(
          ranges.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, n) => from + n)),
        );
        const entries = ranges.map(([from, to]) => `${dotted(from)}-${dotted(to)}`);
        expect(countAddresses(entries).addresses).toBe(listed.size);
        expect(normaliseAddresses(entries)).toEqual(normaliseAddresses([...listed].map(dotted).reverse()));
      }),
    );
  });

  it('are read from any text without an error', () => {
    const text = fc.oneof(fc.string(), fc.ipV4(), fc.ipV6(), fc.ipV4Extended());
    fc.assert(
      fc.property(fc.array(text), (entries) => {
        const { addresses, unread } = countAddresses(entries);
        expect(addresses).toBeGreaterThanOrEqual(0);
        expect(unread).toBeLessThanOrEqual(entries.length);
      }),
    );
  });

  it('of version 6 are all read', () => {
    fc.assert(
      fc.property(fc.ipV6(), (entry) => {
        expect(parseAddresses(entry)?.family).toBe(6);
      }),
    );
  });
});
