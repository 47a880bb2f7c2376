/** The exceptions that an index lists, as they are now. */
import { skipUnreadable } from './skip-unreadable.ts';
import { mostKeys } from './read-items.ts';
import type { Exception } from '#lifecycle/exception.ts';
import type { UnreadableState } from '#lifecycle/unreadable-state.ts';
import type { Register, IndexRow } from './contract.ts';

/** Without those removed since the index was written. No more of `rows` is consumed than is read. */
export const readStates = (
  register: Pick<Register, 'states'>,
  rows: AsyncIterable<IndexRow>,
  unreadable?: (one: UnreadableState) => unknown,
): AsyncGenerator<Exception> => skipUnreadable(inBatches(register, rows), unreadable);

async function* inBatches(
  register: Pick<Register, 'states'>,
  rows: AsyncIterable<IndexRow>,
): AsyncGenerator<Exception | UnreadableState | undefined> {
  let wanted: string[] = [];
  for await (const { id } of rows) {
    wanted.push(id);
    if (wanted.length < mostKeys) continue;
    yield* (await register.states(wanted)).filter(isLiving);
    wanted = [];
  }
  if (wanted.length > 0) yield* (await register.states(wanted)).filter(isLiving);
}

const isLiving = (one: Exception | UnreadableState | undefined): boolean =>
  !(one && 'state' in one && one.state === 'removed');
