/** Everything in the register at once, for display: what can be read, and what cannot. */
import type { Exception } from '#lifecycle/exception.ts';
import type { Register } from './contract.ts';
import type { UnreadableState } from '#lifecycle/unreadable-state.ts';

export interface WholeList {
  readonly exceptions: readonly Exception[];
  readonly unreadable: readonly UnreadableState[];
}

export async function readWholeList(register: Pick<Register, 'list'>): Promise<WholeList> {
  const unreadable: UnreadableState[] = [];
  const exceptions = await Array.fromAsync(register.list((one) => unreadable.push(one)));
  return { exceptions, unreadable };
}
