import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { inventoryMessageType, inventorySource } from '#bus/inventory-message.ts';
import { noteNames } from '#register/partitions.ts';
import { DeadLetterQueue } from './dead-letter-queue.ts';
import { invokeEvery } from './invoke-every.ts';
import { LambdaFunction } from './lambda-function.ts';
import type { EventBus } from 'aws-cdk-lib/aws-events';
import type { Policy } from '#policy/policy.ts';
import { aliases, notesOf, type Register } from './register.ts';

interface DeadlinesProps {
  readonly register: Register;
  readonly bus: EventBus;
  readonly policy: Policy;
}

/** Every minute → sweep-deadlines → register; what people must hear of a tenant → bus. */
export class Deadlines extends Construct {
  readonly sweepDeadlines: LambdaFunction<'sweep-deadlines'>;
  readonly deadLetters: DeadLetterQueue;

  constructor(scope: Construct, id: string, { register, bus, policy }: DeadlinesProps) {
    super(scope, id);
    this.sweepDeadlines = new LambdaFunction(this, 'SweepDeadlines', 'sweep-deadlines', {
      // Two sweeps at once do no harm, but the next one would only repeat this one's work.
      timeout: Duration.seconds(55),
      policy,
      environment: { TABLE_NAME: register.table.tableName, BUS_NAME: bus.eventBusName },
    });
    register.grantCommands(
      this.sweepDeadlines,
      aliases,
      notesOf(noteNames.policy),
      notesOf(noteNames.breakers),
      notesOf(`${noteNames.breaker}*`),
      notesOf(noteNames.heartbeat),
      notesOf(noteNames.enforcement),
    );
    // Reads what is not removed when a policy is new, or when so much lapses that the breaker must count.
    register.grantQuery(this.sweepDeadlines, 'due', 'open', 'state');
    // Where there is no exception in whose trail a decision about a tenant could stand.
    this.sweepDeadlines.mayPut(bus, inventorySource, [inventoryMessageType]);
    // One exception that fails must not triple every tick, and ticks that found no room must not pile up.
    this.sweepDeadlines.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: Duration.minutes(1) });

    this.deadLetters = new DeadLetterQueue(this, 'DeadLetters', 'sweep-deadlines');
    invokeEvery(this, 'EveryMinute', {
      description: 'Lapse: what is due',
      every: Duration.minutes(1),
      work: this.sweepDeadlines,
      // The next minute sees everything that this one missed: a day of outdated ticks would help nobody.
      maxEventAge: Duration.minutes(5),
      deadLetters: this.deadLetters,
    });
  }
}
