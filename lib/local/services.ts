/**
 * What services of AWS do for the stack, asked of its policies before it is done here. Each is asked once: policies do
 * not change while a deployment runs.
 */
import { decryptions } from './dynamodb-acts.ts';
import type { Principal, RequestedAction } from './iam/decide.ts';
import type { Rights } from './rights.ts';
import type { Deployable, FunctionSpec, QueueSpec, RouteSpec, RuleSpec, ScheduleSpec } from './template.ts';

/** Why it is refused; `undefined` where it is allowed. */
type Ask = () => string | undefined;

export interface Services {
  /** Lambda takes on the function's role and opens its log. */
  start(of: FunctionSpec): Ask;
  /** API Gateway invokes it. */
  route(route: RouteSpec, target: FunctionSpec): Ask;
  /** The scheduler takes on the schedule's role and invokes it. */
  schedule(schedule: ScheduleSpec, target: FunctionSpec): Ask;
  /** The scheduler puts what it could not start on the schedule's dead-letter queue. */
  miss(schedule: ScheduleSpec): Ask;
  /** EventBridge sends into the queue what the rule matches. */
  deliver(rule: RuleSpec, queue: QueueSpec): Ask;
  /** Lambda takes messages for the function, and removes what is done. */
  take(queue: QueueSpec, target: FunctionSpec): Ask;
  /** Lambda reads the stream for the function, with the key of its table. */
  read(table: Deployable['tables'][number], target: FunctionSpec): Ask;
  /** Lambda keeps in a bucket what the function gave up on. */
  keep(bucket: string, target: FunctionSpec): Ask;
  /** What they do only when something else fails, and would fail at just then. Answers what they may not do. */
  inCaseOfNeed(): readonly string[];
}

const sent = (queue: string, by?: string): RequestedAction =>
  act('sqs:SendMessage', queue, by === undefined ? {} : { 'aws:SourceArn': [by] });
const act = (
  action: string,
  resource: string,
  context: RequestedAction['context'] = {},
): RequestedAction => ({ action, resource, context });

const lambda: Principal = { service: 'lambda.amazonaws.com' };
const scheduler: Principal = { service: 'scheduler.amazonaws.com' };
const events: Principal = { service: 'events.amazonaws.com' };

export function createServices(rights: Pick<Rights, 'refused'>, stack: Deployable): Services {
  const asking = (...asked: readonly (readonly [Principal, readonly RequestedAction[]])[]): Ask => {
    let known: { readonly why: string | undefined } | undefined;
    return () => (known ??= { why: first(asked) }).why;
  };
  const first = (
    asked: readonly (readonly [Principal, readonly RequestedAction[]])[],
  ): string | undefined => {
    for (const [who, acts] of asked) {
      const why = rights.refused(who, acts);
      if (why !== undefined) return why;
    }
    return undefined;
  };
  const miss: Services['miss'] = ({ role, deadLetters }) =>
    asking([{ role: role.name }, deadLetters === undefined ? [] : [sent(deadLetters)]]);
  const keep: Services['keep'] = (bucket, target) =>
    asking([
      { role: target.name },
      [act('s3:ListBucket', bucket), act('s3:PutObject', `${bucket}/aws/lambda/${target.name}/shard`)],
    ]);

  return {
    start: (of) => {
      const stream = `${of.logGroup}:log-stream:local`;
      return asking(
        [lambda, [act('sts:AssumeRole', of.role)]],
        [{ role: of.name }, [act('logs:CreateLogStream', stream), act('logs:PutLogEvents', stream)]],
      );
    },
    route: ({ arn }, target) =>
      asking([
        { service: 'apigateway.amazonaws.com' },
        [act('lambda:InvokeFunction', target.arn, { 'aws:SourceArn': [arn] })],
      ]),
    schedule: ({ role }, target) =>
      asking(
        [scheduler, [act('sts:AssumeRole', role.arn)]],
        [{ role: role.name }, [act('lambda:InvokeFunction', target.arn)]],
      ),
    miss,
    deliver: (rule, queue) => asking([events, [sent(queue.arn, rule.arn)]]),
    take: ({ arn }, target) =>
      asking([
        { role: target.name },
        ['sqs:GetQueueAttributes', 'sqs:ReceiveMessage', 'sqs:DeleteMessage'].map((name) => act(name, arn)),
      ]),
    read: ({ identity }, target) =>
      asking([
        { role: target.name },
        [
          ...['DescribeStream', 'GetShardIterator', 'GetRecords'].map((name) =>
            act(`dynamodb:${name}`, `${identity.arn}/stream`),
          ),
          ...decryptions(identity),
        ],
      ]),
    keep,
    inCaseOfNeed: () =>
      [
        ...stack.rules.map(({ arn, deadLetters }) =>
          asking([events, deadLetters.map((queue) => sent(queue, arn))]),
        ),
        ...stack.schedules.map(miss),
        ...stack.sources.flatMap(({ keptIn, function: id }) => {
          const target = stack.functions.find((one) => one.id === id);
          return keptIn === undefined || !target ? [] : [keep(keptIn, target)];
        }),
        asking([
          { service: 'cloudwatch.amazonaws.com' },
          [...new Set(stack.alarms.flatMap(({ tells }) => tells))].map((topic) =>
            act('sns:Publish', topic, { 'aws:SourceAccount': ['000000000000'] }),
          ),
        ]),
      ].flatMap((ask) => ask() ?? []),
  };
}
