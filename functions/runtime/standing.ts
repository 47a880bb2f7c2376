import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createStanding, type Standing } from '#register/standing.ts';
import { once } from './once.ts';

const client = once(() => new DynamoDBClient({}));

export const standingFromEnvironment = (tableName: string): Standing =>
  createStanding({ client: client(), tableName });
