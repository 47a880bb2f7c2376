/** Which of two changes came first. The one place that says so: what replays a log and what keeps the register ask it. */
import type { Instant } from './instant.ts';

/** When a change was made, as finely as its record tells. */
export interface Moment {
  readonly at: Instant;
  /** What the record tells beyond the millisecond, as text that sorts; absent where it tells nothing. */
  readonly order?: string;
  readonly record: string;
}

/** Records that tell of one and the same moment are ordered by id: by lot, but always alike. */
export const compareMoments = (a: Moment, b: Moment): number =>
  compareText(a.at, b.at) || compareText(a.order ?? '', b.order ?? '') || compareText(a.record, b.record);

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
