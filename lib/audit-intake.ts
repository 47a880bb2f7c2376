import { Duration, Stack } from 'aws-cdk-lib';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { Construct } from 'constructs';
import { operationEndings } from '#audit-log/operations.ts';
import { auditDetailType, auditSource } from '#bus/audit-record-event.ts';
import { partitions } from '#register/partitions.ts';
import { BusWorker } from './bus-worker.ts';
import { LambdaFunction } from './lambda-function.ts';
import type { Policy } from '#policy/policy.ts';
import type { Register } from './register.ts';
import type { Secrets } from './secrets.ts';

interface AuditIntakeProps {
  readonly register: Register;
  readonly secrets: Secrets;
  readonly policy: Policy;
}

/** Audit records → bus → the operations that matter → queue → record-changes → register. */
export class AuditIntake extends Construct {
  readonly bus: EventBus;
  readonly recordChanges: LambdaFunction<'record-changes'>;
  readonly worker: BusWorker;

  constructor(scope: Construct, id: string, { register, secrets, policy }: AuditIntakeProps) {
    super(scope, id);
    this.bus = new EventBus(this, 'Bus', {
      // By itself, the CDK names it after the construct, which is the same in every stack of an account.
      eventBusName: Stack.of(this).stackName,
      description: 'Lapse: audit records, and what happened to exceptions',
    });
    this.recordChanges = new LambdaFunction(this, 'RecordChanges', 'record-changes', {
      // Five records one after the other, each with a look at Exchange.
      timeout: Duration.minutes(1),
      policy,
      environment: {
        TABLE_NAME: register.table.tableName,
        EXCHANGE_SECRET: secrets.exchangeReader.secretArn,
      },
    });
    register.grantObservations(this.recordChanges, `${partitions.mailboxes}*`);
    // A record about a list names the whole list: what is known of its entries is compared with it.
    register.grantQuery(this.recordChanges, 'tenant');
    this.recordChanges.mayProveItself();
    this.recordChanges.mayReadOfTenants(secrets.exchangeReader);
    this.worker = new BusWorker(this, 'AuditRecords', {
      bus: this.bus,
      pattern: {
        source: [auditSource],
        detailType: [auditDetailType],
        // By what they are about, not one by one: EventBridge takes a pattern of 2,048 characters.
        detail: { data: { Operation: operationEndings.map((suffix) => ({ suffix })) } },
      },
      work: this.recordChanges,
      batchSize: 5,
    });
  }
}
