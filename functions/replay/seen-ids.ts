import { hash } from 'node:crypto';

export interface SeenIds {
  /** True where the id was noted before (and is not long forgotten); notes it. */
  readonly seen: (id: string) => boolean;
}

/** Places in one row of the table: an id can stand in any of them, and pushes out the oldest. */
const places = 8;

/**
 * Remembers ids in a fixed amount of memory: 64-bit digests, 32 MiB for four million of them. Beyond about that many
 * different ids, the oldest are forgotten, and a copy that comes so much later counts as a record of its own. That
 * touches the counts only: telling the same change twice alters no exception.
 */
export function seenIds(rows = 1 << 19): SeenIds {
  const table = new Uint32Array(rows * places * 2);
  const next = new Uint8Array(rows);
  return {
    seen(id) {
      const digest = hash('sha256', id.toLowerCase(), 'buffer');
      const high = digest.readUInt32LE(0);
      // An empty place holds zeros.
      const low = digest.readUInt32LE(4) || 1;
      const row = digest.readUInt32LE(8) % rows;
      const first = row * places * 2;
      for (let at = first; at < first + places * 2; at += 2)
        if (table[at] === high && table[at + 1] === low) return true;
      const place = next[row] ?? 0;
      next[row] = (place + 1) % places;
      table[first + place * 2] = high;
      table[first + place * 2 + 1] = low;
      return false;
    },
  };
}
