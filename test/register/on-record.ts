/** Many exceptions on record at once: written past the register, as the register would have. */
import { BatchWriteCommand, DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { findNextDue } from '#lifecycle/due.ts';
import { lapsesAt } from '#lifecycle/lapsing.ts';
import { toStateItem } from '#register/items.ts';
import { beginning } from '#register/trail-chain.ts';
import { policy } from '../lifecycle/examples.ts';
import { commitOf } from './commits.ts';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Commit } from '#register/contract.ts';
import type { Exception } from '#lifecycle/exception.ts';

const opened = commitOf(undefined);
/** DynamoDB's limit for one request. */
const mostItems = 25;

const moments = (after: Exception): Pick<Commit, 'dueAt' | 'lapsesAt'> => {
  const lapses = lapsesAt(after, policy);
  return { dueAt: findNextDue(after, policy), ...(lapses !== undefined && { lapsesAt: lapses }) };
};

/** `made`: what is different about each. Their trails are left out. */
export async function onRecord(
  client: DynamoDBClient,
  TableName: string,
  count: number,
  made: (index: number) => Partial<Exception> = () => ({}),
): Promise<readonly string[]> {
  const db = DynamoDBDocumentClient.from(client);
  const states = Array.from({ length: count }, (_, index) => {
    const id = `ex-other${String(index).padStart(8, '0')}`;
    const own = { id, name: `Other ${index}`, guid: `guid of ${id}` };
    return { ...opened.after, ...own, ...made(index), version: 1 } as Exception;
  });
  const items = states.map((after) =>
    toStateItem({ ...opened, ...{ id: after.id, after }, ...moments(after) }, beginning),
  );
  for (let from = 0; from < items.length; from += mostItems)
    await db.send(
      new BatchWriteCommand({
        RequestItems: {
          [TableName]: items.slice(from, from + mostItems).map((Item) => ({ PutRequest: { Item } })),
        },
      }),
    );
  return states.map(({ id }) => id);
}
