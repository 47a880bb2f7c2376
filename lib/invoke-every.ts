import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Schedule, ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets';
import type { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { FunctionName } from '#runtime/environment.ts';
import type { DeadLetterQueue } from './dead-letter-queue.ts';
import type { LambdaFunction } from './lambda-function.ts';

interface Rhythm {
  readonly every: Duration;
  readonly work: LambdaFunction<FunctionName>;
  readonly description: string;
  /** A tick that could not be handed over within this time is outdated. */
  readonly maxEventAge: Duration;
  readonly deadLetters: DeadLetterQueue;
}

/** Invokes a function at a rate, as a role of its own that may do nothing else. */
export function invokeEvery(
  scope: Construct,
  id: string,
  { every, work, description, maxEventAge, deadLetters }: Rhythm,
): void {
  const role = new Role(scope, 'ScheduleRole', {
    assumedBy: new ServicePrincipal('scheduler.amazonaws.com'),
  });
  role.addToPolicy(
    new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [work.functionArn] }),
  );
  role.addToPolicy(new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [deadLetters.queueArn] }));
  new Schedule(scope, id, {
    description,
    schedule: ScheduleExpression.rate(every),
    target: new LambdaInvoke(work, {
      // The CDK would allow every version of the function besides.
      role: role.withoutPolicyUpdates(),
      retryAttempts: 2,
      maxEventAge,
      deadLetterQueue: deadLetters,
    }),
  });
}
