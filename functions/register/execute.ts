/** One command from beginning to end: load, decide, write; again from the start where somebody else was faster. */
import { decide } from '#domain/decide.ts';
import { nextDue } from '#domain/due.ts';
import { evolve } from '#domain/evolve.ts';
import { patience as real, pause, type Patience } from './patience.ts';
import type { Command } from '#domain/commands.ts';
import type { Event } from '#domain/events.ts';
import type { Exception } from '#domain/exception.ts';
import type { Instant } from '#domain/instant.ts';
import type { Policy } from '#domain/policy.ts';
import type { Register } from './contract.ts';

export interface Turn {
  readonly id: string;
  /** The id the command brought from outside. */
  readonly receipt: string;
  readonly command: Command;
  readonly now: Instant;
  readonly policy: Policy;
  /** Chance and time for waits between attempts; the real ones unless given. */
  readonly random?: Patience['random'];
  readonly wait?: Patience['wait'];
}

export interface Outcome {
  /** `duplicate`: carried out before, under the same receipt. `nothing`: there was nothing to say. */
  readonly outcome: 'done' | 'duplicate' | 'nothing';
  /** The exception as it now stands; absent where there is none. */
  readonly exception: Exception | undefined;
  /** What this call recorded; empty unless `done`. */
  readonly events: readonly Event[];
}

/**
 * One of those who collide always gets through, so a hundred at once need room, not luck: waits grow to two seconds
 * and add up to about twenty on average. Two people clicking together need one further attempt.
 */
const mostAttempts = 25;
const backoff = { first: 20, longest: 2000 };

/** Throws where others were faster every time; nothing of this command is then recorded, and it may be given again. */
export async function execute(
  register: Register,
  { id, receipt, command, now, policy, random = real.random, wait = real.wait }: Turn,
): Promise<Outcome> {
  for (let attempt = 0; attempt < mostAttempts; attempt += 1) {
    if (attempt > 0) await wait(pause(attempt - 1, backoff, random));
    const before = await register.load(id);
    const informed = before ? command : await withRemoval(register, command);
    const events = decide(before, informed, { now, policy });
    let after = before;
    for (const event of events) after = evolve(after, event);
    if (events.length === 0 || !after) return { outcome: 'nothing', exception: before, events: [] };

    const dueAt = nextDue(after, policy);
    const goneAt = informed.type === 'Observe' ? informed.goneAt : undefined;
    const result = await register.commit({
      id,
      receipt,
      before,
      events,
      after,
      dueAt,
      ...(goneAt === undefined ? {} : { goneAt }),
    });
    if (result === 'committed') return { outcome: 'done', exception: after, events };
    if (result === 'duplicate')
      return { outcome: 'duplicate', exception: await register.load(id), events: [] };
  }
  throw new Error(
    `Exception ${id} was changed by others at each of ${mostAttempts} attempts to carry out ${command.type}. ` +
      'Nothing of it was recorded; it is safe to give the command again.',
  );
}

/** An object that is not known yet may be known to be gone: read each time, the news may have come meanwhile. */
async function withRemoval(register: Register, command: Command): Promise<Command> {
  if (command.type !== 'Observe') return command;
  const { tenant, kind, name, renamed } = command.observation;
  const goneAt = await register.goneAt({ tenant, kind, name: renamed ?? name });
  return goneAt === undefined || (command.goneAt !== undefined && command.goneAt > goneAt)
    ? command
    : { ...command, goneAt };
}
