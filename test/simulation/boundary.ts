/**
 * Where Lapse ends and the outside begins. Every call across goes through here: it takes time, fails before or after
 * it had its effect, and is where a worker dies. A dead worker is one whose calls are never answered, so nothing of it
 * goes on: no `catch`, no `finally`.
 */
import type { Chance } from './chance.ts';
import type { Clockwork } from './clockwork.ts';

export const parties = ['exchange', 'slack', 'register', 'bus'] as const;
export type Party = (typeof parties)[number];

/** What can go wrong with one call. */
export const faults = [
  'dies before',
  'dies after',
  'fails before',
  'fails after',
  'turned away',
  'slow',
] as const;
export type FaultKind = (typeof faults)[number];

/** How often, of one. */
export type Rates = Readonly<Record<Party, Readonly<Record<FaultKind, number>>>>;

export interface Outage {
  readonly id: string;
  readonly party: Party;
  readonly from: number;
  readonly to: number;
}

export interface Worker {
  readonly id: string;
  readonly job: string;
  readonly begun: number;
  /** Milliseconds by which its clock is wrong. */
  readonly skew: number;
  /** Milliseconds after which the platform ends it. */
  readonly limit: number;
  calls: number;
  dead: boolean;
}

/** Thrown for a call that fails; each party says it in its own words. */
export class Failed extends Error {
  readonly how: 'down' | 'after' | 'turned away';
  constructor(how: Failed['how']) {
    super(how);
    this.how = how;
  }
}

export interface Boundary {
  readonly call: <T>(worker: Worker, party: Party, what: string, effect: () => T | Promise<T>) => Promise<T>;
  readonly sleep: (worker: Worker, ms: number) => Promise<void>;
  readonly isDown: (party: Party) => boolean;
}

export interface BoundaryNeeds {
  readonly clock: Clockwork;
  readonly chance: Chance;
  readonly rates: Rates;
  readonly outages: readonly Outage[];
  /** Whether this fault is to happen: a shorter trace leaves some out. */
  readonly may: (id: string) => boolean;
  readonly note: (party: Party, fault: FaultKind | 'outage', id: string, what: string) => void;
  readonly died: (worker: Worker) => void;
  readonly isQuiet: () => boolean;
}

export function createBoundary({
  clock,
  chance,
  rates,
  outages,
  may,
  note,
  died,
  isQuiet,
}: BoundaryNeeds): Boundary {
  const never = <T>(): Promise<T> => new Promise(() => undefined);
  /** It may have died while it waited. */
  const isDead = (worker: Worker): boolean => worker.dead;
  const kill = <T>(worker: Worker): Promise<T> => {
    worker.dead = true;
    died(worker);
    return never();
  };
  const outageOf = (party: Party): Outage | undefined => {
    if (isQuiet()) return undefined;
    const now = clock.now();
    return outages.find((one) => one.party === party && one.from <= now && now < one.to && may(one.id));
  };
  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      clock.after(ms, resolve);
    });

  function faultFor(key: string, party: Party): FaultKind | undefined {
    if (isQuiet()) return undefined;
    let left = chance.of(key);
    for (const kind of faults) {
      left -= rates[party][kind];
      if (left < 0) return may(`${key} ${kind}`) ? kind : undefined;
    }
    return undefined;
  }

  /** Most calls take no time at all here: what matters is only that others may come between. */
  const latency = (key: string): number => {
    const drawn = chance.of(`${key} takes`);
    return drawn < 0.75 ? 0 : drawn < 0.95 ? 20 + drawn * 180 : 400 + (drawn - 0.95) * 40_000;
  };

  return {
    isDown: (party) => outageOf(party) !== undefined,
    async sleep(worker, ms) {
      if (isDead(worker)) return never();
      await pause(ms);
      if (isDead(worker)) return never();
      return clock.now() > worker.begun + worker.limit ? kill(worker) : undefined;
    },
    async call(worker, party, what, effect) {
      if (isDead(worker)) return never();
      const key = `${worker.id}~${String(worker.calls++)}`;
      const down = outageOf(party);
      if (down) {
        note(party, 'outage', down.id, what);
        throw new Failed('down');
      }
      const fault = faultFor(key, party);
      if (fault) note(party, fault, `${key} ${fault}`, `${worker.job} ${what}`);
      const before = fault === 'slow' ? 9_000 : latency(key);
      if (before > 0) {
        await pause(before);
        if (isDead(worker)) return never();
        if (clock.now() > worker.begun + worker.limit) return kill(worker);
      }
      switch (fault) {
        case 'dies before':
          return kill(worker);
        case 'fails before':
          throw new Failed('down');
        case 'turned away':
          throw new Failed('turned away');
        case 'dies after':
          await effect();
          return kill(worker);
        case 'fails after':
          await effect();
          await pause(5_000);
          if (isDead(worker)) return never();
          throw new Failed('after');
        default:
          return effect();
      }
    },
  };
}
