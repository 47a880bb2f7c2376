/**
 * What follows from a decision about enforcement (`policy/enforcement-mode.ts`): people hear of it in the channel of
 * the tenant, each day again as long as it is stopped; and where Lapse may act from now on, deadlines start afresh.
 * What the time does not suffice for waits for the next sweep: no notice from before counts meanwhile.
 */
import { alertsOnly, restartOf } from '#lifecycle/decide/due-now.ts';
import { duration, plus, type Instant } from '#time/instant.ts';
import { modeOf } from '#policy/enforcement-mode.ts';
import { presentDeadlineOf } from '#lifecycle/due.ts';
import { spreadDeadlines } from '#policy/spread.ts';
import { changeEnforcement } from '#register/enforcement.ts';
import { execute } from '#register/execute.ts';
import { readStates } from '#register/read-states.ts';
import { describeFailure } from '#runtime/failure.ts';
import { enforcementText } from '#lifecycle/react.ts';
import { tenantName } from '#policy/policy.ts';
import { passOver, type Sources } from './admission.ts';
import type { Command } from '#lifecycle/commands.ts';
import type { EnforcementChanged } from '#lifecycle/events.ts';
import type { Enforcement, EnforcementByTenant } from '#policy/enforcement-mode.ts';
import type { Exception } from '#lifecycle/exception.ts';
import type { ScheduledTurn } from '#runtime/schedule-function.ts';

/** Says something about a tenant as a whole in its channel. Throws if it could not be handed over. */
export type Tell = (tenant: string, receipt: string, at: Instant, text: string) => Promise<void>;

/** How often people are told that enforcement is still stopped. */
const tellEvery = duration('P1D');

/** `enough`: whether there is time for another exception. Answers in how many tenants enforcement is stopped. */
export async function carryOutChanges(
  enforcements: EnforcementByTenant,
  sources: Sources & { readonly tell: Tell },
  turn: ScheduledTurn,
  enough: () => boolean,
): Promise<number> {
  const all = [...enforcements];
  for (const [tenant, enforcement] of all) {
    const at = newsAt(enforcement, turn.now);
    if (at !== undefined && at <= turn.now) await carryOut(tenant, enforcement, sources, turn, enough);
  }
  return all.filter(([, { stopped }]) => stopped).length;
}

/** When a sweep next has something to do about it; `undefined` if not before another decision. */
function newsAt({ stopped, pending }: Enforcement, now: Instant): Instant | undefined {
  if (!stopped) return pending && now;
  return stopped.toldAt === undefined ? now : plus(stopped.toldAt, tellEvery);
}

/** The same of all tenants. */
export const nextNewsAt = (all: EnforcementByTenant, now: Instant): Instant | undefined =>
  [...all.values()].flatMap((one) => newsAt(one, now) ?? []).toSorted()[0];

async function carryOut(
  tenant: string,
  enforcement: Enforcement,
  sources: Sources & { readonly tell: Tell },
  turn: ScheduledTurn,
  enough: () => boolean,
): Promise<void> {
  const { register, values, policy } = sources;
  const { now } = turn;
  const { stopped, pending } = enforcement;
  const give = (id: string, receipt: string, command: Command) =>
    execute(register, { id, receipt: receiptIn(tenant, receipt), command, now, policy });
  // As long as it is stopped, people are told again; nothing about any of them has changed since.
  const isNews = pending !== undefined || stopped?.toldAt === undefined;
  const all: Exception[] = [];
  for await (const exception of readStates(register, register.rows({ by: 'danger' }), (one) =>
    passOver(one, turn),
  )) {
    if (exception.tenant.toLowerCase() !== tenant) continue;
    all.push(exception);
    if (!isNews) break;
  }
  const [first] = all;
  if (first)
    for (const { receipt, ...news } of newsOf(enforcement))
      await give(first.id, receipt, { type: 'ReportEnforcement', ...news });
  const starts = pending !== undefined && pending.to !== 'observing' && !stopped;
  const orders = !isNews
    ? []
    : starts
      ? await restarts(tenant, all, pending, sources, now)
      : spared(all, sources, now);
  for (const { id, receipt, command } of orders) {
    if (!enough()) return;
    await give(id, `${(pending ?? stopped)?.at ?? ''}#${receipt}`, command);
  }
  if (!first && !(await tellTenant(tenant, enforcement, sources, turn))) return;
  await changeEnforcement(values, tenant, (present) => settle(present, enforcement, now));
}

const receiptIn = (tenant: string, receipt: string): string => `enforcement#${tenant}#${receipt}`;

interface Ordered {
  readonly id: string;
  readonly receipt: string;
  readonly command: Command;
}

/**
 * What has a deadline to start afresh, the most dangerous first. Many that fell due on one day would be a mass lapse for
 * the breaker if nobody answered: they are spread as an import is, and none is due any sooner.
 */
async function restarts(
  tenant: string,
  all: readonly Exception[],
  { to, at }: NonNullable<Enforcement['pending']>,
  { register, policy }: Sources,
  now: Instant,
): Promise<readonly Ordered[]> {
  const planned = all.flatMap((exception) => {
    const { id } = exception;
    const mode = modeOf(policy, exception);
    // What was live already stays as it is.
    const everything = to === 'live' && mode.type === 'live' && mode.since === at;
    const restarted = restartOf(exception, { now, policy }, { all: everything });
    return restarted ? [{ exception, id, all: everything, to: restarted.to }] : [];
  });
  const done = await register.carriedOutAmong(planned.map(({ id }) => receiptIn(tenant, `${at}#${id}`)));
  const queue = planned.filter(({ id }) => !done.has(receiptIn(tenant, `${at}#${id}`)));
  const waiting = new Set(queue.map(({ id }) => id));
  const taken = all.flatMap((one) =>
    (one.state === 'unconfirmed' || one.state === 'confirmed') &&
    !waiting.has(one.id) &&
    !alertsOnly(one, policy)
      ? [presentDeadlineOf(one)]
      : [],
  );
  const isMass = planned.length >= policy.breaker.least;
  const spread = isMass
    ? spreadDeadlines(
        queue.map((one) => one.to),
        taken,
        policy,
      )
    : [];
  return queue.map(({ id, all: everything }, index) => {
    const notBefore = spread[index];
    return {
      id,
      receipt: id,
      command: { type: 'RestartDeadline', all: everything, ...(notBefore !== undefined && { notBefore }) },
    };
  });
}

/** What is due and does not lapse now: otherwise a breaker that holds it back would wait for a person to no end. */
const spared = (all: readonly Exception[], { policy }: Sources, now: Instant): readonly Ordered[] =>
  all
    .filter((one) => modeOf(policy, one).type !== 'live' && hasCome(one, now))
    .map(({ id }) => ({ id, receipt: `spared#${id}`, command: { type: 'CheckDue' } }));

const hasCome = (one: Exception, now: Instant): boolean =>
  (one.state === 'unconfirmed' || one.state === 'confirmed') && presentDeadlineOf(one) <= now;

/** Unless something else has been decided meanwhile, which is then carried out by the next sweep. */
function settle(
  present: Enforcement,
  { stopped, pending }: Enforcement,
  now: ScheduledTurn['now'],
): Enforcement {
  const { pending: newer, ...rest } = present;
  return {
    ...(newer?.at === pending?.at && (!stopped || pending?.to === 'observing') ? rest : present),
    ...(present.stopped &&
      present.stopped.at === stopped?.at && { stopped: { ...present.stopped, toldAt: now } }),
  };
}

type News = Pick<EnforcementChanged, 'to' | 'by' | 'since' | 'why' | 'again'> & {
  /** Of the command that tells it, so that it is told once. */
  readonly receipt: string;
};

/** For the trail of one exception of the tenant, from where it reaches people. */
function newsOf({ stopped, pending }: Enforcement): readonly News[] {
  return [
    ...(pending
      ? [
          {
            receipt: `${pending.to}#${pending.at}`,
            ...{ to: pending.to, by: pending.by, since: pending.at },
          },
        ]
      : []),
    ...(stopped
      ? [
          {
            receipt: `stopped#${stopped.at}#${stopped.toldAt ?? ''}`,
            ...{ to: 'stopped' as const, by: stopped.by, since: stopped.at, why: stopped.why },
            ...(stopped.toldAt !== undefined && { again: true as const }),
          },
        ]
      : []),
  ];
}

/** A tenant without exceptions has no trail: its channel is told at once. Answers whether that worked. */
async function tellTenant(
  tenant: string,
  enforcement: Enforcement,
  { tell, policy }: Pick<Sources, 'policy'> & { readonly tell: Tell },
  { now, logger }: ScheduledTurn,
): Promise<boolean> {
  try {
    for (const { receipt, ...news } of newsOf(enforcement))
      await tell(tenant, receipt, now, enforcementText(news, `tenant ${tenantName(policy, tenant)}`));
    return true;
  } catch (error) {
    // What is due elsewhere does not wait for it. The next sweep tells it.
    logger.error('people could not be told of a decision about enforcement', {
      code: 'ENFORCEMENT_NOT_TOLD',
      tenant,
      failure: describeFailure(error),
    });
    return false;
  }
}
