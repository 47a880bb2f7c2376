/** What services of AWS count of a stack by themselves, under the very names that CloudWatch has it by. */
import { toMillis, type Instant } from '#time/instant.ts';
import type { Measurement } from './measurements.ts';
import type { Queues } from './queues.ts';

export interface ServiceMetrics {
  /** How an invocation of a function ended. */
  invoked(functionId: string, errors: 0 | 1): void;
  /** How long what a stream hands to a function has been in it, in milliseconds. */
  handedOver(functionId: string, age: number): void;
  /** So many records of a stream were passed over, and kept. */
  passedOver(sourceId: string, records: number): void;
  /** A rule's event could not be put on its queue; `lost` where it could not be put on the dead-letter queue either. */
  undelivered(rule: { readonly bus: string; readonly id: string }, lost: boolean): void;
  answered(api: string, status: number): void;
  /** How the queues stand. */
  queues(): void;
}

interface Surroundings {
  readonly measure: (measurement: Measurement) => void;
  readonly now: () => Instant;
  readonly queues: Pick<Queues, 'standing'>;
  readonly queueIds: readonly string[];
}

export function createServiceMetrics({ measure, now, queues, queueIds }: Surroundings): ServiceMetrics {
  const count = (
    namespace: string,
    metric: string,
    dimensions: Measurement['dimensions'],
    value: number,
    unit = 'Count',
  ): void => measure({ namespace, metric, dimensions, at: now(), value, unit });
  return {
    invoked: (FunctionName, errors) => count('AWS/Lambda', 'Errors', { FunctionName }, errors),
    handedOver: (FunctionName, age) =>
      count('AWS/Lambda', 'IteratorAge', { FunctionName }, age, 'Milliseconds'),
    passedOver: (EventSourceMappingUUID, records) =>
      count('AWS/Lambda', 'OnFailureDestinationDeliveredEventCount', { EventSourceMappingUUID }, records),
    undelivered: ({ bus, id }, lost) => {
      const dimensions = { EventBusName: bus, RuleName: id };
      count('AWS/Events', 'FailedInvocations', dimensions, 1);
      if (lost) count('AWS/Events', 'InvocationsFailedToBeSentToDlq', dimensions, 1);
    },
    answered: (ApiId, status) => count('AWS/ApiGateway', '5xx', { ApiId }, status >= 500 ? 1 : 0),
    queues: () => {
      for (const QueueName of queueIds) {
        const { visible, oldest } = queues.standing(QueueName, now());
        const age = oldest === undefined ? 0 : (toMillis(now()) - toMillis(oldest)) / 1_000;
        count('AWS/SQS', 'ApproximateNumberOfMessagesVisible', { QueueName }, visible);
        count('AWS/SQS', 'ApproximateAgeOfOldestMessage', { QueueName }, age, 'Seconds');
      }
    },
  };
}
