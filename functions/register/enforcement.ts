/**
 * What has been decided about enforcement in every tenant: one note, so that whoever is about to act learns it in one
 * read. What cannot be understood of a tenant stops it: nobody can say that Lapse may act there.
 */
import * as z from 'zod';
import { fromMillis } from '#time/instant.ts';
import {
  findMode,
  type Enforcement,
  type EnforcementByTenant,
  type Enforcements,
  type Modes,
  type UsualMode,
} from '#policy/enforcement-mode.ts';
import { instantSchema } from './instant-schema.ts';
import { noteNames } from './partitions.ts';
import type { Policy } from '#policy/policy.ts';
import type { VersionedValues } from './versioned-values.ts';

const byKind = z.record(
  z.string(),
  z.looseObject({ since: instantSchema.exactOptional(), by: z.string().exactOptional() }),
);

/** Additional fields of a newer release are kept. */
export const enforcementSchema = z.looseObject({
  live: byKind.exactOptional(),
  observing: byKind.exactOptional(),
  stopped: z
    .looseObject({
      at: instantSchema,
      by: z.string(),
      why: z.string(),
      toldAt: instantSchema.exactOptional(),
    })
    .exactOptional(),
  paused: z.looseObject({ from: instantSchema, to: instantSchema }).exactOptional(),
  pending: z
    .looseObject({ to: z.enum(['live', 'observing', 'resumed']), at: instantSchema, by: z.string() })
    .exactOptional(),
}) satisfies z.ZodType<Enforcement>;

const noteSchema = z.record(z.string(), z.unknown());

const unreadable: Enforcement = {
  stopped: {
    at: fromMillis(0),
    by: 'Lapse',
    why: 'what was decided about enforcement here cannot be read',
    toldAt: fromMillis(0),
  },
};

async function readNote(values: Pick<VersionedValues, 'read'>) {
  const note = await values.read(noteNames.enforcement);
  return { written: noteSchema.parse(note?.value ?? {}), revision: note?.revision ?? 0 };
}

const understood = (one: unknown): Enforcement => enforcementSchema.safeParse(one).data ?? unreadable;

export async function readEnforcements(values: Pick<VersionedValues, 'read'>): Promise<EnforcementByTenant> {
  const { written } = await readNote(values);
  return new Map(Object.entries(written).map(([tenant, one]) => [tenant, understood(one)]));
}

export const createEnforcements = (values: VersionedValues): Enforcements => ({
  read: () => readEnforcements(values),
  change: (tenant, change) => changeEnforcement(values, tenant, change),
});

const enforcementOf = (all: EnforcementByTenant, tenant: string): Enforcement =>
  all.get(tenant.toLowerCase()) ?? {};

export const modesIn =
  (all: EnforcementByTenant, usual: UsualMode): Modes =>
  ({ tenant, kind }) =>
    findMode(enforcementOf(all, tenant), kind, usual);

/** The policy together with where it may be acted on now. */
export async function withModes(
  policy: Policy,
  values: Pick<VersionedValues, 'read'>,
  usual: UsualMode,
): Promise<Policy> {
  return { ...policy, modes: modesIn(await readEnforcements(values), usual) };
}

const mostTries = 5;

export async function changeEnforcement(
  values: VersionedValues,
  tenant: string,
  change: (before: Enforcement) => Enforcement,
): Promise<{ readonly before: Enforcement; readonly after: Enforcement }> {
  for (let tries = mostTries; tries > 0; tries -= 1) {
    const { written, revision } = await readNote(values);
    const key = tenant.toLowerCase();
    const before = Object.hasOwn(written, key) ? understood(written[key]) : {};
    const after = change(before);
    if (after === before) return { before, after };
    const changed = { ...written, [key]: after };
    if (await values.write(noteNames.enforcement, changed, revision)) return { before, after };
  }
  throw new Error(`Enforcement in tenant ${tenant} could not be changed: other writers kept changing it.`);
}
