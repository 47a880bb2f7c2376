/** The tenants a function reaches with its Exchange secret. */
import { randomUUID } from 'node:crypto';
import { createTenants, type Tenants } from '#exchange/tenants.ts';
import { readTenantSecret } from './tenant-secret.ts';
import { surroundings } from './surroundings.ts';
import { webIdentityToken } from './web-identity-token.ts';
import type { ExchangeTenant } from '#exchange/tenant.ts';
import type { Patience } from '#microsoft/retry.ts';
import type { Environment } from './environment.ts';
import type { Turn } from './turn.ts';

type Where = Pick<Environment<'enforce'>, 'EXCHANGE_URL' | 'LOGIN_URL' | 'EXCHANGE_SECRET'>;

export const tenantsFromEnvironment = (environment: Where, patience?: Patience): Tenants =>
  createTenants({
    ...surroundings,
    exchangeUrl: environment.EXCHANGE_URL,
    loginUrl: environment.LOGIN_URL,
    secret: (tenant) => readTenantSecret(environment.EXCHANGE_SECRET, tenant),
    newId: randomUUID,
    webIdentityToken,
    ...(patience && { patience }),
  });

/** The same, with what Exchange warns of in the log of this turn. */
export const logWarnings =
  (tenants: Tenants, { logger }: Pick<Turn, 'logger'>): ((tenant: string) => Promise<ExchangeTenant>) =>
  (tenant) =>
    tenants(tenant, (warning) => logger.warn('Exchange warned', { code: 'EXCHANGE_WARNED', ...warning }));
