import { describe, expect, it, onTestFinished } from 'vitest';
import type { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { createActivity } from '#lib/local/activity.ts';
import { createClock } from '#lib/local/clock.ts';
import { createKeyValue } from '#lib/standin/key-value.ts';
import { duration, instant, plus, toMillis } from '#time/instant.ts';
import { openDatabase } from '#lib/local/sqlite.ts';
import { startStreamSource } from '#lib/local/stream-source.ts';
import type { LocalFunction } from '#lib/local/functions.ts';
import type { KeyValue } from '#lib/standin/key-value.ts';
import type { LambdaStreamRecord } from '#lib/local/stream-record.ts';
import type { SourceSpec } from '#lib/local/template.ts';

const start = instant('2026-11-20T09:00:00Z');

interface Batch {
  readonly Records: readonly { readonly dynamodb: { readonly SequenceNumber: string } }[];
}
const sequences = (event: unknown): string[] =>
  (event as Batch).Records.map(({ dynamodb }) => dynamodb.SequenceNumber);

/** A stream of one open shard that holds so many records; an iterator is the number of records before it. */
function streamOf(
  count: number,
  shards: () => readonly Readonly<Record<string, string>>[],
): DynamoDBStreamsClient {
  const answers: Readonly<Record<string, (input: Record<string, unknown>) => unknown>> = {
    DescribeStreamCommand: () => ({ StreamDescription: { Shards: shards() } }),
    GetShardIteratorCommand: ({ ShardId, SequenceNumber }) => ({
      ShardIterator: ShardId === 'ended' ? 'end' : ((SequenceNumber as string | undefined) ?? '0'),
    }),
    GetRecordsCommand: ({ ShardIterator, Limit }) => {
      if (ShardIterator === 'end') return { Records: [] };
      const from = Number(ShardIterator);
      const to = Math.min(count, from + Number(Limit));
      const Records = Array.from({ length: to - from }, (_, index) => ({
        eventID: String(from + index + 1),
        eventName: 'INSERT',
        dynamodb: { SequenceNumber: String(from + index + 1), Keys: {}, NewImage: {} },
      }));
      return { Records, NextShardIterator: String(to) };
    },
  };
  const send = (command: { readonly input: Record<string, unknown> }) =>
    Promise.resolve(answers[command.constructor.name]?.(command.input));
  return { send } as unknown as DynamoDBStreamsClient;
}

interface Followed {
  readonly invoke: (event: unknown) => Promise<unknown>;
  readonly count: number;
  readonly shards?: () => readonly Readonly<Record<string, string>>[];
  readonly checkpoints?: KeyValue;
  readonly retries?: number;
  readonly refused?: string;
  readonly gaveUp?: (records: readonly LambdaStreamRecord[]) => void;
  readonly failed?: () => void;
}

function follow({
  invoke,
  count,
  shards = () => [{ ShardId: 'shard' }],
  checkpoints = createKeyValue(openDatabase(':memory:'), 'stream'),
  retries,
  gaveUp = () => undefined,
  refused,
  failed = () => undefined,
}: Followed) {
  const source: SourceSpec = {
    id: 'Stream',
    function: 'F',
    from: { type: 'stream', id: 'T' },
    batchSize: 3,
    filter: () => true,
    partial: true,
    ...(retries !== undefined && { retries }),
  };
  const activity = createActivity();
  const clock = createClock({
    offset: 0,
    keep: () => undefined,
    machine: () => toMillis(start),
    settled: () => activity.settled(),
    failed: (error) => {
      throw error;
    },
  });
  const ages: number[] = [];
  const made = startStreamSource({
    source,
    streamArn: 'arn',
    client: streamOf(count, shards),
    target: { spec: { name: 'publish-events' }, invoke } as unknown as LocalFunction,
    checkpoints,
    activity,
    clock,
    handedOver: (age) => void ages.push(age),
    failed,
    refused: () => refused,
    gaveUp: (_name, records) => gaveUp(records),
  });
  onTestFinished(() => {
    clock.close();
    return made.close();
  });
  /** Until whatever failed has been tried again, at its time. */
  const tried = async (): Promise<boolean> => {
    await clock.advance(plus(clock.now(), duration('PT5M')));
    return activity.settled();
  };
  return { made, activity, tried, ages, reached: () => checkpoints.get('arn/shard'), checkpoints };
}

describe('a stream', () => {
  it('counts a batch as worked through only when the function has answered', async () => {
    const answer = Promise.withResolvers<unknown>();
    const asked = Promise.withResolvers<unknown>();
    const { reached, activity } = follow({
      count: 3,
      invoke: (event) => {
        asked.resolve(event);
        return answer.promise;
      },
    });
    expect(sequences(await asked.promise)).toEqual(['1', '2', '3']);
    expect(reached()).toBeUndefined();
    answer.resolve(undefined);
    expect(await activity.settled()).toBe(true);
    expect(reached()).toBe('3');
  });

  it('is not read where Lambda may not read it for the function', async () => {
    const got: string[] = [];
    const { activity, reached } = follow({
      count: 3,
      refused: 'its role lacks it',
      invoke: (event) => {
        got.push(...sequences(event));
        return Promise.resolve(undefined);
      },
    });
    expect(await activity.settled()).toBe(true);
    expect([got, reached()]).toEqual([[], undefined]);
  });

  it('gives a batch again after a restart where its function had not answered', async () => {
    const asked = Promise.withResolvers<unknown>();
    const first = follow({
      count: 3,
      invoke: (event) => {
        asked.resolve(event);
        return answer.promise;
      },
    });
    const answer = Promise.withResolvers<unknown>();
    await asked.promise;
    const closing = first.made.close();
    answer.reject(new Error('killed'));
    await closing;

    const again: string[] = [];
    const second = follow({
      count: 3,
      checkpoints: first.checkpoints,
      invoke: (event) => Promise.resolve(void again.push(...sequences(event))),
    });
    expect(await second.activity.settled()).toBe(true);
    expect(again).toEqual(['1', '2', '3']);
  });

  it('stands before the first record that failed until it has succeeded', async () => {
    const batches: string[][] = [];
    const stood: unknown[] = [];
    const { reached, tried } = follow({
      count: 3,
      invoke: (event) => {
        batches.push(sequences(event));
        stood.push(reached());
        const failed = batches.length < 3 ? [{ itemIdentifier: '2' }] : [];
        return Promise.resolve({ batchItemFailures: failed });
      },
    });
    expect(await tried()).toBe(true);
    expect(batches).toEqual([
      ['1', '2', '3'],
      ['2', '3'],
      ['2', '3'],
    ]);
    expect(stood).toEqual([undefined, '1', '1']);
    expect(reached()).toBe('3');
  });

  it('is asked for its shards once, and again only where one of them ended', async () => {
    let asked = 0;
    const handled: string[] = [];
    const invoke = (event: unknown) => Promise.resolve(void handled.push(...sequences(event)));
    const grown = [{ ShardId: 'ended' }, { ShardId: 'shard', ParentShardId: 'ended' }];
    const shards = () => grown.slice(0, (asked += 1));
    const { activity, made } = follow({ count: 4, shards, invoke });
    await activity.settled();
    made.nudge();
    await activity.settled();
    await activity.settled();
    expect(handled).toEqual(['1', '2', '3', '4']);
    expect(asked).toBe(2);
  });

  it('is asked for its shards again after an error', async () => {
    let asked = 0;
    const handled: string[] = [];
    const answers = () => {
      asked += 1;
      if (asked === 1) throw new Error('down');
      return [{ ShardId: 'shard' }];
    };
    const invoke = (event: unknown) => Promise.resolve(void handled.push(...sequences(event)));
    const { activity } = follow({ count: 2, shards: answers, invoke });
    await activity.settled();
    expect(handled).toEqual(['1', '2']);
  });

  it('says and stores nothing any more once it is closed', async () => {
    const asked = Promise.withResolvers<unknown>();
    const answer = Promise.withResolvers<unknown>();
    const said: string[] = [];
    const { made, reached } = follow({
      count: 3,
      invoke: (event) => {
        asked.resolve(event);
        return answer.promise;
      },
      retries: 0,
      failed: () => said.push('failed'),
      gaveUp: () => said.push('gave up'),
    });
    await asked.promise;
    const closing = made.close();
    answer.reject(new Error('its thread was ended'));
    await closing;
    expect([said, reached()]).toEqual([[], undefined]);
  });

  it('comes back at its time to what failed, also while local time is moved', async () => {
    const given: LambdaStreamRecord[] = [];
    const { tried, ages } = follow({
      count: 2,
      retries: 30,
      invoke: () => Promise.reject(new Error('down')),
      gaveUp: (records) => given.push(...records),
    });
    expect(await tried()).toBe(true);
    expect(given).toHaveLength(2);
    expect(ages).toHaveLength(31);
    expect(ages[0]).toBe(0);
    // Waits of up to ten seconds each.
    expect(ages.at(-1)).toBeGreaterThan(200_000);
  });

  describe('that gives up', () => {
    it('hands over what it goes on without, whole, before it goes on', async () => {
      const kept: { sequences: string[]; stood: unknown }[] = [];
      const { reached, tried } = follow({
        count: 4,
        retries: 1,
        invoke: (event) =>
          Promise.resolve({
            batchItemFailures: sequences(event).includes('2') ? [{ itemIdentifier: '2' }] : [],
          }),
        gaveUp: (records) => kept.push({ sequences: sequences({ Records: records }), stood: reached() }),
      });
      expect(await tried()).toBe(true);
      expect(kept).toEqual([{ sequences: ['2', '3', '4'], stood: '1' }]);
      expect(reached()).toBe('4');
    });

    it('hands them to the function again when told to, and says how far that got', async () => {
      const given: LambdaStreamRecord[] = [];
      const batches: string[][] = [];
      let mended = false;
      const { made, activity } = follow({
        count: 5,
        retries: 0,
        invoke: (event) => {
          if (!mended) return Promise.reject(new Error('down'));
          batches.push(sequences(event));
          const failed = sequences(event).includes('5') ? [{ itemIdentifier: '5' }] : [];
          return Promise.resolve({ batchItemFailures: failed });
        },
        gaveUp: (records) => given.push(...records),
      });
      expect(await activity.settled()).toBe(true);
      expect(sequences({ Records: given })).toEqual(['1', '2', '3', '4', '5']);
      mended = true;
      expect(await made.repeat(given)).toBe(4);
      expect(batches).toEqual([
        ['1', '2', '3'],
        ['4', '5'],
      ]);
      expect(await made.repeat(given.slice(0, 4))).toBe(4);
    });
  });
});
