/**
 * How many there should be and how many there are, if a source states next to each thing how many it found. Searches
 * that found equally many cannot be told apart and are counted together: among that many searches, no thing and no
 * place may occur more often than there are searches.
 */
export interface FoundCounts {
  /** This many were found, whether or not any of them is here. */
  readonly expect: (found: number) => void;
  /** One of this many is here. `index`: its place among them, from 1; `id`: what distinguishes it from the others. */
  readonly note: (found: number, one: { readonly index?: number; readonly id?: string | undefined }) => void;
  /** If not all are here: how many were found, and at least how many of those are missing. */
  readonly missing: () => readonly { readonly found: number; readonly missing: number }[];
}

interface Group {
  here: number;
  /** All earlier ones were complete. */
  settled: boolean;
  /** Given a place that does not exist. */
  misplaced: number;
  /**
   * How often each place and each thing occurred, and the most of these; `undefined` if there are too many to keep.
   */
  seen: Map<number | string, number> | undefined;
  most: number;
}

/** A search returns at most 50,000 things, unless it is told to be thorough. Beyond that they are only counted. */
const mostKept = 200_000;

export function createFoundCounts(): FoundCounts {
  const groups = new Map<number, Group>();
  let kept = 0;

  function groupOf(found: number): Group {
    const known = groups.get(found);
    if (known) return known;
    const group = {
      here: 0,
      settled: false,
      misplaced: 0,
      seen: new Map<number | string, number>(),
      most: 0,
    };
    groups.set(found, group);
    return group;
  }
  function count(group: Group, key: number | string): void {
    if (!group.seen) return;
    const times = (group.seen.get(key) ?? 0) + 1;
    if (times === 1) kept += 1;
    group.seen.set(key, times);
    group.most = Math.max(group.most, times);
    if (kept > mostKept) forget(group, undefined);
  }
  function forget(group: Group, seen: Group['seen']): void {
    kept -= group.seen?.size ?? 0;
    group.seen = seen;
    group.most = 0;
  }

  return {
    expect: (found) => void groupOf(found),
    note(found, { index, id }) {
      const group = groupOf(found);
      group.here += 1;
      if (index !== undefined) {
        if (index >= 1 && index <= found) count(group, index);
        else group.misplaced += 1;
      }
      if (id !== undefined) count(group, id);
      if (group.here % found !== 0 || group.misplaced > 0 || group.most > group.here / found) return;
      // All are here: what follows belongs to another search.
      group.settled = true;
      group.here = 0;
      forget(group, group.seen && new Map());
    },
    missing: () =>
      [...groups].flatMap(([found, group]) => {
        const searches = Math.max(group.settled ? 0 : 1, Math.ceil(group.here / found));
        const missing = found * searches - (group.here - countMisplaced(group, searches));
        return missing > 0 ? [{ found, missing }] : [];
      }),
  };
}

/** How many of those present must be there instead of others. */
function countMisplaced({ seen, misplaced }: Group, searches: number): number {
  let [things, places] = [0, misplaced];
  for (const [key, times] of seen ?? []) {
    const more = Math.max(0, times - searches);
    if (typeof key === 'number') places += more;
    else things += more;
  }
  return Math.max(things, places);
}
