/**
 * What a policy may say although people should think twice: values that quietly disable a safeguard. And what it must
 * not say once it is deployed: placeholders that people must replace.
 */
import { kinds } from '#kinds/registry.ts';
import { inWords, millis } from '#time/instant.ts';
import { nextDate } from '#time/local-time.ts';
import { overrideClass } from './policy.ts';
import { isWorkingDay } from './working-hours.ts';
import { risks } from '#risk/finding.ts';
import type { Duration } from '#time/instant.ts';
import type { Overrides, Policy, RiskClass, Weekday } from './policy.ts';
import type { Risk } from '#risk/finding.ts';

export interface Remark {
  readonly path: readonly (string | number)[];
  readonly found: unknown;
  /** Completes "found …, expected …". */
  readonly expected: string;
}

/** The names in the stand-in workspace and the project's examples; no real workspace has them. */
const standIns: ReadonlySet<string> = new Set([
  'USAMSECURITY',
  'URITARISK',
  'U012AB3CD',
  'S012AB3CD',
  'C012AB3CD',
]);
/** Domains reserved for examples (RFC 2606): no mail ever reaches them. */
const reserved = /@(?:.+\.)?(?:example(?:\.(?:com|net|org))?|test|invalid|localhost)$/i;
/** What people write for an id that they do not know yet: `UXXXXXXXX`, `C0000`. */
const blank = /^[UWSCG]0?([A-Z0-9])\1{2,}$/;
const isPlaceholder = (name: string | undefined): boolean =>
  name !== undefined && (standIns.has(name) || reserved.test(name) || blank.test(name));

/** Names in a policy that are nobody: it may be tried, but not deployed. */
export function findPlaceholders(policy: Policy): readonly Remark[] {
  const { approvers, fallbackChannel, channels, owners, people } = policy;
  const named = [
    ...listed(['approvers'], approvers),
    ...classesIn(policy).flatMap(({ path, own }) => listed([...path, 'approvers'], own.approvers)),
    { path: ['fallbackChannel'], found: fallbackChannel },
    ...channels.map(({ channel }, index) => ({ path: ['channels', index, 'channel'], found: channel })),
    ...owners.map(({ owner }, index) => ({ path: ['owners', index, 'owner'], found: owner })),
    ...people.flatMap(({ person, backup }, index) => [
      { path: ['people', index, 'person'], found: person },
      { path: ['people', index, 'backup'], found: backup },
    ]),
  ];
  return named
    .filter(({ found }) => isPlaceholder(found))
    .map((one) => ({
      ...one,
      expected: 'one of your own: this is a placeholder, which reaches nobody',
    }));
}

const listed = (path: Remark['path'], names: readonly string[] = []) =>
  names.map((found, index) => ({ path: [...path, index], found }));

export function findDangers(policy: Policy): readonly Remark[] {
  return [
    ...eyes(policy),
    ...breaker(policy),
    ...retries(policy),
    ...grace(policy),
    ...undoing(policy),
    ...unproven(policy),
    ...calendar(policy),
    ...classesIn(policy).flatMap(({ path, risk, own, numbers }) =>
      ofClass(path, risk, numbers).filter((remark) => String(remark.path.at(-1)) in own),
    ),
  ];
}

interface StatedClass {
  readonly path: Remark['path'];
  readonly risk: Risk;
  /** What is stated there. */
  readonly own: Overrides;
  /** What applies there. */
  readonly numbers: RiskClass;
}

/** The classes by risk, then what a kind has instead. */
const classesIn = (policy: Policy): readonly StatedClass[] => [
  ...risks.map((risk) => ({
    ...{ path: ['risk', risk], risk },
    ...{ own: policy.risk[risk], numbers: policy.risk[risk] },
  })),
  ...kinds.flatMap((kind) =>
    risks.flatMap((risk) => {
      const own = policy.kinds[kind]?.[risk];
      if (own === undefined) return [];
      const numbers = overrideClass(policy.risk[risk], own);
      return [{ path: ['kinds', kind, risk], risk, own, numbers }];
    }),
  ),
];

/** Whose yes counts for what: with a single approver, nobody is left for what that one made. */
function eyes(policy: Policy): readonly Remark[] {
  const { fourEyes } = policy;
  const missing = (['high', 'critical'] as const).filter((risk) => !fourEyes.includes(risk));
  const few = [
    { path: ['approvers'], found: policy.approvers },
    ...classesIn(policy).map(({ path, own }) => ({ path: [...path, 'approvers'], found: own.approvers })),
  ].filter(({ found }) => found !== undefined && isAlone(found));
  return [
    ...(missing.length === 0
      ? []
      : [
          {
            path: ['fourEyes'],
            found: fourEyes,
            expected: `${missing.join(' and ')} too: otherwise, whoever makes such an exception can approve it, and so can whoever has stolen their account`,
          },
        ]),
    ...(fourEyes.length === 0
      ? []
      : few.map((one) => ({
          ...one,
          expected:
            'at least two people, or a group: where four eyes are required, nobody is left to approve what the only one made',
        }))),
  ];
}

/** Who is in a group, only Slack knows. */
const isAlone = (approvers: readonly string[]): boolean =>
  new Set(approvers).size < 2 && !approvers.some((one) => one.startsWith('S'));

function breaker({ breaker: { most, share, least, within } }: Policy): readonly Remark[] {
  const remark = (field: string, found: unknown, expected: string) => ({
    path: ['breaker', field],
    found,
    expected,
  });
  return [
    ...(most > 200
      ? [remark('most', most, '200 at most: cutting off so many mail flows at once is an outage in itself')]
      : []),
    ...(share > 50
      ? [
          remark(
            'share',
            share,
            '50 at most: more than half of what is open in a tenant could lapse in a day',
          ),
        ]
      : []),
    ...(least > most
      ? [remark('least', least, `no more than most (${most}): the share would never apply`)]
      : []),
    ...(millis(within) < minutes(10)
      ? [remark('within', within, 'PT10M at least: what lapses minute by minute would not be added up')]
      : []),
  ];
}

function retries({ disableRetry: { first, longest, reportWithin } }: Policy): readonly Remark[] {
  const tooLong = 'a day at most: after one failure, what should be off would stay on that long';
  const remark = (field: string, found: Duration, expected: string) => ({
    path: ['disableRetry', field],
    found,
    expected,
  });
  return [
    ...(millis(longest) > days(1) ? [remark('longest', longest, tooLong)] : []),
    ...(millis(reportWithin) > days(1) ? [remark('reportWithin', reportWithin, tooLong)] : []),
    ...(millis(reportWithin) < millis(first)
      ? [
          remark(
            'reportWithin',
            reportWithin,
            `no less than first (${first}): an attempt that is under way would count as failed`,
          ),
        ]
      : []),
  ];
}

const undoing = ({ undoWithin }: Policy): readonly Remark[] =>
  millis(undoWithin) > minutes(240)
    ? [
        {
          path: ['undoWithin'],
          found: undoWithin,
          expected:
            'PT4H at most: by then it is no slip any more, and switching it on again is a decision of an approver',
        },
      ]
    : [];

function grace({ graceOnImport, importPerDay }: Policy): readonly Remark[] {
  if (importPerDay > 50)
    return [
      {
        path: ['importPerDay'],
        found: importPerDay,
        expected: '50 at most: what is asked of people in one day beyond that is not read, and lapses unread',
      },
    ];
  const remark = (expected: string) => [{ path: ['graceOnImport'], found: graceOnImport, expected }];
  if (millis(graceOnImport) < days(3))
    return remark(
      'P3D at least: everything from before Lapse would be asked about, and cut off, within days of going live',
    );
  return millis(graceOnImport) > days(90)
    ? remark(
        'P90D at most: for a quarter or even two, nobody would be asked about what was there before Lapse',
      )
    : [];
}

/** What rests on little, or lets everybody's mail past, is not its owner's business alone, and not for long. */
function unproven({ evidence, everyone }: Policy): readonly Remark[] {
  const alone = 'approvedBy: approvers: otherwise, its owner alone could approve';
  const weak = (['name-only', 'none'] as const).filter((grade) => evidence[grade]?.longestTerm === undefined);
  return [
    ...(weak.length === 0
      ? []
      : [
          {
            path: ['evidence'],
            found: evidence,
            expected: `a longestTerm for ${weak.join(' and ')}: otherwise, what anybody can forge would last as long as what is proven`,
          },
        ]),
    ...(evidence.none?.approvedBy === 'approvers'
      ? []
      : [
          {
            path: ['evidence', 'none'],
            found: evidence.none ?? {},
            expected: `${alone} what lets anybody's mail past`,
          },
        ]),
    ...(everyone.approvedBy === 'approvers'
      ? []
      : [{ path: ['everyone'], found: everyone, expected: `${alone} what concerns everybody's mail` }]),
  ];
}

/** In a year. */
const mostHolidays = 60;
/** Working days in a row: two weeks, which many a plant is closed for. */
const mostClosed = 10;

/** Where a class keeps working hours, nothing lapses outside them: a calendar with few of them puts every deadline off. */
function calendar(policy: Policy): readonly Remark[] {
  const { days: weekdays, from, to, holidays } = policy.workingHours;
  const week = weekdays.length * minutes(minuteOf(to) - minuteOf(from));
  const working = classesIn(policy).filter(({ numbers }) => numbers.hours === 'working');
  const notice = Math.max(0, ...working.map(({ numbers }) => millis(numbers.leastNotice)));
  const dates = [...new Set(holidays)].sort();
  const crowded = dates.find((first, at) => isWithinYear(first, dates[at + mostHolidays]));
  const closed = longestRun(dates, weekdays);
  return [
    ...(notice > week
      ? [
          {
            path: ['workingHours'],
            found: policy.workingHours,
            expected: `hours in which ${inWords(notice)} of notice pass within a week: with these, nothing would lapse for ${Math.ceil(notice / week)} weeks`,
          },
        ]
      : []),
    ...(crowded === undefined
      ? []
      : [
          {
            path: ['workingHours', 'holidays'],
            found: `more than ${mostHolidays} days in the year from ${crowded}`,
            expected: `${mostHolidays} a year at most: where a class keeps working hours, nothing lapses on a holiday`,
          },
        ]),
    ...(closed.length > mostClosed
      ? [
          {
            path: ['workingHours', 'holidays'],
            found: `${closed.length} working days in a row from ${closed[0]}`,
            expected: `${mostClosed} at most: where a class keeps working hours, nothing lapses until they are over`,
          },
        ]
      : []),
  ];
}

const isWithinYear = (first: string, last: string | undefined): boolean =>
  last !== undefined && Date.parse(last) - Date.parse(first) < days(365);

/** Of holidays in their order, the most that follow one another with no working day between them. */
function longestRun(dates: readonly string[], weekdays: readonly Weekday[]): readonly string[] {
  const worked = { days: weekdays, holidays: [] };
  let [longest, run]: [readonly string[], readonly string[]] = [[], []];
  let next = '';
  for (const date of dates.filter((each) => isWorkingDay(each, worked))) {
    run = date === next ? [...run, date] : [date];
    if (run.length > longest.length) longest = run;
    next = nextDate(date);
    while (!isWorkingDay(next, worked)) next = nextDate(next);
  }
  return longest;
}

/** Of `HH:MM`: minutes since midnight. */
const minuteOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

/** Longer than this is longer than its risk can wait, whatever the reason. */
const longest: Readonly<
  Record<
    Risk,
    Readonly<Record<'confirmWithin' | 'confirmAgainWithin' | 'longestTerm' | 'restoreFor', number>>
  >
> = {
  low: { confirmWithin: 30, confirmAgainWithin: 14, longestTerm: 366, restoreFor: 30 },
  medium: { confirmWithin: 14, confirmAgainWithin: 7, longestTerm: 366, restoreFor: 14 },
  high: { confirmWithin: 7, confirmAgainWithin: 3, longestTerm: 180, restoreFor: 7 },
  critical: { confirmWithin: 3, confirmAgainWithin: 1, longestTerm: 90, restoreFor: 3 },
};
const because = {
  confirmWithin: 'until then, it stays on although nobody has vouched for it',
  confirmAgainWithin: 'until then, it stays on although Lapse had disabled it',
  longestTerm: 'nobody would have to confirm again that it is needed',
  restoreFor: 'what was disabled would be back on one approver’s word alone',
} as const;
/** At the longest term, this many renewals are years, or a habit. */
const mostRenewals = 10;

function ofClass(path: Remark['path'], risk: Risk, numbers: RiskClass): readonly Remark[] {
  const remark = (field: keyof RiskClass, expected: string): Remark => ({
    path: [...path, field],
    found: numbers[field],
    expected,
  });
  const { remindBefore, confirmWithin, confirmAgainWithin, reviewEvery, leastNotice, onSilence } = numbers;
  const { askNextAfter } = numbers;
  const terms = Math.max(millis(confirmWithin), millis(confirmAgainWithin), millis(reviewEvery));
  // Where notice takes as long as the question itself, no reminder comes before it.
  const earliest = millis(leastNotice) < millis(confirmWithin) ? millis(leastNotice) : 0;
  const never = remindBefore.filter((step) => millis(step) >= terms);
  return [
    ...Object.keys(because).flatMap((name) => {
      const field = name as keyof typeof because;
      const most = longest[risk][field];
      return millis(numbers[field]) > days(most)
        ? [remark(field, `P${most}D at most for ${risk} risk: ${because[field]}`)]
        : [];
    }),
    ...(millis(leastNotice) < minutes(60)
      ? [remark('leastNotice', 'PT1H at least: nobody reads a message and acts on it sooner')]
      : []),
    ...(askNextAfter !== undefined && millis(askNextAfter) >= millis(confirmWithin)
      ? [
          remark(
            'askNextAfter',
            `shorter than confirmWithin (${confirmWithin}): whoever does not answer would be the only one asked`,
          ),
        ]
      : []),
    ...(never.length > 0
      ? [
          remark(
            'remindBefore',
            `steps shorter than ${inWords(terms)}: ${never.join(', ')} can never come, because nothing runs that long`,
          ),
        ]
      : []),
    ...(remindBefore.some((step) => millis(step) < millis(confirmWithin) && millis(step) >= earliest)
      ? []
      : [
          remark(
            'remindBefore',
            `a step shorter than confirmWithin (${confirmWithin}), and no shorter than leastNotice (${leastNotice}): nobody would be reminded of a question in time`,
          ),
        ]),
    ...(numbers.renewalsBeforeSecondApprover > mostRenewals
      ? [
          remark(
            'renewalsBeforeSecondApprover',
            `${mostRenewals} at most: the same person could approve it for ever, and nobody else would look`,
          ),
        ]
      : []),
    ...(onSilence === 'escalate' && (risk === 'critical' || risk === 'high')
      ? [remark('onSilence', `disable or disable-first: a ${risk} one that nobody vouches for would stay on`)]
      : []),
  ];
}

const minutes = (count: number): number => count * 60_000;
const days = (count: number): number => count * 86_400_000;
