/** The breaker of each tenant, as stored in the table. */
import * as z from 'zod';
import { unused, type Breaker, type Breakers, type BreakerType } from '#lifecycle/breaker.ts';
import { noteNames } from './partitions.ts';
import { instantSchema } from './instant-schema.ts';
import type { VersionedValues } from './versioned-values.ts';

/** Additional fields of a newer release are kept. */
const breakerSchema = z.looseObject({
  passed: z.array(z.looseObject({ at: instantSchema, count: z.int() })),
  tripped: z
    .looseObject({
      at: instantSchema,
      why: z.string(),
      waiting: z.int(),
      on: z.string(),
      shown: z.array(z.string()).exactOptional(),
      policy: z.string().exactOptional(),
    })
    .exactOptional(),
  released: z
    .looseObject({
      at: instantSchema,
      by: z.string(),
      until: instantSchema,
      policy: z.string().exactOptional(),
    })
    .exactOptional(),
  picked: z
    .looseObject({ at: instantSchema, by: z.string(), until: instantSchema, ids: z.array(z.string()) })
    .exactOptional(),
}) satisfies z.ZodType<Breaker>;

/** The keys of breakers cannot be listed, so whoever releases them finds here whose there are. */
const noteName = noteNames.breakers;
const noted = z.array(z.string());
const mostTries = 5;

/** The one for lapses is stored under the tenant alone: it is older. */
const nameOf = (tenant: string, of: BreakerType): string =>
  of === 'lapses' ? `${noteNames.breaker}${tenant}` : `${noteNames.breaker}${tenant}#${of}`;

export function createBreakers(values: VersionedValues): Breakers {
  async function readNote() {
    const note = await values.read(noteName);
    return { tenants: note ? noted.parse(note.value) : [], revision: note?.revision ?? 0 };
  }

  async function note(tenant: string): Promise<void> {
    for (let tries = mostTries; tries > 0; tries -= 1) {
      const { tenants, revision } = await readNote();
      if (tenants.includes(tenant)) return;
      if (await values.write(noteName, [...tenants, tenant].sort(), revision)) return;
    }
    throw new Error(`Lapse could not note that tenant ${tenant} is stopped: other writers kept changing it.`);
  }

  return {
    async load(tenant, of) {
      const kept = await values.read(nameOf(tenant, of));
      return kept
        ? { breaker: breakerSchema.parse(kept.value), revision: kept.revision }
        : { breaker: unused, revision: 0 };
    },

    async save(tenant, of, breaker, revision) {
      // First, or nobody could release what was stopped just before a crash.
      if (breaker.tripped) await note(tenant);
      return values.write(nameOf(tenant, of), breaker, revision);
    },

    tenants: async () => (await readNote()).tenants,
  };
}
