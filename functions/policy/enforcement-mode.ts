/**
 * Where Lapse may act: in each tenant, which kinds are live, and whether somebody has stopped enforcement. Where it may
 * not, everything else goes on: people are asked, and what would have been switched off is recorded.
 *
 * Being allowed again never makes up for what was not done meanwhile: notice that was given before does not count
 * (`since`), nor does a deadline that passed while enforcement was stopped (`paused`).
 */
import { kinds, type Kind } from '#kinds/registry.ts';
import type { Instant } from '#time/instant.ts';

/** What a tenant's kinds are as long as nobody has decided. */
export type UsualMode = 'live' | 'observing';

export interface Decided {
  /** Absent: it was live from the beginning. */
  readonly since?: Instant;
  readonly by?: string;
}

interface Stop {
  readonly at: Instant;
  readonly by: string;
  readonly why: string;
  /** When people were last alerted that it is stopped. */
  readonly toldAt?: Instant;
}

/** What has been decided for one tenant. */
export interface Enforcement {
  /** Kinds in which Lapse acts; absent: nobody has decided. Those of a later release observe first. */
  readonly live?: Readonly<Record<string, Decided>>;
  /** Kinds of which somebody has decided that Lapse only observes. */
  readonly observing?: Readonly<Record<string, Decided>>;
  readonly stopped?: Stop;
  /** The newest stop that was lifted. */
  readonly paused?: { readonly from: Instant; readonly to: Instant };
  /** A change that has yet to be announced, and deadlines that it has yet to start afresh. */
  readonly pending?: {
    readonly to: 'live' | 'observing' | 'resumed';
    readonly at: Instant;
    readonly by: string;
  };
}

/** What has been decided for each tenant, by its id in lower case. */
export type EnforcementByTenant = ReadonlyMap<string, Enforcement>;

/** The same, wherever it is kept. */
export interface Enforcements {
  readonly read: () => Promise<EnforcementByTenant>;
  /** Throws if other writers keep changing it. `change` gives back what it got where there is nothing to change. */
  readonly change: (
    tenant: string,
    change: (before: Enforcement) => Enforcement,
  ) => Promise<{ readonly before: Enforcement; readonly after: Enforcement }>;
}

export type Mode =
  | { readonly type: 'live'; readonly since?: Instant; readonly paused?: Enforcement['paused'] }
  | ({ readonly type: 'observing' } & Decided)
  | { readonly type: 'stopped'; readonly at: Instant; readonly by: string; readonly why: string };

/** Looks up the mode for exceptions of a tenant and kind. */
export type Modes = (of: { readonly tenant: string; readonly kind: string }) => Mode;

/** What a policy says where it was not asked for a tenant's mode: on paper, every kind is live. */
export const modeOf = (
  { modes }: { readonly modes?: Modes },
  of: { readonly tenant: string; readonly kind: string },
): Mode => modes?.(of) ?? { type: 'live' };

export function findMode(enforcement: Enforcement, kind: string, usual: UsualMode): Mode {
  const { stopped, paused } = enforcement;
  if (stopped) return { type: 'stopped', at: stopped.at, by: stopped.by, why: stopped.why };
  const decided = liveIn(enforcement, usual)[kind];
  if (!decided) return { type: 'observing', ...enforcement.observing?.[kind] };
  return {
    type: 'live',
    ...(decided.since !== undefined && { since: decided.since }),
    ...(paused && { paused }),
  };
}

/** As it would be if nobody had stopped it. */
export const withoutStop = ({ live }: Enforcement): Enforcement => (live ? { live } : {});

const liveIn = ({ live }: Enforcement, usual: UsualMode): Readonly<Record<string, Decided>> =>
  live ?? (usual === 'live' ? Object.fromEntries(kinds.map((kind) => [kind, {}])) : {});

export interface Decision {
  readonly at: Instant;
  readonly by: string;
}

/** Kinds that are live already stay as they are: nothing about them is new to anybody. */
export function goLive(
  before: Enforcement,
  which: readonly Kind[],
  { at, by }: Decision,
  usual: UsualMode,
): Enforcement {
  const live = liveIn(before, usual);
  const added = which.filter((kind) => !live[kind]).map((kind) => [kind, { since: at, by }] as const);
  if (added.length === 0) return before;
  const observing = Object.entries(before.observing ?? {}).filter(([kind]) => !isOneOf(which, kind));
  return {
    ...before,
    live: { ...live, ...Object.fromEntries(added) },
    ...(before.observing && { observing: Object.fromEntries(observing) }),
    pending: { to: 'live', at, by },
  };
}

export function observeOnly(
  before: Enforcement,
  which: readonly Kind[],
  { at, by }: Decision,
  usual: UsualMode,
): Enforcement {
  const live = liveIn(before, usual);
  const kept = Object.entries(live).filter(([kind]) => !isOneOf(which, kind));
  const left = which.filter((kind) => live[kind]).map((kind) => [kind, { since: at, by }] as const);
  return {
    ...before,
    live: Object.fromEntries(kept),
    observing: { ...before.observing, ...Object.fromEntries(left) },
    pending: { to: 'observing', at, by },
  };
}

const isOneOf = (kinds: readonly string[], kind: string): boolean => kinds.includes(kind);

/** Whoever stops what is stopped already changes nothing. */
export const stopEnforcement = (before: Enforcement, { at, by }: Decision, why: string): Enforcement =>
  before.stopped ? before : { ...before, stopped: { at, by, why } };

export function resumeEnforcement(before: Enforcement, { at, by }: Decision): Enforcement {
  const { stopped, ...rest } = before;
  if (!stopped) return before;
  // Thrown again before all deadlines of the stop before had started afresh: they are still owed that.
  const from = before.pending?.to === 'resumed' && before.paused ? before.paused.from : stopped.at;
  return { ...rest, paused: { from, to: at }, pending: { to: 'resumed', at, by } };
}

export type Order =
  | { readonly type: 'on' | 'off'; readonly kinds: readonly Kind[] }
  | { readonly type: 'stop'; readonly why: string }
  | { readonly type: 'resume' };

/** Gives back `before` itself where there is nothing to change. */
export function follow(before: Enforcement, order: Order, decision: Decision, usual: UsualMode): Enforcement {
  switch (order.type) {
    case 'on':
      return goLive(before, order.kinds, decision, usual);
    case 'off':
      return observeOnly(before, order.kinds, decision, usual);
    case 'stop':
      return stopEnforcement(before, decision, order.why);
    case 'resume':
      return resumeEnforcement(before, decision);
  }
}
