/** A table as the stack defines it, in a real engine. */
import { CreateTableCommand, DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { startDynamoDbEngine } from '#lib/local/dynamodb-engine.ts';
import { projectionOf, streamView, tableIndexes, tableKeys } from '#register/table.ts';

export interface Engine {
  client(config?: DynamoDBClientConfig): DynamoDBClient;
  /** The name of a new, empty table. The engine's stream makes thousands of writes slow: a table may do without. */
  table(options?: { readonly stream?: boolean }): Promise<string>;
  close(): Promise<void>;
}

const keySchema = ({ partition, sort }: { readonly partition: string; readonly sort: string }) => [
  { AttributeName: partition, KeyType: 'HASH' as const },
  { AttributeName: sort, KeyType: 'RANGE' as const },
];

/** In memory, unless another engine is named (any that speaks DynamoDB's protocol). */
export async function startEngine(): Promise<Engine> {
  const elsewhere = process.env['DYNAMODB_ENDPOINT'];
  const engine = elsewhere === undefined ? await startDynamoDbEngine() : undefined;
  const endpoint = elsewhere ?? engine?.endpoint ?? '';
  const clients: DynamoDBClient[] = [];
  let tables = 0;

  const client = (config: DynamoDBClientConfig = {}) => {
    const made = new DynamoDBClient({
      endpoint,
      region: 'eu-central-1',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
      ...config,
    });
    clients.push(made);
    return made;
  };
  return {
    client,
    async table({ stream = true } = {}) {
      const TableName = `register-${process.pid}-${(tables += 1)}`;
      const indexes = Object.entries(tableIndexes);
      const attributes = new Set(
        [tableKeys, ...Object.values(tableIndexes)].flatMap((key) => [key.partition, key.sort]),
      );
      await client().send(
        new CreateTableCommand({
          TableName,
          BillingMode: 'PAY_PER_REQUEST',
          KeySchema: keySchema(tableKeys),
          AttributeDefinitions: [...attributes].map((AttributeName) => ({
            AttributeName,
            AttributeType: 'S',
          })),
          GlobalSecondaryIndexes: indexes.map(([IndexName, index]) => ({
            IndexName,
            KeySchema: keySchema(index),
            Projection: projectionOf(index),
          })),
          ...(stream && { StreamSpecification: { StreamEnabled: true, StreamViewType: streamView } }),
        }),
      );
      return TableName;
    },
    async close() {
      for (const made of clients) made.destroy();
      await engine?.close();
    },
  };
}
