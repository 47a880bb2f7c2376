/**
 * What protects is no exception, so the register knows nothing of it; a way around it, or switching it off, is. The log
 * tells of that; so that what the log misses is found, the inventory keeps of each rule and inbound connector it lists
 * what would show it. What is seen for the first time shows nothing: how it was before is not known.
 */
import { assess } from '#risk/assess.ts';
import { refusesOthers } from '#risk/findings-inbound-connector.ts';
import { appliesWithin } from '#risk/findings-transport-rule.ts';
import { inventory } from '#lifecycle/inventory.ts';
import { guardsIn, protects } from '#risk/protection.ts';
import { entries, isSet, text } from '#risk/settings.ts';
import type { Settings } from '#risk/settings.ts';
import type { KindListed, ListedObject } from './compare.ts';

/** Kinds that can be weakened. */
export const guarding = ['transport-rule', 'inbound-connector'] as const;
export type Guarding = (typeof guarding)[number];

/** Of one object, in a form that is cheap to keep: there may be 300 rules in a tenant. */
export interface ProtectionNote {
  /** The settings that say what gets around it, or what it lets in, with their values, cut short. */
  readonly ways: string;
  readonly off: boolean;
  /** A connector that refuses mail from elsewhere. */
  readonly refuses?: boolean | undefined;
  /** The settings by which it protects, one after the other. Absent in what was noted before these were looked at. */
  readonly guards?: string | undefined;
  /** Of a rule that protects: its conditions and dates, with a digest of each. */
  readonly bounds?: Readonly<Record<string, string>> | undefined;
  /** Its name, where it protects: once it is gone, nothing else tells which it was. */
  readonly name?: string | undefined;
}
export type ProtectionNotes = Readonly<Record<string, ProtectionNote>>;

export interface Weakened {
  readonly object: ListedObject;
  /** Names of the settings that changed, as a cmdlet would have passed them. */
  readonly passed: readonly string[];
}

const admits = [
  'SenderIPAddresses',
  'TlsSenderCertificateName',
  'SenderDomains',
  'AssociatedAcceptedDomains',
];
const waysThrough = (kind: Guarding, settings: Settings): readonly string[] =>
  kind === 'transport-rule'
    ? Object.keys(settings)
        .filter((name) => name.startsWith('ExceptIf'))
        .sort()
    : refusesOthers(settings)
      ? // Noted only where it is set, so that what was noted before it was looked at stays the same.
        [...admits, ...['TrustedOrganizations'].filter((name) => isSet(settings, name))]
      : [];

/** `digest`: a short text that differs where the given one does. */
export function noteOf(
  kind: Guarding,
  { settings, enabled, name }: ListedObject,
  digest: (text: string) => string,
): ProtectionNote {
  const ways = waysThrough(kind, settings).map((way) => `${way}=${entries(settings, way).join(';')}`);
  return {
    ways: ways.length === 0 ? '' : digest(ways.join('\n')),
    off: !enabled || /^audit/i.test(text(settings, 'Mode') ?? ''),
    ...(kind === 'inbound-connector' && refusesOthers(settings) && { refuses: true }),
    guards: guardsIn(kind, settings).join(' '),
    ...(kind === 'transport-rule' && protects({ kind, settings }) && { bounds: boundsOf(settings, digest) }),
    ...(enabled && protects({ kind, settings }) && { name }),
  };
}

const boundsOf = (settings: Settings, digest: (text: string) => string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    appliesWithin
      .filter((name) => isSet(settings, name))
      .map((name) => [name, digest(entries(settings, name).join(';'))]),
  );

const namesIn = (guards: string | undefined): readonly string[] => (guards ?? '').split(' ').filter(Boolean);

/** Whoever has these is not refused or inspected any more, whatever else is set. */
const trusts = ['ConnectorType', 'TreatMessagesAsInternal', 'CloudServicesMailEnabled'];

/** Objects of which less protects than at the last look. */
export function weakened(
  kind: Guarding,
  objects: readonly ListedObject[],
  before: ProtectionNotes,
  digest: (text: string) => string,
): readonly Weakened[] {
  return objects.flatMap((object) => {
    const was = before[object.guid];
    if (!was) return [];
    const is = noteOf(kind, object, digest);
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
      ...(kind === 'inbound-connector' && was.name !== undefined && !protects({ kind, settings })
        ? trusts
        : []),
      ...(is.ways !== was.ways ? waysThrough(kind, settings) : []),
      ...(was.refuses === true && is.refuses !== true
        ? ['RestrictDomainsToIPAddresses', 'RestrictDomainsToCertificate', 'SenderDomains']
        : []),
      ...(is.off && !was.off ? [enabled ? 'Mode' : kind === 'transport-rule' ? 'State' : 'Enabled'] : []),
    ];
    const { findings } = assess({ kind, settings, enabled, operation: inventory, passed });
    return passed.length > 0 && findings.length > 0 ? [{ object, passed }] : [];
  });
}

/**
 * What protected at the last look and is not listed any more: its GUID and its name then. An answer that lists nothing
 * at all is enough to tell people, though not to conclude anything: the only connector of a tenant leaves no other.
 */
export const vanished = (
  listing: KindListed | undefined,
  before: ProtectionNotes,
): readonly { readonly guid: string; readonly name: string }[] =>
  listing === undefined || !(listing.complete || listing.nothing)
    ? []
    : Object.entries(before).flatMap(([guid, { name }]) =>
        name === undefined || listing.objects.some((object) => object.guid === guid) ? [] : [{ guid, name }],
      );
