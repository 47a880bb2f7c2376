/** The parameters of the cmdlet behind an audit record, whichever way the record writes them. */
import type { Settings } from '#domain/exception.ts';

export interface Parameter {
  readonly name: string;
  readonly value: unknown;
}

/** `why` names what is wrong and never quotes it. */
export type ParametersRead =
  { readonly parameters: readonly Parameter[] } | { readonly parameters: undefined; readonly why: string };

/**
 * Exchange writes `[{ Name, Value }]` with text values. Records of the security portal (type 18) hold a command line
 * as text instead: `-Name "payroll" -Enabled $true`. On the way through other products the list becomes JSON text, a
 * list of JSON texts, one object with a key for each parameter, or (of a single one) the object alone. What is none of
 * these cannot be told apart from a change that set nothing, so it is an error where the operation matters.
 */
export function readParameters(given: unknown): ParametersRead {
  if (given === undefined || given === null) return { parameters: [] };
  if (typeof given === 'string') return fromText(given.trim());
  if (typeof given !== 'object') return unknownForm;
  const all = Array.isArray(given) ? given.map(fromElement) : fromObject(given);
  const parameters = all.flatMap((one) => (typeof one === 'object' ? [one] : []));
  if (parameters.length < all.length) return all.includes('flattened') ? flattened : unknownForm;
  return parameters.some(({ value }) => typeof value === 'string' && typeName.test(value))
    ? flattened
    : { parameters };
}

/** What can be read of them; nothing where nothing can. */
export const parametersOf = (given: unknown): readonly Parameter[] => readParameters(given).parameters ?? [];

const unknownForm: ParametersRead = {
  parameters: undefined,
  why: 'Parameters have a form that Lapse cannot read',
};
const flattened: ParametersRead = {
  parameters: undefined,
  why: 'Parameters were flattened to text by PowerShell, and values are lost; export again with ConvertTo-Json -Depth 10',
};
/** `@{Name=SetSCL; Value=-1}`: where a value holds a semicolon, it cannot be told where it ends. */
const isFlattened = (text: string): boolean => /^@\{/.test(text) || typeName.test(text);
/** What .NET writes of a value that it does not write out. */
const typeName =
  /^\s*(?:System\.(?:Object|String|Collections)\b[\w.]*|(?:Deserialized|Microsoft\.Exchange)\.[\w.]+)(?:`\d+)?(?:\[[^\]]*\])*\s*$/;

function fromText(text: string): ParametersRead {
  if (text === '') return { parameters: [] };
  if (isFlattened(text)) return flattened;
  if (/^[[{]/.test(text)) {
    const parsed = json(text);
    return typeof parsed === 'object' && parsed !== null ? readParameters(parsed) : unknownForm;
  }
  const parameters = fromCommandLine(text);
  return parameters.length > 0 ? { parameters } : unknownForm;
}

function fromElement(element: unknown): Parameter | 'flattened' | undefined {
  if (typeof element === 'string') {
    const text = element.trim();
    if (isFlattened(text)) return 'flattened';
    const parsed = json(text);
    return typeof parsed === 'string' ? undefined : fromElement(parsed);
  }
  if (typeof element !== 'object' || element === null) return undefined;
  const fields = new Map(
    Object.entries(element).map(([key, value]) => [key.toLowerCase(), value as unknown]),
  );
  const name = fields.get('name');
  return typeof name === 'string' && name.trim() !== ''
    ? { name: name.trim(), value: fields.get('value') }
    : undefined;
}

/** A key for each parameter, or the only parameter of a list that was unwrapped. No cmdlet has a parameter `Value`. */
function fromObject(object: object): readonly (Parameter | 'flattened' | undefined)[] {
  const entries = Object.entries(object) as readonly (readonly [string, unknown])[];
  if (entries.some(([key]) => /^value$/i.test(key))) return [fromElement(object)];
  return entries.map(([name, value]) => ({ name, value }));
}

function json(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
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
