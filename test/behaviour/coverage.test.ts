import { describe, expect, it } from 'vitest';
import {
  coverageSince,
  extentsOf,
  mergeCoverage,
  spanOf,
  startCoverage,
  type Coverage,
} from '#behaviour/coverage.ts';
import { instant } from '#time/instant.ts';
import type { Sighting } from '#behaviour/sighting.ts';

const row = (
  date: string,
  via: Sighting['via'] = { rules: [] },
  source: Sighting['source'] = 'email-events',
) => ({
  source,
  at: instant(`${date}T12:00:00Z`),
  passed: {},
  via,
});

function covered(rows: readonly ReturnType<typeof row>[], isWhole = true): Coverage {
  const file = startCoverage();
  for (const one of rows) file.note(one);
  return file.end(isWhole);
}
const rules = (coverage: Coverage) =>
  [...extentsOf(coverage, 'rules')].map(([date, extent]) => `${date.slice(8)} ${extent}`);

describe('the days that a file tells of', () => {
  it('are whole but for its first and its last', () => {
    expect(rules(covered([row('2026-11-01'), row('2026-11-02'), row('2026-11-03')]))).toEqual([
      '01 part',
      '02 whole',
      '03 part',
    ]);
  });

  it('include a few in a row without any mail, and no longer gap', () => {
    const days = [
      row('2026-11-01'),
      row('2026-11-02'),
      row('2026-11-05'),
      row('2026-11-06'),
      row('2026-11-20'),
    ];
    expect(rules(covered([...days, row('2026-11-21')]))).toEqual([
      '01 part',
      '02 whole',
      '03 whole',
      '04 whole',
      '05 whole',
      '06 part',
      '20 part',
      '21 part',
    ]);
  });

  it('are known in part if anything in the file could not be read', () => {
    const days = [row('2026-11-01'), row('2026-11-02'), row('2026-11-03')];
    expect(rules(covered(days, false))).toEqual(['01 part', '02 part', '03 part']);
  });

  it('tell nothing of what the source does not tell', () => {
    const days = [row('2026-11-01', { connectors: [] }), row('2026-11-02', { connectors: [] })];
    expect(rules(covered(days))).toEqual([]);
    expect([...extentsOf(covered(days), 'connectors').keys()]).toEqual(['2026-11-01', '2026-11-02']);
  });
});

it('two files together know what either knows, and a second time changes nothing', () => {
  const a = covered([row('2026-11-01'), row('2026-11-02'), row('2026-11-03')]);
  const b = covered([row('2026-11-02', {}), row('2026-11-03'), row('2026-11-04')]);
  const both = mergeCoverage(a, b);
  expect(rules(both)).toEqual(['01 part', '02 whole', '03 whole', '04 part']);
  expect(mergeCoverage(both, a)).toEqual(both);
  expect(mergeCoverage(b, a)).toEqual(both);
  expect(spanOf(both)).toEqual({ first: '2026-11-01', last: '2026-11-04' });
  expect(spanOf(coverageSince(both, '2026-11-03'))).toEqual({ first: '2026-11-03', last: '2026-11-04' });
});
