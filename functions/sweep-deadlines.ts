/**
 * Every minute: whatever is due in the register is looked at, and what time alone brings about is recorded:
 * reminders, lapses, the next attempt to disable. The index only says where to look; what is so is decided on the
 * state as it then stands, so two sweeps at once, or one that comes late, change nothing twice. A new policy is
 * applied first. Where too much of a tenant would lapse at once, nothing of it does (`domain/breaker.ts`).
 */
import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { applyPolicy } from '#domain/apply-policy.ts';
import { admit, type Breaker } from '#domain/breaker.ts';
import { nextDue } from '#domain/due.ts';
import { duration, minus } from '#domain/instant.ts';
import { wouldLapse } from '#domain/lapsing.ts';
import { policyHash } from '#policy/policy-hash.ts';
import { policySchema } from '#policy/policy-schema.ts';
import { createBreakers } from '#register/breaker.ts';
import { execute } from '#register/execute.ts';
import { policyInForce, putInForce } from '#register/policy-in-force.ts';
import { UnreadableState } from '#register/unreadable-state.ts';
import { readEnvironment } from '#runtime/environment.ts';
import { failureOf } from '#runtime/failure.ts';
import { loadPolicy } from '#runtime/policy.ts';
import { registerFromEnvironment } from '#runtime/register.ts';
import { scheduleFunction, type ScheduledTurn } from '#runtime/schedule-function.ts';
import { standingFromEnvironment } from '#runtime/standing.ts';
import type { Event } from '#domain/events.ts';
import type { Exception } from '#domain/exception.ts';
import type { Policy } from '#domain/policy.ts';
import type { Register } from '#register/contract.ts';
import type { Standing } from '#register/standing.ts';

export const handler = scheduleFunction('sweep-deadlines', (turn) => {
  const { TABLE_NAME } = readEnvironment('sweep-deadlines');
  return sweepDeadlines(
    {
      register: registerFromEnvironment(TABLE_NAME),
      standing: standingFromEnvironment(TABLE_NAME),
      policy: loadPolicy(),
    },
    turn,
  );
});

interface Sources {
  readonly register: Register;
  readonly standing: Standing;
  readonly policy: Policy;
}

/** What has been due this long was tried several times, be it a reminder or a lapse: people must know. */
const overdueAfter = duration('PT10M');
/** Milliseconds: enough to finish one exception, even one that others keep changing. */
const leastRemaining = 10_000;
/** Milliseconds: what a new policy or a look ahead leaves for the sweep itself. */
const leastForSweep = 25_000;
/** One exception has at most a few things to say at one moment; more means that they never end. */
const mostSteps = 20;

/** Throws at the end where an exception could not be swept; the others have been by then. */
export async function sweepDeadlines(sources: Sources, turn: ScheduledTurn): Promise<void> {
  const { register, policy } = sources;
  const { now, logger, metrics } = turn;
  const longAgo = minus(now, overdueAfter);
  let swept = 0;
  let lapsed = 0;
  let overdue = 0;
  let heldBack = 0;
  const failed: string[] = [];

  // What is due does not wait for it.
  const policyFailed = await applyNewPolicy(sources, turn).catch((error: unknown) => {
    logger.error('a new policy could not be applied', {
      code: 'POLICY_NOT_APPLIED',
      failure: failureOf(error),
    });
    return true;
  });
  const mayLapse = await admitted(sources, turn);
  for await (const id of register.due(now)) {
    if (turn.remaining() < leastRemaining) {
      logger.warn('the sweep stops early: the next one goes on', { code: 'SWEEP_STOPPED_EARLY', swept });
      // How many are left is not known, but whether one of them has waited too long is.
      const first = await register.firstDue();
      if (first !== undefined && first < longAgo) overdue += 1;
      break;
    }
    try {
      const { exception, events, held } = await settle(id, sources, turn, mayLapse);
      const due = exception && nextDue(exception, policy);
      if (due !== undefined && due < longAgo) overdue += 1;
      lapsed += events.filter(({ type }) => type === 'ExceptionLapsed').length;
      heldBack += held ? 1 : 0;
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
        failure: failureOf(error),
      });
      if (await hasWaitedSince(longAgo, id, sources)) overdue += 1;
    }
  }

  metrics.addMetric('SweeperHeartbeat', MetricUnit.Count, 1);
  metrics.addMetric('Overdue', MetricUnit.Count, overdue);
  metrics.addMetric('Lapsed', MetricUnit.Count, lapsed);
  metrics.addMetric('HeldBack', MetricUnit.Count, heldBack);
  if (failed.length > 0)
    throw new Error(
      `${failed.length} of ${failed.length + swept} exceptions could not be swept: ${failed.slice(0, 10).join(', ')}. ` +
        'The next sweep tries them again.',
    );
  if (policyFailed) throw new Error('The new policy could not be applied. The next sweep tries it again.');
}

/** One that cannot be read stops none of the others. The inventory counts all such every hour. */
const passOver = (one: UnreadableState, { logger }: ScheduledTurn): void =>
  logger.error('an exception cannot be read: nothing is done about it', {
    code: 'EXCEPTION_UNREADABLE',
    exceptionId: one.id,
    failure: failureOf(one),
  });

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
  for (let step = 0; exception; step += 1) {
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

/** What may lapse now: looked at together, tenant by tenant, before the first one does. */
async function admitted(sources: Sources, turn: ScheduledTurn): Promise<ReadonlySet<string>> {
  const { register, policy } = sources;
  const { now } = turn;
  const wanting = new Map<string, Exception[]>();
  for await (const id of register.due(now)) {
    // What was not looked at is not admitted: it waits for the next sweep.
    if (turn.remaining() < leastForSweep) break;
    const exception = await register.load(id).catch(() => undefined);
    if (!exception || !wouldLapse(exception, { now, policy })) continue;
    const ofTenant = wanting.get(exception.tenant);
    if (ofTenant) ofTenant.push(exception);
    else wanting.set(exception.tenant, [exception]);
  }
  const may = new Set<string>();
  for (const [tenant, exceptions] of wanting)
    try {
      if (await mayLapse(tenant, exceptions, sources, turn)) for (const { id } of exceptions) may.add(id);
    } catch (error) {
      // Without its breaker nothing of this tenant lapses; the other tenants have their own.
      turn.logger.error('the breaker of a tenant cannot be read: nothing of it lapses', {
        code: 'BREAKER_UNREADABLE',
        tenant,
        failure: failureOf(error),
      });
    }
  return may;
}

async function mayLapse(
  tenant: string,
  exceptions: readonly Exception[],
  { register, standing, policy }: Sources,
  turn: ScheduledTurn,
): Promise<boolean> {
  const { now, logger } = turn;
  const breakers = createBreakers(standing);
  const { breaker, revision } = await breakers.load(tenant);
  const confirmed = exceptions.filter(({ state }) => state === 'confirmed').length;
  const result = admit(
    breaker,
    {
      count: exceptions.length,
      confirmed,
      allConfirmed: confirmed < policy.breaker.least ? confirmed : await confirmedIn(tenant, register, turn),
      on: exceptions[0]?.id ?? '',
    },
    now,
    policy,
  );
  // Two sweeps at once would each count alone: the one that is late lets nothing pass.
  if (result.breaker !== breaker && !(await breakers.save(tenant, result.breaker, revision))) return false;
  if (result.breaker.tripped) await tell(result.breaker.tripped, { register, standing, policy }, now, tenant);
  if (!result.may)
    logger.error('the breaker holds back what would lapse: an approver must look', {
      code: 'BREAKER_TRIPPED',
      tenant,
      waiting: exceptions.length,
    });
  return result.may;
}

/** Into the trail of one of them, from where it reaches people. Once, however often it is tried. */
async function tell(
  { at, why, waiting, on }: NonNullable<Breaker['tripped']>,
  { register, policy }: Sources,
  now: ScheduledTurn['now'],
  tenant: string,
): Promise<void> {
  const command = { type: 'TripBreaker', waiting, why } as const;
  await execute(register, { id: on, receipt: `breaker#${tenant}#${at}`, command, now, policy });
}

async function confirmedIn(tenant: string, register: Register, turn: ScheduledTurn): Promise<number> {
  let count = 0;
  for await (const exception of register.list((one) => passOver(one, turn)))
    if (exception.tenant === tenant && exception.state === 'confirmed') count += 1;
  return count;
}

/**
 * Everything on record goes by the policy this function was deployed with, one exception after the other; what the
 * time does not suffice for waits for the next sweep, and what is done already is not done again.
 */
async function applyNewPolicy({ register, standing, policy }: Sources, turn: ScheduledTurn): Promise<void> {
  const { now, logger } = turn;
  const hash = policyHash(policy);
  const inForce = await policyInForce(standing);
  if (!inForce) {
    await putInForce(standing, hash, policy, 0);
    return;
  }
  if (inForce.hash === hash) return;
  // What an older release wrote may lack a field: then nothing is known of it but that it was another one.
  const before = policySchema.safeParse(inForce.policy).data ?? policy;
  let complete = true;
  let applied = 0;
  for await (const exception of register.list((one) => passOver(one, turn))) {
    if (turn.remaining() < leastForSweep) {
      complete = false;
      break;
    }
    const { id, version } = exception;
    if (!applyPolicy(exception, { before, after: policy, hash, now })) continue;
    const command = { type: 'ApplyPolicy', before, hash } as const;
    try {
      await execute(register, { id, receipt: `policy#${hash}#${id}#${version}`, command, now, policy });
      applied += 1;
    } catch (error) {
      complete = false;
      logger.error('a new policy could not be applied to an exception', {
        code: 'POLICY_NOT_APPLIED',
        exceptionId: id,
        failure: failureOf(error),
      });
    }
  }
  logger.info('another policy than before', { policy: hash, applied, complete });
  if (complete) await putInForce(standing, hash, policy, inForce.revision);
}

/** What cannot even be read counts as waiting: nobody can say that it is not. */
async function hasWaitedSince(moment: string, id: string, { register, policy }: Sources): Promise<boolean> {
  try {
    const exception = await register.load(id);
    const due = exception && nextDue(exception, policy);
    return due !== undefined && due < moment;
  } catch {
    return true;
  }
}
