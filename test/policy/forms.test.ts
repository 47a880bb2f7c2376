import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkCadence, checkTerm, dateOf, expiryOf, lastDateOf, longestCadence } from '#policy/forms.ts';
import { duration, instant, inWords, momentInWords, parseDuration, parseInstant } from '#time/instant.ts';
import { after, noon, policy } from '../lifecycle/examples.ts';

describe('a date on a form', () => {
  it.each([
    ['Etc/UTC', '2026-12-01', '2026-12-01T23:59:59.999Z'],
    ['Europe/Berlin', '2026-12-01', '2026-12-01T22:59:59.999Z'],
    ['America/Los_Angeles', '2026-12-01', '2026-12-02T07:59:59.999Z'],
    // The nights in which the clocks change: 25 October back, 28 March forward.
    ['Europe/Berlin', '2026-10-25', '2026-10-25T22:59:59.999Z'],
    ['Europe/Berlin', '2027-03-28', '2027-03-28T21:59:59.999Z'],
    ['Asia/Kathmandu', '2026-12-01', '2026-12-01T18:14:59.999Z'],
  ])('means the end of that day in %s', (zone, date, end) => {
    expect(expiryOf(date, zone)).toBe(end);
  });

  it.each(['2026-02-30', '2026-13-01', 'tomorrow', '', '2026-1-1', '9999-99-99'])('%j is refused', (date) => {
    expect(expiryOf(date, 'Etc/UTC')).toBeUndefined();
  });

  it('and its end are the same day in every zone', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(
          'Europe/Berlin',
          'America/New_York',
          'Australia/Lord_Howe',
          'Pacific/Kiritimati',
          'Etc/UTC',
        ),
        fc.integer({ min: 0, max: 4000 }),
        (zone, days) => {
          const date = new Date(Date.UTC(2026, 0, 1) + days * 86_400_000).toISOString().slice(0, 10);
          const end = expiryOf(date, zone);
          expect(end && dateOf(end, zone)).toBe(date);
        },
      ),
    );
  });
});

describe('a term', () => {
  it('that is past or too long is refused with the last date that would do', () => {
    const high = { risk: 'high' } as const;
    expect(checkTerm(high, noon, noon, policy)).toBe('That date is in the past. Choose a later one.');
    expect(checkTerm(high, after('P91D'), noon, policy)).toBe(
      'For high risk the longest term is 90 days. Choose 2027-01-30 or earlier.',
    );
    const last = expiryOf(lastDateOf(high, noon, policy), policy.timeZone);
    expect(last && checkTerm(high, last, noon, policy)).toBeUndefined();
  });
});

describe('a review cadence', () => {
  const high = { risk: 'high' } as const;

  it.each([
    ['PT0S', 'A review is due once a day at most. Choose a longer time.'],
    ['PT1S', 'A review is due once a day at most. Choose a longer time.'],
    ['PT23H', 'A review is due once a day at most. Choose a longer time.'],
    ['P31D', 'For high risk a review is due at least every 30 days.'],
  ])('of %s is refused', (length, why) => {
    expect(checkCadence(high, duration(length), policy)).toBe(why);
  });

  it.each(['PT24H', 'P1D', 'P30D'])('of %s is fine', (length) => {
    expect(checkCadence(high, duration(length), policy)).toBeUndefined();
  });

  it('shorter than a day is fine only where it is policy’s own', () => {
    const hourly = {
      ...policy,
      risk: { ...policy.risk, high: { ...policy.risk.high, reviewEvery: duration('PT12H') } },
    };
    expect(checkCadence(high, duration('PT12H'), hourly)).toBeUndefined();
    expect(checkCadence(high, duration('PT11H'), hourly)).toBeDefined();
  });
});

describe('lengths and moments', () => {
  it('are read only where they mean one thing', () => {
    expect([parseDuration('P1DT6H'), parseDuration('P2W'), parseDuration('PT90S')]).toEqual([
      108_000_000, 1_209_600_000, 90_000,
    ]);
    expect(['P', 'PT', 'P1M', 'P1Y', '3 days', 'P-1D', 'P1DT'].map(parseDuration)).toEqual(
      Array(7).fill(undefined),
    );
    expect([parseInstant('yesterday'), parseInstant(NaN), parseInstant('+275760-09-13T00:00:00Z')]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(instant('2026-11-02T13:00:00+01:00')).toBe(noon);
    expect(() => duration('3 days')).toThrow('write P3D');
  });

  it.each([
    ['P3D', '3 days'],
    ['P1D', '1 day'],
    ['PT36H', '36 hours'],
    ['PT90M', '90 minutes'],
    ['PT20S', '1 minute'],
  ])('%s is %s in words', (text, words) => {
    expect(inWords(duration(text))).toBe(words);
  });

  it('names a moment as people write it', () => {
    expect(momentInWords(instant('2026-12-05T09:07:59.123Z'))).toBe('5 Dec 2026, 09:07 UTC');
  });
});

describe('a review', () => {
  it('is proposed no rarer than what the term of weak evidence allows', () => {
    const weak = { risk: 'high', evidence: { grade: 'none', why: 'Nobody knows.' } } as const;
    const bounded = { ...policy, evidence: { none: { longestTerm: duration('P10D') } } };
    expect(longestCadence(weak, bounded)).toBe('P10D');
    expect(longestCadence(weak, { ...policy, evidence: {} })).toBe(policy.risk.high.reviewEvery);
  });
});
