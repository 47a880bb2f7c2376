/** Stretches of time, and what is left of them: the arithmetic behind "what of the audit log have we seen". */
import { fromMillis, toMillis, type Instant } from './instant.ts';
import { compareText } from '#values/compare-text.ts';

/** From `start` up to, not including, `end`. */
export interface Stretch {
  readonly start: Instant;
  readonly end: Instant;
}

/** The same time in as few stretches as possible, in order. Empty and backward ones count for nothing. */
export function mergeStretches(stretches: Iterable<Stretch>): readonly Stretch[] {
  const ordered = [...stretches].filter(({ start, end }) => start < end).sort(byStart);
  const whole: { start: Instant; end: Instant }[] = [];
  for (const { start, end } of ordered) {
    const last = whole.at(-1);
    if (last && start <= last.end) last.end = end > last.end ? end : last.end;
    else whole.push({ start, end });
  }
  return whole;
}

/** What of `within` none of the others covers, in order. */
export function subtractStretches(within: Stretch, others: Iterable<Stretch>): readonly Stretch[] {
  const left: Stretch[] = [];
  let from = within.start;
  for (const { start, end } of mergeStretches(others)) {
    if (end <= from) continue;
    if (start >= within.end) break;
    if (start > from) left.push({ start: from, end: start });
    from = end;
  }
  if (from < within.end) left.push({ start: from, end: within.end });
  return left;
}

/** The same stretch in pieces of at most `longest` milliseconds, oldest first. */
export function splitStretch({ start, end }: Stretch, longest: number): readonly Stretch[] {
  const cut: Stretch[] = [];
  for (let from = toMillis(start); from < toMillis(end); from += longest)
    cut.push({ start: fromMillis(from), end: fromMillis(Math.min(from + longest, toMillis(end))) });
  return cut;
}

/** Milliseconds. */
export const lengthOf = ({ start, end }: Stretch): number => Math.max(0, toMillis(end) - toMillis(start));

const byStart = (a: Stretch, b: Stretch): number => compareText(a.start, b.start);
