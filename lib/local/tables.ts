import {
  CreateTableCommand,
  DescribeTableCommand,
  UpdateTimeToLiveCommand,
  type DynamoDBClient,
  type TableDescription,
} from '@aws-sdk/client-dynamodb';
import { Refusal } from './refusal.ts';
import type { TableSpec } from './table-spec.ts';

/** Makes the table where there is none. Answers the ARN of its stream, where it has one. */
export async function ensureTable(client: DynamoDBClient, table: TableSpec): Promise<string | undefined> {
  const found = (await describe(client, table.name)) ?? (await create(client, table));
  if (table.create.StreamSpecification && !found.LatestStreamArn)
    throw new Refusal(
      `the table ${table.name} has no stream`,
      'it existed already and was created for something else',
      'drop it, or point --dynamodb-endpoint at another engine',
    );
  const present = (found.GlobalSecondaryIndexes ?? []).map(({ IndexName }) => IndexName);
  const missing = (table.create.GlobalSecondaryIndexes ?? []).filter(
    ({ IndexName }) => !present.includes(IndexName),
  );
  // What was written without an index would be missing from it.
  if (missing.length > 0)
    throw new Refusal(
      `the table ${table.name} lacks indexes`,
      `an older release made it without ${missing.map(({ IndexName }) => IndexName).join(', ')}`,
      'start with --fresh, or point --dynamodb-endpoint at another engine',
    );
  return found.LatestStreamArn;
}

async function create(client: DynamoDBClient, table: TableSpec): Promise<TableDescription> {
  const { TableDescription: made } = await client.send(new CreateTableCommand(table.create));
  if (table.timeToLive)
    await client
      .send(
        new UpdateTimeToLiveCommand({
          TableName: table.name,
          TimeToLiveSpecification: { Enabled: true, AttributeName: table.timeToLive },
        }),
      )
      // Clean-up only: an engine without it keeps receipts longer, nothing else.
      .catch(() => undefined);
  return made ?? {};
}

async function describe(client: DynamoDBClient, name: string): Promise<TableDescription | undefined> {
  try {
    return (await client.send(new DescribeTableCommand({ TableName: name }))).Table;
  } catch (error) {
    if (error instanceof Error && error.name === 'ResourceNotFoundException') return undefined;
    throw new Refusal(
      'the DynamoDB engine does not answer as one',
      error instanceof Error ? error.message || error.name : String(error),
      'check --dynamodb-endpoint',
    );
  }
}
