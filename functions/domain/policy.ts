/**
 * The numbers by which an exception lives, by risk class. `policy.yaml` sets them (parsed and checked in
 * `functions/policy`), with the reason beside each.
 */
import type { Exception, Risk } from './exception.ts';
import type { Duration } from './instant.ts';

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
  /** What silence does: disable, or escalate to people and leave it on. */
  readonly onSilence: 'disable' | 'escalate';
  /** The longest a restore may last. */
  readonly restoreFor: Duration;
}

export interface Policy {
  /** Slack user ids of those who may answer for any exception. */
  readonly approvers: readonly string[];
  /** Where a question goes whose owner is unknown or cannot be reached, and where alerts go. */
  readonly fallbackChannel: string;
  /** IANA zone: a date on a form means the end of that day there. */
  readonly timeZone: string;
  /** Waits between attempts to disable: the first, doubled each time, up to the longest. It never gives up. */
  readonly disableRetry: {
    readonly first: Duration;
    readonly longest: Duration;
    readonly reportWithin: Duration;
  };
  readonly risk: Readonly<Record<Risk, RiskClass>>;
}

export const classOf = (policy: Policy, exception: Pick<Exception, 'risk'>): RiskClass =>
  policy.risk[exception.risk];
