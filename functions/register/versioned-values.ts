/**
 * Small notes beside the exceptions that outlive a function: the breaker of a tenant, the policy in force. Each is
 * one item, replaced as a whole on condition of its revision, so that of two concurrent writers one learns that it
 * lost.
 */
import { DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { toMillis, type Instant } from '#time/instant.ts';
import { partitions } from './partitions.ts';
import { timeToLive } from './table.ts';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';

export interface VersionedValue {
  readonly value: unknown;
  readonly revision: number;
}

export interface VersionedValues {
  read(name: string): Promise<VersionedValue | undefined>;
  /**
   * `revision` is that of what was read; 0 if nothing was there. False: somebody else was faster. `until`: it is not
   * needed after that.
   */
  write(name: string, value: unknown, revision: number, until?: Instant): Promise<boolean>;
}

const item = z.object({ value: z.string(), revision: z.int().positive() });

const keyOf = (name: string) => ({ pk: `${partitions.notes}${name}`, sk: 'STANDING' });

export function createVersionedValues({
  client,
  tableName: TableName,
}: {
  readonly client: DynamoDBClient;
  readonly tableName: string;
}): VersionedValues {
  const db = DynamoDBDocumentClient.from(client);
  return {
    async read(name) {
      const { Item } = await db.send(new GetCommand({ TableName, Key: keyOf(name), ConsistentRead: true }));
      if (Item === undefined) return undefined;
      const { value, revision } = item.parse(Item);
      return { value: JSON.parse(value) as unknown, revision };
    },
    async write(name, value, revision, until) {
      const known = revision > 0;
      try {
        await db.send(
          new PutCommand({
            TableName,
            Item: {
              ...keyOf(name),
              value: JSON.stringify(value),
              revision: revision + 1,
              ...(until !== undefined && { [timeToLive]: Math.floor(toMillis(until) / 1000) }),
            },
            ConditionExpression: known ? 'revision = :revision' : 'attribute_not_exists(pk)',
            ...(known && { ExpressionAttributeValues: { ':revision': revision } }),
          }),
        );
        return true;
      } catch (error) {
        if (error instanceof Error && error.name === 'ConditionalCheckFailedException') return false;
        throw error;
      }
    },
  };
}
