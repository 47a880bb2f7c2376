/** What differs from one kind of exception to the next, as Exchange sees it. */
import { ExchangeError } from './exchange-error.ts';
import type { Settings } from '#risk/settings.ts';
import type { Call, ExchangeObject } from './answer.ts';

/** Kinds that are objects in Exchange, with a GUID and a switch. */
export interface ObjectAdapter {
  readonly form: 'object';
  /** How the kind is called in sentences. */
  readonly noun: string;
  /** The calls that together see every object of the kind; an `Identity` beside their parameters narrows them. */
  readonly calls: readonly Call[];
  /** Whether the object acts on mail. Throws `unexpected-answer` where the object does not say. */
  readonly enabled: (object: ExchangeObject) => boolean;
  readonly settings: (object: ExchangeObject) => Settings;
  readonly disable: (guid: string) => Call;
  readonly enable: (guid: string) => Call;
  /** Sets the moment at which Exchange itself stops acting on it, where Exchange can. */
  readonly expire?: (guid: string, until: string) => Call;
}

/** One entry of a list, or one switch. Its name (`entryName`) is its identity. */
export interface Entry {
  readonly enabled: boolean;
  readonly settings: Settings;
}

/** What Exchange answered to one of an adapter's calls. */
export interface Answered {
  readonly call: Call;
  readonly objects: readonly ExchangeObject[];
}

/** Kinds that Exchange keeps as entries of a list or as a switch. */
export interface EntryAdapter {
  readonly form: 'entry';
  readonly noun: string;
  /** The calls that together see every list the entries stand in. */
  readonly calls: readonly Call[];
  /** Whether a tenant without any is the usual case, so that an empty answer, given twice, is believed. */
  readonly emptyIsUsual: boolean;
  /** Throws `unexpected-answer` where the lists are not where they are expected. */
  readonly entries: (answer: Answered) => readonly Entry[];
  /** How to take the entry away from the lists as they are at this moment, leaving every other entry alone. */
  readonly disable: (settings: Settings, present: readonly ExchangeObject[]) => readonly Call[];
  /** How to bring it back. `now` is an instant in ISO 8601. */
  readonly enable: (settings: Settings, present: readonly ExchangeObject[], now: string) => readonly Call[];
}

export type Adapter = ObjectAdapter | EntryAdapter;

/** True and false also come as words. */
export function switchedOn(object: ExchangeObject, property: string, on: string, off: string): boolean {
  const value = object[property];
  const word = typeof value === 'string' ? value.trim().toLowerCase() : String(value);
  if (word === on) return true;
  if (word === off) return false;
  throw new ExchangeError(
    'unexpected-answer',
    `Exchange gave an object whose ${property} is neither ${on} nor ${off}, so whether it is switched on cannot be told.`,
  );
}

/** Who and where the object is, and what Exchange notes about it: not what somebody set. */
const bookkeeping = new Set([
  'AdminDisplayName',
  'DistinguishedName',
  'ExchangeObjectId',
  'ExchangeVersion',
  'Guid',
  'Id',
  'Identity',
  'ImmutableId',
  'IsRuleConfigurationSupported',
  'IsValid',
  'LastModifiedBy',
  'LastValidationTimestamp',
  'ManuallyModified',
  'Name',
  'NameHashGuid',
  'ObjectCategory',
  'ObjectClass',
  'ObjectState',
  'OrganizationId',
  'OrganizationalUnitRoot',
  'OrganizationalUnitRootInternal',
  'OriginatingServer',
  'RegexSize',
  'RuleConfigurationUnsupportedReason',
  'RuleVersion',
  'Size',
  'WhenChanged',
  'WhenChangedUTC',
  'WhenCreated',
  'WhenCreatedUTC',
]);

/** What was set. Unset settings come as null or an empty list, about 180 of a rule's 200, and are left out. */
export function settingsOf(object: ExchangeObject): Settings {
  return Object.fromEntries(
    Object.entries(object).filter(
      ([name, value]) =>
        !bookkeeping.has(name) &&
        value !== null &&
        value !== undefined &&
        value !== '' &&
        !(Array.isArray(value) && value.length === 0),
    ),
  );
}

/** "smtp:contoso.com;1" → "contoso.com": a domain is passed in plain but read with its address type and cost. */
export function plainDomains(settings: Settings, property: string): Settings {
  const domains = settings[property];
  if (!Array.isArray(domains)) return settings;
  const plain = domains.map((domain: unknown) =>
    typeof domain === 'string' ? domain.replace(/^smtp:/i, '').replace(/;\d*$/, '') : domain,
  );
  return { ...settings, [property]: plain };
}
