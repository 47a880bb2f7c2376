/** Commits as the commands of the domain make them. */
import { decide } from '#lifecycle/decide/decide.ts';
import { evolve } from '#lifecycle/evolve.ts';
import { findNextDue } from '#lifecycle/due.ts';
import { id, noon, observe, policy } from '../lifecycle/examples.ts';
import type { Command } from '#lifecycle/commands.ts';
import type { Exception } from '#lifecycle/exception.ts';
import type { Instant } from '#time/instant.ts';
import type { Commit, Register } from '#register/contract.ts';

/** What `command` makes of `before`, ready to be committed. */
export function commitOf(
  before: Exception | undefined,
  command: Command = observe(),
  given: Partial<Commit> & { readonly now?: Instant } = {},
): Commit {
  const { now = noon, ...rest } = given;
  const events = decide(before, command, { now, policy });
  let after = before;
  for (const event of events) after = evolve(after, event);
  if (!after) throw new Error(`${command.type} opened nothing`);
  return {
    id: after.id,
    receipt: `receipt of ${after.id} at version ${after.version}`,
    before,
    events,
    after,
    dueAt: findNextDue(after, policy),
    ...rest,
  };
}

/** What `first` and then `second` did, as one commit. */
export const inOne = (first: Commit, second: Commit): Commit => ({
  ...second,
  before: first.before,
  events: [...first.events, ...second.events],
});

/** Opens the example exception (or a variant of it) and answers its state. */
export async function opened(
  register: Register,
  exception = id,
  given: Parameters<typeof observe>[0] = {},
): Promise<Exception> {
  const command = { ...observe(given), id: exception } as Command;
  const commit = commitOf(undefined, command);
  const result = await register.commit(commit);
  if (result !== 'committed') throw new Error(`opening ${exception}: ${result}`);
  return commit.after;
}

export const collected = async <T>(all: AsyncIterable<T>): Promise<readonly T[]> => Array.fromAsync(all);
