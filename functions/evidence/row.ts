/** One row of mail statistics, whatever it was written in: its values by the names of their columns in lower case. */
import { isJsonObject } from '#values/json.ts';

export interface Row {
  readonly line: number;
  /** The value as text; `undefined` where the row says nothing: absent, `null` and "" are the same. */
  readonly text: (column: string) => string | undefined;
  /** Whether there is such a column: an empty value in it says that there is none. */
  readonly has: (column: string) => boolean;
}

/** A row that cannot be read: where it is and why, never what is in it. */
export interface UnreadRow {
  readonly line: number;
  readonly reason: string;
}

export type ReadRow = Row | UnreadRow;

/** `columns`: where the cell of each is. */
export const rowOfCells = (
  line: number,
  columns: ReadonlyMap<string, number>,
  cells: readonly string[],
): Row => ({
  line,
  has: (column) => columns.has(column),
  text(column) {
    const at = columns.get(column);
    const cell = at === undefined ? undefined : cells[at]?.trim();
    return cell === '' ? undefined : cell;
  },
});

export function rowOfValue(line: number, value: unknown): ReadRow {
  if (!isJsonObject(value)) return { line, reason: 'it is no JSON object' };
  const fields = new Map(Object.entries(value).map(([name, field]) => [name.toLowerCase(), field]));
  return {
    line,
    has: (column) => fields.has(column),
    text: (column) => textOf(fields.get(column)),
  };
}

function textOf(value: unknown): string | undefined {
  if (value === null || value === undefined) return undefined;
  if (typeof value === 'string') {
    const text = value.trim();
    return text === '' ? undefined : text;
  }
  if (Array.isArray(value) && value.length === 0) return undefined;
  return JSON.stringify(value);
}
