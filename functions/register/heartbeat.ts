/**
 * One small item that takes the way of every recorded event: table, stream, bus, queues. Whoever counts it at the end of
 * that way falls silent as soon as any part of it stops, on quiet days too.
 */
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { duration, fromMillis, millis, toMillis, type Instant } from '#time/instant.ts';
import { heartbeatKey } from './keys.ts';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';

const every = millis(duration('PT5M'));

/** May be called every minute: a write that changes nothing does not appear in the stream. */
export function createHeartbeat({
  client,
  tableName: TableName,
}: {
  readonly client: DynamoDBClient;
  readonly tableName: string;
}): (now: Instant) => Promise<void> {
  const db = DynamoDBDocumentClient.from(client);
  return async (now) => {
    const at = fromMillis(Math.floor(toMillis(now) / every) * every);
    await db.send(new PutCommand({ TableName, Item: { ...heartbeatKey, at } }));
  };
}
