import { Duration, Tags, Validations } from 'aws-cdk-lib';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { deadLetterTag } from './dead-letter-tag.ts';
import type { Construct } from 'constructs';
import type { FunctionName } from '#runtime/environment.ts';

/** Where messages wait for a person: for two weeks, the maximum. */
export class DeadLetterQueue extends Queue {
  constructor(scope: Construct, id: string, of: FunctionName) {
    super(scope, id, {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    Tags.of(this).add(deadLetterTag, of);
    const reason =
      'It is a dead-letter queue. Rules and schedules use it as one, which the check does not see.';
    Validations.of(this).acknowledge(
      { id: 'AwsSolutions-SQS3', reason },
      { id: 'cdk-validator-cfnguard::sqs_dlq_check', reason },
    );
  }
}
