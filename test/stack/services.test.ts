/** What services of AWS do for the stack: all of it is allowed, and where it were not, it would be said. */
import { describe, expect, it } from 'vitest';
import { readAssembly } from '#lib/local/assembly.ts';
import { createRights } from '#lib/local/rights.ts';
import { createServices } from '#lib/local/services.ts';
import { deployable } from '#lib/local/template.ts';
import { assembly } from './template.ts';

const stack = deployable(readAssembly(assembly));
const allowed = createServices(createRights(stack.policies), stack);
const nothing = createServices(
  createRights({ roles: new Map([...stack.policies.roles].map(([name]) => [name, []])), resources: [] }),
  stack,
);
const present = <T>(one: T | undefined): T => {
  if (one === undefined) throw new Error('the stack has none');
  return one;
};
const answers = present(stack.functions.find(({ name }) => name === 'answer-slack'));
const publishes = present(stack.functions.find(({ name }) => name === 'publish-events'));
const enforces = present(stack.functions.find(({ name }) => name === 'enforce'));
const rule = present(stack.rules.find(({ id }) => id.startsWith('Enforcement')));
const queue = present(stack.queues.find(({ id }) => id === rule.targets[0]));
const schedule = present(stack.schedules[0]);
const scheduled = present(stack.functions.find(({ id }) => id === schedule.function));
const bucket = present(stack.sources.find(({ keptIn }) => keptIn !== undefined)?.keptIn);

type Services = typeof allowed;

describe('what a service does for the stack', () => {
  it.each<[string, (services: Services) => () => string | undefined, string]>([
    ['taking on a role', (one) => one.start(answers), 'lambda.amazonaws.com: sts:AssumeRole'],
    [
      'invoking by a route',
      (one) => one.route(present(stack.routes[0]), answers),
      'apigateway.amazonaws.com: lambda:InvokeFunction',
    ],
    [
      'invoking by a schedule',
      (one) => one.schedule(schedule, scheduled),
      'scheduler.amazonaws.com: sts:AssumeRole',
    ],
    ['sending into a queue', (one) => one.deliver(rule, queue), 'events.amazonaws.com: sqs:SendMessage'],
    ['taking from a queue', (one) => one.take(queue, enforces), 'enforce: sqs:GetQueueAttributes'],
    [
      'reading the stream',
      (one) => one.read(present(stack.tables[0]), publishes),
      'publish-events: dynamodb:DescribeStream',
    ],
    ['keeping what was given up on', (one) => one.keep(bucket, publishes), 'publish-events: s3:ListBucket'],
  ])('%s is allowed, and would be refused by name', (_, ask, refusal) => {
    expect(ask(allowed)()).toBeUndefined();
    expect(ask(nothing)()).toContain(`${refusal} on arn:`);
  });

  it('in case of need is allowed, and would be missed at once', () => {
    expect(allowed.inCaseOfNeed()).toEqual([]);
    expect(
      nothing
        .inCaseOfNeed()
        .map((why) => why.replace(/ on arn:.*/, ''))
        .sort(),
    ).toEqual([
      'cloudwatch.amazonaws.com: sns:Publish',
      'events.amazonaws.com: sqs:SendMessage',
      'events.amazonaws.com: sqs:SendMessage',
      'events.amazonaws.com: sqs:SendMessage',
      'publish-events: s3:ListBucket',
      'the schedule of collect-audit-log: sqs:SendMessage',
      'the schedule of sweep-deadlines: sqs:SendMessage',
      'the schedule of take-inventory: sqs:SendMessage',
    ]);
  });
});
