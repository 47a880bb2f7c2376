/**
 * Every minute: whatever is due in the register is looked at, and what time alone brings about is recorded:
 * reminders, lapses, the next attempt to disable. The index only says where to look; what is so is decided on the
 * state as it then stands, so two sweeps at once, or one that comes late, change nothing twice.
 */
import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { nextDue } from '#domain/due.ts';
import { duration, minus } from '#domain/instant.ts';
import { execute } from '#register/execute.ts';
import { readEnvironment } from '#runtime/environment.ts';
import { failureOf } from '#runtime/failure.ts';
import { loadPolicy } from '#runtime/policy.ts';
import { registerFromEnvironment } from '#runtime/register.ts';
import { scheduleFunction, type ScheduledTurn } from '#runtime/schedule-function.ts';
import type { Event } from '#domain/events.ts';
import type { Exception } from '#domain/exception.ts';
import type { Policy } from '#domain/policy.ts';
import type { Register } from '#register/contract.ts';

export const handler = scheduleFunction('sweep-deadlines', (turn) => {
  const { TABLE_NAME } = readEnvironment('sweep-deadlines');
  return sweepDeadlines({ register: registerFromEnvironment(TABLE_NAME), policy: loadPolicy() }, turn);
});

interface Sources {
  readonly register: Register;
  readonly policy: Policy;
}

/** What has been due this long was tried several times, be it a reminder or a lapse: people must know. */
const overdueAfter = duration('PT10M');
/** Milliseconds: enough to finish one exception, even one that others keep changing. */
const leastRemaining = 10_000;
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
  const failed: string[] = [];

  for await (const id of register.due(now)) {
    if (turn.remaining() < leastRemaining) {
      logger.warn('the sweep stops early: the next one goes on', { code: 'SWEEP_STOPPED_EARLY', swept });
      // How many are left is not known, but whether one of them has waited too long is.
      const first = await register.firstDue();
      if (first !== undefined && first < longAgo) overdue += 1;
      break;
    }
    try {
      const { exception, events } = await settle(id, sources, turn);
      const due = exception && nextDue(exception, policy);
      if (due !== undefined && due < longAgo) overdue += 1;
      lapsed += events.filter(({ type }) => type === 'ExceptionLapsed').length;
      swept += 1;
    } catch (error) {
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
  if (failed.length > 0)
    throw new Error(
      `${failed.length} of ${failed.length + swept} exceptions could not be swept: ${failed.slice(0, 10).join(', ')}. ` +
        'The next sweep tries them again.',
    );
}

/** Says everything there is to say at this moment. Which version was looked at is the receipt. */
async function settle(
  id: string,
  { register, policy }: Sources,
  { now }: ScheduledTurn,
): Promise<{ exception: Exception | undefined; events: readonly Event[] }> {
  const said: Event[] = [];
  let exception = await register.load(id);
  for (let step = 0; exception; step += 1) {
    if (step === mostSteps) throw new Error(`after ${mostSteps} steps there is still something due`);
    const receipt = `due#${id}#${exception.version}`;
    const turn = { id, receipt, command: { type: 'CheckDue' }, now, policy } as const;
    const { outcome, exception: after, events } = await execute(register, turn);
    exception = after;
    said.push(...events);
    if (outcome === 'nothing') break;
  }
  return { exception, events: said };
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
