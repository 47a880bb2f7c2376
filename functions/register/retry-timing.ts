/** Waiting before trying again: randomness and time are passed in, so that tests decide both. */
import { setTimeout as wait } from 'node:timers/promises';
import { doubleWait } from '#time/double-wait.ts';

export interface RetryTiming {
  /** Like `Math.random`: from 0 up to, not including, 1. */
  readonly random: () => number;
  readonly wait: (ms: number) => Promise<void>;
}

/** The real thing, for the edges. */
export const timing: RetryTiming = {
  random: () => Math.random(),
  wait: async (ms) => {
    await wait(ms);
  },
};

export interface Backoff {
  /** The longest first wait in milliseconds; doubled at each further attempt … */
  readonly first: number;
  /** … up to this. */
  readonly longest: number;
}

/**
 * How long to wait after failed attempt `attempt` (0 for the first), in milliseconds: anything from nothing to the
 * doubled wait, so that callers that collided do not collide again in step.
 */
export const drawWait = (attempt: number, backoff: Backoff, random: () => number): number =>
  random() * doubleWait(backoff, attempt);
