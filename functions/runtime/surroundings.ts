import { setTimeout as sleep } from 'node:timers/promises';
import type { Surroundings } from '#microsoft/retry.ts';

/** What the outside world lends to whoever asks Microsoft's services. */
export const surroundings: Surroundings = {
  fetch,
  now: Date.now,
  random: Math.random,
  wait: (ms, signal) => sleep(ms, undefined, signal && { signal }),
};
