/** What asking and answering in Slack need. */
import type { Policy } from '#policy/policy.ts';
import type { Instant } from '#time/instant.ts';
import type { Breakers } from '#lifecycle/breaker.ts';
import type { Exceptions, WriteLog } from './exceptions.ts';
import type { Slack } from './slack.ts';

export interface AskDependencies {
  readonly exceptions: Exceptions;
  readonly slack: Slack;
  readonly policy: Policy;
  readonly now: Instant;
  readonly log: WriteLog;
}

export interface AnswerDependencies extends AskDependencies {
  readonly breakers: Breakers;
}
