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
import { metricsNamespaceOf } from './metrics-namespace.ts';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type { FunctionName } from '#runtime/environment.ts';

interface Threshold {
  readonly metric: IMetric;
  /** What it means for people, and where to look. */
  readonly meaning: string;
  /** Goes off when the value is above it; 0 if any occurrence is one too many. */
  readonly above?: number;
  /** How many of the last periods of the metric must be bad: `[2, 3]` is two of three. */
  readonly of?: readonly [number, number];
}

interface Heartbeat {
  readonly metric: IMetric;
  readonly meaning: string;
  /** Goes off after this many periods without a heartbeat. */
  readonly silentFor: number;
}

/** Tells the topic when a metric is above its threshold. The id is a heading in the runbook. */
export function raise(
  scope: Construct,
  topic: Topic,
  id: string,
  { metric, meaning, above = 0, of: [bad, seen] = [1, 1] }: Threshold,
): void {
  new Alarm(scope, id, {
    alarmDescription: meaning,
    metric,
    threshold: above,
    comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
    datapointsToAlarm: bad,
    evaluationPeriods: seen,
    // These metrics exist only if something happened.
    treatMissingData: TreatMissingData.NOT_BREACHING,
  }).addAlarmAction(new SnsAction(topic));
}

/** Tells the topic when a schedule is silent: a function that does not run reports no errors. */
export function raiseWhenSilent(
  scope: Construct,
  topic: Topic,
  id: string,
  { metric, meaning, silentFor }: Heartbeat,
): void {
  new Alarm(scope, id, {
    alarmDescription: meaning,
    metric,
    comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
    threshold: 1,
    evaluationPeriods: silentFor,
    treatMissingData: TreatMissingData.BREACHING,
  }).addAlarmAction(new SnsAction(topic));
}

/** Tells the topic when a function may not run as often as it is called: the account's concurrency is used up. */
export function raiseWhenThrottled(
  scope: Construct,
  topic: Topic,
  id: string,
  work: Pick<IFunction, 'metricThrottles'>,
): void {
  raise(scope, topic, id, {
    metric: work.metricThrottles({ period: Duration.minutes(5), statistic: Stats.SUM }),
    meaning: 'The function is called more often than Lambda lets it run in this account.',
  });
}

/** A metric that a function publishes itself. */
export const counted = (
  scope: Construct,
  service: FunctionName,
  metricName: string,
  statistic: string,
  period: Duration,
): Metric =>
  new Metric({
    namespace: metricsNamespaceOf(scope),
    metricName,
    dimensionsMap: { service },
    period,
    statistic,
  });
