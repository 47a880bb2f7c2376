/**
 * Rules that protect are no exceptions, so the register knows nothing of them; a way around one, or switching it off,
 * is. The log tells of that; so that what the log misses is found, the inventory keeps of each rule it lists what
 * would show it. A rule that is seen for the first time shows nothing: how it was before is not known.
 */
import { assess } from '#domain/assess.ts';
import { inventory } from '#domain/inventory.ts';
import { entries, text } from '#domain/settings.ts';
import type { Settings } from '#domain/exception.ts';
import type { ListedObject } from './compare.ts';

/** Of one rule, in a form that is cheap to keep: there may be 300 in a tenant. */
export interface RuleNote {
  /** `ExceptIf…` settings with their values, cut short. */
  readonly ways: string;
  readonly off: boolean;
}
export type RuleNotes = Readonly<Record<string, RuleNote>>;

export interface Weakened {
  readonly object: ListedObject;
  /** Names of the settings that changed, as a cmdlet would have passed them. */
  readonly passed: readonly string[];
}

const waysAround = (settings: Settings): readonly string[] =>
  Object.keys(settings)
    .filter((name) => name.startsWith('ExceptIf'))
    .sort();

/** `digest`: a short text that differs where the given one does. */
export function noteOf(object: ListedObject, digest: (text: string) => string): RuleNote {
  const { settings, enabled } = object;
  const ways = waysAround(settings).map((name) => `${name}=${entries(settings, name).join(';')}`);
  return {
    ways: ways.length === 0 ? '' : digest(ways.join('\n')),
    off: !enabled || /^audit/i.test(text(settings, 'Mode') ?? ''),
  };
}

/** Rules of which less protects than at the last look. */
export function weakened(
  rules: readonly ListedObject[],
  before: RuleNotes,
  digest: (text: string) => string,
): readonly Weakened[] {
  return rules.flatMap((object) => {
    const was = before[object.guid];
    const is = noteOf(object, digest);
    if (!was) return [];
    const passed = [
      ...(is.ways !== was.ways ? waysAround(object.settings) : []),
      ...(is.off && !was.off ? [object.enabled ? 'Mode' : 'State'] : []),
    ];
    const { findings } = assess({
      kind: 'transport-rule',
      settings: object.settings,
      operation: inventory,
      passed,
    });
    return passed.length > 0 && findings.length > 0 ? [{ object, passed }] : [];
  });
}
