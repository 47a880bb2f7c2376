import { parse } from 'csv-parse/sync';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { splitCells } from '#audit-log/export/csv-cells.ts';

/** What a parser of whole files makes of the row, where it makes one row of it. */
function parsed(row: string, delimiter: string): readonly string[] | undefined {
  try {
    const rows = parse(row, { delimiter, relax_column_count: true });
    return rows.length === 1 ? rows[0] : undefined;
  } catch {
    return undefined;
  }
}

const delimiters = fc.constantFrom(',', ';', '\t');
const cell = fc.string({ unit: fc.constantFrom('"', ',', ';', '\t', '\n', '\r', ' ', 'a', 'é', '😀') });

it('are what a parser of whole files says', () => {
  fc.assert(
    fc.property(fc.array(cell, { minLength: 1 }), delimiters, fc.boolean(), (cells, delimiter, all) => {
      const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
      const row = cells
        .map((text) => (all || /["\r\n,;\t]/.test(text) ? quoted(text) : text))
        .join(delimiter);
      const expected = row === '' ? undefined : cells;
      expect([splitCells(row, delimiter), parsed(row, delimiter)]).toEqual([expected, expected]);
    }),
    { numRuns: 2000 },
  );
});

it('so they are where the row is broken', () => {
  fc.assert(
    fc.property(cell, delimiters, (row, delimiter) => {
      expect(splitCells(row, delimiter)).toEqual(parsed(row, delimiter));
    }),
    { numRuns: 5000 },
  );
});
