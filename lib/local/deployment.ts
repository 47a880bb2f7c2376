import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { toMillis, type Instant } from '#domain/instant.ts';
import { isGroup } from '#domain/policy.ts';
import { allApprovers } from '#domain/sight.ts';
import type { Policy } from '#domain/policy.ts';
import { createRegister } from '#register/register.ts';
import type { Register } from '#register/contract.ts';
import { createActivity } from './activity.ts';
import { readAssembly } from './assembly.ts';
import { createBus, type Bus, type BusEvent } from './bus.ts';
import { createClock } from './clock.ts';
import { startDynamoDbEngine } from './dynamodb-engine.ts';
import { startEndpoint } from './endpoint.ts';
import { environmentOf } from './environment.ts';
import { examineLocal } from './examine.ts';
import { createFunction, type LocalFunction } from './functions.ts';
import { openGateway } from './gateway.ts';
import { createIntake, type IntakeCounts } from './intake.ts';
import { createKeyValue } from './key-value.ts';
import { localRoutes } from './local-routes.ts';
import { readPolicy } from './bundled-policy.ts';
import { createQueueSource, type QueueSource } from './queue-source.ts';
import { quietInventory } from './quiet-inventory.ts';
import { createQueues } from './queues.ts';
import { createRights, type Rights } from './rights.ts';
import { startSchedule } from './schedules.ts';
import { startSlackWorkspace, type SlackWorkspace } from './slack-workspace.ts';
import { openStateFolder } from './state-folder.ts';
import { startStreamSource, type StreamSource } from './stream-source.ts';
import { ensureTable } from './tables.ts';
import { deployable } from './template.ts';
import { startActivityFeed, type ActivityFeed } from './tenant/activity-feed.ts';
import { startStandInTenant, type StandInTenant } from './tenant/standin-tenant.ts';

export interface LocalOptions {
  /** The folder that `cdk synth` wrote, or who makes one, given the state folder, once that is ours. */
  readonly assembly: string | ((state: string) => Promise<string>);
  /** Where to keep state, usually `.lapse/`. */
  readonly state: string;
  /** Empties it first. */
  readonly fresh?: boolean;
  /** 0, the default, takes any free port. */
  readonly port?: number;
  /** Another DynamoDB engine instead of the embedded one. */
  readonly dynamodbEndpoint?: string;
  /** A Slack elsewhere instead of the stand-in. */
  readonly slack?: { readonly apiUrl: string; readonly botToken: string; readonly signingSecret: string };
  /** A tenant elsewhere instead of the stand-in. */
  readonly exchange?: {
    readonly url: string;
    readonly loginUrl?: string;
    readonly tenantId: string;
    readonly clientId: string;
    readonly clientSecret: string;
  };
  /** Tenants whose stand-in audit log is collected; by default records are only fed in by hand. */
  readonly collectFrom?: readonly string[];
  /** Hears one line about each thing that goes wrong. */
  readonly complain?: (line: string) => void;
  /** Hears what is being started. */
  readonly progress?: (line: string) => void;
}

export interface LocalDeployment {
  readonly url: string;
  /** `undefined` where a Slack elsewhere is used. */
  readonly slack: SlackWorkspace | undefined;
  /** `undefined` where a tenant elsewhere is used. */
  readonly tenant: StandInTenant | undefined;
  /** The stand-in for Microsoft's audit log; `undefined` where a tenant elsewhere is used. */
  readonly auditLog: ActivityFeed | undefined;
  readonly register: Register;
  readonly policy: Policy;
  /** What the functions asked of AWS, against what their roles allow. */
  readonly rights: Pick<Rights, 'missing' | 'unused'>;
  /** Nothing was fed in before, in this state folder. */
  readonly isNew: boolean;
  now(): Instant;
  /** Takes in audit records: a file, bytes, or records themselves. What they cause comes after (`settled`). */
  feed(records: string | AsyncIterable<Uint8Array> | readonly object[]): Promise<IntakeCounts>;
  /** Moves local time and runs what falls due on the way; stops as far as it got where `signal` aborts. */
  advance(to: Instant, signal?: AbortSignal): Promise<Advanced>;
  /** True when nothing is under way any more; false when that took longer than the limit. */
  settled(limitMs?: number): Promise<boolean>;
  /** Messages that failed and come back later, and those that were given up. */
  unfinished(): { readonly waiting: number; readonly dead: number };
  /** Hears every event on the bus. */
  subscribe(listener: (event: BusEvent) => void): () => void;
  close(): Promise<void>;
  /** Ends at once, as a killed process would: what was under way stays unfinished. */
  kill(): Promise<void>;
}

export interface Advanced {
  readonly settled: boolean;
  /** How often each scheduled function ran. */
  readonly ran: Readonly<Record<string, number>>;
}

const region = 'local-1';
const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };

/** Time that one step of the clock gets to settle: a function's timeout and its retries fit in. */
const stepLimitMs = 60_000;

/** What is under way at the end may take so long to finish; what does not is done again at the next start. */
const closeGraceMs = 3_000;

/** Deploys a synthesized stack onto this machine. Throws a `Refusal` for what a person can put right. */
export async function startLocal(options: LocalOptions): Promise<LocalDeployment> {
  const { complain = () => undefined, progress = () => undefined } = options;
  const folder = openStateFolder(options.state, options.fresh ?? false);
  const { database } = folder;
  // What takes in work is stopped first, then what does it, then what everything stands on.
  const stops: (() => unknown)[] = [];
  const closers: (() => unknown)[] = [() => database.close()];
  const activity = createActivity();
  const end = async (graceMs: number): Promise<void> => {
    const stopping = stops.splice(0).map((stop) => stop());
    await activity.settled(graceMs);
    for (const closer of closers.splice(0).reverse()) await closer();
    await Promise.all(stopping);
  };

  try {
    const gateway = await openGateway(options.port ?? 0);
    stops.push(() => gateway.close());
    const { assembly } = options;
    if (typeof assembly !== 'string') progress('synthesizing the stack');
    const stack = deployable(
      readAssembly(typeof assembly === 'string' ? assembly : await assembly(folder.path)),
    );
    const memory = createKeyValue(database, 'local');
    const clock = createClock({
      offset: Number(memory.get('offset') ?? 0),
      keep: (offset) => memory.set('offset', offset),
      machine: Date.now,
      settled: () => activity.settled(stepLimitMs),
      failed: (error) => complain(error instanceof Error ? error.message : String(error)),
    });
    stops.push(() => clock.close());
    const localDate = (): Date => new Date(toMillis(clock.now()));

    progress(
      options.dynamodbEndpoint ? `DynamoDB at ${options.dynamodbEndpoint}` : 'starting the DynamoDB engine',
    );
    const engine = options.dynamodbEndpoint
      ? undefined
      : await startDynamoDbEngine({ file: join(folder.path, 'dynamodb.db') });
    if (engine) closers.push(() => engine.close());
    const dynamodbUrl = options.dynamodbEndpoint ?? engine?.endpoint ?? '';
    const client = new DynamoDBClient({ region, credentials, endpoint: dynamodbUrl });
    const streams = new DynamoDBStreamsClient({ region, credentials, endpoint: dynamodbUrl });
    closers.push(
      () => client.destroy(),
      () => streams.destroy(),
    );
    const streamArns = new Map<string, string>();
    for (const table of stack.tables) {
      const arn = await ensureTable(client, table);
      if (arn) streamArns.set(table.id, arn);
    }
    const register = createRegister({ client, tableName: stack.tables[0]?.name ?? '' });

    const policy = readPolicy(stack.functions.map((one) => one.folder));
    progress('starting what stands in for Slack and Exchange');
    const slack = options.slack
      ? undefined
      : await startSlackWorkspace({
          storage: createKeyValue(database, 'slack'),
          now: localDate,
          // Whoever may answer by policy can be played.
          members: allApprovers(policy).filter((one) => !isGroup(one)),
        });
    if (slack) closers.push(() => slack.close());
    const tenant = options.exchange
      ? undefined
      : await startStandInTenant({
          storage: createKeyValue(database, 'tenant'),
          now: localDate,
          // One sign-in serves Exchange and the audit log.
          roles: ['Exchange.ManageAsApp', 'ActivityFeed.Read'],
        });
    if (tenant) closers.push(() => tenant.close());
    const auditLog = options.exchange
      ? undefined
      : await startActivityFeed({ storage: createKeyValue(database, 'audit-log'), now: localDate });
    if (auditLog) closers.push(() => auditLog.close());

    progress('deploying the functions, queues, rules and schedules');
    const queues = createQueues(database);
    const sources = new Map<string, QueueSource>();
    const streamSources: StreamSource[] = [];
    const bus: Bus = createBus({
      database,
      queues,
      rules: stack.rules,
      now: () => clock.now(),
      delivered: (reached) => {
        for (const queue of reached) sources.get(queue)?.pump();
      },
    });
    const secrets = secretsOf(options, slack);
    const rights = createRights(new Map(stack.functions.map(({ name, statements }) => [name, statements])));
    const endpoint = await startEndpoint({
      bus: () => bus,
      rights,
      dynamodb: dynamodbUrl,
      tables: stack.tables.map(({ identity }) => identity),
      secret: (name) => secrets[name.split('/').at(-1) ?? ''],
    });
    closers.push(() => endpoint.close());

    const outside = {
      slackApiUrl: options.slack?.apiUrl ?? slack?.url ?? '',
      exchangeUrl: options.exchange?.url ?? tenant?.url ?? '',
      loginUrl: options.exchange?.loginUrl ?? tenant?.loginUrl ?? 'https://login.microsoftonline.com',
      activityUrl: auditLog?.url ?? 'https://manage.office.com',
    };
    const functions = new Map<string, LocalFunction>();
    for (const spec of stack.functions) {
      const made = createFunction({
        spec,
        environment: environmentOf(spec, {
          aws: endpoint.url,
          ...outside,
        }),
        offset: clock.offset,
        // A Slack or a tenant elsewhere lives in real time, and asks in it for patience.
        ...(!options.slack && !options.exchange && { advancing: clock.advancing }),
        logs: join(folder.path, 'logs'),
        activity,
        complain: (name, line) => complain(`${name}: ${summary(line)}`),
      });
      closers.push(() => made.close());
      functions.set(spec.id, {
        ...made,
        // Whatever a function wrote to the table is in the stream now.
        invoke: (event) =>
          made.invoke(event).finally(() => {
            for (const source of streamSources) source.nudge();
          }),
      });
    }
    const functionOf = (id: string): LocalFunction => {
      const found = functions.get(id);
      if (!found) throw new Error(`the template names no function ${id}`);
      return found;
    };
    const failed = (name: string, count: number, why: string): void =>
      complain(`${name}: ${count === 0 ? '' : `${count} failed, tried again later: `}${why}`);

    for (const source of stack.sources) {
      const target = functionOf(source.function);
      if (source.from.type === 'queue') {
        const queue = stack.queues.find(({ id }) => id === source.from.id);
        if (!queue) throw new Error(`the template names no queue ${source.from.id}`);
        const made = createQueueSource({ source, queue, target, queues, clock, activity, failed });
        stops.push(() => made.close());
        sources.set(queue.id, made);
      } else {
        const made = startStreamSource({
          source,
          streamArn: streamArns.get(source.from.id) ?? '',
          client: streams,
          target,
          checkpoints: createKeyValue(database, `stream ${source.id}`),
          activity,
          failed,
          gaveUp: (name, sequences) =>
            complain(`${name}: gave up on ${sequences.length} changes of the table`),
        });
        stops.push(() => made.close());
        streamSources.push(made);
      }
    }
    const ran = new Map<string, number>();
    let happened = 0;
    bus.subscribe(() => (happened += 1));
    for (const schedule of stack.schedules) {
      const target = functionOf(schedule.function);
      startSchedule({
        schedule,
        target,
        clock,
        // The sweep is the one schedule that only looks into the due index: an empty index is an idle sweep.
        ...(target.spec.name === 'sweep-deadlines' && { quietUntil: () => register.firstDue() }),
        // Where nothing is collected, the collector has nothing to look at.
        ...(target.spec.name === 'collect-audit-log' &&
          options.collectFrom === undefined && { quietUntil: () => Promise.resolve(undefined) }),
        // A tenant elsewhere changes without our knowing.
        ...(target.spec.name === 'take-inventory' &&
          tenant && {
            quietUntil: quietInventory({
              changes: () => tenant.changes() + happened,
              runs: () => ran.get(target.spec.name) ?? 0,
              firstDue: () => register.firstDue(),
              now: () => clock.now(),
            }),
          }),
        ran: (name) => ran.set(name, (ran.get(name) ?? 0) + 1),
        failed: (name, why) => complain(`${name}: ${why}`),
      });
    }

    const intake = createIntake({
      database,
      bus,
      busName: stack.rules[0]?.bus ?? 'default',
      ...(tenant && { apply: (record) => tenant.apply(record) }),
    });
    const deadLetters = new Set(stack.queues.flatMap(({ deadLetter }) => deadLetter?.queue ?? []));
    const advance = async (to: Instant, signal?: AbortSignal): Promise<Advanced> => {
      const before = new Map(ran);
      const settled = await clock.advance(to, signal);
      return {
        settled,
        ran: Object.fromEntries(
          [...ran]
            .map(([name, count]) => [name, count - (before.get(name) ?? 0)] as const)
            .filter(([, n]) => n > 0),
        ),
      };
    };
    const unfinished = () => {
      const sizes = stack.queues.map(({ id }) => ({ id, size: queues.size(id) }));
      const sum = (dead: boolean): number =>
        sizes.filter(({ id }) => deadLetters.has(id) === dead).reduce((total, { size }) => total + size, 0);
      return { waiting: sum(false), dead: sum(true) };
    };
    const isNew = memory.get('fed') === undefined;
    const feed = async (input: AsyncIterable<Uint8Array>, source: string): Promise<IntakeCounts> => {
      const counts = await intake(input, source);
      memory.set('fed', true);
      return counts;
    };
    gateway.serve({
      clock,
      machine: Date.now,
      routes: stack.routes.map((route) => ({ ...route, target: functionOf(route.function) })),
      local: localRoutes({
        register,
        policy,
        now: () => clock.now(),
        feed,
        advance,
        examine: ({ testMessage }) =>
          examineLocal(
            {
              at: outside,
              secrets,
              client,
              tableName: stack.tables[0]?.name ?? '',
              busName: stack.rules[0]?.bus ?? 'default',
              register,
              policy,
            },
            testMessage,
          ),
        settled: (limitMs) => activity.settled(limitMs),
        unfinished,
        routes: stack.routes,
      }),
    });
    slack?.connect(`${gateway.url}/slack/interactions`);
    // Slack gives up on an answer after three seconds: the first click should not wait for a cold start.
    for (const { function: id } of stack.routes) functionOf(id).warm();
    for (const source of sources.values()) source.pump();

    return {
      url: gateway.url,
      slack,
      tenant,
      auditLog,
      register,
      policy,
      rights,
      isNew,
      now: () => clock.now(),
      feed: (records) => {
        if (typeof records === 'string') return feed(createReadStream(records), records);
        return feed(Symbol.asyncIterator in records ? records : asJsonLines(records), 'records');
      },
      advance,
      settled: (limitMs = stepLimitMs) => activity.settled(limitMs),
      unfinished,
      subscribe: (listener) => bus.subscribe(listener),
      close: () => end(closeGraceMs),
      kill: () => end(0),
    };
  } catch (error) {
    await end(0);
    throw error;
  }
}

const asJsonLines = (records: readonly object[]): AsyncIterable<Uint8Array> =>
  Readable.from(records.map((record) => Buffer.from(`${JSON.stringify(record)}\n`)));

function secretsOf(
  { slack, exchange, collectFrom = [] }: LocalOptions,
  standIn: SlackWorkspace | undefined,
): Readonly<Record<string, string | undefined>> {
  const tenants = exchange
    ? { [exchange.tenantId]: { clientId: exchange.clientId, clientSecret: exchange.clientSecret } }
    : { '*': { clientId: 'local', clientSecret: 'local' } };
  return {
    'slack-bot-token': slack?.botToken ?? standIn?.botToken,
    'slack-signing-secret': slack?.signingSecret ?? standIn?.signingSecret,
    'exchange-reader': JSON.stringify(tenants),
    'exchange-writer': JSON.stringify(tenants),
    'audit-log-reader': JSON.stringify(
      Object.fromEntries(collectFrom.map((tenant) => [tenant, { clientId: 'local', clientSecret: 'local' }])),
    ),
  };
}

/** A log line of Powertools reduced to what happened. */
function summary(line: string): string {
  try {
    const { message, error, failure } = JSON.parse(line) as Readonly<{
      message?: string;
      error?: { message?: string };
      failure?: { message?: string };
    }>;
    return [message, error?.message, failure?.message].filter(Boolean).join(': ');
  } catch {
    return line;
  }
}
