/** Lists that stand in a filter policy, of which a tenant may have several. Entries are `{ Entry, Policy }`. */
import { editList, entriesOf, requirePolicy, textAt } from './list-answer.ts';
import { entryIn, entryOf, isUsual, policyOf, usualPolicy } from './list-entry.ts';
import { verbOf, type Verb } from './operation.ts';
import { readListChange, untold } from './read-change.ts';
import type { Split } from '#risk/list-value.ts';
import type { Settings } from '#risk/settings.ts';
import type { EntryKind } from './kind.ts';

interface PolicyList {
  /** What the policies are called in cmdlets, and in sentences. */
  readonly noun: string;
  readonly policy: string;
  /** The policy's property that is the list; its parameter has the same name. */
  readonly property: string;
  /** What can be done to the policies. */
  readonly verbs: readonly [Verb, ...Verb[]];
  /** How entries that come as one text are told apart, where they may hold a comma. */
  readonly split?: Split;
}

export function createPolicyList({
  noun,
  policy,
  property,
  verbs: [verb, ...verbs],
  split,
}: PolicyList): Pick<EntryKind, 'form' | 'nameOf' | 'log' | 'exchange' | 'saved'> {
  const edit = (how: 'Add' | 'Remove', settings: Settings) => [
    {
      cmdlet: `Set-${noun}`,
      parameters: { Identity: policyOf(settings), [property]: editList(how, entryOf(settings)) },
    },
  ];
  return {
    form: 'entry',
    nameOf: (settings) =>
      isUsual(policyOf(settings)) ? entryIn(settings) : `${entryIn(settings)} (${policyOf(settings)})`,
    log: {
      operations: [`${verb}-${noun}`, ...verbs.map((other) => `${other}-${noun}` as const)],
      madeOfNameAlone: true,
      nullClearsFlags: false,
      told(passed) {
        // With a policy all its lists go, and a record does not tell what stood in them.
        if (verbOf(passed.operation) === 'Remove') return untold;
        const Policy = passed.identity ?? usualPolicy;
        const told = readListChange(passed, property, (Entry) => ({ Entry, Policy }), split);
        return told && { ...told, policy: Policy };
      },
    },
    exchange: {
      list: [{ cmdlet: `Get-${noun}`, parameters: {} }],
      everyTenantHas: policy,
      entries: ({ objects }) =>
        objects.flatMap((object) =>
          entriesOf(object, property, split).map((entry) => ({
            enabled: true,
            settings: { Entry: entry, Policy: textAt(object, 'Name') ?? usualPolicy },
          })),
        ),
      disable: (settings) => edit('Remove', settings),
      enable(settings, present) {
        requirePolicy(policyOf(settings), policy, present);
        return edit('Add', settings);
      },
    },
    saved: { telling: [[property]], whole: ['Name'] },
  };
}
