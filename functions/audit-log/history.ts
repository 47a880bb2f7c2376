/**
 * What the log alone tells about the objects it names. The log repeats itself, comes late and in any order, so what
 * is kept are registers in which the newest change wins, whenever it arrives: the same records in any order and
 * number give the same history. Memory grows with the objects and their settings, not with the records.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Observation } from '#domain/commands.ts';
import { guardsIn } from '#domain/protection.ts';
import type { Author, Kind } from '#domain/exception.ts';
import { compareMoments } from '#domain/moment.ts';
import type { Moment } from '#domain/moment.ts';

/** When a change was made, and by whom. */
export interface Stamp extends Moment {
  readonly operation: string;
  readonly author: Author;
}
export interface Stamped<T> extends Stamp {
  readonly value: T;
}

/** What is known of what bore one name; after `settle`, of one object. */
export interface Past {
  readonly tenant: string;
  readonly kind: Kind;
  /** The name the object has now. */
  readonly name: string;
  /** The name by which the log first knew it. */
  readonly origin: string;
  readonly guid: Stamped<string> | undefined;
  readonly settings: ReadonlyMap<string, Stamped<unknown>>;
  /** The newest values that protected, also of what bore the name before: what is there no more was taken away. */
  readonly guards: ReadonlyMap<string, Stamped<unknown>>;
  readonly enabled: Stamped<boolean> | undefined;
  readonly created: Stamped<string> | undefined;
  readonly removed: Stamp | undefined;
  /** The earliest change that was no removal. */
  readonly first: Stamp | undefined;
  /** The newest one. */
  readonly lived: Stamp | undefined;
}

export interface History {
  readonly note: (observation: Observation) => void;
  readonly objects: () => readonly Past[];
}

interface Rename extends Stamp {
  readonly tenant: string;
  readonly kind: Kind;
  readonly from: string;
  readonly to: string;
}

export function startHistory(): History {
  const pasts = new Map<string, Past>();
  const renames = new Map<string, Rename>();
  return {
    note(observation) {
      const { tenant, kind, name, renamed } = observation;
      const key = keyOf(tenant, kind, name);
      const past = seenIn(observation);
      const known = pasts.get(key);
      pasts.set(key, known ? merged(known, past) : past);
      if (renamed === undefined) return;
      const edge = `${key}\n${folded(renamed)}`;
      const rename = { ...stampOf(observation), tenant, kind, from: name, to: renamed };
      const before = renames.get(edge);
      if (!before || compare(rename, before, rename.to, before.to) > 0) renames.set(edge, rename);
    },
    objects: () => settle(pasts, [...renames.values()]),
  };
}

const folded = (name: string): string => name.normalize('NFC').toLowerCase();
const keyOf = (tenant: string, kind: Kind, name: string): string => [tenant, kind, folded(name)].join('\n');
const keyOfPast = (past: Past): string => keyOf(past.tenant, past.kind, past.name);

const stampOf = ({ changedAt, order, record, operation, changedBy }: Observation): Stamp => ({
  at: changedAt,
  ...(order === undefined ? {} : { order }),
  record,
  operation,
  author: changedBy,
});

function seenIn(observation: Observation): Past {
  const { tenant, kind, name, guid, change, settings, enabled } = observation;
  const stamp = stampOf(observation);
  const told = new Map(
    change === 'remove' ? [] : Object.entries(settings).map(([key, value]) => [key, { ...stamp, value }]),
  );
  return {
    tenant,
    kind,
    name,
    origin: name,
    guid: guid === undefined ? undefined : { ...stamp, value: guid },
    settings: told,
    guards: new Map(guardsIn(kind, settings).flatMap((key) => [...told].filter(([name]) => name === key))),
    enabled: enabled === undefined ? undefined : { ...stamp, value: enabled },
    created: change === 'create' ? { ...stamp, value: name } : undefined,
    removed: change === 'remove' ? stamp : undefined,
    first: change === 'remove' ? undefined : stamp,
    lived: change === 'remove' ? undefined : stamp,
  };
}

/** One record may tell two things; two records may have one id. */
function compare(a: Stamp, b: Stamp, valueA?: unknown, valueB?: unknown): number {
  const order = (x: string, y: string) => (x < y ? -1 : x > y ? 1 : 0);
  return (
    compareMoments(a, b) ||
    order(a.operation, b.operation) ||
    (isDeepStrictEqual(valueA, valueB) ? 0 : order(JSON.stringify([valueA]), JSON.stringify([valueB]))) ||
    order(a.author.id, b.author.id)
  );
}

function newest<T extends Stamp & { readonly value?: unknown }>(
  a: T | undefined,
  b: T | undefined,
): T | undefined {
  if (!a || !b) return a ?? b;
  return compare(a, b, a.value, b.value) >= 0 ? a : b;
}

function newestOf(into: Past['settings'], from: Past['settings']): Past['settings'] {
  const all = new Map(into);
  for (const [key, value] of from) all.set(key, newest(all.get(key), value) ?? value);
  return all;
}

/** The names are those of `into`. */
function merged(into: Past, from: Past): Past {
  return {
    ...into,
    ...spelled(into, from),
    guid: newest(into.guid, from.guid),
    settings: newestOf(into.settings, from.settings),
    guards: newestOf(into.guards, from.guards),
    enabled: newest(into.enabled, from.enabled),
    created: newest(into.created, from.created),
    removed: newest(into.removed, from.removed),
    first:
      into.first && from.first && isAfter(into.first, from.first) ? from.first : (into.first ?? from.first),
    lived: newest(into.lived, from.lived),
  };
}

/** One name in two spellings: that of the newest creation, else whichever sorts first, so that order plays no part. */
function spelled(into: Past, from: Past): { readonly name?: string; readonly origin?: string } {
  if (folded(into.name) !== folded(from.name)) return {};
  const name = newest(into.created, from.created)?.value ?? (into.name < from.name ? into.name : from.name);
  return { name, ...(folded(into.origin) === folded(name) ? { origin: name } : {}) };
}

/** Puts together what one object did under several names and under its GUID. */
function settle(noted: ReadonlyMap<string, Past>, renames: readonly Rename[]): readonly Past[] {
  const pasts = new Map(noted);
  const inOrder = renames.toSorted((a, b) => compare(a, b, a.to, b.to));

  for (const rename of inOrder) {
    const fromKey = keyOf(rename.tenant, rename.kind, rename.from);
    const toKey = keyOf(rename.tenant, rename.kind, rename.to);
    const source = pasts.get(fromKey);
    if (!source) continue;
    // What bore the old name later is another object.
    const [moving, staying] = split(source, rename);
    if (staying) pasts.set(fromKey, staying);
    else pasts.delete(fromKey);
    const target = pasts.get(toKey);
    const moved = { ...moving, name: rename.to };
    pasts.set(toKey, target ? { ...merged(target, moved), name: rename.to, origin: moved.origin } : moved);
  }

  // Changes whose record gave nothing but the GUID belong to what was last known by it and a name at once.
  for (const past of withGuid(pasts.values())) {
    const nameless = pasts.get(keyOf(past.tenant, past.kind, past.guid.value));
    const known = pasts.get(keyOfPast(past));
    if (!nameless || !known) continue;
    pasts.delete(keyOfPast(nameless));
    pasts.set(keyOfPast(past), { ...merged(known, nameless), name: known.name, origin: known.origin });
  }
  return [...pasts.values()];
}

/** Objects known by a name and a GUID, the newest knowledge first. */
const withGuid = (pasts: Iterable<Past>): readonly (Past & { readonly guid: Stamped<string> })[] =>
  [...pasts]
    .flatMap((past) => {
      const { guid } = past;
      return guid === undefined || folded(past.name) === guid.value ? [] : [{ ...past, guid }];
    })
    .sort((a, b) => compare(b.guid, a.guid, b.name, a.name));

/** What happened up to and with the moment, and what happened after it. */
function split(past: Past, moment: Stamp): readonly [Past, Past | undefined] {
  const until = (stamp: Stamp) => compare(stamp, moment) <= 0;
  const keep = <T extends Stamp>(stamp: T | undefined, early: boolean): T | undefined =>
    stamp && until(stamp) === early ? stamp : undefined;
  const part = (early: boolean): Past => ({
    ...past,
    ...(early ? {} : { origin: past.name }),
    guid: keep(past.guid, early),
    settings: new Map([...past.settings].filter(([, stamp]) => until(stamp) === early)),
    guards: new Map([...past.guards].filter(([, stamp]) => until(stamp) === early)),
    enabled: keep(past.enabled, early),
    created: keep(past.created, early),
    removed: keep(past.removed, early),
    first: keep(past.first, early),
    lived: keep(past.lived, early),
  });
  const later = part(false);
  const anythingLater = [later.lived, later.removed].some((stamp) => stamp !== undefined);
  return [part(true), anythingLater ? later : undefined];
}

export const isAfter = (a: Stamp, b: Stamp): boolean => compare(a, b) > 0;
