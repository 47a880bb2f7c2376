/**
 * Objects for which nothing opened an exception: what protected and is gone, which in a deployment the inventory tells
 * of, and what is not known, which a look at the tenant would tell.
 */
import { assess } from '#kinds/assess.ts';
import { domainsOf } from '#lifecycle/own-domains.ts';
import { isObject } from '#kinds/form.ts';
import { splitIntoLives, newestSettingsOf, toLoggedChange } from '#lifecycle/logged-changes.ts';
import { createExceptionId } from '#register/identity.ts';
import type { Kind } from '#kinds/registry.ts';
import type { ObjectLife, LoggedChange } from '#lifecycle/logged-changes.ts';
import type { ObjectRef } from '#register/identity.ts';
import type { Remembered } from '#register/remembered.ts';
import type { LoggedException } from './logged-exceptions.ts';

/** An object that was changed, and of which nothing tells what it is: what made it is not among the records. */
export interface Unknown {
  readonly kind: Kind;
  readonly name: string;
  /** The earliest record about it. */
  readonly record: string;
  readonly isGone: boolean;
}

interface NeverOpened {
  readonly lost: readonly LoggedException[];
  readonly unknown: readonly Unknown[];
}

/** A list tells of its entries what they are; an object, only what made it. `domains`: known to be the tenant's own. */
export function findNeverOpened({ records }: Remembered, domains: readonly string[]): NeverOpened {
  const [first] = records;
  if (!first || !isObject(first.observation.kind)) return { lost: [], unknown: [] };
  const { tenant, kind, name } = first.observation;
  const object = { tenant, kind, name };
  const lives = splitIntoLives(
    records.map(({ observation }) => toLoggedChange(observation)),
    kind,
  );
  // Made again since: what protected is back, or else what was made has an exception.
  const last = lives.at(-1);
  const own = [...domains, ...records.flatMap(({ observation }) => observation.ownDomains ?? [])];
  const lost = last && lostIn(object, last, own);
  return {
    lost: lost ? [lost] : [],
    unknown: lives.flatMap((life) => (lost && life === last ? [] : unknownIn(object, life))),
  };
}

function lostIn(
  object: ObjectRef,
  { changes, end }: ObjectLife,
  domains: readonly string[],
): LoggedException | undefined {
  if (!end) return undefined;
  const { risk, findings } = assess({
    kind: object.kind,
    settings: newestSettingsOf(changes).settings,
    enabled: false,
    complete: isWhole(changes),
    operation: end.operation,
    gone: true,
    ownDomains: [...domains, ...domainsOf(...changes.map(({ by }) => by))],
  });
  if (findings.length === 0) return undefined;
  const id = createExceptionId(object);
  const { settings } = newestSettingsOf(changes);
  return {
    ...{ id, ...object, risk, findings },
    state: 'unconfirmed',
    openedAt: end.at,
    made: changes[0] ?? end,
    changed: end,
    traced: { id, kind: object.kind, name: object.name, guid: object.guid, settings },
  };
}

function unknownIn({ kind, name }: ObjectRef, { changes, end }: ObjectLife): readonly Unknown[] {
  const record = (changes[0] ?? end)?.record;
  return record === undefined || isWhole(changes) ? [] : [{ kind, name, record, isGone: end !== undefined }];
}

const isWhole = (changes: readonly LoggedChange[]): boolean => changes.some(({ created }) => created);
