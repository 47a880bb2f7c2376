/** Which tenants are looked at. */
import * as z from 'zod';
import { servesAny, tenantsIn } from '#microsoft/credential.ts';
import { noteNames } from '#register/partitions.ts';
import type { Policy } from '#policy/policy.ts';
import type { VersionedValues } from '#register/versioned-values.ts';
import type { Register } from '#register/contract.ts';

/** Those of which something was ever on record: what is removed shows no longer whose it was. */
const noted = z.array(z.string());
const noteName = noteNames.tenants;

/**
 * Those that policy or the secret names. Where its entry "*" serves any tenant, also those that the register knows.
 */
export async function findTenantsToLookAt(
  secret: string,
  policy: Pick<Policy, 'tenants'>,
  register: Pick<Register, 'rows'>,
  values: VersionedValues,
): Promise<readonly string[]> {
  const all = new Set(tenantsIn(secret));
  for (const { id } of policy.tenants) all.add(id.toLowerCase());
  if (!servesAny(secret)) return [...all].sort();
  const kept = await values.read(noteName);
  const before = new Set(kept && noted.parse(kept.value));
  const known = new Set(before);
  for await (const { tenant } of register.rows({ by: 'danger' }))
    if (tenant !== undefined) known.add(tenant.toLowerCase());
  // If another run was faster, the next one adds what is missing.
  if (known.size > before.size) await values.write(noteName, [...known].sort(), kept?.revision ?? 0);
  for (const tenant of known) all.add(tenant);
  return [...all].sort();
}
