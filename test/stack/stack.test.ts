import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { mailboxOperations } from '#audit-log/mailbox-operations.ts';
import { operations } from '#audit-log/operations.ts';
import { compilePattern } from '#lib/local/pattern.ts';
import { toTitle } from '#lifecycle/events.ts';
import { enforcementEvents, slackEvents } from '#lifecycle/react.ts';
import { environments, readEnvironment, type FunctionName } from '#runtime/environment.ts';
import {
  all,
  assembly,
  at,
  functions,
  only,
  resources,
  statements,
  statementsOf,
  target,
} from './template.ts';
import { policy } from '../policy/fixture.ts';

const names = Object.keys(environments) as FunctionName[];

describe('the stack', () => {
  it('cannot be deleted by mistake, and says whose it is on everything in it', () => {
    const { artifacts } = z
      .object({ artifacts: z.record(z.string(), z.object({ properties: z.unknown().optional() })) })
      .parse(JSON.parse(readFileSync(join(assembly, 'manifest.json'), 'utf8')));
    expect(artifacts['lapse']?.properties).toMatchObject({
      terminationProtection: true,
      tags: { application: 'lapse' },
    });
  });

  it('has a bucket that nobody can open to the public', () => {
    expect(only('AWS::S3::Bucket').Properties['PublicAccessBlockConfiguration']).toEqual({
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    });
  });

  it('fits any account and region', () => {
    const text = readFileSync(join(assembly, 'lapse.template.json'), 'utf8');
    expect(text).not.toMatch(/\b\d{12}\b/);
    expect(text).not.toMatch(/\b(?:us|eu|ap)-(?:east|west|central|north|south)-\d\b/);
  });
});

describe('every function', () => {
  it('is deployed, and nothing else is', () => {
    expect([...functions.keys()].sort()).toEqual([...names].sort());
  });

  it.each(names)('%s runs on arm64 and Node 24', (name) => {
    expect(functions.get(name)?.Properties).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
    });
  });

  it.each(names)('%s finds the environment it asks for', (name) => {
    const variables = z
      .record(z.string(), z.unknown())
      .parse(at(functions.get(name)?.Properties, 'Environment', 'Variables'));
    const texts = Object.entries(variables).map(([key, value]) => [
      key,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]);
    expect(() => readEnvironment(name, Object.fromEntries(texts) as Record<string, string>)).not.toThrow();
  });

  it.each(names)('%s cannot be sent elsewhere by a stray endpoint variable', (name) => {
    expect(at(functions.get(name)?.Properties, 'Environment', 'Variables')).toMatchObject({
      AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true',
    });
  });

  it('writes to a log group of its own that is emptied in time', () => {
    const groups = [...functions.values()].map(({ Properties }) =>
      target(at(Properties, 'LoggingConfig', 'LogGroup')),
    );
    expect(new Set(groups).size).toBe(names.length);
    for (const { Properties } of all('AWS::Logs::LogGroup'))
      expect(Properties).toHaveProperty('RetentionInDays');
  });
});

describe('the code of every function', () => {
  const folderOf = (name: string): string =>
    join(
      assembly,
      `asset.${String(at(functions.get(name)?.Properties, 'Code', 'S3Key')).replace('.zip', '')}`,
    );

  it.each(names)('of %s is one module of less than 1 MB', (name) => {
    expect(statSync(join(folderOf(name), 'index.mjs')).size).toBeLessThan(1_000_000);
  });

  it.each(names)('of %s is a module and exports a handler', (name) => {
    expect(readFileSync(join(folderOf(name), 'index.mjs'), 'utf8')).toMatch(/export\s*\{[^}]*\bas handler\b/);
  });

  it('is a different one for each', () => {
    expect(new Set(names.map(folderOf)).size).toBe(names.length);
  });

  it.each(names.filter((name) => !['publish-events', 'collect-audit-log'].includes(name)))(
    'of %s has the policy beside it',
    (name) => {
      expect(JSON.parse(readFileSync(join(folderOf(name), 'policy.json'), 'utf8'))).toEqual(policy);
    },
  );
});

describe('rights', () => {
  it('are named one by one', () => {
    const actions = statements.flatMap(({ Action }) => Action);
    expect(actions.length).toBeGreaterThan(20);
    expect(actions.filter((action) => action.includes('*'))).toEqual([]);
  });

  it('are never given on everything', () => {
    // A statement about oneself has no resource that could be named.
    const named = statements.filter(({ Action }) => String(Action) !== 'sts:GetWebIdentityToken');
    expect(named.flatMap(({ Resource }) => Resource)).not.toContain('*');
  });

  it('to prove who they are are given only to functions that sign in to a tenant', () => {
    const able = names.filter((name) =>
      statementsOf(name).some(({ Action }) => Action.includes('sts:GetWebIdentityToken')),
    );
    expect(able.sort()).toEqual(['collect-audit-log', 'enforce', 'record-changes', 'take-inventory']);
  });

  it('come from no policy that AWS may widen', () => {
    for (const { Properties } of all('AWS::IAM::Role'))
      expect(Properties).not.toHaveProperty('ManagedPolicyArns');
  });

  it.each([
    ['slack-bot-token', ['answer-slack', 'ask-owners']],
    ['slack-signing-secret', ['answer-slack']],
    ['exchange-reader', ['record-changes', 'take-inventory']],
    ['exchange-writer', ['enforce']],
    ['audit-log-reader', ['collect-audit-log']],
  ])('to read the secret %s are given to %j only', (secret, readers) => {
    const id = all('AWS::SecretsManager::Secret').find(
      ({ Properties }) => Properties['Name'] === `lapse/${secret}`,
    )?.id;
    const able = names.filter((name) =>
      statementsOf(name).some(
        ({ Action, Resource }) =>
          Action.includes('secretsmanager:GetSecretValue') && Resource.some((one) => target(one) === id),
      ),
    );
    expect(able.sort()).toEqual(readers);
  });
});

describe('the register', () => {
  it('survives mistakes: recovery to any moment, no deletion, a key of its own', () => {
    const table = only('AWS::DynamoDB::Table');
    expect(table.DeletionPolicy).toBe('Retain');
    expect(table.Properties).toMatchObject({
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      DeletionProtectionEnabled: true,
      SSESpecification: { SSEEnabled: true, SSEType: 'KMS' },
    });
    const key = only('AWS::KMS::Key');
    expect(target(at(table.Properties, 'SSESpecification', 'KMSMasterKeyId'))).toBe(key.id);
    expect(key.Properties).toMatchObject({ EnableKeyRotation: true });
    expect(key.DeletionPolicy).toBe('Retain');
  });

  it('passes every new entry of a trail to the bus, and keeps whole what cannot be passed', () => {
    const stream = all('AWS::Lambda::EventSourceMapping').find(
      ({ Properties }) => at(Properties, 'EventSourceArn', 'Fn::GetAtt', 1) === 'StreamArn',
    );
    expect(target(stream?.Properties['FunctionName'])).toBe(functions.get('publish-events')?.id);
    expect(stream?.Properties).toMatchObject({
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      BisectBatchOnFunctionError: true,
      StartingPosition: 'TRIM_HORIZON',
    });
    expect(stream?.Properties['MaximumRetryAttempts']).toBeGreaterThan(0);
    const filters = z
      .array(z.object({ Pattern: z.string() }))
      .parse(at(stream?.Properties, 'FilterCriteria', 'Filters'));
    expect(filters.map(({ Pattern }) => JSON.parse(Pattern) as unknown)).toEqual([
      { eventName: ['INSERT'], dynamodb: { NewImage: { sk: { S: [{ prefix: 'TRAIL#' }] } } } },
      // Heartbeats are one item, which is replaced.
      {
        eventName: ['INSERT', 'MODIFY'],
        dynamodb: { NewImage: { pk: { S: ['STANDING#HEARTBEAT'] } } },
      },
    ]);
    expect(target(at(stream?.Properties, 'DestinationConfig', 'OnFailure', 'Destination'))).toBe(
      only('AWS::S3::Bucket').id,
    );
  });
});

describe('the rules of the bus', () => {
  const patternOf = (name: string): unknown => {
    const source = all('AWS::Lambda::EventSourceMapping').find(
      ({ Properties }) => target(Properties['FunctionName']) === functions.get(name)?.id,
    );
    const queue = target(source?.Properties['EventSourceArn']);
    const rules = all('AWS::Events::Rule').filter(
      ({ Properties }) => target(at(Properties, 'Targets', 0, 'Arn')) === queue,
    );
    expect(rules).toHaveLength(1);
    return rules[0]?.Properties['EventPattern'];
  };

  it('bring record-changes the operations it recognises', () => {
    const pattern = patternOf('record-changes');
    const told = (Operation: string) => ({
      source: 'lapse.audit-log',
      'detail-type': 'Audit Record',
      detail: { data: { Operation } },
    });
    const matches = compilePattern(pattern);
    const recognised = [...operations, ...mailboxOperations, 'UpdateInboxRules'];
    expect(recognised.filter((operation) => !matches(told(operation)))).toEqual([]);
    for (const other of ['Add-MailboxPermission', 'UpdateFolderPermissions', 'TransportRule'])
      expect(matches(told(other))).toBe(false);
    expect(matches({ ...told('New-TransportRule'), source: 'lapse.register' })).toBe(false);
  });

  it('have patterns that EventBridge takes: it allows 2,048 characters', () => {
    const patterns = all('AWS::Events::Rule').flatMap(({ Properties }) => Properties['EventPattern'] ?? []);
    expect(patterns.length).toBeGreaterThan(2);
    for (const pattern of patterns) expect(JSON.stringify(pattern).length).toBeLessThanOrEqual(2048);
  });

  it('bring enforce the events that ask something of it', () => {
    expect(patternOf('enforce')).toEqual({
      source: ['lapse.register'],
      'detail-type': [...enforcementEvents.map(toTitle), 'Heartbeat'],
    });
  });

  it('bring ask-owners those that ask something of it, and what is to be told of a tenant', () => {
    expect(patternOf('ask-owners')).toEqual({
      source: ['lapse.register', 'lapse.inventory'],
      'detail-type': [...slackEvents.map(toTitle), 'Inventory Message', 'Heartbeat'],
    });
  });
});

describe('every queue', () => {
  const queues = all('AWS::SQS::Queue');
  const deadLetterOf = (id: string): unknown =>
    target(at(queues.find((queue) => queue.id === id)?.Properties, 'RedrivePolicy', 'deadLetterTargetArn'));
  const working = queues.filter(({ id }) => deadLetterOf(id) !== undefined);
  const dead = queues.filter(({ id }) => deadLetterOf(id) === undefined);

  it('has a dead-letter queue after five deliveries, or is one', () => {
    expect(working).toHaveLength(3);
    for (const { id, Properties } of working) {
      expect(at(Properties, 'RedrivePolicy', 'maxReceiveCount')).toBe(5);
      expect(dead.map((queue) => queue.id)).toContain(deadLetterOf(id));
    }
    for (const { Properties } of dead) expect(Properties['MessageRetentionPeriod']).toBe(14 * 24 * 60 * 60);
  });

  it('keeps what the bus could not deliver to it', () => {
    for (const { id } of working) {
      const [rule] = all('AWS::Events::Rule').filter(
        ({ Properties }) => target(at(Properties, 'Targets', 0, 'Arn')) === id,
      );
      expect(target(at(rule?.Properties, 'Targets', 0, 'DeadLetterConfig', 'Arn'))).toBe(deadLetterOf(id));
    }
  });

  it('hides a message for six times as long as its function may take', () => {
    for (const { id, Properties } of working) {
      const source = all('AWS::Lambda::EventSourceMapping').find(
        (mapping) => target(mapping.Properties['EventSourceArn']) === id,
      );
      const reader = [...functions.values()].find(
        (one) => one.id === target(source?.Properties['FunctionName']),
      );
      expect(Properties['VisibilityTimeout']).toBeGreaterThanOrEqual(
        6 * Number(reader?.Properties['Timeout']),
      );
      expect(source?.Properties['FunctionResponseTypes']).toEqual(['ReportBatchItemFailures']);
    }
  });

  it.each(['record-changes', 'ask-owners', 'enforce'])(
    'is worked on by %s in two batches at once, so that ten functions at once are enough for all',
    (name) => {
      const sources = all('AWS::Lambda::EventSourceMapping').filter(
        ({ Properties }) => target(Properties['FunctionName']) === functions.get(name)?.id,
      );
      expect(sources.map(({ Properties }) => Properties['ScalingConfig'])).toEqual([
        { MaximumConcurrency: 2 },
      ]);
    },
  );

  it('is encrypted, and closed to unencrypted requests', () => {
    const closed = all('AWS::SQS::QueuePolicy')
      .filter(({ Properties }) => JSON.stringify(Properties).includes('"aws:SecureTransport":"false"'))
      .flatMap(({ Properties }) => (Properties['Queues'] as unknown[]).map(target));
    for (const { id, Properties } of queues) {
      expect(Properties['SqsManagedSseEnabled']).toBe(true);
      expect(closed).toContain(id);
    }
  });

  it('that is a dead-letter queue says which function gave up on what is in it', () => {
    const tagOf = (id: string): unknown =>
      z
        .array(z.object({ Key: z.string(), Value: z.string() }))
        .catch([])
        .parse(at(dead.find((queue) => queue.id === id)?.Properties, 'Tags'))
        .find(({ Key }) => Key === 'lapse:function')?.Value;
    for (const { id } of working) {
      const source = all('AWS::Lambda::EventSourceMapping').find(
        (mapping) => target(mapping.Properties['EventSourceArn']) === id,
      );
      const reader = [...functions].find(([, one]) => one.id === target(source?.Properties['FunctionName']));
      expect(tagOf(String(deadLetterOf(id)))).toBe(reader?.[0]);
    }
    const ticks = all('AWS::Scheduler::Schedule').map(({ Properties }) => [
      tagOf(String(target(at(Properties, 'Target', 'DeadLetterConfig', 'Arn')))),
      target(at(Properties, 'Target', 'Arn')),
    ]);
    expect(ticks).toHaveLength(3);
    for (const [name, invoked] of ticks) expect(functions.get(String(name))?.id).toBe(invoked);
  });

  it('that is a dead-letter queue raises an alarm at the first message', () => {
    const watched = all('AWS::CloudWatch::Alarm')
      .filter(({ Properties }) => Properties['MetricName'] === 'ApproximateNumberOfMessagesVisible')
      .filter(({ Properties }) => Properties['Threshold'] === 0)
      .map(({ Properties }) => target(at(Properties, 'Dimensions', 0, 'Value')));
    expect([...watched].sort()).toEqual(dead.map(({ id }) => id).sort());
  });
});

describe('what runs by the clock', () => {
  it.each([
    ['sweep-deadlines', 'rate(1 minute)', 300],
    ['collect-audit-log', 'rate(5 minutes)', 300],
    ['take-inventory', 'rate(1 hour)', 1800],
  ] as const)('%s starts at %s, and old ticks are dropped', (name, expression, seconds) => {
    const schedule = all('AWS::Scheduler::Schedule').find(
      ({ Properties }) => target(at(Properties, 'Target', 'Arn')) === functions.get(name)?.id,
    );
    expect(schedule?.Properties).toMatchObject({
      ScheduleExpression: expression,
      State: 'ENABLED',
      Target: { RetryPolicy: { MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: seconds } },
    });
  });

  it.each([
    ['sweep-deadlines', 60],
    ['collect-audit-log', 300],
    ['take-inventory', 1800],
  ] as const)('%s is not called again for a tick that failed or found no room', (name, seconds) => {
    const settings = all('AWS::Lambda::EventInvokeConfig').find(
      ({ Properties }) => target(Properties['FunctionName']) === functions.get(name)?.id,
    );
    expect(settings?.Properties).toMatchObject({
      Qualifier: '$LATEST',
      MaximumRetryAttempts: 0,
      MaximumEventAgeInSeconds: seconds,
    });
  });

  it.each([
    ['sweep-deadlines', 'SweeperHeartbeat', 60, 5],
    ['collect-audit-log', 'CollectorHeartbeat', 600, 2],
    ['take-inventory', 'InventoryHeartbeat', 3600, 2],
    ['publish-events', 'HeartbeatPublished', 300, 3],
    ['ask-owners', 'Heartbeat', 300, 3],
    ['enforce', 'Heartbeat', 300, 3],
  ] as const)('raises an alarm by its silence: %s', (service, MetricName, Period, EvaluationPeriods) => {
    const heartbeat = all('AWS::CloudWatch::Alarm').find(
      ({ Properties }) =>
        Properties['MetricName'] === MetricName && at(Properties, 'Dimensions', 0, 'Value') === service,
    );
    expect(heartbeat?.Properties).toMatchObject({
      Namespace: 'Lapse/lapse',
      Dimensions: [{ Name: 'service', Value: service }],
      ComparisonOperator: 'LessThanThreshold',
      Threshold: 1,
      Period,
      EvaluationPeriods,
      TreatMissingData: 'breaching',
    });
  });
});

describe('alarms', () => {
  it('each have a heading in the runbook, and each such heading an alarm', () => {
    const runbook = readFileSync(new URL('../../docs/runbook.md', import.meta.url), 'utf8');
    const [alarms = ''] = runbook.split('# When no alarm went off');
    const headings = [...alarms.matchAll(/^## (.+)$/gm)].flatMap(([, names = '']) => names.split(', '));
    // `<construct><name><hash>`
    const raised = all('AWS::CloudWatch::Alarm').map(({ id }) =>
      id.replace(/^(Collection|Inventory)?Alarms/, '').replace(/[0-9A-F]{8}$/, ''),
    );
    expect([...headings].sort()).toEqual([...raised].sort());
  });

  it('all reach the topic', () => {
    const topic = only('AWS::SNS::Topic').id;
    expect(all('AWS::CloudWatch::Alarm').length).toBeGreaterThan(15);
    for (const { Properties } of all('AWS::CloudWatch::Alarm')) {
      expect(target(at(Properties, 'AlarmActions', 0))).toBe(topic);
      expect(Properties['AlarmDescription']).toEqual(expect.any(String));
    }
  });

  it('may publish to the topic, from this account only', () => {
    const policy = z
      .array(z.looseObject({ Effect: z.string() }))
      .parse(at(only('AWS::SNS::TopicPolicy').Properties, 'PolicyDocument', 'Statement'));
    expect(policy.filter(({ Effect }) => Effect === 'Allow')).toMatchObject([
      {
        Action: 'sns:Publish',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
      },
    ]);
  });

  it('by what functions count of themselves watch what they do count', () => {
    const functionsFolder = fileURLToPath(new URL('../../functions/', import.meta.url));
    for (const { Properties } of all('AWS::CloudWatch::Alarm')) {
      if (Properties['Namespace'] !== 'Lapse/lapse') continue;
      const code = [`${String(at(Properties, 'Dimensions', 0, 'Value'))}.ts`, 'runtime/queue-function.ts']
        .map((file) => readFileSync(join(functionsFolder, file), 'utf8'))
        .join('');
      expect(code).toContain(`'${String(Properties['MetricName'])}'`);
    }
  });

  it('are raised by one single occurrence of what must never be', () => {
    const bars = Object.fromEntries(
      all('AWS::CloudWatch::Alarm')
        .filter(({ Properties }) => Properties['ComparisonOperator'] === 'GreaterThanThreshold')
        .map(({ Properties }) => [String(Properties['MetricName']), Properties]),
    );
    for (const name of [
      'Overdue',
      'FailedInvocations',
      'InvocationsFailedToBeSentToDlq',
      'Throttles',
      'OnFailureDestinationDeliveredEventCount',
      'AuditLogSilent',
      'CoverageGapAboutToExpire',
      'BlobsLost',
      'RecordsUnreadable',
      'ExceptionsUnreadable',
    ])
      expect([name, bars[name]?.['Threshold'], bars[name]?.['EvaluationPeriods']]).toEqual([name, 0, 1]);
  });
});

describe('the dashboard', () => {
  const widgetSchema = z.object({
    type: z.string(),
    y: z.number(),
    properties: z.looseObject({ title: z.string(), alarms: z.array(z.string()).default([]) }),
  });
  const joined = (value: unknown): string =>
    (at(value, 'Fn::Join', 1) as unknown[])
      .map((part) => (typeof part === 'string' ? part : `<${String(target(part))}>`))
      .join('');
  const { widgets } = z
    .object({ widgets: z.array(widgetSchema) })
    .parse(JSON.parse(joined(only('AWS::CloudWatch::Dashboard').Properties['DashboardBody'])));

  it('answers in its first row whether anything is overdue, blind or stuck, by every alarm there is', () => {
    const first = widgets.filter(({ y }) => y === 0);
    expect(first.map(({ type, properties }) => [type, properties.title])).toEqual([
      ['alarm', 'Is anything overdue?'],
      ['alarm', 'Is Lapse blind?'],
      ['alarm', 'Is anything stuck?'],
    ]);
    const shown = first.flatMap(({ properties }) => properties.alarms);
    expect([...shown].sort()).toEqual(
      all('AWS::CloudWatch::Alarm')
        .map(({ id }) => `<${id}>`)
        .sort(),
    );
    const [overdue, blind, stuck] = first.map(({ properties }) =>
      properties.alarms.map((one) => one.replace(/^<(Collection|Inventory)?Alarms(.*)[0-9A-F]{8}>$/, '$2')),
    );
    expect(overdue).toEqual(expect.arrayContaining(['Overdue', 'SweepNotRunning', 'EnforceStopped']));
    expect(blind).toEqual(
      expect.arrayContaining(['AuditLogSilent', 'RecordChangesLate', 'InventoryNotRunning']),
    );
    expect(stuck).toEqual(
      expect.arrayContaining(['PublishingStopped', 'AskOwnersDeadLetters', 'AnswersFailing']),
    );
  });
});

describe('the door for Slack', () => {
  it('has three routes, all to answer-slack, and a limit', () => {
    const routes = all('AWS::ApiGatewayV2::Route').map(({ Properties }) => Properties['RouteKey']);
    expect(routes).toEqual(['POST /slack/interactions', 'POST /slack/commands', 'POST /slack/events']);
    expect(target(only('AWS::ApiGatewayV2::Integration').Properties['IntegrationUri'])).toBe(
      functions.get('answer-slack')?.id,
    );
    const stage = only('AWS::ApiGatewayV2::Stage').Properties;
    expect(stage).toMatchObject({ StageName: '$default', DefaultRouteSettings: { ThrottlingRateLimit: 20 } });
    expect(stage).toHaveProperty('AccessLogSettings.DestinationArn');
  });

  it('is watched from outside, where cold starts are seen too', () => {
    const slow = all('AWS::CloudWatch::Alarm').find(({ id }) => id.startsWith('AlarmsAnswersSlow'));
    expect(slow?.Properties).toMatchObject({
      Namespace: 'AWS/ApiGateway',
      MetricName: 'Latency',
      ExtendedStatistic: 'p99',
      Threshold: 1500,
      Dimensions: [{ Name: 'ApiId', Value: { Ref: only('AWS::ApiGatewayV2::Api').id } }],
    });
  });
});

describe('secrets', () => {
  it('outlive the stack, unless its very first deployment is taken back', () => {
    for (const { DeletionPolicy } of all('AWS::SecretsManager::Secret'))
      expect(DeletionPolicy).toBe('RetainExceptOnCreate');
  });

  it('are made empty and never overwritten', () => {
    expect(all('AWS::SecretsManager::Secret')).toHaveLength(5);
    for (const { Properties } of all('AWS::SecretsManager::Secret')) {
      expect(Properties).not.toHaveProperty('GenerateSecretString');
      expect(Properties).not.toHaveProperty('SecretString');
    }
  });
});

describe('what the stack consists of', () => {
  it('is this', () => {
    const counts: Record<string, number> = {};
    for (const { Type } of resources) counts[Type] = (counts[Type] ?? 0) + 1;
    expect(Object.fromEntries(Object.entries(counts).sort())).toMatchInlineSnapshot(`
      {
        "AWS::ApiGatewayV2::Api": 1,
        "AWS::ApiGatewayV2::Integration": 1,
        "AWS::ApiGatewayV2::Route": 3,
        "AWS::ApiGatewayV2::Stage": 1,
        "AWS::CloudWatch::Alarm": 52,
        "AWS::CloudWatch::Dashboard": 1,
        "AWS::DynamoDB::Table": 1,
        "AWS::Events::EventBus": 1,
        "AWS::Events::Rule": 3,
        "AWS::IAM::Policy": 11,
        "AWS::IAM::Role": 11,
        "AWS::KMS::Key": 1,
        "AWS::Lambda::EventInvokeConfig": 3,
        "AWS::Lambda::EventSourceMapping": 4,
        "AWS::Lambda::Function": 8,
        "AWS::Lambda::Permission": 3,
        "AWS::Logs::LogGroup": 9,
        "AWS::S3::Bucket": 1,
        "AWS::S3::BucketPolicy": 1,
        "AWS::SNS::Topic": 1,
        "AWS::SNS::TopicPolicy": 1,
        "AWS::SQS::Queue": 9,
        "AWS::SQS::QueuePolicy": 9,
        "AWS::Scheduler::Schedule": 3,
        "AWS::SecretsManager::Secret": 5,
      }
    `);
  });
});
