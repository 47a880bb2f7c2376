/**
 * Rules that say to whom a protection applies: Safe Links, Safe Attachments, the presets and so on. Whom one leaves out
 * is the exception. The rule itself protects, so it is never disabled: people must act. Whoever is left out, or stays
 * behind where a rule is switched off, falls to the next policy, at the end to the built-in one.
 */
import { nothing } from '#risk/evidence.ts';
import {
  addsTo,
  always,
  isGone,
  isKnown,
  isOff,
  mayWeaken,
  wentOff,
  type Assessable,
  type FindingRow,
  type Rows,
} from '#risk/finding-row.ts';
import { entries, isOwn, isSet, list, listSome } from '#risk/settings.ts';
import * as to from '#risk/frameworks.ts';
import { isSwitchedOn, settingsOf } from './object-answer.ts';
import { neverOff } from './off-effects.ts';
import type { BaselineCheck, Framework } from '#risk/frameworks.ts';
import type { Settings } from '#risk/settings.ts';
import type { ObjectKind } from './kind.ts';

interface ProtectionRule {
  readonly name: string;
  readonly plural: string;
  /** What the rules are called in cmdlets. */
  readonly noun: string;
  readonly licence: string | undefined;
  /** The letters of its findings: `LAPSE-XX-001`. */
  readonly letters: string;
  /** What it does for whoever it applies to: "checks links at the time of the click". */
  readonly does: string;
  readonly checks: readonly BaselineCheck[];
  /** The properties that name the policies it applies: they tell its rules from others. */
  readonly policies: readonly string[];
  /** How Microsoft names its rules, where the policies do not tell. */
  readonly named?: RegExp;
  /** What an attacker would use a gap for. */
  readonly against: Framework;
}

export const leftOut = ['ExceptIfRecipientDomainIs', 'ExceptIfSentToMemberOf', 'ExceptIfSentTo'] as const;
const appliesTo = ['SentTo', 'SentToMemberOf', 'RecipientDomainIs'] as const;

const isDomainLeftOut = ({ settings, ownDomains }: Assessable): boolean =>
  list(settings, 'ExceptIfRecipientDomainIs').some((domain) => isOwn(domain, ownDomains));
const whoIsLeftOut = (settings: Settings): string =>
  listSome(leftOut.flatMap((name) => entries(settings, name)));

/** It applies to everybody to whom it applied before: recipients are alternatives, kinds of conditions are not. */
const appliesToNoFewer = (now: Settings, before: Settings): boolean =>
  appliesTo.every(
    (name) =>
      !isSet(now, name) || (isSet(before, name) && !addsTo(entries(before, name), entries(now, name))),
  );

/** Whom a rule leaves out. */
export const leftOutRow = (
  { noun, does, checks, against }: Pick<ProtectionRule, 'noun' | 'does' | 'checks' | 'against'>,
  id: string,
): FindingRow => ({
  id,
  title: `Some recipients are left out of a rule that ${does}`,
  escalate: true,
  shows: ({ settings }) => leftOut.some((setting) => isSet(settings, setting)),
  weighs: [
    { risk: 'high', if: 'a whole domain of the tenant’s', holds: isDomainLeftOut },
    {
      risk: 'medium',
      if: 'otherwise; people must act, since disabling it would leave out everybody',
      holds: always,
    },
  ],
  text: ({ settings }) => `A rule that ${does} leaves out ${whoIsLeftOut(settings)}.`,
  engineer: ({ settings }) =>
    `${leftOut.filter((setting) => isSet(settings, setting)).join(', ')} of the ${noun}: whoever is named falls to the next policy, at the end to the built-in one.`,
  rests: leftOut,
  narrow: 'Name single mailboxes instead of groups or domains, and give them a policy of their own.',
  checks,
  frameworks: [to.changesAndExceptions, to.configuration, against],
});

/** Of whom a rule leaves out, however it does. */
export const leavesOut: Pick<ObjectKind, 'evidence' | 'breadth'> = {
  evidence: () => nothing('Recipients decide, and nothing shows who sent it.'),
  breadth: {
    counted: () => ({
      addresses: [],
      domains: ['ExceptIfRecipientDomainIs'],
      recipients: ['ExceptIfSentTo', 'ExceptIfSentToMemberOf'],
    }),
    noun: ['domain', 'domains'],
    everyone: isDomainLeftOut,
    everything: 'all mail to a whole domain',
  },
};

export function createProtectionRule(rule: ProtectionRule): ObjectKind {
  const { name, plural, licence, noun, letters, does, checks, policies, named } = rule;
  const id = (number: 1 | 2 | 3) => `LAPSE-${letters}-00${number}`;
  const disabling = [to.changesAndExceptions, to.configuration, to.disableTools] as const;
  const findings: Rows = [
    leftOutRow(rule, id(1)),
    {
      id: id(2),
      title: `A rule that ${does} was switched off, or applies to fewer people`,
      escalate: true,
      shows: (object) =>
        isOff(object)
          ? isKnown(object, id(2)) || wentOff(object)
          : mayWeaken(object, /^(?:SentTo|SentToMemberOf|RecipientDomainIs)$/i, always, appliesToNoFewer),
      weighs: [
        { risk: 'high', if: 'switched off', holds: isOff },
        { risk: 'medium', if: 'otherwise', holds: always },
      ],
      text: (object) =>
        isOff(object)
          ? `A rule that ${does} was switched off.`
          : `A rule that ${does} applies to fewer people than before.`,
      engineer: (object) =>
        isOff(object)
          ? `Disable-${noun}: everybody it was for falls to the next policy, at the end to the built-in one.`
          : `The conditions of the ${noun} were narrowed; conditions of different kinds must all hold.`,
      rests: appliesTo,
      narrow: 'Switch it on again, or make sure that another rule covers the same people.',
      checks,
      frameworks: disabling,
    },
    {
      id: id(3),
      title: `A rule that ${does} was removed`,
      escalate: true,
      shows: (object) => isGone(object, id(3)),
      weighs: [
        { risk: 'high', if: 'always; people must act, since there is nothing to disable', holds: always },
      ],
      text: () => `A rule that ${does} was removed.`,
      engineer: () =>
        `Remove-${noun}: everybody it was for falls to the next policy, at the end to the built-in one; its last known settings are kept here.`,
      rests: appliesTo,
      narrow:
        'Make it again from its last known settings, or make sure that another rule covers the same people.',
      checks,
      frameworks: disabling,
    },
  ];
  return {
    name,
    plural,
    licence,
    form: 'object',
    log: {
      operations: [`New-${noun}`, `Set-${noun}`, `Enable-${noun}`, `Disable-${noun}`, `Remove-${noun}`],
      replacedBy: [],
      madeOfNameAlone: true,
      nullClearsFlags: false,
      madeOn: true,
    },
    exchange: {
      list: [{ cmdlet: `Get-${noun}`, parameters: {} }],
      enabled: (object) => isSwitchedOn(object, 'State', 'enabled', 'disabled'),
      settings: settingsOf,
      disable: (guid) => ({ cmdlet: `Disable-${noun}`, parameters: { Identity: guid, Confirm: false } }),
      enable: (guid) => ({ cmdlet: `Enable-${noun}`, parameters: { Identity: guid, Confirm: false } }),
      expire: undefined,
    },
    ownSettings: [],
    findings,
    ...leavesOut,
    whenOff: neverOff,
    protection: {
      protects: always,
      mayProtect: () => false,
      guards: () => [],
      removed: id(3),
      watched: {
        notedAs: noun,
        offBy: ({ enabled }) => (enabled ? undefined : 'State'),
        ways: (settings) => leftOut.filter((setting) => isSet(settings, setting)),
        bounds: appliesTo,
        refuses: () => false,
        refusal: [],
        trusts: [],
      },
    },
    saved: {
      telling: [['Priority', ...policies]],
      ...(named && { named }),
      whole: ['Name', 'State', ...appliesTo, ...leftOut],
    },
  };
}
