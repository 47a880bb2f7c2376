/**
 * Every minute: whatever is due in the register is looked at, and what time alone brings about is recorded:
 * reminders, lapses, the next attempt to disable. The index only says where to look; what is so is decided on the
 * state as it then stands, so two sweeps at once, or one that comes late, change nothing twice. A new policy is
 * applied first. Where too much of a tenant would lapse at once, nothing of it does (`lifecycle/breaker.ts`). Each sweep
 * also sends a heartbeat down the way that recorded events take.
 */
import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { findHeldBack, mayPass, passOver, type Sources } from '#deadlines/admission.ts';
import { createInventoryEntry } from '#bus/inventory-message.ts';
import { createPublisher, type Publisher } from '#bus/publisher.ts';
import { carryOutChanges, type Tell } from '#deadlines/enforcement-changes.ts';
import { findComingPolicy, type Waits } from '#deadlines/new-policy.ts';
import { checkDue } from '#lifecycle/decide/due-now.ts';
import { findNextDue } from '#lifecycle/due.ts';
import { duration, minus, type Instant } from '#time/instant.ts';
import { wouldLapse } from '#lifecycle/lapsing.ts';
import { modesIn, readEnforcements } from '#register/enforcement.ts';
import { execute } from '#register/execute.ts';
import { mostKeys } from '#register/read-items.ts';
import { UnreadableState } from '#lifecycle/unreadable-state.ts';
import { readEnvironment } from '#runtime/environment.ts';
import { describeFailure } from '#runtime/failure.ts';
import { beat } from '#runtime/heartbeat.ts';
import { once } from '#runtime/once.ts';
import { loadPolicy } from '#runtime/policy.ts';
import { registerFromEnvironment } from '#runtime/register.ts';
import { createScheduleFunction, type ScheduledTurn } from '#runtime/schedule-function.ts';
import { versionedValuesFromEnvironment } from '#runtime/versioned-values.ts';
import type { Due } from '#register/contract.ts';
import type { Event } from '#lifecycle/events.ts';
import type { UsualMode } from '#policy/enforcement-mode.ts';
import type { Exception } from '#lifecycle/exception.ts';

export const handler = createScheduleFunction('sweep-deadlines', async (turn) => {
  const { TABLE_NAME, NEW_TENANTS } = readEnvironment('sweep-deadlines');
  await beat(turn, TABLE_NAME);
  await sweepDeadlines(
    {
      register: registerFromEnvironment(TABLE_NAME),
      values: versionedValuesFromEnvironment(TABLE_NAME),
      policy: loadPolicy(),
      usual: NEW_TENANTS,
      tell: tellOver(publisher()),
    },
    turn,
  );
});

const publisher = once(() => createPublisher({ busName: readEnvironment('sweep-deadlines').BUS_NAME }));

const tellOver =
  (bus: Publisher): Tell =>
  async (tenant, receipt, at, text) => {
    const entry = createInventoryEntry(tenant, receipt, at, { about: 'enforcement', text });
    const { failed } = await bus.publish([entry]);
    if (failed.length > 0)
      throw new Error(`a message could not be put on the bus (${failed[0]?.code ?? ''})`);
  };

/** What has been due this long was tried several times, be it a reminder or a lapse: people must know. */
const overdueAfter = duration('PT10M');
/** Milliseconds: enough to finish one exception, even one that others keep changing. */
const leastRemaining = 10_000;
/** Milliseconds: what a new policy or a look ahead leaves for the sweep itself. */
const leastForSweep = 25_000;
/** One exception has at most a few things to say at one moment; more means that they never end. */
const mostSteps = 20;

/** Throws at the end where an exception could not be swept; the others have been by then. */
export async function sweepDeadlines(
  { usual, tell, ...given }: Sources & { readonly usual: UsualMode; readonly tell: Tell },
  turn: ScheduledTurn,
): Promise<void> {
  const { register } = given;
  const { now, logger, metrics } = turn;
  const longAgo = minus(now, overdueAfter);
  // Where this cannot be read, nobody can say that anything may lapse: the sweep fails, and the next one tries again.
  const enforcements = await readEnforcements(given.values);
  const policy = { ...given.policy, modes: modesIn(enforcements, usual) };
  const sources = { ...given, policy };
  let swept = 0;
  let lapsed = 0;
  let overdue = 0;
  let heldBack = 0;
  let stopped = 0;
  const failed: string[] = [];

  let [waits, policyFailed]: [Waits, boolean] = [() => false, false];
  let { breaker } = policy;
  try {
    const coming = await findComingPolicy(given, turn);
    ({ waits, breaker } = coming);
    stopped += await coming.apply(() => turn.remaining() >= leastForSweep);
  } catch (error) {
    // What is due does not wait for it.
    policyFailed = true;
    logger.error('a new policy could not be applied', {
      code: 'POLICY_NOT_APPLIED',
      failure: describeFailure(error),
    });
  }
  const enforcementStopped = await carryOutChanges(
    enforcements,
    { ...sources, tell },
    turn,
    () => turn.remaining() >= leastForSweep,
  );
  const due = await Array.fromAsync(register.due(now));
  const {
    may: mayLapse,
    held,
    stopped: lapsing,
  } = await admitted(due, { ...sources, policy: { ...policy, breaker } }, turn, waits);
  stopped += lapsing;
  heldBack += held.size;
  for (const { id, dueAt } of due) {
    // As long as its tenant is stopped, it is as it was: what cannot lapse is not read every minute.
    if (held.has(id)) {
      overdue += dueAt < longAgo ? 1 : 0;
      continue;
    }
    if (turn.remaining() < leastRemaining) {
      logger.warn('the sweep stops early: the next one goes on', { code: 'SWEEP_STOPPED_EARLY', swept });
      // How many are left is not known, but whether one of them has waited too long is.
      const first = await register.firstDue();
      if (first !== undefined && first < longAgo) overdue += 1;
      break;
    }
    try {
      const settled = await settle(id, sources, turn, mayLapse);
      const next = settled.exception && findNextDue(settled.exception, policy);
      if (next !== undefined && next < longAgo) overdue += 1;
      lapsed += settled.events.filter(({ type }) => type === 'ExceptionLapsed').length;
      heldBack += settled.held ? 1 : 0;
      swept += 1;
    } catch (error) {
      // Nobody can say that what cannot be read has not waited too long; the next sweep would not read it either.
      if (error instanceof UnreadableState) {
        passOver(error, turn);
        overdue += 1;
        continue;
      }
      failed.push(id);
      logger.error('an exception could not be swept', {
        code: 'SWEEP_FAILED',
        exceptionId: id,
        failure: describeFailure(error),
      });
      if (await hasWaitedSince(longAgo, id, sources)) overdue += 1;
    }
  }

  metrics.addMetric('SweeperHeartbeat', MetricUnit.Count, 1);
  metrics.addMetric('Overdue', MetricUnit.Count, overdue);
  metrics.addMetric('Lapsed', MetricUnit.Count, lapsed);
  metrics.addMetric('HeldBack', MetricUnit.Count, heldBack);
  metrics.addMetric('Stopped', MetricUnit.Count, stopped);
  metrics.addMetric('EnforcementStopped', MetricUnit.Count, enforcementStopped);
  if (failed.length > 0)
    throw new Error(
      `${failed.length} of ${failed.length + swept} exceptions could not be swept: ${failed.slice(0, 10).join(', ')}. ` +
        'The next sweep tries them again.',
    );
  if (policyFailed) throw new Error('The new policy could not be applied. The next sweep tries it again.');
}

/**
 * Says everything there is to say at this moment. Which version was looked at is the receipt. What would lapse
 * without being admitted stays as it is: it remains due, and counts as overdue until somebody has looked.
 */
async function settle(
  id: string,
  { register, policy }: Sources,
  { now }: ScheduledTurn,
  mayLapse: ReadonlySet<string>,
): Promise<{ exception: Exception | undefined; events: readonly Event[]; held: boolean }> {
  const said: Event[] = [];
  let exception = await register.load(id);
  for (let step = 0; exception && checkDue(exception, { now, policy }).length > 0; step += 1) {
    if (step === mostSteps) throw new Error(`after ${mostSteps} steps there is still something due`);
    if (!mayLapse.has(id) && wouldLapse(exception, { now, policy }))
      return { exception, events: said, held: true };
    const receipt = `due#${id}#${exception.version}`;
    const turn = { id, receipt, command: { type: 'CheckDue' }, now, policy } as const;
    const { outcome, exception: after, events } = await execute(register, turn);
    exception = after;
    said.push(...events);
    if (outcome === 'nothing') break;
  }
  return { exception, events: said, held: false };
}

/**
 * What may lapse now: looked at together, tenant by tenant, before the first one does. `stopped` tenants wait for a
 * person, and of those that were stopped before, what is `held` is not looked at again.
 */
async function admitted(
  due: readonly Due[],
  sources: Sources,
  turn: ScheduledTurn,
  waits: Waits,
): Promise<{
  readonly may: ReadonlySet<string>;
  readonly held: ReadonlySet<string>;
  readonly stopped: number;
}> {
  const { register, policy } = sources;
  const { now } = turn;
  const held = new Set<string>();
  const stopped = new Set<string>();
  const heldSince = new Map<string, Instant>();
  const lapsing = due.flatMap(({ id, tenant, lapsesAt }) =>
    lapsesAt !== undefined && lapsesAt <= now ? [{ id, tenant, since: lapsesAt }] : [],
  );
  for (const [tenant, those] of Map.groupBy(lapsing, (one) => one.tenant)) {
    // Whose it is, its state tells below.
    if (tenant === undefined) continue;
    const ids = await findHeldBack(tenant, those, sources, turn);
    if (ids.length > 0) stopped.add(tenant);
    for (const id of ids) held.add(id);
    const [first] = those.flatMap(({ id, since }) => (held.has(id) ? since : [])).toSorted();
    if (first !== undefined) heldSince.set(tenant, first);
  }

  const wanting = new Map<string, Exception[]>();
  const ids = due.map(({ id }) => id).filter((id) => !held.has(id));
  for (let from = 0; from < ids.length; from += mostKeys) {
    // What was not looked at is not admitted: it waits for the next sweep.
    if (turn.remaining() < leastForSweep) break;
    for (const exception of await register.states(ids.slice(from, from + mostKeys))) {
      if (!exception || exception instanceof UnreadableState) continue;
      if (!wouldLapse(exception, { now, policy }) || waits(exception)) continue;
      const ofTenant = wanting.get(exception.tenant);
      if (ofTenant) ofTenant.push(exception);
      else wanting.set(exception.tenant, [exception]);
    }
  }
  const may = new Set<string>();
  for (const [tenant, exceptions] of wanting) {
    const passing = await mayPass(tenant, exceptions, sources, turn, {
      heldSince: heldSince.get(tenant),
    });
    if (!passing.all) stopped.add(tenant);
    for (const { id } of exceptions) if (passing.all || passing.ids.has(id)) may.add(id);
  }
  return { may, held, stopped: stopped.size };
}

/** What cannot even be read counts as waiting: nobody can say that it is not. */
async function hasWaitedSince(moment: string, id: string, { register, policy }: Sources): Promise<boolean> {
  try {
    const exception = await register.load(id);
    const due = exception && findNextDue(exception, policy);
    return due !== undefined && due < moment;
  } catch {
    return true;
  }
}
