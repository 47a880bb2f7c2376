import * as z from 'zod';
import type { RequestedAction } from './iam/decide.ts';

/** A table as a request must know it to be judged. */
export interface TableIdentity {
  readonly name: string;
  readonly arn: string;
  /** Name of the partition key, of the table and of each index. */
  readonly partition: string;
  readonly indexes: Readonly<Record<string, string>>;
  /** ARN of the key it is encrypted with, where it has one of its own. */
  readonly key?: string;
}

/** Whatever touches an encrypted table needs its key. DynamoDB uses it in the name of whoever asks. */
export const decryptions = ({ key }: TableIdentity): readonly RequestedAction[] =>
  key === undefined
    ? []
    : [
        {
          action: 'kms:Decrypt',
          resource: key,
          context: { 'kms:ViaService': ['dynamodb.local-1.amazonaws.com'] },
        },
      ];

const attribute = z.object({ S: z.string() }).transform(({ S }) => S);
const attributes = z.record(z.string(), z.unknown());
const keyed = z.object({ TableName: z.string(), Key: attributes });
const put = z.object({ TableName: z.string(), Item: attributes });
const query = z.object({
  TableName: z.string(),
  IndexName: z.string().optional(),
  KeyConditionExpression: z.string(),
  ExpressionAttributeNames: z.record(z.string(), z.string()).default({}),
  ExpressionAttributeValues: attributes,
});
const batch = z.object({ RequestItems: z.record(z.string(), z.object({ Keys: z.array(attributes) })) });
const transaction = z.object({
  TransactItems: z.array(
    z.strictObject({
      Put: put.optional(),
      Delete: keyed.optional(),
      ConditionCheck: keyed.optional(),
    }),
  ),
});

/**
 * What a request to DynamoDB does, as IAM judges it: a transaction and a batch are judged by their parts, a query by the partition it
 * asks for, and whatever touches an encrypted table needs the table's key too. Throws for every request not known here.
 */
export function findDynamoDbActs(
  operation: string,
  input: unknown,
  tables: readonly TableIdentity[],
): readonly RequestedAction[] {
  const act = (
    name: string,
    on: string,
    leading: (table: TableIdentity) => string,
    index?: string,
  ): readonly RequestedAction[] => {
    const table = tables.find((one) => one.name === on || one.arn === on);
    if (!table) throw new RangeError(`there is no table ${on}`);
    const done: RequestedAction = {
      action: `dynamodb:${name}`,
      resource: index === undefined ? table.arn : `${table.arn}/index/${index}`,
      context: { 'dynamodb:LeadingKeys': [leading(table)] },
    };
    return [done, ...decryptions(table)];
  };
  const inKey = (item: Readonly<Record<string, unknown>>) => (table: TableIdentity) =>
    attribute.parse(item[table.partition]);
  const onKey = (name: string, { TableName, Key }: z.output<typeof keyed>) =>
    act(name, TableName, inKey(Key));
  const onItem = ({ TableName, Item }: z.output<typeof put>) => act('PutItem', TableName, inKey(Item));

  switch (operation) {
    case 'GetItem':
    case 'DeleteItem':
      return onKey(operation, keyed.parse(input));
    case 'BatchGetItem':
      return Object.entries(batch.parse(input).RequestItems).flatMap(([TableName, { Keys }]) =>
        Keys.flatMap((Key) => onKey(operation, { TableName, Key })),
      );
    case 'PutItem':
      return onItem(put.parse(input));
    case 'Query': {
      const asked = query.parse(input);
      const { TableName, IndexName } = asked;
      return act('Query', TableName, (table) => partitionIn(asked, table), IndexName);
    }
    case 'TransactWriteItems':
      return transaction
        .parse(input)
        .TransactItems.flatMap(({ Put, Delete, ConditionCheck }) => [
          ...(Put ? onItem(Put) : []),
          ...(Delete ? onKey('DeleteItem', Delete) : []),
          ...(ConditionCheck ? onKey('ConditionCheckItem', ConditionCheck) : []),
        ]);
    default:
      throw new RangeError(`it is not known what rights ${operation} needs`);
  }
}

function partitionIn(asked: z.output<typeof query>, table: TableIdentity): string {
  const wanted = asked.IndexName === undefined ? table.partition : table.indexes[asked.IndexName];
  for (const [, name = '', value = ''] of asked.KeyConditionExpression.matchAll(/(#?\w+)\s*=\s*(:\w+)/g))
    if ((asked.ExpressionAttributeNames[name] ?? name) === wanted)
      return attribute.parse(asked.ExpressionAttributeValues[value]);
  throw new RangeError('the query names no partition');
}
