/**
 * An exception is a way past the mail filters that exists in a tenant: a transport rule, an inbound or an
 * outbound connector. It is observed, its owner is asked, and it stays only while somebody stands up for it.
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
import type { Duration, Instant } from './instant.ts';

export const kinds = ['transport-rule', 'inbound-connector', 'outbound-connector'] as const;
export type Kind = (typeof kinds)[number];

export const risks = ['low', 'medium', 'high', 'critical'] as const;
export type Risk = (typeof risks)[number];

/** One reason why an exception is risky. `id` is stable (`LAPSE-TR-001`), `text` is for its owner. */
export interface Finding {
  readonly id: string;
  readonly risk: Risk;
  readonly text: string;
}

/** The object's settings by Exchange's own names, as read or as the log tells; read them with `settings.ts`. */
export type Settings = Readonly<Record<string, unknown>>;

/** Who changed the object in the tenant, as far as the audit log tells. Only a person can become an owner. */
export interface Author {
  readonly type: 'person' | 'application' | 'service' | 'unknown';
  /** User principal name where there is one, else the raw name from the log. */
  readonly id: string;
}

/** Who caused an event. */
export type Actor =
  | {
      readonly type: 'owner' | 'approver' | 'outsider';
      readonly slackUser: string;
      readonly slackTeam: string;
    }
  | { readonly type: 'administrator'; readonly author: Author }
  | { readonly type: 'schedule' }
  | { readonly type: 'enforcement' }
  | { readonly type: 'messenger' };

/** Whom to ask. `slackUser` is bound when Slack first names the person behind the address. */
export type Owner =
  | { readonly type: 'person'; readonly address: string; readonly slackUser?: string }
  | { readonly type: 'team'; readonly why: string };

/** What disabling the object would do: end the exception, or (for a weakened protective rule) end the protection. */
export type Remedy = 'disable' | 'escalate';

export type Cause =
  | 'unconfirmed'
  | 'expired'
  | 'review missed'
  | 'declined'
  | 'revoked'
  | 'reopened without approval'
  /** An administrator switched it off in the tenant. */
  | 'at source';

/** A Slack message about an exception, so that it can be updated in place. `channel` is the id Slack answered with. */
export interface Card {
  readonly channel: string;
  readonly ts: string;
}

/** Somebody answered for the exception: on these settings, for this reason, until then. */
export interface Approval {
  readonly by: Actor;
  readonly at: Instant;
  readonly reason: string;
  readonly expiresAt: Instant;
  readonly reviewEvery: Duration;
  readonly reviewBy: Instant;
}

export interface Told {
  /** The deadline the message named. */
  readonly deadline: Instant;
  readonly at: Instant;
}

/** What every state knows. */
export interface Known {
  readonly id: string;
  /** The tenant's GUID (`OrganizationId` of its audit records). */
  readonly tenant: string;
  readonly kind: Kind;
  readonly name: string;
  /** The object's GUID; the log never tells it, so it is absent until Exchange was read. */
  readonly guid?: string;
  readonly settings: Settings;
  /** False while Exchange could not be read: `settings` then holds only what the log showed. */
  readonly complete: boolean;
  readonly risk: Risk;
  readonly findings: readonly Finding[];
  readonly remedy: Remedy;
  readonly owner: Owner;
  readonly openedAt: Instant;
  readonly changedBy: Author;
  /** When the newest change that counted was made in the tenant. */
  readonly changedAt: Instant;
  readonly renewals: number;
  /** Number of events so far: the optimistic version. */
  readonly version: number;
  /** The version that posed the present question: an answer to an older one is too late. */
  readonly asOf: number;
  /** Messages about the present question. */
  readonly cards: readonly Card[];
  readonly told: readonly Told[];
  /** When the present question or term began. */
  readonly since: Instant;
  /** The newest reminder step called for, as deadline minus step. */
  readonly reminded?: Instant;
  /** Where the deadline was moved to because the owner had not been told in time, or people must act. */
  readonly postponedTo?: Instant;
  /** The newest approval, also after it ended. */
  readonly approval?: Approval;
  /** The newest answer, for the loser of a race. */
  readonly answered?: { readonly by: Actor; readonly at: Instant; readonly answer: Answer };
}

export type Answer = 'approved' | 'renewed' | 'declined' | 'revoked' | 'restored' | 'held';

export interface Unconfirmed extends Known {
  readonly state: 'unconfirmed';
  readonly confirmBy: Instant;
  /** Why silence now ends in the cause it ends in: a first question, or one after our disable was undone. */
  readonly question: 'opened' | 'changed' | 're-enabled';
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
export interface Disabling extends Known {
  readonly state: 'disabling';
  readonly cause: Cause;
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
}
export interface Removed extends Known {
  readonly state: 'removed';
  readonly removedAt: Instant;
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
