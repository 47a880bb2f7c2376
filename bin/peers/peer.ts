/** What others check, beside what Lapse finds. It is read from their public source; nothing here runs. */
import type { baselines } from '#risk/frameworks.ts';

interface Looks {
  /** As the peer calls it. */
  readonly id: string;
  /** In our own words. */
  readonly looksAt: string;
}

interface Ours extends Looks {
  readonly findings: readonly [string, ...string[]];
}

/** What Lapse does beside it. Where it is stricter in one thing and laxer in another, it is called laxer. */
export type PeerCheck =
  | (Ours & { readonly lapse: 'agrees' })
  | (Ours & { readonly lapse: 'stricter' | 'laxer'; readonly why: string })
  | (Looks & { readonly lapse: 'not ours'; readonly why: string });

export interface Peer {
  readonly name: string;
  /** The version that was read, or its date. */
  readonly read: string;
  /** Set where findings cite its checks: both must then name the same pairs. */
  readonly baseline?: keyof typeof baselines;
  /** What to know before reading the table. */
  readonly note: string;
  readonly checks: readonly PeerCheck[];
}

export const findingsOf = (check: PeerCheck): readonly string[] =>
  check.lapse === 'not ours' ? [] : check.findings;
