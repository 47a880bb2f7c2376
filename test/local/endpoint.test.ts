import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { GetWebIdentityTokenCommand, STSClient } from '@aws-sdk/client-sts';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { instant } from '#time/instant.ts';
import { createBus, type BusEvent } from '#lib/local/bus.ts';
import { startEndpoint } from '#lib/local/endpoint.ts';
import { compilePattern } from '#lib/local/pattern.ts';
import { createQueues } from '#lib/local/queues.ts';
import { createRights } from '#lib/local/rights.ts';
import { statementSchema } from '#lib/local/iam/statement.ts';
import { openDatabase } from '#lib/local/sqlite.ts';
import { temporaryFolder } from './temporary-folder.ts';

const anything = statementSchema.parse({
  Effect: 'Allow',
  Action: ['events:*', 'secretsmanager:*', 'sqs:*', 'sts:*'],
  Resource: '*',
});
const now = instant('2026-11-20T09:00:00Z');

async function start(...statements: readonly object[]) {
  const database = openDatabase(join(temporaryFolder(), 'state.db'));
  const queues = createQueues(database);
  const rule = {
    id: 'R',
    bus: 'the-bus',
    matches: compilePattern({ source: ['lapse'] }),
    targets: ['work', 'copy'],
  };
  const bus = createBus({ database, queues, rules: [rule], now: () => now, delivered: () => undefined });
  const later: object[] = [];
  const endpoint = await startEndpoint({
    bus: () => bus,
    send: (queue, body, seconds) => void later.push({ queue, body, seconds }),
    secret: (name) => ({ 'lapse/token': 'xoxb-local', 'lapse/unset': '' })[name],
    rights: createRights({
      roles: new Map([
        ['local', statements.length > 0 ? statements.map((one) => statementSchema.parse(one)) : [anything]],
      ]),
      resources: [],
    }),
    now: () => new Date(now),
    dynamodb: 'http://127.0.0.1:1',
    tables: [],
  });
  onTestFinished(() => endpoint.close());
  const settings = {
    region: 'local-1',
    endpoint: endpoint.url,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  };
  return {
    bus,
    queues,
    later,
    queue: new SQSClient({ ...settings, useQueueUrlAsEndpoint: false }),
    events: new EventBridgeClient(settings),
    secrets: new SecretsManagerClient(settings),
    sts: new STSClient(settings),
  };
}

const entry = { Source: 'lapse', DetailType: 'Tried', Detail: '{"a":1}', EventBusName: 'the-bus' };

const token = (asked: object) =>
  new GetWebIdentityTokenCommand({
    Audience: ['api://AzureADTokenExchange'],
    SigningAlgorithm: 'RS256',
    ...asked,
  });

describe('what the AWS SDK asks of this machine', () => {
  it('an event goes to every queue of the rules it matches, in the shape of EventBridge', async () => {
    const { bus, queues, events } = await start();
    const heard: BusEvent[] = [];
    bus.subscribe((event) => heard.push(event));
    const { FailedEntryCount, Entries } = await events.send(
      new PutEventsCommand({
        Entries: [entry, { ...entry, Source: 'other' }, { ...entry, EventBusName: 'another' }],
      }),
    );
    expect([FailedEntryCount, Entries?.length]).toEqual([0, 3]);
    expect([queues.size('work'), queues.size('copy')]).toEqual([1, 1]);
    const [message] = queues.all('work');
    expect(JSON.parse(message?.body ?? '')).toMatchObject({
      id: Entries?.[0]?.EventId,
      source: 'lapse',
      'detail-type': 'Tried',
      detail: { a: 1 },
      time: now,
    });
    expect(heard).toHaveLength(3);
  });

  it('an entry that is wrong fails alone, under its index', async () => {
    const { queues, events } = await start();
    const { FailedEntryCount, Entries } = await events.send(
      new PutEventsCommand({ Entries: [{ ...entry, Detail: 'no JSON' }, entry] }),
    );
    expect(FailedEntryCount).toBe(1);
    expect(Entries).toMatchObject([
      { ErrorCode: 'MalformedDetail' },
      { EventId: expect.any(String) as string },
    ]);
    expect(queues.size('work')).toBe(1);
  });

  it('an entry that EventBridge would find too large is refused, and no smaller one', async () => {
    const { queues, events } = await start();
    const sized = (bytes: number) => ({ ...entry, Detail: JSON.stringify({ a: 'x'.repeat(bytes - 8) }) });
    const { Entries } = await events.send(
      new PutEventsCommand({ Entries: [sized(1024 * 1024 + 1), sized(1024 * 1024)] }),
    );
    expect(Entries?.map(({ ErrorCode }) => ErrorCode)).toEqual(['InvalidArgument', undefined]);
    expect(queues.size('work')).toBe(1);
  });

  it('more than ten entries are refused as a whole', async () => {
    const { queues, events } = await start();
    await expect(events.send(new PutEventsCommand({ Entries: Array(11).fill(entry) }))).rejects.toMatchObject(
      {
        name: 'ValidationException',
      },
    );
    expect(queues.size('work')).toBe(0);
  });

  it('a message goes to the queue of its address, to come later', async () => {
    const { queue, later } = await start();
    const QueueUrl = 'http://sqs.local/000000000000/TheQueue';
    await queue.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x', DelaySeconds: 900 }));
    expect(later).toEqual([{ queue: 'TheQueue', body: 'x', seconds: 900 }]);
    await expect(
      queue.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x', DelaySeconds: 901 })),
    ).rejects.toMatchObject({ name: 'ValidationException' });
  });

  it('a message is refused to whoever may send to another queue only', async () => {
    const { queue, later } = await start({
      Effect: 'Allow',
      Action: 'sqs:SendMessage',
      Resource: 'arn:aws:sqs:local-1:000000000000:TheQueue',
    });
    const to = (name: string) =>
      queue.send(new SendMessageCommand({ QueueUrl: `http://sqs.local/0/${name}`, MessageBody: 'x' }));
    await to('TheQueue');
    await expect(to('AnotherQueue')).rejects.toMatchObject({ name: 'AccessDeniedException' });
    expect(later).toEqual([{ queue: 'TheQueue', body: 'x', seconds: 0 }]);
  });

  it.each(['lapse/token', 'arn:aws:secretsmanager:local-1:000000000000:secret:lapse/token-LoCaL0'])(
    'a secret is found by %s',
    async (SecretId) => {
      const { secrets } = await start();
      expect((await secrets.send(new GetSecretValueCommand({ SecretId }))).SecretString).toBe('xoxb-local');
    },
  );

  it('a secret that was never given a value is another error of AWS', async () => {
    const { secrets } = await start();
    await expect(secrets.send(new GetSecretValueCommand({ SecretId: 'lapse/unset' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: expect.stringContaining('staging label: AWSCURRENT') as string,
    });
  });

  it('a secret that does not exist is the error of AWS', async () => {
    const { secrets } = await start();
    await expect(secrets.send(new GetSecretValueCommand({ SecretId: 'nix' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });

  it('a token of the function is in the form of AWS, for whom it was asked and as long', async () => {
    const { sts } = await start();
    const { WebIdentityToken = '' } = await sts.send(token({ DurationSeconds: 300 }));
    const [head, claims] = WebIdentityToken.split('.').map(
      (part) => JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>,
    );
    expect(head).toMatchObject({ alg: 'RS256' });
    expect(claims).toMatchObject({
      aud: 'api://AzureADTokenExchange',
      sub: 'arn:aws:iam::000000000000:role/local',
      exp: Date.parse(now) / 1000 + 300,
    });
  });

  const narrow = {
    Effect: 'Allow',
    Action: 'sts:GetWebIdentityToken',
    Resource: '*',
    Condition: {
      'ForAllValues:StringEquals': { 'sts:IdentityTokenAudience': 'api://AzureADTokenExchange' },
      StringEquals: { 'sts:SigningAlgorithm': 'RS256' },
      NumericLessThanEquals: { 'sts:DurationSeconds': 300 },
    },
  };

  it.each([
    ['for somebody else, too', { Audience: ['api://AzureADTokenExchange', 'other'] }],
    ['that lasts longer', { DurationSeconds: 301 }],
    ['that does not say how long it lasts', { DurationSeconds: undefined }],
    ['signed otherwise', { SigningAlgorithm: 'ES384' }],
  ])('a token %s is refused where the role is held to less', async (_, asked) => {
    const { sts } = await start(narrow);
    await sts.send(token({ DurationSeconds: 300 }));
    await expect(sts.send(token({ DurationSeconds: 300, ...asked }))).rejects.toMatchObject({
      name: 'AccessDenied',
      message: expect.stringContaining('local: sts:GetWebIdentityToken on *') as string,
    });
  });

  it('an event of another source, or of another type, is refused where the role is held to one', async () => {
    const { events, queues } = await start({
      Effect: 'Allow',
      Action: 'events:PutEvents',
      Resource: '*',
      Condition: { StringEquals: { 'events:source': 'lapse', 'events:detail-type': 'Tried' } },
    });
    await events.send(new PutEventsCommand({ Entries: [entry] }));
    for (const other of [{ Source: 'other' }, { DetailType: 'Other' }])
      await expect(
        events.send(new PutEventsCommand({ Entries: [entry, { ...entry, ...other }] })),
      ).rejects.toMatchObject({ name: 'AccessDeniedException' });
    expect(queues.size('work')).toBe(1);
  });
});
