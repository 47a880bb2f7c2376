/**
 * The switches inside a policy that protects, or of the whole tenant: `{ Policy, EnableSpoofIntelligence: false, … }`.
 * A policy without a weak switch is harmless and is no exception, though it is listed. One that was weakened is never
 * mended by Lapse: people must act. A policy is its name, since no cmdlet gives one another.
 */
import { nothing } from '#risk/evidence.ts';
import { always, altered, isCompared, isGone, isKnown, named, type Assessable } from '#risk/finding-row.ts';
import { flag, text } from '#risk/settings.ts';
import * as to from '#risk/frameworks.ts';
import { UnreadableAnswer } from './call.ts';
import { textAt } from './list-answer.ts';
import { isUsual } from './list-entry.ts';
import { verbOf, type Verb } from './operation.ts';
import { untold } from './read-change.ts';
import { neverOff } from './off-effects.ts';
import type { Risk } from '#risk/finding.ts';
import type { FindingRow, Rows } from '#risk/finding-row.ts';
import type { BaselineCheck, Framework } from '#risk/frameworks.ts';
import type { Settings } from '#risk/settings.ts';
import type { EntryKind } from './kind.ts';

export interface Switch {
  /** The number of its finding: never used for another. */
  readonly number: number;
  readonly property: string;
  /** The values with which it does not protect, in lower case. */
  readonly weak: readonly string[];
  /** The value to set, as it is typed. */
  readonly good: string;
  readonly risk: Risk;
  /** What happens then: "forged senders are not looked for". */
  readonly effect: string;
  /**
   * Microsoft ships it so, or once did, or has it so without a licence. As it stands, it then says nothing of anybody's
   * decision: only switching it counts.
   */
  readonly shipped?: true;
  readonly checks?: readonly BaselineCheck[];
}

interface ProtectionPolicy {
  readonly name: string;
  readonly plural: string;
  readonly licence: string | undefined;
  /** What the policies are called in cmdlets. */
  readonly noun: string;
  /** The letters of its findings: `LAPSE-XX-001`. */
  readonly letters: string;
  /** What it is, in a sentence: "a policy against phishing". */
  readonly called: string;
  /** `undefined`: one for the whole tenant, which nobody makes or removes; its name here. */
  readonly policies: 'several' | { readonly only: string };
  /** What a new policy has if nothing else is said, where that does not protect. */
  readonly made?: Settings;
  readonly switches: readonly [Switch, ...Switch[]];
  /** Properties that together no other kind has. */
  readonly telling: readonly string[];
  /** What switching it off is to an attacker. */
  readonly against: readonly Framework[];
}

const valueOf = (settings: Settings, property: string): boolean | string | undefined =>
  flag(settings, property) ?? text(settings, property);
const isWeak = ({ property, weak }: Switch, settings: Settings): boolean => {
  const value = valueOf(settings, property);
  return value !== undefined && weak.includes(String(value).toLowerCase());
};
const isGood = (one: Switch, settings: Settings): boolean =>
  valueOf(settings, one.property) !== undefined && !isWeak(one, settings);

export function createProtectionPolicy(policy: ProtectionPolicy): EntryKind {
  const {
    name,
    plural,
    licence,
    noun,
    letters,
    called,
    policies,
    made = {},
    switches,
    telling,
    against,
  } = policy;
  const id = (number: number): string => `LAPSE-${letters}-${String(number).padStart(3, '0')}`;
  const removed = policies === 'several' ? id(1) : undefined;
  const isRemoved = (object: Assessable): boolean => removed !== undefined && isGone(object, removed);

  /** The admin center passes a whole page of settings: where some of them protect, it is no sign that others did. */
  const switchesOnlyOff = ({ settings, passed = [] }: Assessable): boolean =>
    !switches.some(
      (one) => passed.some((other) => named([one.property]).test(other)) && isGood(one, settings),
    );
  const wasSwitched = (object: Assessable, one: Switch): boolean =>
    (object.was !== undefined && isGood(one, object.was.settings)) ||
    (!isCompared(object) && altered(object, named([one.property])) && switchesOnlyOff(object));

  const policyIn = (settings: Settings): string =>
    policies === 'several' ? (text(settings, 'Policy') ?? 'unknown') : policies.only;
  const row = (one: Switch): FindingRow => ({
    id: id(one.number),
    title: `In ${called}, ${one.effect}`,
    escalate: true,
    shows: (object) =>
      isWeak(one, object.settings) &&
      !isRemoved(object) &&
      (one.shipped !== true || isKnown(object, id(one.number)) || wasSwitched(object, one)),
    weighs: [{ risk: one.risk, if: one.shipped ? 'when it was switched' : 'always', holds: always }],
    text: () => `In ${called}, ${one.effect}.`,
    engineer: ({ settings }) =>
      `${one.property} of ${noun} "${policyIn(settings)}" is ${String(valueOf(settings, one.property))}.`,
    rests: [one.property],
    narrow:
      policies === 'several'
        ? `Set ${one.property} to ${one.good} again. Whoever cannot work with it gets a policy of their own, for them alone.`
        : `Set ${one.property} to ${one.good} again.`,
    checks: one.checks ?? [],
    frameworks: [to.changesAndExceptions, to.configuration, ...against],
  });
  const wasRemoved = `${called.charAt(0).toUpperCase()}${called.slice(1)} was removed`;
  const removal: FindingRow = {
    id: id(1),
    title: wasRemoved,
    escalate: true,
    shows: isRemoved,
    weighs: [{ risk: 'medium', if: 'always; people must act, since nothing is left', holds: always }],
    text: () => `${wasRemoved}.`,
    engineer: ({ settings }) =>
      `Remove-${noun} "${policyIn(settings)}": its rule stays without a policy, and whoever it was for falls to the next one.`,
    rests: ['Policy'],
    narrow: 'Make it again, or make sure that another policy covers the same people.',
    checks: [],
    frameworks: [to.changesAndExceptions, to.configuration, ...against],
  };
  const [first, ...others] = switches;
  const findings: Rows =
    removed === undefined ? [row(first), ...others.map(row)] : [removal, row(first), ...others.map(row)];

  const settingsIn = (from: Settings, Policy: string): Settings => ({
    ...Object.fromEntries(
      switches.flatMap(({ property }) => {
        const value = valueOf(from, property);
        return value === undefined ? [] : [[property, value]];
      }),
    ),
    Policy,
  });
  const verbs: readonly Verb[] = policies === 'several' ? ['New', 'Remove'] : [];
  // What does not say whether it protects as it stands is not read; the others are there only with a licence.
  const telltale = switches.filter(({ shipped }) => shipped !== true).map(({ property }) => property);
  return {
    name,
    plural,
    licence,
    form: 'entry',
    nameOf: policyIn,
    log: {
      operations: [`Set-${noun}`, ...verbs.map((verb) => `${verb}-${noun}` as const)],
      madeOfNameAlone: true,
      nullClearsFlags: false,
      told({ operation, identity, parameters }) {
        const done = verbOf(operation);
        const passed = { ...(done === 'New' && made), ...parameters };
        const isAbout = done === 'Remove' || switches.some(({ property }) => property in passed);
        if (!isAbout) return undefined;
        const Policy = policies === 'several' ? identity : policies.only;
        // A record that names no policy can be about any: only the policies themselves tell.
        if (Policy === undefined) return untold;
        return done === 'Remove'
          ? { present: [], absent: [{ Policy }], form: 'edit' }
          : { present: [settingsIn(passed, Policy)], absent: [], form: 'edit' };
      },
    },
    exchange: {
      list: [{ cmdlet: `Get-${noun}`, parameters: {} }],
      everyTenantHas: name,
      entries: ({ objects }) =>
        objects.map((object) => {
          const missing = telltale.find((property) => valueOf(object, property) === undefined);
          if (missing !== undefined)
            throw new UnreadableAnswer(
              `Exchange gave one of the ${plural} that does not say what its ${missing} is, so it is unknown whether it protects.`,
            );
          const Policy = policies === 'several' ? textAt(object, 'Name') : policies.only;
          if (Policy === undefined)
            throw new UnreadableAnswer(`Exchange gave one of the ${plural} without a name.`);
          return { enabled: true, settings: settingsIn(object, Policy) };
        }),
      // It is there to protect, whatever was switched off in it.
      disable: () => [],
      enable: () => [],
    },
    findings,
    evidence: () => nothing('Whoever the policy is for gets such mail, and nothing shows who sent it.'),
    breadth: {
      counted: () => ({ addresses: [], domains: [], recipients: [] }),
      noun: ['domain', 'domains'],
      everyone: ({ settings }) => policies !== 'several' || isUsual(policyIn(settings)),
      everything: 'all mail',
    },
    whenOff: neverOff,
    protection: {
      protects: always,
      mayProtect: () => false,
      guards: (settings) => switches.filter((one) => isGood(one, settings)).map(({ property }) => property),
      removed,
      watched: {
        notedAs: noun,
        offBy: () => undefined,
        ways: () => [],
        bounds: [],
        refuses: () => false,
        refusal: [],
        trusts: [],
      },
    },
    saved: { telling: [telling], whole: [...(policies === 'several' ? ['Name'] : []), ...telltale] },
  };
}
