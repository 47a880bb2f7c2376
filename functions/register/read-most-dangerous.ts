/** The start of the register, for display: what is not removed, the most dangerous first. */
import { UnreadableState } from '#lifecycle/unreadable-state.ts';
import type { Exception } from '#lifecycle/exception.ts';
import type { Register } from './contract.ts';
import type { WholeList } from './read-whole-list.ts';

/** As many as a person reads at once, and one request returns. */
const most = 99;

export async function readMostDangerous(
  register: Pick<Register, 'rows' | 'states'>,
): Promise<WholeList & { /** There are others. */ readonly more: boolean }> {
  const ids: string[] = [];
  for await (const { id } of register.rows({ by: 'danger' })) {
    ids.push(id);
    if (ids.length > most) break;
  }
  const exceptions: Exception[] = [];
  const unreadable: UnreadableState[] = [];
  for (const one of await register.states(ids.slice(0, most)))
    if (one instanceof UnreadableState) unreadable.push(one);
    else if (one && one.state !== 'removed') exceptions.push(one);
  return { exceptions, unreadable, more: ids.length > most };
}
