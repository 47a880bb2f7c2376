import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { duration, fromMillis, plus, toMillis, type Instant } from '#time/instant.ts';
import { isGroup } from '#policy/policy.ts';
import { listApprovers } from '#policy/authority.ts';
import { listChannels } from '#policy/owner.ts';
import type { Policy } from '#policy/policy.ts';
import { readAcceptedDomains } from '#inventory/notes.ts';
import { createMailboxChanges } from '#register/mailbox-changes.ts';
import { createProbeRuns } from '#register/probes.ts';
import { createUsageStore } from '#register/usage.ts';
import { createRegister } from '#register/register.ts';
import { readWholeList } from '#register/read-whole-list.ts';
import { heartbeatType } from '#bus/heartbeat.ts';
import { nextNewsAt } from '#deadlines/enforcement-changes.ts';
import { isPolicyPending } from '#deadlines/new-policy.ts';
import type { Register } from '#register/contract.ts';
import { createActivity } from './activity.ts';
import { readAssembly } from './assembly.ts';
import { createBus, type Bus, type BusEvent } from './bus.ts';
import { createClock, type Clock } from './clock.ts';
import {
  deadLettersIn,
  redrive,
  type DeadLetterPlace,
  type DeadLetters,
  type Redriven,
} from './dead-letters.ts';
import { startDynamoDbEngine } from './dynamodb-engine.ts';
import { startEndpoint } from './endpoint.ts';
import { environmentOf } from './environment.ts';
import { examineLocal } from './examine.ts';
import { createFunction, type LocalFunction } from './functions.ts';
import { createEnforcements, readEnforcements } from '#register/enforcement.ts';
import { createVersionedValues } from '#register/versioned-values.ts';
import { openGateway } from './gateway.ts';
import { createIntake, type IntakeCounts } from './intake.ts';
import { createKeyValue } from '#lib/standin/key-value.ts';
import { createLocalRoutes } from './local-routes.ts';
import { readPolicy } from './bundled-policy.ts';
import { createQueueSource, type QueueSource } from './queue-source.ts';
import { quietCollection } from './quiet-collection.ts';
import { quietInventory } from './quiet-inventory.ts';
import { createQueues } from './queues.ts';
import { createRights, type Rights } from './rights.ts';
import { startSchedule } from './schedules.ts';
import { createServiceMetrics } from './service-metrics.ts';
import { createServices } from './services.ts';
import { createLocalProbes } from './probes.ts';
import { startSlackWorkspace, type SlackWorkspace } from '../standin/slack/slack-workspace.ts';
import type { Measurement } from './measurements.ts';
import { openStateFolder } from './state-folder.ts';
import { isReal, mustFit, surroundingsOf } from './surroundings.ts';
import type { LambdaStreamRecord } from './stream-record.ts';
import type { Advanced, Unfinished } from './progress.ts';
import { startStreamSource, type StreamSource } from './stream-source.ts';
import { ensureTable } from './tables.ts';
import { deployable } from './template.ts';
import { startActivityFeed, type ActivityFeed } from '../standin/tenant/activity-feed.ts';
import { startStandInTenant, type StandInTenant } from '../standin/tenant/standin-tenant.ts';

export interface LocalOptions {
  /** The folder that `cdk synth` wrote, or who makes one, given a folder for it, once the state folder is ours. */
  readonly assembly: string | ((outdir: string) => Promise<string>);
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
  /** The stand-in Slack takes no more than Slack does, and no longer: see `SlackWorkspaceOptions`. */
  readonly strictSlack?: boolean;
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
  /** Domains that stand-in tenants accept mail for, by the tenants' GUIDs: without any, no test message is sent. */
  readonly domains?: Readonly<Record<string, readonly string[]>>;
  /** The stand-in tenant trusts the roles of the functions instead of a secret. */
  readonly federated?: boolean;
  /** Hears one line about each thing that goes wrong. */
  readonly complain?: (line: string) => void;
  /** Hears what CloudWatch would get: what functions count, and what services of AWS count of them. */
  readonly measure?: (measurement: Measurement) => void;
  /**
   * Runs schedules at every tick, also where they would find nothing to do while the clock is moved, and measures the
   * queues each minute.
   */
  readonly everyTick?: boolean;
  /** No secret has a value yet, as right after a first deployment. */
  readonly unset?: boolean;
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
  readonly rights: Pick<Rights, 'missing' | 'grants'>;
  now(): Instant;
  /** Takes in audit records: a file, bytes, or records themselves. What they cause comes after (`settled`). */
  feed(records: string | AsyncIterable<Uint8Array> | readonly object[]): Promise<IntakeCounts>;
  /**
   * Takes in made-up records, where everything they can reach is made up and nobody has fed in anything of their own.
   * Answers `undefined` where that is not so.
   */
  feedSample(file: string): Promise<IntakeCounts | undefined>;
  /** Moves local time and runs what falls due on the way; stops where `signal` aborts, throws where something hangs. */
  advance(to: Instant, signal?: AbortSignal): Promise<Advanced>;
  /** Ends when nothing is under way any more, however long that takes. Throws where something hangs. */
  settled(): Promise<void>;
  /** Messages that wait, or failed and come back later, and those that were given up. */
  unfinished(): Unfinished;
  /** Whatever was given up on, by the function that did. */
  deadLetters(): readonly DeadLetters[];
  /** Sends again what those functions gave up on. */
  redrive(functions: readonly string[]): Promise<readonly Redriven[]>;
  /** Throws away the dead letters of those functions. */
  purge(functions: readonly string[]): void;
  /** Hears every event on the bus. */
  subscribe(listener: (event: BusEvent) => void): () => void;
  close(): Promise<void>;
  /** Ends at once, as a killed process would: what was under way stays unfinished. */
  kill(): Promise<void>;
}

const region = 'local-1';
/**
 * This machine may be far busier than Lambda, and where everything is made up nobody waits for it: a function then has
 * so many times its timeout, and what is slow is not ended as if it hung.
 */
const timesItsTimeout = 10;

const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };

/** What is under way at the end may take so long to finish; what does not is done again at the next start. */
const closeGraceMs = 3_000;

/** Deploys a synthesized stack onto this machine. Throws a `Refusal` for what a person can put right. */
export async function startLocal(options: LocalOptions): Promise<LocalDeployment> {
  const { complain = () => undefined, progress = () => undefined, measure = () => undefined } = options;
  const folder = openStateFolder(options.state, options.fresh ?? false);
  const { database } = folder;
  // What takes in work is stopped first, then what does it, then what everything stands on.
  const stops: (() => unknown)[] = [];
  const closers: (() => unknown)[] = [() => database.close()];
  const activity = createActivity();
  const end = async (graceMs: number): Promise<void> => {
    const stopping = stops.splice(0).map((stop) => stop());
    await activity.settled(AbortSignal.timeout(graceMs));
    for (const closer of closers.splice(0).reverse()) await closer();
    await Promise.all(stopping);
  };

  try {
    const gateway = await openGateway(options.port ?? 0);
    stops.push(() => gateway.close());
    const assembly =
      typeof options.assembly === 'string' ? options.assembly : await options.assembly(folder.assembly);
    const stack = deployable(readAssembly(assembly));
    const memory = createKeyValue(database, 'local');
    const surroundings = surroundingsOf(options);
    if (memory.get('fed') !== undefined || memory.get('surroundings') !== undefined)
      mustFit(
        folder.path,
        memory.get('surroundings'),
        surroundings,
        'start in another folder, or with --fresh, which forgets everything in this one',
      );
    const clock = createClock({
      offset: Number(memory.get('offset') ?? 0),
      keep: (offset) => memory.set('offset', offset),
      machine: Date.now,
      settled: () => activity.settled(),
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
    const tableName = stack.tables[0]?.name ?? '';
    const register = createRegister({ client, tableName });
    const mailboxes = createMailboxChanges({ client, tableName });
    const values = createVersionedValues({ client, tableName });
    const noted = await values.read('LOCAL');
    if (noted || !(await isEmpty(register)))
      mustFit(
        options.dynamodbEndpoint ? `the register at ${options.dynamodbEndpoint}` : folder.path,
        noted?.value,
        surroundings,
        'use an engine with no such table, or what it was used with',
      );
    if (!noted) await values.write('LOCAL', surroundings, 0);
    memory.set('surroundings', surroundings);

    const policy = readPolicy(stack.functions.map((one) => one.folder));
    progress('starting the stand-ins for Slack and Exchange');
    const slack = options.slack
      ? undefined
      : await startSlackWorkspace({
          storage: createKeyValue(database, 'slack'),
          now: localDate,
          // Whoever may answer by policy can be played.
          members: listApprovers(policy).filter((one) => !isGroup(one)),
          ...(options.strictSlack && { strict: { channels: listChannels(policy) } }),
        });
    if (slack) closers.push(() => slack.close());
    const tenant = options.exchange
      ? undefined
      : await startStandInTenant({
          storage: createKeyValue(database, 'tenant'),
          now: localDate,
          ...(options.domains && { domains: options.domains }),
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
    const counts = createServiceMetrics({
      measure,
      now: () => clock.now(),
      queues,
      queueIds: stack.queues.map(({ id }) => id),
    });
    if (options.measure && options.everyTick === true) eachMinute(clock, () => counts.queues());
    const sources = new Map<string, QueueSource>();
    const streamSources: StreamSource[] = [];
    const secrets = secretsOf(options, slack);
    const rights = createRights(stack.policies);
    const services = createServices(rights, stack);
    for (const why of services.inCaseOfNeed()) complain(why);
    /** Lambda checks at once what it will need for a source. */
    const said = (refused: () => string | undefined) => {
      const why = refused();
      if (why !== undefined) complain(why);
      return refused;
    };
    const delivered = new Map(
      stack.rules.flatMap((rule) =>
        stack.queues
          .filter(({ id }) => rule.targets.includes(id))
          .map((queue) => [`${rule.id} ${queue.id}`, services.deliver(rule, queue)] as const),
      ),
    );
    const queueAt = (arn: string | undefined) => stack.queues.find((queue) => queue.arn === arn);
    const keptFor = new Map(
      stack.rules.flatMap((rule) => {
        const queue = queueAt(rule.deadLetters[0]);
        return queue ? [[rule.id, { queue, refused: services.deliver(rule, queue) }] as const] : [];
      }),
    );
    const bus: Bus = createBus({
      database,
      queues,
      rules: stack.rules,
      deadLetters: (rule) => {
        const kept = keptFor.get(rule);
        return kept?.refused() === undefined ? kept?.queue.id : undefined;
      },
      undelivered: (rule, lost) => counts.undelivered(rule, lost),
      refused: (rule, queue) => delivered.get(`${rule} ${queue}`)?.(),
      complain,
      now: () => clock.now(),
      delivered: (reached) => {
        for (const queue of reached) sources.get(queue)?.pump();
      },
    });
    const endpoint = await startEndpoint({
      bus: () => bus,
      rights,
      dynamodb: dynamodbUrl,
      tables: stack.tables.map(({ identity }) => identity),
      send: (queue, body, seconds) => {
        const now = clock.now();
        queues.send(queue, [body], now, plus(now, duration(`PT${seconds}S`)));
        sources.get(queue)?.pump();
      },
      secret: (name) =>
        options.unset !== true
          ? secrets[name.split('/').at(-1) ?? '']
          : stack.secrets.includes(name)
            ? ''
            : undefined,
      now: localDate,
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
      const allMadeUp = !options.slack && !options.exchange;
      const made = createFunction({
        spec: allMadeUp ? { ...spec, timeoutMs: timesItsTimeout * spec.timeoutMs } : spec,
        environment: environmentOf(spec, {
          aws: endpoint.url,
          ...outside,
        }),
        offset: clock.offset,
        // A Slack or a tenant elsewhere lives in real time, and asks in it for patience.
        ...(allMadeUp && { advancing: clock.advancing }),
        logs: join(folder.path, 'logs'),
        // It is about the bundles in there, and goes with them.
        compiled: join(assembly, 'compiled'),
        activity,
        complain: (name, line) => complain(`${name}: ${summary(line)}`),
        measured: measure,
      });
      closers.push(() => made.close());
      const nudging: LocalFunction = {
        ...made,
        invoke: (event) => {
          const invocation = made.invoke(event);
          invocation.then(
            () => counts.invoked(spec.id, 0),
            () => counts.invoked(spec.id, 1),
          );
          // Whatever a function wrote to the table is in the stream now.
          return invocation.finally(() => {
            for (const source of streamSources) source.nudge();
          });
        },
      };
      functions.set(spec.id, unless(services.start(spec), nudging));
    }
    const functionOf = (id: string): LocalFunction => {
      const found = functions.get(id);
      if (!found) throw new Error(`the template names no function ${id}`);
      return found;
    };
    const failed = (name: string, count: number, why: string): void =>
      complain(`${name}: ${count === 0 ? '' : `${count} failed, tried again later: `}${why}`);

    const deadLetterPlaces: (DeadLetterPlace & { readonly from?: string })[] = [];
    const gaveUp = (name: string, count: number): void =>
      complain(
        `${name}: ${count} given up on after repeated tries; lapse redrive lists them and can send them again`,
      );
    for (const source of stack.sources) {
      const target = functionOf(source.function);
      const { name } = target.spec;
      if (source.from.type === 'queue') {
        const queue = stack.queues.find(({ id }) => id === source.from.id);
        if (!queue) throw new Error(`the template names no queue ${source.from.id}`);
        const made = createQueueSource({
          source,
          queue,
          target,
          queues,
          clock,
          activity,
          failed,
          gaveUp,
          refused: said(services.take(queue, target.spec)),
        });
        stops.push(() => made.close());
        sources.set(queue.id, made);
        const dead = queue.deadLetter?.queue;
        if (dead !== undefined)
          deadLetterPlaces.push({
            function: name,
            queue: dead,
            from: queue.id,
            sendAgain: () => {
              queues.move(dead, queue.id, clock.now());
              made.pump();
            },
          });
      } else {
        // On AWS they are in a bucket, whole.
        const dead = `${source.id} given up`;
        const table = stack.tables.find(({ id }) => id === source.from.id);
        if (!table) throw new Error(`the template names no table ${source.from.id}`);
        const keep = source.keptIn === undefined ? undefined : services.keep(source.keptIn, target.spec);
        const made = startStreamSource({
          source,
          streamArn: streamArns.get(source.from.id) ?? '',
          client: streams,
          target,
          checkpoints: createKeyValue(database, `stream ${source.id}`),
          activity,
          clock,
          handedOver: (age) => counts.handedOver(source.function, age),
          failed,
          refused: said(services.read(table, target.spec)),
          gaveUp: (name, records) => {
            if (keep?.() !== undefined) return;
            if (source.counted === true) counts.passedOver(source.id, records.length);
            queues.send(
              dead,
              records.map((record) => JSON.stringify(record)),
              clock.now(),
            );
            gaveUp(name, records.length);
          },
        });
        stops.push(() => made.close());
        streamSources.push(made);
        deadLetterPlaces.push({
          function: name,
          queue: dead,
          sendAgain: async () => {
            const letters = queues.all(dead);
            const done = await made.repeat(letters.map(({ body }) => JSON.parse(body) as LambdaStreamRecord));
            queues.remove(
              dead,
              letters.slice(0, done).map(({ id }) => id),
            );
          },
        });
      }
    }
    const ran = new Map<string, number>();
    const ranAt = new Map<string, Instant>();
    let happened = 0;
    // A heartbeat is no news.
    bus.subscribe(({ 'detail-type': type }) => {
      if (type !== heartbeatType) happened += 1;
    });
    /** Until when a schedule would find nothing to do, where that is known. */
    const quietUntilOf = (name: string): { readonly quietUntil?: () => Promise<Instant | undefined> } => ({
      // The sweep only looks into the due index, at a policy that is not in force yet, and at decisions about enforcement.
      ...(name === 'sweep-deadlines' && {
        quietUntil: async () => {
          if (await isPolicyPending({ values, policy })) return clock.now();
          const news = nextNewsAt(await readEnforcements(values), clock.now());
          return [(await register.firstDue()) ?? [], news ?? []].flat().toSorted()[0];
        },
      }),
      // Where nothing is collected, the collector has nothing to look at.
      ...(name === 'collect-audit-log' &&
        options.collectFrom === undefined && { quietUntil: () => Promise.resolve(undefined) }),
      ...(name === 'collect-audit-log' &&
        options.collectFrom !== undefined &&
        auditLog && {
          quietUntil: quietCollection({
            lastRun: () => ranAt.get(name),
            nextListing: (after) => auditLog.nextListing(after),
            now: () => clock.now(),
          }),
        }),
      // A tenant elsewhere changes without our knowing.
      ...(name === 'take-inventory' &&
        tenant && {
          quietUntil: quietInventory({
            changes: () => tenant.changes() + happened,
            runs: () => ran.get(name) ?? 0,
            firstDue: () => register.firstDue(),
            now: () => clock.now(),
          }),
        }),
    });
    for (const schedule of stack.schedules) {
      const scheduled = functionOf(schedule.function);
      const dead = queueAt(schedule.deadLetters);
      const refusedToo = services.miss(schedule);
      const missed = (): void => {
        if (!dead || refusedToo() !== undefined) return;
        queues.send(dead.id, [JSON.stringify(schedule.input)], clock.now());
        gaveUp(scheduled.spec.name, 1);
      };
      const target = unless(services.schedule(schedule, scheduled.spec), scheduled, missed);
      // The next run does the work of those before it.
      if (dead) deadLetterPlaces.push({ function: target.spec.name, queue: dead.id });
      startSchedule({
        schedule,
        target,
        clock,
        ...(options.everyTick !== true && quietUntilOf(target.spec.name)),
        ran: (name) => {
          ran.set(name, (ran.get(name) ?? 0) + 1);
          ranAt.set(name, clock.now());
        },
        failed: (name, why) => complain(`${name}: ${why}`),
      });
    }

    const intake = createIntake({
      database,
      bus,
      busName: stack.rules[0]?.bus ?? 'default',
      ...(tenant && { apply: (record) => tenant.apply(record) }),
    });
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
    const unfinished = (): Unfinished => {
      const found = deadLetterPlaces.map(({ function: name, queue, from }) => ({
        name,
        waiting: from === undefined ? 0 : queues.size(from),
        dead: queues.size(queue),
      }));
      return {
        waiting: found.reduce((total, { waiting }) => total + waiting, 0),
        dead: found.reduce((total, { dead }) => total + dead, 0),
        queues: Object.fromEntries(found.map(({ name, waiting, dead }) => [name, { waiting, dead }])),
      };
    };
    const deadLetters = () => deadLettersIn(queues, deadLetterPlaces);
    const purge = (names: readonly string[]): void => {
      for (const { queue } of deadLetterPlaces.filter((place) => names.includes(place.function)))
        queues.remove(
          queue,
          queues.all(queue).map(({ id }) => id),
        );
    };
    const redriven = (names: readonly string[]) =>
      redrive(
        queues,
        deadLetterPlaces.filter((place) => names.includes(place.function)),
      );
    const feed = (input: AsyncIterable<Uint8Array>, source: string): Promise<IntakeCounts> => {
      memory.set('fed', true);
      return intake(input, source);
    };
    const allStandIns = !options.exchange && !options.slack && !options.dynamodbEndpoint;
    const feedSample = async (file: string): Promise<IntakeCounts | undefined> => {
      if (!allStandIns || memory.get('fed') !== undefined) return undefined;
      const counts = await intake(createReadStream(file), file);
      // Only now: a sample that was cut off is fed again at the next start.
      memory.set('fed', true);
      return counts;
    };
    gateway.serve({
      clock,
      machine: Date.now,
      routes: stack.routes.map((route) => {
        const target = functionOf(route.function);
        return {
          ...route,
          target: unless(services.route(route, target.spec), target),
          answered: (status) => counts.answered(route.api, status),
        };
      }),
      local: createLocalRoutes({
        register,
        mailboxes,
        probes: createLocalProbes({
          at: outside,
          secret: secrets['exchange-reader'],
          runs: createProbeRuns({ client, tableName }),
          doors: tenant?.mail,
          now: () => clock.now(),
        }),
        usage: createUsageStore({ client, tableName }, values),
        domains: (tenant) => readAcceptedDomains(values, tenant),
        enforcements: createEnforcements(createVersionedValues({ client, tableName })),
        policy,
        now: () => clock.now(),
        feed,
        advance,
        real: [options.exchange?.url ?? [], options.slack?.apiUrl ?? []].flat().filter(isReal),
        examine: ({ testMessage }) =>
          examineLocal(
            {
              at: outside,
              secrets,
              client,
              tableName,
              busName: stack.rules[0]?.bus ?? 'default',
              register,
              policy,
            },
            testMessage,
          ),
        settled: (signal) => activity.settled(signal),
        unfinished,
        deadLetters,
        redrive: redriven,
        routes: stack.routes,
      }),
    });
    slack?.connect(`${gateway.url}/slack/interactions`);
    // Slack gives up on an answer after three seconds: the first click should not wait for a cold start.
    for (const { function: id } of stack.routes) functionOf(id).warm();
    for (const { function: name, count } of deadLetters()) gaveUp(name, count);
    for (const source of sources.values()) source.pump();

    return {
      url: gateway.url,
      slack,
      tenant,
      auditLog,
      register,
      policy,
      rights,
      now: () => clock.now(),
      feed: (records) => {
        if (typeof records === 'string') return feed(createReadStream(records), records);
        return feed(Symbol.asyncIterator in records ? records : asJsonLines(records), 'records');
      },
      feedSample,
      advance,
      settled: async () => {
        await activity.settled();
      },
      unfinished,
      deadLetters,
      redrive: redriven,
      purge,
      subscribe: (listener) => bus.subscribe(listener),
      close: () => end(closeGraceMs),
      kill: () => end(0),
    };
  } catch (error) {
    await end(0);
    throw error;
  }
}

/** A function that is invoked only where nothing refuses it. */
const unless = (
  refused: () => string | undefined,
  target: LocalFunction,
  missed: () => void = () => undefined,
): LocalFunction => ({
  ...target,
  invoke: (event) => {
    const why = refused();
    if (why === undefined) return target.invoke(event);
    missed();
    return Promise.reject(new Error(why));
  },
});

/** As long as the clock runs. */
function eachMinute(clock: Clock, work: () => void): void {
  const next = fromMillis(Math.floor(toMillis(clock.now()) / 60_000 + 1) * 60_000);
  clock.at(next, () => {
    work();
    eachMinute(clock, work);
  });
}

async function isEmpty(register: Register): Promise<boolean> {
  const { exceptions, unreadable } = await readWholeList(register);
  return exceptions.length + unreadable.length === 0;
}

const asJsonLines = (records: readonly object[]): AsyncIterable<Uint8Array> =>
  Readable.from(records.map((record) => Buffer.from(`${JSON.stringify(record)}\n`)));

function secretsOf(
  { slack, exchange, collectFrom = [], federated = false }: LocalOptions,
  standIn: SlackWorkspace | undefined,
): Readonly<Record<string, string | undefined>> {
  const entry = { clientId: 'local', ...(federated ? { federated } : { clientSecret: 'local' }) };
  const tenants = exchange
    ? { [exchange.tenantId]: { clientId: exchange.clientId, clientSecret: exchange.clientSecret } }
    : { '*': entry };
  return {
    'slack-bot-token': slack?.botToken ?? standIn?.botToken,
    'slack-signing-secret': slack?.signingSecret ?? standIn?.signingSecret,
    'exchange-reader': JSON.stringify(tenants),
    'exchange-writer': JSON.stringify(tenants),
    'audit-log-reader': JSON.stringify(Object.fromEntries(collectFrom.map((tenant) => [tenant, entry]))),
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
