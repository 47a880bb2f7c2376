/**
 * The secret with which Lapse signs in to a tenant: an entry in the one for all tenants, or a secret of the tenant's own
 * beside that, whose name is that of the first, a slash and the tenant's id. A secret holds 64 KB, which is twenty-two
 * certificates; and what is wrong with one tenant's own is no other tenant's trouble.
 */
import { ofTenant, tenantsIn } from '#microsoft/credential.ts';
import { findSecret, readSecret, SecretNotSet } from './secrets.ts';

/** `shared`: ARN or name of the one for all. Its entry for the tenant counts first, its entry "*" last. */
export async function readTenantSecret(shared: string, tenant: string): Promise<string> {
  const all = await readSecret(shared).catch((error: unknown) => {
    if (error instanceof SecretNotSet) return error;
    throw error;
  });
  if (typeof all === 'string' && names(all, tenant)) return all;
  const own = await findSecret(`${nameOf(shared)}/${tenant.toLowerCase()}`);
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

/** Without what AWS appends to a name in an ARN. */
const nameOf = (id: string): string =>
  id.startsWith('arn:')
    ? id
        .split(':')
        .slice(6)
        .join(':')
        .replace(/-[^-]{6}$/, '')
    : id;
