/**
 * What was seen of a week, short enough to be read and written as one note at each run: hundreds of fetches an hour
 * apart become some thirty stretches. Whatever is joined counts as seen no later than it was. Pure.
 */
import { latest, minus } from '#time/instant.ts';
import { compareText } from '#values/compare-text.ts';
import { planRules } from './plan.ts';
import type { SeenStretch } from './coverage.ts';

/** The same, and more: each moment with the last time it was looked at. */
export function addSeen(known: readonly SeenStretch[], more: readonly SeenStretch[]): readonly SeenStretch[] {
  const [first, ...rest] = more;
  if (!first) return known;
  const now = latest(first.fetchedAt, ...rest.map(({ fetchedAt }) => fetchedAt));
  // From a clock that was ahead, or by a collector that is: nothing is concluded from it before that moment.
  const ahead = known.filter(({ fetchedAt }) => fetchedAt > now);
  const all = [...known.filter(({ fetchedAt }) => fetchedAt <= now), ...more];
  const oldest = minus(now, planRules.reach);
  return [...joined(all).filter(({ end }) => end > oldest), ...ahead];
}

function joined(all: readonly SeenStretch[]): readonly SeenStretch[] {
  const pieces: SeenStretch[] = [];
  const cuts = [...new Set(all.flatMap(({ start, end }) => [start, end]))].sort(compareText);
  for (const [index, start] of cuts.entries()) {
    const end = cuts[index + 1];
    if (end === undefined) break;
    const [seen, ...others] = all.filter((one) => one.start <= start && one.end >= end);
    if (!seen) continue;
    const piece = {
      start,
      end,
      fetchedAt: latest(seen.fetchedAt, ...others.map(({ fetchedAt }) => fetchedAt)),
    };
    const last = pieces.at(-1);
    const both = last && join(last, piece);
    if (both) pieces.pop();
    pieces.push(both ?? piece);
  }
  return pieces;
}

/** As one stretch, where that makes nothing of it count as seen late enough that was not. */
function join(before: SeenStretch, after: SeenStretch): SeenStretch | undefined {
  if (before.end !== after.start) return undefined;
  const [start, end] = [before.start, after.end];
  const fetchedAt = before.fetchedAt < after.fetchedAt ? before.fetchedAt : after.fetchedAt;
  if (before.fetchedAt === after.fetchedAt) return { start, end, fetchedAt };
  // Nothing is seen before it is over.
  return isEarly(before) && isEarly(after) && fetchedAt >= end ? { start, end, fetchedAt } : undefined;
}

/** Seen so early that late content is expected in all of it: it is looked at again, whenever exactly it was seen. */
const isEarly = ({ start, fetchedAt }: SeenStretch): boolean => minus(fetchedAt, planRules.settled) <= start;
