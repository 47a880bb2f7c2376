/** Which tenants are looked at. */
import { servesAny, tenantsIn } from '#microsoft/credential.ts';
import type { Policy } from '#policy/policy.ts';
import type { Register } from '#register/contract.ts';

/**
 * Those the secret names. Where its entry "*" serves any tenant, also those that policy names or the register knows,
 * since nothing else says which there are.
 */
export async function tenantsToLookAt(
  secret: string,
  policy: Pick<Policy, 'tenants'>,
  register: Pick<Register, 'list'>,
): Promise<readonly string[]> {
  const all = new Set(tenantsIn(secret));
  if (!servesAny(secret)) return [...all].sort();
  for (const { id } of policy.tenants) all.add(id.toLowerCase());
  const known = register.list(({ tenant }) => tenant !== undefined && all.add(tenant.toLowerCase()));
  for await (const { tenant } of known) all.add(tenant.toLowerCase());
  return [...all].sort();
}
