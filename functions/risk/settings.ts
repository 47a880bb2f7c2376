/**
 * Exchange's settings come as typed JSON from a read, and as text from the audit log ("True", "a;b"). These
 * readings take either and never throw, whatever is there.
 */
import { toCanonicalJson } from '#values/canonical-json.ts';

/** The object's settings by Exchange's own names, as read or as the log tells. */
export type Settings = Readonly<Record<string, unknown>>;

export function flag(settings: Settings, name: string): boolean | undefined {
  const value = settings[name];
  if (typeof value === 'boolean') return value;
  const word = typeof value === 'string' ? value.trim().toLowerCase().replace(/^\$/, '') : undefined;
  return word === 'true' ? true : word === 'false' ? false : undefined;
}

/**
 * The parts of a list; a lone value is a list of one, `null`, "" and absence are the empty list. Words and patterns of
 * a rule may hold commas, so only a semicolon separates: lists of entries are taken apart by `splitEntries`.
 */
export function list(settings: Settings, name: string): readonly string[] {
  const value = settings[name];
  const parts = Array.isArray(value)
    ? value.map(word)
    : typeof value === 'string'
      ? value.split(';')
      : [word(value)];
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}

/** The entries of a list, each once and in order of the alphabet: how they were written down says nothing. */
export const entries = (settings: Settings, name: string): readonly string[] =>
  [...new Set(list(settings, name))].sort();

/** The setting as text; `undefined` where it is absent, null or empty. Lists are joined with ", ". */
export function text(settings: Settings, name: string): string | undefined {
  const value = settings[name];
  const whole = Array.isArray(value) ? list(settings, name).join(', ') : word(value).trim();
  return whole === '' ? undefined : whole;
}

/** Whether anything but a default is there: `false`, null, "" and [] count as unset. */
export const isSet = (settings: Settings, name: string): boolean =>
  flag(settings, name) !== false && list(settings, name).length > 0;

/** Objects (a rule's data classifications come as hashtables) become JSON of one spelling. */
function word(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'object' || value === null) return '';
  const json = toCanonicalJson(value);
  return json === '{}' || json === '[]' ? '' : json;
}

/** An entry as Exchange writes it back ("smtp:Contoso.com;1") → as it was given ("contoso.com"). */
export const plainEntry = (entry: string): string =>
  entry
    .trim()
    .toLowerCase()
    .replace(/^smtp:/, '')
    .replace(/;\d+$/, '');

/** The domain an entry names: "*.contoso.com" covers contoso.com. */
export const domainName = (entry: string): string => plainEntry(entry).replace(/^\*\./, '');

/** The domain of an address, or of an entry that is a domain already. */
export const domainOf = (entry: string): string => domainName(entry.slice(entry.lastIndexOf('@') + 1));

/** Whether a domain is one of the tenant's, or below one. */
export function isOwn(domain: string, own: readonly string[] = []): boolean {
  const name = domainOf(domain);
  return own.map(domainName).some((mine) => name === mine || name.endsWith(`.${mine}`));
}

/** Up to `most` of them, and how many more there are. */
export const listSome = (all: readonly string[], most = 3): string =>
  all.length <= most ? all.join(', ') : `${all.slice(0, most).join(', ')} and ${all.length - most} more`;
