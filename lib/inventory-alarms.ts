import { Duration } from 'aws-cdk-lib';
import { Stats, type Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { counted, raise, raiseWhenSilent, raiseWhenThrottled } from './alarm.ts';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import type { Inventory } from './inventory.ts';

interface InventoryAlarmsProps {
  readonly inventory: Inventory;
  readonly topic: Topic;
}

const period = Duration.hours(1);

/** What somebody must be told when the tenants are not looked at. Each alarm is a heading in the runbook. */
export class InventoryAlarms extends Construct {
  constructor(scope: Construct, id: string, { inventory, topic }: InventoryAlarmsProps) {
    super(scope, id);
    const own = (metricName: string, statistic: string): Metric =>
      counted(this, 'take-inventory', metricName, statistic, period);

    // Two hours: a single run that is cut off is not worth waking anybody for.
    raiseWhenSilent(this, topic, 'InventoryNotRunning', {
      meaning: 'No inventory for two hours: what the audit log misses is not found.',
      metric: own('InventoryHeartbeat', Stats.SUM),
      silentFor: 2,
    });
    raise(this, topic, 'InventoryIncomplete', {
      meaning:
        'Parts of a tenant could not be listed for three hours: nothing is concluded from what is missing there.',
      metric: own('InventoryIncomplete', Stats.MAXIMUM),
      of: [3, 3],
    });
    raise(this, topic, 'TakeInventoryFailing', {
      meaning: 'A tenant cannot be looked at: the log group says which and why.',
      metric: inventory.takeInventory.metricErrors({ period, statistic: Stats.SUM }),
      of: [2, 2],
    });
    raiseWhenThrottled(this, topic, 'TakeInventoryThrottled', inventory.takeInventory);
    raise(this, topic, 'ExceptionsUnreadable', {
      meaning: 'Exceptions in the register cannot be read: nothing is done about them.',
      metric: own('ExceptionsUnreadable', Stats.MAXIMUM),
    });
    raise(this, topic, 'InventoryDeadLetters', {
      meaning: 'The schedule could not start the inventory.',
      metric: inventory.deadLetters.metricApproximateNumberOfMessagesVisible({
        period: Duration.minutes(1),
        statistic: Stats.MAXIMUM,
      }),
    });
  }
}
