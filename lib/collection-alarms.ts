import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  Metric,
  Stats,
  TreatMissingData,
  type IMetric,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Construct } from 'constructs';
import { metricsNamespace } from '#runtime/metrics-namespace.ts';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import type { Collection } from './collection.ts';

interface CollectionAlarmsProps {
  readonly collection: Collection;
  readonly topic: Topic;
}

/** Two runs: one that is late or cut off is nothing to wake anybody for. */
const period = Duration.minutes(10);

/** What somebody must hear of when the tenants' audit logs do not come in. Each alarm is a heading in the runbook. */
export class CollectionAlarms extends Construct {
  readonly #topic: Topic;

  constructor(scope: Construct, id: string, { collection, topic }: CollectionAlarmsProps) {
    super(scope, id);
    this.#topic = topic;

    this.#alarm(
      'CollectorNotRunning',
      'No audit log has been collected for twenty minutes: changes are not seen.',
      {
        metric: counted('CollectorHeartbeat', Stats.SUM),
        // Silence is the alarm.
        comparison: ComparisonOperator.LESS_THAN_THRESHOLD,
        threshold: 1,
        missing: TreatMissingData.BREACHING,
        of: [2, 2],
      },
    );
    this.#alarm(
      'CollectAuditLogFailing',
      'A tenant cannot be collected from: the log group says which and why.',
      {
        metric: collection.collectAuditLog.metricErrors({ period, statistic: Stats.SUM }),
        of: [2, 3],
      },
    );
    this.#alarm('CollectorDeadLetters', 'The schedule could not start the collector.', {
      metric: collection.deadLetters.metricApproximateNumberOfMessagesVisible({
        period,
        statistic: Stats.MAXIMUM,
      }),
    });
    this.#alarm(
      'AuditLogSilent',
      'A tenant has had nothing new in Audit.Exchange for too long: is auditing still on?',
      {
        metric: counted('AuditLogSilent', Stats.MAXIMUM),
      },
    );
    this.#alarm(
      'CoverageGap',
      'More than two hours of an audit log are not collected, and have not been for half an hour.',
      {
        metric: counted('CoverageGapHours', Stats.MAXIMUM),
        threshold: 2,
        of: [3, 3],
      },
    );
    this.#alarm(
      'CoverageGapAboutToExpire',
      'Part of an audit log will be out of reach within a day and is not collected.',
      {
        metric: counted('CoverageGapAboutToExpire', Stats.MAXIMUM),
      },
    );
    this.#alarm(
      'BlobsLost',
      'Content of an audit log was given up: only the inventory can tell what was in it.',
      {
        metric: counted('BlobsLost', Stats.SUM),
      },
    );
    this.#alarm('RecordsUnreadable', 'Audit records could not be read, and are not recorded.', {
      metric: counted('RecordsUnreadable', Stats.SUM),
    });
  }

  #alarm(
    id: string,
    meaning: string,
    {
      metric,
      threshold = 0,
      comparison = ComparisonOperator.GREATER_THAN_THRESHOLD,
      missing = TreatMissingData.NOT_BREACHING,
      of: [bad, seen] = [1, 1],
    }: {
      readonly metric: IMetric;
      readonly threshold?: number;
      readonly comparison?: ComparisonOperator;
      readonly missing?: TreatMissingData;
      /** How many of the last periods must be bad: `[2, 3]` is two of three. */
      readonly of?: readonly [number, number];
    },
  ): void {
    new Alarm(this, id, {
      alarmDescription: meaning,
      metric,
      threshold,
      comparisonOperator: comparison,
      datapointsToAlarm: bad,
      evaluationPeriods: seen,
      treatMissingData: missing,
    }).addAlarmAction(new SnsAction(this.#topic));
  }
}

const counted = (metricName: string, statistic: string): Metric =>
  new Metric({
    namespace: metricsNamespace,
    metricName,
    dimensionsMap: { service: 'collect-audit-log' },
    period,
    statistic,
  });
