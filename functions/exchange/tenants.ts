/** The tenants Lapse can reach, by the Exchange secret. */
import { createSignIn } from '#microsoft/sign-in.ts';
import { createTenant } from './tenant.ts';
import { exchangeToken, toExchangeError } from './token.ts';
import type { Access } from '#microsoft/sign-in.ts';
import type { Warn } from './invoke-command.ts';
import type { Patience, Surroundings } from '#microsoft/retry.ts';
import type { ExchangeTenant } from './tenant.ts';

export interface Reach extends Surroundings {
  /** Where Exchange is, unless the tenant's cloud says otherwise. */
  readonly exchangeUrl: string;
  readonly loginUrl: string;
  /** The text of the secret that is for the tenant; asked for each time, so that a rotated one is seen. */
  readonly secret: (tenant: string) => Promise<string>;
  /** For tenants that trust the role this code runs as: see `SignIn`. */
  readonly webIdentityToken?: (() => Promise<string>) | undefined;
  /** A new id each time, for signed assertions. */
  readonly newId: () => string;
  readonly patience?: Patience;
}

/** Throws `ExchangeError` `no-credential` for a tenant the secret has no entry for. */
export type Tenants = (tenant: string, warn?: Warn) => Promise<ExchangeTenant>;

export function createTenants(reach: Reach): Tenants {
  const { exchangeUrl, ...rest } = reach;
  const signIn = createSignIn({ ...rest, resourceUrls: { exchange: exchangeUrl } });
  const homes = new Map<string, string>();

  return async (tenant, warn) => {
    let access: Access;
    try {
      access = await signIn(tenant, 'exchange');
    } catch (error) {
      throw toExchangeError(error);
    }
    const made = createTenant({
      ...reach,
      exchangeUrl: access.address,
      tenant,
      token: exchangeToken(access.token),
      homes,
      ...(warn && { warn }),
    });
    return { ...made, application: access.application };
  };
}
