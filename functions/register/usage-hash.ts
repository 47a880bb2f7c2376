/**
 * Texts spread evenly over [0, 1) by a key: enough to tell how many different senders there were, and nobody without the
 * key can try out who they were. 32 bits are kept of each.
 */
import { createHmac } from 'node:crypto';
import { rememberingUpTo } from '#behaviour/account.ts';

/** Senders come again and again: so many of them are hashed once. */
const mostRemembered = 50_000;

export const createUsageHash = (key: string): ((text: string) => number) =>
  rememberingUpTo(
    mostRemembered,
    (text) => createHmac('sha256', key).update(text).digest().readUInt32BE(0) / 2 ** 32,
  );
