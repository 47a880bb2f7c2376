/**
 * New entries of the trail become events on the bus: the table's stream is the outbox. Published at least once: where
 * one entry fails, the stream begins again there, and what had gone out behind it goes out once more under the same
 * `event_id`. What cannot be published in the end is kept in a bucket, whole. Heartbeats go the same way, and are counted:
 * without them, a stream that stands still would look like a quiet day.
 */
import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { createHeartbeatEntry, heartbeatType } from '#bus/heartbeat.ts';
import { createLifecycleEntry } from '#bus/lifecycle-event.ts';
import { createPublisher, type Publisher } from '#bus/publisher.ts';
import { heartbeatFromImage, trailFromImage } from '#register/items.ts';
import { readEnvironment } from '#runtime/environment.ts';
import { once } from '#runtime/once.ts';
import { createStreamFunction } from '#runtime/stream-function.ts';
import type { DynamoDBRecord } from 'aws-lambda';
import type { BusEntry } from '#bus/entry.ts';
import type { Turn } from '#runtime/turn.ts';

const publisher = once(() => createPublisher({ busName: readEnvironment('publish-events').BUS_NAME }));

export const handler = createStreamFunction('publish-events', (records, turn) =>
  publishEvents(records, publisher(), turn),
);

/** Answers with the index of the first record that is not on the bus. */
export async function publishEvents(
  records: readonly DynamoDBRecord[],
  bus: Publisher,
  { logger, metrics }: Pick<Turn, 'logger' | 'metrics'>,
): Promise<number | undefined> {
  const entries = readable(records);
  const { failed } = await bus.publish(entries, { stopAtFailure: true });

  const [first] = failed;
  const stop = first?.index ?? (entries.length < records.length ? entries.length : undefined);
  const beats = entries.slice(0, stop).filter(({ DetailType }) => DetailType === heartbeatType).length;
  if (beats > 0) metrics.addMetric('HeartbeatPublished', MetricUnit.Count, beats);
  if (stop === undefined) return undefined;
  logger.error('events are not on the bus; the stream begins again at the first of them', {
    code: first ? 'EVENTS_REFUSED' : 'ENTRY_UNREADABLE',
    sequenceNumber: records[stop]?.dynamodb?.SequenceNumber,
    refusals: failed.map(({ code }) => code),
  });
  metrics.addMetric('EventsUnpublished', MetricUnit.Count, records.length - stop);
  return stop;
}

/** Up to the first that cannot be read: what follows that one must not overtake it. */
function readable(records: readonly DynamoDBRecord[]): readonly BusEntry[] {
  const entries: BusEntry[] = [];
  for (const { dynamodb } of records) {
    try {
      const image = dynamodb?.NewImage;
      const beatAt = heartbeatFromImage(image);
      entries.push(beatAt === undefined ? trailEntryOf(image) : createHeartbeatEntry(beatAt));
    } catch {
      break;
    }
  }
  return entries;
}

function trailEntryOf(image: unknown): BusEntry {
  const { exceptionId, tenant, entry } = trailFromImage(image);
  return createLifecycleEntry(exceptionId, tenant, entry);
}
