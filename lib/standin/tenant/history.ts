/**
 * What happened to the objects of one kind in one tenant, and what they are after it. Operations may become known
 * late and in any order: the objects are always what their operations make in the order in which they happened.
 */
import { createHash } from 'node:crypto';
import { foldName } from '#kinds/fold-name.ts';
import { readListValue, splitLinks } from '#risk/list-value.ts';
import { isOn } from './text.ts';
import type { Shelf } from './shelf.ts';

export interface TenantOperation {
  /** An operation with an id already known changes nothing. */
  readonly id: string;
  /** When it happened: ISO 8601 in UTC with milliseconds. */
  readonly at: string;
  /** Through a cmdlet here, not told by the log: it comes after everything logged for the same moment. */
  readonly own: boolean;
  readonly change: 'create' | 'alter' | 'enable' | 'disable' | 'remove';
  /** The object's GUID, or its name just before the operation. */
  readonly target: string;
  readonly renamed?: string;
  /** Parameters by name, as passed. */
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly by: string;
}

/** An object with what was set on it; what was not has its default. */
export interface StoredObject {
  readonly guid: string;
  readonly name: string;
  readonly enabled: boolean;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly createdAt: string;
  readonly changedAt: string;
  readonly createdBy: string;
  readonly changedBy: string;
}

/** Objects by GUID, oldest first; and how many were created under a name so far. */
interface Fold {
  readonly objects: Map<string, StoredObject>;
  readonly births: Map<string, number>;
}

export interface TenantHistory {
  /** `false` where the operation was known. */
  readonly add: (operation: TenantOperation) => boolean;
  readonly objects: () => readonly StoredObject[];
  /** As they were before the newest operation that came through a cmdlet: what a lagging read still shows. */
  readonly lagging: () => readonly StoredObject[];
  /** The moment of the newest operation, '' where there is none. */
  readonly newest: () => string;
  /** The number of operations. */
  readonly size: () => number;
}

/** The log may know an object by its GUID alone. */
const guidShape = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const order = ({ at, own, id }: TenantOperation): string => `${at} ${own ? 1 : 0} ${id}`;

/** An object that the log never showed being made: it was there before the log began. */
const longAgo = 90 * 24 * 3_600_000;

export function createHistory(tenant: string, kind: Shelf): TenantHistory {
  const operations: TenantOperation[] = [];
  const known = new Set<string>();
  let current = emptyFold();
  let last = '';
  let stale = false;

  const replay = (all: readonly TenantOperation[]): Fold => {
    const result = emptyFold();
    for (const operation of all.toSorted((a, b) => (order(a) < order(b) ? -1 : 1))) step(result, operation);
    return result;
  };
  const step = (state: Fold, operation: TenantOperation): void => {
    if (operation.change === 'create') {
      create(state, operation, operation.target, operation.at);
      return;
    }
    const target =
      find(state, operation.target) ??
      // A GUID is given by this tenant only: one that is unknown now was never another object's.
      (operation.own || operation.change === 'remove'
        ? undefined
        : create(
            state,
            { ...operation, parameters: {}, by: '' },
            operation.target,
            new Date(Date.parse(operation.at) - longAgo).toISOString(),
          ));
    if (!target) return;
    if (operation.change === 'remove') {
      state.objects.delete(target.guid);
      return;
    }
    state.objects.set(target.guid, {
      ...altered(target, operation),
      enabled: operation.change === 'alter' ? on(operation, target.enabled) : operation.change === 'enable',
      name: operation.renamed ?? target.name,
    });
  };
  const create = (state: Fold, operation: TenantOperation, name: string, at: string): StoredObject => {
    const already = find(state, name);
    if (already) {
      const again = { ...altered(already, operation), enabled: on(operation, already.enabled) };
      state.objects.set(again.guid, again);
      return again;
    }
    const births = state.births.get(foldName(name)) ?? 0;
    state.births.set(foldName(name), births + 1);
    const guid = guidShape.test(name) ? name.toLowerCase() : guidOf(tenant, kind, foldName(name), births);
    const made: StoredObject = {
      guid,
      name,
      // Of what Exchange keeps, only journal rules are made switched off.
      enabled: on(operation, kind !== 'journal-rule'),
      parameters: edited({}, operation.parameters),
      createdAt: at,
      changedAt: at,
      createdBy: operation.by,
      changedBy: operation.by,
    };
    state.objects.set(guid, made);
    return made;
  };

  return {
    add(operation) {
      if (known.has(operation.id)) return false;
      known.add(operation.id);
      operations.push(operation);
      // In order, as nearly always: one step. Late news: all again at the next look.
      if (!stale && order(operation) > last) step(current, operation);
      else stale = true;
      if (order(operation) > last) last = order(operation);
      return true;
    },
    objects() {
      if (stale) current = replay(operations);
      stale = false;
      return [...current.objects.values()];
    },
    lagging() {
      const own = operations.filter((operation) => operation.own).map(order);
      const newest = own.toSorted().at(-1);
      return [...replay(operations.filter((operation) => order(operation) !== newest)).objects.values()];
    },
    newest: () => last.split(' ')[0] ?? '',
    size: () => operations.length,
  };
}

const emptyFold = (): Fold => ({ objects: new Map(), births: new Map() });

/** The object with this GUID or, in any case of letters, this name. */
function find(state: Fold, target: string): StoredObject | undefined {
  const byGuid = state.objects.get(target.toLowerCase());
  if (byGuid) return byGuid;
  const name = foldName(target);
  for (const object of state.objects.values()) if (foldName(object.name) === name) return object;
  return undefined;
}

const on = ({ parameters }: TenantOperation, otherwise: boolean): boolean => {
  const value = parameters['Enabled'];
  return value === undefined ? otherwise : isOn(value);
};

const altered = (object: StoredObject, { parameters, at, by }: TenantOperation): StoredObject => ({
  ...object,
  parameters: { ...object.parameters, ...edited(object.parameters, parameters) },
  changedAt: at,
  changedBy: by,
});

/** A hashtable with Add and Remove changes the list that was there; anything else replaces what was. */
const edited = (
  before: StoredObject['parameters'],
  parameters: StoredObject['parameters'],
): StoredObject['parameters'] =>
  Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => {
      const isTable =
        typeof value === 'string'
          ? /^\s*@?\{/.test(value)
          : typeof value === 'object' && value !== null && !Array.isArray(value);
      const split = name === 'DoNotRewriteUrls' ? splitLinks : undefined;
      const edit = isTable ? readListValue(value, split) : undefined;
      if (edit?.type !== 'edit') return [name, value];
      const was = readListValue(before[name], split);
      const present = was.type === 'whole' ? was.entries : [];
      const same = (a: string) => (b: string) => a.toLowerCase() === b.toLowerCase();
      const left = present.filter((entry) => !edit.remove.some(same(entry)));
      return [name, [...left, ...edit.add.filter((entry) => !left.some(same(entry)))]];
    }),
  );

/** The same for the same object on every start, so that a kept register still knows it. */
function guidOf(tenant: string, kind: Shelf, name: string, times: number): string {
  const hex = createHash('sha256').update([tenant, kind, name, times].join('\n')).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
