import { releaseBreaker, type BreakerType } from '#lifecycle/breaker.ts';
import { createBreakers } from '#register/breaker.ts';
import { tenant } from '../lifecycle/examples.ts';
import type { Policy } from '#policy/policy.ts';
import type { VersionedValues } from '#register/versioned-values.ts';
import type { Instant } from '#time/instant.ts';

/** As an approver's `/lapse release` does it. */
export async function release(
  values: VersionedValues,
  of: BreakerType,
  at: Instant,
  policy: Policy,
): Promise<void> {
  const breakers = createBreakers(values);
  const { breaker, revision } = await breakers.load(tenant, of);
  await breakers.save(tenant, of, releaseBreaker(breaker, 'USAMSECURITY', at, policy), revision);
}
