/** Everything that is looked at, for one deployment. */
import { findCredential, ofTenant, servesAny, tenantsIn } from '#microsoft/credential.ts';
import { SignInError } from '#microsoft/sign-in-error.ts';
import { createAwsChecks, type AwsDescriptions } from './aws-checks.ts';
import { failed, ok, skipped, type Check, type CheckVerdict } from './check.ts';
import { inTurn } from './in-turn.ts';
import { lookInto, type Held, type ReadSecret } from './held.ts';
import { once } from './once.ts';
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
  /** By what comes after the stack in their names. */
  readonly secret: ReadSecret;
  readonly slack: Pick<SlackToCheck, 'url' | 'channels' | 'approvers' | 'post'>;
  readonly cloud: AwsDescriptions;
  /** Tenants beside those the secrets name, and those of them whose audit log is to be collected. */
  readonly tenants: readonly string[];
  readonly collected: readonly string[];
  /** Kinds that a tenant has no licence for. */
  readonly without: (tenant: string) => readonly Kind[];
  /** Of the tenants, only those whose id comes after it are looked at. */
  readonly after?: string;
}

const rolesOfSecrets = [
  ['exchange-reader', 'exchange', 'record-changes and of take-inventory'],
  ['exchange-writer', 'exchange', 'enforce'],
  ['audit-log-reader', 'activity', 'collect-audit-log'],
] as const;

/** Tenants that are looked at at the same time. */
const tenantsAtOnce = 20;

export async function createAllChecks({
  access,
  secret,
  slack,
  cloud,
  tenants,
  collected,
  without,
  after = '',
}: Deployed): Promise<readonly Check[]> {
  const ofSecrets: Check[] = [];
  const ofTenants = new Map<string, Check[]>();
  await Promise.all(
    rolesOfSecrets.map(async ([name, resource, functions]) => {
      const shared = await lookInto(secret, name);
      const ofPolicy = name === 'audit-log-reader' ? collected : tenants;
      const named = namedIn('text' in shared ? shared.text : '{}');
      const all =
        named instanceof SignInError
          ? []
          : [...new Set([...named.tenants, ...ofPolicy, ...(named.any ? tenants : [])])];
      ofSecrets.push({
        name: `${name}: secret`,
        run: () => Promise.resolve(verdictOnShared(shared, named, all)),
      });
      for (const tenant of all) {
        const isNamed = !(named instanceof SignInError) && named.tenants.includes(tenant);
        const value = once(async () => {
          // As the functions do: only where a tenant has none of its own, the one for all stands in for it.
          if ('lack' in shared && shared.is !== 'empty') throw noCredential(name, shared);
          const own = isNamed ? undefined : await lookInto(secret, `${name}/${tenant}`);
          if (own && 'text' in own) return ofTenant(tenant, own.text);
          if (own && own.is !== 'absent') throw noCredential(`${name}/${tenant}`, own);
          return 'text' in shared ? shared.text : '{}';
        });
        const credentials = { name, secret: value };
        const ofThis = createSignInChecks(tenant, resource, credentials, access);
        if (name === 'exchange-reader')
          ofThis.push(...createReadChecks(tenant, credentials, access, without(tenant)));
        if (name === 'audit-log-reader')
          ofThis.push(...createSubscriptionChecks(tenant, credentials, access));
        const isOutOfReach = async () =>
          access.webIdentityToken === undefined && (await trustsRoles(value, tenant));
        const known = ofTenants.get(tenant) ?? [];
        ofTenants.set(tenant, [...known, ...ofThis.map((one) => unless(isOutOfReach, functions, one))]);
      }
    }),
  );
  return [
    ...ofSecrets.sort((a, b) => orderOf(a) - orderOf(b)),
    ...inTurn(ofTenants, after, tenantsAtOnce),
    ...createSlackChecks({ ...slack, fetch: access.fetch, token: () => lookInto(secret, 'slack-bot-token') }),
    ...createAwsChecks(cloud),
  ];
}

const orderOf = ({ name }: Check): number => rolesOfSecrets.findIndex(([secret]) => name.startsWith(secret));

function verdictOnShared(
  shared: Held,
  named: ReturnType<typeof namedIn>,
  all: readonly string[],
): CheckVerdict {
  if (named instanceof SignInError)
    return failed(named.message, 'Store a corrected value in Secrets Manager.');
  if ('lack' in shared)
    return all.length === 0 || shared.is !== 'empty'
      ? failed(`it ${shared.lack}`, shared.todo)
      : skipped(`it ${shared.lack}: each tenant needs one of its own`);
  return all.length === 0
    ? skipped('neither it nor policy names a tenant yet')
    : ok(`for ${all.length} tenants, with those that have one of their own`);
}

/** Whoever looks from outside has none of the roles that the tenant trusts: only the functions can tell. */
const unless = (isOutOfReach: () => Promise<boolean>, functions: string, { name, run }: Check): Check => ({
  name,
  run: async (signal) =>
    (await isOutOfReach())
      ? skipped(`the tenant trusts the role of ${functions}, whose log says whether that works`)
      : run(signal),
});

async function trustsRoles(text: () => Promise<string>, tenant: string): Promise<boolean> {
  try {
    const credential = findCredential(await text(), tenant);
    return credential !== undefined && 'federated' in credential;
  } catch (error) {
    // The check of the sign-in says what is wrong with it.
    if (error instanceof SignInError) return false;
    throw error;
  }
}

const noCredential = (name: string, { lack }: { readonly lack: string }): SignInError =>
  new SignInError('no-credential', `the secret ${name} ${lack}`);

function namedIn(text: string): { tenants: readonly string[]; any: boolean } | SignInError {
  try {
    return { tenants: tenantsIn(text), any: servesAny(text) };
  } catch (error) {
    if (error instanceof SignInError) return error;
    throw error;
  }
}
