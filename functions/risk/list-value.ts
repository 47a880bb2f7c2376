/** What a parameter does to a list: replaces it, or adds to it and takes from it. */
export type ListValue =
  | { readonly type: 'whole'; readonly entries: readonly string[] }
  | { readonly type: 'edit'; readonly add: readonly string[]; readonly remove: readonly string[] };

/**
 * Reads every form in which a list was seen or is written: "a;b" and "a,b", `@{Add="a","b";Remove="c"}` as typed,
 * `{"Add":["a"]}` as sent, arrays, and JSON of these. How a real record writes a hashtable was not seen.
 */
export function readListValue(value: unknown): ListValue {
  if (typeof value === 'string') {
    const text = value.trim();
    if (/^[[{"]/.test(text)) {
      const parsed = json(text);
      if (parsed !== undefined) return readListValue(parsed);
    }
    const table = /^@?\{([^]*)\}$/.exec(text)?.[1];
    return table === undefined ? { type: 'whole', entries: splitEntries(text) } : edit(pairs(table));
  }
  if (Array.isArray(value)) return { type: 'whole', entries: value.flatMap(texts) };
  if (typeof value === 'object' && value !== null) return edit(Object.entries(value));
  return { type: 'whole', entries: texts(value) };
}

function edit(fields: Iterable<readonly [string, unknown]>): ListValue {
  const by = new Map([...fields].map(([key, value]) => [key.toLowerCase(), value]));
  return { type: 'edit', add: texts(by.get('add')), remove: texts(by.get('remove')) };
}

function texts(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(texts);
  if (typeof value === 'number') return [String(value)];
  return typeof value === 'string' ? splitEntries(value) : [];
}

const unquoted = (text: string): string => text.trim().replace(/^(["'])(.*)\1$/, '$2');

/** The entries (addresses, domains) of a list that is one text. None of them holds a comma or a semicolon. */
export const splitEntries = (text: string): readonly string[] =>
  text
    .replace(/^@?\(([^]*)\)$/, '$1')
    .split(/[;,]/)
    .map(unquoted)
    .filter((part) => part !== '' && !/^\$null$/i.test(part));

/** `Add="a","b";Remove="c"`: the values hold no "=", so a new pair begins at each name before one. */
const pairs = (table: string): readonly (readonly [string, string])[] =>
  [...table.matchAll(/\b(add|remove)\s*=\s*([^]*?)(?=(?:[;\s]+(?:add|remove)\s*=)|$)/gi)].map(
    ([, key = '', value = '']) => [key, value] as const,
  );

function json(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
