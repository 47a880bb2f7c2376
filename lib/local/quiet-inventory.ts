import type { Instant } from '#time/instant.ts';

interface Surroundings {
  /** A number that is another one after anything changed in the tenant or in the register. */
  readonly changes: () => number;
  /** How often the inventory has run. */
  readonly runs: () => number;
  readonly firstDue: () => Promise<Instant | undefined>;
  readonly now: () => Instant;
}

/**
 * After a change the inventory waits a quarter of an hour before it believes its eyes, so the first look may be too
 * early and the second is not. What it has compared then, unchanged on both sides, it would only compare again.
 */
const enough = 2;

/** When the next inventory could find something: not before time alone changes something in the register. */
export function quietInventory({ changes, runs, firstDue, now }: Surroundings) {
  let seen = { changes: Number.NaN, runs: 0 };
  return async (): Promise<Instant | undefined> => {
    if (changes() !== seen.changes) seen = { changes: changes(), runs: runs() };
    return runs() - seen.runs < enough ? now() : firstDue();
  };
}
