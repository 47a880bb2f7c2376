import { describe, expect, it } from 'vitest';
import { instant } from '#time/instant.ts';
import { createPublisher, type Publisher, type Unpublished } from '#bus/publisher.ts';
import { publishEvents } from '#functions/publish-events.ts';
import { beginning, chainEvents } from '#register/trail-chain.ts';
import { toTrailItem } from '#register/items.ts';
import { heartbeatKey } from '#register/keys.ts';
import type { DynamoDBRecord } from 'aws-lambda';
import type { Event } from '#lifecycle/events.ts';
import type { BusEntry } from '#bus/entry.ts';

const heldUntil = (day: number): Event => ({
  type: 'HoldEnded',
  at: instant(`2026-11-0${day}T10:00:00Z`),
  actor: { type: 'schedule' },
  deadline: instant('2026-11-23T10:00:00Z'),
});

/** Records of the stream as DynamoDB delivers them, made of items as the register writes them. */
const records: readonly DynamoDBRecord[] = chainEvents(
  'ex-1',
  0,
  beginning,
  [1, 2, 3, 4, 5].map(heldUntil),
).map((entry) => {
  const NewImage = Object.fromEntries(
    Object.entries(toTrailItem('ex-1', 'tenant-1', entry)).map(([name, value]) => [
      name,
      typeof value === 'number' ? { N: String(value) } : { S: String(value) },
    ]),
  );
  return { eventName: 'INSERT', dynamodb: { SequenceNumber: `s${entry.version}`, NewImage } };
});

async function publish(given: readonly DynamoDBRecord[], failed: readonly Unpublished[] = []) {
  const published: BusEntry[] = [];
  const bus: Publisher = {
    publish: (entries) => {
      published.push(...entries);
      return Promise.resolve({ failed });
    },
  };
  const logged: unknown[] = [];
  const counted: Record<string, number> = {};
  const log = (...line: unknown[]): void => void logged.push(line);
  const stop = await publishEvents(given, bus, {
    logger: { debug: log, info: log, warn: log, error: log },
    metrics: { addMetric: (name, _unit, value) => (counted[name] = value) },
  });
  const sequences = published.map(
    ({ DetailType, Detail }) =>
      (JSON.parse(Detail) as { metadata?: { sequence: number } }).metadata?.sequence ?? DetailType,
  );
  return { stop, sequences, counted, logged: JSON.stringify(logged) };
}

describe('publishing what was recorded', () => {
  it('puts every entry of the trail on the bus, in order', async () => {
    expect(await publish(records)).toEqual({
      stop: undefined,
      sequences: [1, 2, 3, 4, 5],
      counted: {},
      logged: '[]',
    });
  });

  it('passes a heartbeat on in its place, and counts it where the bus has it', async () => {
    const NewImage = {
      pk: { S: heartbeatKey.pk },
      sk: { S: heartbeatKey.sk },
      at: { S: '2026-11-01T10:05:00.000Z' },
    };
    const beat = { eventName: 'MODIFY', dynamodb: { SequenceNumber: 's8', NewImage } } as DynamoDBRecord;
    const mixed = [...records.slice(0, 2), beat, ...records.slice(2)];
    expect(await publish(mixed)).toMatchObject({
      stop: undefined,
      sequences: [1, 2, 'Heartbeat', 3, 4, 5],
      counted: { HeartbeatPublished: 1 },
    });
    const refused = await publish(mixed, [{ index: 1, code: 'InternalFailure' }]);
    expect(refused.counted).toEqual({ EventsUnpublished: 5 });
  });

  it('begins again at the first entry the bus refused', async () => {
    const failed = [
      { index: 2, code: 'InternalFailure' },
      { index: 4, code: 'ThrottlingException' },
    ];
    const { stop, logged } = await publish(records, failed);
    expect(stop).toBe(2);
    expect(logged).toContain('s3');
    expect(logged).toContain('EVENTS_REFUSED');
  });

  it('publishes what stands before an entry that cannot be read, and nothing behind it', async () => {
    const rubbish = { dynamodb: { SequenceNumber: 's9', NewImage: { body: { S: 'a secret' } } } };
    const { stop, sequences, logged } = await publish([...records.slice(0, 2), rubbish, ...records.slice(3)]);
    expect({ stop, sequences }).toEqual({ stop: 2, sequences: [1, 2] });
    expect(logged).toContain('ENTRY_UNREADABLE');
    expect(logged).not.toContain('secret');
  });

  it('publishes nothing that this release would misread', async () => {
    const newer = records.map(({ dynamodb, ...one }, index) => ({
      ...one,
      dynamodb: {
        ...dynamodb,
        NewImage: { ...dynamodb?.NewImage, schemaVersion: { N: index < 2 ? '1' : '99' } },
      },
    }));
    const { stop, sequences, logged } = await publish(newer);
    expect({ stop, sequences }).toEqual({ stop: 2, sequences: [1, 2] });
    expect(logged).toContain('ENTRY_UNREADABLE');
  });

  it('asks the bus to let nothing overtake what failed', async () => {
    let calls = 0;
    const client = {
      send: () => Promise.resolve({ FailedEntryCount: 1, Entries: [{ ErrorCode: `${(calls += 1)}` }] }),
    };
    const bus = createPublisher({ client: client as never, busName: 'the-bus' });
    const quiet = (): void => undefined;
    const stop = await publishEvents([...records, ...records, ...records], bus, {
      logger: { debug: quiet, info: quiet, warn: quiet, error: quiet },
      metrics: { addMetric: quiet },
    });
    expect({ stop, calls }).toEqual({ stop: 0, calls: 1 });
  });
});
