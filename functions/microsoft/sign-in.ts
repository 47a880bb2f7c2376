/** Tokens for any tenant of the secret and for either of what Lapse uses there. */
import { addressOf } from './clouds.ts';
import { findCredential } from './credential.ts';
import { SignInError } from './sign-in-error.ts';
import { createToken } from './token.ts';
import type { Patience, Surroundings } from './retry.ts';
import type { MicrosoftService } from './clouds.ts';
import type { Token } from './token.ts';

export interface SignInService extends Surroundings {
  /** The text of the secret that is for the tenant; asked for each time, so that a rotated one is seen. */
  readonly secret: (tenant: string) => Promise<string>;
  readonly loginUrl: string;
  /** Where each resource is, unless a tenant's cloud says otherwise. */
  readonly resourceUrls: Readonly<Partial<Record<MicrosoftService, string>>>;
  readonly webIdentityToken?: (() => Promise<string>) | undefined;
  readonly newId: () => string;
  readonly patience?: Patience | undefined;
}

export interface Access {
  readonly token: Token;
  /** Where the tenant's cloud serves the resource. */
  readonly address: string;
  /** Id of the application as which Lapse signs in there. */
  readonly application: string;
}

/** Throws `SignInError` `no-credential` for a tenant the secret has no entry for. Tokens are kept by credential. */
export type AccessTo = (tenant: string, resource: MicrosoftService) => Promise<Access>;

export function createSignIn(service: SignInService): AccessTo {
  const { loginUrl, resourceUrls, webIdentityToken, newId, patience } = service;
  // Tokens outlive one call of the function, but not the credential they were asked for with.
  const tokens = new Map<string, Token>();

  return async (tenant, resource) => {
    const credential = findCredential(await service.secret(tenant), tenant);
    if (!credential)
      throw new SignInError(
        'no-credential',
        `Lapse has no credential for tenant ${tenant}. Store a secret for it, or add an entry to the one for all tenants.`,
      );
    const address = addressOf(resource, credential.cloud, resourceUrls[resource]);
    const key = JSON.stringify([tenant, resource, credential]);
    const token =
      tokens.get(key) ??
      createToken({
        fetch: service.fetch,
        now: service.now,
        random: service.random,
        wait: service.wait,
        loginUrl,
        resourceUrl: address,
        resource,
        tenant,
        credential,
        newId,
        ...(webIdentityToken && { webIdentityToken }),
        ...(patience && { patience }),
      });
    tokens.set(key, token);
    return { token, address, application: credential.clientId };
  };
}
