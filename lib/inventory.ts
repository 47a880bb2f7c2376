import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { inventoryMessageType, inventorySource } from '#bus/inventory-message.ts';
import { noteNames } from '#register/partitions.ts';
import { DeadLetterQueue } from './dead-letter-queue.ts';
import { invokeEvery } from './invoke-every.ts';
import { LambdaFunction } from './lambda-function.ts';
import type { EventBus } from 'aws-cdk-lib/aws-events';
import type { Policy } from '#policy/policy.ts';
import { notesOf, type Register } from './register.ts';
import type { Secrets } from './secrets.ts';

interface InventoryProps {
  readonly register: Register;
  readonly bus: EventBus;
  readonly secrets: Secrets;
  readonly policy: Policy;
}

/** Every hour → take-inventory: Exchange, compared → register; what people must hear of it → bus. */
export class Inventory extends Construct {
  readonly takeInventory: LambdaFunction<'take-inventory'>;
  readonly deadLetters: DeadLetterQueue;

  constructor(scope: Construct, id: string, { register, bus, secrets, policy }: InventoryProps) {
    super(scope, id);
    this.takeInventory = new LambdaFunction(this, 'TakeInventory', 'take-inventory', {
      // A tenant takes seconds; the rest is for many tenants, and for Exchange on a bad day.
      timeout: Duration.minutes(15),
      memorySize: 1024,
      policy,
      environment: {
        TABLE_NAME: register.table.tableName,
        BUS_NAME: bus.eventBusName,
        EXCHANGE_SECRET: secrets.exchangeReader.secretArn,
      },
    });
    register.grantObservations(
      this.takeInventory,
      notesOf(`${noteNames.inventory}*`),
      notesOf(noteNames.tenants),
    );
    register.grantQuery(this.takeInventory, 'open', 'tenant');
    this.takeInventory.mayProveItself();
    this.takeInventory.mayReadOfTenants(secrets.exchangeReader);
    this.takeInventory.mayPut(bus, inventorySource, [inventoryMessageType]);
    // The next hour looks again; retrying in between helps nobody.
    this.takeInventory.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: Duration.minutes(30) });

    this.deadLetters = new DeadLetterQueue(this, 'DeadLetters', 'take-inventory');
    invokeEvery(this, 'EveryHour', {
      description: 'Lapse: what the tenants have against what the register says',
      every: Duration.hours(1),
      work: this.takeInventory,
      maxEventAge: Duration.minutes(30),
      deadLetters: this.deadLetters,
    });
  }
}
