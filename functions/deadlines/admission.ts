/** What too much of would happen to a tenant at once goes through its breaker; where that stops it, people hear of it. */
import {
  admitLapses,
  enoughToPass,
  heldBackBy,
  pickedOf,
  strictestOf,
  type Breaker,
  type BreakerType,
  type Waiting,
} from '#lifecycle/breaker.ts';
import { presentDeadlineOf } from '#lifecycle/due.ts';
import { byDanger } from '#lifecycle/lapsing.ts';
import { alertsOnly } from '#lifecycle/decide/due-now.ts';
import { createBreakers } from '#register/breaker.ts';
import { execute } from '#register/execute.ts';
import { readStates } from '#register/read-states.ts';
import { describeFailure } from '#runtime/failure.ts';
import type { Brought } from '#lifecycle/events.ts';
import type { Exception } from '#lifecycle/exception.ts';
import type { Instant } from '#time/instant.ts';
import type { Policy } from '#policy/policy.ts';
import type { Register } from '#register/contract.ts';
import type { VersionedValues } from '#register/versioned-values.ts';
import type { UnreadableState } from '#lifecycle/unreadable-state.ts';
import type { ScheduledTurn } from '#runtime/schedule-function.ts';

export interface Sources {
  readonly register: Register;
  readonly values: VersionedValues;
  readonly policy: Policy;
}

/** Of a new policy: what it brings nearer. */
export interface Nearer {
  readonly policy: string;
  readonly soonest: readonly Brought[];
  /** The breaker's numbers in the policies that they go by so far. */
  readonly numbers: readonly Policy['breaker'][];
}

export interface Beside {
  readonly nearer?: Nearer | undefined;
  /** Since when the first of those waits that the breaker holds back already. */
  readonly heldSince?: Instant | undefined;
}

export interface Admitted {
  readonly all: boolean;
  /** Those that may, if not all. */
  readonly ids: ReadonlySet<string>;
}

const none: Admitted = { all: false, ids: new Set() };

/** As many of what would lapse as a message shows: the form shows more. */
const mostShown = 10;

/** Which of them may lapse, or whether they may have the nearer deadline of a new policy. */
export async function mayPass(
  tenant: string,
  exceptions: readonly Exception[],
  sources: Sources,
  turn: ScheduledTurn,
  { nearer, heldSince }: Beside = {},
): Promise<Admitted> {
  try {
    return await throughBreaker(tenant, exceptions, sources, turn, { nearer, heldSince });
  } catch (error) {
    // Without its breaker nothing of this tenant passes; the other tenants have their own.
    turn.logger.error('the breaker of a tenant cannot be read: nothing there lapses or comes nearer', {
      code: 'BREAKER_UNREADABLE',
      tenant,
      failure: describeFailure(error),
    });
    return none;
  }
}

async function throughBreaker(
  tenant: string,
  exceptions: readonly Exception[],
  { register, values, policy }: Sources,
  turn: ScheduledTurn,
  { nearer, heldSince }: Beside,
): Promise<Admitted> {
  const { now, logger } = turn;
  const of: BreakerType = nearer ? 'policy' : 'lapses';
  const numbers = strictestOf([policy.breaker, ...(nearer?.numbers ?? [])]);
  const breakers = createBreakers(values);
  const { breaker, revision } = await breakers.load(tenant, of);
  const picked = nearer ? new Set<string>() : pickedOf(breaker, now);
  const others = exceptions.filter(({ id }) => !picked.has(id));
  if (others.length === 0 && !nearer) return { all: true, ids: picked };
  const count = others.length;
  const enough = enoughToPass(breaker, count, now, { breaker: numbers });
  const result = admitLapses(
    breaker,
    {
      count,
      outOf: Math.max(
        count,
        await countOpen(
          tenant,
          register,
          enough,
          turn,
          (one) => nearer !== undefined || !alertsOnly(one, policy),
        ),
      ),
      on: others[0]?.id ?? '',
      ...(nearer
        ? { policy: nearer.policy }
        : {
            since: [...others.map(waitsSince), heldSince ?? now].toSorted()[0] ?? now,
            shown: others
              .toSorted(byDanger)
              .slice(0, mostShown)
              .map(({ id }) => id),
          }),
    },
    now,
    { breaker: numbers },
  );
  // Two sweeps at once would each count alone: the one that is late lets nothing pass.
  if (result.breaker !== breaker && !(await breakers.save(tenant, of, result.breaker, revision)))
    return { all: false, ids: picked };
  const { tripped } = result.breaker;
  if (tripped) await recordTrip(tripped, { register, policy }, now, `${tenant}#${of}`, nearer?.soonest);
  if (!result.may) sayHeldBack(logger, { of, tenant, waiting: count });
  return { all: result.may, ids: picked };
}

const waitsSince = (state: Exception): Instant =>
  state.state === 'unconfirmed' || state.state === 'confirmed' ? presentDeadlineOf(state) : state.since;

/** How many open exceptions of a tenant count, and no more of them than `enough`. */
async function countOpen(
  tenant: string,
  register: Register,
  enough: number,
  turn: ScheduledTurn,
  counts: (exception: Exception) => boolean,
): Promise<number> {
  let count = 0;
  for (const state of ['confirmed', 'unconfirmed'] as const) {
    if (count >= enough) return count;
    const rows = register.rows({ tenant, state });
    for await (const one of readStates(register, rows, (unreadable) => passOver(unreadable, turn)))
      // The index lags a moment.
      if (one.state === state && counts(one) && (count += 1) >= enough) return count;
  }
  return count;
}

/**
 * Those that the breaker of lapses holds back already: none of them need be looked at. Where it cannot be read they
 * are, and it is told of there.
 */
export async function findHeldBack(
  tenant: string,
  waiting: readonly Waiting[],
  { register, values, policy }: Sources,
  { now, logger }: ScheduledTurn,
): Promise<readonly string[]> {
  const found = await createBreakers(values)
    .load(tenant, 'lapses')
    .catch(() => undefined);
  const held = found ? heldBackBy(found.breaker, waiting, now) : [];
  if (!found?.breaker.tripped || held.length === 0) return [];
  await recordTrip(found.breaker.tripped, { register, policy }, now, `${tenant}#lapses`);
  sayHeldBack(logger, { of: 'lapses', tenant, waiting: held.length });
  return held;
}

const sayHeldBack = (
  logger: ScheduledTurn['logger'],
  what: { readonly of: BreakerType; readonly tenant: string; readonly waiting: number },
): void =>
  logger.error('the breaker holds back what would happen all at once: an approver must look', {
    code: 'BREAKER_TRIPPED',
    ...what,
  });

/** Whether an approver has yet to look at what a policy would bring nearer. */
export async function isStopped(tenant: string, policy: string, values: VersionedValues): Promise<boolean> {
  // One that cannot be read is looked at again, and told of there.
  const found = await createBreakers(values)
    .load(tenant, 'policy')
    .catch(() => undefined);
  return found?.breaker.tripped?.policy === policy;
}

/** Into the trail of one of them, from where it reaches people. Once, however often it is tried. */
async function recordTrip(
  { at, why, waiting, on, shown, policy: named }: NonNullable<Breaker['tripped']>,
  { register, policy }: Pick<Sources, 'register' | 'policy'>,
  now: ScheduledTurn['now'],
  breaker: string,
  soonest?: readonly Brought[],
): Promise<void> {
  const brought = {
    ...(shown && { shown }),
    ...(named !== undefined && { policy: named }),
    ...(soonest && { soonest }),
  };
  const command = { type: 'TripBreaker', waiting, why, ...brought } as const;
  await execute(register, { id: on, receipt: `breaker#${breaker}#${at}`, command, now, policy });
}

/** One that cannot be read stops none of the others. The inventory counts all such every hour. */
export const passOver = (one: UnreadableState, { logger }: ScheduledTurn): void =>
  logger.error('an exception cannot be read: nothing is done about it', {
    code: 'EXCEPTION_UNREADABLE',
    exceptionId: one.id,
    failure: describeFailure(one),
  });
