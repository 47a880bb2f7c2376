/** Everything that is looked at, for one deployment. */
import { findCredential, ofTenant, servesAny, tenantsIn } from '#microsoft/credential.ts';
import { SignInError } from '#microsoft/sign-in-error.ts';
import { createAwsChecks, type AwsDescriptions } from './aws-checks.ts';
import { failed, ok, skipped, type Check } from './check.ts';
import { createSlackChecks, type SlackToCheck } from './slack-checks.ts';
import {
  createReadChecks,
  createSignInChecks,
  createSubscriptionChecks,
  type TenantAccess,
} from './tenant-checks.ts';
import type { Kind } from '#kinds/registry.ts';

export interface Deployed {
  readonly access: TenantAccess;
  /** The texts of the secrets, by the last part of their names. Throw where one is empty or may not be read. */
  readonly secret: (name: string) => Promise<string>;
  readonly slack: Pick<SlackToCheck, 'url' | 'channels' | 'approvers' | 'post'>;
  readonly cloud: AwsDescriptions;
  /** Tenants beside those the secrets name, and those of them whose audit log is to be collected. */
  readonly tenants: readonly string[];
  readonly collected: readonly string[];
  /** Kinds that a tenant has no licence for. */
  readonly without: (tenant: string) => readonly Kind[];
}

const rolesOfSecrets = [
  ['exchange-reader', 'exchange', 'record-changes and of take-inventory'],
  ['exchange-writer', 'exchange', 'enforce'],
  ['audit-log-reader', 'activity', 'collect-audit-log'],
] as const;

export async function createAllChecks({
  access,
  secret,
  slack,
  cloud,
  tenants,
  collected,
  without,
}: Deployed): Promise<readonly Check[]> {
  const checks: Check[] = [];
  for (const [name, resource, functions] of rolesOfSecrets) {
    const shared = await secret(name).catch(() => undefined);
    const ofPolicy = name === 'audit-log-reader' ? collected : tenants;
    const owns = await ownSecrets(name, ofPolicy, secret);
    // Where every tenant has a secret of its own, the one for all may be empty.
    const text = shared ?? (owns.size > 0 ? '{}' : undefined);
    if (text === undefined) {
      checks.push({
        name: `${name}: secret`,
        run: () =>
          Promise.resolve(failed('it is empty or may not be read', 'Store its value in Secrets Manager.')),
      });
      continue;
    }
    const named = namedIn(text);
    if (named instanceof SignInError) {
      checks.push({
        name: `${name}: secret`,
        run: () => Promise.resolve(failed(named.message, 'Store a corrected value in Secrets Manager.')),
      });
      continue;
    }
    const all = [...new Set([...named.tenants, ...ofPolicy, ...(named.any ? tenants : [])])].sort();
    checks.push({
      name: `${name}: secret`,
      run: () =>
        Promise.resolve(
          all.length === 0
            ? skipped('neither it nor policy names a tenant yet')
            : ok(`for ${all.length} tenants, ${owns.size} of which have one of their own`),
        ),
    });
    for (const tenant of all) {
      const own = named.tenants.includes(tenant) ? undefined : owns.get(tenant);
      const value = own === undefined ? text : ofTenant(tenant, own);
      const credentials = { name, secret: () => Promise.resolve(value) };
      const ofThis = createSignInChecks(tenant, resource, credentials, access);
      if (name === 'exchange-reader')
        ofThis.push(...createReadChecks(tenant, credentials, access, without(tenant)));
      if (name === 'audit-log-reader') ofThis.push(...createSubscriptionChecks(tenant, credentials, access));
      const isOutOfReach = access.webIdentityToken === undefined && trustsRoles(value, tenant);
      checks.push(...(isOutOfReach ? ofThis.map((one) => leaveTo(functions, one)) : ofThis));
    }
  }
  return [
    ...checks,
    ...createSlackChecks({ ...slack, fetch: access.fetch, token: () => secret('slack-bot-token') }),
    ...createAwsChecks(cloud),
  ];
}

/** Whoever looks from outside has none of the roles that the tenant trusts: only the functions can tell. */
const leaveTo = (functions: string, { name }: Check): Check => ({
  name,
  run: () =>
    Promise.resolve(skipped(`the tenant trusts the role of ${functions}, whose log says whether that works`)),
});

function trustsRoles(text: string, tenant: string): boolean {
  try {
    const credential = findCredential(text, tenant);
    return credential !== undefined && 'federated' in credential;
  } catch (error) {
    // The check of the sign-in says what is wrong with it.
    if (error instanceof SignInError) return false;
    throw error;
  }
}

/** The tenants' own, by tenant. */
async function ownSecrets(
  name: string,
  tenants: readonly string[],
  secret: Deployed['secret'],
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const tenant of tenants) {
    const own = await secret(`${name}/${tenant}`).catch(() => undefined);
    if (own !== undefined) found.set(tenant, own);
  }
  return found;
}

function namedIn(text: string): { tenants: readonly string[]; any: boolean } | SignInError {
  try {
    return { tenants: tenantsIn(text), any: servesAny(text) };
  } catch (error) {
    if (error instanceof SignInError) return error;
    throw error;
  }
}
