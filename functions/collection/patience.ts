/** Trying again: when, how long to wait, and when to stop. The clock, chance and the wait come from outside. */
import { FeedError } from './feed-error.ts';

export interface Patience {
  /** Tries in all, the first included. */
  readonly attempts: number;
  /** Milliseconds before the second try; doubled each time. */
  readonly firstWait: number;
  /** The longest single wait in milliseconds. Asked for a longer one, the run ends; the next comes in minutes. */
  readonly longestWait: number;
  /** Milliseconds until an answer must have begun, and between two pieces of it. */
  readonly timeout: number;
}

/** At worst half a minute of waiting for one answer, of a run that has four and a half. */
export const patient: Patience = { attempts: 4, firstWait: 2_000, longestWait: 30_000, timeout: 30_000 };

/** What the outside world lends. */
export interface Surroundings {
  readonly fetch: typeof globalThis.fetch;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** From 0 to below 1. */
  readonly random: () => number;
  /** Resolves after `ms`; rejects when `signal` aborts first. */
  readonly wait: (ms: number, signal?: AbortSignal) => Promise<void>;
}

/** A failed try, and what the server asked for in `Retry-After`. */
export interface Setback {
  readonly error: FeedError;
  readonly retryAfter?: string | undefined;
}

/** Runs `attempt` until it gives a value, fails for good, or patience ends. `wait` rejects when time (`signal`) ends. */
export async function persist<T>(
  attempt: () => Promise<{ readonly value: T } | Setback>,
  { now, random, wait }: Pick<Surroundings, 'now' | 'random' | 'wait'>,
  patience: Patience,
  signal: AbortSignal,
): Promise<T> {
  for (let tried = 1; ; tried += 1) {
    const outcome = await attempt();
    if ('value' in outcome) return outcome.value;
    const { error, retryAfter } = outcome;
    if (!error.retryable || tried >= patience.attempts) throw error;
    const asked = retryAfterMillis(retryAfter, now());
    if (asked !== undefined && asked > patience.longestWait) throw error;
    const own = Math.min(patience.firstWait * 2 ** (tried - 1), patience.longestWait);
    // Spread out, so that several that were turned away together do not return together.
    const pause = asked === undefined ? own * (0.5 + random() / 2) : asked + random() * patience.firstWait;
    try {
      await wait(pause, signal);
    } catch {
      throw error;
    }
  }
}

export const outOfTime = (): FeedError =>
  new FeedError('out-of-time', 'The time of this run is used up; the next run goes on from here.');

/** `Retry-After` in either form, seconds or a date, as milliseconds from now; `undefined` where it says neither. */
function retryAfterMillis(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined;
  if (/^\s*\d+(?:\.\d+)?\s*$/.test(value)) return Number(value) * 1_000;
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}
