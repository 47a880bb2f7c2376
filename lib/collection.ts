import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { auditDetailType, auditSource } from '#bus/audit-record-event.ts';
import { coveragePrefix } from '#collection/ledger-table.ts';
import { DeadLetterQueue } from './dead-letter-queue.ts';
import { invokeEvery } from './invoke-every.ts';
import { LambdaFunction } from './lambda-function.ts';
import type { EventBus } from 'aws-cdk-lib/aws-events';
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Policy } from '#policy/policy.ts';
import type { Register } from './register.ts';

interface CollectionProps {
  readonly register: Register;
  readonly bus: EventBus;
  /** Tenants to collect from, and their credentials: see `functions/microsoft/credential.ts`. */
  readonly secret: Secret;
  readonly policy: Policy;
}

/** Every five minutes → collect-audit-log → bus. */
export class Collection extends Construct {
  readonly collectAuditLog: LambdaFunction<'collect-audit-log'>;
  readonly deadLetters: DeadLetterQueue;

  constructor(scope: Construct, id: string, { register, bus, secret, policy }: CollectionProps) {
    super(scope, id);
    this.collectAuditLog = new LambdaFunction(this, 'CollectAuditLog', 'collect-audit-log', {
      // Below the five minutes, so that runs rarely overlap; two at once do no harm.
      timeout: Duration.seconds(270),
      // A thousand tenants are fifty seconds of work for one core, and sixteen of them are in memory at once.
      memorySize: 1024,
      policy,
      environment: {
        TABLE_NAME: register.table.tableName,
        BUS_NAME: bus.eventBusName,
        AUDIT_LOG_SECRET: secret.secretArn,
      },
    });
    this.collectAuditLog.mayReadOfTenants(secret);
    this.collectAuditLog.mayProveItself();
    register.grantNotes(this.collectAuditLog, coveragePrefix);
    this.collectAuditLog.mayPut(bus, auditSource, [auditDetailType]);
    // The next run does what this one could not; retrying in between helps nobody.
    this.collectAuditLog.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: Duration.minutes(5) });

    this.deadLetters = new DeadLetterQueue(this, 'DeadLetters', 'collect-audit-log');
    invokeEvery(this, 'EveryFiveMinutes', {
      description: "Lapse: what is new in the tenants' audit logs",
      every: Duration.minutes(5),
      work: this.collectAuditLog,
      maxEventAge: Duration.minutes(5),
      deadLetters: this.deadLetters,
    });
  }
}
