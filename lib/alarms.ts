import { Aws, CfnOutput, Duration, Fn, Stack } from 'aws-cdk-lib';
import { Metric, Stats, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { counted, raise, raiseWhenSilent, raiseWhenThrottled } from './alarm.ts';
import type { AuditIntake } from './audit-intake.ts';
import type { BusWorker } from './bus-worker.ts';
import type { Deadlines } from './deadlines.ts';
import type { Enforcement } from './enforcement.ts';
import type { LifecycleEvents } from './lifecycle-events.ts';
import type { SlackApp } from './slack-app.ts';
import type { FunctionName } from '#runtime/environment.ts';

interface AlarmsProps {
  readonly intake: AuditIntake;
  readonly events: LifecycleEvents;
  readonly slack: SlackApp;
  readonly enforcement: Enforcement;
  readonly deadlines: Deadlines;
}

/** What somebody must be told. Those people subscribe to the topic; each alarm is a heading in the runbook. */
export class Alarms extends Construct {
  readonly topic: Topic;

  constructor(scope: Construct, id: string, { intake, events, slack, enforcement, deadlines }: AlarmsProps) {
    super(scope, id);
    this.topic = this.#topic();

    this.#sweep(deadlines);
    this.#worker('RecordChanges', intake.worker, 'Changes in the tenant are not recorded');
    this.#worker('AskOwners', slack.worker, 'Owners are not asked');
    this.#worker('Enforce', enforcement.worker, 'Exceptions that must end are not disabled');
    for (const { name, function: end, consequence } of [
      { name: 'AskOwners', function: 'ask-owners', consequence: 'owners are not asked' },
      { name: 'Enforce', function: 'enforce', consequence: 'nothing is disabled or restored' },
    ] as const)
      raiseWhenSilent(this, this.topic, `${name}Stopped`, {
        meaning: `No heartbeat has come through bus and queue for fifteen minutes: ${consequence}.`,
        metric: this.#heartbeat(end, 'Heartbeat'),
        silentFor: 3,
      });
    this.#stream(events);
    this.#answers(slack);
    for (const { name, work } of [
      { name: 'RecordChanges', work: intake.recordChanges },
      { name: 'PublishEvents', work: events.publishEvents },
      { name: 'AskOwners', work: slack.askOwners },
      { name: 'AnswerSlack', work: slack.answerSlack },
      { name: 'SweepDeadlines', work: deadlines.sweepDeadlines },
      { name: 'Enforce', work: enforcement.enforce },
    ]) {
      raise(this, this.topic, `${name}Failing`, {
        metric: work.metricErrors({ period: Duration.minutes(1), statistic: Stats.SUM }),
        meaning: 'The function ends with an error: see its log group.',
        of: [2, 3],
      });
      raiseWhenThrottled(this, this.topic, `${name}Throttled`, work);
    }
  }

  #sweep({ deadLetters }: Deadlines): void {
    const minutely = (metricName: string, statistic: string): Metric =>
      counted(this, 'sweep-deadlines', metricName, statistic, Duration.minutes(1));
    // Without sweeps, nothing lapses.
    raiseWhenSilent(this, this.topic, 'SweepNotRunning', {
      meaning: 'Nothing has been swept for five minutes: no deadline is being kept.',
      metric: minutely('SweeperHeartbeat', Stats.SUM),
      silentFor: 5,
    });
    raise(this, this.topic, 'Overdue', {
      metric: minutely('Overdue', Stats.MAXIMUM),
      meaning: 'Reminders or lapses have been due for more than ten minutes and could not be recorded.',
    });
    // One minute may only be two sweeps at once.
    raise(this, this.topic, 'Stopped', {
      metric: minutely('Stopped', Stats.MAXIMUM),
      meaning:
        'Lapse has stopped itself in a tenant: lapses, or a new policy, wait until an approver has looked.',
      of: [2, 3],
    });
    raise(this, this.topic, 'EnforcementStopped', {
      metric: minutely('EnforcementStopped', Stats.MAXIMUM),
      meaning: 'Somebody has stopped enforcement in a tenant: nothing is disabled there until it is resumed.',
      of: [2, 3],
    });
    raise(this, this.topic, 'SweepDeadLetters', {
      metric: depthOf(deadLetters),
      meaning: 'The schedule could not start the sweep.',
    });
  }

  #worker(name: string, { bus, queue, deadLetters, rule }: BusWorker, consequence: string): void {
    raise(this, this.topic, `${name}DeadLetters`, {
      metric: depthOf(deadLetters),
      meaning: `${consequence}: messages were given up and wait in the dead-letter queue.`,
    });
    raise(this, this.topic, `${name}Late`, {
      metric: queue.metricApproximateAgeOfOldestMessage({
        period: Duration.minutes(1),
        statistic: Stats.MAXIMUM,
      }),
      meaning: `${consequence} in time: the oldest message has waited for more than 15 minutes.`,
      above: 900,
      of: [2, 3],
    });
    raise(this, this.topic, `${name}Undelivered`, {
      metric: ofRule('FailedInvocations', bus, rule),
      meaning: `${consequence}: the bus cannot put events on the queue.`,
    });
    raise(this, this.topic, `${name}Lost`, {
      metric: ofRule('InvocationsFailedToBeSentToDlq', bus, rule),
      meaning: `${consequence}: the bus could put events neither on the queue nor on the dead-letter queue.`,
    });
  }

  #stream({ publishEvents, source }: LifecycleEvents): void {
    // How far behind a mapping is, it says only when it hands something over.
    raiseWhenSilent(this, this.topic, 'PublishingStopped', {
      meaning:
        'No heartbeat has come from the table to the bus for fifteen minutes: nobody is told or asked.',
      metric: this.#heartbeat('publish-events', 'HeartbeatPublished'),
      silentFor: 3,
    });
    raise(this, this.topic, 'PublishingLate', {
      metric: publishEvents.metric('IteratorAge', { period: Duration.minutes(1), statistic: Stats.MAXIMUM }),
      meaning: 'Recorded events reach the bus more than a minute late.',
      above: 60_000,
      of: [2, 3],
    });
    raise(this, this.topic, 'EventsUnpublished', {
      metric: new Metric({
        namespace: 'AWS/Lambda',
        metricName: 'OnFailureDestinationDeliveredEventCount',
        dimensionsMap: { EventSourceMappingUUID: source.eventSourceMappingId },
        period: Duration.minutes(1),
        statistic: Stats.SUM,
      }),
      meaning: 'Recorded events were passed over and lie in the bucket for unpublished events.',
    });
  }

  #heartbeat(end: FunctionName, metricName: string): Metric {
    return counted(this, end, metricName, Stats.SUM, Duration.minutes(5));
  }

  #answers({ api }: SlackApp): void {
    raise(this, this.topic, 'AnswersFailing', {
      metric: api.metricServerError({ period: Duration.minutes(1), statistic: Stats.SUM }),
      meaning: 'People in Slack see an error when they answer.',
    });
    raise(this, this.topic, 'AnswersRefused', {
      metric: counted(this, 'answer-slack', 'AnswersRefused', Stats.SUM, Duration.minutes(5)),
      meaning: 'Answers are refused: the signing secret here is not the one of Slack.',
    });
    raise(this, this.topic, 'AnswersSlow', {
      // As Slack sees it: the function's own duration does not count its cold starts.
      metric: api.metricLatency({ period: Duration.minutes(5), statistic: Stats.percentile(99) }),
      meaning: 'Answers take more than 1.5 of the 3 seconds that Slack waits.',
      above: 1500,
      of: [2, 3],
    });
  }

  #topic(): Topic {
    const topic = new Topic(this, 'Topic', {
      displayName: `Lapse alarms of ${Stack.of(this).stackName}`,
      enforceSSL: true,
    });
    // A topic with a policy of its own loses the one that let the account's alarms in.
    topic.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AlarmsOfThisAccount',
        actions: ['sns:Publish'],
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        resources: [topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    );
    new CfnOutput(this, 'TopicArn', {
      value: topic.topicArn,
      description: 'Subscribe here to hear of alarms',
    });
    return topic;
  }
}

/**
 * For a custom bus, metrics of rules exist only with both dimensions. `rule.ruleName` would be `bus|rule` there, which
 * is no rule's name; its ARN ends in `rule/bus/rule`.
 */
const ofRule = (metricName: string, bus: BusWorker['bus'], rule: BusWorker['rule']): Metric =>
  new Metric({
    namespace: 'AWS/Events',
    metricName,
    dimensionsMap: {
      EventBusName: bus.eventBusName,
      RuleName: Fn.select(2, Fn.split('/', rule.ruleArn)),
    },
    period: Duration.minutes(1),
    statistic: Stats.SUM,
  });

const depthOf = (queue: BusWorker['deadLetters']): IMetric =>
  queue.metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(1), statistic: Stats.MAXIMUM });
