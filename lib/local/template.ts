import * as z from 'zod';
import { toAlarm, type AlarmSpec } from './alarm-spec.ts';
import type { Assembly, Resource } from './assembly.ts';
import { resolveIntrinsics } from './intrinsics.ts';
import { compilePattern, type Matches } from './pattern.ts';
import { Refusal } from './refusal.ts';
import { isUnknownPolicy, readPolicies } from './policies.ts';
import type { Policies } from './iam/decide.ts';
import { createTableRequest, type TableSpec } from './table-spec.ts';

/** What of a synthesized stack can run here, with every reference resolved. Ids are the template's logical ids. */
export interface Deployable {
  readonly stack: string;
  readonly functions: readonly FunctionSpec[];
  readonly queues: readonly QueueSpec[];
  readonly rules: readonly RuleSpec[];
  readonly sources: readonly SourceSpec[];
  readonly schedules: readonly ScheduleSpec[];
  readonly routes: readonly RouteSpec[];
  readonly tables: readonly TableSpec[];
  /** Names of the secrets the stack makes. */
  readonly secrets: readonly string[];
  readonly alarms: readonly AlarmSpec[];
  /** Who may do what. */
  readonly policies: Policies;
}

export interface FunctionSpec {
  readonly id: string;
  /** For people and log files: `ask-owners`. */
  readonly name: string;
  readonly folder: string;
  /** `index.handler` */
  readonly handler: string;
  readonly timeoutMs: number;
  readonly memoryMb: number;
  readonly environment: Readonly<Record<string, string>>;
  /** At most so many at once, where the template reserves fewer than two. */
  readonly concurrency: number;
  readonly arn: string;
  /** ARN. The role goes by the function's name in `Deployable.policies`. */
  readonly role: string;
  /** ARN of the log group it writes to. */
  readonly logGroup: string;
}
export interface QueueSpec {
  readonly id: string;
  readonly arn: string;
  readonly visibilityMs: number;
  readonly deadLetter?: { readonly queue: string; readonly maxReceiveCount: number };
}
export interface RuleSpec {
  readonly id: string;
  readonly arn: string;
  readonly bus: string;
  readonly matches: Matches;
  /** Ids of queues. */
  readonly targets: readonly string[];
  /** ARNs of queues for what cannot be delivered. */
  readonly deadLetters: readonly string[];
}
export interface SourceSpec {
  readonly id: string;
  readonly function: string;
  readonly from: { readonly type: 'queue' | 'stream'; readonly id: string };
  readonly batchSize: number;
  readonly filter: Matches;
  readonly partial: boolean;
  /** Streams only: how often a failing batch is tried again; without a number, for ever. */
  readonly retries?: number;
  /** Streams only: ARN of the bucket for what was given up on. */
  readonly keptIn?: string;
  /** Whether Lambda counts its events. */
  readonly counted?: boolean;
}
export interface ScheduleSpec {
  readonly id: string;
  readonly expression: string;
  readonly function: string;
  readonly input: unknown;
  /** What it runs as. */
  readonly role: { readonly name: string; readonly arn: string };
  /** ARN of the queue for what cannot be run. */
  readonly deadLetters?: string;
}
export interface RouteSpec {
  readonly method: string;
  readonly path: string;
  readonly function: string;
  /** Id of the API it belongs to. */
  readonly api: string;
  /** ARN of the request, as API Gateway names it where it invokes. */
  readonly arn: string;
}

/** Resolves the parts of the stack that run. Throws a `Refusal` naming the resource that cannot run here. */
export function deployable(assembly: Assembly): Deployable {
  const stack = new Stack(assembly);
  for (const [id, { Type }] of Object.entries(assembly.resources))
    if (isUnknownPolicy(Type)) throw cannotRun(id, `what an ${Type} allows is not known here`);
  const functions = stack.all('AWS::Lambda::Function', functionSchema);
  const schedules = stack.all('AWS::Scheduler::Schedule', scheduleSchema);
  const nameOf = ({ id, is }: (typeof functions)[number]): string =>
    is.Environment.Variables['POWERTOOLS_SERVICE_NAME'] ?? id;
  /** A role is known by what uses it. */
  const roleName = (arn: string): string => {
    const working = functions.find(({ is }) => is.Role === arn);
    if (working) return nameOf(working);
    const starting = schedules.find(({ is }) => is.Target.RoleArn === arn);
    const started = functions.find(({ id }) => starting?.is.Target.Arn.endsWith(`:${id}`));
    return started ? `the schedule of ${nameOf(started)}` : arn;
  };
  const rules = stack.all('AWS::Events::Rule', ruleSchema).filter(({ is }) => is.State !== 'DISABLED');
  return {
    stack: assembly.stack,
    functions: functions.map(({ id, is }) => ({
      id,
      name: nameOf({ id, is }),
      folder: stack.asset(id, is.Code.S3Key),
      handler: is.Handler,
      timeoutMs: is.Timeout * 1000,
      memoryMb: is.MemorySize,
      environment: is.Environment.Variables,
      // Two, so that a race between two requests is a race here too; more would only compete for the same cores.
      concurrency: Math.min(2, is.ReservedConcurrentExecutions ?? 2),
      arn: arnOf('AWS::Lambda::Function', id),
      role: is.Role,
      logGroup: arnOf('AWS::Logs::LogGroup', is.LoggingConfig.LogGroup),
    })),
    queues: stack.all('AWS::SQS::Queue', queueSchema).map(({ id, is }) => ({
      id,
      arn: arnOf('AWS::SQS::Queue', id),
      visibilityMs: is.VisibilityTimeout * 1000,
      ...(is.RedrivePolicy && {
        deadLetter: {
          queue: stack.owner(is.RedrivePolicy.deadLetterTargetArn, 'AWS::SQS::Queue', id),
          maxReceiveCount: is.RedrivePolicy.maxReceiveCount,
        },
      }),
    })),
    rules: rules
      .filter(({ is }) => is.EventPattern !== undefined)
      .map(({ id, is }) => ({
        id,
        arn: String(stack.attribute(id, 'Arn')),
        bus: is.EventBusName,
        matches: explain(id, () => compilePattern(is.EventPattern)),
        targets: is.Targets.map(({ Arn }) => stack.owner(Arn, 'AWS::SQS::Queue', id)),
        deadLetters: is.Targets.flatMap(({ DeadLetterConfig }) => DeadLetterConfig?.Arn ?? []),
      })),
    sources: stack
      .all('AWS::Lambda::EventSourceMapping', sourceSchema)
      .filter(({ is }) => is.Enabled)
      .map(({ id, is }) => stack.source(id, is)),
    schedules: schedules
      .filter(({ is }) => is.State !== 'DISABLED')
      .map(({ id, is }) => ({
        id,
        expression: is.ScheduleExpression,
        function: stack.owner(is.Target.Arn, 'AWS::Lambda::Function', id),
        input: is.Target.Input === undefined ? {} : (JSON.parse(is.Target.Input) as unknown),
        role: { name: roleName(is.Target.RoleArn), arn: is.Target.RoleArn },
        ...(is.Target.DeadLetterConfig && { deadLetters: is.Target.DeadLetterConfig.Arn }),
      })),
    routes: stack.all('AWS::ApiGatewayV2::Route', routeSchema).map(({ id, is }) => stack.route(id, is)),
    tables: ['AWS::DynamoDB::GlobalTable', 'AWS::DynamoDB::Table'].flatMap((type) =>
      stack
        .all(type, z.looseObject({}))
        .map(({ id, is }) => explain(id, () => createTableRequest(id, arnOf(type, id), is))),
    ),
    secrets: stack.all('AWS::SecretsManager::Secret', secretSchema).map(({ id, is }) => is.Name ?? id),
    policies: readPolicies((type, schema) => stack.all(type, schema), arnOf, roleName),
    alarms: stack
      .all('AWS::CloudWatch::Alarm', z.unknown())
      .map(({ id, is }) => explain(id, () => toAlarm(id, is))),
  };
}

const functionSchema = z.object({
  Code: z.object({ S3Key: z.string() }),
  Handler: z.string(),
  /** ARN. */
  Role: z.string().default(''),
  Timeout: z.number().default(3),
  MemorySize: z.number().default(128),
  ReservedConcurrentExecutions: z.number().int().positive().optional(),
  Environment: z
    .object({ Variables: z.record(z.string(), z.coerce.string()).default({}) })
    .default({ Variables: {} }),
  LoggingConfig: z.object({ LogGroup: z.string().default('') }).default({ LogGroup: '' }),
});
const deadLetterSchema = z.object({ Arn: z.string() }).optional();
const queueSchema = z.object({
  VisibilityTimeout: z.number().default(30),
  RedrivePolicy: z.object({ deadLetterTargetArn: z.string(), maxReceiveCount: z.coerce.number() }).optional(),
});
const ruleSchema = z.object({
  EventBusName: z.string().default('default'),
  EventPattern: z.unknown(),
  /** On the bus of the account; this stack has schedules of their own kind. */
  ScheduleExpression: z.never().optional(),
  State: z.string().default('ENABLED'),
  Targets: z
    .array(
      z.object({
        Arn: z.string(),
        DeadLetterConfig: deadLetterSchema,
        Input: z.never().optional(),
        InputPath: z.never().optional(),
        InputTransformer: z.never().optional(),
      }),
    )
    .default([]),
});
const sourceSchema = z.object({
  Enabled: z.boolean().default(true),
  EventSourceArn: z.string(),
  FunctionName: z.string(),
  BatchSize: z.number().default(10),
  FunctionResponseTypes: z.array(z.string()).default([]),
  FilterCriteria: z.object({ Filters: z.array(z.object({ Pattern: z.string() })) }).optional(),
  MaximumRetryAttempts: z.number().default(-1),
  DestinationConfig: z.object({ OnFailure: z.object({ Destination: z.string() }) }).optional(),
  MetricsConfig: z.object({ Metrics: z.array(z.string()) }).optional(),
});
const scheduleSchema = z.object({
  State: z.string().default('ENABLED'),
  ScheduleExpression: z.string(),
  Target: z.object({
    Arn: z.string(),
    Input: z.string().optional(),
    RoleArn: z.string(),
    DeadLetterConfig: deadLetterSchema,
  }),
});
const routeSchema = z.object({ ApiId: z.string(), RouteKey: z.string(), Target: z.string() });
const integrationSchema = z.object({ IntegrationUri: z.string() });
const secretSchema = z.object({ Name: z.string().optional() });

/** An ARN's service, and what stands before the id. */
const services: Readonly<Record<string, readonly [service: string, before?: string]>> = {
  'AWS::Lambda::Function': ['lambda'],
  'AWS::SQS::Queue': ['sqs'],
  'AWS::SNS::Topic': ['sns'],
  'AWS::Events::EventBus': ['events', 'event-bus/'],
  'AWS::SecretsManager::Secret': ['secretsmanager', 'secret:'],
  'AWS::DynamoDB::GlobalTable': ['dynamodb'],
  'AWS::DynamoDB::Table': ['dynamodb'],
  'AWS::KMS::Key': ['kms', 'key/'],
  'AWS::Logs::LogGroup': ['logs', 'log-group:'],
};

function arnOf(type: string, id: string): string {
  if (type === 'AWS::IAM::Role') return `arn:aws:iam::000000000000:role/${id}`;
  if (type === 'AWS::S3::Bucket') return `arn:aws:s3:::${id}`;
  const [service, before = ''] = services[type] ?? ['other'];
  return `arn:aws:${service}:local-1:000000000000:${before}${id}`;
}

/** Of a name: six characters after a hyphen, as AWS appends them. */
export const secretArn = (id: string): string =>
  id.startsWith('arn:') ? id : arnOf('AWS::SecretsManager::Secret', `${id}-LoCaL0`);

export const queueArn = (id: string): string => arnOf('AWS::SQS::Queue', id);

export const busArn = (name: string): string => arnOf('AWS::Events::EventBus', name);
/** The default bus is not named in it. */
const ruleArn = (bus: readonly string[], id: string): string =>
  `arn:aws:events:local-1:000000000000:${['rule', ...bus, id].join('/')}`;

class Stack {
  readonly #assembly: Assembly;

  constructor(assembly: Assembly) {
    this.#assembly = assembly;
  }

  all<T>(type: string, schema: z.ZodType<T>): { id: string; is: T }[] {
    return Object.entries(this.#assembly.resources)
      .filter(([, resource]) => resource.Type === type)
      .map(([id, resource]) => ({
        id,
        is: explain(id, () => schema.parse(resolveIntrinsics(resource.Properties, this, id))),
      }));
  }

  asset(id: string, key: string): string {
    const folder = this.#assembly.assets.get(key);
    if (!folder) throw cannotRun(id, `its code ${key} is not among the assets`);
    return folder;
  }

  ref(name: string): unknown {
    const resource = this.#assembly.resources[name];
    if (!resource) {
      if (name in this.#assembly.parameters) return this.#assembly.parameters[name];
      throw new Error(`nothing is called ${name}`);
    }
    const { Properties: is } = resource;
    switch (resource.Type) {
      case 'AWS::Events::EventBus':
        return this.#named(is['Name'], name);
      case 'AWS::DynamoDB::GlobalTable':
      case 'AWS::DynamoDB::Table':
        return this.#named(is['TableName'], name);
      case 'AWS::SecretsManager::Secret':
        return this.#secretArn(name, is);
      case 'AWS::SQS::Queue':
        return `http://sqs.local/000000000000/${name}`;
      case 'AWS::Events::Rule':
        return [...this.#busOf(is), name].join('|');
      case 'AWS::IAM::Role':
        return this.#named(is['RoleName'], name);
      case 'AWS::SNS::Topic':
        return arnOf(resource.Type, name);
      default:
        return name;
    }
  }

  attribute(name: string, attribute: string): unknown {
    const resource = this.#assembly.resources[name];
    if (!resource) throw new Error(`nothing is called ${name}`);
    if (attribute === 'Arn') {
      const { Type: type, Properties: is } = resource;
      if (type === 'AWS::SecretsManager::Secret') return this.#secretArn(name, is);
      if (type === 'AWS::Events::EventBus') return busArn(String(this.#named(is['Name'], name)));
      if (type === 'AWS::Events::Rule') return ruleArn(this.#busOf(is), name);
      // Its streams are meant, not itself.
      if (type === 'AWS::Logs::LogGroup') return `${arnOf(type, name)}:*`;
      return arnOf(type, name);
    }
    if (attribute === 'StreamArn') return `${arnOf(resource.Type, name)}/stream`;
    if (attribute === 'QueueName') return name;
    throw new Error(`${name}.${attribute} is not known here`);
  }

  /** The id of the resource of that type which an ARN in the template stands for. */
  owner(arn: string, type: string, user: string): string {
    const id = arn.split(':').at(-1)?.split('/')[0] ?? '';
    const found = this.#assembly.resources[id];
    if (found?.Type !== type)
      throw cannotRun(user, `it points at ${arn}, where the local deployment can only use ${type}`);
    return id;
  }

  source(id: string, is: z.infer<typeof sourceSchema>): SourceSpec {
    const stream = is.EventSourceArn.endsWith('/stream');
    const from = is.EventSourceArn.split(':').at(-1)?.split('/')[0] ?? '';
    const filters = is.FilterCriteria?.Filters.map(({ Pattern }) =>
      explain(id, () => compilePattern(JSON.parse(Pattern))),
    );
    return {
      id,
      function: is.FunctionName.split(':').at(-1) ?? '',
      from: stream
        ? { type: 'stream', id: from }
        : { type: 'queue', id: this.owner(is.EventSourceArn, 'AWS::SQS::Queue', id) },
      batchSize: is.BatchSize,
      filter: (event) => filters?.some((matches) => matches(event)) ?? true,
      partial: is.FunctionResponseTypes.includes('ReportBatchItemFailures'),
      ...(is.MaximumRetryAttempts >= 0 && { retries: is.MaximumRetryAttempts }),
      ...(is.MetricsConfig?.Metrics.includes('EventCount') && { counted: true }),
      ...(stream && is.DestinationConfig && { keptIn: is.DestinationConfig.OnFailure.Destination }),
    };
  }

  route(id: string, is: z.infer<typeof routeSchema>): RouteSpec {
    const [method, path] = is.RouteKey.split(' ');
    const integration = this.#assembly.resources[is.Target.split('/').at(-1) ?? ''];
    if (!method || !path || !integration) throw cannotRun(id, `its route ${is.RouteKey} leads nowhere`);
    const { IntegrationUri } = explain(id, () =>
      integrationSchema.parse(resolveIntrinsics(integration.Properties, this, id)),
    );
    return {
      method,
      path,
      function: this.owner(IntegrationUri, 'AWS::Lambda::Function', id),
      api: is.ApiId,
      arn: `arn:aws:execute-api:local-1:000000000000:${is.ApiId}/$default/${method}${path}`,
    };
  }

  /** The name of a rule's bus; nothing for the default one, which references to its rules leave out. */
  #busOf({ EventBusName: bus }: Resource['Properties']): readonly string[] {
    const name =
      String(resolveIntrinsics(bus ?? 'default', this))
        .split('/')
        .at(-1) ?? '';
    return name === 'default' ? [] : [name];
  }

  #named(name: unknown, id: string): unknown {
    return name === undefined ? id : resolveIntrinsics(name, this, id);
  }

  #secretArn(id: string, is: Resource['Properties']): string {
    // Six characters after a hyphen, as AWS appends them: templates cut them off to get at the name.
    return arnOf('AWS::SecretsManager::Secret', `${String(this.#named(is['Name'], id))}-LoCaL0`);
  }
}

function explain<T>(id: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof Refusal) throw error;
    if (error instanceof z.ZodError) throw cannotRun(id, z.prettifyError(error));
    throw cannotRun(id, error instanceof Error ? error.message : String(error));
  }
}

function cannotRun(id: string, why: string): Refusal {
  return new Refusal(
    `${id} of the template cannot run on this machine`,
    why,
    'teach lib/local about it, or deploy to AWS instead',
  );
}
