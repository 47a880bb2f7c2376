/** Lets the detector look at made-up exceptions, and counts what it found, how soon, and how often it was wrong. */
import { lookAt, type Limits } from '#behaviour/departures.ts';
import { addSighting, trimDay, type UsageDay } from '#behaviour/usage.ts';
import { toMillis } from '#time/instant.ts';
import { createChance } from './chance.ts';
import {
  campaigns,
  changes,
  dateAt,
  days,
  sightingsOf,
  usualFlows,
  type Campaign,
  type Flow,
} from './flows.ts';
import type { History } from '#behaviour/baseline.ts';
import type { Sighting } from '#behaviour/sighting.ts';

export interface Exception {
  readonly name: string;
  readonly usual: readonly UsageDay[];
  readonly campaign: Campaign | undefined;
  /** The days of the campaign, with what was usual on them. */
  readonly mixed: ReadonlyMap<string, readonly Sighting[]>;
}

/** Spread evenly enough for a sketch. */
function hash(text: string): number {
  let state = 2_166_136_261;
  for (let at = 0; at < text.length; at += 1) state = Math.imul(state ^ text.charCodeAt(at), 16_777_619);
  state = Math.imul(state ^ (state >>> 15), 2_246_822_519);
  state = Math.imul(state ^ (state >>> 13), 3_266_489_917);
  return ((state ^ (state >>> 16)) >>> 0) / 2 ** 32;
}

const dayOf = (sightings: readonly Sighting[]): UsageDay | undefined => {
  const day = sightings.reduce<UsageDay | undefined>(
    (so, one) => addSighting(so, one, { hash, isFirst: true }),
    undefined,
  );
  return day && trimDay(day);
};

/** What the source of the statistics does not tell is left out. */
export type Blind = (seen: Sighting) => Sighting;
export const seesAll: Blind = (seen) => seen;
export const seesNoChecks: Blind = (seen) => {
  const blind: { -readonly [Field in keyof Sighting]: Sighting[Field] } = { ...seen, passed: {} };
  delete blind.threat;
  return blind;
};

/** `count` exceptions, every second of them with a campaign after a year or so. */
export function createExceptions(seed: number, count: number, blind: Blind = seesAll): readonly Exception[] {
  return Array.from({ length: count }, (_, at) => {
    const chance = createChance(seed * 1_000_003 + at);
    const make = usualFlows[at % usualFlows.length];
    const change = changes[Math.floor(at / usualFlows.length) % changes.length];
    if (!make || !change) throw new Error('there is no such flow');
    const flow: Flow = change(make(chance), chance);
    const daily = Array.from({ length: days }, (_, index) => sightingsOf(flow, index, chance).map(blind));
    const begins = chance.whole(300, days - 12);
    const which = campaigns[Math.floor(at / 2) % campaigns.length];
    const campaign = at % 2 === 0 ? which?.(flow, begins, chance) : undefined;
    const mixed = new Map<string, readonly Sighting[]>();
    for (const seen of campaign?.sightings.map(blind) ?? []) {
      const date = seen.at.slice(0, 10);
      const index = Math.round((Date.parse(date) - Date.parse(dateAt(0))) / 86_400_000);
      mixed.set(date, [...(mixed.get(date) ?? daily[index] ?? []), seen]);
    }
    return {
      name: flow.name,
      usual: daily.flatMap((all) => dayOf(all) ?? []),
      campaign,
      mixed,
    };
  });
}

export interface Measured {
  readonly campaigns: number;
  readonly found: number;
  /** How many at least had something noted within a day. */
  readonly noted: number;
  /** Hours from the first message of each campaign to its alarm, for those that were found. */
  readonly hours: readonly number[];
  readonly byCampaign: ReadonlyMap<string, { readonly of: number; readonly found: number }>;
  /** Of one exception in one year. */
  readonly falseAlarms: number;
  readonly notes: number;
  readonly years: number;
  readonly byFlow: ReadonlyMap<string, number>;
}

export function measure(exceptions: readonly Exception[], limits: Limits): Measured {
  const known = Array.from({ length: days }, (_, index) => dateAt(index));
  const byCampaign = new Map<string, { of: number; found: number }>();
  const byFlow = new Map<string, number>();
  const hours: number[] = [];
  let [falseAlarms, notes, looked, noted] = [0, 0, 0, 0];
  for (const { name, usual, campaign, mixed } of exceptions) {
    const history: History = { days: usual, known };
    const quiet = createQuiet();
    // After the first two weeks, and until a campaign: what it leaves behind is no false alarm.
    const until = campaign?.from ?? days;
    for (let index = 14; index < until; index += 1) {
      const { level, departures } = lookAt(dateAt(index), history, { limits });
      looked += 1;
      if (level === 'usual' || !quiet(level, index)) continue;
      if (level === 'note') notes += 1;
      else {
        falseAlarms += 1;
        const why = departures.map(({ signal }) => signal).join('+');
        byFlow.set(`${name}: ${why}`, (byFlow.get(`${name}: ${why}`) ?? 0) + 1);
      }
    }
    if (!campaign) continue;
    const count = byCampaign.get(campaign.name) ?? { of: 0, found: 0 };
    const after = foundAfter(usual, known, campaign, mixed, limits);
    if (after.alarm !== undefined) hours.push(after.alarm);
    noted += after.note === undefined ? 0 : 1;

    byCampaign.set(campaign.name, {
      of: count.of + 1,
      found: count.found + (after.alarm === undefined ? 0 : 1),
    });
  }
  const years = looked / 365;
  return {
    campaigns: [...byCampaign.values()].reduce((sum, { of }) => sum + of, 0),
    found: hours.length,
    noted,
    hours: hours.toSorted((a, b) => a - b),
    byCampaign,
    falseAlarms: falseAlarms / years,
    notes: notes / years,
    years,
    byFlow,
  };
}

/** What was said in the last week is not said again. */
function createQuiet() {
  const said = new Map<string, number>();
  return (level: string, index: number): boolean => {
    const last = said.get(level);
    if (last !== undefined && index - last < 7) return false;
    said.set(level, index);
    return true;
  };
}

/** Whatever is of the campaign counts as harmless until then. */
const notYetJudged = (seen: Sighting): Sighting =>
  seen.message.startsWith('campaign') && seen.threat !== undefined ? { ...seen, threat: false } : seen;

/** After how many hours it was noted, and an alarm, looked at every hour of the first day; absent: not within it. */
function foundAfter(
  usual: readonly UsageDay[],
  known: readonly string[],
  { sightings, judgedAfter }: Campaign,
  mixed: ReadonlyMap<string, readonly Sighting[]>,
  limits: Limits,
): { readonly note?: number; readonly alarm?: number } {
  const [first] = sightings;
  if (!first) return {};
  let note: number | undefined;
  const begin = toMillis(first.at);
  for (let hour = 1; hour <= 24; hour += 1) {
    const now = begin + hour * 3_600_000;
    const soFar = [...mixed].flatMap(([, all]) => {
      const came = all.filter(({ at }) => toMillis(at) <= now);
      const day = dayOf(hour < judgedAfter ? came.map(notYetJudged) : came);
      return day ? [day] : [];
    });
    const today = new Date(now).toISOString().slice(0, 10);
    const dates = new Set(mixed.keys());
    const history = {
      days: [...usual.filter(({ date }) => !dates.has(date) && date <= today), ...soFar].toSorted((a, b) =>
        a.date < b.date ? -1 : 1,
      ),
      known,
    };
    const { level } = lookAt(today, history, { limits });
    if (level !== 'usual') note ??= hour;
    if (level === 'alarm') return { note: note ?? hour, alarm: hour };
  }
  return note === undefined ? {} : { note };
}
