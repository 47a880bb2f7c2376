/** Answers of query services that come as one document: each row of them is a record, or holds one. */

/** Where an answer keeps its rows. */
export const lists = ['tables', 'hits'] as const;

/** The rows in the order they stand, or the value itself where it is no such answer. */
export function rowsIn(value: unknown): readonly unknown[] {
  if (!isObject(value)) return [value];
  return tablesIn(value) ?? hitsIn(value) ?? [value];
}

/** Azure Monitor's query API: columns by name, rows as lists. */
function tablesIn({ tables }: Readonly<Record<string, unknown>>): readonly unknown[] | undefined {
  if (!Array.isArray(tables) || !tables.every(isTable)) return undefined;
  return tables.flatMap(({ columns, rows }) =>
    rows.map((row) =>
      Array.isArray(row) ? Object.fromEntries(columns.map(({ name }, at) => [name, row[at]])) : row,
    ),
  );
}

interface Table {
  readonly columns: readonly { readonly name: string }[];
  readonly rows: readonly unknown[];
}

const isTable = (value: unknown): value is Table =>
  isObject(value) &&
  Array.isArray(value['rows']) &&
  Array.isArray(value['columns']) &&
  value['columns'].every((column) => isObject(column) && typeof column['name'] === 'string');

/** Elasticsearch's answer to a search. */
function hitsIn({ hits }: Readonly<Record<string, unknown>>): readonly unknown[] | undefined {
  const list = isObject(hits) ? hits['hits'] : undefined;
  return Array.isArray(list) ? (list as readonly unknown[]) : undefined;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
