import { Duration } from 'aws-cdk-lib';
import { Rule, type EventPattern, type EventBus } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { DeadLetterQueue } from './dead-letter-queue.ts';
import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import type { LambdaFunction } from './lambda-function.ts';
import type { FunctionName } from '#runtime/environment.ts';

interface BusWorkerProps {
  readonly bus: EventBus;
  readonly pattern: EventPattern;
  readonly work: LambdaFunction<FunctionName>;
  /** Its timeout is for the whole batch. */
  readonly batchSize: number;
}

/**
 * How many batches are worked on at once: the least that Lambda takes. Slack takes about one message a second in a
 * channel, and Exchange throttles by tenant: more would wait there. And a new AWS account runs ten functions at once,
 * among which people's answers in Slack need room.
 */
const maxConcurrency = 2;

/** A queue with no more rights than it takes: the CDK's own would also let look it up and change messages. */
class WorkQueue extends Queue {
  override grantConsumeMessages(to: IGrantable): Grant {
    return this.grant(to, 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage');
  }

  override grantSendMessages(to: IGrantable): Grant {
    return this.grant(to, 'sqs:SendMessage');
  }
}

/** Events of one pattern → queue → function. What the bus cannot deliver or the function cannot do is kept. */
export class BusWorker extends Construct {
  readonly bus: EventBus;
  readonly rule: Rule;
  readonly queue: Queue;
  readonly deadLetters: DeadLetterQueue;

  constructor(scope: Construct, id: string, { bus, pattern, work, batchSize }: BusWorkerProps) {
    super(scope, id);
    this.bus = bus;
    this.deadLetters = new DeadLetterQueue(this, 'DeadLetters', work.is);
    this.queue = new WorkQueue(this, 'Queue', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      // Six times the function's timeout, as AWS asks: throttled batches must not come back while still worked on.
      visibilityTimeout: Duration.seconds(6 * (work.timeout?.toSeconds() ?? 3)),
      retentionPeriod: Duration.days(14),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: 5 },
    });
    this.rule = new Rule(this, 'Rule', {
      eventBus: bus,
      eventPattern: pattern,
      targets: [new SqsQueue(this.queue, { deadLetterQueue: this.deadLetters })],
    });
    work.addEventSource(
      new SqsEventSource(this.queue, {
        batchSize,
        reportBatchItemFailures: true,
        maxConcurrency,
      }),
    );
  }
}
