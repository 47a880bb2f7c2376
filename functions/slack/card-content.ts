/** What a card is made of. */
import type { Event } from '#lifecycle/events.ts';
import type { Exception } from '#lifecycle/exception.ts';
import type { Policy } from '#policy/policy.ts';
import type { Instant } from '#time/instant.ts';

export interface CardContent {
  readonly exception: Exception;
  /** The trail so far, oldest first: what changed, and reasons that the state does not keep. */
  readonly history: readonly Event[];
  readonly policy: Policy;
  readonly now: Instant;
  /** Why nobody could be asked in person, on a card that went to a channel. */
  readonly fallback?: string;
  /** On the card for those who may approve where its owner may not. */
  readonly forApprovers?: true;
  /** On the card of somebody who owned it before: nothing on it is theirs any more. */
  readonly former?: true;
  readonly reminder?: boolean;
}
