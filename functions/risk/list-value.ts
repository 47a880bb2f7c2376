/** What a parameter does to a list: replaces it, or adds to it and takes from it. */
import { tryParseJson } from '#values/json.ts';
export type ListValue =
  | { readonly type: 'whole'; readonly entries: readonly string[] }
  | { readonly type: 'edit'; readonly add: readonly string[]; readonly remove: readonly string[] };

/**
 * Reads every form in which a list was seen or is written: "a;b" and "a,b", `@{Add="a","b";Remove="c"}` as typed,
 * `{"Add":["a"]}` as sent, arrays, and JSON of these. How a real record writes a hashtable was not seen.
 */
export function readListValue(value: unknown, split: Split = splitEntries): ListValue {
  if (typeof value === 'string') {
    const text = value.trim();
    if (/^[[{"]/.test(text)) {
      const parsed = tryParseJson(text);
      if (parsed !== undefined) return readListValue(parsed, split);
    }
    const table = /^@?\{([^]*)\}$/.exec(text)?.[1];
    return table === undefined ? { type: 'whole', entries: split(text) } : edit(pairs(table), split);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return edit(Object.entries(value), split);
  return { type: 'whole', entries: texts(value, split) };
}

function edit(fields: Iterable<readonly [string, unknown]>, split: Split): ListValue {
  const by = new Map([...fields].map(([key, value]) => [key.toLowerCase(), value]));
  return { type: 'edit', add: texts(by.get('add'), split), remove: texts(by.get('remove'), split) };
}

function texts(value: unknown, split: Split): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((one) => texts(one, split));
  if (typeof value === 'number') return [String(value)];
  return typeof value === 'string' ? split(value) : [];
}

const unquoted = (text: string): string => text.trim().replace(/^(["'])(.*)\1$/, '$2');

export type Split = (text: string) => readonly string[];

const splitAt =
  (separator: RegExp): Split =>
  (text) =>
    text
      .replace(/^@?\(([^]*)\)$/, '$1')
      .split(separator)
      .map(unquoted)
      .filter((part) => part !== '' && !/^\$null$/i.test(part));

/** The entries (addresses, domains) of a list that is one text. None of them holds a comma or a semicolon. */
export const splitEntries: Split = splitAt(/[;,]/);

/** A link may hold commas: one separates only between quotation marks. */
export const splitLinks: Split = splitAt(/;|(?<=["']\s*),(?=\s*["'])/);

/** `Add="a","b";Remove="c"`: the values hold no "=", so a new pair begins at each name before one. */
const pairs = (table: string): readonly (readonly [string, string])[] =>
  [...table.matchAll(/\b(add|remove)\s*=\s*([^]*?)(?=(?:[;\s]+(?:add|remove)\s*=)|$)/gi)].map(
    ([, key = '', value = '']) => [key, value] as const,
  );
