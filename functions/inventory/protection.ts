/**
 * A protective object is not an exception, so it is not in the register. A way around it is one, and so is switching it
 * off. The log reports that. To find what the log misses, the inventory keeps notes on each object of a watched kind. An
 * object seen for the first time shows nothing, because its earlier settings are not known.
 */
import { assess } from '#kinds/assess.ts';
import { inventory } from '#lifecycle/inventory.ts';
import { guardsIn, protects } from '#kinds/protection.ts';
import { entries, isSet } from '#risk/settings.ts';
import type { WatchedKind } from '#kinds/protection.ts';
import type { Listing, Shown } from '#kinds/shown.ts';

/** Of one object, in a form that is cheap to keep: there may be 300 rules in a tenant. */
export interface ProtectionNote {
  /** The settings that say what gets around it, or what it lets in, with their values, cut short. */
  readonly ways: string;
  readonly off: boolean;
  /** It refuses all others. */
  readonly refuses?: boolean | undefined;
  /** The settings by which it protects, one after the other. Absent in what was noted before these were looked at. */
  readonly guards?: string | undefined;
  /** Of what protects: the settings that say to which mail it applies, with a digest of each. */
  readonly bounds?: Readonly<Record<string, string>> | undefined;
  /** Its name, where it protects: once it is gone, nothing else tells which it was. */
  readonly name?: string | undefined;
}
export type ProtectionNotes = Readonly<Record<string, ProtectionNote>>;

export interface Weakened {
  readonly object: Shown;
  /** Names of the settings that changed, as a cmdlet would have passed them. */
  readonly passed: readonly string[];
}

/** `digest`: a short text that differs where the given one does. */
export function noteOf(
  { kind, watched }: WatchedKind,
  { settings, enabled, name }: Shown,
  digest: (text: string) => string,
): ProtectionNote {
  const valuesOf = (setting: string): string => entries(settings, setting).join(';');
  const ways = watched.ways(settings).map((way) => `${way}=${valuesOf(way)}`);
  const bounds = watched.bounds.filter((bound) => isSet(settings, bound));
  const protecting = protects({ kind, settings });
  return {
    ways: ways.length === 0 ? '' : digest(ways.join('\n')),
    off: watched.offBy({ settings, enabled }) !== undefined,
    ...(watched.refuses(settings) && { refuses: true }),
    guards: guardsIn(kind, settings).join(' '),
    ...(protecting &&
      watched.bounds.length > 0 && {
        bounds: Object.fromEntries(bounds.map((bound) => [bound, digest(valuesOf(bound))])),
      }),
    ...(protecting && enabled && { name }),
  };
}

const namesIn = (guards: string | undefined): readonly string[] => (guards ?? '').split(' ').filter(Boolean);

/** Objects of which less protects than at the last look. */
export function findWeakened(
  one: WatchedKind,
  objects: readonly Shown[],
  before: ProtectionNotes,
  digest: (text: string) => string,
): readonly Weakened[] {
  const { kind, watched } = one;
  return objects.flatMap((object) => {
    const was = before[object.guid];
    if (!was) return [];
    const is = noteOf(one, object, digest);
    const { settings, enabled } = object;
    const kept = namesIn(is.guards);
    const lost = namesIn(was.guards).filter((name) => !kept.includes(name));
    const { bounds } = was;
    const narrower = Object.keys(is.bounds ?? {}).filter(
      (name) => bounds && bounds[name] !== is.bounds?.[name],
    );
    const passed = [
      ...lost,
      ...narrower,
      ...(was.name !== undefined && !protects({ kind, settings }) ? watched.trusts : []),
      ...(is.ways !== was.ways ? watched.ways(settings) : []),
      ...(was.refuses === true && is.refuses !== true ? watched.refusal : []),
      ...(was.off ? [] : [watched.offBy(object)].filter((name) => name !== undefined)),
    ];
    const { findings } = assess({ kind, settings, enabled, operation: inventory, passed });
    return passed.length > 0 && findings.length > 0 ? [{ object, passed }] : [];
  });
}

/**
 * What protected at the last look and is not listed any more: its GUID and its name then. An answer that lists nothing
 * at all is enough to tell people, though not to conclude anything: the only connector of a tenant leaves no other.
 */
export const findVanished = (
  listing: Listing | undefined,
  before: ProtectionNotes,
): readonly { readonly guid: string; readonly name: string }[] =>
  listing === undefined || !(listing.complete || listing.nothing)
    ? []
    : Object.entries(before).flatMap(([guid, { name }]) =>
        name === undefined || listing.objects.some((object) => object.guid === guid) ? [] : [{ guid, name }],
      );
