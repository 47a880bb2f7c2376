import type { Guard } from '../guard.ts';

const tests = ['test/behaviour/departures.test.ts'];

export const behaviour: readonly Guard[] = [
  {
    without: 'whoever spreads a campaign over many servers is not noticed',
    file: 'functions/behaviour/departures.ts',
    find: 'const failed = wrong(sumTallies(found));',
    replace: 'const failed = found.flatMap(wrong);',
    tests,
  },
  {
    without: 'a new exception alarms people from its first day on',
    file: 'functions/behaviour/departures.ts',
    find: 'const learning = baseline.sinceFirst < learningDays;',
    replace: 'const learning = false;',
    tests,
  },
  {
    without: 'new names are seen where not all are kept',
    file: 'functions/behaviour/departures.ts',
    find: 'if (!before.allNamed[of]) return [];',
    replace: '',
    tests,
  },
  {
    without: 'a day of which no source told counts as a silent one',
    file: 'functions/behaviour/baseline.ts',
    find: 'dates.filter((one) => one > lastUse).length,',
    replace: 'Math.round((Date.parse(date) - Date.parse(lastUse)) / 86_400_000),',
    tests,
  },
  {
    without: 'a newsletter on one weekday is unusual on that weekday',
    file: 'functions/behaviour/baseline.ts',
    find: '(isWeekday ? alike : since).map',
    replace: 'since.map',
    tests,
  },
  {
    without: 'a sender’s address is kept',
    file: 'functions/behaviour/usage.ts',
    find: 'const domain = seen.from ?? seen.mailFrom;',
    replace: 'const domain = seen.sender ?? seen.from ?? seen.mailFrom;',
    tests: ['test/behaviour/usage.test.ts'],
  },
  {
    without: 'a row about a message that was counted before counts it again',
    file: 'functions/behaviour/usage.ts',
    find: 'if (!isFirst) return {',
    replace: 'if (!isFirst && seen.recipients < 0) return {',
    tests: ['test/behaviour/usage.test.ts'],
  },
];
