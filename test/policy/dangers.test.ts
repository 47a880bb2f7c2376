import { describe, expect, it } from 'vitest';
import { describeMistake, parsePolicy } from '#policy/policy-file.ts';
import { policyText } from './fixture.ts';

const own = policyText.replace('[USAMSECURITY, URITARISK]', '[U0ANN, U0BOB]');
const lineOf = (part: string) => own.slice(0, own.indexOf(part)).split('\n').length;
const read = (text: string) => {
  const parsed = parsePolicy(text);
  if ('mistakes' in parsed)
    throw new Error(parsed.mistakes.map((one) => describeMistake('policy.yaml', one)).join('\n'));
  return {
    warnings: parsed.warnings.map((one) => describeMistake('policy.yaml', one)),
    placeholders: parsed.placeholders.map((one) => describeMistake('policy.yaml', one)),
  };
};
const edited = (from: string, to: string): string => {
  if (!own.includes(from)) throw new Error(`the policy does not say ${from}`);
  return own.replace(from, to);
};

/** As a list of dates: so many of them, so many days apart. */
const daysFrom = (first: string, count: number, apart = 1): string =>
  Array.from(
    { length: count },
    (_, at) => `'${new Date(Date.parse(first) + at * apart * 86_400_000).toISOString().slice(0, 10)}'`,
  ).join(', ');

describe('a placeholder in a policy', () => {
  it.each([
    [
      'an approver of the stand-in workspace',
      '[U0ANN, U0BOB]',
      '[U0ANN, URITARISK]',
      'approvers.1: found "URITARISK"',
    ],
    [
      'an approver of a kind',
      'kinds: {}',
      'kinds: { transport-rule: { high: { approvers: [S012AB3CD] } } }',
      'kinds.transport-rule.high.approvers.0: found "S012AB3CD"',
    ],
    ['the sample channel', "'#mail-exceptions'", 'C012AB3CD', 'fallbackChannel: found "C012AB3CD"'],
    [
      'a sample owner',
      'owners: []',
      "owners: [{ name: '*news*', owner: marketing-lead@example.com }]",
      'owners.0.owner: found "marketing-lead@example.com"',
    ],
    [
      'a sample backup',
      'people: []',
      'people: [{ account: adm@contoso.com, person: ann@contoso.com, backup: bob@mail.example }]',
      'people.0.backup: found "bob@mail.example"',
    ],
    [
      'a sample channel of a kind',
      'channels: []',
      'channels: [{ kind: inbound-connector, channel: C012AB3CD }]',
      'channels.0.channel: found "C012AB3CD"',
    ],
    ['a blank approver', '[U0ANN, U0BOB]', '[U0ANN, UXXXXXXXX]', 'approvers.1: found "UXXXXXXXX"'],
    ['a blank group', '[U0ANN, U0BOB]', '[U0ANN, SXXXX]', 'approvers.1: found "SXXXX"'],
    ['a blank channel', "'#mail-exceptions'", 'CXXXXXXXX', 'fallbackChannel: found "CXXXXXXXX"'],
    ['a channel of zeros', "'#mail-exceptions'", 'C000000', 'fallbackChannel: found "C000000"'],
    ['a blank behind the usual zero', '[U0ANN, U0BOB]', '[U0ANN, U0XXXXXX]', 'approvers.1: found "U0XXXXXX"'],
  ])('is told with its line: %s', (_, from, to, said) => {
    const text = edited(from, to);
    const line = text.slice(0, text.indexOf(to)).split('\n').length;
    expect(read(text).placeholders).toEqual([expect.stringContaining(`policy.yaml:${line}: ${said}`)]);
  });

  it('is each approver of the stand-in workspace, and nothing else of a policy without warnings', () => {
    expect(read(policyText).placeholders).toHaveLength(2);
    expect(read(own).placeholders).toEqual([]);
    expect(read(edited('[U0ANN, U0BOB]', '[U0XXL7Q2, U0ANNNN]')).placeholders).toEqual([]);
  });
});

describe('a value that quietly switches a guard off is warned of', () => {
  it.each([
    [
      'no four eyes',
      'fourEyes: [high, critical]',
      'fourEyes: []',
      'fourEyes: found [], expected high and critical too',
    ],
    ['four eyes but for critical', 'fourEyes: [high, critical]', 'fourEyes: [high]', 'expected critical too'],
    [
      'a lone approver',
      '[U0ANN, U0BOB]',
      '[U0ANN]',
      'approvers: found ["U0ANN"], expected at least two people',
    ],
    ['the same approver twice', '[U0ANN, U0BOB]', '[U0ANN, U0ANN]', 'expected at least two people'],
    [
      'a lone approver of a kind',
      'kinds: {}',
      'kinds: { transport-rule: { high: { approvers: [U0ANN] } } }',
      'kinds.transport-rule.high.approvers: found ["U0ANN"], expected at least two people',
    ],
    [
      'a question that stays open',
      'confirmWithin: P1D\n',
      'confirmWithin: P60D\n',
      'risk.critical.confirmWithin: found "P60D", expected P3D at most for critical risk: until then, it stays on although nobody has vouched for it',
    ],
    [
      'a second chance that stays open',
      'confirmAgainWithin: PT8H',
      'confirmAgainWithin: P5D',
      'expected P1D at most',
    ],
    [
      'a term without end',
      'longestTerm: P30D',
      'longestTerm: P3650D',
      'expected P90D at most for critical risk',
    ],
    [
      'a restore without end',
      'restoreFor: P7D',
      'restoreFor: P300D',
      'risk.low.restoreFor: found "P300D", expected P30D at most',
    ],
    [
      'no notice',
      'leastNotice: PT4H',
      'leastNotice: PT1S',
      'risk.critical.leastNotice: found "PT1S", expected PT1H at least',
    ],
    [
      'a reminder that can never come',
      'remindBefore: [P7D, P3D, P1D, PT6H]',
      'remindBefore: [P20D, P1D, PT6H]',
      'risk.critical.remindBefore: found ["P20D","P1D","PT6H"], expected steps shorter than 14 days: P20D can never come',
    ],
    [
      'a question of which nobody is reminded',
      'remindBefore: [P7D, P3D, P1D, PT6H]',
      'remindBefore: [P7D, P3D, P1D]',
      'expected a step shorter than confirmWithin (P1D), and no shorter than leastNotice (PT4H): nobody would be reminded',
    ],
    [
      'a reminder that comes when it is too late',
      'remindBefore: [P7D, P3D, P1D, PT6H]',
      'remindBefore: [P7D, PT1S]',
      'risk.critical.remindBefore: found ["P7D","PT1S"], expected a step shorter than confirmWithin (P1D), and no shorter than leastNotice (PT4H)',
    ],
    [
      'renewals for ever',
      'renewalsBeforeSecondApprover: 2',
      'renewalsBeforeSecondApprover: 900',
      'risk.critical.renewalsBeforeSecondApprover: found 900, expected 10 at most',
    ],
    [
      'critical ones left on',
      'leastNotice: PT4H\n    onSilence: disable',
      'leastNotice: PT4H\n    onSilence: escalate',
      'risk.critical.onSilence: found "escalate"',
    ],
    [
      'a breaker that never trips',
      'most: 20',
      'most: 5000',
      'breaker.most: found 5000, expected 200 at most',
    ],
    [
      'a share that is never exceeded',
      'share: 25',
      'share: 100',
      'breaker.share: found 100, expected 50 at most',
    ],
    [
      'a share that is never looked at',
      'least: 5',
      'least: 30',
      'breaker.least: found 30, expected no more than most (20)',
    ],
    [
      'a window in which nothing adds up',
      'within: PT1H',
      'within: PT1S',
      'breaker.within: found "PT1S", expected PT10M at least',
    ],
    [
      'no grace',
      'graceOnImport: P14D',
      'graceOnImport: PT1S',
      'graceOnImport: found "PT1S", expected P3D at least',
    ],
    [
      'an import that asks for everything on one day',
      'graceOnImport: P14D',
      'graceOnImport: P14D\nimportPerDay: 300',
      'importPerDay: found 300, expected 50 at most',
    ],
    [
      'grace without end',
      'graceOnImport: P14D',
      'graceOnImport: P900D',
      'graceOnImport: found "P900D", expected P90D at most',
    ],
    [
      'an undo without end',
      'graceOnImport: P14D',
      'graceOnImport: P14D\nundoWithin: P2D',
      'undoWithin: found "P2D", expected PT4H at most',
    ],
    [
      'retries that never come',
      'longest: PT1H',
      'longest: P30D',
      'disableRetry.longest: found "P30D", expected a day at most',
    ],
    [
      'a report awaited for ever',
      'reportWithin: PT15M',
      'reportWithin: P30D',
      'disableRetry.reportWithin: found "P30D"',
    ],
    [
      'a report awaited for less than the first retry takes',
      'reportWithin: PT15M',
      'reportWithin: PT1M',
      'disableRetry.reportWithin: found "PT1M", expected no less than first (PT2M)',
    ],
    [
      'what anybody can forge, for as long as what is proven',
      'name-only: { longestTerm: P90D }',
      '',
      'evidence: found {"none":{"longestTerm":"P60D","approvedBy":"approvers"}}, expected a longestTerm for name-only',
    ],
    [
      'what lets anybody in, approved by its owner alone',
      'none: { longestTerm: P60D, approvedBy: approvers }',
      'none: { longestTerm: P60D }',
      'evidence.none: found {"longestTerm":"P60D"}, expected approvedBy: approvers',
    ],
    [
      'everybody’s mail, approved by its owner alone',
      'everyone: { approvedBy: approvers }',
      'everyone: {}',
      'everyone: found {}, expected approvedBy: approvers',
    ],
    [
      'working hours of one minute',
      "to: '17:00'",
      "to: '09:01'",
      'of notice pass within a week: with these, nothing would lapse for 144 weeks',
    ],
    [
      'six working hours a week',
      "days: [mon, tue, wed, thu, fri]\n  from: '09:00'\n  to: '17:00'",
      "days: [mon, tue, wed]\n  from: '09:00'\n  to: '11:00'",
      'of notice pass within a week: with these, nothing would lapse for 2 weeks',
    ],
    [
      'a year of holidays',
      'holidays: []',
      `holidays: [${daysFrom('2026-07-03', 61, 5)}]`,
      'workingHours.holidays: found "more than 60 days in the year from 2026-07-03", expected 60 a year at most',
    ],
    [
      'holidays without end, over New Year',
      'holidays: []',
      `holidays: [${daysFrom('2026-12-02', 60)}]`,
      'workingHours.holidays: found "43 working days in a row from 2026-12-02", expected 10 at most',
    ],
    [
      'a silent high one',
      'leastNotice: PT8H\n    onSilence: disable',
      'leastNotice: PT8H\n    onSilence: escalate',
      'risk.high.onSilence: found "escalate"',
    ],
  ])('%s', (_, from, to, said) => {
    const { warnings } = read(edited(from, to));
    expect(warnings).toEqual([expect.stringContaining(said)]);
  });

  it('of a kind too, where it stands, and only what the kind says itself', () => {
    const text = edited('kinds: {}', 'kinds:\n  transport-rule:\n    high:\n      longestTerm: P900D');
    expect(read(text).warnings).toEqual([
      expect.stringContaining(
        `policy.yaml:${lineOf('kinds: {}') + 3}: kinds.transport-rule.high.longestTerm: found "P900D"`,
      ),
    ]);
  });

  it('twice where owners alone may approve what rests on nothing, for any time', () => {
    expect(
      read(
        edited(
          'evidence:\n  name-only: { longestTerm: P90D }\n  none: { longestTerm: P60D, approvedBy: approvers }',
          'evidence: {}',
        ),
      ).warnings,
    ).toEqual([
      expect.stringContaining('a longestTerm for name-only and none'),
      expect.stringContaining('evidence.none: found {}, expected approvedBy: approvers'),
    ]);
  });

  it.each([
    ['of many that are spread over the years', daysFrom('2026-07-03', 61, 7)],
    ['of sixty in a year', daysFrom('2026-07-03', 60, 6)],
    ['of the same one again and again', Array.from({ length: 61 }, () => "'2026-12-25'").join(', ')],
    ['of two weeks, with their weekends', daysFrom('2026-12-19', 16)],
    ['of weeks that a working day parts', `${daysFrom('2026-12-21', 7)}, ${daysFrom('2026-12-29', 10)}`],
  ])('but not %s', (_, holidays) => {
    expect(read(edited('holidays: []', `holidays: [${holidays}]`)).warnings).toEqual([]);
  });

  it('nor of notice that takes as long as the question itself, which no reminder can come before', () => {
    const text = edited('leastNotice: PT4H', 'leastNotice: PT8H').replace(
      'confirmWithin: P1D\n',
      'confirmWithin: PT8H\n',
    );
    expect(read(text).warnings).toEqual([]);
  });

  it('nor of short working hours where no class keeps them', () => {
    const text = edited("to: '17:00'", "to: '09:01'").replaceAll('hours: working', 'hours: any');
    expect(read(text).warnings).toEqual([]);
  });

  it('but no group of approvers, because only Slack knows who is in it', () => {
    expect(read(edited('[U0ANN, U0BOB]', '[S0MAIL]')).warnings).toEqual([]);
  });

  it('and nothing where no value does', () => {
    expect(read(policyText).warnings).toEqual([]);
  });
});
