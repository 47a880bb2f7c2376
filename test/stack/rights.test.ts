/** What the policies of the template refuse, asked as AWS would ask them. What they must allow, the journeys ask. */
import { describe, expect, it } from 'vitest';
import { readAssembly } from '#lib/local/assembly.ts';
import { decide, type Principal } from '#lib/local/iam/decide.ts';
import { deployable } from '#lib/local/template.ts';
import { environments, type FunctionName } from '#runtime/environment.ts';
import { assembly } from './template.ts';

const stack = deployable(readAssembly(assembly));
const table = stack.tables[0]?.identity.arn ?? '';
const names = Object.keys(environments) as FunctionName[];

const isAllowed = (
  who: Principal,
  action: string,
  resource: string,
  context: Readonly<Record<string, readonly string[]>> = {},
): boolean =>
  'allowedBy' in
  decide(stack.policies, who, {
    action,
    resource,
    context: { 'aws:SecureTransport': ['true'], ...context },
  });
const queueOf = (name: string) => stack.queues.find(({ id }) => id.startsWith(name))?.arn ?? '';
const functionOf = (name: string) => stack.functions.find((one) => one.name === name)?.arn ?? '';

describe('in the table', () => {
  const partitions = [
    'EXCEPTION#ex-1',
    'RECEIPT#1',
    'ALIAS#t#1',
    'REMEMBERED#t#1',
    'MAILBOX#t#1',
    'STANDING#POLICY',
    'STANDING#BREAKERS',
    'STANDING#DIGEST#U1',
    'STANDING#BREAKER#t',
    'STANDING#inventory#t',
    'STANDING#tenants',
    'STANDING#HEARTBEAT',
    'COVERAGE#t',
  ];
  const within = (name: string, action: string): readonly string[] =>
    partitions.filter((partition) =>
      isAllowed({ role: name }, action, table, { 'dynamodb:LeadingKeys': [partition] }),
    );
  const commands = ['EXCEPTION#ex-1', 'RECEIPT#1'];

  it.each<[FunctionName, readonly string[]]>([
    ['record-changes', [...commands, 'ALIAS#t#1', 'REMEMBERED#t#1', 'MAILBOX#t#1']],
    ['publish-events', []],
    ['ask-owners', [...commands, 'STANDING#DIGEST#U1']],
    ['answer-slack', [...commands, 'STANDING#BREAKER#t']],
    ['enforce', [...commands, 'ALIAS#t#1']],
    [
      'sweep-deadlines',
      [
        ...commands,
        'ALIAS#t#1',
        'STANDING#POLICY',
        'STANDING#BREAKERS',
        'STANDING#BREAKER#t',
        'STANDING#HEARTBEAT',
      ],
    ],
    [
      'take-inventory',
      [...commands, 'ALIAS#t#1', 'REMEMBERED#t#1', 'STANDING#inventory#t', 'STANDING#tenants'],
    ],
    ['collect-audit-log', ['COVERAGE#t']],
  ])('%s may write %j and nothing else', (name, expected) => {
    expect(within(name, 'dynamodb:PutItem')).toEqual(expected);
  });

  it('only aliases may be deleted, by those who see objects of a tenant', () => {
    const deleting = names.flatMap((name) =>
      within(name, 'dynamodb:DeleteItem').map((partition) => [name, partition]),
    );
    expect(deleting.sort()).toEqual([
      ['record-changes', 'ALIAS#t#1'],
      ['take-inventory', 'ALIAS#t#1'],
    ]);
  });

  it('the collector reads nothing but its own notes, and publish-events nothing at all', () => {
    const read = (name: string) =>
      ['GetItem', 'BatchGetItem', 'Query'].map((action) => within(name, `dynamodb:${action}`));
    expect(read('collect-audit-log')).toEqual([['COVERAGE#t'], [], ['COVERAGE#t']]);
    expect(read('publish-events')).toEqual([[], [], []]);
  });

  it('what is read by query are trails', () => {
    for (const name of ['record-changes', 'ask-owners', 'answer-slack', 'take-inventory'])
      expect(within(name, 'dynamodb:Query')).toEqual(['EXCEPTION#ex-1']);
  });

  it('nothing is written, deleted or queried by a request that names no partition', () => {
    for (const action of ['PutItem', 'DeleteItem', 'Query'])
      expect(names.filter((name) => isAllowed({ role: name }, `dynamodb:${action}`, table))).toEqual([]);
  });

  it('nobody scans, updates, or writes in batches', () => {
    for (const action of ['Scan', 'UpdateItem', 'BatchWriteItem', 'PartiQLInsert', 'PartiQLSelect'])
      expect(names.flatMap((name) => within(name, `dynamodb:${action}`))).toEqual([]);
  });
});

it('the key of the table is used through DynamoDB only, and by publish-events only to read', () => {
  const key = stack.tables[0]?.identity.key ?? '';
  const through = (service: string) => ({ 'kms:ViaService': [`${service}.local-1.amazonaws.com`] });
  const able = (action: string, service: string) =>
    names.filter((name) => isAllowed({ role: name }, action, key, through(service)));
  expect(able('kms:Decrypt', 'dynamodb')).toEqual(names);
  expect(able('kms:Decrypt', 'secretsmanager')).toEqual([]);
  expect(able('kms:Encrypt', 'dynamodb')).toEqual(names.filter((name) => name !== 'publish-events'));
  expect(names.filter((name) => isAllowed({ role: name }, 'kms:Decrypt', key))).toEqual([]);
});

describe('on the bus', () => {
  const bus = `arn:aws:events:local-1:000000000000:event-bus/${stack.rules[0]?.bus ?? ''}`;
  const entries = [
    ['lapse.audit-log', 'Audit Record'],
    ['lapse.audit-log', 'Exception Opened'],
    ['lapse.register', 'Exception Opened'],
    ['lapse.register', 'Heartbeat'],
    ['lapse.inventory', 'Inventory Message'],
    ['lapse.inventory', 'Exception Opened'],
    ['aws.health', 'Audit Record'],
  ] as const;

  it.each<[FunctionName, readonly (readonly [string, string])[]]>([
    ['collect-audit-log', [['lapse.audit-log', 'Audit Record']]],
    [
      'publish-events',
      [
        ['lapse.register', 'Exception Opened'],
        ['lapse.register', 'Heartbeat'],
      ],
    ],
    ['take-inventory', [['lapse.inventory', 'Inventory Message']]],
    ['answer-slack', []],
    ['ask-owners', []],
    ['enforce', []],
    ['record-changes', []],
    ['sweep-deadlines', [['lapse.inventory', 'Inventory Message']]],
  ])('%s may say %j and nothing else', (name, expected) => {
    const said = entries.filter(([source, type]) =>
      isAllowed({ role: name }, 'events:PutEvents', bus, {
        'events:source': [source],
        'events:detail-type': [type],
      }),
    );
    expect(said).toEqual(expected);
    expect(isAllowed({ role: name }, 'events:PutEvents', bus)).toBe(false);
  });
});

describe('a token that says which role a function runs as', () => {
  const usual = {
    'sts:IdentityTokenAudience': ['api://AzureADTokenExchange'],
    'sts:SigningAlgorithm': ['RS256'],
    'sts:DurationSeconds': ['300'],
  };
  const able = (context: Readonly<Record<string, readonly string[]>>) =>
    names.filter((name) => isAllowed({ role: name }, 'sts:GetWebIdentityToken', '*', context)).sort();

  it('is for Microsoft, for five minutes, and for those only who sign in to a tenant', () => {
    expect(able(usual)).toEqual(['collect-audit-log', 'enforce', 'record-changes', 'take-inventory']);
  });

  it.each([
    ['for somebody else, too', { 'sts:IdentityTokenAudience': ['api://AzureADTokenExchange', 'other'] }],
    ['for nobody', { 'sts:IdentityTokenAudience': [] }],
    ['for longer', { 'sts:DurationSeconds': ['301'] }],
    ['for nobody knows how long', { 'sts:DurationSeconds': [] }],
    ['signed otherwise', { 'sts:SigningAlgorithm': ['ES384'] }],
  ])('is given to nobody %s', (_, other) => {
    expect(able({ ...usual, ...other })).toEqual([]);
  });
});

describe('services', () => {
  const events: Principal = { service: 'events.amazonaws.com' };
  const by = (arn: string) => ({ 'aws:SourceArn': [arn] });

  it('send into a queue, and into its dead letters, for its own rule only', () => {
    for (const rule of stack.rules)
      for (const queue of stack.queues) {
        const isOwn = rule.targets.includes(queue.id) || rule.deadLetters.includes(queue.arn);
        expect([queue.id, isAllowed(events, 'sqs:SendMessage', queue.arn, by(rule.arn))]).toEqual([
          queue.id,
          isOwn,
        ]);
      }
  });

  it('use a queue over TLS only', () => {
    const [rule] = stack.rules;
    const queue = queueOf(rule?.targets[0] ?? '');
    const context = by(rule?.arn ?? '');
    expect(isAllowed(events, 'sqs:SendMessage', queue, context)).toBe(true);
    expect(
      isAllowed(events, 'sqs:SendMessage', queue, { ...context, 'aws:SecureTransport': ['false'] }),
    ).toBe(false);
  });

  it('take from a queue for its own function, and no more than that takes', () => {
    const queue = queueOf('EnforcementDecisionsQueue');
    const able = (action: string) => names.filter((name) => isAllowed({ role: name }, action, queue));
    expect(able('sqs:ReceiveMessage')).toEqual(['enforce']);
    for (const action of ['SendMessage', 'PurgeQueue', 'ChangeMessageVisibility', 'GetQueueUrl'])
      expect(able(`sqs:${action}`)).toEqual([]);
    expect(isAllowed(events, 'sqs:GetQueueUrl', queue, by(stack.rules[0]?.arn ?? ''))).toBe(false);
  });

  it('let ask-owners alone send itself what comes later', () => {
    const queue = queueOf('SlackAppQuestionsQueue');
    const able = (to: string) => names.filter((name) => isAllowed({ role: name }, 'sqs:SendMessage', to));
    expect(able(queue)).toEqual(['ask-owners']);
    expect(isAllowed({ role: 'ask-owners' }, 'sqs:PurgeQueue', queue)).toBe(false);
    expect(stack.queues.map(({ arn }) => arn).filter((arn) => able(arn).length > 0)).toEqual([queue]);
  });

  it('invoke answer-slack by its own three routes only', () => {
    const gateway: Principal = { service: 'apigateway.amazonaws.com' };
    const invoked = (arn: string) =>
      isAllowed(gateway, 'lambda:InvokeFunction', functionOf('answer-slack'), by(arn));
    for (const { arn } of stack.routes) {
      expect(invoked(arn)).toBe(true);
      expect(invoked(arn.replace(/[^:]+$/, (path) => `other/${path}`))).toBe(false);
      expect(invoked(`${arn}/more`)).toBe(false);
    }
    expect(
      isAllowed(gateway, 'lambda:InvokeFunction', functionOf('enforce'), by(stack.routes[0]?.arn ?? '')),
    ).toBe(false);
  });

  it('invoke by a schedule its own function, and no version of it', () => {
    for (const { role, function: id } of stack.schedules)
      for (const { arn, id: other } of stack.functions) {
        expect(isAllowed({ role: role.name }, 'lambda:InvokeFunction', arn)).toBe(other === id);
        expect(isAllowed({ role: role.name }, 'lambda:InvokeFunction', `${arn}:1`)).toBe(false);
      }
  });

  it('take on the roles that are made for them, and nobody else does', () => {
    const able = (service: string, arn: string) => isAllowed({ service }, 'sts:AssumeRole', arn);
    for (const { role } of stack.functions) {
      expect(able('lambda.amazonaws.com', role)).toBe(true);
      expect(able('scheduler.amazonaws.com', role)).toBe(false);
    }
    for (const { role } of stack.schedules) {
      expect(able('scheduler.amazonaws.com', role.arn)).toBe(true);
      expect(able('lambda.amazonaws.com', role.arn)).toBe(false);
    }
  });
});
