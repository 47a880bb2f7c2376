/** The parameters of the cmdlet behind an audit record, in whatever form the record has them. */
import { kindOf } from '#kinds/registry.ts';
import { isFlag, isSettingName, settingName } from '#risk/setting-names.ts';
import { kindsChangedBy } from './operations.ts';
import { tryParseJson } from '#values/json.ts';
import type { Settings } from '#risk/settings.ts';
import type { Operation } from '#kinds/operation.ts';

export interface Parameter {
  /** In Exchange's spelling. */
  readonly name: string;
  readonly value: unknown;
}

export interface ParametersRead {
  /** Those that can be read. */
  readonly parameters: readonly Parameter[];
  /** If those are not all: why. Names what is wrong and never quotes it. */
  readonly unread?: string;
}

/**
 * Exchange writes `[{ Name, Value }]` with text values. Records of the security portal (type 18) hold a command line
 * as text instead: `-Name "payroll" -Enabled $true`. On the way through other products the list becomes JSON text, a
 * list of JSON texts, one object with a key for each parameter, or (of a single one) the object alone. What is none of
 * these, holds a value that is none, or sets nothing where the cmdlet must set something, is not read: it looks like a
 * change that let nothing past, and may be any.
 */
export function readParameters(given: unknown, operation: Operation): ParametersRead {
  const found = foundIn(given);
  if (typeof found === 'string') return { parameters: [], unread: found };
  const all = found.map(spelled);
  const names = all.map((one) => (typeof one === 'object' ? one.name.toLowerCase() : ''));
  const parameters: Parameter[] = [];
  const faults: string[] = [];
  for (const one of all) {
    const fault = typeof one === 'object' ? faultOf(one, operation, names) : one;
    if (fault !== undefined) faults.push(fault);
    else if (typeof one === 'object') parameters.push(one);
  }
  const unread = faults[0] ?? missingIn(parameters, operation);
  return unread === undefined ? { parameters } : { parameters, unread };
}

const unknownForm = 'Parameters have a form that Lapse cannot read';
const flattened =
  'Parameters were flattened to text by PowerShell, and values are lost; export again with ConvertTo-Json -Depth 10';
/** `@{Name=SetSCL; Value=-1}`: if a value contains a semicolon, its end cannot be found. */
const isFlattened = (text: string): boolean => /^@\{/.test(text) || typeName.test(text);
/** What .NET writes instead of a value. */
const typeName =
  /^\s*(?:System\.(?:Object|String|Collections|Management\.Automation)\b[\w.]*|(?:Deserialized|Microsoft\.Exchange)\.[\w.]+)(?:`\d+)?(?:\[[^\]]*\])*\s*$/;

/** Each parameter, or why it is not one; a string is why there are none at all. */
type Found = readonly (Parameter | string)[];

function foundIn(given: unknown): Found | string {
  if (given === undefined || given === null) return [];
  if (typeof given === 'string') return fromText(given.trim());
  if (typeof given !== 'object') return unknownForm;
  return Array.isArray(given) ? given.map(fromElement) : fromObject(given);
}

function fromText(text: string): Found | string {
  if (text === '') return [];
  if (isFlattened(text)) return flattened;
  if (/^[[{]/.test(text)) {
    const parsed = tryParseJson(text);
    return typeof parsed === 'object' && parsed !== null ? foundIn(parsed) : unknownForm;
  }
  return fromCommandLine(text);
}

function fromElement(element: unknown): Parameter | string {
  if (typeof element === 'string') {
    const text = element.trim();
    if (isFlattened(text)) return flattened;
    const parsed = tryParseJson(text);
    return typeof parsed === 'string' ? unknownForm : fromElement(parsed);
  }
  if (typeof element !== 'object' || element === null) return unknownForm;
  const fields = new Map(
    Object.entries(element).map(([key, value]) => [key.toLowerCase(), value as unknown]),
  );
  const name = fields.get('name');
  return typeof name === 'string' ? { name, value: fields.get('value') } : unknownForm;
}

/** A key for each parameter, or the only parameter of a list that was unwrapped. No cmdlet has a parameter `Value`. */
function fromObject(object: object): Found {
  const entries = Object.entries(object) as readonly (readonly [string, unknown])[];
  if (entries.some(([key]) => /^value$/i.test(key))) return [fromElement(object)];
  return entries.map(([name, value]) => ({ name, value }));
}

/** `-SetSCL` and `setscl` are SetSCL; `undefined` if it cannot be the name of a parameter. */
function spelled(one: Parameter | string): Parameter | string {
  if (typeof one === 'string') return one;
  const name = one.name.trim().replace(/^-/, '');
  return /^[A-Za-z]\w*$/.test(name) ? { name: settingName(name), value: one.value } : unknownForm;
}

/** Only names that Lapse knows are repeated: any other may contain anything. */
const called = (name: string): string => (isSettingName(name) ? name : 'a parameter');

/** `names`: of all parameters, in lower case. */
function faultOf(
  { name, value }: Parameter,
  operation: Operation,
  names: readonly string[],
): string | undefined {
  const folded = name.toLowerCase();
  if (names.indexOf(folded) !== names.lastIndexOf(folded))
    return `Parameters contain ${called(name)} more than once`;
  if (value === undefined || value === null) return `Parameters contain no value for ${called(name)}`;
  const texts = textsIn(value, name);
  if (texts === undefined) return unknownForm;
  if (texts.some((text) => text.split(/[;,={}"'()]/).some((part) => typeName.test(part)))) return flattened;
  if (isCutOff(name, texts)) return `Parameters contain a value of ${called(name)} that was cut off`;
  if (isFlag(name) && switched(value) === undefined && !isCleared(value, operation))
    return `Parameters contain a value of ${called(name)} that is neither True nor False`;
  return undefined;
}

/** All the text in a value; `undefined` if it has a form that was never seen. */
function textsIn(value: unknown, name: string): readonly string[] | undefined {
  if (isPlain(value)) return [String(value)];
  if (Array.isArray(value) && value.every(isPlain)) return value.map(String);
  // Its value is a list of hashtables with arbitrary keys.
  if (/DataClassifications$/.test(name)) return [JSON.stringify(value)];
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  // How Exchange takes a change to a list.
  const edits = Object.entries(value).filter(([key]) => key !== '@odata.type');
  const parts = edits.map(([key, part]: [string, unknown]) =>
    /^(?:add|remove)$/i.test(key)
      ? [part].flat().map((one) => (isPlain(one) ? String(one) : undefined))
      : [undefined],
  );
  const texts = parts.flat();
  return texts.length > 0 && texts.every((text) => text !== undefined) ? texts : undefined;
}

const isPlain = (value: unknown): value is string | number | boolean =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';

/** A table on a screen ends truncated text with dots. So may a sentence, or the name of an object. */
const isCutOff = (name: string, texts: readonly string[]): boolean =>
  !freeText.test(name) && name !== 'Identity' && texts.some((text) => /(?:\.\.\.|…)$/.test(text.trim()));

/** `$null` can reset a switch. Any other value must be on or off. */
const isCleared = (value: unknown, operation: Operation): boolean =>
  /^(?:\$null)?$/i.test(String(value).trim()) &&
  kindsChangedBy(operation).some((kind) => kindOf(kind).log.nullClearsFlags);

/** Why some must be missing: nothing is created without settings, and no Set- changes nothing. */
function missingIn(parameters: readonly Parameter[], operation: Operation): string | undefined {
  if (parameters.some(({ name, value }) => name === 'WhatIf' && switched(value) === true)) return undefined;
  const set = withoutPlumbing(parameters).filter(
    ({ name }) => !operation.startsWith('New-') || name !== 'Name',
  );
  const isNamed = parameters.some(({ name }) => name === 'Name');
  return set.length > 0 || !/^(?:New|Set)-/.test(operation) || (isNamed && isMadeOfNameAlone(operation))
    ? undefined
    : `Parameters set nothing, which ${operation} cannot do: they were lost on the way`;
}
const isMadeOfNameAlone = (operation: Operation): boolean =>
  operation.startsWith('New-') && kindsChangedBy(operation).some((kind) => kindOf(kind).log.madeOfNameAlone);

/** The value as text; `undefined` where the parameter is absent, null or blank. */
export function parameterText(parameters: readonly Parameter[], name: string): string | undefined {
  const value = [parameters.find((each) => each.name === name)?.value].flat();
  const [only] = value as readonly unknown[];
  const text = value.length === 1 && isPlain(only) ? String(only).trim() : '';
  return text === '' ? undefined : text;
}

/** Parameters that control the cmdlet, not the object. */
const plumbing = new Set([
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
]);

export const isPlumbing = (name: string): boolean => plumbing.has(name);

export const withoutPlumbing = (parameters: readonly Parameter[]): readonly Parameter[] =>
  parameters.filter(({ name }) => !isPlumbing(name));

/** Parameters with free text: "True" is a word there, not a switch. */
const freeText = /comment|text|subject|words|patterns|header|name|notes|generatenotification/i;

/**
 * Settings by Exchange's own names. Every value in the log is text, so "True" and "False" become booleans; lists
 * stay joined with ";", as only a reader who knows the parameter can tell a list from a sentence (`list` does).
 * An empty text stays: on a Set- cmdlet it means that the setting was cleared.
 */
export function readSettings(parameters: readonly Parameter[]): Settings {
  const settings = withoutPlumbing(parameters).filter(({ name }) => name !== 'Name');
  return Object.fromEntries(settings.map(({ name, value }) => [name, plain(name, value)]));
}

function plain(name: string, value: unknown): unknown {
  if (typeof value !== 'string' || (freeText.test(name) && !isFlag(name))) return value;
  return switched(value) ?? value.trim();
}

function switched(value: unknown): boolean | undefined {
  const word = String(value).trim().toLowerCase().replace(/^\$/, '');
  return word === 'true' ? true : word === 'false' ? false : undefined;
}

const atom = String.raw`(?:"(?:[^"]|"")*"|'(?:[^']|'')*'|@?\([^)]*\)|@\{[^}]*\}|(?!-[A-Za-z])[^\s"'(,]+)`;
/** A name, and its value: one atom, or several with commas between them. */
const argument = new RegExp(
  String.raw`-(?<name>[A-Za-z][A-Za-z0-9]*)(?::\s*|\s+|$)(?<value>(?:${atom}(?:\s*,\s*${atom})*)?)`,
  'g',
);

function fromCommandLine(line: string): Found | string {
  // A command line is short. A longer text is not one, and matching it could take too long.
  if (line.length > 65_536) return unknownForm;
  // Any rest between the arguments belongs to one that was cut off, or to something else altogether.
  if (line.replaceAll(argument, '').trim() !== '') return unknownForm;
  return [...line.matchAll(argument)].map(({ groups }) => {
    const name = settingName(groups?.['name'] ?? '');
    const value = bare(groups?.['value'] ?? '');
    // A switch without a value is on. Anything else without one lacks it.
    return { name, value: (groups?.['value'] ?? '') === '' ? (isFlag(name) ? 'True' : undefined) : value };
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
