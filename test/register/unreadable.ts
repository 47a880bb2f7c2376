/** A register of which some exceptions were written by a release that this one does not understand. */
import { UnreadableState } from '#lifecycle/unreadable-state.ts';
import { UnreadableEntry } from '#register/unreadable-entry.ts';
import { skipUnreadable } from '#register/skip-unreadable.ts';
import { replaced } from './replaced.ts';
import type { Exception } from '#lifecycle/exception.ts';
import type { Register } from '#register/contract.ts';

/** A register of which some entries of trails are damaged. */
export const withDamaged = (register: Register, versions: readonly number[]): Register => ({
  ...register,
  async history(id) {
    const { exception, trail } = await register.history(id);
    const readable = () =>
      trail().map((entry) => {
        if (!versions.includes(entry.version)) return entry;
        throw new UnreadableEntry(id, entry.version, 'its text is damaged');
      });
    return { exception, trail: readable };
  },
  async *trail(id, unreadable) {
    for await (const entry of register.trail(id))
      if (!versions.includes(entry.version)) yield entry;
      else unreadable?.(new UnreadableEntry(id, entry.version, 'its text is damaged'));
  },
});

export function withUnreadable(register: Register, ...ids: readonly string[]): Register {
  const seen = (one: Exception): Exception | UnreadableState =>
    ids.includes(one.id) ? new UnreadableState(one.id, one.tenant, 'unexpected values in kind') : one;
  async function* all() {
    for await (const one of register.list()) yield seen(one);
  }
  return replaced(register, {
    async history(id) {
      const { exception, trail } = await register.history(id);
      const one = exception && seen(exception);
      if (one instanceof UnreadableState) throw one;
      return { exception: one, trail };
    },
    async load(id) {
      const state = await register.load(id);
      const one = state && seen(state);
      if (one instanceof UnreadableState) throw one;
      return one;
    },
    list: (unreadable) => skipUnreadable(all(), unreadable),
    states: async (asked) =>
      (await register.states(asked)).map((one) => one && (one instanceof UnreadableState ? one : seen(one))),
  });
}
