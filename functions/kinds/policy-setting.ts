/**
 * A setting of a policy that lets mail past while it is on. What it lets past is there as long as it is on, so it is an
 * entry: `{ [property]: …, Policy }`, and whatever the policy says beside it.
 */
import { UnreadableAnswer } from './call.ts';
import { requirePolicy, textAt } from './list-answer.ts';
import { policyOf } from './list-entry.ts';
import { verbOf, type Verb } from './operation.ts';
import { untold } from './read-change.ts';
import { text } from '#risk/settings.ts';
import type { Settings } from '#risk/settings.ts';
import type { EntryKind } from './kind.ts';

interface PolicySetting {
  /** What the policies are called in cmdlets, and in sentences. */
  readonly noun: string;
  readonly policy: string;
  readonly property: string;
  /** Its value while it lets mail past, and the one that is set to end that. */
  readonly on: string | boolean;
  readonly off: string | boolean;
  /** Whether a policy is made with it on if nothing else is said. */
  readonly madeOn: boolean;
  /** What the policy says beside it that matters. */
  readonly beside: readonly string[];
  /** What can be done to the policies. */
  readonly verbs: readonly [Verb, ...Verb[]];
}

export function createPolicySetting({
  noun,
  policy,
  property,
  on,
  off,
  madeOn,
  beside,
  verbs: [verb, ...verbs],
}: PolicySetting): Pick<EntryKind, 'form' | 'nameOf' | 'log' | 'exchange' | 'saved'> {
  const set = (settings: Settings, value: string | boolean) => [
    { cmdlet: `Set-${noun}`, parameters: { Identity: policyOf(settings), [property]: value } },
  ];
  const isOn = (value: string): boolean =>
    value.trim().replace(/^\$/, '').toLowerCase() === String(on).toLowerCase();
  const settingsIn = (from: Settings, Policy: string): Settings => ({
    [property]: on,
    Policy,
    ...Object.fromEntries(
      beside.flatMap((name) => {
        const value = text(from, name);
        return value === undefined ? [] : [[name, value]];
      }),
    ),
  });
  return {
    form: 'entry',
    nameOf: policyOf,
    log: {
      operations: [`${verb}-${noun}`, ...verbs.map((other) => `${other}-${noun}` as const)],
      madeOfNameAlone: true,
      nullClearsFlags: false,
      told({ operation, identity, parameters }) {
        const done = verbOf(operation);
        const value = text(parameters, property);
        // A record that names no policy can be about any: only the policies themselves tell.
        if (identity === undefined) return value === undefined && done === 'Set' ? undefined : untold;
        // Its name is what it is known by: which one bears the new name, only the policies themselves tell.
        if (done === 'Set' && text(parameters, 'Name') !== undefined) return untold;
        const entry = [settingsIn(parameters, identity)];
        if (done === 'Remove') return { present: [], absent: entry, form: 'edit' };
        if (value === undefined && !(done === 'New' && madeOn)) return undefined;
        return value === undefined || isOn(value)
          ? { present: entry, absent: [], form: 'edit' }
          : { present: [], absent: entry, form: 'edit' };
      },
    },
    exchange: {
      list: [{ cmdlet: `Get-${noun}`, parameters: {} }],
      everyTenantHas: policy,
      entries: ({ objects }) =>
        objects.flatMap((object) => {
          const value = object[property];
          if (typeof value !== typeof on && typeof value !== 'string')
            throw new UnreadableAnswer(
              `Exchange gave a ${policy} that does not say what its ${property} is, so it is unknown whether it is on.`,
            );
          const name = textAt(object, 'Name');
          if (name === undefined) throw new UnreadableAnswer(`Exchange gave a ${policy} without a name.`);
          return isOn(String(value)) ? [{ enabled: true, settings: settingsIn(object, name) }] : [];
        }),
      disable: (settings) => set(settings, off),
      enable(settings, present) {
        requirePolicy(policyOf(settings), policy, present);
        return set(settings, on);
      },
    },
    saved: { telling: [[property]], whole: ['Name', ...beside] },
  };
}
