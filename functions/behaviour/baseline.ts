/**
 * What is usual for an exception: from whom its mail came, how much on which weekday, and how well it authenticated, in
 * the three months before a day. A person can read it, and everything that is called unusual is measured against it.
 */
import { addDays, weekdayOf } from '#time/dates.ts';
import { checks, type Check } from './sighting.ts';
import { estimate, type Sketch } from './sketch.ts';
import { robustScore, spreadOf, usualRange, type Spread } from './statistics.ts';
import { sumTallies, type Checked, type Named, type UsageDay } from './usage.ts';

/** What is known of an exception's mail. */
export interface History {
  /** The days on which something came, in ascending order, one for each date. */
  readonly days: readonly UsageDay[];
  /** All dates of which a source told, in ascending order: on those without a day, nothing came. */
  readonly known: readonly string[];
}

/** What a person called usual, although it departed from what was. */
export interface Accepted {
  readonly date: string;
  readonly domains: readonly string[];
  readonly networks: readonly string[];
  /** So many messages a day. */
  readonly messages?: number;
}

/** A domain or network that mail came from. */
export interface Habit {
  readonly name: string;
  readonly first: string;
  readonly last: string;
  /** On how many days. */
  readonly days: number;
  readonly messages: number;
}

type Origins<Value> = Readonly<Record<'domains' | 'networks', Value>>;

export interface Baseline {
  /** The dates it is made of; both belong to it. */
  readonly from: string;
  readonly to: string;
  /** Of how many of these days something is known, and on how many something came. */
  readonly known: number;
  readonly active: number;
  readonly messages: number;
  /** The most on one day. */
  readonly most: number;
  /** How many days are known since the first mail that is on record. */
  readonly sinceFirst: number;
  readonly lastUse?: string;
  /** How many known days lie between then and the day that is looked at: nothing came on them. */
  readonly silent: number;
  readonly domains: readonly Habit[];
  readonly networks: readonly Habit[];
  /** How many of them were new on one day, on average, once the first two weeks were over. */
  readonly newPerDay: Origins<number>;
  /** Whether on nearly every day all of them are known by name. */
  readonly allNamed: Origins<boolean>;
  readonly checked: Readonly<Record<Check, Checked>>;
  readonly judged: number;
  readonly threats: number;
  /** What came on each day of the kind (weekday) that is looked at. */
  readonly volume: Volume;
}

export interface Volume {
  readonly spread: Spread;
  /** The days counted: those of the same weekday, where there are enough. */
  readonly of: 'weekday' | 'every day';
  readonly count: number;
}

/** Sumo Logic looks back 90 days for what is seen for the first time; Microsoft keeps message traces for 90. */
export const lookBack = 90;
/** The minimum of Microsoft's `detect_anomalous_new_entity_fl`, and of Elastic's rules for Exchange. */
export const learningDays = 14;
/** One message from somewhere is chance. */
const leastHabit = 3;
/** With fewer of the same weekday, all days are compared. */
const leastWeekdays = 6;

/** What was usual before `date`, which does not belong to it. */
export function baselineBefore(date: string, { days, known }: History): Baseline {
  const from = addDays(date, -lookBack);
  const before = days.filter((day) => day.date >= from && day.date < date);
  const dates = known.filter((one) => one >= from && one < date);
  const sum = sumTallies(before);
  const first = before[0]?.date;
  const lastUse = before.at(-1)?.date;
  const domains = habitsOf(before, ({ domains }) => domains);
  const networks = habitsOf(before, ({ networks }) => networks);
  const sinceFirst = first === undefined ? 0 : dates.filter((one) => one >= first).length;
  const learned = addDays(first ?? date, learningDays);
  // Half of one more than there were: three months without any do not prove that there never is one.
  const newPerDay = (habits: readonly Habit[]): number =>
    (habits.filter((one) => one.first >= learned && one.messages >= leastHabit).length + 0.5) /
    Math.max(1, sinceFirst - learningDays);
  const allNamed = (of: (day: UsageDay) => readonly [sketch: Sketch, named: readonly Named[]]): boolean =>
    before.filter((day) => {
      const [sketch, named] = of(day);
      return estimate(sketch).count > named.length;
    }).length <=
    before.length / 10;
  return {
    from,
    to: addDays(date, -1),
    known: dates.length,
    active: before.length,
    messages: sum.messages,
    most: Math.max(0, ...before.map(({ messages }) => messages)),
    sinceFirst,
    ...(lastUse !== undefined && { lastUse }),
    silent: lastUse === undefined ? dates.length : dates.filter((one) => one > lastUse).length,
    domains,
    networks,
    newPerDay: { domains: newPerDay(domains), networks: newPerDay(networks) },
    allNamed: {
      domains: allNamed(({ allDomains, domains }) => [allDomains, domains]),
      networks: allNamed(({ allNetworks, networks }) => [allNetworks, networks]),
    },
    checked: sum.checked,
    judged: sum.judged,
    threats: sum.threats,
    volume: volumeOf(date, before, dates),
  };
}

function habitsOf(days: readonly UsageDay[], of: (day: UsageDay) => readonly Named[]): readonly Habit[] {
  const habits = new Map<string, Habit>();
  for (const day of days)
    for (const { name, messages } of of(day)) {
      const known = habits.get(name) ?? { name, first: day.date, last: day.date, days: 0, messages: 0 };
      habits.set(name, {
        ...known,
        last: day.date,
        days: known.days + 1,
        messages: known.messages + messages,
      });
    }
  return [...habits.values()].sort((a, b) => b.messages - a.messages || (a.name < b.name ? -1 : 1));
}

/** Days on which nothing came count as well, from the first mail on: a flow with pauses is usual with its pauses. */
function volumeOf(date: string, days: readonly UsageDay[], known: readonly string[]): Volume {
  const first = days[0]?.date ?? date;
  const counts = new Map(days.map((day) => [day.date, day.messages]));
  const since = known.filter((one) => one >= first);
  const alike = since.filter((one) => weekdayOf(one) === weekdayOf(date));
  const isWeekday = alike.length >= leastWeekdays;
  const compared = (isWeekday ? alike : since).map((one) => counts.get(one) ?? 0);
  return {
    spread: spreadOf(compared),
    of: isWeekday ? 'weekday' : 'every day',
    count: compared.length,
  };
}

/** How far a count is from what is usual on such a day, and what is usual. */
export const scoreOf = ({ spread }: Volume, messages: number): number => robustScore(spread, messages);
export const rangeOf = ({ spread }: Volume, limit: number): readonly [number, number] =>
  usualRange(spread, limit);

/** Whether nearly all of its mail passed a check, as far as is known; `undefined` where too little is. */
export function usuallyPasses({ checked }: Pick<Baseline, 'checked'>, check: Check): boolean | undefined {
  const { passed, failed } = checked[check];
  return passed + failed < leastChecked ? undefined : passed >= 0.9 * (passed + failed);
}
const leastChecked = 20;

export const usualChecks = (baseline: Pick<Baseline, 'checked'>): readonly Check[] =>
  checks.filter((check) => usuallyPasses(baseline, check) === true);
