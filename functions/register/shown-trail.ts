/** A trail for display: the entries that can be read, and in their places those that cannot. */
import type { Register, TrailEntry } from './contract.ts';

export interface UnreadEntry {
  readonly version: number;
  /** Why it cannot be read. */
  readonly unreadable: string;
}

export type ShownEntry = TrailEntry | UnreadEntry;

export const isUnreadEntry = (one: ShownEntry): one is UnreadEntry => 'unreadable' in one;

export async function readShownTrail(
  register: Pick<Register, 'trail'>,
  id: string,
): Promise<readonly ShownEntry[]> {
  const unread: UnreadEntry[] = [];
  const entries: readonly ShownEntry[] = await Array.fromAsync(
    register.trail(id, ({ version, message }) => unread.push({ version, unreadable: message })),
  );
  return [...entries, ...unread].sort((a, b) => a.version - b.version);
}
