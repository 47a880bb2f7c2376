import type { ScheduledTurn } from '#runtime/schedule-function.ts';
import type { Instant } from '#time/instant.ts';

/** A run of a scheduled function at that moment, with its metrics. */
export function turnAt(now: Instant, metrics: Record<string, number>): ScheduledTurn {
  const log = () => undefined;
  return {
    ...{ now, delivery: 1, remaining: () => 55_000 },
    logger: { debug: log, info: log, warn: log, error: log },
    metrics: { addMetric: (name, _unit, value) => void (metrics[name] = value) },
  };
}

/** Hands what a sweep says about a tenant as a whole to nobody. */
export const toldNobody = () => Promise.resolve();
