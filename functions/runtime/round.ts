/**
 * One run over many tenants, several at once. With more of them than a run has time for, the next one goes on where
 * this one stopped, whatever ended it: none is always last.
 */
import { compareText } from '#values/compare-text.ts';

/** What one run leaves for the next: the tenant that was begun last. */
export interface Place {
  readonly read: () => Promise<string | undefined>;
  readonly note: (tenant: string) => Promise<void>;
}

export interface Round {
  readonly tenants: readonly string[];
  readonly place: Place;
  /** How many at once. */
  readonly most: number;
  /** Whether there is time to begin with another one. */
  readonly hasTime: () => boolean;
  /** Must not throw: one tenant's trouble is none of the others'. */
  readonly work: (tenant: string) => Promise<void>;
}

/** Begins with each once, as far as time allows, and answers how many it began with. */
export async function goRound({ tenants, place, most, hasTime, work }: Round): Promise<number> {
  const waiting = beginningAfter(await place.read(), tenants).values();
  let begun = 0;
  let noted = Promise.resolve();
  const worker = async (): Promise<void> => {
    while (hasTime()) {
      const { value: tenant } = waiting.next();
      if (tenant === undefined) return;
      begun += 1;
      // Before the work, and in order: if this tenant is what ends the run, the next run begins behind it.
      noted = noted.then(() => place.note(tenant));
      await noted;
      await work(tenant);
    }
  };
  await Promise.all(Array.from({ length: Math.min(most, tenants.length) }, worker));
  return begun;
}

/** In one order, whoever was added or taken away since: those that the last run began with come last. */
function beginningAfter(last: string | undefined, tenants: readonly string[]): readonly string[] {
  const ordered = tenants.toSorted(compareText);
  const first = last === undefined ? 0 : ordered.findIndex((tenant) => tenant > last);
  return [...ordered.slice(Math.max(0, first)), ...ordered.slice(0, Math.max(0, first))];
}

/**
 * Milliseconds that one tenant may take of the time there is: all of it where there are few tenants, otherwise so much
 * that each has its turn, but no less than it takes to get anywhere.
 */
export const shareOf = (time: number, count: number, most: number, least: number): number =>
  Math.max(Math.min(time, least), Math.floor((time * most) / Math.max(count, most)));
