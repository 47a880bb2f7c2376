/**
 * How far the import of each tenant is, as the newest inventory counted it: whoever shows it need not read every
 * exception.
 */
import * as z from 'zod';
import { instantSchema } from './instant-schema.ts';
import { noteNames } from './partitions.ts';
import type { ImportProgress } from '#lifecycle/import-progress.ts';
import type { Instant } from '#time/instant.ts';
import type { VersionedValues } from './versioned-values.ts';

export type Counted = ImportProgress & { readonly at: Instant };
export type CountedByTenant = Readonly<Record<string, Counted>>;

const count = z.int().nonnegative();
const counted = z.looseObject({
  total: count,
  answered: count,
  ended: count,
  waiting: count,
  silent: count,
  unreached: count,
  at: instantSchema,
});
const noteSchema = z.record(z.string(), counted);
const name = `${noteNames.inventory}progress`;

/** Nothing where it cannot be read: the next inventory counts again. */
export async function readProgress(values: Pick<VersionedValues, 'read'>): Promise<CountedByTenant> {
  return noteSchema.safeParse((await values.read(name))?.value).data ?? {};
}

/** Of two inventories at the same time, either will do. Tenants whose import is over are left out. */
export async function noteProgress(values: VersionedValues, newest: CountedByTenant): Promise<void> {
  const kept = await values.read(name);
  const before = noteSchema.safeParse(kept?.value).data ?? {};
  const underWay = Object.entries({ ...before, ...newest }).filter(([, { waiting }]) => waiting > 0);
  if (underWay.length === 0 && Object.keys(before).length === 0) return;
  await values.write(name, Object.fromEntries(underWay), kept?.revision ?? 0);
}
