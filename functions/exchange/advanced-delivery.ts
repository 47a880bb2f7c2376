/**
 * The overrides of advanced delivery: simulated phishing, and mailboxes that get mail unfiltered. A tenant has one
 * rule of each ("there should be only one", says Microsoft's reference), under a name that Microsoft makes up anew
 * each time; one that is being deleted may still be listed beside it. The policy the rule belongs to is what stays.
 */
import { list, text } from '#risk/settings.ts';
import { entriesOf, sameEntry, textAt } from './entries.ts';
import type { Settings } from '#risk/settings.ts';
import type { EntryAdapter } from './adapter.ts';
import type { Call, ExchangeObject } from './answer.ts';

interface Override {
  readonly noun: string;
  readonly rule: string;
  readonly policy: string;
  readonly settings: (rules: readonly ExchangeObject[], policy: string) => Settings;
  /** What a new rule is given beside its policy. */
  readonly made: (settings: Settings) => Readonly<Record<string, unknown>>;
}

function override({ noun, rule, policy: usual, settings: read, made }: Override): EntryAdapter {
  const policyOf = (object: ExchangeObject): string => textAt(object, 'Policy') ?? usual;
  const living = (objects: readonly ExchangeObject[]): readonly ExchangeObject[] =>
    objects.filter(
      (object) =>
        !/^pendingdeletion$/i.test(textAt(object, 'Mode') ?? '') &&
        !/^disabled$/i.test(textAt(object, 'State') ?? ''),
    );
  return {
    form: 'entry',
    noun,
    calls: [{ cmdlet: `Get-${rule}`, parameters: {} }],
    emptyIsUsual: true,
    entries: ({ objects }) =>
      [...Map.groupBy(living(objects), policyOf)].map(([policy, rules]) => ({
        enabled: true,
        settings: { ...read(rules, policy), Policy: policy },
      })),
    disable: (settings, present): readonly Call[] =>
      living(present)
        .filter((object) => sameEntry(policyOf(object), text(settings, 'Policy') ?? usual))
        .flatMap((object) => textAt(object, 'Guid') ?? textAt(object, 'Identity') ?? [])
        .map((Identity) => ({ cmdlet: `Remove-${rule}`, parameters: { Identity, Confirm: false } })),
    enable: (settings) => [
      { cmdlet: `New-${rule}`, parameters: { Policy: text(settings, 'Policy') ?? usual, ...made(settings) } },
    ],
  };
}

const together = (rules: readonly ExchangeObject[], property: string): readonly string[] => [
  ...new Set(rules.flatMap((rule) => (property in rule ? entriesOf(rule, property) : []))),
];
const given = (name: string, entries: readonly string[]) => (entries.length === 0 ? {} : { [name]: entries });

export const phishingSimulation: EntryAdapter = override({
  noun: 'phishing simulation override',
  rule: 'ExoPhishSimOverrideRule',
  policy: 'PhishSimOverridePolicy',
  settings: (rules) => ({
    ...given('Domains', together(rules, 'Domains')),
    ...given('SenderIpRanges', together(rules, 'SenderIpRanges')),
  }),
  made: (settings) => ({
    ...given('Domains', list(settings, 'Domains')),
    ...given('SenderIpRanges', list(settings, 'SenderIpRanges')),
  }),
});

/**
 * The mailboxes themselves stand in the policy, which only Security & Compliance PowerShell shows. Where the rule
 * does not repeat them, the policy's name stands in for them.
 */
export const secopsMailbox: EntryAdapter = override({
  noun: 'SecOps mailbox override',
  rule: 'ExoSecOpsOverrideRule',
  policy: 'SecOpsOverridePolicy',
  settings: (rules, policy) => {
    const mailboxes = together(rules, 'SentTo');
    return { Entry: mailboxes.length === 0 ? policy : mailboxes.length === 1 ? mailboxes[0] : mailboxes };
  },
  made: () => ({}),
});
