/** The policy that applies to everything on record. A new one comes into force exception by exception. */
import * as z from 'zod';
import type { VersionedValues } from './versioned-values.ts';

const named = z.object({ hash: z.string(), policy: z.unknown() });
const noteSchema = z.object({
  ...named.shape,
  underway: z
    .object({ tried: z.array(named), whole: z.boolean(), waiting: z.array(z.string()) })
    .exactOptional(),
});

/** As it was written then: parse it before use. */
type Named = z.output<typeof named>;

/** Another policy on its way into force. */
export interface Underway {
  /** Policies that may apply to some of the exceptions since, oldest first. The last one is on its way. */
  readonly tried: readonly Named[];
  /** All that is left to do for it is what waits. */
  readonly whole: boolean;
  /** Tenants whose breaker holds back the deadlines that it brings nearer. */
  readonly waiting: readonly string[];
}

export interface InForce extends Named {
  readonly underway?: Underway;
}

const name = 'POLICY';

export async function readPolicyInForce(
  values: VersionedValues,
): Promise<(InForce & { readonly revision: number }) | undefined> {
  const noted = await values.read(name);
  return noted && { ...noteSchema.parse(noted.value), revision: noted.revision };
}

/** False: another sweep was faster. */
export const putInForce = (
  values: VersionedValues,
  { hash, policy, underway }: InForce,
  revision: number,
): Promise<boolean> => values.write(name, { hash, policy, ...(underway && { underway }) }, revision);
