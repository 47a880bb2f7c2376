/**
 * The table's keys and indexes, for the stack and the tests that create one. Nothing but constants, so that they are
 * stated once.
 */

/** Keys of the table; all are strings. */
export const tableKeys = { partition: 'pk', sort: 'sk' } as const;

/**
 * What is due (`due`); what is not removed, by danger and deadline (`open`), by owner (`owned`), and by tenant and kind
 * (`tenant`) or state (`state`); and everything there ever was (`listing`). Removed exceptions have no attributes for
 * the others and so are in none of them. Indexes hold little besides keys: the state is read from the table before
 * anything acts on it, because an index lags behind, and another copy of every exception's settings would be paid for
 * at every write.
 */
export const tableIndexes = {
  due: { partition: 'shard', sort: 'dueAt', besides: ['tenant', 'lapsesAt'] },
  // `stateName` is read by nobody any more: what an index holds cannot be changed in a table that exists.
  open: { partition: 'danger', sort: 'deadline', besides: ['tenant', 'kind', 'stateName'] },
  owned: { partition: 'owner', sort: 'deadline', besides: [] },
  tenant: { partition: 'within', sort: 'kind', besides: [] },
  state: { partition: 'within', sort: 'stateName', besides: [] },
  listing: { partition: 'shard', sort: 'openedAt', besides: [] },
} as const satisfies Record<string, Index>;

interface Index {
  readonly partition: string;
  readonly sort: string;
  /** What it holds besides keys. */
  readonly besides: readonly string[];
}

/** In the form of the request that creates the table. */
export const projectionOf = ({
  besides,
}: Index): {
  readonly ProjectionType: 'KEYS_ONLY' | 'INCLUDE';
  readonly NonKeyAttributes?: string[];
} =>
  besides.length === 0
    ? { ProjectionType: 'KEYS_ONLY' }
    : { ProjectionType: 'INCLUDE', NonKeyAttributes: [...besides] };

/** Seconds since 1970 after which DynamoDB may delete an item. Deletes receipts and tombstones; decides nothing. */
export const timeToLive = 'ttl';

/** The outbox: every new trail item passes through the stream once. */
export const streamView = 'NEW_IMAGE';
