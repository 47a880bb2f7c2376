/** Items of the table, many in one request and each of them once. */
import { BatchGetCommand, GetCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { drawWait, type RetryTiming } from './retry-timing.ts';
import type { Key } from './keys.ts';

/** DynamoDB's limit for one request. */
export const mostKeys = 100;

/** If it cannot return everything at once: six tries within about three seconds, then it throws. */
const backoff = { first: 50, longest: 1000 };
const mostTries = 6;

export interface ReadItems {
  /** Reads what has not been read yet. */
  gather(keys: readonly Key[]): Promise<void>;
  get(key: Key): Promise<unknown>;
  /** Replaces what was read. */
  put(key: Key, item: unknown): void;
}

export type Batch = (keys: readonly Key[]) => Promise<readonly unknown[]>;

/** Consistent reads: they see everything written before. An item that does not exist is `undefined` in its place. */
export const splitIntoBatches =
  (db: DynamoDBDocumentClient, TableName: string, timing: RetryTiming): Batch =>
  async (keys) => {
    const [first] = keys;
    if (first && keys.length === 1)
      return [(await db.send(new GetCommand({ TableName, Key: { ...first }, ConsistentRead: true }))).Item];
    const found = new Map<string, unknown>();
    for (let from = 0; from < keys.length; from += mostKeys) {
      let left: Record<string, unknown>[] = keys.slice(from, from + mostKeys).map((key) => ({ ...key }));
      for (let attempt = 0; left.length > 0; attempt += 1) {
        if (attempt === mostTries) throw new Error('DynamoDB is too busy to read what was asked for');
        if (attempt > 0) await timing.wait(drawWait(attempt - 1, backoff, timing.random));
        const answer = await db.send(
          new BatchGetCommand({ RequestItems: { [TableName]: { Keys: left, ConsistentRead: true } } }),
        );
        for (const item of answer.Responses?.[TableName] ?? [])
          found.set(nameOf({ pk: String(item['pk']), sk: String(item['sk']) }), item);
        left = answer.UnprocessedKeys?.[TableName]?.Keys ?? [];
      }
    }
    return keys.map((key) => found.get(nameOf(key)));
  };

export function createReadItems(batch: Batch): ReadItems {
  const read = new Map<string, unknown>();
  async function gather(keys: readonly Key[]): Promise<void> {
    const missing = [...new Map(keys.map((key) => [nameOf(key), key]))].filter(([name]) => !read.has(name));
    if (missing.length === 0) return;
    const found = await batch(missing.map(([, key]) => key));
    for (const [index, [name]] of missing.entries()) read.set(name, found[index]);
  }
  return {
    gather,
    async get(key) {
      await gather([key]);
      return read.get(nameOf(key));
    },
    put: (key, item) => void read.set(nameOf(key), item),
  };
}

const nameOf = ({ pk, sk }: Key): string => `${pk}\n${sk}`;
