/** The register after a replay → the exceptions to show. */
import { rank } from '#risk/finding.ts';
import { evolve } from '#lifecycle/evolve.ts';
import { firstChange, lastChange } from '#lifecycle/changes.ts';
import { compareText } from '#values/compare-text.ts';
import type { Event } from '#lifecycle/events.ts';
import type { Change, Exception } from '#lifecycle/exception.ts';
import type { Instant } from '#time/instant.ts';
import type { Register } from '#register/contract.ts';
import type { Traced } from '#behaviour/match.ts';
import type { Finding, Risk } from '#risk/finding.ts';
import type { Kind } from '#kinds/registry.ts';

export interface LoggedException {
  readonly id: string;
  readonly tenant: string;
  readonly kind: Kind;
  readonly name: string;
  readonly risk: Risk;
  readonly findings: readonly Finding[];
  /** The log does not say whether anybody ever answered for it, so whatever acts on mail is unconfirmed. */
  readonly state: 'unconfirmed' | 'disabled' | 'removed';
  /** When a change made it an exception. */
  readonly openedAt: Instant;
  /** Its creation, or else the earliest change in the log. */
  readonly made: Change;
  /** The newest change, including a removal. */
  readonly changed: Change;
  /** As mail statistics may know it. */
  readonly traced: Traced;
}

export async function readLoggedExceptions(
  register: Pick<Register, 'list' | 'trail'>,
): Promise<readonly LoggedException[]> {
  const logged: LoggedException[] = [];
  for await (const exception of register.list())
    logged.push(loggedAs(exception, await Array.fromAsync(register.trail(exception.id))));
  return logged;
}

/** Within one risk: what still acts on mail first, then the oldest. */
export const compareByDanger = (a: LoggedException, b: LoggedException): number =>
  rank(b.risk) - rank(a.risk) ||
  states.indexOf(a.state) - states.indexOf(b.state) ||
  compareText(a.openedAt, b.openedAt) ||
  compareText(a.id, b.id);

const states = ['unconfirmed', 'disabled', 'removed'] as const;

function loggedAs(exception: Exception, trail: readonly Event[]): LoggedException {
  const { id, tenant, kind, name, openedAt, state } = exception;
  const { risk, findings } = exception.findings.length > 0 ? exception : lastRisky(trail);
  return {
    ...{ id, tenant, kind, name, risk, findings },
    state: state === 'disabled' || state === 'removed' ? state : 'unconfirmed',
    openedAt,
    made: firstChange(exception),
    changed: lastChange(exception),
    traced: tracedAs(exception, trail),
  };
}

/** Statistics go on with the name that it had at the time. */
export function tracedAs({ id, kind, name, guid, settings }: Exception, trail: readonly Event[]): Traced {
  const names = new Set<string>();
  let state: Exception | undefined;
  for (const event of trail) {
    state = evolve(state, event);
    names.add(state.name);
  }
  names.delete(name);
  return { id, kind, name, guid, formerNames: [...names], settings };
}

/** If it no longer lets anything past, it is described by what it let past before. */
function lastRisky(trail: readonly Event[]): Pick<Exception, 'risk' | 'findings'> {
  let state: Exception | undefined;
  let risky: Exception | undefined;
  for (const event of trail) {
    state = evolve(state, event);
    if (state.findings.length > 0) risky = state;
  }
  return risky ?? { risk: 'low', findings: [] };
}
