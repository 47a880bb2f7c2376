import { releaseBreaker, releaseSome, type BreakerType } from '#lifecycle/breaker.ts';
import { createBreakers } from '#register/breaker.ts';
import { tenant } from '../lifecycle/examples.ts';
import type { Policy } from '#policy/policy.ts';
import type { VersionedValues } from '#register/versioned-values.ts';
import type { Instant } from '#time/instant.ts';

/** As an approver's form does it. */
export async function release(
  values: VersionedValues,
  of: BreakerType,
  at: Instant,
  policy: Policy,
  /** Of lapses: what is ticked, and how many are not. */
  { ids, left }: { readonly ids: readonly string[]; readonly left: number } = { ids: [], left: 0 },
): Promise<void> {
  const breakers = createBreakers(values);
  const { breaker, revision } = await breakers.load(tenant, of);
  const by = 'USAMSECURITY';
  const released =
    of === 'lapses'
      ? releaseSome(breaker, { by, ids, left }, at, policy)
      : releaseBreaker(breaker, by, at, policy);
  await breakers.save(tenant, of, released, revision);
}
