import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createRegister, type Register } from '#register/register.ts';
import { once } from './once.ts';

const client = once(() => new DynamoDBClient({}));

export const registerFromEnvironment = (tableName: string): Register =>
  createRegister({ client: client(), tableName });
