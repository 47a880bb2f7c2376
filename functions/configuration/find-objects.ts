/** Finds what Lapse knows in the values of a file: by the properties of the objects, wherever they are in it. */
import { hasNext } from '#audit-log/export/incomplete.ts';
import { morePages } from '#audit-log/export/page.ts';
import { kindOf, kinds, type Kind } from '#kinds/registry.ts';
import { isJsonObject } from '#values/json.ts';
import { isLostText, readSavedObject } from './saved-object.ts';
import type { Saved } from '#kinds/kind.ts';
import type { SavedObject } from './saved-object.ts';
import type { SavedValue, UnreadPart } from './read-values.ts';

export interface KnownObject extends SavedObject {
  readonly line: number;
  readonly kinds: readonly Kind[];
}

/** What a file holds. Objects that were saved together are together. */
export interface Found {
  readonly groups: readonly (readonly KnownObject[])[];
  /** The tenant's own domains, in lower case. */
  readonly domains: readonly string[];
  /** Cmdlets that the tool which made the file says it has run, or could not run. */
  readonly ran: readonly string[];
  readonly failed: readonly string[];
  readonly unread: readonly UnreadPart[];
}

/** ConvertTo-Json goes no deeper than 100. */
const deepest = 128;

/** Assessment tools keep the answers one or two objects down. What was flattened further down is something else's. */
const usual = 4;

export function findObjects(values: readonly SavedValue[]): Found {
  const groups: KnownObject[][] = [];
  const domains = new Set<string>();
  const ran = new Set<string>();
  const failed = new Set<string>();
  const unread: UnreadPart[] = [];
  const unknown: SavedValue[] = [];

  /** Whether anything in it is known, or was told to be unread. */
  function visit(value: unknown, line: number, group: KnownObject[], depth: number): boolean {
    if (Array.isArray(value)) {
      const inner: KnownObject[] = [];
      groups.push(inner);
      const known = value.map((one) => visit(one, line, inner, depth + 1));
      if (!known.includes(true)) return false;
      // What is saved with what is known is not something else that nobody asked about.
      for (const [at, one] of value.entries())
        if (known[at] !== true && one !== null) unknown.push({ line, value: one });
      return true;
    }
    if (typeof value === 'string') {
      // Tools that keep answers in tables of their own keep them as text.
      const inText = jsonIn(value);
      return inText !== undefined && visit(inText, line, group, depth);
    }
    if (!isJsonObject(value)) return false;
    const saved = readSavedObject(value);
    const domain = acceptedDomain(saved);
    if (domain !== undefined) {
      domains.add(domain);
      return true;
    }
    const known = kindsOf(saved);
    if (known.length > 0) {
      group.push({ ...saved, line, kinds: known });
      return true;
    }
    if (isInPart(saved)) {
      unknown.push({ line, value });
      return true;
    }
    if (hasNext(Object.entries(value))) unread.push({ line, reason: morePages });
    return Object.entries(value)
      .map(([name, inside]) => visitNamed(name, inside, line, group, depth))
      .includes(true);
  }

  function visitNamed(
    name: string,
    inside: unknown,
    line: number,
    group: KnownObject[],
    depth: number,
  ): boolean {
    if (/(?<!un)successful_?commands$/i.test(name)) for (const text of textsIn(inside)) ran.add(text);
    if (/unsuccessful_?commands$/i.test(name)) for (const text of textsIn(inside)) failed.add(text);
    if (textsIn(inside).some((text) => isFlattened(text) && (depth < usual || isAboutMail(text)))) {
      unread.push({ line, reason: `${name} was flattened to text by PowerShell; ${deeper}` });
      return true;
    }
    if (visit(inside, line, group, depth + 1)) return true;
    const command = commandNamed(name);
    if (command === undefined) return false;
    const parts: readonly unknown[] = Array.isArray(inside) ? inside : [inside];
    const given = parts.filter((one) => one !== null);
    for (const one of given) unknown.push({ line, value: one });
    if (given.length > 0) return true;
    // An answer of none is told only by the cmdlet itself.
    if (Array.isArray(inside) && name === command) ran.add(command);
    return false;
  }

  const together: KnownObject[] = [];
  groups.push(together);
  for (const { line, value } of values) {
    // An empty result is saved as [null].
    if (value === null) continue;
    if (isDeeper(value, deepest))
      unread.push({ line, reason: `it is nested deeper than ConvertTo-Json writes; ${asGiven}` });
    else if (!visit(value, line, together, 0)) unknown.push({ line, value });
  }
  const [first] = unknown;
  if (first) unread.push({ line: first.line, reason: whyUnknown(first.value, unknown.length) });
  else if (unread.length === 0 && domains.size === 0 && groups.every((group) => group.length === 0))
    unread.push({ reason: 'there is no object in it, and nothing tells which cmdlet gave none' });
  return {
    groups: groups.filter((group) => group.length > 0),
    domains: [...domains],
    ran: [...ran],
    failed: [...failed],
    unread,
  };
}

export const deeper = 'save it again with ConvertTo-Json -Depth 10';

/** Another kind's properties may be among one's own: the one with more of them is meant. */
export function kindsOf({ object, lost }: SavedObject): readonly Kind[] {
  const has = (name: string): boolean => name in object || lost.includes(name);
  const matched = kinds.flatMap((kind) => {
    const { saved } = kindOf(kind);
    const telling = saved.telling.find((names) => names.every(has) && isNamed(saved, object));
    return telling ? [{ kind, telling }] : [];
  });
  return matched
    .filter(({ telling }) => !matched.some((other) => isWithin(telling, other.telling)))
    .map(({ kind }) => kind);
}

const isWithin = (names: readonly string[], others: readonly string[]): boolean =>
  names.length < others.length && names.every((name) => others.includes(name));

const isNamed = ({ named }: Saved, object: Readonly<Record<string, unknown>>): boolean =>
  named === undefined ||
  ['Name', 'Identity'].some(
    (property) => typeof object[property] === 'string' && named.test(object[property]),
  );

/** A property of it tells what it would be, had more of it been saved. Rules of Purview share some with mail flow rules. */
const isInPart = ({ object, lost }: SavedObject): boolean =>
  !('ParentPolicyName' in object) && [...Object.keys(object), ...lost].some((name) => revealing.has(name));

const revealing = new Set(kinds.flatMap((kind) => kindOf(kind).saved.revealing ?? []));

const isFlattened = (text: string): boolean => text.startsWith('@{') && isLostText(text);

/** `@{Name=…; SetSCL=…}` */
const isAboutMail = (text: string): boolean =>
  Array.from(text.matchAll(/[{;]\s*(\w+)=/g), ([, name]) => name ?? '').some((name) => revealing.has(name));

const cmdlets = new Map(
  kinds.flatMap((kind) => kindOf(kind).exchange.list.map(({ cmdlet }) => [folded(cmdlet), cmdlet] as const)),
);

/** The cmdlet that something saved under this name is an answer of: `Get-TransportRule`, `transport_rules`. */
const commandNamed = (name: string): string | undefined => cmdlets.get(folded(name));

function folded(name: string): string {
  const letters = name.toLowerCase().replaceAll(/[^a-z]/g, '');
  return letters.replace(/^get/, '').replace(/ies$/, 'y').replace(/s$/, '');
}

function jsonIn(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isDeeper(value, deepest) ? undefined : value;
  } catch {
    return undefined;
  }
}

/** Without calling itself, so that nothing is too deep for it. */
function isDeeper(value: unknown, most: number): boolean {
  let level: readonly unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > most) return true;
    level = level.flatMap((one): readonly unknown[] =>
      typeof one === 'object' && one !== null ? Object.values(one) : [],
    );
  }
  return false;
}

/** Get-AcceptedDomain */
function acceptedDomain({ object }: SavedObject): string | undefined {
  const { DomainName: name, DomainType: type } = object;
  return ['string', 'number'].includes(typeof type) && typeof name === 'string' && name.includes('.')
    ? name.toLowerCase()
    : undefined;
}

const textsIn = (value: unknown): readonly string[] =>
  (Array.isArray(value) ? value : [value]).filter((one) => typeof one === 'string');

function whyUnknown(value: unknown, count: number): string {
  const others = count > 1 ? `; and so are ${(count - 1).toLocaleString('en')} more` : '';
  if (typeof value === 'string' && isLostText(value))
    return `it was flattened to text by PowerShell; ${deeper}${others}`;
  if (!isJsonObject(value)) return `it is not an object of Exchange${others}`;
  const names = new Set(Object.keys(value).map((name) => name.toLowerCase()));
  if (names.has('resourcename') && names.has('resourceinstancename'))
    return `Microsoft365DSC leaves out what is not set, so that this does not tell what is let past; ${asGiven}${others}`;
  if (
    names.has('auditdata') ||
    ((names.has('operation') || names.has('operations')) && names.has('workload'))
  )
    return `it is a record of the audit log, and not a setting: lapse replay reads these${others}`;
  return `Lapse does not know what this is, or too few properties of it were saved; ${asGiven}${others}`;
}

export const asGiven = 'save the whole answer of a cmdlet that lapse assess --help names';
