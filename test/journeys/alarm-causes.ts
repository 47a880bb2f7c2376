/**
 * What makes each alarm of the stack go off. A list of `byCause` is exactly what rings in one journey; those of `onlyAws`
 * watch what nothing here counts, and a test hands in what AWS would.
 */
import type { Deployable } from '#lib/local/template.ts';
import type { FunctionName } from '#runtime/environment.ts';
import type { Measurement } from '#lib/local/measurements.ts';

const heartbeats = ['AskOwnersStopped', 'EnforceStopped', 'PublishingStopped'] as const;

/** Of the stack itself: parts of it stand still, fail, or may not do what they must. */
export const byCause = {
  notWorkedOn: ['AskOwnersLate', 'AskOwnersStopped', 'EnforceLate', 'EnforceStopped', 'RecordChangesLate'],
  mayNotSend: [
    'AskOwnersDeadLetters',
    'AskOwnersUndelivered',
    'EnforceDeadLetters',
    'EnforceUndelivered',
    'RecordChangesDeadLetters',
    'RecordChangesUndelivered',
  ],
  maySendNowhere: [
    'AskOwnersLost',
    'AskOwnersUndelivered',
    'EnforceLost',
    'EnforceUndelivered',
    'RecordChangesLost',
    'RecordChangesUndelivered',
  ],
  ruleOff: ['EnforceStopped'],
  streamOff: heartbeats,
  publishBroken: [
    'AskOwnersStopped',
    'EnforceStopped',
    'EventsUnpublished',
    'PublishEventsFailing',
    'PublishingLate',
    'PublishingStopped',
  ],
  sweepBroken: [...heartbeats, 'SweepDeadlinesFailing', 'SweepNotRunning'],
  workersBroken: [
    'AnswerSlackFailing',
    'AnswersFailing',
    'AskOwnersDeadLetters',
    'AskOwnersFailing',
    'AskOwnersStopped',
    'EnforceDeadLetters',
    'EnforceFailing',
    'EnforceLate',
    'EnforceStopped',
    'RecordChangesDeadLetters',
    'RecordChangesFailing',
  ],
  nothingStarts: [
    'AskOwnersStopped',
    'CollectorDeadLetters',
    'CollectorNotRunning',
    'EnforceStopped',
    'InventoryDeadLetters',
    'PublishingStopped',
    'SweepDeadLetters',
    'SweepNotRunning',
  ],
  collectionBroken: [
    'CollectAuditLogFailing',
    'CollectorNotRunning',
    'InventoryNotRunning',
    'TakeInventoryFailing',
  ],
  otherSecret: ['AnswersRefused'],
  slackRefuses: ['AskOwnersDeadLetters'],
} as const;

/** Of the tenants and the register. */
export const byTrouble = {
  heldBack: ['Overdue', 'Stopped'],
  switchedOff: ['EnforcementStopped'],
  outOfReach: ['AuditLogSilent', 'CollectAuditLogFailing', 'CoverageGap', 'CoverageGapAboutToExpire'],
  brokenContent: ['BlobsLost', 'RecordsUnreadable'],
  notRead: ['ExceptionsUnreadable', 'InventoryIncomplete'],
} as const;

type Counted = Omit<Measurement, 'at' | 'value'>;

/**
 * Lambda counts a throttle where an account runs as many functions at once as it may; here, nothing is throttled.
 * https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
 */
const throttles =
  (name: FunctionName) =>
  ({ functions }: Deployable): Counted => ({
    namespace: 'AWS/Lambda',
    metric: 'Throttles',
    dimensions: { FunctionName: functions.find((one) => one.name === name)?.id ?? '' },
    unit: 'Count',
  });

export const onlyAws: Readonly<Record<string, (stack: Deployable) => Counted>> = {
  RecordChangesThrottled: throttles('record-changes'),
  PublishEventsThrottled: throttles('publish-events'),
  AskOwnersThrottled: throttles('ask-owners'),
  AnswerSlackThrottled: throttles('answer-slack'),
  SweepDeadlinesThrottled: throttles('sweep-deadlines'),
  EnforceThrottled: throttles('enforce'),
  CollectAuditLogThrottled: throttles('collect-audit-log'),
  TakeInventoryThrottled: throttles('take-inventory'),
  /**
   * How fast this machine answers says nothing of AWS.
   * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-metrics.html
   */
  AnswersSlow: ({ routes }) => ({
    namespace: 'AWS/ApiGateway',
    metric: 'Latency',
    dimensions: { ApiId: routes[0]?.api ?? '' },
    unit: 'Milliseconds',
  }),
};
