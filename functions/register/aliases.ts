/**
 * Which exception an object has is stored under the object's name and, once Exchange was read, under its GUID. A name
 * belongs to one object at a time. It passes to another exception when its holder is gone, when that other was read
 * under the name with another GUID (the record of the holder's removal or rename has not arrived yet), or when the
 * other is renamed to it. An exception opened for an object that already has one would be a duplicate, and is
 * refused.
 */
import { foldName } from '#kinds/fold-name.ts';
import { guidAlias, nameAlias, type Key } from './keys.ts';
import type { Exception } from '#lifecycle/exception.ts';
import type { ObjectRef } from './identity.ts';

/** What an alias says about the exception that holds it. */
export interface Holder {
  readonly id: string;
  readonly guid?: string;
  /** Removed: the name may pass to another. */
  readonly gone: boolean;
}

export interface AliasChange {
  readonly key: Key;
  /** Which exception the alias must belong to for the change to be written; `undefined`: none. */
  readonly from: Holder | undefined;
  /** Which exception it belongs to afterwards; `undefined`: none. */
  readonly to: Holder | undefined;
}

/** The aliases that a step from `before` to `after` may touch: none if the object's identity stays the same. */
export function aliasesOf(before: Exception | undefined, after: Exception): readonly Key[] {
  if (before && sameIdentity(before, after)) return [];
  const keys = [
    nameAlias(after),
    ...guidKeys(after),
    ...(before ? [nameAlias(before), ...guidKeys(before)] : []),
  ];
  return [...new Map(keys.map((key) => [key.pk, key])).values()];
}

/** `conflict`: the object that is being opened already has an exception. */
export function moveAliases(
  before: Exception | undefined,
  after: Exception,
  holder: (key: Key) => Holder | undefined,
): readonly AliasChange[] | 'conflict' {
  const mine: Holder = {
    id: after.id,
    ...(after.guid === undefined ? {} : { guid: after.guid }),
    gone: after.state === 'removed',
  };
  const renamed = before !== undefined && foldName(before.name) !== foldName(after.name);
  const changes: AliasChange[] = [];
  for (const key of aliasesOf(before, after)) {
    const from = holder(key);
    const own = from === undefined || from.id === after.id;
    if (key.pk === nameAlias(after).pk) {
      if (own || from.gone || renamed || isOtherObject(from, after)) changes.push({ key, from, to: mine });
      else if (!before) return 'conflict';
    } else if (guidKeys(after).some((kept) => kept.pk === key.pk)) {
      if (own) changes.push({ key, from, to: mine });
      else if (!before) return 'conflict';
    } else if (from && own) {
      changes.push({ key, from, to: undefined });
    }
  }
  return changes;
}

/** Whether the name's holder is certainly another object than the one at hand, and both still exist. */
export const isOtherObject = (holder: Holder, object: { readonly guid?: string }): boolean =>
  !holder.gone &&
  holder.guid !== undefined &&
  object.guid !== undefined &&
  holder.guid.toLowerCase() !== object.guid.toLowerCase();

const guidKeys = (object: ObjectRef): readonly Key[] =>
  object.guid === undefined ? [] : [guidAlias({ ...object, guid: object.guid })];

const sameIdentity = (before: Exception, after: Exception): boolean =>
  foldName(before.name) === foldName(after.name) &&
  before.guid === after.guid &&
  (before.state === 'removed') === (after.state === 'removed');
