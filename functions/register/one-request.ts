/**
 * A register as used by one request from outside: a command whose receipt is given when its exception is loaded is
 * decided on what was read then, including the receipt. So a repeated request costs one read.
 */
import { execute, type CommandOutcome, type Execution } from './execute.ts';
import type { Exception } from '#lifecycle/exception.ts';
import type { Policy } from '#policy/policy.ts';
import type { Reading, Register } from './contract.ts';

export interface OneRequest extends Pick<Register, 'history' | 'rows' | 'states' | 'trail'> {
  /** `receipt`: of the command that may follow. */
  load(id: string, receipt?: string): Promise<Exception | undefined>;
  execute(command: Omit<Execution, 'policy'>): Promise<CommandOutcome>;
}

export function createOneRequest(register: Register, policy: () => Promise<Policy>): OneRequest {
  let read: { readonly receipt: string; readonly reading: Reading } | undefined;
  return {
    history: (id) => register.history(id),
    rows: (which) => register.rows(which),
    states: (ids) => register.states(ids),
    trail: (id, unreadable) => register.trail(id, unreadable),
    async load(id, receipt) {
      if (receipt === undefined) return register.load(id);
      const reading = await register.reading({ ids: [id], receipt });
      read = { receipt, reading };
      return reading.load(id);
    },
    async execute(command) {
      const known = read?.receipt === command.receipt ? read.reading : undefined;
      // Carrying out anything makes it stale.
      read = undefined;
      return execute(register, { ...command, policy: await policy() }, known);
    },
  };
}
