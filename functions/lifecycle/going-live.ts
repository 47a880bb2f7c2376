/** What would lapse once Lapse may act again, or for the first time: looked at before anybody decides it. */
import { alertsOnly, restartOf } from './decide/due-now.ts';
import { presentDeadlineOf } from './due.ts';
import { duration, plus, type Instant } from '#time/instant.ts';
import { findMode, modeOf, withoutStop, type Enforcement, type UsualMode } from '#policy/enforcement-mode.ts';
import { compareText } from '#values/compare-text.ts';
import type { Risk } from '#risk/finding.ts';
import type { Exception } from './exception.ts';
import type { Kind } from '#kinds/registry.ts';
import type { Policy } from '#policy/policy.ts';

/** How far a person looks ahead who decides. */
const ahead = duration('P30D');

export interface Lapsing {
  readonly id: string;
  readonly kind: Kind;
  readonly name: string;
  readonly risk: Risk;
  readonly owner: string;
  readonly deadline: Instant;
}

export interface GoingLive {
  /** Those that would lapse within thirty days if nobody answered, soonest first. */
  readonly soon: readonly Lapsing[];
  /** Later, or once a hold ends. */
  readonly later: number;
  /** Silence only alerts people about them: they protect, or policy says so. */
  readonly never: number;
  /** Their disable was called for before: it is tried again at once. */
  readonly underWay: readonly Pick<Lapsing, 'id' | 'kind' | 'name'>[];
}

export interface Change {
  readonly tenant: string;
  readonly type: 'on' | 'off' | 'resume';
  readonly before: Enforcement;
  readonly after: Enforcement;
  readonly usual: UsualMode;
}

/** Of the exceptions of any tenants, those that a decision about one of them concerns. */
export function previewChange(
  exceptions: readonly Exception[],
  { tenant, type, before, after, usual }: Change,
  policy: Policy,
  now: Instant,
): GoingLive {
  const those = exceptions.filter(
    (one) =>
      one.tenant.toLowerCase() === tenant &&
      (type !== 'on' || findMode(withoutStop(before), one.kind, usual).type !== 'live'),
  );
  const rules = { ...policy, modes: ({ kind }: { kind: string }) => findMode(after, kind, usual) };
  return previewGoingLive(those, rules, now, type === 'on');
}

/** `policy`: with the modes as they would be. `all`: whether every deadline starts afresh, or those that came due only. */
function previewGoingLive(
  exceptions: readonly Exception[],
  policy: Policy,
  now: Instant,
  all: boolean,
): GoingLive {
  const soon: Lapsing[] = [];
  const underWay: Pick<Lapsing, 'id' | 'kind' | 'name'>[] = [];
  let [later, never] = [0, 0];
  for (const state of exceptions) {
    const { id, kind, name, risk, owner } = state;
    if (modeOf(policy, state).type !== 'live') continue;
    if (state.state === 'disabling') underWay.push({ id, kind, name });
    if (state.state === 'held') later += 1;
    if (state.state !== 'unconfirmed' && state.state !== 'confirmed') continue;
    if (alertsOnly(state, policy)) {
      never += 1;
      continue;
    }
    const restarted = restartOf(state, { now, policy }, { all });
    const deadline = restarted?.type === 'DeadlineRestarted' ? restarted.to : presentDeadlineOf(state);
    if (deadline > plus(now, ahead)) later += 1;
    else
      soon.push({
        ...{ id, kind, name, risk, deadline },
        owner: owner.type === 'person' ? owner.address : (owner.channel ?? 'the fallback channel'),
      });
  }
  return { soon: soon.sort((a, b) => compareText(a.deadline, b.deadline)), later, never, underWay };
}
