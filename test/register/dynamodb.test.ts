/** What only a real engine, a lost answer or a busy table can show. */
import {
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  ListStreamsCommand,
} from '@aws-sdk/client-dynamodb-streams';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { trailFromImage } from '#register/items.ts';
import { execute } from '#register/execute.ts';
import { createRegister } from '#register/register.ts';
import { isUnreadEntry, readShownTrail } from '#register/shown-trail.ts';
import { nothingRemembered } from '#register/remembered.ts';
import { verifyTrail } from '#register/trail-chain.ts';
import { readWholeList } from '#register/read-whole-list.ts';
import {
  after,
  approve,
  id,
  noon,
  observation,
  observe,
  policy,
  sam,
  tenant,
  told,
} from '../lifecycle/examples.ts';
import { collected, commitOf, inOne, opened } from './commits.ts';
import { startEngine, type Engine } from './table.ts';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Command } from '#lifecycle/commands.ts';
import type { RetryTiming } from '#register/retry-timing.ts';

let engine: Engine;
let tableName: string;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(async () => engine.close());
beforeEach(async () => {
  tableName = await engine.table();
});

const waits: number[] = [];
const timing: RetryTiming = {
  random: () => 1,
  wait: (ms) => {
    waits.push(ms);
    return Promise.resolve();
  },
};
beforeEach(() => waits.splice(0));

/** Lets each transaction through to the engine or not, and its answer back or not. */
function meddling(
  client: DynamoDBClient,
  meddle: (call: number, pass: () => Promise<unknown>) => Promise<unknown>,
) {
  let calls = 0;
  client.middlewareStack.add(
    (next, context) => async (args) => {
      if (
        context.commandName !== 'TransactWriteItemsCommand' &&
        context.commandName !== 'TransactWriteCommand'
      )
        return next(args);
      let answer: Awaited<ReturnType<typeof next>> | undefined;
      await meddle((calls += 1), async () => (answer = await next(args)));
      if (!answer) throw new Error('the transaction was not let through');
      return answer;
    },
    { step: 'deserialize', priority: 'high' },
  );
  return client;
}

const cancelled = (...codes: string[]) =>
  Object.assign(new Error('Transaction cancelled'), {
    name: 'TransactionCanceledException',
    $fault: 'client',
    CancellationReasons: codes.map((Code) => ({ Code })),
  });
const lost = () => Object.assign(new Error('socket hang up'), { name: 'TimeoutError', code: 'ECONNRESET' });
const losing = (first: number) => async (call: number, pass: () => Promise<unknown>) => {
  await pass();
  if (call <= first) throw lost();
};

describe('the engine under the register', () => {
  it('holds to the conditions of a transaction: all of it or nothing', async () => {
    const client = engine.client();
    const put = (pk: string, condition = 'attribute_not_exists(pk)') => ({
      Put: { TableName: tableName, Item: { pk: { S: pk }, sk: { S: 'X' } }, ConditionExpression: condition },
    });
    const write = async (...pks: string[]) =>
      client.send(new TransactWriteItemsCommand({ TransactItems: pks.map((pk) => put(pk)) }));
    await write('a', 'b');
    await expect(write('c', 'a', 'd', 'b')).rejects.toMatchObject({
      CancellationReasons: [
        { Code: 'None' },
        { Code: 'ConditionalCheckFailed' },
        { Code: 'None' },
        { Code: 'ConditionalCheckFailed' },
      ],
    });
    const c = await client.send(
      new GetItemCommand({
        TableName: tableName,
        Key: { pk: { S: 'c' }, sk: { S: 'X' } },
        ConsistentRead: true,
      }),
    );
    expect(c.Item).toBeUndefined();
    const race = await Promise.allSettled(
      Array.from({ length: 30 }, (_, index) => write('prize', `racer ${index}`)),
    );
    expect(race.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('streams every entry of a trail once, as the register wrote it', async () => {
    const register = createRegister({ client: engine.client(), tableName });
    const state = await opened(register);
    await register.commit(commitOf(state, told(state)));
    const { endpoint, region, credentials } = engine.client().config;
    const at = await endpoint?.();
    const streams = new DynamoDBStreamsClient({
      endpoint: `${at?.protocol ?? ''}//${at?.hostname ?? ''}:${at?.port ?? ''}`,
      region,
      credentials,
    });
    const { Streams: [stream] = [] } = await streams.send(new ListStreamsCommand({ TableName: tableName }));
    const StreamArn = stream?.StreamArn ?? '';
    const { StreamDescription } = await streams.send(new DescribeStreamCommand({ StreamArn }));
    const ShardId = StreamDescription?.Shards?.[0]?.ShardId ?? '';
    const { ShardIterator } = await streams.send(
      new GetShardIteratorCommand({ StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' }),
    );
    const { Records = [] } = await streams.send(new GetRecordsCommand({ ShardIterator }));
    streams.destroy();
    const published = Records.filter(
      ({ eventName, dynamodb }) => eventName === 'INSERT' && dynamodb?.Keys?.['sk']?.S?.startsWith('TRAIL#'),
    ).map(({ dynamodb }) => trailFromImage(dynamodb?.NewImage));
    expect(published.map(({ entry }) => entry)).toEqual(await collected(register.trail(id)));
    expect(published.map(({ exceptionId }) => exceptionId)).toEqual([id, id]);
    expect(published.map((each) => each.tenant)).toEqual([tenant, tenant]);
    expect(() => trailFromImage(Records[0]?.dynamodb?.NewImage)).toThrow('expected a trail entry');
  });
});

describe('a commit whose answer is lost', () => {
  it('is written once when the SDK asks again by itself', async () => {
    const client = meddling(engine.client({ maxAttempts: 3 }), losing(1));
    const register = createRegister({ client, tableName, timing });
    expect(await register.commit(commitOf(undefined))).toBe('committed');
    expect(await collected(register.trail(id))).toHaveLength(1);
  });

  it('is a duplicate, and no conflict, when it is given again', async () => {
    const client = meddling(engine.client({ maxAttempts: 1 }), losing(1));
    const register = createRegister({ client, tableName, timing });
    const commit = commitOf(undefined);
    await expect(register.commit(commit)).rejects.toThrow('socket hang up');
    expect(await register.commit(commit)).toBe('duplicate');
    expect((await verifyTrail(id, register.trailAsWritten(id), 1)).ok).toBe(true);
  });

  it('is a duplicate where the try that got through is found only by the next one', async () => {
    // The first try is written, but reported as a collision; the second meets what the first wrote.
    const client = meddling(engine.client(), async (call, pass) => {
      await pass();
      if (call === 1) throw cancelled('TransactionConflict', 'None', 'None');
    });
    const register = createRegister({ client, tableName, timing });
    expect(await register.commit(commitOf(undefined))).toBe('duplicate');
    expect(await collected(register.trail(id))).toHaveLength(1);
  });
});

describe('a commit that is overtaken between its look and its write', () => {
  const other = 'ex-bbbbbbbbbbbbbbbb';
  const second = { name: 'Second', guid: '99999999-1c7f-4a39-9a64-2f6f6b0b7d11' } as const;
  const plain = () => createRegister({ client: engine.client(), tableName });
  /** A register whose first transaction comes after what `first` does. */
  const overtakenBy = (first: () => Promise<unknown>) =>
    createRegister({
      client: meddling(engine.client(), async (call, pass) => {
        if (call === 1) await first();
        await pass();
      }),
      tableName,
      timing,
    });

  it('is a duplicate where its receipt was taken on another exception', async () => {
    const mine = await opened(plain());
    const theirs = await opened(plain(), other, second);
    const receipt = 'one press';
    const register = overtakenBy(() => plain().commit(commitOf(theirs, told(theirs), { receipt })));
    expect(await register.commit(commitOf(mine, told(mine), { receipt }))).toBe('duplicate');
    expect(await register.load(id)).toEqual(mine);
    expect((await register.load(other))?.version).toBe(2);
  });

  it.each(['longer', 'shorter'])('is a conflict where a %s step was made from its state', async (length) => {
    const state = await opened(plain());
    const short = commitOf(state, told(state), { receipt: 'short' });
    const answer = approve(short.after, after('PT1H'));
    const long = inOne(short, commitOf(short.after, answer, { now: after('PT1H'), receipt: 'long' }));
    const [winner, loser] = length === 'longer' ? [long, short] : [short, long];
    const register = overtakenBy(() => plain().commit(winner));
    expect(await register.commit(loser)).toBe('conflict');
    expect(await register.load(id)).toEqual(winner.after);
    expect((await verifyTrail(id, register.trailAsWritten(id), winner.after.version)).ok).toBe(true);
  });

  it('is a conflict where its exception was opened for another object', async () => {
    const register = overtakenBy(() => opened(plain(), id, second));
    expect(await register.commit(commitOf(undefined, observe(), { receipt: 'late' }))).toBe('conflict');
    expect(await register.load(id)).toMatchObject({ name: 'Second' });
  });

  it('is a conflict where its object got another exception', async () => {
    const register = overtakenBy(() => opened(plain(), other));
    expect(await register.commit(commitOf(undefined))).toBe('conflict');
    expect(await register.load(id)).toBeUndefined();
  });

  it('is a conflict where the name that was free went to another object', async () => {
    const state = await opened(plain());
    const gone = { ...observation, record: 'gone', change: 'remove', changedAt: after('PT1M') } as const;
    await plain().commit(commitOf(state, { type: 'ObserveRemoval', observation: gone }));
    const guids = ['99999999-1c7f-4a39-9a64-2f6f6b0b7d11', '88888888-1c7f-4a39-9a64-2f6f6b0b7d11'] as const;
    const register = overtakenBy(() => opened(plain(), other, { guid: guids[0], changedAt: after('PT2M') }));
    const third = { ...observe({ guid: guids[1], changedAt: after('PT2M') }), id: 'ex-cccccccccccccccc' };
    expect(await register.commit(commitOf(undefined, third as Command))).toBe('conflict');
    const object = { tenant, kind: observation.kind, name: observation.name };
    expect(await register.find(object)).toBe(other);
  });

  it('is a conflict where something was remembered of its object', async () => {
    const nothing = { of: { tenant, kind: observation.kind, name: observation.name }, ...nothingRemembered };
    const register = overtakenBy(() => plain().remember([nothing], noon));
    expect(await register.commit(commitOf(undefined, observe(), { remembered: [nothing] }))).toBe('conflict');
    expect(await register.load(id)).toBeUndefined();
  });
});

describe('a commit to a busy table', () => {
  const failing = (times: number, ...codes: string[]) =>
    createRegister({
      client: meddling(engine.client(), async (call, pass) => {
        if (call <= times) throw cancelled(...codes);
        await pass();
      }),
      tableName,
      timing,
    });

  it.each(['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded'])(
    'is tried again after %s, with waits that grow',
    async (code) => {
      expect(await failing(3, 'None', code).commit(commitOf(undefined))).toBe('committed');
      expect(waits).toEqual([50, 100, 200]);
    },
  );

  it('is decided anew where others are at the same items all the time', async () => {
    const register = failing(5, 'TransactionConflict', 'None');
    expect(await register.commit(commitOf(undefined))).toBe('conflict');
    expect(waits).toHaveLength(4);
    expect(await register.commit(commitOf(undefined))).toBe('committed');
  });

  it('fails where the throttling does not end', async () => {
    await expect(failing(5, 'ThrottlingError').commit(commitOf(undefined))).rejects.toThrow(
      'Transaction cancelled',
    );
  });

  it.each(['ValidationError', 'ItemCollectionSizeLimitExceeded'])('fails at once on %s', async (code) => {
    await expect(failing(1, code, 'TransactionConflict').commit(commitOf(undefined))).rejects.toThrow();
    expect(waits).toEqual([]);
  });

  it('takes a condition that does not hold for the answer, whatever else is reported', async () => {
    const register = failing(1, 'ConditionalCheckFailed', 'TransactionConflict');
    expect(await register.commit(commitOf(undefined))).toBe('conflict');
    expect(waits).toEqual([]);
  });

  it('does not claim to remember what it could not write', async () => {
    const register = failing(5, 'TransactionConflict');
    const nothing = { of: { tenant, kind: observation.kind, name: observation.name }, ...nothingRemembered };
    expect(await register.remember([nothing], noon)).toBe('conflict');
    expect(await register.remember([nothing], noon)).toBe('remembered');
  });
});

describe('more than DynamoDB gives in one page', () => {
  /** As many items a page as a test can count; on AWS it is a megabyte. */
  const paged = (client: DynamoDBClient): DynamoDBClient => {
    client.middlewareStack.add(
      (next, context) => (args) =>
        next(context.commandName === 'QueryCommand' ? { ...args, input: { ...args.input, Limit: 1 } } : args),
      { step: 'initialize', priority: 'low' },
    );
    return client;
  };

  it('is listed, due and in a trail all the same', async () => {
    const register = createRegister({ client: paged(engine.client()), tableName });
    // One shard: the sum of their characters is the same.
    const ids = ['ex-abc', 'ex-bca', 'ex-cab'];
    for (const [index, one] of ids.entries())
      await opened(register, one, { name: `Rule ${index}`, guid: `guid of ${one}` });
    expect((await collected(register.list())).map((state) => state.id).toSorted()).toEqual(ids);
    expect((await collected(register.due(after('P30D')))).map((one) => one.id).toSorted()).toEqual(ids);

    const state = await register.load('ex-abc');
    if (!state) throw new Error('not opened');
    const asked = commitOf(state, told(state));
    await register.commit(asked);
    await register.commit(commitOf(asked.after, approve(asked.after, after('PT1H')), { now: after('PT1H') }));
    expect((await collected(register.trail('ex-abc'))).map(({ version }) => version)).toEqual([1, 2, 3]);
    expect((await verifyTrail('ex-abc', register.trailAsWritten('ex-abc'), 3)).ok).toBe(true);
  });
});

describe('a damaged register', () => {
  const without = async (client: DynamoDBClient, sk: string) =>
    client.send(
      new DeleteItemCommand({ TableName: tableName, Key: { pk: { S: `EXCEPTION#${id}` }, sk: { S: sk } } }),
    );

  it('records nothing of the tenant onto a trail that is not whole', async () => {
    const client = engine.client();
    const register = createRegister({ client, tableName });
    await opened(register);
    await without(client, 'TRAIL#000000000001');
    const command = observe({ record: 'rec-2', change: 'alter', changedAt: after('PT1H') });
    const turn = { id, receipt: 'another', command, now: after('PT1H'), policy };
    await expect(execute(register, turn)).rejects.toThrow('Entry 1 in the trail');
    expect(await register.load(id)).toMatchObject({ version: 1 });
    expect(await verifyTrail(id, register.trailAsWritten(id), 1)).toMatchObject({ ok: false, version: 1 });
  });

  it('lets an answer through where its trail has a hole, and the hole shows', async () => {
    const client = engine.client();
    const register = createRegister({ client, tableName });
    const state = await opened(register);
    await without(client, 'TRAIL#000000000001');
    expect(await register.commit(commitOf(state, told(state)))).toBe('committed');
    expect(await verifyTrail(id, register.trailAsWritten(id), 2)).toMatchObject({ ok: false, version: 1 });
  });

  it('goes by the version of the state, even where the trail has lost its end', async () => {
    const client = engine.client();
    const register = createRegister({ client, tableName });
    const state = await opened(register);
    await register.commit(commitOf(state, told(state)));
    await without(client, 'TRAIL#000000000002');
    expect(await register.commit(commitOf(state, told(state), { receipt: 'another' }))).toBe('conflict');
  });

  it('goes by it also where somebody was faster since it was read', async () => {
    const client = engine.client();
    const register = createRegister({ client, tableName });
    const state = await opened(register);
    const late = commitOf(state, approve(state, after('PT1H')), { now: after('PT1H'), receipt: 'late' });
    const reading = await register.reading({ receipt: 'late', ids: [id] });
    await register.commit(commitOf(state, told(state)));
    await without(client, 'TRAIL#000000000002');
    expect(await register.commit(late, reading)).toBe('conflict');
    expect(await register.load(id)).toMatchObject({ version: 2, state: 'unconfirmed' });
  });

  it('never writes over a trail, even where the state has fallen behind it', async () => {
    const client = engine.client();
    const register = createRegister({ client, tableName });
    const state = await opened(register);
    const Key = { pk: { S: `EXCEPTION#${id}` }, sk: { S: 'STATE' } };
    const { Item } = await client.send(new GetItemCommand({ TableName: tableName, Key }));
    await register.commit(commitOf(state, told(state)));
    const trail = await collected(register.trailAsWritten(id));
    await client.send(new PutItemCommand({ TableName: tableName, Item }));
    const answer = commitOf(state, approve(state, after('PT1H')), { now: after('PT1H'), receipt: 'another' });
    expect(await register.commit(answer)).toBe('conflict');
    expect(await collected(register.trailAsWritten(id))).toEqual(trail);
  });

  it('opens nothing over a state, even where its trail is lost', async () => {
    const client = engine.client();
    const register = createRegister({ client, tableName });
    const state = await opened(register);
    await without(client, 'TRAIL#000000000001');
    const again = observe({ name: 'Second', guid: '99999999-1c7f-4a39-9a64-2f6f6b0b7d11' });
    expect(await register.commit(commitOf(undefined, again, { receipt: 'another' }))).toBe('conflict');
    expect(await register.load(id)).toEqual(state);
  });

  it.each([
    ['a kind of a later release', (stored: string) => stored.replace('transport-rule', 'later-kind')],
    ['no JSON', () => '{'],
  ])('lists and loads all but the one that holds %s, and tells which that is', async (_, damage) => {
    const client = engine.client();
    const register = createRegister({ client, tableName });
    await opened(register);
    const healthy = await opened(register, 'ex-bbbbbbbbbbbbbbbb', {
      name: 'Second',
      guid: '99999999-1c7f-4a39-9a64-2f6f6b0b7d11',
    });
    const Key = { pk: { S: `EXCEPTION#${id}` }, sk: { S: 'STATE' } };
    const { Item = {} } = await client.send(new GetItemCommand({ TableName: tableName, Key }));
    const exception = { S: damage(Item['exception']?.S ?? '') };
    await client.send(new PutItemCommand({ TableName: tableName, Item: { ...Item, exception } }));

    await expect(register.load(id)).rejects.toMatchObject({ name: 'UnreadableState', id, tenant });
    expect(await readWholeList(register)).toMatchObject({
      exceptions: [healthy],
      unreadable: [{ id, tenant }],
    });
    // Who does not listen is not left in ignorance, but gets the others first.
    const seen: unknown[] = [];
    const all = async () => {
      for await (const one of register.list()) seen.push(one);
    };
    await expect(all()).rejects.toMatchObject({ name: 'UnreadableState', id });
    expect(seen).toEqual([healthy]);
  });

  it.each([
    ['whose text is no JSON', { body: { S: '{' } }, 'its text is damaged'],
    [
      'whose text lacks its moment',
      { body: { S: '{"exception":"x","version":2,"event":{"type":"X"}}' } },
      'event.at',
    ],
    ['that has lost its text', { body: { N: '1' } }, 'unexpected body'],
  ])('shows a trail but the entry %s, and tells which that is', async (_, damage, why) => {
    const client = engine.client();
    const register = createRegister({ client, tableName });
    const state = await opened(register);
    const asked = commitOf(state, told(state));
    await register.commit(asked);
    await register.commit(commitOf(asked.after, approve(asked.after, after('PT1H')), { now: after('PT1H') }));
    const Key = { pk: { S: `EXCEPTION#${id}` }, sk: { S: 'TRAIL#000000000002' } };
    const { Item = {} } = await client.send(new GetItemCommand({ TableName: tableName, Key }));
    await client.send(new PutItemCommand({ TableName: tableName, Item: { ...Item, ...damage } }));

    const shown = await readShownTrail(register, id);
    expect(shown.map((one) => (isUnreadEntry(one) ? one.version : one.type))).toEqual([
      'ExceptionOpened',
      2,
      'ExceptionApproved',
    ]);
    expect(shown[1]).toMatchObject({ version: 2, unreadable: expect.stringContaining(why) as string });
    // Who does not listen is not left in ignorance, but gets the others first.
    const seen: unknown[] = [];
    const all = async () => {
      for await (const entry of register.trail(id)) seen.push(entry.version);
    };
    await expect(all()).rejects.toMatchObject({ name: 'UnreadableEntry', version: 2 });
    expect(seen).toEqual([1, 3]);
    // Nothing of the tenant is decided on half a trail, and an answer is.
    const command = observe({ record: 'rec-2', change: 'alter', changedAt: after('PT2H') });
    const turn = { id, now: after('PT2H'), policy };
    await expect(execute(register, { ...turn, receipt: 'change', command })).rejects.toMatchObject({
      name: 'UnreadableEntry',
    });
    const answer = { type: 'Revoke', by: sam, seen: 3 } as const;
    expect(await execute(register, { ...turn, receipt: 'answer', command: answer })).toMatchObject({
      outcome: 'done',
      exception: { state: 'disabling' },
    });
  });

  it('takes names beyond the length of a key', async () => {
    const register = createRegister({ client: engine.client(), tableName });
    const name = 'n'.repeat(5000);
    await register.commit(commitOf(undefined, observe({ name })));
    expect(await register.find({ tenant, kind: observation.kind, name })).toBe(id);
  });
});
