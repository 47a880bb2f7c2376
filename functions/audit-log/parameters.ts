/** The parameters of the cmdlet behind an audit record, whichever way the record writes them. */
import type { Settings } from '#domain/exception.ts';

export interface Parameter {
  readonly name: string;
  readonly value: unknown;
}

/**
 * Exchange writes `[{ Name, Value }]` with text values. Records of the security portal (type 18) hold a command
 * line as text instead: `-Name "payroll" -Enabled $true`. Anything else tells nothing and is no error, since a
 * record of another kind may hold whatever it likes there.
 */
export function parametersOf(parameters: unknown): readonly Parameter[] {
  if (typeof parameters === 'string') return fromCommandLine(parameters);
  if (!Array.isArray(parameters)) return [];
  return parameters.flatMap((entry: unknown) => {
    if (typeof entry !== 'object' || entry === null) return [];
    const fields = new Map(
      Object.entries(entry).map(([key, value]) => [key.toLowerCase(), value as unknown]),
    );
    const name = fields.get('name');
    return typeof name === 'string' && name.trim() !== ''
      ? [{ name: name.trim(), value: fields.get('value') }]
      : [];
  });
}

/** The value as text; `undefined` where the parameter is absent, null or blank. */
export function parameterText(parameters: readonly Parameter[], name: string): string | undefined {
  const value = parameters.find((each) => each.name.toLowerCase() === name.toLowerCase())?.value;
  const text = typeof value === 'string' ? value.trim() : typeof value === 'number' ? String(value) : '';
  return text === '' ? undefined : text;
}

/** Say how to run the cmdlet, not what the object is to be. */
const plumbing = new Set(
  [
    'Identity',
    'Confirm',
    'WhatIf',
    'Force',
    'Organization',
    'DomainController',
    'Verbose',
    'Debug',
    'ErrorAction',
    'ErrorVariable',
    'WarningAction',
    'WarningVariable',
    'InformationAction',
    'InformationVariable',
    'ProgressAction',
    'OutVariable',
    'OutBuffer',
    'PipelineVariable',
  ].map((name) => name.toLowerCase()),
);

export const withoutPlumbing = (parameters: readonly Parameter[]): readonly Parameter[] =>
  parameters.filter(({ name }) => !plumbing.has(name.toLowerCase()));

/** Parameters whose value a person writes freely: "True" is a word there, not a switch. */
const freeText = /comment|text|subject|words|patterns|header|name/i;

/**
 * Settings by Exchange's own names. Every value in the log is text, so "True" and "False" become booleans; lists
 * stay joined with ";", as only a reader who knows the parameter can tell a list from a sentence (`list` does).
 * An empty text stays: on a Set- cmdlet it means that the setting was cleared.
 */
export function settingsOf(parameters: readonly Parameter[]): Settings {
  const settings = withoutPlumbing(parameters).filter(({ name }) => name.toLowerCase() !== 'name');
  return Object.fromEntries(settings.map(({ name, value }) => [name, plain(name, value)]));
}

function plain(name: string, value: unknown): unknown {
  if (value === undefined) return null;
  if (typeof value !== 'string' || freeText.test(name)) return value;
  const word = value.trim().toLowerCase().replace(/^\$/, '');
  return word === 'true' ? true : word === 'false' ? false : value.trim();
}

const atom = String.raw`(?:"(?:[^"]|"")*"|'(?:[^']|'')*'|@?\([^)]*\)|@\{[^}]*\}|(?!-[A-Za-z])[^\s"'(,]+)`;
/** A name, and its value: one atom, or several with commas between them. */
const argument = new RegExp(
  String.raw`-(?<name>[A-Za-z][A-Za-z0-9]*)(?::\s*|\s+|$)(?<value>(?:${atom}(?:\s*,\s*${atom})*)?)`,
  'g',
);

function fromCommandLine(line: string): readonly Parameter[] {
  // A command line is short; a longer text is none, and not worth the time a pattern can take on it.
  if (line.length > 65_536) return [];
  return [...line.matchAll(argument)].flatMap(({ groups }) => {
    const name = groups?.['name'];
    // A switch without a value is on.
    return name === undefined ? [] : [{ name, value: bare(groups?.['value'] ?? '') || 'True' }];
  });
}

/** `"a"` → a; `("a","b")` and `"a","b"` → a;b, as Exchange joins lists elsewhere. A hashtable stays as it is. */
function bare(value: string): string {
  if (/^@?\(/.test(value)) return bare(value.replace(/^@?\(/, '').replace(/\)$/, ''));
  if (value.startsWith('@{')) return value;
  const parts = value.match(/(?:"(?:[^"]|"")*"|'(?:[^']|'')*'|[^,])+/g) ?? [];
  return parts.map((part) => unquoted(part.trim())).join(';');
}

function unquoted(text: string): string {
  const quote = text.charAt(0);
  return (quote === '"' || quote === "'") && text.endsWith(quote)
    ? text.slice(1, -1).replaceAll(quote + quote, quote)
    : text;
}
