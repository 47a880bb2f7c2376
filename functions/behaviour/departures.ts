/**
 * What of an exception's mail departs from what was usual for it. One sign alone is noted; two of different kinds, or one
 * that hardly has a harmless reason, call for somebody to look. Each says what it saw, what is usual and since when that
 * was counted, so that nobody has to believe it. Nothing here looks at single messages.
 */
import {
  baselineBefore,
  learningDays,
  rangeOf,
  scoreOf,
  usualChecks,
  type Accepted,
  type Baseline,
  type History,
} from './baseline.ts';
import { addDays } from '#time/dates.ts';
import { chanceOfAtLeast, chanceOfShare } from './statistics.ts';
import { addTallies, nothingSeen, sumTallies, type Named, type Tally, type UsageDay } from './usage.ts';
import { checks, type Check } from './sighting.ts';

/** Of which kind a sign is. Two of the same kind say little more than one. */
export const signals = ['new-origin', 'authentication', 'volume', 'silence', 'threat'] as const;
export type Signal = (typeof signals)[number];

export interface Departure {
  readonly signal: Signal;
  /** `strong`: by itself a reason for somebody to look. */
  readonly weight: 'weak' | 'strong';
  /** The same as long as it is about the same thing. */
  readonly key: string;
  /** A sentence with the numbers. */
  readonly text: string;
  /** Domains and networks it is about. */
  readonly names: readonly string[];
}

export interface Looking {
  readonly accepted?: readonly Accepted[];
  readonly limits?: Limits;
}

export interface Looked {
  readonly date: string;
  readonly baseline: Baseline;
  /** Too little is known of it so far: only threats count. */
  readonly learning: boolean;
  readonly departures: readonly Departure[];
  /** What they come to together. */
  readonly level: 'usual' | 'note' | 'alarm';
}

/** From when on something counts. What each choice finds, and how often it is wrong: docs/behaviour.md. */
export interface Limits {
  /** Messages from a new origin, and failures: a single one is chance. */
  readonly leastNew: number;
  readonly leastFailing: number;
  /** The robust score of a day's volume, and by how many messages it must exceed what is usual. */
  readonly score: number;
  readonly excess: number;
  /** How unlikely new origins must be, by how often new ones come. */
  readonly surprise: number;
  /** After so many days without any, mail is a surprise. */
  readonly silence: number;
}

export const sensitivities = ['low', 'usual', 'high'] as const;
export type Sensitivity = (typeof sensitivities)[number];

/** Iglewicz and Hoaglin call a score beyond 3.5 an outlier. */
export const limitsOf: Readonly<Record<Sensitivity, Limits>> = {
  low: { leastNew: 10, leastFailing: 5, score: 6, excess: 50, surprise: 0.05, silence: 90 },
  usual: { leastNew: 5, leastFailing: 3, score: 3.5, excess: 20, surprise: 0.05, silence: 60 },
  high: { leastNew: 2, leastFailing: 1, score: 2.5, excess: 10, surprise: 0.2, silence: 30 },
};

/** What is new in the last few days counts together, or whoever sends a little each day is never noticed. */
const recentDays = 7;
/** A volume counts only if it is so much more than on any day before. */
const beyondMost = 1.25;
/** So many times as much as ever has hardly a harmless reason that nobody knows of. */
const enormous = 3;
/** How unlikely so many failures must be. */
const unlikely = 1e-4;
/** How unlikely so many threats must be. */
const wrongVerdict = 1e-3;
const mostListed = 5;

export function lookAt(
  date: string,
  history: History,
  { accepted = [], limits = limitsOf.usual }: Looking = {},
): Looked {
  const baseline = baselineBefore(date, history);
  const day = history.days.find((one) => one.date === date);
  const learning = baseline.sinceFirst < learningDays;
  const found: Departure[] = [];
  if (day) {
    found.push(...threats(day, baseline));
    if (!learning) {
      const elsewhere = origins(date, history, accepted, limits);
      found.push(...elsewhere);
      // What comes from elsewhere is among the failures of all.
      if (!elsewhere.some(({ signal }) => signal === 'authentication'))
        found.push(...authentication(day, baseline, accepted, limits));
      found.push(...volume(day, baseline, accepted, limits), ...silence(day, baseline, limits));
    }
  }
  return { date, baseline, learning, departures: found, level: levelOf(found) };
}

function levelOf(departures: readonly Departure[]): Looked['level'] {
  if (departures.length === 0) return 'usual';
  const kinds = new Set(departures.map(({ signal }) => signal));
  return kinds.size > 1 || departures.some(({ weight }) => weight === 'strong') ? 'alarm' : 'note';
}

/** Domains and networks that were never seen before the last few days. */
function origins(
  date: string,
  history: History,
  accepted: readonly Accepted[],
  limits: Limits,
): readonly Departure[] {
  const since = addDays(date, 1 - recentDays);
  const before = baselineBefore(since, history);
  if (before.sinceFirst < learningDays) return [];
  const recent = history.days.filter((day) => day.date >= since && day.date <= date);
  return (['domains', 'networks'] as const).flatMap((of) => {
    // Where there are more than are kept by name, nobody can say which is new.
    if (!before.allNamed[of]) return [];
    const known = new Set([...before[of], ...accepted.flatMap((one) => one[of])].map(nameOf));
    const found = new Map<string, Tally>();
    for (const { name, ...tally } of recent.flatMap((day) => day[of]))
      if (!known.has(name)) found.set(name, addTallies(found.get(name) ?? nothingSeen, tally));
    return newOrigins(
      of,
      [...found].map(([name, tally]) => ({ name, ...tally })),
      before,
      limits,
    );
  });
}

const nameOf = (one: string | { readonly name: string }): string =>
  typeof one === 'string' ? one : one.name;

function newOrigins(
  of: 'domains' | 'networks',
  found: readonly Named[],
  before: Baseline,
  { leastNew, leastFailing, surprise }: Limits,
): readonly Departure[] {
  const usual = usualChecks(before);
  const wrong = (one: Tally): readonly Check[] => {
    const failed = checks.filter((check) => {
      const { passed, failed } = one.checked[check];
      return failed >= leastFailing && failed >= passed;
    });
    return provesNothing(failed) ? failed : failed.filter((check) => usual.includes(check));
  };
  // All of it together: whoever spreads a campaign over many servers sends a few messages from each.
  const failed = wrong(sumTallies(found));
  const failing = found.filter(({ checked }) => failed.some((check) => checked[check].failed > 0));
  const many = found.filter((one) => one.messages >= leastNew);
  const expected = before.newPerDay[of] * recentDays;
  const isSurprise = (all: readonly Named[]): boolean =>
    all.length > 0 && chanceOfAtLeast(all.length, expected) < surprise;
  const what = of === 'domains' ? 'domain' : 'network';
  const departures: Departure[] = [];
  if (isSurprise(many.length > 0 ? many : failing)) {
    const names = byMessages(many.length > 0 ? many : failing);
    const { messages } = sumTallies(found);
    departures.push({
      signal: 'new-origin',
      weight: 'weak',
      key: `${what}:${names.toSorted().join(',')}`,
      names,
      text: `${countOf(messages, 'message')} in ${recentDays} days from ${listed(names)}, never seen before: since ${before.from} mail came from ${countOf(before[of].length, what)}.`,
    });
  }
  const differs = failed.some((check) => usual.includes(check));
  // Where nearly all mail proves its sender, what does not needs no surprise besides.
  if (failing.length > 0 && (differs || isSurprise(failing))) {
    const names = byMessages(failing);
    departures.push({
      signal: 'authentication',
      weight: provesNothing(failed) ? 'strong' : 'weak',
      key: `${what}-unproven:${names.toSorted().join(',')}`,
      names,
      text: `Mail from ${listed(names)} fails ${checkNames(failed)}${differs ? `, which nearly all mail through it passed since ${before.from}` : ''}.`,
    });
  }
  return departures;
}

const byMessages = (all: readonly Named[]): readonly string[] =>
  all.toSorted((a, b) => b.messages - a.messages).map(nameOf);

/** Nothing is left that proves the sender. SPF alone fails for whoever forwards, DKIM alone for lists that change a text. */
const provesNothing = (failed: readonly Check[]): boolean =>
  failed.includes('dmarc') ||
  failed.includes('compauth') ||
  (failed.includes('spf') && failed.includes('dkim'));

/** More failures than usual, from whomever. */
function authentication(
  day: UsageDay,
  baseline: Baseline,
  accepted: readonly Accepted[],
  { leastFailing, leastNew }: Limits,
): readonly Departure[] {
  const fine = new Set(accepted.flatMap(({ domains }) => domains));
  const usual = usualChecks(baseline).filter((check) => {
    const { passed, failed } = day.checked[check];
    const before = baseline.checked[check];
    // One failure more than there were, so that a flow without any is not perfect for ever.
    const share = Math.max(0.02, (before.failed + 1) / (before.passed + before.failed + 1));
    return failed >= leastNew && chanceOfShare(failed, passed + failed, share) < unlikely;
  });
  const names = day.domains
    .filter(({ checked }) => usual.some((check) => checked[check].failed >= leastFailing))
    .map(nameOf);
  if (usual.length === 0 || (names.length > 0 && names.every((name) => fine.has(name)))) return [];
  const worst = usual.map((check) => {
    const { passed, failed } = day.checked[check];
    const before = baseline.checked[check];
    return `${failed} of ${passed + failed} failed ${checkName[check]} (${before.failed} of ${before.passed + before.failed} since ${baseline.from})`;
  });
  return [
    {
      signal: 'authentication',
      weight: 'weak',
      key: `failing:${usual.join(',')}`,
      names,
      text: `On ${day.date} ${worst.join(', ')}.`,
    },
  ];
}

function volume(
  day: UsageDay,
  baseline: Baseline,
  accepted: readonly Accepted[],
  { score, excess, silence }: Limits,
): readonly Departure[] {
  const { messages } = day;
  // Anything is much after nothing.
  if (baseline.silent >= silence) return [];
  const allowed = Math.max(baseline.most, ...accepted.map((one) => one.messages ?? 0));
  const [from, to] = rangeOf(baseline.volume, score);
  const isUnusual =
    scoreOf(baseline.volume, messages) > score && messages - to >= excess && messages > beyondMost * allowed;
  if (!isUnusual) return [];
  const isEnormous = messages > enormous * Math.max(to, allowed);
  const days = baseline.volume.of === 'weekday' ? 'on such a weekday' : 'a day';
  return [
    {
      signal: 'volume',
      weight: isEnormous ? 'strong' : 'weak',
      key: 'volume',
      names: [],
      text: `${countOf(messages, 'message')} on ${day.date}: ${from} to ${to} are usual ${days}, and the most since ${baseline.from} was ${baseline.most}.`,
    },
  ];
}

function silence(
  day: UsageDay,
  { silent, lastUse }: Baseline,
  { silence: long }: Limits,
): readonly Departure[] {
  if (lastUse === undefined || silent < long) return [];
  return [
    {
      signal: 'silence',
      weight: 'weak',
      key: `silence:${lastUse}`,
      names: [],
      text: `${countOf(day.messages, 'message')} on ${day.date}, after none on ${silent} days: it was last used on ${lastUse}.`,
    },
  ];
}

/** One wrong verdict among thousands of messages is usual; one of a few is not. */
function threats(day: UsageDay, baseline: Baseline): readonly Departure[] {
  if (day.threats === 0) return [];
  const share = (baseline.threats + 0.5) / (baseline.judged + 1);
  const isMany = chanceOfShare(day.threats, Math.max(day.judged, day.threats), share) < wrongVerdict;
  return [
    {
      signal: 'threat',
      weight: isMany ? 'strong' : 'weak',
      key: `threat:${day.date}`,
      names: day.domains.filter((one) => one.threats > 0).map(nameOf),
      text: `${countOf(day.threats, 'message')} on ${day.date} ${day.threats === 1 ? 'was' : 'were'} found to be a threat (${baseline.threats} of ${baseline.judged} since ${baseline.from}).`,
    },
  ];
}

export const checkName: Readonly<Record<Check, string>> = {
  spf: 'SPF',
  dkim: 'DKIM',
  dmarc: 'DMARC',
  compauth: 'composite authentication',
};
function checkNames(all: readonly Check[]): string {
  const names = all.map((check) => checkName[check]);
  return [...(names.length > 1 ? [names.slice(0, -1).join(', ')] : []), ...names.slice(-1)].join(' and ');
}

const countOf = (count: number, one: string): string =>
  `${count.toLocaleString('en-US')} ${one}${count === 1 ? '' : 's'}`;

const listed = (names: readonly string[]): string =>
  names.length <= mostListed
    ? names.join(', ')
    : `${names.slice(0, mostListed).join(', ')} and ${names.length - mostListed} more`;
