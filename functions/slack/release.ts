/** What a breaker holds back in any tenant, and letting it go. */
import { breakerTypes, releaseBreaker, type Breaker, type BreakerType } from '#lifecycle/breaker.ts';
import { UnreadableState } from '#lifecycle/unreadable-state.ts';
import { isApprover, isMember, mightBeApprover } from '#policy/authority.ts';
import { describeStranger, groupUnread } from './admission.ts';
import { clip } from './escape.ts';
import { readFirstPage } from './exceptions.ts';
import { describeApprovers, findRefusal } from './refusal.ts';
import type { Answerer } from '#lifecycle/commands.ts';
import type { Exception } from '#lifecycle/exception.ts';
import type { AnswerDependencies } from './dependencies.ts';
import type { Exceptions } from './exceptions.ts';
import type { Line } from './lines.ts';

interface Stopped {
  readonly tenant: string;
  readonly of: BreakerType;
  readonly breaker: Breaker;
  readonly tripped: NonNullable<Breaker['tripped']>;
  readonly revision: number;
}

/** Every tenant's tripped breakers. */
export async function findStopped({
  breakers,
  policy,
}: Pick<AnswerDependencies, 'breakers' | 'policy'>): Promise<readonly Stopped[]> {
  const named = policy.tenants.map(({ id }) => id);
  const tenants = [...new Set([...(await breakers.tenants()), ...named])];
  const all = await Promise.all(
    tenants.flatMap((tenant) =>
      breakerTypes.map(async (of) => ({ tenant, of, ...(await breakers.load(tenant, of)) })),
    ),
  );
  return all.flatMap((one) => (one.breaker.tripped ? { ...one, tripped: one.breaker.tripped } : []));
}

/** Each release is recorded in the trail of the exception that records the stop. */
export async function release(
  { exceptions, breakers, policy, now, log }: AnswerDependencies,
  by: Answerer,
  receipt: string,
): Promise<readonly Line[]> {
  if (mightBeApprover(by, policy)) return [[groupUnread]];
  const lines: Line[] = [];
  for (const { tenant, of, breaker, tripped, revision } of await findStopped({ breakers, policy })) {
    // The exception whose trail records the stop may have become unreadable: any other of the tenant will do.
    const on = (await readReadable(exceptions, tripped.on)) ?? (await anyReadable(exceptions, tenant));
    if (!on) continue;
    const { events } = await exceptions.execute({
      id: on.id,
      receipt: `${receipt}#${tenant}#${of}`,
      now,
      command: {
        type: 'ReleaseBreaker',
        by,
        ...(tripped.policy !== undefined && { policy: tripped.policy }),
      },
    });
    if (findRefusal(events)) {
      lines.push([`You may not release tenant ${clip(tenant, 80)}. Your attempt is in the trail.`]);
      continue;
    }
    const done = await breakers.save(
      tenant,
      of,
      releaseBreaker(breaker, by.slackUser, now, policy),
      revision,
    );
    lines.push([
      done
        ? of === 'lapses'
          ? `Released: ${tripped.waiting} exceptions of tenant ${clip(tenant, 80)} will lapse at the next sweep.`
          : `Released: ${tripped.waiting} deadlines of tenant ${clip(tenant, 80)} will be brought forward at the next sweep, and their owners told.`
        : `Somebody else changed this for tenant ${clip(tenant, 80)} at the same time. Please try again.`,
    ]);
  }
  if (!isApprover(by, policy)) {
    log('release refused', { standing: by.standing });
    // They may not know whether anything is held back.
    return isMember(by)
      ? [['Only approvers may do that. Attempts are recorded.'], describeApprovers(policy.approvers)]
      : [[describeStranger(by)]];
  }
  return lines.length === 0 ? [['Nothing is held back.']] : lines;
}

async function anyReadable(exceptions: Exceptions, tenant: string): Promise<Exception | undefined> {
  const { found } = await readFirstPage(exceptions, exceptions.rows({ tenant }), () => true, 1);
  return found[0];
}

async function readReadable(exceptions: Exceptions, id: string): Promise<Exception | undefined> {
  const [one] = await exceptions.states([id]);
  return one instanceof UnreadableState ? undefined : one;
}
