import { isObject } from '#kinds/form.ts';
import { verbOf, type Operation, type Verb } from '#kinds/operation.ts';
import { kindOf, kinds, type Kind } from '#kinds/registry.ts';

const operationsOf = (some: readonly Kind[]): readonly Operation[] => [
  ...new Set(some.flatMap((kind) => kindOf(kind).log.operations)),
];

/** Cmdlets that make, change or end one object each. */
export const objectOperations = operationsOf(kinds.filter(isObject));

/** Cmdlets that change lists and switches: what they did to which entry is told by the list itself. */
export const listOperations = operationsOf(kinds.filter((kind) => !isObject(kind)));

/**
 * The cmdlets whose audit records can make, change or end an exception, as Exchange spells them. The bus rule in
 * front of `record-changes` filters on exactly these names.
 */
export const operations = operationsOf(kinds);

const spelled = (names: readonly Operation[]) => {
  const byFolded = new Map(names.map((name) => [name.toLowerCase(), name]));
  return (name: string): Operation | undefined => byFolded.get(name.toLowerCase());
};

/** The operation by Exchange's own spelling; `undefined` for one that is none of ours. */
export const operationNamed = spelled(operations);
export const listOperationNamed = spelled(listOperations);

/** The kinds of which an operation can make, change or end one. */
export const kindsChangedBy = (operation: Operation): readonly Kind[] =>
  kinds.filter((kind) => kindOf(kind).log.operations.includes(operation));

const changes = {
  New: 'create',
  Set: 'alter',
  Enable: 'enable',
  Disable: 'disable',
  Remove: 'remove',
} as const satisfies Record<Verb, string>;

/** A cmdlet on one object: what it does, and to what kind of object. */
export interface ObjectOperation {
  readonly operation: Operation;
  readonly kind: Kind;
  readonly change: (typeof changes)[Verb];
}

const byOperation = new Map(
  kinds
    .filter(isObject)
    .flatMap((kind) => kindOf(kind).log.operations.map((operation) => [operation, kind] as const)),
);
const spelledObject = spelled(objectOperations);

export function objectOperationNamed(name: string): ObjectOperation | undefined {
  const operation = spelledObject(name);
  const kind = operation && byOperation.get(operation);
  return operation && kind && { operation, kind, change: changes[verbOf(operation)] };
}
