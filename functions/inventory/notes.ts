/** What one inventory of a tenant leaves for the next. */
import * as z from 'zod';
import { parseInstant, type Instant } from '#time/instant.ts';
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
/** Kinds and notes that only a newer release knows are kept for it. */
const schema = z.looseObject({
  /** Kinds whose first look is over: what is found from then on was made since. */
  imported: z.array(z.string()),
  /** Missing from the newest listing, by id, since when. */
  missing: z.record(z.string(), moment),
  rules: z.record(z.string(), noteSchema),
  connectors: z.record(z.string(), noteSchema).default({}),
  /** When people were last told that inventories are not complete. */
  alertedAt: moment.optional(),
});

export interface InventoryNotes {
  readonly imported: readonly string[];
  readonly missing: Readonly<Record<string, Instant>>;
  readonly rules: ProtectionNotes;
  readonly connectors: ProtectionNotes;
  readonly alertedAt?: Instant | undefined;
}

export const nothingNoted: InventoryNotes = { imported: [], missing: {}, rules: {}, connectors: {} };

/** Throws where what was kept cannot be read: taking it for a first look would give everything the grace of one. */
export const notesFrom = (value: unknown): InventoryNotes => schema.parse(value);
