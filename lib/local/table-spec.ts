import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import type { TableIdentity } from './dynamodb-acts.ts';

export interface TableSpec {
  readonly id: string;
  readonly name: string;
  readonly create: CreateTableCommandInput;
  /** The attribute by which old items are cleaned up. */
  readonly timeToLive?: string;
  readonly identity: TableIdentity;
}

const key = z.object({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) });
const tableSchema = z.object({
  TableName: z.string().optional(),
  KeySchema: z.array(key),
  AttributeDefinitions: z.array(
    z.object({ AttributeName: z.string(), AttributeType: z.enum(['S', 'N', 'B']) }),
  ),
  GlobalSecondaryIndexes: z
    .array(
      z.object({
        IndexName: z.string(),
        KeySchema: z.array(key),
        Projection: z.object({
          ProjectionType: z.enum(['ALL', 'KEYS_ONLY', 'INCLUDE']),
          NonKeyAttributes: z.array(z.string()).optional(),
        }),
      }),
    )
    .optional(),
  StreamSpecification: z
    .object({ StreamViewType: z.enum(['NEW_IMAGE', 'OLD_IMAGE', 'NEW_AND_OLD_IMAGES', 'KEYS_ONLY']) })
    .optional(),
  TimeToLiveSpecification: z.object({ Enabled: z.boolean(), AttributeName: z.string() }).optional(),
  SSESpecification: z.object({ KMSMasterKeyId: z.string().optional() }).optional(),
});

/** What the template says of a table, as the engine wants to hear it. Throws `ZodError` where it says too little. */
export function createTableRequest(id: string, arn: string, properties: unknown): TableSpec {
  const is = tableSchema.parse(properties);
  const name = is.TableName ?? id;
  return {
    id,
    name,
    create: {
      TableName: name,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: is.KeySchema,
      AttributeDefinitions: is.AttributeDefinitions,
      ...(is.GlobalSecondaryIndexes && { GlobalSecondaryIndexes: is.GlobalSecondaryIndexes.map(index) }),
      ...(is.StreamSpecification && {
        StreamSpecification: { StreamEnabled: true, StreamViewType: is.StreamSpecification.StreamViewType },
      }),
    },
    ...(is.TimeToLiveSpecification?.Enabled && { timeToLive: is.TimeToLiveSpecification.AttributeName }),
    identity: {
      name,
      arn,
      partition: partitionOf(is.KeySchema),
      indexes: Object.fromEntries(
        (is.GlobalSecondaryIndexes ?? []).map(({ IndexName, KeySchema }) => [
          IndexName,
          partitionOf(KeySchema),
        ]),
      ),
      ...(is.SSESpecification?.KMSMasterKeyId !== undefined && { key: is.SSESpecification.KMSMasterKeyId }),
    },
  };
}

const partitionOf = (schema: readonly z.infer<typeof key>[]): string =>
  schema.find(({ KeyType }) => KeyType === 'HASH')?.AttributeName ?? '';

type Index = NonNullable<z.infer<typeof tableSchema>['GlobalSecondaryIndexes']>[number];

const index = ({ IndexName, KeySchema, Projection }: Index) => ({
  IndexName,
  KeySchema,
  Projection: {
    ProjectionType: Projection.ProjectionType,
    ...(Projection.NonKeyAttributes && { NonKeyAttributes: Projection.NonKeyAttributes }),
  },
});
