/**
 * The table's keys and indexes, for whoever creates one: the stack, and the tests. Nothing but constants, so that
 * there is one truth about them.
 */

/** Keys of the table; all are strings. */
export const tableKeys = { partition: 'pk', sort: 'sk' } as const;

/**
 * What is due (`due`, sparse: only what has a deadline is in it), and everything there is (`listing`). Both hold
 * keys only: state is read again from the table before anybody acts on it, because an index lags behind, and a
 * second and third copy of every exception's settings would be paid for at every write.
 */
export const tableIndexes = {
  due: { partition: 'shard', sort: 'dueAt', projection: 'KEYS_ONLY' },
  listing: { partition: 'shard', sort: 'openedAt', projection: 'KEYS_ONLY' },
} as const;

/** Seconds since 1970 after which DynamoDB may clear an item away. Clears receipts and tombstones; decides nothing. */
export const timeToLive = 'ttl';

/** The outbox: every new trail item passes through the stream once. */
export const streamView = 'NEW_IMAGE';
