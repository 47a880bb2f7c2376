/**
 * The register on DynamoDB. One commit is one TransactWriteItems: the state, conditional on its version, the trail
 * entries, the receipt, the aliases, all or nothing. Everything outside (Slack, Exchange, the bus) follows from the
 * table's stream.
 */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DynamoDBDocumentClient,
  PutCommand,
  TransactWriteCommand,
  paginateQuery,
  QueryCommand,
  type QueryCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { aliasesOf, moveAliases, type Holder } from './aliases.ts';
import { checkCommit } from './commit.ts';
import * as items from './items.ts';
import * as keys from './keys.ts';
import { mergeSorted } from './merge-sorted.ts';
import { timing as real, drawWait, type RetryTiming } from './retry-timing.ts';
import { mostKeys, splitIntoBatches, createReadItems, type ReadItems } from './read-items.ts';
import { createReading, gatherTrails, historyIn, keysOf, type Partition } from './reading.ts';
import { tableIndexes } from './table.ts';
import { beginning } from './trail-chain.ts';
import { risks, type Risk } from '#risk/finding.ts';
import { UnreadableEntry } from './unreadable-entry.ts';
import { UnreadableState } from '#lifecycle/unreadable-state.ts';
import { skipUnreadable } from './skip-unreadable.ts';
import { classifyFailure, putRemembered, createTransaction, type Action } from './transaction.ts';
import type { Exception } from '#lifecycle/exception.ts';
import type { Instant } from '#time/instant.ts';
import type { Commit, CommitResult, Reading, Register, Wanted, Which } from './contract.ts';

export type { Register } from './contract.ts';

/** When DynamoDB is busy with the same items or throttles: five tries within about two seconds, then it throws. */
const backoff = { first: 50, longest: 1000 };
const mostTries = 5;

/** Enough for what people are shown at once. */
const firstPage = 128;

const isSooner = (a: Readonly<Record<string, unknown>>, b: Readonly<Record<string, unknown>>): boolean =>
  String(a['deadline']) < String(b['deadline']);

export function createRegister({
  client,
  tableName,
  timing = real,
}: {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  readonly timing?: RetryTiming;
}): Register {
  const db = DynamoDBDocumentClient.from(client);
  const TableName = tableName;

  const batch = splitIntoBatches(db, TableName, timing);

  async function* query(
    input: Omit<QueryCommandInput, 'TableName'>,
  ): AsyncGenerator<Record<string, unknown>> {
    for await (const page of paginateQuery({ client: db }, { TableName, ...input })) yield* page.Items ?? [];
  }

  const within = (IndexName: keyof typeof tableIndexes, partition: string) => ({
    IndexName,
    KeyConditionExpression: '#partition = :partition',
    ExpressionAttributeNames: { '#partition': tableIndexes[IndexName].partition },
    ExpressionAttributeValues: { ':partition': partition },
  });

  /** Most callers want only the beginning of a list. */
  async function* paged(input: Omit<QueryCommandInput, 'TableName'>) {
    let from: QueryCommandInput['ExclusiveStartKey'];
    do {
      const { Items = [], LastEvaluatedKey } = await db.send(
        new QueryCommand({
          TableName,
          ...input,
          ...(from ? { ExclusiveStartKey: from } : { Limit: firstPage }),
        }),
      );
      for (const item of Items) yield item;
      from = LastEvaluatedKey;
    } while (from);
  }

  /** Without what is switched off: nobody is asked about that. */
  function asked(IndexName: 'open' | 'owned', partition: string) {
    const { ExpressionAttributeValues: values, ...rest } = within(IndexName, partition);
    return paged({
      ...rest,
      KeyConditionExpression: `${rest.KeyConditionExpression} AND deadline <= :last`,
      ExpressionAttributeValues: { ...values, ':last': keys.lastAsked },
    });
  }

  function rowItems(which: Which): AsyncIterable<Readonly<Record<string, unknown>>> {
    if ('owner' in which)
      return which.by === 'urgency' ? asked('owned', which.owner) : paged(within('owned', which.owner));
    if ('state' in which) {
      const { ExpressionAttributeValues: values, ...rest } = within('state', keys.withinOf(which.tenant));
      return query({
        ...rest,
        KeyConditionExpression: `${rest.KeyConditionExpression} AND stateName = :state`,
        ExpressionAttributeValues: { ...values, ':state': which.state },
      });
    }
    if ('tenant' in which) {
      const { ExpressionAttributeValues: values, ...rest } = within('tenant', keys.withinOf(which.tenant));
      return query({
        ...rest,
        ...(which.kind === undefined
          ? { ExpressionAttributeValues: values }
          : {
              KeyConditionExpression: `${rest.KeyConditionExpression} AND kind = :kind`,
              ExpressionAttributeValues: { ...values, ':kind': which.kind },
            }),
      });
    }
    if (which.by === 'urgency')
      return mergeSorted(
        (which.risks ?? risks).flatMap(keys.dangers).map((danger) => asked('open', danger)),
        isSooner,
      );
    const ofRisk = (risk: Risk) => keys.dangers(risk).map((danger) => paged(within('open', danger)));
    return (async function* () {
      for (const risk of risks.toReversed()) yield* mergeSorted(ofRisk(risk), isSooner);
    })();
  }

  const partition: Partition = (id) =>
    Array.fromAsync(
      query({
        ConsistentRead: true,
        KeyConditionExpression: 'pk = :pk AND sk >= :state',
        ExpressionAttributeValues: { ':pk': keys.stateKey(id).pk, ':state': keys.stateKey(id).sk },
      }),
    );

  /** What each reading has read, for the commit decided on it. */
  const readBy = new WeakMap<Reading, ReadItems>();
  async function reading(wanted: Wanted): Promise<Reading> {
    const read = createReadItems(batch);
    await read.gather(keysOf(wanted));
    const made = createReading(read, partition, await gatherTrails(read, wanted.lives ?? []));
    readBy.set(made, read);
    return made;
  }
  const fresh = () => createReading(createReadItems(batch), partition);

  const trailItems = (id: string) =>
    query({
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :trail)',
      ExpressionAttributeValues: { ':pk': keys.stateKey(id).pk, ':trail': keys.trailPrefix },
    });

  async function* entries(id: string) {
    for await (const item of trailItems(id)) yield items.entryFrom(id, item);
  }

  /** Throws what is neither an answer nor worth another try. */
  async function transact(actions: Action[]): Promise<'written' | 'refused'> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        // The SDK gives every transaction a token: if it repeats a request itself, DynamoDB writes once.
        await db.send(new TransactWriteCommand({ TransactItems: actions }));
        return 'written';
      } catch (error) {
        const failure = classifyFailure(error);
        if (failure === 'refused') return failure;
        const last = attempt + 1 >= mostTries;
        // Others were writing all the time, so what was decided on is most likely stale by now.
        if (failure === 'contended' && last) return 'refused';
        if (failure === 'broken' || last) throw error;
        await timing.wait(drawWait(attempt, backoff, timing.random));
      }
    }
  }

  /** Each as it is now, or why it cannot be read. */
  async function states(
    ids: readonly string[],
  ): Promise<readonly (Exception | UnreadableState | undefined)[]> {
    const found = await batch(ids.map(keys.stateKey));
    return ids.map((id, index) => {
      try {
        return found[index] === undefined ? undefined : items.exceptionFrom(id, found[index]);
      } catch (error) {
        if (error instanceof UnreadableState) return error;
        throw error;
      }
    });
  }

  async function* everything(): AsyncGenerator<Exception | UnreadableState | undefined> {
    for (const shard of keys.shards) {
      let wanted: string[] = [];
      for await (const item of query(within('listing', shard))) {
        wanted.push(keys.idIn({ pk: String(item['pk']) }));
        if (wanted.length < mostKeys) continue;
        yield* await states(wanted);
        wanted = [];
      }
      yield* await states(wanted);
    }
  }

  async function commit(given: Commit, decidedOn?: Reading): Promise<CommitResult> {
    const { id, before, after, receipt } = checkCommit(given);
    const receiptKey = keys.receiptKey(receipt);
    // Last, whatever else was in the way: an earlier try of our own whose answer was lost has left its receipt.
    const inTheWay = async () => ((await batch([receiptKey]))[0] === undefined ? 'conflict' : 'duplicate');
    const touched = aliasesOf(before, after);
    const read = (decidedOn && readBy.get(decidedOn)) ?? createReadItems(batch);
    await read.gather([receiptKey, ...(before ? [keys.stateKey(id)] : []), ...touched]);
    // The transaction would find it too, but most redeliveries need not cost one.
    if ((await read.get(receiptKey)) !== undefined) return 'duplicate';
    const state = before && (await read.get(keys.stateKey(id)));
    const stand = state === undefined ? { version: 0, head: beginning } : items.positionOf(state);
    if (stand.version !== (before?.version ?? 0)) return inTheWay();
    const holders = new Map<string, Holder>();
    for (const key of touched) {
      const item = await read.get(key);
      if (item !== undefined) holders.set(key.pk, items.holderFrom(item));
    }
    const aliases = moveAliases(before, after, ({ pk }) => holders.get(pk));
    if (aliases === 'conflict') return inTheWay();
    const outcome = await transact(createTransaction(tableName, given, stand.head, aliases, state));
    return outcome === 'written' ? 'committed' : inTheWay();
  }

  return {
    reading,
    load: (id) => fresh().load(id),
    async position(id) {
      const [item] = await batch([keys.stateKey(id)]);
      return item === undefined ? undefined : items.positionOf(item);
    },
    history: async (id) => historyIn(id, await partition(id)),
    find: (object) => fresh().find(object),
    remembered: (object) => fresh().remembered(object),
    carriedOut: (receipt) => fresh().carriedOut(receipt),
    carriedOutAmong: (some) => fresh().carriedOutAmong(some),

    async remember(changes, now) {
      const written = await transact(changes.map((change) => putRemembered(TableName, change, now)));
      return written === 'written' ? 'remembered' : 'conflict';
    },

    async putReceipt(receipt, now) {
      await db.send(new PutCommand({ TableName, Item: items.toBareReceiptItem(receipt, now) }));
    },

    commit,

    async *due(now) {
      for (const shard of keys.shards) {
        const { ExpressionAttributeValues: values, ...rest } = within('due', shard);
        const hits = query({
          ...rest,
          KeyConditionExpression: `${rest.KeyConditionExpression} AND dueAt <= :now`,
          ExpressionAttributeValues: { ...values, ':now': now },
        });
        for await (const hit of hits) yield items.dueFrom(hit);
      }
    },

    async firstDue() {
      const firsts = await Promise.all(
        keys.shards.map((shard) =>
          db.send(new QueryCommand({ TableName, ...within('due', shard), Limit: 1 })),
        ),
      );
      const moments = firsts.flatMap(({ Items = [] }) =>
        Items.map((item) => String(item['dueAt']) as Instant),
      );
      return moments.sort()[0];
    },

    list: (unreadable) => skipUnreadable(everything(), unreadable),

    async *rows(which) {
      for await (const item of rowItems(which)) yield items.rowFrom(item);
    },

    states,

    trail: (id, unreadable) => skipUnreadable(entries(id), unreadable),

    async *trailAsWritten(id) {
      for await (const item of trailItems(id)) {
        const entry = items.writtenEntryFrom(id, item);
        if (entry instanceof UnreadableEntry) throw entry;
        yield entry;
      }
    },
  };
}
