/**
 * The register on DynamoDB. One commit is one TransactWriteItems: the state under a condition on its version, the
 * trail entries, the receipt, the aliases, all or nothing. What follows outside (Slack, Exchange, the bus) follows
 * from the table's stream.
 */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  TransactWriteCommand,
  paginateQuery,
  QueryCommand,
  type QueryCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { aliasesOf, moveAliases, otherObject } from './aliases.ts';
import { checked } from './commit.ts';
import * as items from './items.ts';
import * as keys from './keys.ts';
import { patience as real, pause, type Patience } from './patience.ts';
import { nothingRemembered } from './remembered.ts';
import { tableIndexes } from './table.ts';
import { beginning, entryOf } from './trail-chain.ts';
import { UnreadableState } from '#lifecycle/unreadable-state.ts';
import { readable } from './readable.ts';
import { failureOf, keeping, transaction, type Action } from './transaction.ts';
import type { Exception } from '#lifecycle/exception.ts';
import type { Instant } from '#time/instant.ts';
import type { Commit, CommitResult, Register, WrittenEntry } from './contract.ts';
import type { Key } from './keys.ts';

export type { Register } from './contract.ts';

/** When DynamoDB is busy with the same items or throttles: five tries within about two seconds, then it throws. */
const backoff = { first: 50, longest: 1000 };
const mostTries = 5;

/** As many states as are read at once for a list. */
const together = 25;

export function createRegister({
  client,
  tableName,
  patience = real,
}: {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  readonly patience?: Patience;
}): Register {
  const db = DynamoDBDocumentClient.from(client);
  const TableName = tableName;

  const get = async (key: Key): Promise<unknown> =>
    (await db.send(new GetCommand({ TableName, Key: key, ConsistentRead: true }))).Item;

  async function load(id: string): Promise<Exception | undefined> {
    const item = await get(keys.stateKey(id));
    return item === undefined ? undefined : items.exceptionFrom(id, item);
  }

  async function* query(
    input: Omit<QueryCommandInput, 'TableName'>,
  ): AsyncGenerator<Record<string, unknown>> {
    for await (const page of paginateQuery({ client: db }, { TableName, ...input })) yield* page.Items ?? [];
  }

  const inShard = (IndexName: keyof typeof tableIndexes, shard: string) => ({
    IndexName,
    KeyConditionExpression: '#shard = :shard',
    // DynamoDB reserves the word.
    ExpressionAttributeNames: { '#shard': tableIndexes[IndexName].partition },
    ExpressionAttributeValues: { ':shard': shard },
  });

  async function* trailAsWritten(id: string): AsyncGenerator<WrittenEntry> {
    const entries = query({
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :trail)',
      ExpressionAttributeValues: { ':pk': keys.stateKey(id).pk, ':trail': keys.trailPrefix },
    });
    for await (const item of entries) yield items.writtenFrom(item);
  }

  /** Throws what is neither an answer nor worth another try. */
  async function transact(actions: Action[]): Promise<'written' | 'refused'> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        // The SDK gives every transaction a token: where it repeats a request itself, DynamoDB writes once.
        await db.send(new TransactWriteCommand({ TransactItems: actions }));
        return 'written';
      } catch (error) {
        const failure = failureOf(error);
        if (failure === 'refused') return failure;
        const last = attempt + 1 >= mostTries;
        // Others have been at it all the time, so what was decided on is stale by now in all likelihood.
        if (failure === 'contended' && last) return 'refused';
        if (failure === 'broken' || last) throw error;
        await patience.wait(pause(attempt, backoff, patience.random));
      }
    }
  }

  const loadAll = (ids: readonly string[]): Promise<readonly (Exception | UnreadableState | undefined)[]> =>
    Promise.all(
      ids.map((id) =>
        load(id).catch((error: unknown) => {
          if (error instanceof UnreadableState) return error;
          throw error;
        }),
      ),
    );

  async function* everything(): AsyncGenerator<Exception | UnreadableState | undefined> {
    for (const shard of keys.shards) {
      let wanted: string[] = [];
      for await (const item of query(inShard('listing', shard))) {
        wanted.push(keys.idIn({ pk: String(item['pk']) }));
        if (wanted.length < together) continue;
        yield* await loadAll(wanted);
        wanted = [];
      }
      yield* await loadAll(wanted);
    }
  }

  async function commit(given: Commit): Promise<CommitResult> {
    const { id, before, after, receipt } = checked(given);
    // Last, whatever else was in the way: an own earlier try whose answer was lost has left its receipt.
    const inTheWay = async () => ((await get(keys.receiptKey(receipt))) ? 'duplicate' : 'conflict');
    const touched = aliasesOf(before, after);
    const [receiptFound, head, ...aliasesFound] = await Promise.all([
      get(keys.receiptKey(receipt)),
      before && get(keys.trailKey(id, before.version)),
      ...touched.map(get),
    ]);
    // The transaction would find it too; most redeliveries need not cost one.
    if (receiptFound) return 'duplicate';
    if (before && !head)
      throw new Error(`The trail of exception ${id} lacks version ${before.version}: it is not whole.`);
    const holders = new Map(touched.map(({ pk }, index) => [pk, aliasesFound[index]]));
    const aliases = moveAliases(before, after, ({ pk }) => {
      const item = holders.get(pk);
      return item === undefined ? undefined : items.holderFrom(item);
    });
    if (aliases === 'conflict') return inTheWay();
    const previous = head ? items.writtenFrom(head).hash : beginning;
    const outcome = await transact(transaction(tableName, given, previous, aliases));
    return outcome === 'written' ? 'committed' : inTheWay();
  }

  return {
    load,

    async find(object) {
      const byGuid =
        object.guid !== undefined && (await get(keys.guidAlias({ ...object, guid: object.guid })));
      if (byGuid) return items.holderFrom(byGuid).id;
      const byName = await get(keys.nameAlias(object));
      if (!byName) return undefined;
      const holder = items.holderFrom(byName);
      return otherObject(holder, object) ? undefined : holder.id;
    },

    async remembered(object) {
      const item = await get(keys.rememberedKey(object));
      return item === undefined ? nothingRemembered : items.rememberedFrom(item);
    },

    async remember(changes, now) {
      const written = await transact(changes.map((change) => keeping(TableName, change, now)));
      return written === 'written' ? 'remembered' : 'conflict';
    },

    async carriedOut(receipt) {
      const item = await get(keys.receiptKey(receipt));
      return item === undefined ? undefined : items.carriedOutFrom(item);
    },

    async putReceipt(receipt, now) {
      await db.send(new PutCommand({ TableName, Item: items.bareReceiptItem(receipt, now) }));
    },

    commit,

    async *due(now) {
      for (const shard of keys.shards) {
        const { ExpressionAttributeValues: values, ...rest } = inShard('due', shard);
        const hits = query({
          ...rest,
          KeyConditionExpression: `${rest.KeyConditionExpression} AND dueAt <= :now`,
          ExpressionAttributeValues: { ...values, ':now': now },
        });
        for await (const { pk } of hits) yield keys.idIn({ pk: String(pk) });
      }
    },

    async firstDue() {
      const firsts = await Promise.all(
        keys.shards.map((shard) =>
          db.send(new QueryCommand({ TableName, ...inShard('due', shard), Limit: 1 })),
        ),
      );
      const moments = firsts.flatMap(({ Items = [] }) =>
        Items.map((item) => String(item['dueAt']) as Instant),
      );
      return moments.sort()[0];
    },

    list: (unreadable) => readable(everything(), unreadable),

    async *trail(id) {
      for await (const entry of trailAsWritten(id)) yield entryOf(entry);
    },

    trailAsWritten,
  };
}
