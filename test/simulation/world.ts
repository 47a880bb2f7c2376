/**
 * One world: a tenant or two, their people, Slack, the bus with its queues, and Lapse's functions at work, through
 * months of virtual time. First everything goes wrong that its plan has; then all is well, nobody does anything any
 * more, and whatever is still open must come to an end by itself.
 */
import { auditRecordSchema, type AuditRecord } from '#audit-log/record.ts';
import { createLifecycleEntry, lifecycleEventSchema } from '#bus/lifecycle-event.ts';
import { createInventoryEntry, inventoryMessageSchema } from '#bus/inventory-message.ts';
import { foldName } from '#kinds/fold-name.ts';
import { enforcementEvents, slackEvents } from '#lifecycle/react.ts';
import { enforce } from '#functions/enforce.ts';
import { tellPeople } from '#functions/ask-owners.ts';
import { sweepDeadlines } from '#functions/sweep-deadlines.ts';
import { takeTenant } from '#inventory/take.ts';
import { recordChange } from '#recording/record-change.ts';
import { kinds } from '#kinds/registry.ts';
import { follow, type Order } from '#policy/enforcement-mode.ts';
import { createBreakers } from '#register/breaker.ts';
import {
  changeEnforcement,
  createEnforcements,
  modesIn,
  readEnforcements,
  withModes,
} from '#register/enforcement.ts';
import { readProgress } from '#register/import-progress.ts';
import { noteRefused } from '#register/refused.ts';
import { createGatherings } from '#register/gatherings.ts';
import { createInMemoryRegister } from '#register/in-memory-register.ts';
import { createOneRequest } from '#register/one-request.ts';
import { noteNames } from '#register/partitions.ts';
import { putOffFor, PutOff } from '#runtime/put-off.ts';
import { answerSlack } from '#slack/answer.ts';
import { SlackUnreachable } from '#slack/failure.ts';
import { createPaceMemory, withPace } from '#slack/pace.ts';
import { identifyPerson } from '#slack/who.ts';
import { tick } from '#test/slack/tick.ts';
import { fromMillis, toMillis, type Instant } from '#time/instant.ts';
import { applyRecord } from '#lib/standin/tenant/apply-record.ts';
import { createInMemoryVersionedValues } from '#test/register/in-memory-versioned-values.ts';
import { createBoundary, type FaultKind, type Party, type Worker } from './boundary.ts';
import { createChance } from './chance.ts';
import { createClockwork } from './clockwork.ts';
import { application, createExchange } from './exchange.ts';
import { admins, approvers, baseName, day, owners, samAddress, type ObjectPlan, type Plan } from './plan.ts';
import { createWatch, type Person, type Violation } from './promises.ts';
import { commandOf, createRecord, passedText, type Change, type NativeRecord } from './records.ts';
import { registerFor, valuesFor } from './register.ts';
import {
  createSlackSide,
  press,
  pressables,
  signed,
  signingSecret,
  slash,
  submit,
  type Sender,
  type Sent,
} from './slack.ts';
import type { ExchangeTenant } from '#exchange/tenant.ts';
import type { Exception } from '#lifecycle/exception.ts';
import type { EnforcementByTenant } from '#policy/enforcement-mode.ts';
import type { Policy } from '#policy/policy.ts';
import type { Register } from '#register/contract.ts';
import type { StoredObject } from '#lib/standin/tenant/history.ts';
import type { PostedMessage } from '#lib/standin/slack/shapes.ts';
import type { Shelf } from '#lib/standin/tenant/shelf.ts';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

/** Parts of Lapse that a test takes out, to see that this is noticed. */
export interface Broken {
  readonly register?: (inner: Register) => Register;
  readonly tenant?: (worker: Worker, exchange: ExchangeTenant) => ExchangeTenant;
  readonly policy?: (worker: Worker, policy: Policy) => Policy;
  /** Whom a request is taken to be from. */
  readonly who?: string;
  /** Events that are never published. */
  readonly lost?: (type: string) => boolean;
  /** Where Lapse may act is not asked. */
  readonly blind?: boolean;
  /** Whose signatures count. */
  readonly secret?: string;
}

export interface WorldOptions {
  /** What is left out of the plan, by id. */
  readonly without?: ReadonlySet<string>;
  readonly broken?: Broken;
  /** Keeps everything that happened, to be told. */
  readonly tell?: boolean;
}

export interface Lived {
  readonly violations: readonly Violation[];
  /** Exceptions that were opened. */
  readonly lives: number;
  /** Happenings. */
  readonly steps: number;
  readonly days: number;
  readonly tried: ReadonlyMap<string, number>;
  readonly events: ReadonlyMap<string, number>;
  readonly ends: ReadonlyMap<string, number>;
  /** Ids of what was done that could be left out. */
  readonly optional: readonly string[];
  readonly story: readonly { readonly at: number; readonly line: string; readonly exception?: string }[];
}

type Queue = 'record' | 'ask' | 'enforce';
type Outcome = 'ok' | 'failed' | 'dead';

const limits = { record: minute, ask: minute, enforce: 2 * minute, sweep: 55 * second } as const;
const neverAborts = new AbortController().signal;
const silent = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

export async function live(plan: Plan, options: WorldOptions = {}): Promise<Lived> {
  const { without = new Set<string>(), broken = {}, tell = false } = options;
  const chance = createChance(plan.seed);
  const clock = createClockwork(plan.start);
  const tried = new Map<string, number>();
  const optional: string[] = [];
  const story: { at: number; line: string; exception?: string }[] = [];
  let steps = 0;
  let quiet = false;

  const count = (what: string): void => void tried.set(what, (tried.get(what) ?? 0) + 1);
  const say = (line: string, exception?: string): void => {
    if (tell) story.push({ at: clock.now(), line, ...(exception !== undefined && { exception }) });
  };
  const may = (id: string): boolean => {
    if (without.has(id)) return false;
    optional.push(id);
    return true;
  };
  /** Something that happens by chance, and may be left out. */
  const happens = (id: string, likelihood: number): boolean => chance.of(id) < likelihood && may(id);

  const deaths = new Map<Worker, () => void>();
  const boundary = createBoundary({
    clock,
    chance,
    rates: plan.rates,
    outages: plan.outages,
    may,
    isQuiet: () => quiet,
    died: (worker) => {
      deaths.get(worker)?.();
    },
    note: (party: Party, fault: FaultKind | 'outage', _id, what) => {
      count(`${party}: ${fault}`);
      say(`! ${party} ${fault}: ${what}`);
    },
  });

  const inner = (broken.register ?? ((one: Register) => one))(createInMemoryRegister());
  const notes = createInMemoryVersionedValues();
  let enforcementsNow: EnforcementByTenant = new Map();

  // People.
  const people = new Map<string, Person>();
  const policyOfWorker = new Map<Worker, Policy>();
  const senders = new Map<Worker, Person>();
  const watch = createWatch({
    register: inner,
    now: clock.now,
    tolerance: 2 * plan.skew + 15 * second,
    policyOf: (worker) => policyOfWorker.get(worker) ?? policyAt(),
    senderOf: (worker) => senders.get(worker),
    modeNow: (of) => modesIn(enforcementsNow, plan.usual)(of),
    personWith: (user) => people.get(user),
    ...(tell && { story: say }),
  });

  const channel = plan.policies[0]?.fallbackChannel ?? '';
  const slackSide = createSlackSide({
    clock,
    boundary,
    channels: [channel],
    posted: (message, about) => {
      const isNew = message.edits === 0;
      watch.posted(message, about && about.exception !== 'digest' ? about.exception : undefined, isNew);
      if (isNew) reactTo(message);
    },
  });
  const { memory } = slackSide;
  const admit = (id: string, address: string, standing: 'member' | 'guest' | 'external' = 'member'): void => {
    memory.users.set(id, {
      id,
      address,
      standing,
      ...(standing === 'external' && { team: 'T0ELSEWHERE', enterprise: 'E0ELSEWHERE' }),
    });
    people.set(id, { user: id, address, isMember: standing === 'member' });
  };
  admit(approvers.sam, samAddress);
  admit(approvers.rita, 'rita.risk@contoso.example');
  admit(approvers.late, 'lena.late@contoso.example');
  for (const [index, address] of [...admins, ...owners].entries()) admit(`U0P${String(index)}`, address);
  admit('U0MALLORY', 'mallory@contoso.example');
  admit('U0GUEST', 'gus.guest@partner.example', 'guest');
  admit('U0FOREIGN', 'fay.foreign@elsewhere.example', 'external');

  const exchange = createExchange({
    clock,
    chance,
    boundary,
    strange: (what, id) => {
      const isSo = !quiet && happens(id, what === 'lags' ? 0.1 : 0.01);
      if (isSo) {
        count(`exchange: ${what}`);
        say(`! exchange ${what}`);
      }
      return isSo;
    },
    wrap: (worker, _tenant, real) => {
      const watched: ExchangeTenant = {
        ...real,
        async read(ref, signal) {
          const seen = await real.read(ref, signal);
          watch.looked(worker, ref, seen);
          return seen;
        },
        disable: (kind, target) => {
          watch.switching(worker, 'off', kind, target.guid);
          return real.disable(kind, target);
        },
        enable: (kind, target) => {
          watch.switching(worker, 'on', kind, target.guid);
          return real.enable(kind, target);
        },
        expire: (kind, guid, until) => {
          watch.switching(worker, 'expiry', kind, guid);
          return real.expire(kind, guid, until);
        },
      };
      return broken.tenant ? broken.tenant(worker, watched) : watched;
    },
    ordered: (worker, order) => {
      watch.ordered(worker, order);
      if (order.before === order.after) return;
      const changed = order.after.find((one) => !order.before.includes(one));
      echo(order.tenant, order.cmdlet, order.parameters);
      if (changed && !changed.enabled) reapply(order.tenant, order.shelf, changed);
      else if (order.after.length < order.before.length || !changed || isListShelf(order.shelf))
        reapplyEntry(order.tenant, order.shelf);
    },
  });
  const { books } = exchange;

  /* Workers. */

  let workers = 0;
  function spawn(
    job: string,
    name: string,
    limit: number,
    run: (worker: Worker) => Promise<void>,
    done: (outcome: Outcome, error?: unknown) => void = () => undefined,
  ): void {
    workers += 1;
    count(`worker: ${job}`);
    const id = `${job} ${name}`;
    const isWrong = !quiet && plan.skew > 0 && chance.of(`${id} clock`) < 0.2 && may(`${id} clock`);
    const skew = isWrong ? Math.round(chance.between(`${id} how wrong`, -plan.skew, plan.skew)) : 0;
    if (isWrong) count('clock: wrong');
    const worker: Worker = { id, job, begun: clock.now(), skew, limit, calls: 0, dead: false };
    const base = policyFor(id);
    policyOfWorker.set(worker, base);
    let isOver = false;
    const end = (outcome: Outcome, error?: unknown): void => {
      if (isOver) return;
      isOver = true;
      deaths.delete(worker);
      policyOfWorker.delete(worker);
      senders.delete(worker);
      if (outcome === 'failed' && quiet)
        watch.broken('end', `${job} failed although all is well: ${messageOf(error)}`);
      if (outcome !== 'ok') {
        count(`${job}: ${outcome}`);
        say(`! ${id} ${outcome}${outcome === 'failed' ? `: ${messageOf(error)}` : ''}`);
      }
      done(outcome, error);
    };
    deaths.set(worker, () => {
      end('dead');
    });
    run(worker).then(
      () => {
        if (!worker.dead) end('ok');
      },
      (error: unknown) => {
        if (!worker.dead) end('failed', error);
      },
    );
  }

  const nowOf = (worker: Worker): Instant => fromMillis(clock.now() + worker.skew);
  const registerOf = (worker: Worker): Register =>
    registerFor(worker, inner, {
      boundary,
      chance,
      committed: async (by, commit, result) => {
        await watch.committed(by, commit, result);
        if (result !== 'committed') return;
        stream.push(
          ...commit.events.map((_, index) => ({
            id: commit.id,
            tenant: commit.after.tenant,
            version: commit.after.version - commit.events.length + index + 1,
          })),
        );
        callPublisher();
        if (commit.dueAt !== undefined) callSweep(Math.max(toMillis(commit.dueAt), clock.now()) + second);
        calm = 0;
      },
    });
  const valuesOf = (worker: Worker) =>
    valuesFor(
      worker,
      {
        read: (name) => notes.read(name),
        async write(name, value, revision, until) {
          const done = await notes.write(name, value, revision, until);
          if (done && name === noteNames.enforcement) enforcementsNow = await readEnforcements(notes);
          const [, place] = name.startsWith(noteNames.digest) ? name.split('in#') : [];
          if (done && place !== undefined) {
            const [where = '', ts = ''] = place.split('#');
            const { ids } = value as { readonly ids: readonly string[] };
            watch.digested(
              where,
              ids,
              memory.messages.findLast((one) => one.channel === where && one.ts === ts),
            );
          }
          return done;
        },
      },
      boundary,
      (by, name) => {
        if (name === noteNames.enforcement && by.job === 'enforce')
          watch.askedMode(by, modesIn(enforcementsNow, plan.usual), subjects.get(by));
      },
    );
  /** What a worker of `enforce` is about. */
  const subjects = new Map<Worker, Exception>();

  /* Policy. */

  function policyAt(): Policy {
    const newest = plan.deployments.findLast(({ at, id }) => at <= clock.now() && !without.has(id));
    return policyNumber(newest?.policy ?? 0);
  }
  const policyNumber = (index: number): Policy => {
    const found = plan.policies[index] ?? plan.policies[0];
    if (!found) throw new Error('a plan without a policy');
    return found;
  };
  /** While a deployment is under way, some go by the policy before. */
  function policyFor(id: string): Policy {
    const those = plan.deployments.filter((one) => one.at <= clock.now() && !without.has(one.id));
    const newest = those.at(-1);
    if (newest && !quiet && clock.now() < newest.at + newest.overlap && chance.of(`${id} version`) < 0.5) {
      count('deployment: the version before at work');
      return policyNumber(those.at(-2)?.policy ?? 0);
    }
    return policyNumber(newest?.policy ?? 0);
  }
  const policyHeld = (worker: Worker): Policy => {
    const own = policyOfWorker.get(worker) ?? policyAt();
    return broken.policy ? broken.policy(worker, own) : own;
  };

  /* Stream, bus, queues. */

  const stream: { readonly id: string; readonly tenant: string; readonly version: number }[] = [];
  let isPublishing = false;
  let published = 0;
  function callPublisher(): void {
    if (isPublishing) return;
    isPublishing = true;
    clock.after(200, publish);
  }
  function publish(): void {
    const batch = stream.slice(0, 50);
    let taken = 0;
    published += 1;
    spawn(
      'publish',
      String(published),
      30 * second,
      async (worker) => {
        for (const { id, tenant, version } of batch) {
          const entry = await entryOf(id, version);
          if (entry && !(broken.lost?.(entry.type) ?? false)) {
            const { Detail } = createLifecycleEntry(id, tenant, entry);
            await boundary.call(worker, 'bus', entry.type, () => {
              route(entry.type, `${id}#${String(version)}`, Detail);
            });
          }
          taken += 1;
        }
      },
      (outcome) => {
        // What was on its way when it died goes out once more.
        stream.splice(0, outcome === 'ok' ? batch.length : Math.min(taken, batch.length));
        isPublishing = false;
        if (stream.length > 0) {
          isPublishing = true;
          clock.after(outcome === 'ok' ? 200 : 30 * second, publish);
        }
      },
    );
  }
  const entryOf = async (id: string, version: number) => (await inner.history(id)).trail()[version - 1];

  const toSlack: ReadonlySet<string> = new Set(slackEvents);
  const toExchange: ReadonlySet<string> = new Set(enforcementEvents);
  function route(type: string, name: string, body: string): void {
    const delay = (queue: string): number => {
      if (quiet) return 0;
      if (happens(`${queue} ${name} late`, 0.01)) {
        count('queue: late by hours');
        return chance.between(`${queue} ${name} how late`, hour, 30 * hour);
      }
      return chance.of(`${queue} ${name}`) * 4 * second;
    };
    if (toSlack.has(type)) deliver('ask', name, body, delay('ask'));
    if (toExchange.has(type)) deliver('enforce', name, body, delay('enforce'));
  }

  const dead: { readonly queue: Queue; readonly name: string; readonly body: string }[] = [];
  let messages = 0;
  let underWay = 0;
  function deliver(
    queue: Queue,
    name: string,
    body: string,
    delay: number,
    received = 1,
    putOff = 0,
    again = false,
  ): void {
    messages += 1;
    const serial = messages;
    underWay += 1;
    const bring = (which: string, after?: (outcome: Outcome, error?: unknown) => void): void => {
      spawn(
        queue,
        `${name} ${which}`,
        limits[queue],
        (worker) => work(queue, body, worker, received > 1 || again),
        after,
      );
    };
    clock.after(delay, () => {
      bring(`#${String(received)}.${String(putOff)}`, (outcome, error) => {
        underWay -= 1;
        if (outcome === 'ok') {
          // A digest that waits for the morning is handed on every quarter of an hour.
          const often = name.startsWith('digest of') ? 0.002 : 0.03;
          if (!quiet && happens(`${queue} ${name} ${String(received)} twice`, often)) {
            count('queue: twice');
            deliver(
              queue,
              `${name} again`,
              body,
              chance.pick(`${name} twice after`, [0, 40 * second, 3 * hour]),
            );
          }
          return;
        }
        if (queue === 'ask' && error instanceof SlackUnreachable && error.retryAfter !== undefined) {
          count('queue: put off');
          const seconds = putOffFor(new PutOff('busy', error.retryAfter), putOff);
          deliver(queue, name, body, seconds * second, 1, putOff + 1, received > 1 || again);
          return;
        }
        if (received >= 5) {
          count(`queue: ${queue} to the dead letters`);
          dead.push({ queue, name, body });
          if (quiet) watch.broken('end', `a message of ${queue} died although all is well: ${name}`);
          return;
        }
        deliver(queue, name, body, 6 * limits[queue], received + 1, putOff, again);
      });
      // Both copies at once.
      if (!quiet && received === 1 && happens(`${queue} ${name} ${String(serial)} both`, 0.01)) {
        count('queue: both copies at once');
        bring('copy');
      }
    });
  }

  const pace = createPaceMemory();
  function work(queue: Queue, body: string, worker: Worker, repeated: boolean): Promise<void> {
    switch (queue) {
      case 'record':
        return workOnRecord(auditRecordSchema.parse(JSON.parse(body)), worker);
      case 'ask':
        return workOnMessage(JSON.parse(body), worker, repeated);
      case 'enforce':
        return workOnAct(body, worker);
    }
  }

  async function workOnRecord(record: AuditRecord, worker: Worker): Promise<void> {
    const policy = await withModes(policyHeld(worker), valuesOf(worker), plan.usual);
    const patience = new AbortController();
    clock.after(10 * second, () => {
      patience.abort();
    });
    const { outcome } = await recordChange(record, {
      register: registerOf(worker),
      tenants: exchange.tenantsFor(worker, {
        attempts: 3,
        firstWait: 500,
        longestWait: 3_000,
        timeout: 8_000,
      }),
      domains: () => Promise.resolve(['contoso.example']),
      policy,
      now: nowOf(worker),
      enough: () => patience.signal,
      hasTime: () => true,
    });
    count(`record: ${outcome}`);
  }

  async function workOnMessage(event: unknown, worker: Worker, repeated: boolean): Promise<void> {
    const told =
      typeof event === 'object' && event !== null && 'digestOf' in event
        ? { digestOf: String(event.digestOf) }
        : typeof event === 'object' && event !== null && 'data' in event && 'about' in (event.data as object)
          ? inventoryMessageSchema.parse(event)
          : lifecycleEventSchema.parse(event);
    const remaining = (): number => worker.begun + worker.limit - clock.now();
    const slack = withPace(slackSide.slackFor(worker), {
      memory: pace,
      now: () => clock.now(),
      wait: (ms) => boundary.sleep(worker, ms),
      spare: () => remaining() - 20 * second,
    });
    await tellPeople(
      told,
      {
        register: registerOf(worker),
        values: valuesOf(worker),
        slack,
        policy: policyHeld(worker),
        usual: plan.usual,
        groups: new Map(),
        people: new Map(),
        callDigest: (digestOf, at) => {
          callDigest(digestOf, at);
          return Promise.resolve();
        },
      },
      { now: nowOf(worker), remaining, repeated, logger: silent },
    );
  }
  let digests = 0;
  function callDigest(digestOf: string, at: Instant): void {
    digests += 1;
    const wait = Math.min(Math.max(0, toMillis(at) - clock.now()), 15 * minute);
    deliver('ask', `digest of ${digestOf} ${String(digests)}`, JSON.stringify({ digestOf }), wait);
  }

  async function workOnAct(body: string, worker: Worker): Promise<void> {
    const event = lifecycleEventSchema.parse(JSON.parse(body));
    const subject = await inner.load(event.metadata.exception_id);
    if (subject) subjects.set(worker, subject);
    if (broken.blind) watch.askedMode(worker, () => ({ type: 'live' }), undefined);
    await enforce(
      event,
      {
        register: registerOf(worker),
        tenants: exchange.tenantsFor(worker),
        values: broken.blind
          ? { read: () => Promise.resolve(undefined), write: () => Promise.resolve(false) }
          : valuesOf(worker),
        usual: broken.blind ? 'live' : plan.usual,
        policy: policyHeld(worker),
        now: () => nowOf(worker),
        wait: (ms) => boundary.sleep(worker, ms),
      },
      silent,
    );
    subjects.delete(worker);
  }

  /* The sweep. */

  let sweepAt = Infinity;
  let sweeps = 0;
  /** Sweeps since anything was recorded. */
  let calm = 0;
  function callSweep(at: number): void {
    if (at >= sweepAt) return;
    sweepAt = at;
    clock.at(at, () => {
      if (sweepAt !== at) return;
      sweepAt = Infinity;
      sweep();
      if (!quiet && happens(`sweep ${String(sweeps)} twice`, 0.02)) {
        count('sweep: two at once');
        sweep();
      }
    });
  }
  function sweep(): void {
    sweeps += 1;
    const began = clock.now();
    let alarms = 0;
    let at = began;
    spawn(
      'sweep',
      String(sweeps),
      limits.sweep,
      (worker) => {
        at = clock.now() + worker.skew;
        const isShort = !quiet && happens(`${worker.id} short`, 0.01);
        if (isShort) count('sweep: little time');
        return sweepDeadlines(
          {
            register: registerOf(worker),
            values: valuesOf(worker),
            policy: policyHeld(worker),
            usual: plan.usual,
            tell: (tenant, receipt, now, text) =>
              boundary.call(worker, 'bus', 'Inventory Message', () => {
                const { Detail } = createInventoryEntry(tenant, receipt, now, { about: 'enforcement', text });
                deliver('ask', `${tenant} ${receipt} ${String(sweeps)}`, Detail, second);
              }),
          },
          {
            now: nowOf(worker),
            logger: silent,
            remaining: () => (isShort ? 12_000 : worker.begun + worker.limit - clock.now()),
            delivery: 1,
            metrics: {
              addMetric: (name: string, _unit: unknown, value: number) => {
                if (name === 'Overdue' || name === 'HeldBack' || name === 'Stopped') alarms += value;
              },
            },
          },
        );
      },
      (outcome) => {
        if (outcome === 'ok') watch.swept(began, at, alarms);
        calm += 1;
        void inner.firstDue().then((first) => {
          const due = first === undefined ? Infinity : toMillis(first);
          const soonest = clock.now() + Math.min(2 * hour, minute * 2 ** Math.min(calm, 7));
          const latest = quiet ? Infinity : clock.now() + 12 * hour;
          const next = Math.min(
            Math.max(due + second, due <= clock.now() || outcome !== 'ok' ? soonest : clock.now() + second),
            latest,
          );
          if (next < Infinity) callSweep(next);
        });
      },
    );
  }

  /* The inventory. */

  let runs = 0;
  function inventory(tenantId: string): void {
    runs += 1;
    const run = runs;
    spawn('inventory', `${tenantId.slice(0, 4)} ${String(run)}`, 15 * minute, async (worker) => {
      const tenant = await exchange.tenantsFor(worker, {
        attempts: 2,
        firstWait: 500,
        longestWait: 3_000,
        timeout: 10_000,
      })(tenantId);
      const now = nowOf(worker);
      const values = valuesOf(worker);
      await takeTenant({
        tenantId,
        tenant,
        register: registerOf(worker),
        values,
        policy: await withModes(policyHeld(worker), values, plan.usual),
        now,
        enough: neverAborts,
        hasTime: () => worker.begun + worker.limit - clock.now() > minute,
        sendMessage: async (which, message) => {
          const { Detail } = createInventoryEntry(tenantId, which, now, message);
          await boundary.call(worker, 'bus', 'Inventory Message', () => {
            deliver('ask', `${tenantId} ${which} ${message.about} ${String(run)}`, Detail, second);
          });
        },
      });
    });
  }

  /* The tenant's own people. */

  let records = 0;
  const names = new Map<number, string>();
  const shelfOfFamily = (object: ObjectPlan): Shelf => object.family as Shelf;
  const find = (object: ObjectPlan): StoredObject | undefined => {
    const name = names.get(object.index);
    return name === undefined
      ? undefined
      : books
          .history(object.tenant, shelfOfFamily(object))
          .objects()
          .find((one) => foldName(one.name) === foldName(name));
  };
  const isFree = (object: ObjectPlan, name: string): boolean =>
    books
      .history(object.tenant, shelfOfFamily(object))
      .objects()
      .every((one) => foldName(one.name) !== foldName(name));

  function administer(object: ObjectPlan, verb: string, variant: number, by: string): void {
    const objectKind = ['transport-rule', 'inbound-connector', 'outbound-connector'].includes(object.family);
    const name = names.get(object.index) ?? baseName(object);
    const there = objectKind ? find(object) : undefined;
    const act = (change: Change, to?: string): void => {
      const command = commandOf(object, change, { name, ...(to !== undefined && { to }), variant });
      if (command) log(object.tenant, command.operation, command.parameters, { person: by });
    };
    count(`tenant: ${verb}`);
    switch (verb) {
      case 'create':
        if (objectKind && !isFree(object, name)) return;
        names.set(object.index, name);
        act('create');
        return;
      case 'recreate':
        if (!objectKind || !there) return;
        act('remove');
        clock.after(chance.pick(`${name} recreated`, [700, 5 * second, 2 * hour]), () => {
          if (isFree(object, name)) act('create');
        });
        return;
      case 'rename':
      case 'namesake': {
        if (!there) return;
        const to = `${name} v${String(records)}`;
        act('rename', to);
        names.set(object.index, to);
        // Another object gets the name it had.
        if (verb === 'namesake')
          clock.after(3 * second, () => {
            if (!isFree(object, name)) return;
            const command = commandOf(object, 'create', { name, variant: variant + 1 });
            if (command) log(object.tenant, command.operation, command.parameters, { person: by });
          });
        return;
      }
      case 'remove':
      case 'enable':
      case 'disable':
      case 'alter':
        if (objectKind && !there) return;
        if (
          objectKind &&
          there &&
          (verb === 'enable' || verb === 'disable') &&
          there.enabled === (verb === 'enable')
        )
          return;
        act(verb);
        return;
    }
  }

  const logged: { readonly record: NativeRecord; readonly own: boolean }[] = [];
  function log(
    tenant: string,
    operation: string,
    parameters: Readonly<Record<string, string>>,
    by: { readonly person: string } | { readonly application: string },
  ): void {
    records += 1;
    const record = createRecord({ operation, tenant, at: clock.now(), by, serial: records }, parameters);
    const own = 'application' in by;
    say(
      `tenant: ${operation} ${JSON.stringify(parameters)} by ${own ? 'Lapse' : by.person} (${record.Id.slice(0, 8)})`,
    );
    if (!own) applyRecord(books, auditRecordSchema.parse(record));
    // Nobody was listening yet.
    if (clock.now() < plan.start) return;
    logged.push({ record, own });
    const body = JSON.stringify(record);
    const key = record.Id.slice(0, 8);
    const how = quiet
      ? 'usual'
      : chance.choose(`record ${key}`, { usual: 80, soon: 8, late: 8, 'very late': 4 });
    const late = how !== 'usual' && may(`record ${key} ${how}`) ? how : 'usual';
    count(`log: ${late}`);
    const delay = {
      usual: chance.between(`record ${key} after`, 20 * minute, 90 * minute),
      soon: 5 * second,
      late: chance.between(`record ${key} after`, 2 * hour, 20 * hour),
      'very late': chance.between(`record ${key} after`, day, 5 * day),
    }[late];
    deliver('record', key, body, delay);
    if (!quiet && happens(`record ${key} copy`, 0.1)) {
      count('log: a copy');
      deliver('record', `${key} copy`, body, delay * chance.pick(`record ${key} copied`, [0.9, 1, 1.01, 3]));
    }
  }

  function echo(tenant: string, cmdlet: string, parameters: Readonly<Record<string, unknown>>): void {
    log(tenant, cmdlet, passedText(parameters), { application });
  }

  /** Somebody, or a tool, switches on again what Lapse has switched off. */
  const undone = new Map<string, number>();
  function reapply(tenant: string, shelf: Shelf, { name, guid }: StoredObject): void {
    if (quiet) return;
    const object = plan.objects.find(
      (one) =>
        one.tenant === tenant &&
        one.family === shelf &&
        foldName(names.get(one.index) ?? '') === foldName(name),
    );
    if (!object) return;
    const times = undone.get(guid) ?? 0;
    const key = `${name} on again ${String(times)}`;
    const isTool = times < object.reapplied;
    if (!isTool && !(times < 2 && chance.of(key) < 0.2)) return;
    if (!may(key)) return;
    undone.set(guid, times + 1);
    count(isTool ? 'tenant: a tool re-applies it' : 'tenant: somebody enables it again');
    clock.after(isTool ? chance.between(key, minute, 6 * hour) : chance.between(key, hour, 4 * day), () => {
      if (quiet) return;
      const present = find(object);
      if (!present || present.enabled) return;
      const command = commandOf(object, 'enable', { name: present.name, variant: 0 });
      if (command)
        log(tenant, command.operation, command.parameters, { person: admins[times % admins.length] ?? '' });
    });
  }
  function reapplyEntry(tenant: string, shelf: Shelf): void {
    if (quiet) return;
    const objects = plan.objects.filter(
      (one) => one.tenant === tenant && one.reapplied > 0 && shelves[one.family] === shelf,
    );
    for (const object of objects) {
      const times = undone.get(`entry ${String(object.index)}`) ?? 0;
      const key = `entry ${String(object.index)} on again ${String(times)}`;
      if (times >= object.reapplied || !may(key)) continue;
      undone.set(`entry ${String(object.index)}`, times + 1);
      count('tenant: a tool re-applies it');
      clock.after(chance.between(key, minute, 6 * hour), () => {
        if (!quiet) administer(object, 'create', 0, admins[0] ?? '');
      });
    }
  }

  /* People in Slack. */

  function reactTo(message: PostedMessage): void {
    if (quiet || message.thread !== undefined) return;
    const offers = pressables(message);
    if (offers.length === 0) return;
    const key = `card ${message.channel} ${message.ts}`;
    const isChannel = message.channel.startsWith('C');
    const isRelease = offers.some(({ action }) => action === 'release');
    if (!happens(key, isRelease ? 0.85 : plan.answers)) return;
    const user = isChannel
      ? chance.pick(`${key} who`, [approvers.sam, approvers.rita, approvers.late, 'U0P1', 'U0MALLORY'])
      : `U${message.channel.slice(1)}`;
    const after = chance.pick(`${key} after`, [minute, 20 * minute, 5 * hour, day, 3 * day]);
    clock.after(after * (0.5 + chance.of(`${key} delay`)), () => {
      if (quiet) return;
      // As it was when it was posted, or as it is now.
      const isOld = chance.of(`${key} outdated`) < 0.15;
      const shown = isOld
        ? message
        : (memory.messages.findLast((one) => one.channel === message.channel && one.ts === message.ts) ??
          message);
      count(isOld ? 'people: an outdated card' : 'people: a card');
      pressSomething(key, { user }, shown);
      if (chance.of(`${key} again`) < 0.1) {
        count('people: pressed twice');
        pressSomething(key, { user }, shown);
      }
    });
  }

  const liking: Readonly<Record<string, number>> = {
    approve: 12,
    renew: 12,
    disable: 3,
    release: 30,
    details: 1,
  };
  function pressSomething(key: string, by: Sender, message: PostedMessage): void {
    const offers = pressables(message);
    const weights = Object.fromEntries(
      offers.map(({ label }, index) => [String(index), liking[label] ?? 1.5]),
    );
    if (offers.length === 0) return;
    const offer = offers[Number(chance.choose(`${key} what`, weights))];
    if (!offer) return;
    count(`people: ${offer.label}`);
    send(
      key,
      by,
      signed('/slack/interactions', press(memory, by, message, offer.pressed, clock.now()), clock.now()),
      () => {
        fillIn(key, by);
      },
    );
  }

  /** Whatever form has opened is filled in, well or badly. */
  function fillIn(key: string, by: Sender): void {
    const view = memory.views.findLast(({ user, state }) => user === by.user && state === 'open');
    if (!view || !('submit' in view.view) || filled.has(view.id)) return;
    filled.add(view.id);
    const isBad = chance.of(`${key} badly`) < 0.08;
    const values: Record<string, string> = {
      reason: isBad ? '' : 'Our partner sends through it.',
      whom: chance.pick(`${key} whom`, ['U0P3', 'U0P4', 'U0P5', 'U0GUEST']),
    };
    // In the breaker's form nothing is ticked beforehand.
    if (view.view['callback_id'] === 'release_waiting')
      for (const [field, ids] of Object.entries(tick(view.view, '')))
        values[field] = ids
          .split('\n')
          .filter((one) => chance.of(`${key} ticks ${one}`) < 0.7)
          .join('\n');
    const term = chance.of(`${key} term`);
    if (term < 0.4)
      values['expires_on'] = new Date(clock.now() + chance.between(`${key} days`, 1, 80) * day)
        .toISOString()
        .slice(0, 10);
    count(isBad ? 'people: a form filled in badly' : 'people: a form');
    clock.after(chance.between(`${key} types`, second, 5 * minute), () => {
      send(`${key} form`, by, signed('/slack/interactions', submit(by, view, values), clock.now()));
      if (chance.of(`${key} sent twice`) < 0.05)
        send(`${key} form`, by, signed('/slack/interactions', submit(by, view, values), clock.now()));
    });
  }
  const filled = new Set<string>();

  let sendings = 0;
  function send(key: string, by: Sender, sent: Sent, then: () => void = () => undefined): void {
    sendings += 1;
    spawn(
      'answer',
      `${key} ${String(sendings)}`,
      20 * second,
      async (worker) => {
        const person = people.get(by.user) ?? {
          user: by.user,
          address: memory.users.get(by.user)?.address ?? '',
          isMember: memory.users.get(by.user)?.standing === 'member',
        };
        senders.set(worker, { ...person, isMember: person.isMember && by.team === undefined });
        const values = valuesOf(worker);
        const rules = policyHeld(worker);
        const slack = slackSide.slackFor(worker);
        const log = (): void => undefined;
        let resolved: Promise<Policy> | undefined;
        const policy = (): Promise<Policy> => (resolved ??= withModes(rules, values, plan.usual));
        const { status } = await answerSlack(
          {
            exceptions: createOneRequest(registerOf(worker), policy),
            breakers: createBreakers(values),
            enforcements: createEnforcements(values),
            usual: plan.usual,
            noteRefused: (person, at) => noteRefused(values, person, at),
            progress: () => readProgress(values),
            gatherings: createGatherings(values),
            slack,
            policy,
            rules,
            headStart: () => new Promise(() => undefined),
            noteWrongSignature: () => undefined,
            who: (claim) =>
              broken.who === undefined
                ? identifyPerson(claim, { slack, people: new Map(), now: clock.now(), log })
                : Promise.resolve({
                    slackUser: broken.who,
                    slackTeam: 'T0STANDIN',
                    standing: 'member' as const,
                  }),
            now: nowOf(worker),
            log,
          },
          broken.secret ?? signingSecret,
          {
            method: 'POST',
            path: sent.path,
            headers: sent.headers,
            body: Buffer.from(sent.body),
            receivedAt: fromMillis(clock.now()),
          },
        );
        count(`answer: HTTP ${String(status)}`);
        say(`  ${by.user} got HTTP ${String(status)}`);
      },
      (outcome) => {
        if (outcome === 'ok') then();
      },
    );
  }

  /** Somebody who has no business here tries, by what no card offered them. */
  function attack(index: number): void {
    const key = `attack ${String(index)}`;
    const targets = [...watch.all.values()].flatMap(({ state }) => state ?? []);
    const target = targets[chance.below(`${key} target`, Math.max(1, targets.length))];
    if (quiet || !target || !may(key)) return;
    const by = chance.pick<Sender>(`${key} by`, [
      { user: 'U0MALLORY' },
      { user: 'U0GUEST' },
      { user: 'U0FOREIGN', team: 'T0ELSEWHERE' },
      // Somebody else's id, sent from elsewhere.
      { user: approvers.sam, team: 'T0ELSEWHERE' },
      { user: 'U0P0' },
      { user: 'U0P4' },
      { user: approvers.sam },
    ]);
    const action = chance.pick(`${key} what`, [
      'approve',
      'disable',
      'renew',
      'restore',
      'hold',
      'slash',
      'forged',
      'form',
    ]);
    count(`attack: ${action}`);
    say(`attack: ${by.user}${by.team === undefined ? '' : ` of ${by.team}`} ${action}`, target.id);
    const version = target.asOf - (chance.of(`${key} old`) < 0.3 ? 1 : 0);
    const value = JSON.stringify({ id: target.id, version: Math.max(1, version) });
    const now = clock.now();
    if (action === 'slash') {
      const text = chance.pick(`${key} says`, [
        'release',
        `renew ${target.id}`,
        `show ${target.id}`,
        'stop Contoso nobody asked me',
        'resume Contoso',
      ]);
      // Who may, does: the switch is for them.
      send(key, by, signed('/slack/commands', slash(by, text, sendings), now), () => {
        fillIn(key, by);
      });
      return;
    }
    if (action === 'form') {
      const view = {
        id: `V${String(index)}FORGED`,
        hash: '1',
        user: by.user,
        state: 'open',
        errors: {},
        view: {
          callback_id: chance.pick(`${key} form`, ['approve', 'renew', 'restore', 'hold']),
          private_metadata: value,
          blocks: [
            { type: 'input', block_id: 'reason', element: { type: 'plain_text_input', action_id: 'reason' } },
            {
              type: 'input',
              block_id: 'expires_on',
              element: { type: 'datepicker', action_id: 'expires_on' },
            },
            {
              type: 'input',
              block_id: 'review_every',
              element: { type: 'static_select', action_id: 'review_every' },
            },
            { type: 'input', block_id: 'length', element: { type: 'static_select', action_id: 'length' } },
          ],
        },
      } as const;
      const values = {
        reason: 'because',
        expires_on: new Date(now + 10 * day).toISOString().slice(0, 10),
        review_every: 'P7D',
        length: 'PT8H',
      };
      send(key, by, signed('/slack/interactions', submit(by, view, values), now));
      return;
    }
    const pressed = {
      type: 'button',
      action_id: action === 'forged' ? 'disable' : action,
      value,
    };
    const message: PostedMessage = { channel: 'C0ANYWHERE', ts: '1.1', text: '', blocks: [], edits: 0 };
    const body = press(memory, by, message, pressed, now);
    send(
      key,
      by,
      signed('/slack/interactions', body, now, action === 'forged' ? 'not the secret' : signingSecret),
      () => {
        fillIn(key, by);
      },
    );
  }

  /** An operator at the command line. */
  async function command(tenant: string, order: Order): Promise<void> {
    const at = fromMillis(clock.now());
    await changeEnforcement(notes, tenant, (one) =>
      follow(one, order, { at, by: 'an operator' }, plan.usual),
    );
    enforcementsNow = await readEnforcements(notes);
    callSweep(clock.now() + minute);
  }

  /* What the plan has. */

  const planned = plan.objects.flatMap((object) => object.doings.map((doing) => ({ object, doing })));
  for (const { object, doing } of planned
    .filter((one) => one.doing.at < plan.start)
    .sort((a, b) => a.doing.at - b.doing.at)) {
    if (!may(doing.id)) continue;
    const name = baseName(object);
    const made = commandOf(object, 'create', { name, variant: doing.variant });
    if (!made) continue;
    records += 1;
    names.set(object.index, name);
    count('tenant: was there before');
    say(`tenant: ${made.operation} ${JSON.stringify(made.parameters)} before Lapse`);
    applyRecord(
      books,
      auditRecordSchema.parse(
        createRecord(
          {
            operation: made.operation,
            tenant: object.tenant,
            at: doing.at,
            by: { person: doing.by },
            serial: records,
          },
          made.parameters,
        ),
      ),
    );
  }
  for (const { object, doing } of planned)
    if (doing.at >= plan.start && may(doing.id))
      clock.at(doing.at, () => {
        administer(object, doing.verb, doing.variant, doing.by);
      });
  for (const { id, at, tenant, order } of plan.modes)
    if (may(id))
      clock.at(at, () => {
        count(`operator: ${order}`);
        say(`operator: ${order} in ${tenant.slice(0, 4)}`);
        void command(
          tenant,
          order === 'stop'
            ? { type: 'stop', why: 'mail stands still' }
            : order === 'resume'
              ? { type: 'resume' }
              : { type: order, kinds },
        );
      });
  for (const { id, at, policy } of plan.deployments)
    if (may(id))
      clock.at(at, () => {
        count('operator: deploys another policy');
        say(`operator: deploys policy ${String(policy)}`);
        callSweep(clock.now() + minute);
      });
  const attacks = Math.ceil(plan.objects.length / 2);
  for (let index = 0; index < attacks; index += 1)
    clock.at(chance.between(`attack ${String(index)}`, plan.start + day, plan.quiet), () => {
      attack(index);
    });
  for (const tenant of plan.tenants) {
    let at = plan.start + chance.below(`first inventory ${tenant}`, 3) * hour;
    for (let run = 0; at < plan.quiet; run += 1) {
      clock.at(at, () => {
        inventory(tenant);
      });
      at += chance.between(`inventory ${tenant} ${String(run)}`, 6 * hour, 4 * day);
    }
  }
  callSweep(plan.start + minute);

  const run = async (end: number): Promise<void> => {
    await clock.runUntil(end);
    steps = workers;
  };
  await run(plan.quiet);

  /* All is well. */

  quiet = true;
  say('all is well from here on');
  // Whoever runs Lapse has the dead letters delivered again.
  for (const { queue, name, body } of dead.splice(0)) deliver(queue, `${name} redriven`, body, minute);
  for (const tenant of plan.tenants)
    for (const after of [hour, 3 * hour, 26 * hour, 8 * day])
      clock.after(after, () => {
        inventory(tenant);
      });
  callSweep(clock.now() + minute);
  callPublisher();
  await run(plan.quiet + 9 * day);
  const isOver = (state: Exception | undefined): boolean => {
    if (!state || state.state === 'removed') return true;
    if (state.state === 'disabled') return !state.acting;
    const since = fromMillis(plan.quiet);
    if (state.spared && state.spared.at > since) return true;
    const { events = [] } = watch.all.get(state.id) ?? {};
    return events.some((event) => event.type === 'ExceptionEscalated' && event.at > since);
  };
  const open = () => [...watch.all.values()].filter(({ state }) => !isOver(state));
  for (let rounds = 0; rounds < 160 && open().length > 0; rounds += 1) {
    await releaseAll();
    await run(clock.now() + 3 * day);
  }
  async function releaseAll(): Promise<void> {
    const breakers = createBreakers(notes);
    for (const tenant of await breakers.tenants())
      for (const which of ['lapses', 'policy'] as const)
        if ((await breakers.load(tenant, which)).breaker.tripped) {
          count('operator: releases what the breaker holds');
          const by = { user: policyAt().approvers[0] ?? '' };
          send(
            `release ${tenant} ${String(clock.now())}`,
            by,
            signed('/slack/commands', slash(by, `release ${tenant}`, sendings), clock.now()),
            () => {
              const form = memory.views.findLast(({ user, state }) => user === by.user && state === 'open');
              if (!form || !('submit' in form.view)) return;
              const body = submit(by, form, tick(form.view, ''));
              send(`released ${tenant}`, by, signed('/slack/interactions', body, clock.now()));
            },
          );
          callSweep(clock.now() + minute);
          return;
        }
  }
  for (const { state } of open())
    if (state)
      watch.broken(
        'deadline',
        `it is still ${state.state} long after everybody has fallen silent (${JSON.stringify({ postponedTo: state.postponedTo, unheard: state.unheard, acting: state.acting })})`,
        state.id,
      );
  for (const { state } of watch.all.values()) {
    if (!state) continue;
    if (state.unheard && state.state !== 'removed' && state.state !== 'disabling' && !isOver(state))
      watch.broken('end', `a message about it stays unheard: ${JSON.stringify(state.unheard)}`, state.id);
    checkTruth(state);
  }
  function checkTruth(state: Exception): void {
    if (state.state !== 'disabled' || !state.guid) return;
    const shelf = state.kind as Shelf;
    if (!['transport-rule', 'inbound-connector', 'outbound-connector'].includes(shelf)) return;
    const object = books
      .history(state.tenant, shelf)
      .objects()
      .find(({ guid }) => guid === state.guid?.toLowerCase());
    if (object?.enabled) watch.broken('end', 'it is disabled on record, and on in the tenant', state.id);
  }
  await watch.finish();
  checkOnce();

  function checkOnce(): void {
    const waiting =
      'waiting' in inner ? JSON.stringify((inner as unknown as { waiting: () => unknown }).waiting()) : '';
    const mentions = [...watch.all.values()].map(({ events }) => JSON.stringify(events));
    for (const [id, { events }] of watch.all) {
      const seen = new Set<string>();
      for (const event of events) {
        if (!('record' in event) || event.operation === 'Inventory') continue;
        if (seen.has(event.record)) watch.broken('once', `the record ${event.record} has two entries`, id);
        seen.add(event.record);
      }
    }
    for (const { record, own } of logged) {
      if (waiting.includes(record.Id) || mentions.some((text) => text.includes(record.Id))) continue;
      count(own ? 'record: of Lapse, in no trail' : 'record: in no trail');
    }
  }

  const ends = new Map<string, number>();
  for (const { state } of watch.all.values())
    if (state) {
      const end =
        state.state === 'disabled'
          ? `disabled: ${state.cause}`
          : state.spared
            ? `${state.state}: would have lapsed (${state.spared.why})`
            : state.state;
      ends.set(end, (ends.get(end) ?? 0) + 1);
    }
  if (underWay > 0) watch.broken('end', `${String(underWay)} messages are still on their way`);
  return {
    violations: watch.violations,
    lives: watch.all.size,
    steps,
    days: (clock.now() - plan.start) / day,
    tried,
    events: watch.eventTypes,
    ends,
    optional,
    story,
  };
}

const shelves: Readonly<Record<string, Shelf>> = {
  'ip-allow': 'connection-filter',
  'allowed-domain': 'content-filter',
  'tenant-allow': 'tenant-allow',
  'auto-forwarding': 'outbound-spam',
};
const isListShelf = (shelf: Shelf): boolean => Object.values(shelves).includes(shelf);

const messageOf = (error: unknown): string =>
  error instanceof Error
    ? `${error.name}: ${error.message}${error.stack?.split('\n').slice(1, 4).join(' ') ?? ''}`
    : String(error);
