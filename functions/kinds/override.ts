/**
 * The overrides of advanced delivery. A tenant has one rule of each ("there should be only one", says Microsoft's
 * reference), under a name that Microsoft makes up each time; one that is being deleted may still be listed beside
 * it. The policy the rule belongs to is what stays, so it is the name, whatever the rule is called.
 */
import { text } from '#risk/settings.ts';
import { entriesOf, isSameEntry, textAt } from './list-answer.ts';
import { policyOf } from './list-entry.ts';
import { verbOf } from './operation.ts';
import { untold } from './read-change.ts';
import type { Settings } from '#risk/settings.ts';
import type { Call, ExchangeObject } from './call.ts';
import type { EntryKind } from './kind.ts';
import type { Passed } from './read-change.ts';

interface Override {
  /** What the rule is called in cmdlets. */
  readonly rule: string;
  /** Its name in Security & Compliance PowerShell. */
  readonly otherRule: string;
  /** Microsoft's name of its policy, and what that is called in cmdlets. */
  readonly policy: string;
  readonly settings: (rules: readonly ExchangeObject[], policy: string) => Settings;
  /** The settings beside its policy that a record of its making tells. */
  readonly told: (passed: Passed, policy: string) => Settings;
  /** What a new rule is given beside its policy. */
  readonly made: (settings: Settings) => Settings;
  /** How Microsoft names the rules: `_Exe:PhishSimOverr:…`. */
  readonly named: RegExp;
  /** The properties of the rule in which its settings stand. */
  readonly holds: readonly string[];
}

const changing = (noun: string) => [`New-${noun}`, `Set-${noun}`, `Remove-${noun}`] as const;

export function createOverride({
  rule,
  otherRule,
  policy: usual,
  settings: read,
  told,
  made,
  named,
  holds,
}: Override): Pick<EntryKind, 'form' | 'nameOf' | 'log' | 'exchange' | 'saved'> {
  const policyIn = (object: ExchangeObject): string => textAt(object, 'Policy') ?? usual;
  const living = (objects: readonly ExchangeObject[]): readonly ExchangeObject[] =>
    objects.filter(
      (object) =>
        !/^pendingdeletion$/i.test(textAt(object, 'Mode') ?? '') &&
        !/^disabled$/i.test(textAt(object, 'State') ?? ''),
    );
  return {
    form: 'entry',
    nameOf: policyOf,
    log: {
      operations: [...changing(rule), ...changing(otherRule), ...changing(usual)],
      madeOfNameAlone: false,
      nullClearsFlags: false,
      told(passed) {
        // A rule is removed by a name of Microsoft's making, and altered piece by piece: look at what there is.
        if (verbOf(passed.operation) !== 'New') return untold;
        const isPolicy = passed.operation.endsWith(`-${usual}`);
        const Policy = text(passed.parameters, isPolicy ? 'Name' : 'Policy') ?? usual;
        if (isPolicy && Object.keys(told(passed, Policy)).length === 0) return undefined;
        return { present: [{ ...told(passed, Policy), Policy }], absent: [], form: 'edit' };
      },
    },
    exchange: {
      list: [{ cmdlet: `Get-${rule}`, parameters: {} }],
      everyTenantHas: undefined,
      entries: ({ objects }) =>
        [...Map.groupBy(living(objects), policyIn)].map(([policy, rules]) => ({
          enabled: true,
          settings: { ...read(rules, policy), Policy: policy },
        })),
      disable: (settings, present): readonly Call[] =>
        living(present)
          .filter((object) => isSameEntry(policyIn(object), text(settings, 'Policy') ?? usual))
          .flatMap((object) => textAt(object, 'Guid') ?? textAt(object, 'Identity') ?? [])
          .map((Identity) => ({ cmdlet: `Remove-${rule}`, parameters: { Identity, Confirm: false } })),
      enable: (settings) => [
        {
          cmdlet: `New-${rule}`,
          parameters: { Policy: text(settings, 'Policy') ?? usual, ...made(settings) },
        },
      ],
    },
    saved: { telling: [['Policy']], named, whole: holds },
  };
}

/** What stands in that list of any of the rules. */
export const valuesOfAll = (rules: readonly ExchangeObject[], property: string): readonly string[] => [
  ...new Set(rules.flatMap((rule) => (property in rule ? entriesOf(rule, property) : []))),
];
