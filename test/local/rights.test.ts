import {
  DynamoDBDocumentClient,
  BatchGetCommand,
  GetCommand,
  QueryCommand,
  TransactWriteCommand,
} from '@aws-sdk/lib-dynamodb';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startEndpoint } from '#lib/local/endpoint.ts';
import { createRights, type Rights } from '#lib/local/rights.ts';
import {
  resourceStatementSchema,
  statementSchema,
  type ResourceStatement,
  type Statement,
} from '#lib/local/iam/statement.ts';
import type { TableIdentity } from '#lib/local/dynamodb-acts.ts';

const table: TableIdentity = {
  name: 'Register',
  arn: 'arn:aws:dynamodb:local-1:000000000000:Register',
  partition: 'pk',
  indexes: { listing: 'shard' },
  key: 'arn:aws:kms:local-1:000000000000:Key',
};
const allow = (Action: string | string[], Resource: string | string[], Condition?: object): Statement =>
  statementSchema.parse({ Effect: 'Allow', Action, Resource, ...(Condition && { Condition }) });
const key = allow('kms:Decrypt', table.key ?? '', {
  StringEquals: { 'kms:ViaService': 'dynamodb.local-1.amazonaws.com' },
});
const within = (...prefixes: string[]) => ({
  'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': prefixes },
});
/** As the CDK writes it: the account's own policies say who may use the key. */
const keyPolicy = resourceStatementSchema.parse({
  Effect: 'Allow',
  Action: 'kms:*',
  Resource: '*',
  Principal: { AWS: 'arn:aws:iam::000000000000:root' },
});
const rightsOf = (statements: readonly Statement[], ofKey: readonly ResourceStatement[] = [keyPolicy]) =>
  createRights({
    roles: new Map([['work', statements]]),
    resources: [{ of: table.key ?? '', statements: ofKey }],
  });

/** An endpoint whose engine answers everything with nothing, asked by a function with that role. */
async function start(...statements: Statement[]) {
  const heard: string[] = [];
  const engine = createServer((request, response) => {
    heard.push(String(request.headers.authorization));
    request.resume().on('end', () => response.end('{}'));
  });
  await new Promise<void>((resolve) => engine.listen(0, '127.0.0.1', resolve));
  const rights = rightsOf(statements);
  const endpoint = await startEndpoint({
    bus: () => {
      throw new Error('no bus');
    },
    secret: () => undefined,
    send: () => undefined,
    rights,
    dynamodb: `http://127.0.0.1:${(engine.address() as AddressInfo).port}`,
    tables: [table],
    now: () => new Date(0),
  });
  onTestFinished(async () => {
    await endpoint.close();
    engine.closeAllConnections();
    engine.close();
  });
  const client = new DynamoDBClient({
    region: 'local-1',
    endpoint: endpoint.url,
    credentials: { accessKeyId: 'work', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
  return { rights, heard, client, db: DynamoDBDocumentClient.from(client) };
}

/** What was granted for nothing. */
const unused = (rights: Rights) => rights.grants().flatMap(({ used, ...grant }) => (used ? [] : [grant]));

const get = new GetCommand({ TableName: 'Register', Key: { pk: 'EXCEPTION#1', sk: 'STATE' } });
const list = new QueryCommand({
  TableName: 'Register',
  IndexName: 'listing',
  KeyConditionExpression: '#s = :s',
  ExpressionAttributeNames: { '#s': 'shard' },
  ExpressionAttributeValues: { ':s': '0' },
});
const trail = new QueryCommand({
  TableName: 'Register',
  KeyConditionExpression: 'pk = :pk AND begins_with(sk, :trail)',
  ExpressionAttributeValues: { ':pk': 'COVERAGE#1', ':trail': 'TRAIL#' },
});
const dropAlias = (pk: string) =>
  new TransactWriteCommand({
    TransactItems: [
      { Put: { TableName: 'Register', Item: { pk: 'EXCEPTION#1', sk: 'STATE' } } },
      { Delete: { TableName: 'Register', Key: { pk, sk: 'ALIAS' } } },
    ],
  });

describe('a request to DynamoDB', () => {
  it('reaches the engine where the role of its function allows it, under the name the engine knows', async () => {
    const { db, heard, rights } = await start(allow('dynamodb:GetItem', table.arn), key);
    await db.send(get);
    expect(heard).toEqual([expect.stringContaining('Credential=local/')]);
    expect(rights.missing()).toEqual([]);
  });

  it('for many items is judged by each of them', async () => {
    const { db, heard, rights } = await start(
      allow('dynamodb:BatchGetItem', table.arn, within('EXCEPTION#*')),
      key,
    );
    const many = (...pks: readonly string[]) =>
      new BatchGetCommand({
        RequestItems: { Register: { Keys: pks.map((pk) => ({ pk, sk: 'STATE' })) } },
      });
    await db.send(many('EXCEPTION#1', 'EXCEPTION#2'));
    await expect(db.send(many('EXCEPTION#1', 'ALIAS#1'))).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
    expect(heard).toHaveLength(1);
    expect(rights.missing()).toEqual([expect.stringContaining('work: dynamodb:BatchGetItem on ')]);
  });

  it.each([
    ['another action', [allow('dynamodb:PutItem', table.arn), key], 'dynamodb:GetItem'],
    ['another table', [allow('dynamodb:GetItem', `${table.arn}2`), key], 'dynamodb:GetItem'],
    ['not the key of the table', [allow('dynamodb:GetItem', table.arn)], 'kms:Decrypt'],
    [
      'the key for another service',
      [
        allow('dynamodb:GetItem', table.arn),
        allow('kms:Decrypt', table.key ?? '', {
          StringEquals: { 'kms:ViaService': 'sqs.local-1.amazonaws.com' },
        }),
      ],
      'kms:Decrypt',
    ],
  ])('is refused where the role allows %s, and the refusal is kept', async (_, statements, action) => {
    const { db, heard, rights } = await start(...statements);
    await expect(db.send(get)).rejects.toMatchObject({ name: 'AccessDeniedException' });
    expect(heard).toEqual([]);
    expect(rights.missing()).toEqual([expect.stringContaining(`work: ${action} on `)]);
  });

  it('asks for the right to the index it queries, not to the table', async () => {
    const wrong = await start(allow('dynamodb:Query', [table.arn, `${table.arn}/index/due`]), key);
    await expect(wrong.db.send(list)).rejects.toMatchObject({ name: 'AccessDeniedException' });
    expect(wrong.rights.missing()).toEqual([
      `work: dynamodb:Query on ${table.arn}/index/listing: its role lacks ` +
        `{"Effect":"Allow","Action":"dynamodb:Query","Resource":"${table.arn}/index/listing"}`,
    ]);
    const right = await start(allow('dynamodb:Query', `${table.arn}/index/listing`), key);
    await right.db.send(list);
    expect(right.rights.missing()).toEqual([]);
  });

  it('is held to the partitions its role names', async () => {
    const { db, rights } = await start(allow('dynamodb:Query', table.arn, within('COVERAGE#*')), key);
    await db.send(trail);
    expect(rights.missing()).toEqual([]);
    const elsewhere = await start(allow('dynamodb:Query', table.arn, within('ALIAS#*')), key);
    await expect(elsewhere.db.send(trail)).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });

  it('that is a transaction needs the rights of all its parts, each on its own partition', async () => {
    const { db, rights } = await start(
      allow('dynamodb:PutItem', table.arn),
      allow('dynamodb:DeleteItem', table.arn, within('ALIAS#*')),
      key,
    );
    await db.send(dropAlias('ALIAS#1'));
    expect(rights.missing()).toEqual([]);
    await expect(db.send(dropAlias('EXCEPTION#1'))).rejects.toMatchObject({ name: 'AccessDeniedException' });
    expect(rights.missing()).toEqual([
      `work: dynamodb:DeleteItem on ${table.arn}: ForAllValues:StringLike of dynamodb:LeadingKeys wants ALIAS#*, ` +
        'and the request has EXCEPTION#1',
    ]);
  });

  it('that nobody has thought about is refused', async () => {
    const { client, heard } = await start(allow('dynamodb:*', '*'), key);
    await expect(client.send(new ScanCommand({ TableName: 'Register' }))).rejects.toThrow(
      'not known what rights Scan needs',
    );
    expect(heard).toEqual([]);
  });
});

describe('rights', () => {
  it('that were never made use of are named, partition by partition', async () => {
    const { db, rights } = await start(
      allow(['dynamodb:GetItem', 'dynamodb:BatchGetItem'], table.arn, within('EXCEPTION#*', 'ALIAS#*')),
      allow('events:PutEvents', 'bus'),
      key,
    );
    await db.send(get);
    const of = { to: 'work', resource: table.arn };
    expect(unused(rights)).toEqual([
      { ...of, action: 'dynamodb:GetItem', partition: 'ALIAS#*' },
      { ...of, action: 'dynamodb:BatchGetItem', partition: 'EXCEPTION#*' },
      { ...of, action: 'dynamodb:BatchGetItem', partition: 'ALIAS#*' },
      { to: 'work', action: 'events:PutEvents', resource: 'bus' },
    ]);
  });

  it('of a service are those that the resource gives it', () => {
    const queue = 'arn:aws:sqs:local-1:000000000000:Queue';
    const rights = createRights({
      roles: new Map(),
      resources: [
        {
          of: queue,
          statements: [
            resourceStatementSchema.parse({
              Effect: 'Allow',
              Action: ['sqs:SendMessage', 'sqs:GetQueueUrl'],
              Resource: queue,
              Principal: { Service: 'events.amazonaws.com' },
            }),
          ],
        },
      ],
    });
    const send = [{ action: 'sqs:SendMessage', resource: queue, context: {} }];
    expect(rights.refused({ service: 'events.amazonaws.com' }, send)).toBeUndefined();
    expect(unused(rights)).toEqual([
      { to: `events.amazonaws.com by ${queue}`, action: 'sqs:GetQueueUrl', resource: queue },
    ]);
    expect(rights.refused({ service: 'sns.amazonaws.com' }, send)).toContain(
      'the policy of the resource lacks',
    );
  });
});
