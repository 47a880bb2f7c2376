/**
 * Of how many there should be, and how many there are: where a source says beside each thing how many it found. Things
 * of searches that found equally many cannot be told apart, so that they are counted together: of so many searches, each
 * thing and each place comes no more often than there are searches.
 */
export interface FoundCounts {
  /** So many were found, whether or not any of them is here. */
  readonly expect: (found: number) => void;
  /** One of so many is here. `index`: its place among them, from 1; `id`: what makes it another than the others. */
  readonly note: (found: number, one: { readonly index?: number; readonly id?: string | undefined }) => void;
  /** Where not all are here: how many were found, and how many of these are missing at least. */
  readonly missing: () => readonly { readonly found: number; readonly missing: number }[];
}

interface Group {
  here: number;
  /** Whether everything was here before these. */
  settled: boolean;
  /** At a place that does not exist. */
  misplaced: number;
  /** How often each place and each thing came, and the most of these; `undefined` where that would be too much to keep. */
  seen: Map<number | string, number> | undefined;
  most: number;
}

/** A search hands out 50,000 things at most, unless it is told to be thorough. Beyond this they are only counted. */
const mostKept = 200_000;

export function startFoundCounts(): FoundCounts {
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
      // All here: whatever comes now is of another search.
      group.settled = true;
      group.here = 0;
      forget(group, group.seen && new Map());
    },
    missing: () =>
      [...groups].flatMap(([found, group]) => {
        const searches = Math.max(group.settled ? 0 : 1, Math.ceil(group.here / found));
        const missing = found * searches - (group.here - tooOften(group, searches));
        return missing > 0 ? [{ found, missing }] : [];
      }),
  };
}

/** How many of those that are here must stand in the place of others. */
function tooOften({ seen, misplaced }: Group, searches: number): number {
  let [things, places] = [0, misplaced];
  for (const [key, times] of seen ?? []) {
    const more = Math.max(0, times - searches);
    if (typeof key === 'number') places += more;
    else things += more;
  }
  return Math.max(things, places);
}
