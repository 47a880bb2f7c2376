/**
 * When a change was made. `CreationTime` tells the second. The id of an Exchange record tells more: the last group of
 * the GUID followed by the one before it is the number of 100 ns since the year 1 at which the record was written.
 * Microsoft documents nothing of this, so it counts only where both name the same second.
 */
import { duration, fromMillis, plus, toMillis } from '#time/instant.ts';
import type { Observation } from '#lifecycle/commands.ts';
import type { Instant } from '#time/instant.ts';

export interface WrittenAt {
  readonly changedAt: Instant;
  /** The rest of the moment below a millisecond: four digits. */
  readonly order?: string;
}

/**
 * A clock may be wrong, or a local time mistaken for UTC. A record from further in the future would make everything
 * after it late news until that time has come.
 */
export const latestBelieved = (now: Instant): Instant => plus(now, duration('P1D'));
export const isAhead = ({ CreationTime }: { readonly CreationTime: Instant }, now: Instant): boolean =>
  CreationTime > latestBelieved(now);
export const ahead = 'CreationTime is more than a day in the future';

/**
 * If records give only the second, they are taken in the order that overlooks nothing: what removed an object, what
 * created one, then the changes (`compareMoments`).
 */
const beginnings: Partial<Record<Observation['change'], { readonly order: string }>> = {
  remove: { order: '' },
  create: { order: ' ' },
};

const guid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){2}([0-9a-f]{4})-([0-9a-f]{12})$/i;
/** 1970 in units of 100 ns since the year 1. */
const epoch = 621_355_968_000_000_000n;
const perMillisecond = 10_000n;

export function writtenAt(
  { Id, CreationTime }: { readonly Id: string; readonly CreationTime: Instant },
  change?: Observation['change'],
): WrittenAt {
  const [, fourth, fifth] = guid.exec(Id) ?? [];
  const coarse = { changedAt: CreationTime, ...(change && beginnings[change]) };
  if (fourth === undefined || fifth === undefined) return coarse;
  const ticks = BigInt(`0x${fifth}${fourth}`) - epoch;
  const ms = Number(ticks / perMillisecond);
  if (secondOf(ms) !== secondOf(toMillis(CreationTime))) return coarse;
  return { changedAt: fromMillis(ms), order: String(ticks % perMillisecond).padStart(4, '0') };
}

const secondOf = (ms: number): number => Math.floor(ms / 1000);
