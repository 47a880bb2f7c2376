/**
 * Of which days each source tells what. On a day that is known whole, no use is no use; on any other, it is unknown.
 */
import { addDays, daysBetween } from '#time/dates.ts';
import { compareText } from '#values/compare-text.ts';
import { dateIn } from './usage.ts';
import { sources, type Sighting, type Source } from './sighting.ts';

/** What a source may tell of a message. */
export const facets = ['rules', 'connectors', 'lists', 'checks', 'outcome', 'threat'] as const;
export type Facet = (typeof facets)[number];

/** `part`: the file began or ended on that day, or not all of it could be read. */
export type Extent = 'whole' | 'part';
export type CoveredDay = Readonly<Partial<Record<Facet, Extent>>>;
/** By source and date. */
export type Coverage = Readonly<Partial<Record<Source, Readonly<Record<string, CoveredDay>>>>>;

const tells: Readonly<
  Record<Facet, (seen: Pick<Sighting, 'via' | 'passed' | 'outcome' | 'threat'>) => boolean>
> = {
  rules: ({ via }) => via.rules !== undefined,
  connectors: ({ via }) => via.connectors !== undefined,
  lists: ({ via }) => via.lists !== undefined,
  checks: ({ passed }) => Object.keys(passed).length > 0,
  outcome: ({ outcome }) => outcome !== undefined,
  threat: ({ threat }) => threat !== undefined,
};

/** Small companies have weekends without any mail, and holidays beside them: a longer gap is none of theirs. */
const longestSilence = 4;

export interface FileCoverage {
  readonly note: (seen: Pick<Sighting, 'source' | 'at' | 'via' | 'passed' | 'outcome' | 'threat'>) => void;
  /** `isWhole`: everything in the file could be read. */
  readonly end: (isWhole: boolean) => Coverage;
}

/** What one file tells. */
export function startCoverage(): FileCoverage {
  const days = new Map<Source, Map<string, Set<Facet>>>();
  return {
    note(seen) {
      const date = dateIn(seen);
      let ofSource = days.get(seen.source);
      if (!ofSource) days.set(seen.source, (ofSource = new Map<string, Set<Facet>>()));
      let told = ofSource.get(date);
      if (!told) ofSource.set(date, (told = new Set()));
      if (told.size < facets.length) for (const facet of facets) if (tells[facet](seen)) told.add(facet);
    },
    end: (isWhole) =>
      Object.fromEntries([...days].map(([source, ofSource]) => [source, coverageOf(ofSource, isWhole)])),
  };
}

function coverageOf(
  days: ReadonlyMap<string, ReadonlySet<Facet>>,
  isWhole: boolean,
): Readonly<Record<string, CoveredDay>> {
  const dates = [...days.keys()].sort(compareText);
  const covered: Record<string, CoveredDay> = {};
  for (const [at, date] of dates.entries()) {
    const told = days.get(date) ?? new Set<Facet>();
    const [before, after] = [dates[at - 1], dates[at + 1]];
    const isEdge =
      before === undefined ||
      after === undefined ||
      daysBetween(before, date) > longestSilence ||
      daysBetween(date, after) > longestSilence;
    covered[date] = dayOf(told, isWhole && !isEdge ? 'whole' : 'part');
    if (after === undefined || daysBetween(date, after) > longestSilence) continue;
    // Days between two with mail were without any.
    const both = new Set([...told].filter((facet) => days.get(after)?.has(facet) === true));
    for (let day = addDays(date, 1); day < after; day = addDays(day, 1))
      covered[day] = dayOf(both, isWhole ? 'whole' : 'part');
  }
  return covered;
}

const dayOf = (told: ReadonlySet<Facet>, extent: Extent): CoveredDay =>
  Object.fromEntries(facets.filter((facet) => told.has(facet)).map((facet) => [facet, extent]));

export const mergeCoverage = (a: Coverage, b: Coverage): Coverage =>
  Object.fromEntries(
    sources
      .filter((source) => a[source] ?? b[source])
      .map((source) => [source, mergeDays(a[source] ?? {}, b[source] ?? {})]),
  );

function mergeDays(
  a: Readonly<Record<string, CoveredDay>>,
  b: Readonly<Record<string, CoveredDay>>,
): Readonly<Record<string, CoveredDay>> {
  const dates = [...new Set([...Object.keys(a), ...Object.keys(b)])].sort(compareText);
  return Object.fromEntries(dates.map((date) => [date, mergeDay(a[date] ?? {}, b[date] ?? {})]));
}

const mergeDay = (a: CoveredDay, b: CoveredDay): CoveredDay =>
  Object.fromEntries(
    facets.flatMap((facet) => {
      const extents = [a[facet], b[facet]].filter((one) => one !== undefined);
      return extents.length === 0 ? [] : [[facet, extents.includes('whole') ? 'whole' : 'part']];
    }),
  );

/** Without what is older than that date. */
export const coverageSince = (coverage: Coverage, date: string): Coverage =>
  Object.fromEntries(
    Object.entries(coverage).map(([source, days]) => [
      source,
      Object.fromEntries(Object.entries(days).filter(([day]) => day >= date)),
    ]),
  );

/** By date, how much of it any source tells of that. */
export function extentsOf(coverage: Coverage, facet: Facet): ReadonlyMap<string, Extent> {
  const extents = new Map<string, Extent>();
  for (const days of Object.values(coverage))
    for (const [date, { [facet]: extent }] of Object.entries(days))
      if (extent !== undefined && extents.get(date) !== 'whole') extents.set(date, extent);
  return extents;
}

/** First and last day of which anything is known. */
export function spanOf(coverage: Coverage): { readonly first: string; readonly last: string } | undefined {
  const dates = Object.values(coverage)
    .flatMap((days) => Object.keys(days))
    .sort(compareText);
  const [first, last] = [dates[0], dates.at(-1)];
  return first === undefined || last === undefined ? undefined : { first, last };
}
