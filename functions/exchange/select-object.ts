/**
 * Which of the objects Exchange gave is the one that was asked for. Asked for an identity it does not know, Exchange
 * gives all objects of the kind (Microsoft warns of it at Get-TransportRule and the connectors), so an answer is
 * never taken for the object: its GUID or its name must be the one asked for.
 */
import { foldName } from '#kinds/fold-name.ts';
import type { ExchangeObject } from '#kinds/call.ts';

export type Selection =
  | { readonly type: 'one'; readonly object: ExchangeObject; readonly guid: string }
  | { readonly type: 'none' }
  | { readonly type: 'several'; readonly count: number };

const guidOf = (object: ExchangeObject): string | undefined => {
  const guid = object['Guid'];
  return typeof guid === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(guid)
    ? guid.toLowerCase()
    : undefined;
};

export const objectNameOf = (object: ExchangeObject): string | undefined => {
  const name = object['Name'];
  return typeof name === 'string' ? name : undefined;
};

/**
 * The objects by their GUID in lower case, without those that have none: nothing could be done to them safely. The
 * same object may come twice, over pages or over the calls that an outbound connector takes.
 */
export const byGuid = (objects: readonly ExchangeObject[]): ReadonlyMap<string, ExchangeObject> =>
  new Map(
    objects.flatMap((object) => {
      const guid = guidOf(object);
      return guid === undefined ? [] : [[guid, object] as const];
    }),
  );

/** By GUID where one is given, else by name: Exchange's names ignore case, but an exact match wins over one that does not. */
export function selectObject(
  objects: readonly ExchangeObject[],
  wanted: { readonly guid: string } | { readonly name: string },
): Selection {
  const distinct = byGuid(objects);
  if ('guid' in wanted) {
    const guid = wanted.guid.toLowerCase();
    const object = distinct.get(guid);
    return object ? { type: 'one', object, guid } : { type: 'none' };
  }
  const alike = [...distinct].filter(
    ([, object]) => foldName(objectNameOf(object) ?? '') === foldName(wanted.name),
  );
  const exact = alike.filter(([, object]) => objectNameOf(object) === wanted.name);
  const matches = exact.length > 0 ? exact : alike;
  const [first] = matches;
  if (!first) return { type: 'none' };
  return matches.length > 1
    ? { type: 'several', count: matches.length }
    : { type: 'one', object: first[1], guid: first[0] };
}
