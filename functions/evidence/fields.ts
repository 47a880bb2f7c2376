/** How values are written in mail statistics. */
import { fromMillis, toMillis, type Instant } from '#time/instant.ts';

/** ISO 8601 in UTC, with up to seven digits behind the second; a zone other than UTC is converted. */
export function momentIn(text: string | undefined): Instant | undefined {
  const parts =
    text === undefined
      ? undefined
      : /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|[+-]\d\d:?\d\d)?$/i.exec(text);
  if (!parts) return undefined;
  const [, date = '', time = '', fraction = '', zone = 'Z'] = parts;
  const ms = Date.parse(`${date}T${time}.${fraction.slice(0, 3).padEnd(3, '0')}${zone.toUpperCase()}`);
  return Number.isFinite(ms) && ms >= 0 ? fromMillis(ms) : undefined;
}

/** Clocks differ, and a day is more than any of them does. */
const ahead = 86_400_000;
export const isFuture = (at: Instant, now: Instant): boolean => toMillis(at) > toMillis(now) + ahead;

/** A mail address in lower case; `undefined` for none, such as the empty sender of a bounce. */
export function addressIn(text: string | undefined): string | undefined {
  const plain = text?.replace(/^<|>$/g, '').toLowerCase();
  return plain !== undefined && /^[^@\s]+@[^@\s]+$/.test(plain) ? plain : undefined;
}

const longestDomain = 253;

/** Of an address or a domain. Nothing else gets in: whoever sends mail writes what stands there. */
export function domainIn(text: string | undefined): string | undefined {
  const domain = text
    ?.slice(text.lastIndexOf('@') + 1)
    .replace(/\.$/, '')
    .toLowerCase();
  return domain !== undefined &&
    domain.length <= longestDomain &&
    /^[\p{L}\p{N}_-]+(?:\.[\p{L}\p{N}_-]+)+$/u.test(domain)
    ? domain
    : undefined;
}

export const guidPattern = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/i;

/** What may be an address of a server; whether it is one shows where its network is looked up. */
export const ipIn = (text: string | undefined): string | undefined =>
  text !== undefined && /^[\d.]{7,15}$|^[\da-f:.]{2,45}$/i.test(text) && /[.:]/.test(text) ? text : undefined;
