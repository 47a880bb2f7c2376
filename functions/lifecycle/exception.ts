/**
 * An exception is a way past the mail filters that exists in a tenant: a transport rule, a connector, an entry of an
 * allow list, a switch that leaves a door open. It is observed, its owner is asked, and it stays only while somebody
 * vouches for it.
 *
 *     observed ─▶ unconfirmed ──approve──▶ confirmed ──renew──▶ confirmed
 *                     │  ▲                    │  │
 *       lapse/decline │  └──changed, enabled──┘  │ lapse/revoke
 *                     ▼                          ▼
 *                 disabling ──read back──▶ disabled ──restore──▶ confirmed
 *
 * `held` suspends enforcement until a date; `removed` means the object is gone from the tenant. What happens in
 * which state is in `decide.ts`; what a fact does to the state is in `evolve.ts`.
 */
import type { Kind } from '#kinds/registry.ts';
import type { Breadth } from '#risk/breadth.ts';
import type { Evidence } from '#risk/evidence.ts';
import type { Finding, Remedy, Risk } from '#risk/finding.ts';
import type { Settings } from '#risk/settings.ts';
import type { Duration, Instant } from '#time/instant.ts';
import type { Moment } from '#time/moment.ts';

/** Who changed the object in the tenant, as far as the audit log says. Only a person can become an owner. */
export interface Author {
  readonly type: 'person' | 'application' | 'service' | 'unknown';
  /** User principal name if there is one, otherwise the raw name from the log. */
  readonly id: string;
  /** Where they belong, if not to the tenant. Absent also in what was stored before this was read. */
  readonly outside?: Outside;
}

/** A partner with delegated rights, a guest of the tenant, or Microsoft's own staff and systems. */
export const outsides = ['partner', 'guest', 'microsoft'] as const;
export type Outside = (typeof outsides)[number];

/** AWS vouches for whom policy names by that ARN; on a machine with made-up data, somebody's word is enough. */
export interface Proof {
  readonly type: 'aws' | 'machine';
  /** The ARN, or the user of the machine. */
  readonly who: string;
}

/** Who caused an event. */
export type Actor =
  | {
      readonly type: 'owner' | 'approver' | 'outsider';
      readonly slackUser: string;
      /** Of whoever is known otherwise: their AWS account, or the machine. */
      readonly slackTeam: string;
      /** How it is known who they are, if Slack did not say so. */
      readonly proof?: Proof;
    }
  | { readonly type: 'administrator'; readonly author: Author }
  | { readonly type: 'inventory' }
  | { readonly type: 'schedule' }
  | { readonly type: 'enforcement' }
  | { readonly type: 'messenger' };

/**
 * What somebody is in Lapse's own Slack organisation or workspace. Only a member can answer; `foreign` is anybody
 * from another one, reached through a shared channel or by a request from there.
 */
export type Standing = 'member' | 'guest' | 'bot' | 'deactivated' | 'foreign';

/**
 * Whom to ask. A person is known by mail address, or by Slack user id if policy gives one; `slackUser` is bound when
 * Slack first names the person behind the address. A team is asked in `channel`, otherwise in the fallback channel.
 */
export type Owner =
  | { readonly type: 'person'; readonly address: string; readonly slackUser?: string }
  | { readonly type: 'team'; readonly why: string; readonly channel?: string };

export interface AlsoAsked {
  /** Counted from 0. */
  readonly rung: number;
  readonly owner: Owner;
}

/** Somebody who can be asked, and what names them: see `owner.ts`. */
export interface Rung {
  readonly from: 'comment' | 'rule' | 'maker' | 'backup' | 'reassigned' | 'fallback';
  readonly owner: Owner;
}

/** What the object's comment says about it. Proposals for the form, never an approval. See `comment.ts`. */
export interface Note {
  /** Mail address, lower case. */
  readonly owner?: string;
  readonly ticket?: string;
  /** `YYYY-MM-DD` */
  readonly expires?: string;
  readonly reason?: string;
}

/** A change in the tenant: who made it, and when. The two are never stated separately. */
export interface Change extends Moment {
  readonly by: Author;
  /** The cmdlet, or `Inventory`. */
  readonly operation: string;
  /** It created the object. */
  readonly created?: true;
}

/** A maker: anybody who changed the object since it was created. */
export interface Maker {
  /** The name in the log, lower case. */
  readonly id: string;
  /** The Slack user, found by address, never by name. */
  readonly slackUser?: string;
  /** Slack was asked. Without `slackUser` it knows nobody: an owner cannot be told apart from them. */
  readonly sought?: true;
}

/** Somebody who was named as its owner, but not by policy: see `chosen.ts`. `id` is an address or a Slack user. */
export interface Chosen extends Maker {
  /** The Slack user who handed it to them; absent if a comment names them. */
  readonly by?: string;
}

export type Cause =
  | 'unconfirmed'
  | 'expired'
  | 'review missed'
  | 'declined'
  | 'revoked'
  | 'reopened without approval'
  /** An administrator switched it off in the tenant. */
  | 'at source'
  /** Policy for its class says: off first, ask afterwards. */
  | 'disable first';

/** A Slack message about an exception, so that it can be updated in place. `channel` is the id Slack answered with. */
export interface Card {
  readonly channel: string;
  readonly ts: string;
}

/** Somebody vouched for the exception: with these settings, for this reason, until then. */
export interface Approval {
  readonly by: Actor;
  readonly at: Instant;
  readonly reason: string;
  readonly expiresAt: Instant;
  readonly reviewEvery: Duration;
  readonly reviewBy: Instant;
  /** The end that was chosen, if a change of policy has moved it. */
  readonly chosen?: Instant;
}

export interface Notice {
  /** Who was told: see `ownerKey`. Absent in what was stored before. A later owner was not told. */
  readonly to?: string;
  /** The deadline the message named. */
  readonly deadline: Instant;
  /** It said that silence only alerts people: this is no notice of a disable. */
  readonly alertsOnly?: true;
  readonly at: Instant;
}

export const acts = ['restore', 'expiry'] as const;
export type Act = (typeof acts)[number];

/**
 * What Exchange must do about something that may stay, until a read-back shows it: switch it on again (`restore`), or
 * end it when its approval ends (`expiry`). Only one at a time: what is off needs no end.
 */
export interface Acting {
  readonly act: Act;
  /** The version of the event that called for it: reports about an earlier one are stale. */
  readonly of: number;
  readonly attempt: number;
  /** `running`: a report is awaited until `nextAt`; `waiting`: it failed and is tried again at `nextAt`. */
  readonly phase: 'running' | 'waiting';
  readonly nextAt: Instant;
  readonly failure?: string;
  /**
   * Until then, a disable that was taken back while it was under way may still reach Exchange: it is looked at once
   * more afterwards, whatever Exchange shows before.
   */
  readonly settledAt?: Instant;
}

/** When Lapse looks itself whether what it has disabled has stayed so: an hour and a day after it was read back. */
export interface Looking {
  readonly after: 'hour' | 'day';
  /** How many were ordered. */
  readonly attempt: number;
  /** `running`: it was ordered; `waiting`: it comes at `nextAt`. */
  readonly phase: 'running' | 'waiting';
  /** When something is due again: the next look, or the report of the one that is running. */
  readonly nextAt: Instant;
}

/** A question or reminder that has not reached everybody it is for. */
export interface Unheard {
  /** The version of the event that first called for it. */
  readonly of: number;
  /** When it was last sent, and how many times before. */
  readonly at: Instant;
  readonly repeated: number;
  /** The deadline that a reminder is about. */
  readonly deadline?: Instant;
  /** The owner has received it; those who may approve it have not. */
  readonly approvers?: true;
}

/** Slack was asked who the makers and the named are, and has not identified all of them yet. */
export interface Seeking {
  /** When it was last sent, and how many times before. */
  readonly at: Instant;
  readonly repeated: number;
}

/** Somebody switched on what Lapse had disabled. */
export interface Reopening {
  readonly by: Author;
  /** As the log has it; while only the inventory has seen it, when that was. */
  readonly at: Instant;
  /** When Lapse had disabled it. */
  readonly offAt: Instant;
}

/** What a look at the object showed, and what that means. */
export interface Assessed {
  readonly settings: Settings;
  /** False while Exchange could not be read: `settings` then holds only what the log showed. */
  readonly complete: boolean;
  readonly risk: Risk;
  readonly findings: readonly Finding[];
  readonly remedy: Remedy;
  /** What it rests on, and how much it lets past; absent in what was stored before these existed. */
  readonly evidence?: Evidence;
  readonly breadth?: Breadth;
}

/** The fields of every state. */
export interface Known extends Assessed {
  readonly id: string;
  /** The tenant's GUID (`OrganizationId` of its audit records). */
  readonly tenant: string;
  readonly kind: Kind;
  readonly name: string;
  /** The object's GUID; the log never tells it, so it is absent until Exchange was read. */
  readonly guid?: string;
  readonly owner: Owner;
  readonly openedAt: Instant;
  /**
   * It was there before Lapse: until then nothing disables it because nobody answers, whatever becomes of its deadline.
   * It stays when that is over, as the mark of an import.
   */
  readonly graceEnd?: Instant;
  /** Who made the newest change, or nobody if the inventory saw one that the log has not reported. */
  readonly changedBy: Author;
  /** Up to when events in the tenant are known: records from before that are late news. */
  readonly changedAt: Instant;
  /** What made it: its creation, otherwise the earliest known change. Absent in what was stored before. */
  readonly made?: Change;
  /** The newest change that the log reported. */
  readonly changed?: Change;
  readonly renewals: number;
  /** Number of events so far: the optimistic version. */
  readonly version: number;
  /** The version that asked the present question: an answer to an older one is too late. */
  readonly asOf: number;
  /** Messages about the present question. */
  readonly cards: readonly Card[];
  readonly told: readonly Notice[];
  /** When the present question or term began. */
  readonly since: Instant;
  /** The newest reminder step called for, as deadline minus step. */
  readonly reminded?: Instant;
  /** Where the deadline was moved to because the owner had not been told in time, or because people must act. */
  readonly postponedTo?: Instant;
  /** It would have been switched off, had Lapse been allowed to act: the newest time, and since when. */
  readonly spared?: {
    readonly at: Instant;
    readonly cause: Cause;
    readonly why: 'observing' | 'stopped';
  };
  /** The newest approval, even after it ended. */
  readonly approval?: Approval;
  /** Everybody who can be asked, and which of them `owner` is. Absent in what was stored before there were ladders. */
  readonly ladder?: readonly Rung[];
  readonly rung?: number;
  /** Further rungs that were asked because the owner has not answered the present question: they may answer too. */
  readonly alsoAsked?: readonly AlsoAsked[];
  readonly note?: Note;
  /** Everybody who changed it since it was created. Absent in what was stored before. */
  readonly makers?: readonly Maker[];
  /** Everybody named as its owner in a comment or in Slack since it was created. */
  readonly chosen?: readonly Chosen[];
  /**
   * When a change of policy last moved the present deadline, or the exception got another owner: its owner has not
   * chosen that deadline.
   */
  readonly movedAt?: Instant;
  /** Hash of the policy under which the present question was asked or answered: it may not have been in force yet. */
  readonly askedUnder?: string;
  /** Hash of the newest policy that was applied to it since, as a change. */
  readonly appliedPolicy?: string;
  /** When somebody re-enabled what Lapse had disabled, oldest first; the newest few. */
  readonly reopened?: readonly Instant[];
  /** The same with who did it and when, as far as the log says, and when it had been disabled. */
  readonly reopenings?: readonly Reopening[];
  /** Id of the application that Lapse last acted as. */
  readonly application?: string;
  /** What is under way in Exchange while it may stay. */
  readonly acting?: Acting;
  /** The earliest end that Exchange may hold for it because Lapse wrote it there. */
  readonly keptEnd?: Instant;
  readonly unheard?: Unheard;
  readonly seeking?: Seeking;
  /** The version of the question about which its owner asked the approvers. */
  readonly helpAsked?: number;
  /** When one more reminder is wanted. */
  readonly wished?: Instant;
  /** The version of the newest message that reached those who may approve it. */
  readonly approversTold?: number;
  /** The newest answer, to show to whoever lost a race. */
  readonly answered?: { readonly by: Actor; readonly at: Instant; readonly answer: Answer };
  /** When a disable was last taken back by whoever had ordered it. */
  readonly undoneAt?: Instant;
}

export type Answer = 'approved' | 'renewed' | 'declined' | 'revoked' | 'restored' | 'held';

export interface Unconfirmed extends Known {
  readonly state: 'unconfirmed';
  readonly confirmBy: Instant;
  /**
   * The deadline as policy alone makes it: `confirmBy` is later if notice was owed. Absent if something else made it
   * (a hold, a change that lowered the risk, an older release): then no policy moves it.
   */
  readonly byPolicy?: Instant;
  /** Its first deadline after an import, which no later policy brings nearer. */
  readonly graceUntil?: Instant;
  /**
   * Decides the cause in which silence ends: a first question, or one after our disable was undone. `voided`: whoever
   * approved it is a maker.
   */
  readonly question: 'opened' | 'changed' | 're-enabled' | 'voided';
}
export interface Confirmed extends Known {
  readonly state: 'confirmed';
  readonly approval: Approval;
}
export interface Held extends Known {
  readonly state: 'held';
  readonly until: Instant;
  readonly resume: 'unconfirmed' | 'confirmed';
  readonly confirmBy: Instant;
}

/** What a person's disable ended, as long as they may take it back. */
export interface Undo {
  /** Who ordered it: nobody else may. */
  readonly by: Actor;
  readonly at: Instant;
  /** Of what it let past then. Absent if Exchange had not been read. */
  readonly fingerprint?: string;
  readonly was: Was;
}

/** What a state holds that ends with it. */
export type Was = (
  | Pick<Unconfirmed, 'state' | 'confirmBy' | 'byPolicy' | 'graceUntil' | 'question'>
  | Pick<Confirmed, 'state'>
  | Pick<Held, 'state' | 'until' | 'resume' | 'confirmBy'>
) &
  Pick<
    Known,
    | 'answered'
    | 'reminded'
    | 'postponedTo'
    | 'spared'
    | 'alsoAsked'
    | 'movedAt'
    | 'appliedPolicy'
    | 'unheard'
    | 'seeking'
    | 'helpAsked'
    | 'wished'
    | 'approversTold'
  >;

export interface Disabling extends Known {
  readonly state: 'disabling';
  readonly cause: Cause;
  readonly undo?: Undo;
  readonly attempt: number;
  /** `running`: a report is awaited until `nextAt`; `waiting`: it failed and is tried again at `nextAt`. */
  readonly phase: 'running' | 'waiting';
  readonly nextAt: Instant;
  readonly failure?: string;
}
export interface Disabled extends Known {
  readonly state: 'disabled';
  readonly cause: Cause;
  readonly disabledAt: Instant;
  readonly undo?: Undo;
  /** Absent after the last look, where somebody else disabled it, and in what was stored before these existed. */
  readonly looking?: Looking;
}
export interface Removed extends Known {
  readonly state: 'removed';
  readonly removedAt: Instant;
  /** It still exists, and lets nothing past. */
  readonly harmless?: true;
}

export type Exception = Unconfirmed | Confirmed | Held | Disabling | Disabled | Removed;
export type State = Exception['state'];
export const states = [
  'unconfirmed',
  'confirmed',
  'held',
  'disabling',
  'disabled',
  'removed',
] as const satisfies readonly State[];
