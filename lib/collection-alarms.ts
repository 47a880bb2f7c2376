import { Duration } from 'aws-cdk-lib';
import { Stats, type Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { counted, raise, raiseWhenSilent, raiseWhenThrottled } from './alarm.ts';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import type { Collection } from './collection.ts';

interface CollectionAlarmsProps {
  readonly collection: Collection;
  readonly topic: Topic;
}

/** Two runs: a single one that is late or cut off is not worth waking anybody for. */
const period = Duration.minutes(10);

/** What somebody must be told when the tenants' audit logs do not come in. Each alarm is a heading in the runbook. */
export class CollectionAlarms extends Construct {
  constructor(scope: Construct, id: string, { collection, topic }: CollectionAlarmsProps) {
    super(scope, id);
    const own = (metricName: string, statistic: string): Metric =>
      counted(this, 'collect-audit-log', metricName, statistic, period);

    raiseWhenSilent(this, topic, 'CollectorNotRunning', {
      meaning: 'No audit log has been collected for twenty minutes: changes are not seen.',
      metric: own('CollectorHeartbeat', Stats.SUM),
      silentFor: 2,
    });
    raise(this, topic, 'CollectAuditLogFailing', {
      meaning: 'A tenant cannot be collected from: the log group says which and why.',
      metric: collection.collectAuditLog.metricErrors({ period, statistic: Stats.SUM }),
      of: [2, 3],
    });
    raiseWhenThrottled(this, topic, 'CollectAuditLogThrottled', collection.collectAuditLog);
    raise(this, topic, 'CollectorDeadLetters', {
      meaning: 'The schedule could not start the collector.',
      metric: collection.deadLetters.metricApproximateNumberOfMessagesVisible({
        period,
        statistic: Stats.MAXIMUM,
      }),
    });
    raise(this, topic, 'AuditLogSilent', {
      meaning: 'A tenant has had nothing new in Audit.Exchange for too long: is auditing still on?',
      metric: own('AuditLogSilent', Stats.MAXIMUM),
    });
    raise(this, topic, 'CoverageGap', {
      meaning: 'More than two hours of an audit log are not collected, and have not been for half an hour.',
      metric: own('CoverageGapHours', Stats.MAXIMUM),
      above: 2,
      of: [3, 3],
    });
    raise(this, topic, 'CoverageGapAboutToExpire', {
      meaning: 'Part of an audit log will be out of reach within a day and is not collected.',
      metric: own('CoverageGapAboutToExpire', Stats.MAXIMUM),
    });
    raise(this, topic, 'BlobsLost', {
      meaning: 'Content of an audit log was given up: only the inventory can tell what was in it.',
      metric: own('BlobsLost', Stats.SUM),
    });
    raise(this, topic, 'RecordsUnreadable', {
      meaning: 'Audit records could not be read, and are not recorded.',
      metric: own('RecordsUnreadable', Stats.SUM),
    });
  }
}
