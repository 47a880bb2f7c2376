/**
 * The secret with which Lapse signs in to a tenant: an entry in the one for all tenants, or a secret of the tenant's own
 * beside that, whose name is that of the first, a slash and the tenant's id. A secret holds 64 KB, which is twenty-two
 * certificates; and what is wrong with one tenant's own is no other tenant's trouble.
 */
import { ofTenant, tenantsIn } from '#microsoft/credential.ts';
import { secretNameOf } from './secret-name.ts';
import { findSecret, readSecret, SecretNotSet } from './secrets.ts';

/** `shared`: ARN or name of the one for all. Its entry for the tenant counts first, its entry "*" last. */
export async function readTenantSecret(shared: string, tenant: string): Promise<string> {
  const all = await readSecret(shared).catch((error: unknown) => {
    if (error instanceof SecretNotSet) return error;
    throw error;
  });
  if (typeof all === 'string' && names(all, tenant)) return all;
  const own = await findSecret(`${secretNameOf(shared)}/${tenant.toLowerCase()}`);
  if (own !== undefined) return ofTenant(tenant, own);
  if (typeof all === 'string') return all;
  throw all;
}

function names(all: string, tenant: string): boolean {
  try {
    return tenantsIn(all).includes(tenant.toLowerCase());
  } catch {
    // Whoever has no secret of their own learns of it when it is read for them.
    return false;
  }
}

/** The one for all by `read`. Where policy names tenants, each may have a secret of its own: then none need be stored. */
export const readSharedSecret = (read: () => Promise<string>, named: readonly unknown[]): Promise<string> =>
  read().catch((error: unknown) => {
    if (error instanceof SecretNotSet && named.length > 0) return '{}';
    throw error;
  });
