import type { Instant } from '#time/instant.ts';
import type { Policy } from '#policy/policy.ts';

/** What a decision may depend on besides the state and the command. */
export interface Context {
  readonly now: Instant;
  readonly policy: Policy;
}
