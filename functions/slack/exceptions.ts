/** What this folder needs of the register; the Lambdas plug it in. */
import { UnreadableState } from '#lifecycle/unreadable-state.ts';
import type { Kind } from '#kinds/registry.ts';
import type { Risk } from '#risk/finding.ts';
import type { Command } from '#lifecycle/commands.ts';
import type { Event } from '#lifecycle/events.ts';
import type { Exception } from '#lifecycle/exception.ts';
import type { Instant } from '#time/instant.ts';

export interface Exceptions {
  /** `receipt`: of the command that may follow. */
  load(id: string, receipt?: string): Promise<Exception | undefined>;
  /** With its trail, in one request; `trail` throws an entry that cannot be read. */
  history(
    id: string,
  ): Promise<{ readonly exception: Exception | undefined; readonly trail: () => readonly Event[] }>;
  /** Those that are not removed: all, of one owner, or of one tenant. By urgency, what is switched off is left out. */
  rows(
    which:
      | { readonly by: 'urgency'; readonly risks: readonly Risk[] }
      | { readonly by: 'danger' }
      | { readonly owner: string; readonly by?: 'urgency' }
      | { readonly tenant: string },
  ): AsyncIterable<ListRow>;
  /** Each as it stands now; why, where this release cannot read it. */
  states(ids: readonly string[]): Promise<readonly (Exception | UnreadableState | undefined)[]>;
  /** `unreadable` hears of each entry that cannot be read; without it, that is thrown. */
  trail(id: string, unreadable?: (one: { readonly version: number }) => unknown): AsyncIterable<Event>;
  execute(request: {
    readonly id: string;
    /** Repeating a command under the same receipt changes nothing. */
    readonly receipt: string;
    readonly command: Command;
    readonly now: Instant;
  }): Promise<{
    readonly outcome: 'done' | 'duplicate' | 'nothing';
    readonly exception: Exception | undefined;
    readonly events: readonly Event[];
  }>;
}

/** Writes one structured line. Never give it names, addresses or reasons: they are the tenant's. */
export type WriteLog = (message: string, fields: Readonly<Record<string, string | number>>) => void;

/** What is known of an exception before it is read. */
export interface ListRow {
  readonly id: string;
  readonly risk?: Risk;
  readonly kind?: Kind;
  readonly tenant?: string;
}

export interface FirstPage {
  readonly found: readonly Exception[];
  /** There may be more. */
  readonly more: boolean;
  /** So many were passed over, because nothing of them can be shown. */
  readonly unreadable: number;
  /** Not all were looked at: there may be some that were not found. */
  readonly cut: boolean;
}

/** As many states as the register reads in one request. */
const mostStates = 100;

/** The first of those that a person may want to see. No more is read than that takes, nor more than `mostLooked`. */
export async function readFirstPage(
  exceptions: Pick<Exceptions, 'states'>,
  rows: AsyncIterable<ListRow>,
  wanted: (exception: Exception) => boolean,
  most: number,
  mostLooked = Infinity,
): Promise<FirstPage> {
  let unreadable = 0;
  let looked = 0;
  let cut = false;
  const found: Exception[] = [];
  const look = async (ids: readonly string[]): Promise<void> => {
    for (const one of await exceptions.states(ids))
      if (one instanceof UnreadableState) unreadable += 1;
      else if (one && one.state !== 'removed' && wanted(one)) found.push(one);
  };
  let ids: string[] = [];
  // One more than is shown tells that there are more.
  let size = Math.min(most + 1, mostStates);
  for await (const { id } of rows) {
    if (looked === mostLooked) {
      cut = true;
      break;
    }
    looked += 1;
    ids.push(id);
    if (ids.length < size) continue;
    await look(ids);
    ids = [];
    // Most of these are not wanted, so many more may have to be looked at.
    size = mostStates;
    if (found.length > most) break;
  }
  if (ids.length > 0) await look(ids);
  return { found: found.slice(0, most), more: found.length > most, unreadable, cut };
}

export async function readHistory(exceptions: Exceptions, id: string): Promise<readonly Event[]> {
  const events: Event[] = [];
  for await (const event of exceptions.trail(id)) events.push(event);
  return events;
}

/** As much of it as can be read: for telling people something that must not fail because of an old entry. */
export const readWhatCanBeRead = (
  exceptions: Pick<Exceptions, 'trail'>,
  id: string,
): Promise<readonly Event[]> => Array.fromAsync(exceptions.trail(id, () => undefined));
