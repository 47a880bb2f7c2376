import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createVersionedValues, type VersionedValues } from '#register/versioned-values.ts';
import { once } from './once.ts';

const client = once(() => new DynamoDBClient({}));

export const versionedValuesFromEnvironment = (tableName: string): VersionedValues =>
  createVersionedValues({ client: client(), tableName });
