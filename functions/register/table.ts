/**
 * The table's keys and indexes, for whoever creates one: the stack, and the tests. Nothing but constants, so that
 * there is one truth about them.
 */

/** Keys of the table; all are strings. */
export const tableKeys = { partition: 'pk', sort: 'sk' } as const;

/**
 * What is due (`due`); what is not removed, by danger and deadline (`open`), by who owns it (`owned`), and of one tenant
 * (`tenant`); and everything there ever was (`listing`). Whatever is removed has no attributes for the others and so is
 * in none of them. They hold little beside keys: state is read again from the table before anybody acts on it, because an
 * index lags behind, and another copy of every exception's settings would be paid for at every write.
 */
export const tableIndexes = {
  due: { partition: 'shard', sort: 'dueAt', besides: ['tenant', 'lapsesAt'] },
  open: { partition: 'danger', sort: 'deadline', besides: ['tenant', 'kind', 'stateName'] },
  owned: { partition: 'owner', sort: 'deadline', besides: [] },
  tenant: { partition: 'within', sort: 'kind', besides: [] },
  listing: { partition: 'shard', sort: 'openedAt', besides: [] },
} as const satisfies Record<string, Index>;

interface Index {
  readonly partition: string;
  readonly sort: string;
  /** What it holds beside keys. */
  readonly besides: readonly string[];
}

/** As the table is asked to make it. */
export const projectionOf = ({
  besides,
}: Index): {
  readonly ProjectionType: 'KEYS_ONLY' | 'INCLUDE';
  readonly NonKeyAttributes?: string[];
} =>
  besides.length === 0
    ? { ProjectionType: 'KEYS_ONLY' }
    : { ProjectionType: 'INCLUDE', NonKeyAttributes: [...besides] };

/** Seconds since 1970 after which DynamoDB may clear an item away. Clears receipts and tombstones; decides nothing. */
export const timeToLive = 'ttl';

/** The outbox: every new trail item passes through the stream once. */
export const streamView = 'NEW_IMAGE';
