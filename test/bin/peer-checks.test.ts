/** The table of what others check stands on its own; here it is held against the findings. */
import { describe, expect, it } from 'vitest';
import { kindOf, kinds } from '#kinds/registry.ts';
import { baselines } from '#risk/frameworks.ts';
import { findingsOf } from '../../bin/peers/peer.ts';
import { peers } from '../../bin/peers/peers.ts';

const rows = kinds.flatMap((kind) => kindOf(kind).findings);
const known = rows.map(({ id }) => id);

describe('what others check', () => {
  it('names only findings that there are', () => {
    const named = peers.flatMap(({ checks }) => checks.flatMap(findingsOf));
    expect(named.filter((id) => !known.includes(id))).toEqual([]);
  });

  it('names no check twice, and no finding twice beside one check', () => {
    for (const { name, checks } of peers) {
      const ids = checks.map(({ id }) => id);
      expect(new Set(ids).size, name).toBe(ids.length);
      for (const check of checks)
        expect(new Set(findingsOf(check)).size, check.id).toBe(findingsOf(check).length);
    }
  });

  it('covers every baseline that findings may cite, each once', () => {
    const covered = peers.flatMap(({ baseline }) => baseline ?? []);
    expect(covered.sort()).toEqual(Object.keys(baselines).sort());
  });

  it('and the findings cite each other: the same checks with the same findings', () => {
    const cited = rows.flatMap(({ id, checks }) => checks.map((check) => [check.baseline, check.id, id]));
    const compared = peers.flatMap(({ baseline, checks }) =>
      baseline === undefined
        ? []
        : checks.flatMap((check) => findingsOf(check).map((id) => [baseline, check.id, id])),
    );
    expect(compared.map(String).sort()).toEqual(cited.map(String).sort());
  });
});
