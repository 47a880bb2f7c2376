import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createMailboxChanges, type MailboxChanges } from '#register/mailbox-changes.ts';
import { once } from './once.ts';

const client = once(() => new DynamoDBClient({}));

export const mailboxChangesFromEnvironment = (tableName: string): MailboxChanges =>
  createMailboxChanges({ client: client(), tableName });
