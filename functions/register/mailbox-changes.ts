/**
 * Changes in single mailboxes, beside the exceptions: each an item of its own that is written once, kept for as long as
 * policy says, and read by people. Nothing is decided on them.
 */
import { DynamoDBDocumentClient, paginateQuery, PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { toCanonicalJson } from '#values/canonical-json.ts';
import { tryParseJson } from '#values/json.ts';
import { foldName } from '#kinds/fold-name.ts';
import { outsides } from '#lifecycle/exception.ts';
import { mailboxDoors, ruleChanges } from '#lifecycle/mailbox-change.ts';
import { millis, toMillis } from '#time/instant.ts';
import { instantSchema } from './instant-schema.ts';
import { mailboxChangeKey, mailboxesOf } from './keys.ts';
import { mostKeys, splitIntoBatches } from './read-items.ts';
import { timing as real, type RetryTiming } from './retry-timing.ts';
import { tableIndexes, timeToLive } from './table.ts';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import type { MailboxChange } from '#lifecycle/mailbox-change.ts';
import type { Duration, Instant } from '#time/instant.ts';

export interface MailboxChanges {
  /** Once, however often its record arrives. */
  keep(tenant: string, change: MailboxChange, keptFor: Duration): Promise<'kept' | 'duplicate'>;
  /** All in a tenant, newest first, by an index that lags a moment. */
  inTenant(tenant: string): AsyncIterable<MailboxChange>;
  /**
   * Those in one mailbox, oldest first, in one query. Records call a mailbox by its alias or by its address, so what
   * comes before the @ finds both.
   */
  inMailbox(tenant: string, mailbox: string, between?: Between): AsyncIterable<MailboxChange>;
}

/** Both included. */
export interface Between {
  readonly from?: Instant | undefined;
  readonly to?: Instant | undefined;
}

export function createMailboxChanges({
  client,
  tableName: TableName,
  timing = real,
}: {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  readonly timing?: RetryTiming;
}): MailboxChanges {
  const db = DynamoDBDocumentClient.from(client);
  const batch = splitIntoBatches(db, TableName, timing);
  const pages = async function* (input: Omit<QueryCommandInput, 'TableName'>) {
    for await (const { Items = [] } of paginateQuery({ client: db }, { TableName, ...input })) yield Items;
  };
  return {
    async keep(tenant, change, keptFor) {
      const ConditionExpression = 'attribute_not_exists(pk)';
      try {
        await db.send(
          new PutCommand({ TableName, Item: toItem(tenant, change, keptFor), ConditionExpression }),
        );
        return 'kept';
      } catch (error) {
        if (error instanceof Error && error.name === 'ConditionalCheckFailedException') return 'duplicate';
        throw error;
      }
    },
    async *inTenant(tenant) {
      const found = pages({
        IndexName: 'listing' satisfies keyof typeof tableIndexes,
        KeyConditionExpression: '#partition = :partition',
        ExpressionAttributeNames: { '#partition': tableIndexes.listing.partition },
        ExpressionAttributeValues: { ':partition': mailboxesOf(tenant) },
        ScanIndexForward: false,
        Limit: mostKeys,
      });
      for await (const keys of found)
        for (const item of await batch(keys.map((one) => keySchema.parse(one))))
          // It may have expired meanwhile.
          if (item !== undefined) yield changeFrom(item);
    },
    async *inMailbox(tenant, mailbox, { from = '0' as Instant, to = '9' as Instant } = {}) {
      const { pk } = mailboxChangeKey(tenant, mailbox, { at: from, record: '' });
      const found = pages({
        ConsistentRead: true,
        KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
        // What was made at that very moment has more behind it.
        ExpressionAttributeValues: { ':pk': pk, ':from': from, ':to': `${to}~` },
      });
      for await (const items of found) yield* items.map(changeFrom).filter((one) => isIn(one, mailbox));
    },
  };
}

/** Another address with the same name before the @ is of another mailbox. */
const isIn = (change: MailboxChange, mailbox: string): boolean =>
  [change.mailbox, mailbox].some((one) => !one.includes('@')) ||
  foldName(change.mailbox) === foldName(mailbox);

const toItem = (tenant: string, change: MailboxChange, keptFor: Duration) => ({
  ...mailboxChangeKey(tenant, change.mailbox, change.moment),
  // The index of everything there ever was has a partition for these, beside those of the exceptions.
  [tableIndexes.listing.partition]: mailboxesOf(tenant),
  [tableIndexes.listing.sort]: change.moment.at,
  change: toCanonicalJson(change),
  [timeToLive]: Math.floor((toMillis(change.moment.at) + millis(keptFor)) / 1000),
});

const keySchema = z.object({ pk: z.string(), sk: z.string() });

/** Additional fields of a newer release are left aside. */
const changeSchema = z.object({
  door: z.enum(mailboxDoors),
  mailbox: z.string(),
  rule: z.string().exactOptional(),
  operation: z.string(),
  became: z.enum(ruleChanges).exactOptional(),
  settings: z.record(
    z.string(),
    z.union([
      z.object({ type: z.literal('whole'), entries: z.array(z.string()) }),
      z.object({ type: z.literal('edit'), add: z.array(z.string()), remove: z.array(z.string()) }),
    ]),
  ),
  by: z.object({
    type: z.enum(['person', 'application', 'service', 'unknown']),
    id: z.string(),
    outside: z.enum(outsides).exactOptional(),
  }),
  from: z.string().exactOptional(),
  moment: z.object({ at: instantSchema, order: z.string().exactOptional(), record: z.string() }),
  unread: z.string().exactOptional(),
  unplaced: z.literal(true).exactOptional(),
}) satisfies z.ZodType<MailboxChange>;
const itemSchema = z.object({ change: z.string() });

const changeFrom = (item: unknown): MailboxChange =>
  changeSchema.parse(tryParseJson(itemSchema.parse(item).change));
