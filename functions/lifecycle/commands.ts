/**
 * What the register can be asked to do. Every command comes with an id from outside (its receipt), see `register`.
 */
import type { Brought, Event, Picked, Telling } from './events.ts';
import type { Act, Author, Card, Change, Maker, Owner, Proof, Standing } from './exception.ts';
import type { Duration, Instant } from '#time/instant.ts';
import type { Policy } from '#policy/policy.ts';
import type { Settings } from '#risk/settings.ts';
import type { Kind } from '#kinds/registry.ts';

/** What an audit record showed, completed by a look at the object. */
export interface Observation {
  readonly record: string;
  readonly operation: string;
  /** What the operation does to the object; `alter` may carry `Enabled` for connectors. */
  readonly change: 'create' | 'alter' | 'enable' | 'disable' | 'remove';
  readonly tenant: string;
  readonly kind: Kind;
  /** The name by which the record knows the object, before a rename. */
  readonly name: string;
  /** The new name, if the operation renames. */
  readonly renamed?: string;
  readonly guid?: string;
  /** All settings if `complete`, otherwise only those the operation passed. */
  readonly settings: Settings;
  readonly complete: boolean;
  /** Names of the parameters the operation passed. */
  readonly passed: readonly string[];
  /** Whether the object acts on mail: as read, otherwise as far as the log implies. */
  readonly enabled?: boolean;
  readonly changedBy: Author;
  /** To the millisecond if the record gives it, otherwise to the second. */
  readonly changedAt: Instant;
  /** The moment beyond the millisecond, if the record gives it: see `moment.ts`. */
  readonly order?: string;
  /** What the record itself said, if a look has replaced it with what it saw. */
  readonly told?: Telling;
  /** The tenant's own domains, if Exchange named them. */
  readonly ownDomains?: readonly string[];
  /** Application ids by which the audit record names its caller, in lower case. */
  readonly applications?: readonly string[];
  /**
   * From the inventory: the version it compared with, 0 if it knew of none. If the exception has moved on since, the
   * comparison is void, and the next inventory looks again.
   */
  readonly compared?: number;
  /**
   * From a first inventory: it was there before Lapse, and has until then at least. Such exceptions are spread, so that
   * they do not fall due all at once.
   */
  readonly imported?: Instant;
}

/** Who answers: as Slack or AWS says, not as the request claims. */
export interface Answerer {
  readonly slackUser: string;
  /** Their organisation or workspace. A user id means something only together with it. */
  readonly slackTeam: string;
  readonly standing: Standing;
  /** How it is known who they are, if Slack did not say so. */
  readonly proof?: Proof;
}

/** What people do, as opposed to what happens. */
export type Answering =
  | 'Approve'
  | 'Renew'
  | 'Decline'
  | 'Revoke'
  | 'Reassign'
  | 'Hold'
  | 'Restore'
  | 'Undo'
  | 'ReleaseBreaker'
  | 'AskForHelp'
  | 'WishReminder';

export type Command =
  | {
      readonly type: 'Observe';
      readonly id: string;
      readonly observation: Observation;
      /** What was said about the object before, and could not be placed because there was no exception yet. */
      readonly earlier?: readonly Observation[];
      /** Other changes to it, of which nothing else is kept. */
      readonly touched?: readonly Change[];
      /** The trail so far: it shows what a late record still adds. */
      readonly trail?: readonly Event[];
    }
  | { readonly type: 'ObserveRemoval'; readonly observation: Observation; readonly trail?: readonly Event[] }
  | {
      readonly type: 'ReportTold';
      readonly of: number;
      readonly card: Card;
      readonly addressee?: string;
      readonly digest?: string;
      /** Who was told. */
      readonly owner?: Owner;
      readonly deadline?: Instant;
      readonly slackUser?: string;
      readonly fallback?: string;
      readonly makers?: readonly Maker[];
    }
  | {
      readonly type: 'ReportApproversTold';
      readonly of: number;
      readonly card: Card;
      readonly addressee?: string;
      readonly digest?: string;
      readonly makers?: readonly Maker[];
    }
  | { readonly type: 'ReportMakers'; readonly makers: readonly Maker[] }
  | { readonly type: 'ReportUnreachable'; readonly owner: Owner; readonly why: string }
  /** Who was asked besides the owner, as that rung, cannot be reached either. */
  | { readonly type: 'AskNext'; readonly rung: number; readonly why: string }
  | {
      readonly type: 'Approve' | 'Renew';
      readonly by: Answerer;
      readonly seen: number;
      readonly reason: string;
      readonly expiresAt: Instant;
      readonly reviewEvery: Duration;
    }
  | {
      readonly type: 'Decline' | 'Revoke';
      readonly by: Answerer;
      readonly seen: number;
      readonly reason?: string;
    }
  | {
      readonly type: 'Reassign';
      readonly by: Answerer;
      readonly address: string;
      readonly reason?: string;
    }
  | {
      readonly type: 'AskForHelp';
      readonly by: Answerer;
      readonly seen: number;
      /** A Slack user; absent: the approvers. */
      readonly colleague?: string;
      readonly question: string;
    }
  | { readonly type: 'WishReminder'; readonly by: Answerer; readonly seen: number }
  | { readonly type: 'Hold'; readonly by: Answerer; readonly until: Instant; readonly reason: string }
  | { readonly type: 'Restore'; readonly by: Answerer; readonly reason: string; readonly expiresAt: Instant }
  /** Takes a disable back that the same person has just ordered. */
  | { readonly type: 'Undo'; readonly by: Answerer }
  /** Somebody who may not answer tried to, and was stopped before an answer existed. */
  | { readonly type: 'TurnAway'; readonly by: Answerer; readonly answer: Answering }
  | { readonly type: 'CheckDue' }
  /** The policy is no longer `before`; `hash` is that of the one in force now. */
  | { readonly type: 'ApplyPolicy'; readonly before: Policy; readonly hash: string }
  | {
      readonly type: 'TripBreaker';
      readonly waiting: number;
      readonly why: string;
      /** Ids of the most dangerous that would lapse. */
      readonly shown?: readonly string[];
      /** For deadlines that this policy would bring nearer. */
      readonly policy?: string;
      readonly soonest?: readonly Brought[];
    }
  | {
      readonly type: 'ReleaseBreaker';
      readonly by: Answerer;
      readonly policy?: string;
      /** Of what would lapse: those that may, and how many stay held back. */
      readonly picked?: readonly Picked[];
      readonly left?: number;
    }
  /**
   * Lapse may act on it again: its deadline starts afresh where that is owed, or wherever it went live (`all`), and
   * `notBefore`, so that not too many fall on one day.
   */
  | { readonly type: 'RestartDeadline'; readonly all: boolean; readonly notBefore?: Instant }
  | {
      readonly type: 'ReportEnforcement';
      readonly to: 'live' | 'observing' | 'stopped' | 'resumed';
      readonly by: string;
      readonly since: Instant;
      readonly why?: string;
      readonly again?: true;
    }
  /** What a disable finds before it acts, where that was not known. */
  | {
      readonly type: 'ReportFound';
      readonly attempt: number;
      readonly guid: string;
      readonly settings: Settings;
    }
  | {
      readonly type: 'ReportDisabled';
      readonly attempt: number;
      readonly guid: string;
      readonly before: Settings;
      /** Id of the application that Lapse acted as: its own act comes back in the log under that id. */
      readonly application?: string;
    }
  | {
      readonly type: 'ReportDisableFailed';
      readonly attempt: number;
      readonly why: string;
      readonly application?: string;
    }
  /** It was looked at, and is still off. */
  | { readonly type: 'ReportStayedDisabled'; readonly attempt: number }
  /** It was looked at, and is on or gone: what the inventory would see. */
  | { readonly type: 'ReportSeen'; readonly attempt: number; readonly observation: Observation }
  | { readonly type: 'ReportLookFailed'; readonly attempt: number; readonly why: string }
  | {
      readonly type: 'ReportActDone';
      readonly act: Act;
      /** `of` of the `Acting` that was carried out. */
      readonly of: number;
      readonly attempt: number;
      /** The end that Exchange shows. */
      readonly until?: Instant;
      readonly unlike?: readonly string[];
      readonly application?: string;
    }
  | {
      readonly type: 'ReportActFailed';
      readonly act: Act;
      readonly of: number;
      readonly attempt: number;
      readonly why: string;
      readonly application?: string;
    }
  /** Its object has another exception as well, which goes on: `into` is its id. */
  | { readonly type: 'Join'; readonly into: string }
  /** `of`: set if it was something other than a disable. */
  | { readonly type: 'ReportGone'; readonly attempt: number; readonly of?: number };
