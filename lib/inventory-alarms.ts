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
import type { Inventory } from './inventory.ts';

interface InventoryAlarmsProps {
  readonly inventory: Inventory;
  readonly topic: Topic;
}

const period = Duration.hours(1);

/** What somebody must hear of when the tenants are not looked at. Each alarm is a heading in the runbook. */
export class InventoryAlarms extends Construct {
  readonly #topic: Topic;

  constructor(scope: Construct, id: string, { inventory, topic }: InventoryAlarmsProps) {
    super(scope, id);
    this.#topic = topic;

    // Silence is the alarm. Two hours: one run that is cut off is nothing to wake anybody for.
    new Alarm(this, 'InventoryNotRunning', {
      alarmDescription: 'No inventory for two hours: what the audit log misses is not found.',
      metric: counted('InventoryHeartbeat', Stats.SUM),
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      threshold: 1,
      evaluationPeriods: 2,
      treatMissingData: TreatMissingData.BREACHING,
    }).addAlarmAction(new SnsAction(topic));
    this.#alarm('InventoryIncomplete', counted('InventoryIncomplete', Stats.MAXIMUM), {
      meaning:
        'Parts of a tenant could not be listed for three hours: nothing is concluded from what is missing there.',
      hours: 3,
    });
    this.#alarm(
      'TakeInventoryFailing',
      inventory.takeInventory.metricErrors({ period, statistic: Stats.SUM }),
      { meaning: 'A tenant cannot be looked at: the log group says which and why.', hours: 2 },
    );
    this.#alarm(
      'InventoryDeadLetters',
      inventory.deadLetters.metricApproximateNumberOfMessagesVisible({
        period: Duration.minutes(1),
        statistic: Stats.MAXIMUM,
      }),
      { meaning: 'The schedule could not start the inventory.', hours: 1 },
    );
  }

  /** Rings when it was above zero in each of the last `hours` periods. */
  #alarm(
    id: string,
    metric: IMetric,
    { meaning, hours }: { readonly meaning: string; readonly hours: number },
  ): void {
    new Alarm(this, id, {
      alarmDescription: meaning,
      metric,
      threshold: 0,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: hours,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    }).addAlarmAction(new SnsAction(this.#topic));
  }
}

const counted = (metricName: string, statistic: string): Metric =>
  new Metric({
    namespace: metricsNamespace,
    metricName,
    dimensionsMap: { service: 'take-inventory' },
    period,
    statistic,
  });
