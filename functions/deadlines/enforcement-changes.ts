/**
 * What follows from a decision about enforcement (`policy/enforcement-mode.ts`): people hear of it in the channel of
 * the tenant, each day again as long as it is stopped; and where Lapse may act from now on, deadlines start afresh.
 * What the time does not suffice for waits for the next sweep: no notice from before counts meanwhile.
 */
import { duration, plus, type Instant } from '#time/instant.ts';
import { changeEnforcement } from '#register/enforcement.ts';
import { execute } from '#register/execute.ts';
import { readStates } from '#register/read-states.ts';
import { passOver, type Sources } from './admission.ts';
import type { Command } from '#lifecycle/commands.ts';
import type { Enforcement, EnforcementByTenant } from '#policy/enforcement-mode.ts';
import type { Exception } from '#lifecycle/exception.ts';
import type { ScheduledTurn } from '#runtime/schedule-function.ts';

/** How often people are told that enforcement is still stopped. */
const tellEvery = duration('P1D');

/** `enough`: whether there is time for another exception. Answers in how many tenants enforcement is stopped. */
export async function carryOutChanges(
  enforcements: EnforcementByTenant,
  sources: Sources,
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
  sources: Sources,
  turn: ScheduledTurn,
  enough: () => boolean,
): Promise<void> {
  const { register, values, policy } = sources;
  const { now } = turn;
  const { stopped, pending } = enforcement;
  const give = (id: string, receipt: string, command: Command) =>
    execute(register, { id, receipt: `enforcement#${tenant}#${receipt}`, command, now, policy });
  let isAnnounced = false;
  for await (const exception of readStates(register, register.rows({ by: 'danger' }), (one) =>
    passOver(one, turn),
  )) {
    if (exception.tenant.toLowerCase() !== tenant) continue;
    if (!isAnnounced) await announce(exception, enforcement, give);
    isAnnounced = true;
    const starts = pending !== undefined && pending.to !== 'observing' && !stopped;
    if (!starts) break;
    if (!enough()) return;
    const command = { type: 'RestartDeadline', all: pending.to === 'live' } as const;
    await give(exception.id, `${pending.at}#${exception.id}`, command);
  }
  await changeEnforcement(values, tenant, (present) => settle(present, enforcement, now));
}

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

/** Into the trail of one exception of the tenant, from where it reaches people. */
async function announce(
  { id }: Exception,
  { stopped, pending }: Enforcement,
  give: (id: string, receipt: string, command: Command) => Promise<unknown>,
): Promise<void> {
  if (pending)
    await give(id, `${pending.to}#${pending.at}`, {
      ...{ type: 'ReportEnforcement', to: pending.to, by: pending.by, since: pending.at },
    });
  if (stopped) {
    const { at, by, why, toldAt } = stopped;
    await give(id, `stopped#${at}#${toldAt ?? ''}`, {
      ...{ type: 'ReportEnforcement', to: 'stopped', by, since: at, why },
      ...(toldAt !== undefined && { again: true as const }),
    });
  }
}
