/**
 * A new policy comes into force exception by exception: what the time does not suffice for waits for the next sweep,
 * and what is done already is not done again. Deadlines that come nearer are looked at together first: where they are
 * a mass, they wait for an approver (`lifecycle/breaker.ts`), and the rest of the policy does not.
 */
import { applyPolicy, isNearer } from '#lifecycle/apply-policy.ts';
import { strictestOf } from '#lifecycle/breaker.ts';
import { hashPolicy } from '#policy/hash-policy.ts';
import { policySchema } from '#policy/policy-schema.ts';
import { execute } from '#register/execute.ts';
import { readStates } from '#register/read-states.ts';
import { readPolicyInForce, putInForce, type InForce, type Underway } from '#register/policy-in-force.ts';
import { describeFailure } from '#runtime/failure.ts';
import { isStopped, mayPass, passOver, type Sources } from './admission.ts';
import { compareText } from '#values/compare-text.ts';
import type { Brought, PolicyApplied } from '#lifecycle/events.ts';
import type { Exception } from '#lifecycle/exception.ts';
import type { Policy } from '#policy/policy.ts';
import type { ScheduledTurn } from '#runtime/schedule-function.ts';

/** What a person must see to tell a mistake from an intention. */
const shown = 5;
/** Policies between the one in force and the one on its way. Whoever deploys more in that time may lose one. */
const mostTried = 10;

/** Whether the policy would end an exception sooner, and has yet to be applied to it: till then it does not end it. */
export type Waits = (exception: Exception) => boolean;

export interface Coming {
  readonly waits: Waits;
  /** The numbers by which lapses are judged: as long as it is not in force, none that only it allows. */
  readonly breaker: Policy['breaker'];
  /** `enough`: whether there is time for another exception. Answers in how many tenants it waits for an approver. */
  readonly apply: (enough: () => boolean) => Promise<number>;
}

/** Whether a sweep could do something for a policy: not once it is in force, nor while all that is left of it waits for approvers. */
export async function isPolicyPending({ values, policy }: Omit<Sources, 'register'>): Promise<boolean> {
  const hash = hashPolicy(policy);
  const inForce = await readPolicyInForce(values);
  if (!inForce?.underway) return inForce?.hash !== hash;
  return !(await waitsForApprovers(inForce.underway, hash, values));
}

/** Whether the policy is on its way, and nothing is left of it but what approvers have yet to let pass. */
const waitsForApprovers = async (
  { tried, whole, waiting }: Underway,
  hash: string,
  values: Sources['values'],
): Promise<boolean> => tried.at(-1)?.hash === hash && whole && (await areStopped(waiting, hash, values));

/** The policy this function was deployed with, as far as it has not come into force. */
export async function findComingPolicy(sources: Sources, turn: ScheduledTurn): Promise<Coming> {
  const { values } = sources;
  const { hash = hashPolicy(sources.policy), ...policy } = sources.policy;
  const inForce = await readPolicyInForce(values);
  const nothing: Coming = { waits: () => false, breaker: policy.breaker, apply: () => Promise.resolve(0) };
  if (!inForce) {
    await putInForce(values, { hash, policy, revision: 0 });
    return nothing;
  }
  // Back at the one in force, those that were tried meanwhile may have moved something.
  if (inForce.hash === hash && !inForce.underway) return nothing;

  const { tried: before = [], waiting: held = [] } = inForce.underway ?? {};
  const isOnItsWay = before.at(-1)?.hash === hash;
  const tried = isOnItsWay ? before : [...before, { hash, policy }].slice(-mostTried);
  const goesBy = policiesOf(inForce, tried, policy, hash);
  const change = (exception: Exception) =>
    applyPolicy(exception, { before: goesBy(exception), after: policy, hash, now: turn.now });
  const others = [inForce.policy, ...tried.map((one) => one.policy)].map((one) => readPolicy(one, policy));
  return {
    breaker: strictestOf([policy, ...others].map((one) => one.breaker)),
    waits: (exception) => {
      const event = change(exception);
      return event !== undefined && isNearer(event);
    },
    apply: async (enough) => {
      if (inForce.underway && (await waitsForApprovers(inForce.underway, hash, values))) return held.length;
      let { revision } = inForce;
      const note = (underway: Underway): Promise<boolean> =>
        putInForce(values, {
          ...inForce,
          underway: { ...inForce.underway, ...underway },
          revision: revision++,
        });
      // Before the first exception goes by it, or whoever goes back to the old one would not know that any does.
      if (!isOnItsWay && !(await note({ tried, whole: false, waiting: held }))) return held.length;
      const { whole, waiting } = await applyAll({ sources, turn, hash, goesBy, change, held, enough });
      if (whole && waiting.length === 0)
        await putInForce(values, { ...inForce, hash, policy, underway: undefined, revision });
      else await note({ tried, whole, waiting });
      return waiting.length;
    },
  };
}

interface Application {
  readonly sources: Sources;
  readonly turn: ScheduledTurn;
  readonly hash: string;
  readonly goesBy: (exception: Exception) => Policy;
  readonly change: (exception: Exception) => PolicyApplied | undefined;
  /** Tenants whose breaker was holding back so far. */
  readonly held: readonly string[];
  readonly enough: () => boolean;
}

async function applyAll({
  sources,
  turn,
  hash,
  goesBy,
  change,
  held,
  enough,
}: Application): Promise<Pick<Underway, 'whole' | 'waiting'>> {
  const { register, policy } = sources;
  const { now, logger } = turn;
  let whole = true;
  let applied = 0;
  const apply = async (exception: Exception): Promise<void> => {
    const { id, version } = exception;
    const command = { type: 'ApplyPolicy', before: goesBy(exception), hash } as const;
    try {
      await execute(register, { id, receipt: `policy#${hash}#${id}#${version}`, command, now, policy });
      applied += 1;
    } catch (error) {
      whole = false;
      logger.error('a new policy could not be applied to an exception', {
        code: 'POLICY_NOT_APPLIED',
        exceptionId: id,
        failure: describeFailure(error),
      });
    }
  };

  const nearer = new Map<string, Wanted[]>(held.map((tenant) => [tenant, []]));
  let seen = true;
  const living = readStates(register, register.rows({ by: 'danger' }), (one) => passOver(one, turn));
  for await (const exception of living) {
    if (!enough()) {
      seen = false;
      break;
    }
    const event = change(exception);
    if (!event) continue;
    if (!isNearer(event) || !event.moved) await apply(exception);
    else {
      const { tenant, name } = exception;
      nearer.set(tenant, [...(nearer.get(tenant) ?? []), { exception, brought: { name, ...event.moved } }]);
    }
  }

  const waiting: string[] = [];
  // Only who has seen all of them can tell whether they are a mass.
  for (const [tenant, wanted] of seen ? nearer : []) {
    const sorted = wanted.sort((a, b) => compareText(a.brought.to, b.brought.to));
    const soonest = sorted.slice(0, shown).map(({ brought }) => brought);
    const exceptions = sorted.map(({ exception }) => exception);
    // A policy is not judged by its own limits.
    const numbers = exceptions.map((exception) => goesBy(exception).breaker);
    if (
      (await mayPass(tenant, exceptions, sources, turn, { nearer: { policy: hash, soonest, numbers } })).all
    )
      for (const exception of exceptions)
        if (enough()) await apply(exception);
        else whole = false;
    else waiting.push(tenant);
  }
  whole &&= seen;
  logger.info('another policy than before', {
    policy: hash,
    applied,
    complete: whole,
    waiting: waiting.length,
  });
  return { whole, waiting: seen ? waiting : held };
}

interface Wanted {
  readonly exception: Exception;
  readonly brought: Brought;
}

/** What an older release wrote may lack a field: then nothing is known of it but that it was another one. */
const readPolicy = (written: unknown, policy: Policy): Policy =>
  policySchema.safeParse(written).data ?? policy;

/** Which policy an exception goes by so far: the one in force, or one that was tried since. */
function policiesOf(
  inForce: InForce,
  tried: Underway['tried'],
  policy: Policy,
  hash: string,
): (exception: Exception) => Policy {
  const before = readPolicy(inForce.policy, policy);
  const between = new Map(
    tried
      .filter((one) => one.hash !== hash)
      .map((one) => [one.hash, readPolicy(one.policy, policy)] as const),
  );
  return ({ appliedPolicy, askedUnder }) => between.get(appliedPolicy ?? askedUnder ?? '') ?? before;
}

async function areStopped(
  tenants: readonly string[],
  policy: string,
  values: Sources['values'],
): Promise<boolean> {
  for (const tenant of tenants) if (!(await isStopped(tenant, policy, values))) return false;
  return true;
}
