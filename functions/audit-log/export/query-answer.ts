/** Answers of query services that are a single document: each of its rows is a record or contains one. */

import { hasNext, whyIncomplete } from './incomplete.ts';
import { morePages } from './page.ts';
import { isJsonObject } from '#values/json.ts';

/** The fields in which answers keep their rows. */
export const rowLists = ['tables', 'hits'] as const;

export interface QueryAnswer {
  /** In their order in the answer. */
  readonly rows: readonly unknown[];
  /** Why these are not all the rows that were asked for. */
  readonly why?: string | undefined;
  /**
   * How many were found, whether or not they are in this answer; at least that many, if they were not counted to the
   * end.
   */
  readonly total?: { readonly value: number; readonly isExact: boolean } | undefined;
}

/** The rows of an answer; `undefined` if the value is not an answer. */
export function readQueryAnswer(value: unknown): QueryAnswer | undefined {
  if (!isJsonObject(value)) return undefined;
  const answer = readTables(value) ?? readHits(value);
  if (!answer) return undefined;
  const fields = Object.entries(value);
  return { ...answer, why: hasNext(fields) ? morePages : whyIncomplete(fields) };
}

/** Azure Monitor's query API: columns by name, rows as lists. */
function readTables({ tables }: Readonly<Record<string, unknown>>): QueryAnswer | undefined {
  if (!Array.isArray(tables) || !tables.every(isTable)) return undefined;
  const rows = tables.flatMap(({ columns, rows }) =>
    rows.map((row) =>
      Array.isArray(row) ? Object.fromEntries(columns.map(({ name }, at) => [name, row[at]])) : row,
    ),
  );
  return { rows };
}

interface Table {
  readonly columns: readonly { readonly name: string }[];
  readonly rows: readonly unknown[];
}

const isTable = (value: unknown): value is Table =>
  isJsonObject(value) &&
  Array.isArray(value['rows']) &&
  Array.isArray(value['columns']) &&
  value['columns'].every((column) => isJsonObject(column) && typeof column['name'] === 'string');

/** Elasticsearch's answer to a search. */
function readHits({ hits }: Readonly<Record<string, unknown>>): QueryAnswer | undefined {
  if (!isJsonObject(hits) || !Array.isArray(hits['hits'])) return undefined;
  const { total } = hits;
  const value = isJsonObject(total) ? total['value'] : total;
  const isCounted = typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
  return {
    rows: hits['hits'] as readonly unknown[],
    total: isCounted ? { value, isExact: !isJsonObject(total) || total['relation'] !== 'gte' } : undefined,
  };
}
