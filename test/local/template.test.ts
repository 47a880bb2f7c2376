import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readAssembly } from '#lib/local/assembly.ts';
import { deployable, type Deployable } from '#lib/local/template.ts';
import { temporaryFolder } from './temporary-folder.ts';

const arn = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });

const resources = {
  Work: {
    Type: 'AWS::Lambda::Function',
    Properties: {
      Code: { S3Bucket: { 'Fn::Sub': 'assets-${AWS::AccountId}' }, S3Key: 'abc.zip' },
      Handler: 'index.handler',
      Timeout: 30,
      Environment: {
        Variables: {
          BUS: { Ref: 'Bus' },
          TOKEN: { Ref: 'Token' },
          TABLE_NAME: { Ref: 'Table' },
          POWERTOOLS_SERVICE_NAME: 'work',
        },
      },
    },
  },
  Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'the-bus' } },
  Token: { Type: 'AWS::SecretsManager::Secret', Properties: { Name: 'lapse/token' } },
  Table: {
    Type: 'AWS::DynamoDB::GlobalTable',
    Properties: {
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      StreamSpecification: { StreamViewType: 'NEW_IMAGE' },
      TimeToLiveSpecification: { Enabled: true, AttributeName: 'ttl' },
      Replicas: [{ Region: { Ref: 'AWS::Region' } }],
    },
  },
  Dead: { Type: 'AWS::SQS::Queue' },
  Queue: {
    Type: 'AWS::SQS::Queue',
    Properties: {
      VisibilityTimeout: 180,
      RedrivePolicy: { deadLetterTargetArn: arn('Dead'), maxReceiveCount: 5 },
    },
  },
  Rule: {
    Type: 'AWS::Events::Rule',
    Properties: {
      EventBusName: { Ref: 'Bus' },
      EventPattern: { source: ['a'] },
      Targets: [{ Arn: arn('Queue'), Id: 'T' }],
    },
  },
  FromQueue: {
    Type: 'AWS::Lambda::EventSourceMapping',
    Properties: {
      EventSourceArn: arn('Queue'),
      FunctionName: { Ref: 'Work' },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    },
  },
  FromStream: {
    Type: 'AWS::Lambda::EventSourceMapping',
    Properties: {
      EventSourceArn: { 'Fn::GetAtt': ['Table', 'StreamArn'] },
      FunctionName: arn('Work'),
      BatchSize: 100,
      FilterCriteria: { Filters: [{ Pattern: '{"eventName":["INSERT"]}' }] },
    },
  },
  ScheduleRole: {
    Type: 'AWS::IAM::Role',
    Properties: { AssumeRolePolicyDocument: { Statement: [] } },
  },
  EveryMinute: {
    Type: 'AWS::Scheduler::Schedule',
    Properties: {
      ScheduleExpression: 'rate(1 minute)',
      Target: { Arn: arn('Work'), RoleArn: arn('ScheduleRole') },
    },
  },
  Integration: { Type: 'AWS::ApiGatewayV2::Integration', Properties: { IntegrationUri: arn('Work') } },
  Route: {
    Type: 'AWS::ApiGatewayV2::Route',
    Properties: {
      ApiId: 'api',
      RouteKey: 'POST /in',
      Target: { 'Fn::Join': ['', ['integrations/', { Ref: 'Integration' }]] },
    },
  },
};

/** An assembly as `cdk synth` writes it, with these resources. */
function assembly(of: object): string {
  const folder = temporaryFolder();
  const write = (name: string, content: object) => writeFileSync(join(folder, name), JSON.stringify(content));
  write('manifest.json', {
    artifacts: {
      Stack: { type: 'aws:cloudformation:stack', properties: { templateFile: 'template.json' } },
      'Stack.assets': { type: 'cdk:asset-manifest', properties: { file: 'assets.json' } },
    },
  });
  write('assets.json', {
    files: { abc: { source: { path: 'asset.abc' }, destinations: { here: { objectKey: 'abc.zip' } } } },
  });
  write('template.json', { Resources: of });
  return folder;
}

const deployed = (of: object): Deployable => deployable(readAssembly(assembly(of)));

describe('a template', () => {
  it('is understood as functions, queues, rules, sources, schedules, routes, tables and secrets', () => {
    const stack = deployed(resources);
    expect(stack.functions).toMatchObject([
      {
        name: 'work',
        folder: expect.stringMatching(/asset\.abc$/) as string,
        timeoutMs: 30_000,
        concurrency: 2,
        environment: {
          BUS: 'the-bus',
          TABLE_NAME: 'Table',
          TOKEN: 'arn:aws:secretsmanager:local-1:000000000000:secret:lapse/token-LoCaL0',
        },
      },
    ]);
    expect(stack.queues).toMatchObject([
      { id: 'Dead', visibilityMs: 30_000 },
      { id: 'Queue', visibilityMs: 180_000, deadLetter: { queue: 'Dead', maxReceiveCount: 5 } },
    ]);
    expect(stack.rules).toMatchObject([{ bus: 'the-bus', targets: ['Queue'] }]);
    expect(stack.sources).toMatchObject([
      { function: 'Work', from: { type: 'queue', id: 'Queue' }, batchSize: 10, partial: true },
      { function: 'Work', from: { type: 'stream', id: 'Table' }, batchSize: 100, partial: false },
    ]);
    expect(stack.sources.map(({ filter }) => filter({ eventName: 'MODIFY' }))).toEqual([true, false]);
    expect(stack.schedules).toMatchObject([{ expression: 'rate(1 minute)', function: 'Work' }]);
    expect(stack.routes).toMatchObject([{ method: 'POST', path: '/in', function: 'Work' }]);
    expect(stack.tables).toMatchObject([
      { name: 'Table', timeToLive: 'ttl', create: { StreamSpecification: { StreamEnabled: true } } },
    ]);
    expect(stack.secrets).toEqual(['lapse/token']);
  });

  it('refers to a rule as CloudFormation does: with its bus, unless that is the default one', () => {
    const rule = { EventPattern: { source: ['a'] } };
    const of = (id: string) => ({ Name: { Ref: id }, Arn: { 'Fn::GetAtt': [id, 'Arn'] } });
    const { functions } = deployed({
      ...resources,
      Own: { Type: 'AWS::Events::Rule', Properties: { ...rule, EventBusName: { Ref: 'Bus' } } },
      Default: { Type: 'AWS::Events::Rule', Properties: rule },
      Work: {
        ...resources.Work,
        Properties: {
          ...resources.Work.Properties,
          Environment: {
            Variables: Object.fromEntries(
              ['Own', 'Default'].flatMap((id) =>
                Object.entries(of(id)).map(([what, value]) => [`${id}${what}`, value]),
              ),
            ),
          },
        },
      },
    });
    expect(functions[0]?.environment).toEqual({
      OwnName: 'the-bus|Own',
      OwnArn: 'arn:aws:events:local-1:000000000000:rule/the-bus/Own',
      DefaultName: 'Default',
      DefaultArn: 'arn:aws:events:local-1:000000000000:rule/Default',
    });
  });

  it.each([
    [
      'an alarm by something else than one metric',
      {
        Loud: {
          Type: 'AWS::CloudWatch::Alarm',
          Properties: {
            Metrics: [{ Id: 'm', Expression: '1' }],
            ComparisonOperator: 'GreaterThanThreshold',
            Threshold: 0,
            EvaluationPeriods: 1,
            TreatMissingData: 'breaching',
          },
        },
      },
      'Namespace',
    ],
    [
      'an unknown intrinsic',
      { Queue: { Type: 'AWS::SQS::Queue', Properties: { VisibilityTimeout: { 'Fn::If': ['a', 1, 2] } } } },
      'Queue/VisibilityTimeout: the local deployment does not know Fn::If',
    ],
    [
      'a rule to something else than a queue',
      {
        ...resources,
        Rule: {
          Type: 'AWS::Events::Rule',
          Properties: { EventPattern: { source: ['a'] }, Targets: [{ Arn: 'arn:aws:sns:x:y:topic' }] },
        },
      },
      'points at arn:aws:sns:x:y:topic',
    ],
    [
      'a pattern nobody knows',
      { Rule: { Type: 'AWS::Events::Rule', Properties: { EventPattern: { ip: [{ cidr: 'x' }] } } } },
      'pattern.ip uses {"cidr":"x"}',
    ],
    [
      'code that is not there',
      {
        Work: {
          Type: 'AWS::Lambda::Function',
          Properties: { Code: { S3Key: 'gone.zip' }, Handler: 'index.handler' },
        },
      },
      'gone.zip is not among the assets',
    ],
    [
      'a policy of a kind nobody knows',
      { Open: { Type: 'AWS::Events::EventBusPolicy', Properties: {} } },
      'what an AWS::Events::EventBusPolicy allows is not known here',
    ],
    [
      'a managed policy',
      {
        Role: {
          Type: 'AWS::IAM::Role',
          Properties: {
            AssumeRolePolicyDocument: { Statement: [] },
            ManagedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'],
          },
        },
      },
      'ManagedPolicyArns',
    ],
    [
      'a permission for more than a service',
      {
        Permission: {
          Type: 'AWS::Lambda::Permission',
          Properties: { Action: 'a', FunctionName: 'b', Principal: 'c', PrincipalOrgID: 'o-1' },
        },
      },
      'PrincipalOrgID',
    ],
  ])('is refused where it has %s', (_what, of, why) => {
    expect(() => deployed(of)).toThrow(
      expect.objectContaining({ why: expect.stringContaining(why) as string }) as Error,
    );
  });

  it('is refused where there is none', () => {
    expect(() => readAssembly(temporaryFolder())).toThrow(/manifest\.json is not what CDK writes/);
  });
});
