import { Aws, Duration, Stack } from 'aws-cdk-lib';
import {
  Alarm,
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  Stats,
  type IMetric,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { counted } from './alarm.ts';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { FunctionName } from '#runtime/environment.ts';
import type { BusWorker } from './bus-worker.ts';
import type { SlackApp } from './slack-app.ts';

interface DashboardProps {
  readonly workers: Readonly<Record<string, BusWorker>>;
  readonly deadLetters: Readonly<Record<string, IQueue>>;
  readonly slack: Pick<SlackApp, 'api'>;
}

const five = Duration.minutes(5);

/** By the beginning of an alarm's name. What is neither of the first two is stuck on the way to somebody. */
const questions = [
  { title: 'Is anything overdue?', begin: /^(Sweep|Overdue|Stopped|Enforce)/ },
  {
    title: 'Is Lapse blind?',
    begin: /^(Collect|Coverage|AuditLog|Blobs|Records?[CU]|Inventory|TakeInventory|Exceptions)/,
  },
  { title: 'Is anything stuck?', begin: /^/ },
] as const;

/** Whether anything is overdue, blind or stuck, in the first row: every alarm is in one of its three fields. */
export class Overview extends Construct {
  constructor(scope: Construct, id: string, { workers, deadLetters, slack }: DashboardProps) {
    super(scope, id);
    const own = (service: FunctionName, metricName: string, statistic: string = Stats.SUM): IMetric =>
      counted(this, service, metricName, statistic, five);
    const graph = (title: string, left: readonly IMetric[]): GraphWidget =>
      new GraphWidget({ title, left: [...left], width: 8, height: 6 });

    new Dashboard(this, 'Dashboard', {
      // Dashboards are the account's, not the region's.
      dashboardName: `${Stack.of(this).stackName}-${Aws.REGION}`,
      widgets: [
        this.#answers(),
        [
          graph('Deadlines', [
            own('sweep-deadlines', 'Overdue', Stats.MAXIMUM),
            own('sweep-deadlines', 'Lapsed'),
            own('sweep-deadlines', 'HeldBack', Stats.MAXIMUM),
          ]),
          graph('What is seen of the tenants', [
            own('collect-audit-log', 'RecordsPublished'),
            own('collect-audit-log', 'CoverageGapHours', Stats.MAXIMUM),
            own('collect-audit-log', 'NotSetUp'),
            own('take-inventory', 'InventoryOpened'),
            own('take-inventory', 'NotSetUp'),
          ]),
          graph(
            'Oldest message, in seconds',
            Object.entries(workers).map(([label, { queue }]) =>
              queue.metricApproximateAgeOfOldestMessage({ label, period: five, statistic: Stats.MAXIMUM }),
            ),
          ),
        ],
        [
          graph('Heartbeats', [
            own('publish-events', 'HeartbeatPublished'),
            own('ask-owners', 'Heartbeat'),
            own('enforce', 'Heartbeat'),
          ]),
          graph(
            'Dead letters',
            Object.entries(deadLetters).map(([label, queue]) =>
              queue.metricApproximateNumberOfMessagesVisible({
                label,
                period: five,
                statistic: Stats.MAXIMUM,
              }),
            ),
          ),
          graph('Answers, in milliseconds', [
            slack.api.metricLatency({ period: five, statistic: Stats.percentile(50), label: 'median' }),
            slack.api.metricLatency({
              period: five,
              statistic: Stats.percentile(99),
              label: 'slowest of 100',
            }),
          ]),
        ],
      ],
    });
  }

  #answers(): AlarmStatusWidget[] {
    const alarms = Stack.of(this)
      .node.findAll()
      .filter((one) => one instanceof Alarm);
    const groups = Map.groupBy(
      alarms,
      ({ node }) => questions.find(({ begin }) => begin.test(node.id))?.title,
    );
    return questions.map(
      ({ title }) => new AlarmStatusWidget({ title, alarms: groups.get(title) ?? [], width: 8, height: 8 }),
    );
  }
}
