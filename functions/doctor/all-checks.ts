/** Everything that is looked at, for one deployment. */
import { servesAny, tenantsIn } from '#microsoft/credential.ts';
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
  /** Tenants beside those the secrets name. */
  readonly tenants: readonly string[];
  /** Kinds that a tenant has no licence for. */
  readonly without: (tenant: string) => readonly Kind[];
}

const rolesOfSecrets = [
  ['exchange-reader', 'exchange'],
  ['exchange-writer', 'exchange'],
  ['audit-log-reader', 'activity'],
] as const;

export async function createAllChecks({
  access,
  secret,
  slack,
  cloud,
  tenants,
  without,
}: Deployed): Promise<readonly Check[]> {
  const checks: Check[] = [];
  for (const [name, resource] of rolesOfSecrets) {
    const text = await secret(name).catch(() => undefined);
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
    const all = [...new Set([...named.tenants, ...(named.any ? tenants : [])])].sort();
    checks.push({
      name: `${name}: secret`,
      run: () =>
        Promise.resolve(
          all.length === 0 ? skipped('it names no tenant yet') : ok(`for ${all.length} tenants`),
        ),
    });
    const credentials = { name, secret: () => Promise.resolve(text) };
    for (const tenant of all) {
      checks.push(...createSignInChecks(tenant, resource, credentials, access));
      if (name === 'exchange-reader')
        checks.push(...createReadChecks(tenant, credentials, access, without(tenant)));
      if (name === 'audit-log-reader') checks.push(...createSubscriptionChecks(tenant, credentials, access));
    }
  }
  return [
    ...checks,
    ...createSlackChecks({ ...slack, fetch: access.fetch, token: () => secret('slack-bot-token') }),
    ...createAwsChecks(cloud),
  ];
}

function namedIn(text: string): { tenants: readonly string[]; any: boolean } | SignInError {
  try {
    return { tenants: tenantsIn(text), any: servesAny(text) };
  } catch (error) {
    if (error instanceof SignInError) return error;
    throw error;
  }
}
