/**
 * The coverage ledger on DynamoDB: which windows of a tenant's audit log were fetched when, what became of each blob.
 * Collectors may run at the same time: notes are either new items of their own, or written under a condition that
 * lets nothing go backward.
 */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, PutCommand, paginateQuery } from '@aws-sdk/lib-dynamodb';
import { toCanonicalJson } from '#values/canonical-json.ts';
import * as items from './ledger-items.ts';
import { coverageOf, mergeProgress, reachOf } from './progress.ts';
import { timing as real, drawWait, type RetryTiming } from '#register/retry-timing.ts';
import type { CoverageLedger, Feed } from './coverage.ts';
import type { Item } from '#register/items.ts';

/** Two collectors at once need two attempts; more collectors were never planned. */
const mostTries = 8;
const backoff = { first: 20, longest: 500 };

interface Condition {
  readonly ConditionExpression: string;
  readonly ExpressionAttributeNames?: Record<string, string>;
  readonly ExpressionAttributeValues?: Record<string, string | number>;
}

export function createCoverageLedger({
  client = new DynamoDBClient({}),
  tableName: TableName,
  timing = real,
}: {
  /** Without one: as the environment says. */
  readonly client?: DynamoDBClient;
  readonly tableName: string;
  readonly timing?: RetryTiming;
}): CoverageLedger {
  const db = DynamoDBDocumentClient.from(client);

  async function query<T>(
    feed: Feed,
    { from, to }: { from: string; to: string },
    read: (item: unknown) => T,
  ): Promise<{ readonly found: readonly T[]; readonly unreadable: number }> {
    const found: T[] = [];
    let unreadable = 0;
    const pages = paginateQuery(
      { client: db },
      {
        TableName,
        ConsistentRead: true,
        KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
        ExpressionAttributeValues: { ':pk': items.feedKey(feed), ':from': from, ':to': to },
      },
    );
    for await (const { Items = [] } of pages)
      for (const item of Items)
        // What a note that cannot be read was about counts as never seen, and is fetched again.
        try {
          found.push(read(item));
        } catch {
          unreadable += 1;
        }
    return { found, unreadable };
  }

  /** `false` where the condition does not hold: what is there is as good or better. */
  async function put(item: Item, condition: Condition): Promise<boolean> {
    try {
      await db.send(new PutCommand({ TableName, Item: item, ...condition }));
      return true;
    } catch (error) {
      if (error instanceof Error && error.name === 'ConditionalCheckFailedException') return false;
      throw error;
    }
  }

  async function progressOf(feed: Feed) {
    const { Item } = await db.send(
      new GetCommand({ TableName, Key: items.progressKey(feed), ConsistentRead: true }),
    );
    return Item === undefined ? undefined : items.progressFrom(Item);
  }

  return {
    async coverage(feed, now) {
      const { start } = reachOf(now);
      const [progress, windows, lost, blind] = await Promise.all([
        progressOf(feed),
        query(feed, items.range('window', start), items.windowFrom),
        query(feed, items.range('lost', start), items.lostFrom),
        query(feed, items.everything('blind'), items.blindFrom),
      ]);
      const unreadable = windows.unreadable + lost.unreadable + blind.unreadable;
      return {
        ...coverageOf(progress?.progress, windows.found, lost.found, blind.found, now),
        unreadable,
      };
    },

    blobs: async (feed, { start, end }) =>
      new Map((await query(feed, items.range('blob', start, end), items.blobStateFrom)).found),

    async noteBlob(feed, blob, after) {
      if (after.state === 'lost') {
        const { contentId, contentCreated } = blob;
        // Before the blob itself: were it the other way round, a crash between could hide the loss.
        const { at, why } = after;
        await put(items.toLostItem(feed, { contentId, contentCreated, at, why }), always);
      }
      await put(items.toBlobItem(feed, blob, after), {
        ConditionExpression:
          after.state === 'read'
            ? 'attribute_not_exists(pk) OR standing <> :read'
            : 'attribute_not_exists(pk) OR standing = :failed',
        ExpressionAttributeValues: after.state === 'read' ? { ':read': 'read' } : { ':failed': 'failed' },
      });
    },

    async noteWindow(feed, window) {
      await put(items.toWindowItem(feed, window), always);
    },

    async noteProgress(feed, told) {
      for (let tries = 0; tries < mostTries; tries += 1) {
        if (tries > 0) await timing.wait(drawWait(tries - 1, backoff, timing.random));
        const known = await progressOf(feed);
        const after = mergeProgress(known?.progress, told);
        if (known && toCanonicalJson(known.progress) === toCanonicalJson(after)) return after;
        const version = known?.version ?? 0;
        const unchanged = version === 0 ? always : sameVersion(version);
        if (await put(items.toProgressItem(feed, after, version + 1), unchanged)) return after;
      }
      throw new Error(
        'Other collectors changed the notes of this feed at each attempt. The next run tries again.',
      );
    },

    async noteBlind(feed, stretch) {
      await put(items.toBlindItem(feed, stretch), {
        ConditionExpression: 'attribute_not_exists(pk) OR #end < :end',
        ExpressionAttributeNames: { '#end': 'end' },
        ExpressionAttributeValues: { ':end': stretch.end },
      });
    },

    async lastBegun() {
      const { Item } = await db.send(
        new GetCommand({ TableName, Key: items.roundKey, ConsistentRead: true }),
      );
      return items.lastBegunFrom(Item);
    },

    async noteBegun(tenant) {
      // Of two runs at the same time, either may be gone on with.
      await db.send(new PutCommand({ TableName, Item: { ...items.roundKey, tenant } }));
    },
  };
}

/** What is noted once is noted. */
const always: Condition = { ConditionExpression: 'attribute_not_exists(pk)' };

const sameVersion = (version: number): Condition => ({
  ConditionExpression: 'version = :version',
  ExpressionAttributeValues: { ':version': version },
});
