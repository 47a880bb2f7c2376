/** Counts of several worlds together, and what chance never came to. */
import { faults, parties } from './boundary.ts';
import type { EventType } from '#lifecycle/events.ts';
import { enforcementEvents, slackEvents } from '#lifecycle/react.ts';
import type { Lived } from './world.ts';

export interface Tally {
  worlds: number;
  lives: number;
  steps: number;
  days: number;
  violations: number;
  readonly tried: Map<string, number>;
  readonly events: Map<string, number>;
  readonly ends: Map<string, number>;
}

export const emptyTally = (): Tally => ({
  ...{ worlds: 0, lives: 0, steps: 0, days: 0, violations: 0 },
  ...{ tried: new Map(), events: new Map(), ends: new Map() },
});

export function addTo(tally: Tally, lived: Lived): void {
  tally.worlds += 1;
  tally.lives += lived.lives;
  tally.steps += lived.steps;
  tally.days += lived.days;
  tally.violations += lived.violations.length;
  for (const [from, to] of [
    [lived.tried, tally.tried],
    [lived.events, tally.events],
    [lived.ends, tally.ends],
  ] as const)
    for (const [name, count] of from) to.set(name, (to.get(name) ?? 0) + count);
}

const eventTypes: readonly EventType[] = [
  ...slackEvents,
  ...enforcementEvents,
  'AnswerRefused',
  'OwnerUnreachable',
];

/** What should be tried and was not. */
export const neverTried = ({ tried, events }: Tally): readonly string[] => [
  ...parties.flatMap((party) =>
    [...faults, 'outage'].map((fault) => `${party}: ${fault}`).filter((name) => !tried.has(name)),
  ),
  ...[
    'exchange: lags',
    'exchange: swallows',
    'log: very late',
    'log: a copy',
    'queue: twice',
    'queue: both copies at once',
    'clock: wrong',
    'deployment: the version before at work',
  ].filter((name) => !tried.has(name)),
  ...[...new Set(eventTypes)].filter((type) => !events.has(type)).map((type) => `event ${type}`),
];

export function tableOf(counts: ReadonlyMap<string, number>): readonly string[] {
  const rows = [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
  return rows.map(([name, count]) => `  ${String(count).padStart(9)}  ${name}`);
}
