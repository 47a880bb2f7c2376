import {
  DescribeStreamCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type DynamoDBStreamsClient,
  type Shard,
  type _Record as StreamRecord,
} from '@aws-sdk/client-dynamodb-streams';
import * as z from 'zod';
import { fromMillis, toMillis } from '#time/instant.ts';
import type { Activity } from './activity.ts';
import type { Clock } from './clock.ts';
import type { LocalFunction } from './functions.ts';
import type { KeyValue } from '#lib/standin/key-value.ts';
import { failedItems } from './partial-failure.ts';
import { toLambdaRecord, type LambdaStreamRecord } from './stream-record.ts';
import { doubleWait } from '#time/double-wait.ts';
import type { SourceSpec } from './template.ts';

export interface StreamSource {
  /** Something may have been written: looks now instead of at the next poll. */
  nudge(): void;
  /** Hands records that were given up on to the function once more. Answers how many of them, from the first on, are done. */
  repeat(records: readonly LambdaStreamRecord[]): Promise<number>;
  close(): Promise<void>;
}

export interface StreamSourceOptions {
  readonly source: SourceSpec;
  readonly streamArn: string;
  readonly client: DynamoDBStreamsClient;
  readonly target: LocalFunction;
  /** How far each shard was worked through, durable. */
  readonly checkpoints: KeyValue;
  readonly activity: Activity;
  readonly clock: Pick<Clock, 'now' | 'at' | 'advancing'>;
  /** Hears how many milliseconds the records have waited that are about to be handed over. */
  readonly handedOver?: (age: number) => void;
  readonly failed: (functionName: string, count: number, why: string) => void;
  /** Why Lambda may not read the stream for the function; `undefined` where it may. */
  readonly refused: () => string | undefined;
  /** Records used up their retries: they must be kept when this answers, for the stream goes on without them. */
  readonly gaveUp: (functionName: string, records: readonly LambdaStreamRecord[]) => void;
}

interface Position {
  iterator?: string | undefined;
  /** Attempts on the batch in hand, which is read again until it succeeds. */
  attempts: number;
  /** Milliseconds of local time, as is the other. */
  notBefore: number;
  /**
   * When the batch in hand was first read. Of when it was written, the stream knows only the machine's time, which is
   * another than local time.
   */
  since: number;
}

const pollEveryMs = 250; // as Lambda polls: four times a second
const retryMs = { first: 200, longest: 10_000 };
const checkpointSchema = z.string().optional();

/** Feeds a table's stream to a function, shard by shard in order, from where it last got to. */
export function startStreamSource(options: StreamSourceOptions): StreamSource {
  const { source, streamArn, client, target, checkpoints, activity, clock, handedOver } = options;
  const now = (): number => toMillis(clock.now());
  const advancing = new Int32Array(clock.advancing);
  const positions = new Map<string, Position>();
  const finished = new Set<string>();
  /** Asked for again where one was read to its end, whose children they are, and after whatever went wrong. */
  let shards: readonly Shard[] = [];
  let looking: Promise<boolean> | undefined;
  let closed = false;
  let timer: NodeJS.Timeout | undefined;
  const isClosed = (): boolean => closed;

  const checkpoint = (shard: string): string | undefined =>
    checkpointSchema.parse(checkpoints.get(`${streamArn}/${shard}`));

  const look = (): Promise<boolean> => {
    looking ??= lookOnce().finally(() => (looking = undefined));
    return looking;
  };
  const lookOnce = async (): Promise<boolean> => {
    if (options.refused() !== undefined) return false;
    let found = false;
    const known = shards.length > 0 ? shards : await listShards();
    const ended = finished.size;
    shards = [];
    for (const shard of known) {
      const id = shard.ShardId ?? '';
      // A child is read after its parent: changes to one item are in order across a split.
      if (closed || finished.has(id) || (shard.ParentShardId && isUnfinished(shard.ParentShardId))) continue;
      found = (await readShard(id)) || found;
    }
    if (finished.size === ended) shards = known;
    return found;
  };
  const listed = new Set<string>();
  const isUnfinished = (shard: string): boolean => listed.has(shard) && !finished.has(shard);

  const listShards = async (): Promise<readonly Shard[]> => {
    const found: Shard[] = [];
    let from: string | undefined;
    do {
      const { StreamDescription: page } = await client.send(
        new DescribeStreamCommand({ StreamArn: streamArn, ExclusiveStartShardId: from }),
      );
      found.push(...(page?.Shards ?? []));
      from = page?.LastEvaluatedShardId;
    } while (from);
    for (const { ShardId } of found) if (ShardId) listed.add(ShardId);
    return found;
  };

  const iteratorOf = async (shard: string): Promise<string | undefined> => {
    const after = checkpoint(shard);
    const ask = async (type: 'AFTER_SEQUENCE_NUMBER' | 'TRIM_HORIZON') =>
      client.send(
        new GetShardIteratorCommand({
          StreamArn: streamArn,
          ShardId: shard,
          ShardIteratorType: type,
          ...(type === 'AFTER_SEQUENCE_NUMBER' && { SequenceNumber: after }),
        }),
      );
    try {
      return (await ask(after === undefined ? 'TRIM_HORIZON' : 'AFTER_SEQUENCE_NUMBER')).ShardIterator;
    } catch (error) {
      // The engine kept less than we remember: everything that is left is read again.
      if (after !== undefined && error instanceof Error && /Trimmed|Validation/.test(error.name))
        return (await ask('TRIM_HORIZON')).ShardIterator;
      throw error;
    }
  };

  /** Whether there were records. Reads until the shard has no more for now. */
  const readShard = async (shard: string): Promise<boolean> => {
    const position = positions.get(shard) ?? { attempts: 0, notBefore: 0, since: 0 };
    positions.set(shard, position);
    let found = false;
    while (!isClosed()) {
      if (now() < position.notBefore) return false;
      position.iterator ??= await iteratorOf(shard);
      if (!position.iterator) return found;
      const page = await readPage(position.iterator);
      if (page === 'expired') {
        position.iterator = undefined;
        continue;
      }
      const records = page.Records ?? [];
      if (records.length > 0) {
        found = true;
        if (!(await work(shard, position, records))) return true;
      }
      position.iterator = page.NextShardIterator;
      if (!position.iterator) {
        finished.add(shard);
        return found;
      }
      if (records.length === 0) return found;
    }
    return found;
  };

  const readPage = async (iterator: string) => {
    try {
      return await client.send(new GetRecordsCommand({ ShardIterator: iterator, Limit: source.batchSize }));
    } catch (error) {
      if (error instanceof Error && /Iterator|Trimmed/.test(error.name)) return 'expired';
      throw error;
    }
  };

  /** Whether the shard can be read on. After a failure the checkpoint stands before the first failed record. */
  const work = async (
    shard: string,
    position: Position,
    records: readonly StreamRecord[],
  ): Promise<boolean> => {
    const batch = records.map((record) => toLambdaRecord(record, streamArn));
    const wanted = batch.filter((record) => source.filter(record));
    const begun = now();
    if (position.attempts === 0) position.since = begun;
    if (wanted.length > 0) handedOver?.(begun - position.since);
    const failure =
      wanted.length === 0 ? undefined : await activity.during(target.spec.name, () => invoke(wanted));
    if (isClosed()) return false;
    if (!failure) {
      checkpoints.set(`${streamArn}/${shard}`, sequenceOf(batch.at(-1)));
      position.attempts = 0;
      return true;
    }
    const first = doneOf(batch, failure);
    if (first > 0) {
      checkpoints.set(`${streamArn}/${shard}`, sequenceOf(batch[first - 1]));
      position.attempts = 0;
    }
    position.attempts += 1;
    position.iterator = undefined;
    if (source.retries !== undefined && position.attempts > source.retries) {
      options.gaveUp(target.spec.name, wanted.slice(doneOf(wanted, failure)));
      checkpoints.set(`${streamArn}/${shard}`, sequenceOf(batch.at(-1)));
      position.attempts = 0;
      return true;
    }
    position.notBefore = now() + doubleWait(retryMs, position.attempts - 1);
    // While local time is moved, nothing else would come back to it at its time.
    clock.at(fromMillis(position.notBefore), look);
    options.failed(target.spec.name, failure.sequences.size, failure.why);
    return false;
  };

  const invoke = async (wanted: readonly LambdaStreamRecord[]) => {
    const sequences = wanted.map(sequenceOf);
    try {
      const answer = await target.invoke({ Records: wanted });
      const failed = source.partial ? failedItems(answer, sequences) : new Set<string>();
      return failed.size === 0 ? undefined : { sequences: failed, why: 'it reported them as failed' };
    } catch (error) {
      return { sequences: new Set(sequences), why: error instanceof Error ? error.message : String(error) };
    }
  };

  const repeat = (records: readonly LambdaStreamRecord[]): Promise<number> =>
    activity.during(target.spec.name, async () => {
      for (let done = 0; done < records.length; done += source.batchSize) {
        const batch = records.slice(done, done + source.batchSize);
        const failure = await invoke(batch);
        if (failure) return done + doneOf(batch, failure);
      }
      return records.length;
    });

  const poll = async (): Promise<void> => {
    clearTimeout(timer);
    try {
      while (!isClosed() && (await look()));
    } catch (error) {
      // The engine may be gone for a moment (or for good, at closing): the next poll asks again.
      if (!isClosed())
        options.failed(target.spec.name, 0, error instanceof Error ? error.message : String(error));
    }
    if (isClosed()) return;
    clearTimeout(timer);
    timer = setTimeout(() => void poll(), pollEveryMs);
    activity.changed();
  };

  activity.add({
    name: `the stream to ${target.spec.name}`,
    // A failing batch counts as work under way, so nobody takes the wait for quiet; but for whoever moves local time:
    // that is how the wait ends.
    busy: () =>
      !closed &&
      [...positions.values()].some(
        ({ attempts, notBefore }) => attempts > 0 && !(Atomics.load(advancing, 0) === 1 && now() < notBefore),
      ),
    look: () => (closed ? Promise.resolve(false) : look().catch(() => true)),
  });
  void poll();
  return {
    nudge: () => void look().catch(() => undefined),
    repeat,
    async close() {
      closed = true;
      clearTimeout(timer);
      await looking?.catch(() => undefined);
    },
  };
}

/** How many of a batch come before the first that failed: like Lambda, a stream begins again there. */
const doneOf = (
  batch: readonly LambdaStreamRecord[],
  { sequences }: { readonly sequences: ReadonlySet<string> },
): number => batch.findIndex((record) => sequences.has(sequenceOf(record)));

const sequenceOf = (record: LambdaStreamRecord | undefined): string => record?.dynamodb.SequenceNumber ?? '';
