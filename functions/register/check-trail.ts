/** Whether the stored trail of an exception is intact, for whoever audits it. */
import { verifyTrail, type ChainVerdict } from './trail-chain.ts';
import { UnreadableEntry } from './unreadable-entry.ts';
import type { Position, Register } from './contract.ts';

/** `undefined` if there is no such exception. */
export async function checkTrail(
  register: Pick<Register, 'position' | 'trailAsWritten'>,
  id: string,
): Promise<ChainVerdict | undefined> {
  for (let before = await register.position(id); ;) {
    if (!before) return undefined;
    const verdict = await verdictOn(register, id, before);
    const after = await register.position(id);
    // Something was recorded in the meantime, so the trail that was read need not match the version.
    if (after?.version === before.version) return verdict;
    before = after;
  }
}

async function verdictOn(
  register: Pick<Register, 'trailAsWritten'>,
  id: string,
  { version, head }: Position,
): Promise<ChainVerdict> {
  try {
    const verdict = await verifyTrail(id, register.trailAsWritten(id), version);
    // Whoever wrote a whole chain anew has not changed the state.
    return verdict.ok && verdict.head !== head
      ? { ok: false, version, why: 'it is not the entry that made the state of the exception' }
      : verdict;
  } catch (error) {
    if (!(error instanceof UnreadableEntry)) throw error;
    return { ok: false, version: error.version, why: error.message };
  }
}
