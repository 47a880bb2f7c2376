/** The tenants Lapse can reach, by the Exchange secret. */
import { credentialFor } from './credentials.ts';
import { ExchangeError } from './exchange-error.ts';
import { createTenant } from './tenant.ts';
import { createToken } from './token.ts';
import type { Warn } from './invoke-command.ts';
import type { Patience, Surroundings } from './retry.ts';
import type { Tenant } from './tenant.ts';
import type { Token } from './token.ts';

export interface Reach extends Surroundings {
  readonly exchangeUrl: string;
  readonly loginUrl: string;
  /** The text of the secret; asked for each time, so that a rotated one is seen. */
  readonly secret: () => Promise<string>;
  readonly patience?: Patience;
}

/** Throws `ExchangeError` `no-credential` for a tenant the secret has no entry for. */
export type Tenants = (tenant: string, warn?: Warn) => Promise<Tenant>;

export function createTenants(reach: Reach): Tenants {
  // Tokens outlive one call of the function, but not the credential they were asked for with.
  const tokens = new Map<string, Token>();

  return async (tenant, warn) => {
    const credential = credentialFor(await reach.secret(), tenant);
    if (!credential)
      throw new ExchangeError(
        'no-credential',
        `Lapse has no credential for tenant ${tenant}. Add an entry for it to the Exchange secret.`,
      );
    const key = JSON.stringify([tenant, credential.clientId, credential.clientSecret]);
    const token = tokens.get(key) ?? createToken({ ...reach, tenant, credential });
    tokens.set(key, token);
    return createTenant({ ...reach, tenant, token, ...(warn && { warn }) });
  };
}
