/** Where a tenant itself takes mail for one of its domains, whatever its MX record says. */
import { isDomain } from '#values/mail-address.ts';

/**
 * How the names of Exchange Online's front doors end: worldwide, for the American government, in China, and those that
 * are signed with DNSSEC ("contoso-com.o-v1.mx.microsoft").
 */
const ends = [
  '.mail.protection.outlook.com',
  '.mail.protection.office365.us',
  '.mail.protection.partner.outlook.cn',
  '.mx.microsoft',
] as const;

export const isTenantEndpoint = (host: string): boolean =>
  ends.some((end) => host.toLowerCase().endsWith(end));

/** A name with dots, as a server can be asked for by. Records in DNS may hold anything, a network address too. */
export const isHost = (text: string): boolean => isDomain(text) && !/\.\d+$/.test(text);

/** Whether a server that calls itself so claims to be Exchange Online: front doors have names of their own. */
export const claimsExchange = (server: string): boolean =>
  /\.(?:outlook\.com|outlook\.cn|office365\.us|office365\.com|mx\.microsoft)$/i.test(server);

export type Endpoint =
  { readonly host: string; readonly by: 'given' | 'mx' | 'name' } | { readonly unknown: string };

export interface EndpointQuestion {
  readonly domain: string;
  /** The hosts of its MX record, as far as they are known. */
  readonly mx: readonly string[];
  /** How the names of the tenant's cloud end, without the leading dot. */
  readonly suffix: string;
  /** What a person says it is. */
  readonly given?: string | undefined;
}

/**
 * A domain's MX record knows it best, where it leads to the tenant. Else dots become hyphens ("contoso-com"), as
 * Microsoft's instructions show it. For a domain that has a hyphen itself, Microsoft makes another name by a rule that
 * it does not publish, and the domain that every tenant begins with is named otherwise, too.
 */
export function findEndpoint({ domain, mx, suffix, given }: EndpointQuestion): Endpoint {
  if (given !== undefined) return { host: given.toLowerCase(), by: 'given' };
  const own = mx.find(isTenantEndpoint);
  if (own !== undefined) return { host: own.toLowerCase(), by: 'mx' };
  const plain = /^[a-z0-9]+(?:\.[a-z0-9]+)+$/i.test(domain) && !/\.onmicrosoft\.(?:com|us|cn)$/i.test(domain);
  if (plain) return { host: `${domain.toLowerCase().replaceAll('.', '-')}.${suffix}`, by: 'name' };
  return {
    unknown: `what ${domain} is called at ${suffix} cannot be derived: the Microsoft 365 admin center shows it (Settings, Domains); give it with --endpoint`,
  };
}
