/** Whether the stored trail of an exception is intact, for whoever audits it. */
import { verifyTrail, type ChainVerdict } from './trail-chain.ts';
import { UnreadableEntry } from './unreadable-entry.ts';
import type { Register } from './contract.ts';

/** `undefined` if there is no such exception. */
export async function checkTrail(
  register: Pick<Register, 'load' | 'trailAsWritten'>,
  id: string,
): Promise<ChainVerdict | undefined> {
  for (let before = await register.load(id); ;) {
    if (!before) return undefined;
    const verdict = await verdictOn(register, id, before.version);
    const after = await register.load(id);
    // Something was recorded in the meantime, so the trail that was read need not match the version.
    if (after?.version === before.version) return verdict;
    before = after;
  }
}

async function verdictOn(
  register: Pick<Register, 'trailAsWritten'>,
  id: string,
  version: number,
): Promise<ChainVerdict> {
  try {
    return await verifyTrail(id, register.trailAsWritten(id), version);
  } catch (error) {
    if (!(error instanceof UnreadableEntry)) throw error;
    return { ok: false, version: error.version, why: error.message };
  }
}
