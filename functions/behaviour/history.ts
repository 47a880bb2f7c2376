/** What is known of an exception's mail, day by day, as the signs of a departure are looked for in it. */
import { extentsOf, type Coverage } from './coverage.ts';
import { facetOf, whyUntold, type Traced } from './match.ts';
import { oneADay } from './use.ts';
import type { History } from './baseline.ts';
import type { UsageDay } from './usage.ts';

/** `why`: nothing is known, as part of a sentence. */
export function historyOf(
  one: Pick<Traced, 'kind' | 'settings'>,
  days: readonly UsageDay[],
  coverage: Coverage,
): History & { readonly why?: string } {
  const facet = facetOf(one.kind);
  const each = oneADay(days);
  const extents = facet ? [...extentsOf(coverage, facet)] : [];
  // On a day that is known in part, something may have come that nobody saw: it is no silent one.
  const known = new Set([
    ...extents.flatMap(([date, extent]) => (extent === 'whole' ? [date] : [])),
    ...each.map(({ date }) => date),
  ]);
  const why = whyUntold(one) ?? (known.size === 0 ? 'no mail statistics have been read' : undefined);
  return { days: each, known: [...known].sort(), ...(why !== undefined && { why }) };
}
