/** One answer that is meant for several exceptions, and the command that it is for each. */
import { longestCadence, longestExpiry } from '#policy/forms.ts';
import { earliest } from '#time/instant.ts';
import type { Answerer, Command } from './commands.ts';
import type { Exception } from './exception.ts';
import type { Instant } from '#time/instant.ts';
import type { Policy } from '#policy/policy.ts';

export const wishes = ['approve', 'renew', 'revoke', 'reassign', 'hold'] as const;
export type WishType = (typeof wishes)[number];

export type Wish =
  /** A term is never longer than policy allows for each. */
  | { readonly type: 'approve' | 'renew'; readonly reason: string; readonly until: Instant }
  | { readonly type: 'revoke'; readonly reason: string }
  | { readonly type: 'reassign'; readonly reason: string; readonly to: string }
  | { readonly type: 'hold'; readonly reason: string; readonly until: Instant };

/** `seen`: the version that whoever wishes has looked at. */
export function commandFor(
  wish: Wish,
  exception: Exception,
  { by, seen }: { readonly by: Answerer; readonly seen: number },
  { now, policy }: { readonly now: Instant; readonly policy: Policy },
): Extract<Command, { readonly type: 'Approve' | 'Renew' | 'Decline' | 'Revoke' | 'Reassign' | 'Hold' }> {
  const { reason } = wish;
  switch (wish.type) {
    case 'approve':
    case 'renew':
      return {
        type: wish.type === 'approve' ? 'Approve' : 'Renew',
        by,
        seen,
        reason,
        expiresAt: earliest(wish.until, longestExpiry(exception, now, policy)),
        reviewEvery: longestCadence(exception, policy),
      };
    case 'revoke':
      return { type: exception.state === 'unconfirmed' ? 'Decline' : 'Revoke', by, seen, reason };
    case 'reassign':
      return { type: 'Reassign', by, address: wish.to, reason };
    case 'hold':
      return { type: 'Hold', by, until: wish.until, reason };
  }
}
