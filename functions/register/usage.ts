/**
 * What went through each exception: an item for each of its days and sources, which the fuller account of the same day
 * replaces, so that the same file counts once however often it is read. Beside them, a note for each tenant tells which
 * days are known at all, and one holds the key by which senders are hashed.
 */
import { randomBytes } from 'node:crypto';
import { DynamoDBDocumentClient, paginateQuery, PutCommand } from '@aws-sdk/lib-dynamodb';
import { coverageSince, mergeCoverage, type Coverage } from '#behaviour/coverage.ts';
import { millis, toMillis, type Duration, type Instant } from '#time/instant.ts';
import { usageKey } from './keys.ts';
import { noteNames } from './partitions.ts';
import { timeToLive } from './table.ts';
import { coverageFrom, usageDayFrom, writeUsageDay } from './usage-item.ts';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { UsageDay } from '#behaviour/usage.ts';
import type { VersionedValues } from './versioned-values.ts';

export interface UsageStore {
  /** `known`: what is kept of that day and source tells as much, or more. */
  keep(id: string, day: UsageDay, keptFor: Duration): Promise<'kept' | 'known'>;
  /** Days of one exception by all sources, in order: one query. */
  of(id: string): Promise<readonly UsageDay[]>;
  coverage(tenant: string): Promise<Coverage>;
  /** Adds to what is known; what is older than `since` is forgotten. */
  cover(tenant: string, coverage: Coverage, since: string): Promise<void>;
  /** The same for good, made when it is first asked for. It is for hashing alone. */
  key(): Promise<string>;
}

interface Place {
  readonly client: DynamoDBClient;
  readonly tableName: string;
}

export function createUsageStore(
  { client, tableName: TableName }: Place,
  values: VersionedValues,
): UsageStore {
  const db = DynamoDBDocumentClient.from(client);
  return {
    async keep(id, day, keptFor) {
      try {
        await db.send(
          new PutCommand({
            TableName,
            Item: { ...usageKey(id, day), ...writeUsageDay(day), [timeToLive]: endOf(day, keptFor) },
            ConditionExpression:
              'attribute_not_exists(pk) OR messages < :messages OR (messages = :messages AND recipients < :recipients)',
            ExpressionAttributeValues: { ':messages': day.messages, ':recipients': day.recipients },
          }),
        );
        return 'kept';
      } catch (error) {
        if (error instanceof Error && error.name === 'ConditionalCheckFailedException') return 'known';
        throw error;
      }
    },
    async of(id) {
      const { pk } = usageKey(id, { date: '', source: '' });
      const days: UsageDay[] = [];
      const pages = paginateQuery(
        { client: db },
        {
          TableName,
          ConsistentRead: true,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': pk },
        },
      );
      for await (const { Items = [] } of pages) days.push(...Items.map(usageDayFrom));
      return days;
    },
    ...createUsageNotes(values),
  };
}

const endOf = ({ date }: UsageDay, keptFor: Duration): number =>
  Math.floor((toMillis(`${date}T23:59:59.999Z` as Instant) + millis(keptFor)) / 1000);

const mostTries = 5;

/** What is kept as notes; the same for every register. */
export function createUsageNotes(values: VersionedValues): Pick<UsageStore, 'coverage' | 'cover' | 'key'> {
  const nameOf = (tenant: string): string => `${noteNames.coverage}${tenant.toLowerCase()}`;
  return {
    async coverage(tenant) {
      return coverageFrom((await values.read(nameOf(tenant)))?.value ?? {});
    },
    async cover(tenant, coverage, since) {
      for (let tries = mostTries; tries > 0; tries -= 1) {
        const kept = await values.read(nameOf(tenant));
        const merged = coverageSince(mergeCoverage(coverageFrom(kept?.value ?? {}), coverage), since);
        if (await values.write(nameOf(tenant), merged, kept?.revision ?? 0)) return;
      }
      throw new Error(
        `Which days of tenant ${tenant} are known could not be noted: others kept changing it.`,
      );
    },
    async key() {
      for (let tries = mostTries; tries > 0; tries -= 1) {
        const kept = await values.read(noteNames.usageKey);
        if (typeof kept?.value === 'string') return kept.value;
        const key = randomBytes(32).toString('hex');
        if (await values.write(noteNames.usageKey, key, 0)) return key;
      }
      throw new Error('The key for hashing senders could not be made: others kept changing it.');
    },
  };
}
