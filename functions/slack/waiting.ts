/** What a breaker holds back in a tenant, as people look at it before they let it lapse. */
import { UnreadableState } from '#lifecycle/unreadable-state.ts';
import { byDanger, causeOfLapse } from '#lifecycle/lapsing.ts';
import { kindOf } from '#kinds/registry.ts';
import { whenOff } from '#kinds/when-off.ts';
import { risks } from '#risk/finding.ts';
import { clip } from './escape.ts';
import { describeSubject, tenantIn } from './row.ts';
import { causes, findDeadline } from './words.ts';
import type { Exception } from '#lifecycle/exception.ts';
import type { Instant } from '#time/instant.ts';
import type { Policy } from '#policy/policy.ts';
import type { AnswerDependencies } from './dependencies.ts';
import type { Line } from './lines.ts';

/** As many states as the register reads in one request. */
const mostStates = 100;
/** More are not looked at for one request: Slack waits three seconds. */
const mostLooked = 2000;

export interface WaitingHere {
  /** The most dangerous first. */
  readonly found: readonly Exception[];
  /** Not all were looked at: there may be more. */
  readonly cut: boolean;
}

/** What would lapse in a tenant at this moment. Such come first among all that are on. */
export async function findWaiting(
  { exceptions, policy, now }: Pick<AnswerDependencies, 'exceptions' | 'policy' | 'now'>,
  tenant: string,
): Promise<WaitingHere> {
  const found: Exception[] = [];
  let looked = 0;
  let cut = false;
  /** Whether the last of them is not due yet: nothing after it is. */
  const look = async (ids: readonly string[]): Promise<boolean> => {
    const read = await exceptions.states(ids);
    const states = read.flatMap((one) => (one && !(one instanceof UnreadableState) ? one : []));
    found.push(...states.filter((one) => causeOfLapse(one, { now, policy }) !== undefined));
    const last = states.at(-1);
    return last !== undefined && (findDeadline(last) ?? '9') > now;
  };
  let ids: string[] = [];
  for await (const row of exceptions.rows({ by: 'urgency', risks })) {
    if (looked === mostLooked) {
      cut = true;
      break;
    }
    looked += 1;
    if (row.tenant?.toLowerCase() !== tenant.toLowerCase()) continue;
    ids.push(row.id);
    if (ids.length < mostStates) continue;
    if (await look(ids)) return { found: found.toSorted(byDanger), cut };
    ids = [];
  }
  if (ids.length > 0) await look(ids);
  return { found: found.toSorted(byDanger), cut };
}

/** Who owns it, what it is, why it lapses, and what that does to mail. */
export function describeWaiting(
  exception: Exception,
  { policy, now }: { readonly policy: Policy; readonly now: Instant },
): Line {
  const { owner, kind } = exception;
  const cause = causeOfLapse(exception, { now, policy });
  return [
    describeSubject(exception),
    ` · ${kindOf(kind).name}${tenantIn(exception, policy)} · owner: `,
    owner.type === 'person'
      ? clip(owner.address, 120)
      : owner.channel === undefined
        ? 'nobody yet'
        : `the people in ${clip(owner.channel, 80)}`,
    ...(cause === undefined ? ['. It does not lapse now.'] : [`. It lapses because ${causes[cause]}.`]),
    ` Once it is off: ${whenOff(exception).text} Mail that this would change: not known.`,
  ];
}
