/** The breaker of each tenant, as it stands in the table. */
import * as z from 'zod';
import { unused, type Breaker } from '#domain/breaker.ts';
import type { Instant } from '#domain/instant.ts';
import type { Standing } from './standing.ts';

const instant = z.iso.datetime({ precision: 3 }).transform((text) => text as Instant);
/** What a newer release wrote besides is kept. */
const breakerSchema = z.looseObject({
  passed: z.array(z.looseObject({ at: instant, count: z.int(), confirmed: z.int() })),
  tripped: z.looseObject({ at: instant, why: z.string(), waiting: z.int(), on: z.string() }).exactOptional(),
  released: z.looseObject({ at: instant, by: z.string(), until: instant }).exactOptional(),
}) satisfies z.ZodType<Breaker>;

export interface Breakers {
  load(tenant: string): Promise<{ readonly breaker: Breaker; readonly revision: number }>;
  /** False: somebody else has changed it since it was loaded. */
  save(tenant: string, breaker: Breaker, revision: number): Promise<boolean>;
}

const nameOf = (tenant: string): string => `BREAKER#${tenant}`;

export const createBreakers = (standing: Standing): Breakers => ({
  async load(tenant) {
    const noted = await standing.read(nameOf(tenant));
    return noted
      ? { breaker: breakerSchema.parse(noted.value), revision: noted.revision }
      : { breaker: unused, revision: 0 };
  },
  save: (tenant, breaker, revision) => standing.write(nameOf(tenant), breaker, revision),
});
