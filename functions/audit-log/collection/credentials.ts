/** The audit log secret: the tenants to collect from, each with the application Lapse signs in with there. */
import * as z from 'zod';
import { FeedError } from './feed-error.ts';

export interface TenantCredential {
  /** GUID, lower case. */
  readonly tenant: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

const guid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;
const credential = z.object({ clientId: z.string().min(1), clientSecret: z.string().min(1) });

const form = '{ "<tenant GUID>": { "clientId": "…", "clientSecret": "…" } }';

/**
 * The tenants of the secret, and how many of its entries make no sense: one misspelt entry must not keep the others
 * from being collected. An entry "*" is passed over: what to collect from must be named. Throws `no-credential`
 * where the secret as a whole cannot be read, without quoting it.
 */
export function tenantsIn(secret: string): {
  readonly tenants: readonly TenantCredential[];
  readonly mistakes: readonly FeedError[];
} {
  const entries = z.record(z.string(), z.unknown()).safeParse(json(secret));
  if (!entries.success)
    throw new FeedError('no-credential', `The audit log secret cannot be read. It must be JSON: ${form}.`);
  const tenants = new Map<string, TenantCredential>();
  const mistakes: FeedError[] = [];
  for (const [position, [key, value]] of Object.entries(entries.data).entries()) {
    if (key === '*') continue;
    const parsed = credential.safeParse(value);
    const tenant = key.toLowerCase();
    if (guid.test(key) && parsed.success) tenants.set(tenant, { tenant, ...parsed.data });
    else
      mistakes.push(
        new FeedError(
          'no-credential',
          `Entry ${position + 1} of the audit log secret is passed over: an entry must have the form ${form}.`,
        ),
      );
  }
  return { tenants: [...tenants.values()], mistakes };
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
