/**
 * Search-UnifiedAuditLog writes next to each record how many records its search found, and which of them this one is. It
 * returns at most 5,000 at once and 50,000 in total, and does not say so: an export may hold fewer than were found.
 * Elasticsearch says in its answer how many it found, and returns ten of them unless it is asked for more.
 */
import { createFoundCounts } from './found-counts.ts';
import type { QueryAnswer } from './query-answer.ts';

export interface Searches {
  /** `id`: of the record it contains, if that could be read. */
  readonly note: (row: unknown, id: string | undefined) => void;
  readonly noteAnswer: (answer: QueryAnswer) => void;
  /** Why some of the records found were not read. */
  readonly missing: () => readonly string[];
}

export function createSearches(): Searches {
  const rows = createFoundCounts();
  const hits = createFoundCounts();
  let [gaveUp, isPreview] = [false, false];
  /** How many records came from answers counted only up to a limit, and whether an empty answer ended them. */
  const limited = new Map<number, { here: number; ended: boolean }>();

  return {
    note(row, id) {
      if (typeof row !== 'object' || row === null) return;
      if ('preview' in row && row.preview === true && 'result' in row) isPreview = true;
      const { found, index } = readFoundCount(row);
      if (found === 0) gaveUp = true;
      else if (found !== undefined) rows.note(found, { id, ...(index !== undefined && { index }) });
    },
    noteAnswer({ total, rows }) {
      if (total === undefined || total.value === 0) return;
      if (total.isExact) {
        hits.expect(total.value);
        for (const row of rows) hits.note(total.value, { id: hitIdOf(row) });
      } else {
        const { here, ended } = limited.get(total.value) ?? { here: 0, ended: false };
        limited.set(total.value, { here: here + rows.length, ended: ended || rows.length === 0 });
      }
    },
    missing: () => [
      ...(gaveUp ? ['Search-UnifiedAuditLog gave up on a search (ResultCount is 0): search again'] : []),
      ...rows
        .missing()
        .map(
          ({ found, missing }) =>
            `Search-UnifiedAuditLog found ${formatCount(found)} records, and ${describeAbsent(missing)} not in this file: ` +
            'search in shorter periods, and export all of them',
        ),
      ...hits
        .missing()
        .map(
          ({ found, missing }) =>
            `Elasticsearch found ${formatCount(found)} documents, and ${describeAbsent(missing)} not in this file: ${getAll}`,
        ),
      ...[...limited].flatMap(([value, { here, ended }]) =>
        ended || here > value
          ? []
          : [
              `Elasticsearch found at least ${formatCount(value)} documents, and this file holds ${formatCount(here)}: ${getAll}`,
            ],
      ),
      ...(isPreview ? ['Splunk was still searching (preview is true): export again when it is done'] : []),
    ],
  };
}

const getAll = 'fetch all of its pages, and put them into one file, one after the other';

const describeAbsent = (count: number): string =>
  `${formatCount(count)} of them ${count === 1 ? 'is' : 'are'}`;
const formatCount = (count: number): string => count.toLocaleString('en');

/** The columns that hold these counts, in lower case. */
export const resultCountField = 'resultcount';
const placed = 'resultindex';

function readFoundCount(row: object): { readonly found?: number; readonly index?: number } {
  let [isRow, found, index]: [boolean, number | undefined, number | undefined] = [
    false,
    undefined,
    undefined,
  ];
  for (const [key, value] of Object.entries(row) as readonly (readonly [string, unknown])[]) {
    const name = key.toLowerCase();
    if (name === 'auditdata') isRow = true;
    else if (name === resultCountField) found ??= wholeNumber(value);
    else if (name === placed) index ??= wholeNumber(value);
  }
  if (!isRow || found === undefined || found < 0) return {};
  return { found, ...(index !== undefined && { index }) };
}

function wholeNumber(value: unknown): number | undefined {
  const text = typeof value === 'number' || typeof value === 'string' ? String(value).trim() : '';
  const number = text === '' ? NaN : Number(text);
  return Number.isSafeInteger(number) ? number : undefined;
}

/** The same document may be in two indexes. */
function hitIdOf(hit: unknown): string | undefined {
  if (typeof hit !== 'object' || hit === null || !('_id' in hit) || typeof hit._id !== 'string')
    return undefined;
  return `${'_index' in hit && typeof hit._index === 'string' ? hit._index : ''}/${hit._id}`;
}
