import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { heartbeatType } from '#bus/heartbeat.ts';
import { lifecycleSource } from '#bus/lifecycle-event.ts';
import { toTitle } from '#lifecycle/events.ts';
import { enforcementEvents } from '#lifecycle/react.ts';
import { BusWorker } from './bus-worker.ts';
import { LambdaFunction } from './lambda-function.ts';
import type { EventBus } from 'aws-cdk-lib/aws-events';
import type { Policy } from '#policy/policy.ts';
import { aliases, type Register } from './register.ts';
import type { Secrets } from './secrets.ts';

interface EnforcementProps {
  readonly bus: EventBus;
  readonly register: Register;
  readonly secrets: Secrets;
  readonly policy: Policy;
}

/** Bus → queue → enforce → Exchange, read back → register. Only this function may change the tenant. */
export class Enforcement extends Construct {
  readonly enforce: LambdaFunction<'enforce'>;
  readonly worker: BusWorker;

  constructor(scope: Construct, id: string, { bus, register, secrets, policy }: EnforcementProps) {
    super(scope, id);
    this.enforce = new LambdaFunction(this, 'Enforce', 'enforce', {
      // Two objects one after the other: read, disable, read back, each of them slow on a bad day.
      timeout: Duration.minutes(2),
      policy,
      environment: {
        TABLE_NAME: register.table.tableName,
        EXCHANGE_SECRET: secrets.exchangeWriter.secretArn,
      },
    });
    register.grantCommands(this.enforce, aliases);
    this.enforce.mayProveItself();
    this.enforce.mayReadOfTenants(secrets.exchangeWriter);
    this.worker = new BusWorker(this, 'Decisions', {
      bus,
      pattern: { source: [lifecycleSource], detailType: [...enforcementEvents.map(toTitle), heartbeatType] },
      work: this.enforce,
      batchSize: 2,
    });
  }
}
