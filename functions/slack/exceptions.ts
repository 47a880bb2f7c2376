/** What this folder needs of the register; the Lambdas plug it in. */
import type { Breaker, Guarded } from '#lifecycle/breaker.ts';
import type { Command } from '#lifecycle/commands.ts';
import type { Event } from '#lifecycle/events.ts';
import type { Exception } from '#lifecycle/exception.ts';
import type { Instant } from '#time/instant.ts';

export interface Exceptions {
  /** `receipt`: of the command that may follow. */
  load(id: string, receipt?: string): Promise<Exception | undefined>;
  /** `unreadable` hears of each one that this release cannot read. */
  list(unreadable: () => void): AsyncIterable<Exception>;
  trail(id: string): AsyncIterable<Event>;
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

/** What stops a mass lapse, and a policy that brings a mass of deadlines nearer, by tenant. */
export interface Breakers {
  load(tenant: string, of: Guarded): Promise<{ readonly breaker: Breaker; readonly revision: number }>;
  /** False: somebody else has changed it since it was loaded. */
  save(tenant: string, of: Guarded, breaker: Breaker, revision: number): Promise<boolean>;
}

/** Writes one structured line. Never give it names, addresses or reasons: they are the tenant's. */
export type Log = (message: string, fields: Readonly<Record<string, string | number>>) => void;

/** Those that a person may want to see, and how many there are of which nothing can be shown. */
export async function listed(
  exceptions: Exceptions,
  wanted: (exception: Exception) => boolean,
): Promise<{ readonly found: readonly Exception[]; readonly unreadable: number }> {
  let unreadable = 0;
  const found: Exception[] = [];
  for await (const exception of exceptions.list(() => (unreadable += 1)))
    if (wanted(exception)) found.push(exception);
  return { found, unreadable };
}

export async function historyOf(exceptions: Exceptions, id: string): Promise<readonly Event[]> {
  const events: Event[] = [];
  for await (const event of exceptions.trail(id)) events.push(event);
  return events;
}
