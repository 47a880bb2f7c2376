/** One run of the control-point test: what was sent, what was answered, and what the tenant's message trace showed. */
import type { Instant } from '#time/instant.ts';

/**
 * - `gateway`: mail from outside, handed in where the MX record says
 * - `direct-delivery`: mail from outside, handed in at the tenant, past the MX record
 * - `direct-send`: mail whose envelope claims to be from the tenant's own domain
 * - `own-name`: mail from outside of which only what people read (From) claims that
 * - `connector`: mail from where an inbound connector is for
 */
export const controls = ['gateway', 'direct-delivery', 'direct-send', 'own-name', 'connector'] as const;
export type Control = (typeof controls)[number];

export const steps = ['greeting', 'EHLO', 'STARTTLS', 'MAIL FROM', 'RCPT TO', 'DATA', 'the message'] as const;
export type Step = (typeof steps)[number];

/** How the server proved who it is. */
export interface Encryption {
  readonly used: boolean;
  /** Why its certificate does not prove that it is the host that was asked for. */
  readonly unproven?: string;
}

export interface Reply {
  readonly code: number;
  /** The enhanced status, such as 5.7.51. */
  readonly status?: string;
  readonly text: string;
}

/** What came of handing in one message. */
export type Answer =
  /** No connection: nothing is known about any door. */
  | { readonly type: 'unreached'; readonly why: string }
  /** Something answered, but not as a mail server does: nothing is known either. */
  | { readonly type: 'broken'; readonly why: string; readonly server?: string }
  | ({
      readonly type: 'refused';
      readonly at: Step;
      /** What it calls itself. */
      readonly server: string;
      readonly encryption: Encryption;
    } & Reply)
  | ({ readonly type: 'accepted'; readonly server: string; readonly encryption: Encryption } & Reply);

/** What message trace shows of one message. */
export interface Seen {
  /** When it was looked. */
  readonly at: Instant;
  readonly received?: Instant;
  /** As Exchange calls it: Delivered, FilteredAsSpam, Quarantined, Failed, Pending, … */
  readonly status: string;
  readonly fromIP?: string;
  /** The inbound connector that took it; `none` where Exchange names its default. Absent where it is not told. */
  readonly connector?: string;
  readonly none?: true;
  /** What happened to it in Exchange, in order. */
  readonly events: readonly string[];
  /** How many messages bear the mark: more than one means that somebody sent it again. */
  readonly copies: number;
}

export interface ProbeTest {
  readonly control: Control;
  /** Of `connector`, its name. */
  readonly connector?: string;
  /** Where it was handed in. */
  readonly host: string;
  readonly sender: string;
  readonly from: string;
  /** Of its mark: enough to recognise it, too little to make another. */
  readonly markHash: string;
  readonly answer: Answer;
  readonly seen?: Seen;
}

export interface Untested {
  readonly control: Control;
  readonly connector?: string;
  readonly why: string;
}

export interface ProbeRun {
  readonly id: string;
  readonly tenant: string;
  readonly domain: string;
  /** The mailbox that the messages were for: message trace is asked by it. */
  readonly to: string;
  readonly at: Instant;
  readonly by: string;
  readonly tests: readonly ProbeTest[];
  readonly untested: readonly Untested[];
}
