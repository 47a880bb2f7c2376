/** A baseline in words: what is usual for an exception, so that whoever is told of a departure can check it. */
import { weekdayOf } from '#time/dates.ts';
import { instant, momentInWords } from '#time/instant.ts';
import { learningDays, rangeOf, type Baseline, type Habit } from './baseline.ts';
import { checkName } from './departures.ts';
import { checks } from './sighting.ts';

/** Label and text of each line. `score`: how far from the median still counts as usual. */
export function describeBaseline(
  baseline: Baseline,
  date: string,
  score: number,
): readonly (readonly [label: string, text: string])[] {
  const { from, to, known, active, messages, most, sinceFirst, volume, checked } = baseline;
  if (messages === 0)
    return [['usual', `no mail on the ${count(known, 'day')} known between ${day(from)} and ${day(to)}`]];
  const [least, greatest] = rangeOf(volume, score);
  const on = volume.of === 'weekday' ? `on a ${weekdays[weekdayOf(date)] ?? ''}` : 'a day';
  const told = checks.flatMap((check) => {
    const { passed, failed } = checked[check];
    return passed + failed === 0
      ? []
      : [`${checkName[check]} ${number(passed)} of ${number(passed + failed)}`];
  });
  return [
    [
      'usual',
      `${day(from)} to ${day(to)}: ${count(messages, 'message')} on ${active} of ${count(known, 'known day')}`,
    ],
    ...(sinceFirst < learningDays
      ? [['learning', `${sinceFirst} of ${learningDays} days: until then, threats alone count`] as const]
      : []),
    [
      'volume',
      `${number(least)} to ${number(greatest)} ${on}, of ${count(volume.count, 'such day')}; ${number(most)} at most`,
    ],
    ['domains', habits(baseline.domains)],
    ['networks', habits(baseline.networks)],
    ['passed', told.length === 0 ? 'unknown: no source told it' : told.join(', ')],
  ];
}

const mostHabits = 5;

function habits(all: readonly Habit[]): string {
  if (all.length === 0) return 'unknown';
  const shown = all
    .slice(0, mostHabits)
    .map(({ name, first, last, messages }) => `${name} (${number(messages)}, ${day(first)} to ${day(last)})`);
  return [...shown, ...(all.length > mostHabits ? [`${all.length - mostHabits} more`] : [])].join(', ');
}

const weekdays = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const;

/** "20 Nov 2026" */
const day = (date: string): string => momentInWords(instant(date)).replace(/,.*/, '');
const number = (many: number): string => many.toLocaleString('en-US');
const count = (many: number, one: string): string => `${number(many)} ${one}${many === 1 ? '' : 's'}`;
