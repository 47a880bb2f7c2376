/** What one row of the catalogue of findings holds, and how it becomes a finding about one object. */
import type { BaselineCheck, Framework } from './frameworks.ts';
import { entries, flag, isSet, text } from './settings.ts';
import type { Finding, Risk } from './finding.ts';
import type { Settings } from './settings.ts';

/** An object as it is judged. Its settings are Exchange's own, or those of its kind: see the file of the kind. */
export interface Assessable {
  readonly settings: Settings;
  /** Whether it is switched on, where that is known better than the settings tell. */
  readonly enabled?: boolean;
  /** The cmdlet that was seen, and the names of the parameters it passed: some exceptions are made by a change. */
  readonly operation?: string;
  readonly passed?: readonly string[];
  /** How it was before the change, as far as that is known. */
  readonly was?: Was;
  /** `false`: the settings are only those that the log told. What is not among them is unknown, not unset. */
  readonly complete?: boolean;
  /** It was removed; the settings are the last that are known. */
  readonly gone?: boolean;
  /** Findings already known: what a change once opened stays open until the object no longer shows it. */
  readonly known?: readonly string[];
  /** Domains of the tenant, as far as known: mail sent elsewhere leaves the organisation. */
  readonly ownDomains?: readonly string[];
}

export interface Was {
  readonly settings: Settings;
  readonly enabled: boolean;
  /** There may have been more: what a change passed may have taken that away. */
  readonly partly?: boolean;
}

/** How much a signal weighs with what stands beside it. */
export interface Weight {
  readonly risk: Risk;
  /** In words, for the page of findings. */
  readonly if: string;
  readonly holds: (object: Assessable) => boolean;
}

export interface FindingRow {
  /** Stable: never reused, never renumbered. */
  readonly id: string;
  readonly title: string;
  /** Whether the signal is there at all. */
  readonly shows: (object: Assessable) => boolean;
  /** The first that holds counts; the last one always holds. */
  readonly weighs: readonly Weight[];
  /** One sentence for the owner of a mailbox. */
  readonly text: (object: Assessable) => string;
  /** One sentence for whoever runs the tenant's mail. */
  readonly engineer: (object: Assessable) => string;
  /** The settings it can rest on, the telling one first. */
  readonly rests: readonly string[];
  /** What to do to let less past without ending what the exception is for. */
  readonly narrow: string;
  readonly checks: readonly BaselineCheck[];
  readonly frameworks: readonly Framework[];
  /** Set where disabling the object would take away protection instead of the exception. */
  readonly escalate?: true;
}

/** At least one: what is no danger at all is no exception. */
export type Rows = readonly [FindingRow, ...FindingRow[]];

/** A finding with what an engineer and an auditor ask next. Derived from the object, so that it need not be stored. */
export interface ExplainedFinding extends Finding {
  readonly title: string;
  readonly engineer: string;
  /** The setting it rests on, by Exchange's name, and what it was set to (long values are cut). */
  readonly setting: string;
  readonly value: string;
  readonly narrow: string;
  readonly checks: readonly BaselineCheck[];
  readonly frameworks: readonly Framework[];
}

export const always = (): boolean => true;

/** Settings by their names, whatever the case. */
export const named = (names: readonly string[]): RegExp => new RegExp(`^(?:${names.join('|')})$`, 'i');

/** A cmdlet that alters, or the inventory, which names what it found altered as a cmdlet would have passed it. */
export const alters = /^(?:set-|inventory$)/i;

/** No cmdlet was seen: the inventory found it as it is. */
export const foundByInventory = ({ operation }: Assessable): boolean => /^inventory$/i.test(operation ?? '');

/** Whether the change that was seen passed one of the settings. */
export const altered = ({ operation, passed }: Assessable, names: RegExp): boolean =>
  alters.test(operation ?? '') && (passed ?? []).some((name) => names.test(name));

/** Whether how it was before is known in full. Else, what a change passed may have taken something away. */
export const isCompared = ({ was }: Assessable): boolean => was !== undefined && was.partly !== true;

/**
 * Whether the object had what `holds` tells of, and has it no more. Where it is not known how it was, it is taken to
 * have had it if a change passed one of the settings that it rests on.
 */
export const lost = (object: Assessable, names: RegExp, holds: (settings: Settings) => boolean): boolean =>
  !holds(object.settings) &&
  ((object.was !== undefined && holds(object.was.settings)) ||
    (!isCompared(object) && altered(object, names)));

/**
 * Whether a change that passed one of the settings may have weakened the object. Where it is known how it was, not if
 * it `was` no protection, or if the settings differ and what differs is only stricter: `isStricter` tells. What was
 * passed and shows no difference may have been different for a while.
 */
export const mayWeaken = (
  object: Assessable,
  names: RegExp,
  protectedBefore: (settings: Settings) => boolean,
  isStricter: (now: Settings, before: Settings) => boolean,
): boolean => {
  if (!altered(object, names)) return false;
  if (!isCompared(object) || !object.was) return true;
  const before = object.was.settings;
  return protectedBefore(before) && !isStricter(object.settings, before);
};

/** Whether any of the settings has other entries. */
export const differs = (now: Settings, before: Settings, names: readonly string[]): boolean =>
  names.some((name) => entries(now, name).join('\n') !== entries(before, name).join('\n'));

/** Whether one of `some` is not among `others`. */
export const addsTo = (some: readonly string[], others: readonly string[]): boolean =>
  some.some((entry) => !others.includes(entry));

/** It was removed; also where that is all that is told of it, in a finding of this id. Of what lives, a change tells. */
export const isGone = (object: Assessable, id: string): boolean =>
  object.gone === true ||
  /^remove-/i.test(object.operation ?? '') ||
  (object.operation === undefined && isKnown(object, id));

/** It was on, as far as is known, and is off now. */
export const wentOff = (object: Assessable): boolean =>
  isOff(object) &&
  (object.was?.enabled === true ||
    (!isCompared(object) &&
      (/^disable-/i.test(object.operation ?? '') || altered(object, /^(?:enabled|state)$/i))));

export const isKnown = ({ known }: Assessable, id: string): boolean => known?.includes(id) === true;

export const isOff = ({ enabled, settings }: Assessable): boolean =>
  enabled === undefined
    ? text(settings, 'State')?.toLowerCase() === 'disabled' || flag(settings, 'Enabled') === false
    : !enabled;

/** What the row says about the object; `undefined` where its signal is not there. */
export function weigh(row: FindingRow, object: Assessable): Finding | undefined {
  if (!row.shows(object)) return undefined;
  const risk = row.weighs.find((weight) => weight.holds(object))?.risk;
  return risk === undefined ? undefined : { id: row.id, risk, text: row.text(object) };
}

/** A finding as it was made, with the rest of its row about the object. */
export function explainBy(row: FindingRow, finding: Finding, object: Assessable): ExplainedFinding {
  const { title, narrow, checks, frameworks } = row;
  return {
    ...finding,
    title,
    engineer: row.engineer(object),
    ...restsOn(row, object),
    narrow,
    checks,
    frameworks,
  };
}

/** Every setting that one of the rows can rest on. */
export const restsOf = (rows: Rows): readonly string[] => [...new Set(rows.flatMap(({ rests }) => rests))];

/** Longer values are in the settings; a finding names enough to recognise them. */
const longest = 200;

function restsOn(
  { rests }: FindingRow,
  { settings }: Assessable,
): { readonly setting: string; readonly value: string } {
  const setting =
    rests.find((name) => isSet(settings, name)) ??
    rests.find((name) => text(settings, name) !== undefined) ??
    rests[0] ??
    '';
  const value = entries(settings, setting).join(', ');
  return {
    setting,
    value: value === '' ? 'not set' : value.length <= longest ? value : `${value.slice(0, longest - 1)}…`,
  };
}
