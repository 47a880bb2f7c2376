/**
 * What one source of mail statistics says of one message: enough to know which exceptions let it past and what became
 * of it. It holds no subject, no text and nobody it was for; whoever sent it is kept only as a keyed hash.
 */
import type { Instant } from '#time/instant.ts';

/** Where it was read. What a source cannot tell is unknown, and never zero. */
export const sources = [
  'email-events',
  'extended-trace',
  'enhanced-summary',
  'analyzed-emails',
  'message-trace',
  'rule-report',
] as const;
export type Source = (typeof sources)[number];

/** The checks whose results are counted. */
export const checks = ['spf', 'dkim', 'dmarc', 'compauth'] as const;
export type Check = (typeof checks)[number];

export type Outcome = 'delivered' | 'junked' | 'blocked';

export interface Sighting {
  readonly source: Source;
  readonly at: Instant;
  /** Tells messages apart: the network message id where there is one. It is the same in every row about the message. */
  readonly message: string;
  readonly direction?: 'inbound' | 'outbound' | 'internal';
  /** How many recipients the row is about. */
  readonly recipients: number;
  /** The sender's address, in lower case. Nothing stored holds it. */
  readonly sender?: string;
  /** Domain of the envelope's sender (P1), and of the From line (P2). */
  readonly mailFrom?: string;
  readonly from?: string;
  /** The server that handed it over. */
  readonly address?: string;
  /** Which checks passed; one that is absent is unknown. */
  readonly passed: Readonly<Partial<Record<Check, boolean>>>;
  readonly outcome?: Outcome;
  /** Whether it was found to be a threat, before or after it was delivered; absent where nobody looked. */
  readonly threat?: boolean;
  /** By which ways it came; absent where the source does not say. */
  readonly via: Via;
}

export interface Via {
  readonly rules?: readonly { readonly guid?: string; readonly name?: string }[];
  /** Names or GUIDs. */
  readonly connectors?: readonly string[];
  /** Which lists let it past: the IP allow list, or an allowed sender or domain. */
  readonly lists?: readonly ('ip-allow' | 'allowed-sender')[];
}
