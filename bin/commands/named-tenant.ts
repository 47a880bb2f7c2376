/** A tenant as a person names it, by the policy that knows its name. */
import * as z from 'zod';
import { Refusal } from '#lib/local/refusal.ts';
import { describeMistake, parsePolicy } from '#policy/policy-file.ts';
import type { Policy, Tenant } from '#policy/policy.ts';
import { policyFileOf } from '../environments.ts';
import { unusable } from './arguments.ts';
import { readTextFile } from './read-file.ts';

/** Its GUID in lower case. Throws a `Refusal` (exit code 2). */
export function tenantIn(
  given: string | undefined,
  { tenants }: { readonly tenants: readonly Pick<Tenant, 'id' | 'name'>[] },
): string {
  const found = tenants.find(
    ({ id, name }) =>
      id.toLowerCase() === given?.toLowerCase() || name.toLowerCase() === given?.toLowerCase(),
  );
  if (found) return found.id.toLowerCase();
  if (given !== undefined && z.guid().safeParse(given).success) return given.toLowerCase();
  throw new Refusal(
    given === undefined ? 'no tenant was named' : `there is no tenant ${given}`,
    tenants.length === 0 ? 'policy names none' : `policy names ${tenants.map(({ name }) => name).join(', ')}`,
    'give --tenant and its name or GUID',
    unusable,
  );
}

/** Where the tenant's GUID is enough, no sound policy is needed. */
export function namesOf(values: Parameters<typeof policyOf>[0]): Pick<Policy, 'tenants'> {
  try {
    return policyOf(values);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { tenants: [] };
  }
}

/** The one that was given, that of the stack, or else policy.yaml. Throws a `Refusal`. */
export function policyOf({
  policy,
  stack,
}: {
  readonly policy?: string | undefined;
  readonly stack?: string | undefined;
}): Policy {
  const file = policy ?? (stack === undefined ? undefined : policyFileOf(stack)) ?? 'policy.yaml';
  const parsed = parsePolicy(readTextFile(file, `the policy ${file}`));
  if ('policy' in parsed) return parsed.policy;
  throw new Refusal(
    `the policy ${file} has mistakes`,
    parsed.mistakes.map((mistake) => describeMistake(file, mistake)).join('\n  '),
    'lapse policy check lists them',
    unusable,
  );
}
