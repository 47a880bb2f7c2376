/** What is known of the use of one exception: from its days, and from which days are known at all. */
import { addDays, daysBetween } from '#time/dates.ts';
import { extentsOf, spanOf, type Coverage, type Extent } from './coverage.ts';
import { facetOf, isInferred, whyUntold, type Traced } from './match.ts';
import { emptySketch, estimate, mergeSketches, type Estimate, type Sketch } from './sketch.ts';
import { addTallies, fuller, nothingSeen, sumOf, type Named, type Tally, type UsageDay } from './usage.ts';
import { latest, type Instant } from '#time/instant.ts';

/** So many days back from the last one that is known. */
export const windows = [7, 30, 90] as const;
export type Window = (typeof windows)[number];
const weeks = 13;

export interface Use {
  /**
   * `used`: mail went through it in the last 90 days. `unused`: none did, on days that are known whole. `unseen`: none was
   * seen, and too little is known to say that there was none. `unknown`: nothing shows it.
   */
  readonly state: 'used' | 'unused' | 'unseen' | 'unknown';
  /** Why it is unknown, as part of a sentence. */
  readonly why?: string;
  /** Whether use is concluded from how mail came, since nothing names it. */
  readonly isInferred: boolean;
  /** The last day of which anything is known. */
  readonly until?: string;
  readonly last?: Instant;
  /** How many days in a row, up to the last one that is known whole, were without use. */
  readonly silent: number;
  readonly silentUntil?: string;
  /** Of how many of the 90 days anything is known. */
  readonly known: number;
  readonly messages: Readonly<Record<Window, number>>;
  /** How many more may have gone through it: they fit, and nothing says whether it let them past. */
  readonly possible: number;
  /** Messages by week, the last one last; `undefined` for a week of which nothing is known. */
  readonly weekly: readonly (number | undefined)[];
  readonly tally: Tally;
  readonly senders: Estimate;
  /** Most first. */
  readonly domains: readonly Named[];
  readonly networks: readonly Named[];
  readonly allDomains: Estimate;
  readonly allNetworks: Estimate;
}

export function useOf(
  one: Pick<Traced, 'kind' | 'settings'>,
  days: readonly UsageDay[],
  coverage: Coverage,
  possible = 0,
): Use {
  const each = oneADay(days);
  const facet = facetOf(one.kind);
  const extents = facet ? extentsOf(coverage, facet) : new Map<string, Extent>();
  const until = latestDate([...extents.keys(), ...each.map(({ date }) => date)]);
  const why =
    whyUntold(one) ?? (extents.size === 0 && each.length === 0 ? whyNothing(coverage, facet) : undefined);
  const since = until === undefined ? '9' : addDays(until, 1 - windows[2]);
  const recent = each.filter(({ date }) => date >= since);
  const sum = sumOf(recent);
  const known = [...extents.keys()].filter((date) => date >= since).length;
  const quiet =
    until === undefined ? { silent: 0 } : silence(extents, new Set(each.map(({ date }) => date)), until);
  const last = each.at(-1)?.last;
  return {
    state: sum.messages > 0 ? 'used' : why !== undefined ? 'unknown' : quiet.silent > 0 ? 'unused' : 'unseen',
    ...(why !== undefined && { why }),
    isInferred: isInferred(one.kind),
    ...(until !== undefined && { until }),
    ...(last !== undefined && { last: latest(...each.map((day) => day.last)) }),
    ...quiet,
    known,
    messages: {
      7: messagesIn(recent, until, 7),
      30: messagesIn(recent, until, 30),
      90: messagesIn(recent, until, 90),
    },
    possible,
    weekly: until === undefined ? [] : weeklyOf(recent, extents, until),
    tally: sum,
    senders: estimate(sum.senders),
    domains: namedIn(recent.map(({ domains }) => domains)),
    networks: namedIn(recent.map(({ networks }) => networks)),
    allDomains: estimate(mergedOf(recent.map(({ allDomains }) => allDomains))),
    allNetworks: estimate(mergedOf(recent.map(({ allNetworks }) => allNetworks))),
  };
}

const mergedOf = (sketches: readonly Sketch[]): Sketch => sketches.reduce(mergeSketches, emptySketch);

/** What several sources tell of one day is not added up: they saw the same mail. */
export function oneADay(days: readonly UsageDay[]): readonly UsageDay[] {
  const best = new Map<string, UsageDay>();
  for (const day of days) {
    const before = best.get(day.date);
    best.set(day.date, before ? fuller(before, day) : day);
  }
  return [...best.values()].sort((a, b) => (a.date < b.date ? -1 : 1));
}

const latestDate = (dates: readonly string[]): string | undefined =>
  dates.reduce<string | undefined>(
    (last, date) => (last === undefined || date > last ? date : last),
    undefined,
  );

/** The last day may still be going on: it is passed over where it is known in part. */
function silence(
  extents: ReadonlyMap<string, Extent>,
  used: ReadonlySet<string>,
  until: string,
): { readonly silent: number; readonly silentUntil?: string } {
  const silentUntil = extents.get(until) === 'part' && !used.has(until) ? addDays(until, -1) : until;
  let silent = 0;
  for (let date = silentUntil; extents.get(date) === 'whole' && !used.has(date); date = addDays(date, -1))
    silent += 1;
  return { silent, ...(silent > 0 && { silentUntil }) };
}

const messagesIn = (days: readonly UsageDay[], until: string | undefined, window: number): number =>
  days.reduce(
    (sum, { date, messages }) =>
      until !== undefined && daysBetween(date, until) < window ? sum + messages : sum,
    0,
  );

function weeklyOf(
  days: readonly UsageDay[],
  extents: ReadonlyMap<string, Extent>,
  until: string,
): readonly (number | undefined)[] {
  const byWeek: (number | undefined)[] = Array.from({ length: weeks }, () => undefined);
  const note = (date: string, messages: number): void => {
    const at = weeks - 1 - Math.floor(daysBetween(date, until) / 7);
    if (at >= 0 && at < weeks) byWeek[at] = (byWeek[at] ?? 0) + messages;
  };
  for (const date of extents.keys()) note(date, 0);
  for (const { date, messages } of days) note(date, messages);
  return byWeek;
}

function namedIn(all: readonly (readonly Named[])[]): readonly Named[] {
  const byName = new Map<string, Tally>();
  for (const { name, ...tally } of all.flat())
    byName.set(name, addTallies(byName.get(name) ?? nothingSeen, tally));
  return [...byName]
    .map(([name, tally]) => ({ name, ...tally }))
    .sort((a, b) => b.messages - a.messages || (a.name < b.name ? -1 : 1));
}

function whyNothing(coverage: Coverage, facet: ReturnType<typeof facetOf>): string {
  if (!spanOf(coverage)) return 'no mail statistics have been read';
  return facet === 'rules'
    ? 'no source that was read says which rules a message went through'
    : facet === 'lists'
      ? 'no source that was read says which lists let a message past'
      : 'no source that was read says through which connector a message came';
}
