import { Duration, Stack, Validations } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Schedule, ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets';
import { Construct } from 'constructs';
import { auditDetailType, auditSource } from '#bus/audit-record-event.ts';
import { coveragePrefix } from '#collection/ledger-table.ts';
import { DeadLetterQueue } from './dead-letter-queue.ts';
import { LambdaFunction } from './lambda-function.ts';
import type { EventBus } from 'aws-cdk-lib/aws-events';
import type { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Register } from './register.ts';

interface CollectionProps {
  readonly register: Register;
  readonly bus: EventBus;
  /** Tenants to collect from, and their credentials: see `functions/microsoft/credential.ts`. */
  readonly secret: Pick<ISecret, 'secretArn'>;
}

/** Every five minutes → collect-audit-log → bus. */
export class Collection extends Construct {
  readonly collectAuditLog: LambdaFunction<'collect-audit-log'>;
  readonly deadLetters: DeadLetterQueue;

  constructor(scope: Construct, id: string, { register, bus, secret }: CollectionProps) {
    super(scope, id);
    this.collectAuditLog = new LambdaFunction(this, 'CollectAuditLog', 'collect-audit-log', {
      // Below the five minutes, so that runs rarely overlap; two at once do no harm.
      timeout: Duration.seconds(270),
      // A thousand tenants are fifty seconds of work for one core, and sixteen of them are in memory at once.
      memorySize: 1024,
      environment: {
        TABLE_NAME: register.table.tableName,
        BUS_NAME: bus.eventBusName,
        AUDIT_LOG_SECRET: secret.secretArn,
      },
    });
    this.collectAuditLog.mayRead(secret);
    this.collectAuditLog.mayProveItself();
    register.grantNotes(this.collectAuditLog, coveragePrefix);
    this.collectAuditLog.mayPut(bus, auditSource, [auditDetailType]);
    // The next run does what this one could not; retrying in between helps nobody.
    this.collectAuditLog.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: Duration.minutes(5) });

    this.deadLetters = new DeadLetterQueue(this, 'DeadLetters', 'collect-audit-log');
    const role = new Role(this, 'ScheduleRole', {
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com'),
    });
    new Schedule(this, 'EveryFiveMinutes', {
      description: "Lapse: what is new in the tenants' audit logs",
      schedule: ScheduleExpression.rate(Duration.minutes(5)),
      target: new LambdaInvoke(this.collectAuditLog, {
        role,
        retryAttempts: 2,
        maxEventAge: Duration.minutes(5),
        deadLetterQueue: this.deadLetters,
      }),
    });
    const invoked = Stack.of(this).getLogicalId(this.collectAuditLog.node.defaultChild as CfnFunction);
    Validations.of(role).acknowledge({
      id: `AwsSolutions-IAM5[Resource::<${invoked}.Arn>:*]`,
      reason: 'Versions and aliases of one function, which is as narrow as its ARN.',
    });
  }
}
