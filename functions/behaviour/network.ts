/** The network that a sending server is in: the /24 of an IPv4 address, the /64 of an IPv6 address. */
import { parseAddresses } from '#risk/addresses.ts';

/** `undefined` if the text is no single address. What stands in a mapped IPv6 address is IPv4. */
export function networkOf(address: string): string | undefined {
  const range = parseAddresses(address);
  if (!range || range.from !== range.to) return undefined;
  const isMapped = range.family === 6 && range.from >> 32n === 0xffffn;
  if (range.family === 4 || isMapped) {
    const bits = range.from & 0xffffffffn;
    return `${bits >> 24n}.${(bits >> 16n) & 255n}.${(bits >> 8n) & 255n}.0/24`;
  }
  const parts = [112n, 96n, 80n, 64n].map((shift) => ((range.from >> shift) & 0xffffn).toString(16));
  return `${parts.join(':')}::/64`;
}
