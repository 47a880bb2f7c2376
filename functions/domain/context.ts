import type { Instant } from './instant.ts';
import type { Policy } from './policy.ts';

/** What a decision may depend on besides the state and the command. */
export interface Context {
  readonly now: Instant;
  readonly policy: Policy;
}
