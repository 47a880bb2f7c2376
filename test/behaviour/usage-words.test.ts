import { describe, expect, it } from 'vitest';
import { startAccount } from '#behaviour/account.ts';
import { addDays } from '#time/dates.ts';
import type { Coverage, CoveredDay } from '#behaviour/coverage.ts';
import { createMatcher, type Traced } from '#behaviour/match.ts';
import { useOf, type Use } from '#behaviour/use.ts';
import { describeUse, sparkline } from '#behaviour/usage-words.ts';
import { instant } from '#time/instant.ts';
import type { Sighting } from '#behaviour/sighting.ts';
import type { UsageDay } from '#behaviour/usage.ts';

const rule: Traced = { id: 'rule', kind: 'transport-rule', name: 'Payroll', settings: {} };
const until = '2026-11-20';

/** Spreads the few texts of these tests over [0, 1). */
const hash = (text: string): number =>
  Buffer.from(text).reduce((sum, code) => (sum * 31 + code) % 9973, 7) / 9973;

let messages = 0;
const seen = (date: string, given: Partial<Sighting> = {}): Sighting => ({
  source: 'extended-trace',
  at: instant(`${date}T09:00:00Z`),
  message: `m${(messages += 1)}`,
  recipients: 1,
  sender: 'pay@payroll.example.net',
  from: 'payroll.example.net',
  address: '203.0.113.7',
  passed: { dkim: true },
  outcome: 'delivered',
  threat: false,
  via: { rules: [{ name: 'Payroll' }] },
  ...given,
});

function daysOf(sightings: readonly Sighting[]): readonly UsageDay[] {
  const account = startAccount({
    match: createMatcher([rule], []),
    hash,
    since: '2026-01-01',
  });
  for (const one of sightings) account.add(one, true);
  return account.end().usage.get('rule') ?? [];
}

/** Whole days up to `until`, the last of them known in part. */
const known = (days: number, told: CoveredDay = { rules: 'whole' }): Coverage => ({
  'extended-trace': Object.fromEntries(
    Array.from({ length: days }, (_, at) => [
      addDays(until, -at),
      at === 0 ? Object.fromEntries(Object.keys(told).map((facet) => [facet, 'part'])) : told,
    ]),
  ),
});

const words = (sightings: readonly Sighting[], coverage: Coverage, one: Traced = rule) =>
  describeUse(useOf(one, daysOf(sightings), coverage));

describe('an exception that is used', () => {
  it('says when and how much, who sends, how much authenticates, and what harm it did', () => {
    const sightings = [seen('2026-09-01'), seen('2026-11-01'), seen('2026-11-18'), seen('2026-11-18')];
    expect(words(sightings, known(120))).toEqual([
      'Last used 18 Nov 2026: 2 messages in 7 days, 3 in 30, 4 in 90  ▁▅▁▁▁▁▁▁▁▁▅▁█',
      'Only payroll.example.net, always DKIM-signed; 1 sender; from 203.0.113.0/24 alone',
      'Passes DKIM 100 %',
      '4 delivered',
      'No threat was found in it',
    ]);
  });

  it('names several domains by their share', () => {
    const others = ['a.example', 'a.example', 'b.example'].map((from, at) =>
      seen('2026-11-18', {
        from,
        sender: `${'x'.repeat(at + 1)}@${from}`,
        address: `198.51.10${at}.7`,
        passed: { dkim: false },
      }),
    );
    const [, who, checks] = words(others, known(120));
    expect(who).toBe(
      '2 domains, most from a.example (67 %), b.example (33 %), never DKIM-signed; 3 senders; from 3 networks',
    );
    expect(checks).toBe('Passes DKIM 0 %');
  });

  it('says what is unknown of it, and counts no unknown as none', () => {
    const { threat, sender, ...rest } = seen('2026-11-18', { passed: {} });
    expect([threat, sender]).not.toContain(undefined);
    const [, , checks, , harm] = words([rest], known(20));
    expect(checks).toBe('Unknown how much of it passes SPF, DKIM or DMARC');
    expect(harm).toBe('Unknown whether any of it was a threat');
  });

  it('does not speak of a month where only three weeks are known', () => {
    const [headline] = words([seen('2026-11-18')], known(21));
    expect(headline).toBe(
      'Last used 18 Nov 2026: 1 message in 7 days, 1 in 30, of which 21 days are known  ··········▁▁█',
    );
  });

  it('tells of a threat that came through it', () => {
    expect(words([seen('2026-11-18', { threat: true, outcome: 'junked' })], known(120)).slice(3)).toEqual([
      '1 to junk mail',
      '1 threat came through it',
    ]);
  });

  it('counts a day once of which two sources tell', () => {
    const days = daysOf([
      seen('2026-11-18'),
      seen('2026-11-18'),
      seen('2026-11-18', { source: 'email-events' }),
    ]);
    expect(days).toHaveLength(2);
    expect(useOf(rule, days, known(120)).messages[7]).toBe(2);
  });
});

describe('an exception through which no mail went', () => {
  it('is unused for as long as is known without a gap', () => {
    expect(words([], known(61))).toEqual(['Unused for 60 days, up to 19 Nov 2026']);
    const used = useOf(rule, daysOf([seen('2026-11-10')]), known(61));
    expect(used).toMatchObject({ state: 'used', silent: 9 });
  });

  it('is not called unused where days are known in part', () => {
    expect(words([], known(10, { rules: 'part' }))).toEqual([
      'No use was seen, but too little is known to say that there was none (10 days, none of them whole)',
    ]);
  });

  it('is unknown where no source could have told', () => {
    expect(words([], known(60, { connectors: 'whole' }))).toEqual([
      'Unknown whether it is used: no source that was read says which rules a message went through',
    ]);
    expect(words([], {})).toEqual(['Unknown whether it is used: no mail statistics have been read']);
  });

  it('is unknown where it logs nothing', () => {
    const silent: Traced = { ...rule, settings: { SetAuditSeverity: 'DoNotAudit' } };
    expect(words([], known(60), silent)).toEqual([
      'Unknown whether it is used: the rule is set to log nothing (SetAuditSeverity DoNotAudit)',
    ]);
  });
});

it('that something was inferred is said', () => {
  const directSend: Traced = { id: 'ds', kind: 'direct-send', name: 'Direct Send', settings: {} };
  const use: Use = useOf(directSend, daysOf([seen('2026-11-18')]), known(60, { connectors: 'whole' }));
  expect(describeUse(use).at(-1)).toMatch(/^An inference: /);
});

it('a sparkline tells a week without mail from a week of which nothing is known', () => {
  expect(sparkline([undefined, 0, 1, 100, 50])).toBe('·▁▂█▅');
});
