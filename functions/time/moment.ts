/** Which of two changes came first. The one place that says so: what replays a log and what keeps the register ask it. */
import { compareText } from '#values/compare-text.ts';
import type { Instant } from './instant.ts';

/** When a change was made, as finely as its record tells. */
export interface Moment {
  readonly at: Instant;
  /** What the record tells beyond the millisecond, as text that sorts; absent where it tells nothing. */
  readonly order?: string;
  readonly record: string;
}

/**
 * What tells its second alone may have been at any moment of it, and comes last: a change is not to be taken for older
 * than what it changed. Records that tell of one and the same moment are ordered by id: by lot, but always alike.
 */
export const compareMoments = (a: Moment, b: Moment): number =>
  compareText(secondOf(a), secondOf(b)) ||
  Number(isCoarse(a)) - Number(isCoarse(b)) ||
  compareText(a.at, b.at) ||
  compareText(a.order ?? '', b.order ?? '') ||
  compareText(a.record, b.record);

/** Whether it was made at that moment or later, or may have been: one that tells its second alone. */
export const isSince = (moment: Omit<Moment, 'record'>, instant: Instant): boolean =>
  isCoarse(moment) ? secondOf(moment) >= secondOf({ at: instant }) : moment.at >= instant;

const secondOf = ({ at }: Pick<Moment, 'at'>): string => at.slice(0, '2026-11-20T09:30:00'.length);
const isCoarse = ({ at, order }: Omit<Moment, 'record'>): boolean =>
  order === undefined && at.endsWith('.000Z');
