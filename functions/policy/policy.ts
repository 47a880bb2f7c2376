/**
 * The numbers that govern an exception, by risk class and kind. `policy.yaml` sets them (parsed and checked in
 * `functions/policy`), with the reason beside each.
 */
import type { Grade } from '#risk/evidence.ts';
import type { Exception } from '#lifecycle/exception.ts';
import type { Duration } from '#time/instant.ts';
import type { Risk } from '#risk/finding.ts';
import type { Settings } from '#risk/settings.ts';
import { mailboxKinds } from '#kinds/form.ts';
import type { Modes } from './enforcement-mode.ts';
import { kindOf, type Kind } from '#kinds/registry.ts';

export interface RiskClass {
  /** From the question to the lapse of an unanswered exception. */
  readonly confirmWithin: Duration;
  /** The same after somebody re-enabled what Lapse had disabled. */
  readonly confirmAgainWithin: Duration;
  /** The longest term an approval or renewal can give. */
  readonly longestTerm: Duration;
  /** The cadence proposed in the form, and the longest that can be chosen. */
  readonly reviewEvery: Duration;
  /** Reminders: how long before a deadline, longest first. */
  readonly remindBefore: readonly Duration[];
  /** The owner has this long between being told and a disable, whatever happened to the messages. */
  readonly leastNotice: Duration;
  /** Whoever comes next on the ladder is asked as well after so long without an answer. Absent: nobody is. */
  readonly askNextAfter?: Duration | undefined;
  /**
   * `disable`; `escalate` to people and leave it on; `disable-first`: off when it is opened, asked about afterwards.
   */
  readonly onSilence: 'disable' | 'escalate' | 'disable-first';
  /** The longest a restore may last. */
  readonly restoreFor: Duration;
  /** How many renewals its owner can give; each one after them needs an approver who is not the owner. */
  readonly renewalsBeforeSecondApprover: number;
  /** `working`: notice counts working time only, and a deadline outside it moves to the next working morning. */
  readonly hours: 'any' | 'working';
  /** Instead of the policy's approvers. */
  readonly approvers?: readonly string[] | undefined;
}

/** What a rule on owners or channels applies to: everything it names must fit. `*` stands for any text. */
export interface Match {
  readonly tenant?: string | undefined;
  readonly kind?: Kind | undefined;
  /** Pattern for the object's name. */
  readonly name?: string | undefined;
  /** A sender or recipient domain of the object, or one above it. */
  readonly domain?: string | undefined;
}

export interface OwnerRule extends Match {
  /** A mail address, a Slack user (`U…`), or a channel (`C…`, `#name`). */
  readonly owner: string;
}

export interface ChannelRule extends Match {
  readonly channel: string;
}

/** What policy knows about a person: an administrator's account without mail, or a backup. */
export interface PersonRule {
  /** As the audit log names the account, or a mail address. */
  readonly account: string;
  /** The mail address or Slack user of its owner. */
  readonly person?: string | undefined;
  /** Who is asked if they cannot be: mail address or Slack user. */
  readonly backup?: string | undefined;
  /** As what AWS knows `person`, who then may answer from the command line: see `aws-principal.ts`. */
  readonly aws?: string | undefined;
}

export interface Tenant {
  /** The tenant's GUID. */
  readonly id: string;
  readonly name: string;
  readonly cloud: 'worldwide' | 'gcc' | 'gcchigh' | 'dod';
  /** Kinds that it has no licence for, so that nobody looks for them. */
  readonly without: readonly Kind[];
  /** `false`: somebody else puts its audit records on the bus. */
  readonly collect?: boolean;
}

const tenantOf = ({ tenants }: Pick<Policy, 'tenants'>, tenant: string): Tenant | undefined =>
  tenants.find(({ id }) => id.toLowerCase() === tenant.toLowerCase());

/** What people call it; its GUID if policy does not say. */
export const tenantName = (policy: Pick<Policy, 'tenants'>, tenant: string): string =>
  tenantOf(policy, tenant)?.name ?? tenant;

/** Whose audit logs policy wants collected. */
export const collectedTenants = ({ tenants }: Pick<Policy, 'tenants'>): readonly string[] =>
  tenants.filter(({ collect }) => collect !== false).map(({ id }) => id.toLowerCase());

/** Kinds that nobody looks for: the tenant has no licence for them, or policy has them only recorded. */
export const kindsWithout = (policy: Policy, tenant: string): readonly Kind[] => [
  ...(tenantOf(policy, tenant)?.without ?? []),
  ...(policy.mailboxes.asExceptions ? [] : mailboxKinds),
];

/** What bounds an exception beyond its class, by what it rests on or how broad it is. */
export interface Bound {
  readonly longestTerm?: Duration | undefined;
  /** `approvers`: the owner cannot approve it alone. */
  readonly approvedBy?: 'owner' | 'approvers' | undefined;
}

export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof weekdays)[number];

export interface WorkingHours {
  readonly days: readonly Weekday[];
  /** `HH:MM` on the policy's wall clock; `to` may be 24:00. */
  readonly from: string;
  readonly to: string;
  /** `YYYY-MM-DD` */
  readonly holidays: readonly string[];
}

export interface Policy {
  /** Names it as it was deployed, whoever is in its groups: see `hash-policy.ts`. Absent if it is not deployed. */
  readonly hash?: string;
  /** Where Lapse may act, as far as it was looked up: not part of what is deployed, nor of the hash. */
  readonly modes?: Modes;
  /** Slack user ids of those who may answer for any exception, and user groups (`S…`). */
  readonly approvers: readonly string[];
  /** Where questions go if the owner is unknown or cannot be reached, and where alerts go. */
  readonly fallbackChannel: string;
  /** Channels to use instead of that one; the first matching rule counts. */
  readonly channels: readonly ChannelRule[];
  /** Risks for which neither the makers nor anybody they chose can approve; critical ones need an approver. */
  readonly fourEyes: readonly Risk[];
  readonly owners: readonly OwnerRule[];
  readonly people: readonly PersonRule[];
  readonly tenants: readonly Tenant[];
  /** IANA zone: a date on a form means the end of that day there, and working hours apply there. */
  readonly timeZone: string;
  readonly workingHours: WorkingHours;
  /** So long after a disable whoever ordered it can take it back by themselves. */
  readonly undoWithin: Duration;
  readonly mailboxes: {
    /** How long what was changed in single mailboxes is kept. */
    readonly keptFor: Duration;
    /** Whether what leads past or out of a single mailbox is an exception, which somebody is asked about. */
    readonly asExceptions: boolean;
  };
  readonly usage: {
    /** How long it is kept what went through each exception: counts, domains and networks. */
    readonly keptFor: Duration;
  };
  /** What the inventory finds was there all along: its owner has at least this long to confirm it. */
  readonly graceOnImport: Duration;
  /** So many of those fall due on one working day at most, in one tenant: see `spread.ts`. */
  readonly importPerDay: number;
  /** How many messages one person, or one channel, gets: see `gathering.ts`. */
  readonly digest: {
    /** So many come one by one; what comes after them within `within` is gathered. */
    readonly above: number;
    /** There is one digest in so long. */
    readonly within: Duration;
    /** What can wait until the next working morning. */
    readonly daily: readonly Risk[];
  };
  /** When lapsing stops until a person looks: per tenant, see `breaker.ts`. */
  readonly breaker: {
    /** How many lapses within `within` still pass. */
    readonly most: number;
    /** The share of a tenant's open exceptions, in percent, that may still lapse within a day. */
    readonly share: number;
    /** If fewer than this lapse, the share does not apply: one of two is not a mass. */
    readonly least: number;
    readonly within: Duration;
  };
  /** Whether an approval's end is also written into the object, if Exchange has a field for it. */
  readonly nativeExpiry: boolean;
  /** Waits between attempts to disable: the first, doubled each time, up to the longest. It never gives up. */
  readonly disableRetry: {
    readonly first: Duration;
    readonly longest: Duration;
    readonly reportWithin: Duration;
  };
  /** By what an exception rests on: never more generous than its class. */
  readonly evidence: { readonly [G in Grade]?: Bound | undefined };
  /** For exceptions that let past mail for or from everybody. */
  readonly everyone: Bound;
  readonly risk: Readonly<Record<Risk, RiskClass>>;
  /** Where a kind differs from its class. */
  readonly kinds: {
    readonly [K in Kind]?: { readonly [R in Risk]?: Overrides | undefined } | undefined;
  };
}

export type Overrides = { readonly [Field in keyof RiskClass]?: RiskClass[Field] | undefined };

/** What policy decides on. */
export type Classified = Pick<Exception, 'risk'> & { readonly kind?: Kind; readonly settings?: Settings };

export function classOf(policy: Policy, { risk, kind, settings = {} }: Classified): RiskClass {
  const base = policy.risk[risk];
  if (kind === undefined) return base;
  const shipped: Overrides = kindOf(kind).shipped?.(settings) === true ? { onSilence: 'escalate' } : {};
  return overrideClass(overrideClass(base, shipped), policy.kinds[kind]?.[risk] ?? {});
}

export function overrideClass(base: RiskClass, overrides: Overrides): RiskClass {
  const given = Object.entries(overrides).filter(([, value]) => value !== undefined);
  return { ...base, ...(Object.fromEntries(given) as Partial<RiskClass>) };
}

/** Slack user groups begin with an S. */
export const isGroup = (id: string): boolean => id.startsWith('S');

export const approversOf = (policy: Policy, exception: Classified): readonly string[] =>
  classOf(policy, exception).approvers ?? policy.approvers;

/** What rules match. */
export interface Subject {
  readonly tenant: string;
  /** Without it, this is about the tenant as a whole. */
  readonly kind?: Kind;
  readonly name?: string;
  /** Domains of senders and recipients it names. */
  readonly domains?: readonly string[];
}

export function matches(rule: Match, object: Subject): boolean {
  const { tenant, kind, name, domain } = rule;
  const below = (one: string) => {
    const wanted = (domain ?? '').toLowerCase();
    return one.toLowerCase() === wanted || one.toLowerCase().endsWith(`.${wanted}`);
  };
  return (
    (tenant === undefined || tenant.toLowerCase() === object.tenant.toLowerCase()) &&
    (kind === undefined || kind === object.kind) &&
    (name === undefined || (object.name !== undefined && matchesPattern(name, object.name))) &&
    (domain === undefined || (object.domains ?? []).some(below))
  );
}

/** `*` is any text, `?` any character, case is ignored. Takes time linear in pattern times text. */
export function matchesPattern(pattern: string, text: string): boolean {
  const wanted = Array.from(pattern.toLowerCase());
  const given = Array.from(text.toLowerCase());
  let [at, from] = [0, 0];
  let star = -1;
  let resume = 0;
  while (from < given.length) {
    if (at < wanted.length && wanted[at] !== '*' && (wanted[at] === '?' || wanted[at] === given[from])) {
      at += 1;
      from += 1;
    } else if (wanted[at] === '*') {
      star = at;
      resume = from;
      at += 1;
    } else if (star >= 0) {
      at = star + 1;
      resume += 1;
      from = resume;
    } else return false;
  }
  return wanted.slice(at).every((rest) => rest === '*');
}
