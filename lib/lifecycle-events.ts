import { Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import {
  EventSourceMapping,
  FilterCriteria,
  FilterRule,
  MetricType,
  StartingPosition,
  type IEventSourceDlq,
} from 'aws-cdk-lib/aws-lambda';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  ObjectOwnership,
  type CfnBucket,
} from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { lifecycleSource } from '#bus/lifecycle-event.ts';
import { heartbeatKey, trailPrefix } from '#register/keys.ts';
import { LambdaFunction } from './lambda-function.ts';
import type { EventBus } from 'aws-cdk-lib/aws-events';
import type { Register } from './register.ts';

interface LifecycleEventsProps {
  readonly register: Register;
  readonly bus: EventBus;
}

/** New entries of the trail, and heartbeats → table stream → publish-events → bus. */
export class LifecycleEvents extends Construct {
  readonly publishEvents: LambdaFunction<'publish-events'>;
  readonly source: EventSourceMapping;
  /** Holds complete records of what could not be published. */
  readonly unpublished: Bucket;

  constructor(scope: Construct, id: string, { register, bus }: LifecycleEventsProps) {
    super(scope, id);
    this.publishEvents = new LambdaFunction(this, 'PublishEvents', 'publish-events', {
      timeout: Duration.seconds(30),
      environment: { BUS_NAME: bus.eventBusName },
    });
    this.publishEvents.mayPut(bus, lifecycleSource);

    // A queue would get only a description of the failed batch, and the stream forgets it after a day; a bucket
    // gets the records themselves.
    this.unpublished = new Bucket(this, 'Unpublished', {
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      lifecycleRules: [{ expiration: Duration.days(90) }],
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const guard = (check: string, reason: string) => ({ id: `cdk-validator-cfnguard::${check}`, reason });
    const unlogged =
      'Only Lambda writes here, and every object raises an alarm; a log of accesses would itself need a bucket.';
    Validations.of(this.unpublished).acknowledge(
      { id: 'AwsSolutions-S1', reason: unlogged },
      guard('s3_bucket_logging_enabled_check', unlogged),
      guard(
        's3_bucket_default_encryption_kms_check',
        'S3 encrypts it with a key of its own; nobody but the administrators of the account may read it.',
      ),
      guard(
        's3_bucket_versioning_enabled_check',
        'Lambda gives every object a name of its own and writes it once.',
      ),
      guard(
        's3_event_notifications_enabled_check',
        "Lambda's own metric says when something was put here, and raises an alarm.",
      ),
      guard(
        's3_bucket_object_lock_enabled_check',
        'What is here stands in the trail, too; it waits for being published, and is gone after 90 days.',
      ),
    );

    register.grantStream(this.publishEvents);
    this.source = new EventSourceMapping(this, 'Stream', {
      target: this.publishEvents,
      eventSourceArn: register.stream,
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize: 100,
      // An exception's entries stay in order; one batch at a time keeps them in order when they are published, too.
      parallelizationFactor: 1,
      reportBatchItemFailures: true,
      bisectBatchOnError: true,
      // Without limits one unreadable entry would hold up everything behind it for a day. What is passed over is
      // in the bucket, and what it would have caused is caught up with: unanswered attempts and missing notices
      // are noticed by the sweep.
      retryAttempts: 30,
      maxRecordAge: Duration.hours(12),
      filters: [
        FilterCriteria.filter({
          eventName: ['INSERT'],
          dynamodb: { NewImage: { sk: { S: FilterRule.beginsWith(trailPrefix) } } },
        }),
        FilterCriteria.filter({
          eventName: ['INSERT', 'MODIFY'],
          dynamodb: { NewImage: { pk: { S: [heartbeatKey.pk] } } },
        }),
      ],
      onFailure: this.#unpublishedAsDestination(),
      metricsConfig: { metrics: [MetricType.EVENT_COUNT] },
    });
    // The mapping checks these permissions when it is created.
    this.source.node.addDependency(this.publishEvents.role ?? this.publishEvents);
  }

  /** Like the CDK's own S3 destination, which would also let the function read and delete what is there. */
  #unpublishedAsDestination(): IEventSourceDlq {
    return {
      bind: (_mapping, target) => {
        target.addToRolePolicy(
          new PolicyStatement({ actions: ['s3:ListBucket'], resources: [this.unpublished.bucketArn] }),
        );
        target.addToRolePolicy(
          new PolicyStatement({
            actions: ['s3:PutObject'],
            resources: [this.unpublished.arnForObjects('aws/lambda/*')],
          }),
        );
        const bucket = Stack.of(this).getLogicalId(this.unpublished.node.defaultChild as CfnBucket);
        Validations.of(target.role ?? target).acknowledge({
          id: `AwsSolutions-IAM5[Resource::<${bucket}.Arn>/aws/lambda/*]`,
          reason:
            'The objects that Lambda writes for this mapping: their names hold the time and a random part.',
        });
        return { destination: this.unpublished.bucketArn };
      },
    };
  }
}
