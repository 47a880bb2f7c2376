import { createHash } from 'node:crypto';
import { toMillis, type Instant } from '#time/instant.ts';
import type { Activity } from './activity.ts';
import type { Clock } from './clock.ts';
import type { LocalFunction } from './functions.ts';
import { failedItems } from './partial-failure.ts';
import type { QueueMessage, Queues } from './queues.ts';
import type { QueueSpec, SourceSpec } from './template.ts';

export interface QueueSource {
  /** Takes what is visible now, as far as the function has a thread free. */
  pump(): void;
  close(): void;
}

export interface QueueSourceOptions {
  readonly source: SourceSpec;
  readonly queue: QueueSpec;
  readonly target: LocalFunction;
  readonly queues: Queues;
  readonly clock: Clock;
  readonly activity: Activity;
  /** Messages of a batch failed, and come back. */
  readonly failed: (functionName: string, count: number, why: string) => void;
  /** Why Lambda may not take messages for the function; `undefined` where it may. */
  readonly refused: () => string | undefined;
  /** Messages failed too often, and wait in the dead-letter queue. */
  readonly gaveUp: (functionName: string, count: number) => void;
}

/** Feeds a queue to a function, as an event source mapping does. */
export function createQueueSource(options: QueueSourceOptions): QueueSource {
  const { source, queue, target, queues, clock, activity } = options;
  let closed = false;
  let alarm: { readonly at: Instant; readonly off: () => void } | undefined;

  const pump = (): boolean => {
    let took = false;
    let now = clock.now();
    while (!closed && target.free() > 0 && options.refused() === undefined) {
      now = clock.now();
      const { messages, dead } = queues.take(queue, source.batchSize, now);
      took ||= messages.length > 0 || dead > 0;
      if (dead > 0) options.gaveUp(target.spec.name, dead);
      if (messages.length > 0) void activity.during(target.spec.name, () => deliver(messages)).finally(pump);
      // What was given up on took the place of others that may be visible.
      else if (dead === 0) break;
    }
    // With no thread free, the end of the running batch pumps again.
    watch(now);
    return took;
  };

  /** Has the clock call when the next message comes back that was hidden at `now`: it may be back already. */
  const watch = (now: Instant): void => {
    const at = closed ? undefined : queues.nextBack(queue.id, now);
    if (alarm?.at === at) return;
    alarm?.off();
    alarm = at === undefined ? undefined : { at, off: clock.at(at, again) };
  };
  const again = (): void => {
    alarm = undefined;
    pump();
  };

  const deliver = async (messages: readonly QueueMessage[]): Promise<void> => {
    const wanted = messages.filter(({ body }) => source.filter({ body: parsed(body) }));
    const ids = wanted.map(({ id }) => id);
    let failed: ReadonlySet<string> = new Set();
    let why = 'it reported them as failed';
    if (ids.length > 0)
      try {
        const answer = await target.invoke({
          Records: wanted.map((message) => recordOf(message, queue.arn)),
        });
        failed = source.partial ? failedItems(answer, ids) : failed;
      } catch (error) {
        failed = new Set(ids);
        why = error instanceof Error ? error.message : String(error);
      }
    if (closed) return;
    queues.remove(
      queue.id,
      messages.map(({ id }) => id).filter((id) => !failed.has(id)),
    );
    queues.release(queue.id, [...failed]);
    if (failed.size > 0) options.failed(target.spec.name, failed.size, why);
  };

  activity.add({
    name: `the queue to ${target.spec.name}`,
    // What is delivered counts by itself; what came back this very moment, and nobody has called for, is found here.
    busy: () => false,
    look: () => Promise.resolve(!closed && pump()),
  });
  return {
    pump: () => void pump(),
    close() {
      closed = true;
      alarm?.off();
    },
  };
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return body;
  }
}

const recordOf = (message: QueueMessage, arn: string) => ({
  messageId: message.id,
  receiptHandle: message.id,
  body: message.body,
  attributes: {
    ApproximateReceiveCount: String(message.receives),
    SentTimestamp: String(toMillis(message.sentAt)),
    ApproximateFirstReceiveTimestamp: String(toMillis(message.sentAt)),
    SenderId: 'local',
  },
  messageAttributes: {},
  md5OfBody: createHash('md5').update(message.body).digest('hex'),
  eventSource: 'aws:sqs',
  eventSourceARN: arn,
  awsRegion: 'local-1',
});
