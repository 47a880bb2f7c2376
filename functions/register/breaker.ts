/** The breaker of each tenant, as stored in the table. */
import * as z from 'zod';
import { unused, type Breaker, type Guarded } from '#lifecycle/breaker.ts';
import type { Instant } from '#time/instant.ts';
import type { VersionedValues } from './versioned-values.ts';

const instant = z.iso.datetime({ precision: 3 }).transform((text) => text as Instant);
/** Additional fields of a newer release are kept. */
const breakerSchema = z.looseObject({
  passed: z.array(z.looseObject({ at: instant, count: z.int(), confirmed: z.int() })),
  tripped: z
    .looseObject({
      at: instant,
      why: z.string(),
      waiting: z.int(),
      on: z.string(),
      policy: z.string().exactOptional(),
    })
    .exactOptional(),
  released: z
    .looseObject({ at: instant, by: z.string(), until: instant, policy: z.string().exactOptional() })
    .exactOptional(),
}) satisfies z.ZodType<Breaker>;

export interface Breakers {
  load(tenant: string, of: Guarded): Promise<{ readonly breaker: Breaker; readonly revision: number }>;
  /** False: somebody else has changed it since it was loaded. */
  save(tenant: string, of: Guarded, breaker: Breaker, revision: number): Promise<boolean>;
}

/** The one for lapses is stored under the tenant alone: it is older. */
const nameOf = (tenant: string, of: Guarded): string =>
  of === 'lapses' ? `BREAKER#${tenant}` : `BREAKER#${tenant}#${of}`;

export const createBreakers = (values: VersionedValues): Breakers => ({
  async load(tenant, of) {
    const noted = await values.read(nameOf(tenant, of));
    return noted
      ? { breaker: breakerSchema.parse(noted.value), revision: noted.revision }
      : { breaker: unused, revision: 0 };
  },
  save: (tenant, of, breaker, revision) => values.write(nameOf(tenant, of), breaker, revision),
});
