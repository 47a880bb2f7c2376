/**
 * Exchange's settings come as typed JSON from a read, and as text from the audit log ("True", "a;b"). These
 * readings take either and never throw, whatever is there.
 */
import type { Settings } from './exception.ts';

export function flag(settings: Settings, name: string): boolean | undefined {
  const value = settings[name];
  if (typeof value === 'boolean') return value;
  const word = typeof value === 'string' ? value.trim().toLowerCase().replace(/^\$/, '') : undefined;
  return word === 'true' ? true : word === 'false' ? false : undefined;
}

/** The parts of a list; a lone value is a list of one, `null`, "" and absence are the empty list. */
export function list(settings: Settings, name: string): readonly string[] {
  const value = settings[name];
  const parts = Array.isArray(value) ? value.map(word) : word(value).split(';');
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}

/** The setting as text; `undefined` where it is absent, null or empty. Lists are joined with ", ". */
export function text(settings: Settings, name: string): string | undefined {
  const value = settings[name];
  const whole = Array.isArray(value) ? list(settings, name).join(', ') : word(value).trim();
  return whole === '' ? undefined : whole;
}

/** Whether anything but a default is there: `false`, null, "" and [] count as unset. */
export const isSet = (settings: Settings, name: string): boolean =>
  flag(settings, name) !== false && list(settings, name).length > 0;

function word(value: unknown): string {
  return typeof value === 'string'
    ? value
    : typeof value === 'number' || typeof value === 'boolean'
      ? String(value)
      : '';
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
