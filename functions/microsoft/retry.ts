/** Trying again: when, how long to wait, and when to stop. Pure; the clock, chance and the wait come from outside. */
import { doubleWait } from '#time/double-wait.ts';
import type { ServiceError } from './service-error.ts';

export interface Patience {
  /** Tries in all, the first included. */
  readonly attempts: number;
  /** Milliseconds before the second try; doubled each time. */
  readonly firstWait: number;
  /** The longest single wait in milliseconds. Asked for a longer one, Lapse stops and lets its caller come back. */
  readonly longestWait: number;
  /** Milliseconds until an answer must have begun, and until all of it is here or, if it may be large, its next piece. */
  readonly timeout: number;
}

/** At worst 45 s for one call that is never answered, so that two such fit into a Lambda of two minutes. */
export const patient: Patience = { attempts: 3, firstWait: 1_000, longestWait: 8_000, timeout: 10_000 };

/** What the outside world lends: none of it is taken from the environment below the edges. */
export interface Surroundings {
  readonly fetch: typeof globalThis.fetch;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** From 0 to below 1. */
  readonly random: () => number;
  /** Resolves after `ms`; rejects when `signal` aborts first. */
  readonly wait: (ms: number, signal?: AbortSignal) => Promise<void>;
}

/** One failed try: the error if it was the last, and what the server asked for in `Retry-After`. */
export interface Setback<E extends ServiceError = ServiceError> {
  readonly error: E;
  readonly retryAfter?: string | undefined;
}

export type Try<T, E extends ServiceError = ServiceError> = { readonly value: T } | Setback<E>;

/** Runs `attempt` until it gives a value, fails for good, or patience ends. */
export async function retry<T>(
  attempt: () => Promise<Try<T>>,
  { now, random, wait }: Pick<Surroundings, 'now' | 'random' | 'wait'>,
  patience: Patience,
  signal?: AbortSignal,
): Promise<T> {
  for (let tried = 1; ; tried += 1) {
    const outcome = await attempt();
    if ('value' in outcome) return outcome.value;
    const { error, retryAfter } = outcome;
    if (!error.retryable || tried >= patience.attempts || signal?.aborted === true) throw error;
    const asked = retryAfterMillis(retryAfter, now());
    if (asked !== undefined && asked > patience.longestWait) throw error;
    const own = doubleWait({ first: patience.firstWait, longest: patience.longestWait }, tried - 1);
    // Spread out, so that many functions turned away together do not return together.
    const pause = asked === undefined ? own * (0.5 + random() / 2) : asked + random() * patience.firstWait;
    try {
      await wait(pause, signal);
    } catch {
      throw error;
    }
  }
}

/** `Retry-After` in either form, seconds or a date, as milliseconds from now; `undefined` where it says neither. */
function retryAfterMillis(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined;
  const text = value.trim();
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1_000;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}
