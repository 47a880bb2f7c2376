/** What one inventory of a tenant leaves for the next. */
import * as z from 'zod';
import { watchedKinds, type WatchedKind } from '#kinds/protection.ts';
import { parseInstant, type Instant } from '#time/instant.ts';
import { noteNames } from '#register/partitions.ts';
import type { VersionedValues } from '#register/versioned-values.ts';
import type { ProtectionNotes } from './protection.ts';

const moment = z.string().transform((text, issues): Instant => {
  const at = parseInstant(text);
  if (at !== undefined) return at;
  issues.addIssue({ code: 'custom', message: 'not a moment' });
  return z.NEVER;
});

const noteSchema = z.looseObject({
  ways: z.string(),
  off: z.boolean(),
  refuses: z.boolean().optional(),
  guards: z.string().optional(),
  bounds: z.record(z.string(), z.string()).optional(),
  name: z.string().optional(),
});
const protectionSchema = z.record(z.string(), noteSchema).default({});
/** Kinds and notes that only a newer release knows are kept for it. */
const schema = z.looseObject({
  /** Kinds whose first look is over: what is found from then on was made since. */
  imported: z.array(z.string()),
  /** What was there at a first look and could not be recorded: it was not made since. */
  unrecorded: z.array(z.string()).optional(),
  /** Missing from the newest listing, by id, since when. */
  missing: z.record(z.string(), moment),
  /** Domains for which it accepts mail, as it last said. */
  accepted: z.array(z.string()).optional(),
  /** Domains of everybody who ever administered it, as far as their changes were on record. */
  administrators: z.array(z.string()).optional(),
  /** When people were last told that inventories are not complete. */
  alertedAt: moment.optional(),
  /** The newest day on which people were told how far the import is. */
  progressOn: z.string().optional(),
});

export interface InventoryNotes {
  readonly imported: readonly string[];
  readonly unrecorded?: readonly string[] | undefined;
  readonly missing: Readonly<Record<string, Instant>>;
  /** By what each watched kind calls its own. */
  readonly protection: Readonly<Record<string, ProtectionNotes>>;
  readonly accepted?: readonly string[] | undefined;
  readonly administrators?: readonly string[] | undefined;
  readonly alertedAt?: Instant | undefined;
  readonly progressOn?: string | undefined;
}

export const nothingNoted: InventoryNotes = { imported: [], missing: {}, protection: {} };

/** Throws if what was kept cannot be read: treating this as a first inventory would give everything its grace. */
export function notesFrom(value: unknown): InventoryNotes {
  const notes = schema.parse(value);
  const protection = watchedKinds.map(
    ({ watched: { notedAs } }) => [notedAs, protectionSchema.parse(notes[notedAs])] as const,
  );
  return { ...notes, protection: Object.fromEntries(protection) };
}

/** What was noted of a kind. */
export const notedOf = ({ protection }: InventoryNotes, { watched }: WatchedKind): ProtectionNotes =>
  protection[watched.notedAs] ?? {};

/** As they are kept: what each kind notes stands beside the rest. */
export const storedNotes = ({ protection, ...rest }: InventoryNotes): Readonly<Record<string, unknown>> => ({
  ...rest,
  ...protection,
});

/** The tenant's own domains, as far as an inventory ever noted them. */
export async function readAcceptedDomains(
  values: Pick<VersionedValues, 'read'>,
  tenant: string,
): Promise<readonly string[]> {
  const kept = await values.read(`${noteNames.inventory}${tenant}`);
  const { accepted = [], administrators = [] } = kept === undefined ? nothingNoted : notesFrom(kept.value);
  return [...new Set([...accepted, ...administrators])];
}
