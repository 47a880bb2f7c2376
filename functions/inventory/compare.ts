/**
 * Compares what a tenant has with what the register says. It fails closed: if a listing is incomplete or looks wrong,
 * nothing is concluded from what is missing in it, but what is present counts.
 */
import { assess } from '#kinds/assess.ts';
import { foldName } from '#kinds/fold-name.ts';
import { absentIsOff, isSwitch } from '#kinds/form.ts';
import { kindOf, kinds } from '#kinds/registry.ts';
import { fingerprint } from '#risk/fingerprint.ts';
import { duration, latest, minus } from '#time/instant.ts';
import { isFoundGone } from '#kinds/protection.ts';
import type { Exception } from '#lifecycle/exception.ts';
import type { Instant } from '#time/instant.ts';
import type { Kind } from '#kinds/registry.ts';
import type { Listing, Shown } from '#kinds/shown.ts';

export type Listings = Readonly<Partial<Record<Kind, Listing>>>;

/** Why a present object needs an observation. */
export type Reason = 'unknown' | 'unread' | 'identity' | 'name' | 'settings' | 'switched on' | 'switched off';

export interface Present {
  readonly kind: Kind;
  readonly object: Shown;
  /** The exception as it was compared with; absent for what the register does not know. */
  readonly known?: Exception;
  readonly why: readonly Reason[];
}

/** A kind with an unreliable listing: nothing is concluded from what is missing in it. */
export interface Doubt {
  readonly kind: Kind;
  readonly why: string;
}

export interface Comparison {
  readonly present: readonly Present[];
  /** Known to the register and in no listing, where the listing can be trusted. Not yet proof that they are gone. */
  readonly missing: readonly Exception[];
  readonly doubts: readonly Doubt[];
}

/**
 * What was changed, by Lapse or in the tenant, this shortly before the listing may not show in it yet: Exchange's
 * reads lag behind its writes by an unstated time, seen as minutes at most. The next inventory looks at it again.
 */
const settling = duration('PT15M');

/**
 * If at least this many are missing, and they are more than half of what is known of a kind, the listing counts as
 * wrong.
 */
const several = 3;

/** `registered`: the tenant's exceptions, read before anything was listed. `now`: when listing began. */
export function compareInventory(
  listed: Listings,
  registered: readonly Exception[],
  now: Instant,
): Comparison {
  const parts = kinds.map((kind) =>
    compareKind(
      kind,
      listed[kind],
      registered.filter((one) => one.kind === kind),
      now,
    ),
  );
  return {
    present: parts.flatMap(({ present }) => present),
    missing: parts.flatMap(({ missing }) => missing),
    doubts: parts.flatMap(({ doubts }) => doubts),
  };
}

function compareKind(
  kind: Kind,
  listing: Listing | undefined,
  registered: readonly Exception[],
  now: Instant,
): Comparison {
  // The tenant has no licence for the kind, says policy: nothing is concluded from what was not asked for.
  if (!listing) return { present: [], missing: [], doubts: [] };
  const matches = matchesOf(listing.objects, registered);
  const present = listing.objects.flatMap((object): readonly Present[] => {
    const known = matches.byObject.get(object);
    if (known && isSettling(known, now)) return [];
    const why = known && known.state !== 'removed' ? differences(object, known) : whyUnknown(kind, object);
    return why.length === 0 ? [] : [{ kind, object, why, ...(known && { known }) }];
  });

  const expected = registered.filter(isExpected);
  const absent = expected.filter((one) => !matches.found.has(one.id));
  const doubt = doubtOf(kind, listing, expected, absent);
  return doubt === undefined
    ? { present, missing: absent.filter((one) => !isSettling(one, now)), doubts: [] }
    : { present, missing: [], doubts: doubt === '' ? [] : [{ kind, why: doubt }] };
}

/**
 * Why the listing is not trusted for what is missing; '' if that leaves nothing open; `undefined` if it is trusted.
 */
function doubtOf(
  kind: Kind,
  listing: Listing,
  expected: readonly Exception[],
  absent: readonly Exception[],
): string | undefined {
  const { name } = kindOf(kind);
  if (listing.objects.length === 0 && expected.length > 0 && (listing.complete || listing.nothing))
    return `Exchange listed no ${name} at all, but the register knows ${expected.length}.`;
  // Nothing was found where nothing was known: many tenants have none.
  if (listing.nothing) return '';
  if (!listing.complete) return listing.why ?? 'The listing is not complete.';
  if (absent.length >= several && absent.length * 2 > expected.length)
    return `${absent.length} of ${expected.length} exceptions of kind ${name} were missing at once.`;
  return undefined;
}

/** What should be there unless somebody removed it. */
const isExpected = (one: Exception): boolean => isThere(one) && !isFoundGone(one);
const isThere = ({ state, kind }: Exception): boolean =>
  state !== 'removed' && !(absentIsOff(kind) && (state === 'disabled' || state === 'disabling'));

/** Its last change is so young that lists may not show it yet. */
export function isSettling(state: Exception, now: Instant): boolean {
  // Whoever carries it out looks at the object itself.
  if (state.state === 'disabling' || state.acting?.act === 'restore') return true;
  const acts = [
    state.changedAt,
    ...(state.state === 'disabled' ? [state.disabledAt] : []),
    ...(state.state === 'removed' ? [state.removedAt] : []),
    ...(state.answered ? [state.answered.at] : []),
  ];
  return latest(...acts) > minus(now, settling);
}

function differences(object: Shown, known: Exception): readonly Reason[] {
  const off = known.state === 'disabled';
  // A protective object that is off is the exception itself, but not one that lets something past while it is on.
  const ends = !object.enabled && !off && remedyNow(object, known) === 'disable';
  return [
    ...(known.complete ? [] : (['unread'] as const)),
    ...(known.guid?.toLowerCase() === object.guid ? [] : (['identity'] as const)),
    ...(known.name === object.name ? [] : (['name'] as const)),
    // Of a switch, being off is its setting: what is known is how it was, which a restore needs.
    ...(fingerprint(known) === fingerprint(object) || (off && isSwitch(known.kind) && !object.enabled)
      ? []
      : (['settings'] as const)),
    ...(off && object.enabled ? (['switched on'] as const) : []),
    ...(ends ? (['switched off'] as const) : []),
  ];
}

const remedyNow = ({ settings, enabled }: Shown, { kind, findings }: Exception) =>
  assess({ kind, settings, enabled, known: findings.map(({ id }) => id) }).remedy;

/** What lets nothing past need not be in the register. The tenant's own domains are not known here, so some is checked twice. */
const whyUnknown = (kind: Kind, { settings }: Shown): readonly Reason[] =>
  assess({ kind, settings }).findings.length > 0 ? ['unknown'] : [];

/** By GUID. An exception that has none yet is matched by its name, and only if exactly one object has that name. */
function matchesOf(objects: readonly Shown[], registered: readonly Exception[]) {
  const byGuid = new Map(registered.flatMap((one) => (one.guid ? [[one.guid.toLowerCase(), one]] : [])));
  const nameless = new Map(
    registered.flatMap((one) => (one.guid === undefined ? [[foldName(one.name), one]] : [])),
  );
  const bearers = Map.groupBy(objects, ({ name }) => foldName(name));
  const byObject = new Map<Shown, Exception>();
  for (const object of objects) {
    const alone = bearers.get(foldName(object.name))?.length === 1;
    const match = byGuid.get(object.guid) ?? (alone ? nameless.get(foldName(object.name)) : undefined);
    if (match) byObject.set(object, match);
  }
  // If several objects have the name, it is unknown which one is meant, but it cannot count as gone.
  const ambiguous = [...nameless].filter(([name]) => (bearers.get(name)?.length ?? 0) > 1);
  const found = new Set([...byObject.values(), ...ambiguous.map(([, one]) => one)].map(({ id }) => id));
  return { byObject, found };
}
