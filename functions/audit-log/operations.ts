import { isObject, mailboxKinds } from '#kinds/form.ts';
import { verbOf, type Operation, type Verb } from '#kinds/operation.ts';
import { kindOf, kinds, type Kind } from '#kinds/registry.ts';
import { mailboxOperations, outlookOperation } from './mailbox-operations.ts';

/** Records about single mailboxes are told apart at the door: almost all of them open nothing. */
const followed = kinds.filter((kind) => !mailboxKinds.includes(kind));

const operationsOf = (some: readonly Kind[]): readonly Operation[] => [
  ...new Set(some.flatMap((kind) => kindOf(kind).log.operations)),
];
const replacing = (kind: Kind): readonly Operation[] => {
  const one = kindOf(kind);
  return one.form === 'object' ? one.log.replacedBy : [];
};

/** Cmdlets that create, change or remove a single object. */
export const objectOperations = operationsOf(kinds.filter(isObject));

/**
 * Cmdlets that change lists and switches, or all objects of a kind at once: only Exchange itself shows what they did
 * to which of them.
 */
export const listOperations: readonly Operation[] = [
  ...operationsOf(followed.filter((kind) => !isObject(kind))),
  ...followed.flatMap(replacing),
];

/** The cmdlets whose audit records can open, change or end an exception, as Exchange spells them. */
export const operations: readonly Operation[] = [...new Set([...objectOperations, ...listOperations])];

/** How the names of all that is followed end, in mailboxes too, each once: `-TransportRule`. */
export const operationEndings: readonly string[] = [
  ...new Set(
    [...operations, ...mailboxOperations].map((operation) => operation.slice(operation.indexOf('-'))),
  ),
  outlookOperation,
];

const spelled = (names: readonly Operation[]) => {
  const byFolded = new Map(names.map((name) => [name.toLowerCase(), name]));
  return (name: string): Operation | undefined => byFolded.get(name.toLowerCase());
};

/** The operation in Exchange's own spelling; `undefined` if Lapse does not follow it. */
export const operationNamed = spelled(operations);
export const listOperationNamed = spelled(listOperations);

/** The kinds of which an operation can create, change or remove an object. */
export const kindsChangedBy = (operation: Operation): readonly Kind[] =>
  followed.filter((kind) => [...kindOf(kind).log.operations, ...replacing(kind)].includes(operation));

/** The same of the kinds of which each mailbox has its own. */
export const mailboxKindsChangedBy = (operation: Operation): readonly Kind[] =>
  mailboxKinds.filter((kind) => kindOf(kind).log.operations.includes(operation));

const changes = {
  New: 'create',
  Set: 'alter',
  Enable: 'enable',
  Disable: 'disable',
  Remove: 'remove',
} as const satisfies Partial<Record<Verb, string>>;

/** A cmdlet on one object: what it does, and to what kind of object. */
export interface ObjectOperation {
  readonly operation: Operation;
  readonly kind: Kind;
  readonly change: (typeof changes)[keyof typeof changes];
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
  const verb = operation && verbOf(operation);
  return operation && kind && verb && verb in changes
    ? { operation, kind, change: changes[verb as keyof typeof changes] }
    : undefined;
}
