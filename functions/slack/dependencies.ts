/** What asking and answering in Slack need. */
import type { Enforcements, UsualMode } from '#policy/enforcement-mode.ts';
import type { Policy } from '#policy/policy.ts';
import type { Instant } from '#time/instant.ts';
import type { Breakers } from '#lifecycle/breaker.ts';
import type { ImportProgress } from '#lifecycle/import-progress.ts';
import type { Gatherings } from '#lifecycle/gathering.ts';
import type { Exceptions, WriteLog } from './exceptions.ts';
import type { Slack } from './slack.ts';

/** To bring cards up to date. */
export interface CardDependencies {
  readonly exceptions: Exceptions;
  readonly slack: Slack;
  readonly policy: Policy;
  readonly now: Instant;
  readonly log: WriteLog;
  readonly gatherings: Pick<Gatherings, 'findDigest'>;
}

export interface AskDependencies extends CardDependencies {
  readonly gatherings: Gatherings;
  /** Has `sendDigest` called for them at that moment. */
  readonly callDigest: (to: string, at: Instant) => Promise<void>;
  /** Milliseconds until the platform ends the function. */
  readonly remaining: () => number;
}

export interface AnswerDependencies extends CardDependencies {
  readonly breakers: Breakers;
  readonly enforcements: Enforcements;
  /** What tenants are that nobody has decided about. */
  readonly usual: UsualMode;
  /** Notes that somebody was refused; whether the channel may be told once more of this person. */
  readonly noteRefused: (person: string, now: Instant) => Promise<boolean>;
  /** How far the imports under way are, by tenant. */
  readonly progress: () => Promise<Readonly<Record<string, ImportProgress>>>;
}
