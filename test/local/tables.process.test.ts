import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { expect, it, onTestFinished } from 'vitest';
import { startDynamoDbEngine } from '#lib/local/dynamodb-engine.ts';
import { createTableRequest } from '#lib/local/table-spec.ts';
import { ensureTable } from '#lib/local/tables.ts';

const key = (partition: string, sort: string) => [
  { AttributeName: partition, KeyType: 'HASH' },
  { AttributeName: sort, KeyType: 'RANGE' },
];
const index = (name: string) => ({
  IndexName: name,
  KeySchema: key('shard', 'dueAt'),
  Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['tenant'] },
});
const table = (...indexes: readonly string[]) =>
  createTableRequest('Register', 'arn', {
    KeySchema: key('pk', 'sk'),
    AttributeDefinitions: ['pk', 'sk', 'shard', 'dueAt'].map((name) => ({
      AttributeName: name,
      AttributeType: 'S',
    })),
    GlobalSecondaryIndexes: indexes.map(index),
  });

it('a table of an older release, without an index that is asked for, is not taken for a new one', async () => {
  const engine = await startDynamoDbEngine();
  const client = new DynamoDBClient({
    endpoint: engine.endpoint,
    region: 'local-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  onTestFinished(async () => {
    client.destroy();
    await engine.close();
  });
  await ensureTable(client, table('due'));
  await ensureTable(client, table('due'));
  await expect(ensureTable(client, table('due', 'open'))).rejects.toThrow('lacks indexes');
});
