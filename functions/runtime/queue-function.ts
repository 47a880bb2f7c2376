import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import { MetricUnit } from '@aws-lambda-powertools/metrics';
import * as z from 'zod';
import { heartbeatType } from '#bus/heartbeat.ts';
import { describeFailure } from './failure.ts';
import { PutOff, putOffFor } from './put-off.ts';
import { withTelemetry } from './observe.ts';
import { createTurn, createTelemetry, type Turn } from './turn.ts';
import { parseAs, parseJson, UnreadableError } from './unreadable.ts';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { FunctionName } from './environment.ts';
import type { SendLater } from './own-queue.ts';

/** What EventBridge puts on a queue; `putOff`: how often it was put off since, `again`: it had failed before that. */
const envelopeSchema = z.looseObject({
  'detail-type': z.string().optional(),
  detail: z.unknown(),
  putOff: z.int().min(0).catch(0).default(0),
  again: z.literal(true).optional().catch(undefined),
});

/** Below this, work is not begun: the message goes back to the queue instead of being cut off in the middle. */
const leastMillis = 5_000;

export interface QueueTurn extends Turn {
  /** Milliseconds until the platform ends the whole batch. */
  readonly remaining: () => number;
  /** It failed before: some of it may be done. */
  readonly repeated: boolean;
}

/**
 * A function behind a queue that an EventBridge rule feeds. Messages are worked through one after the other; one
 * that fails goes back to its queue alone (and after some deliveries to the dead-letter queue), the others are done. A
 * heartbeat is only counted: it shows that the way to this function is open.
 *
 * A message that work puts off (`PutOff`) is done, and a copy of it comes later: a queue gives a message up after
 * some deliveries, however good the reason for each was. `later` reads the environment, and so is asked when needed.
 */
export function createQueueFunction<Detail>(
  name: FunctionName,
  detailSchema: z.ZodType<Detail>,
  work: (detail: Detail, turn: QueueTurn) => Promise<void>,
  later?: () => SendLater,
): (event: SQSEvent, context: Context) => Promise<SQSBatchResponse> {
  const voice = createTelemetry(name);

  const workOn = async (message: SQSRecord, context: Context): Promise<void> => {
    const envelope = parseAs(envelopeSchema, parseJson(message.body, 'message body'), 'message body');
    const { 'detail-type': type, detail, putOff } = envelope;
    if (type === heartbeatType) {
      voice.metrics.addMetric('Heartbeat', MetricUnit.Count, 1);
      return;
    }
    const delivery = Number(message.attributes.ApproximateReceiveCount);
    const repeated = delivery > 1 || envelope.again === true;
    try {
      if (context.getRemainingTimeInMillis() < leastMillis)
        throw new PutOff('too little time is left in this batch: the message goes back to its queue', 1);
      await work(parseAs(detailSchema, detail, 'detail'), {
        ...createTurn(voice, delivery),
        remaining: () => context.getRemainingTimeInMillis(),
        repeated,
      });
    } catch (error) {
      if (!later || !(error instanceof PutOff)) throw error;
      const seconds = putOffFor(error, putOff);
      await later()(
        JSON.stringify({ ...envelope, putOff: putOff + 1, ...(repeated && { again: true }) }),
        seconds,
      );
      voice.logger.info('a message was put off', { why: error.message, seconds, before: putOff });
      voice.metrics.addMetric('PutOff', MetricUnit.Count, 1);
    }
  };

  const workOrTell = async (message: SQSRecord, context: Context): Promise<void> => {
    try {
      await workOn(message, context);
    } catch (error) {
      voice.logger.error('a message failed and stays in its queue', {
        code: error instanceof UnreadableError ? 'MESSAGE_UNREADABLE' : 'MESSAGE_FAILED',
        messageId: message.messageId,
        delivery: message.attributes.ApproximateReceiveCount,
        failure: describeFailure(error),
      });
      voice.metrics.addMetric('MessageFailed', MetricUnit.Count, 1);
      throw error;
    }
  };

  // One after the other: messages about one exception would only lose races against each other, and Slack
  // takes one message a second. A batch that failed whole is reported like any other, not thrown: the error
  // thrown for it would repeat what the messages' own errors say.
  return withTelemetry(voice, (event: SQSEvent, context: Context) =>
    processPartialResponse(event, workOrTell, new BatchProcessor(EventType.SQS), {
      context,
      processInParallel: false,
      throwOnFullBatchFailure: false,
    }),
  );
}
