import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { duration, fromMillis, instant, plus, toMillis } from '#time/instant.ts';
import { createDeadline, nextWorkingMoment, noticeEndOf, addWorkingTime } from '#policy/working-hours.ts';
import { weekdays } from '#policy/policy.ts';
import type { Instant } from '#time/instant.ts';
import type { Policy, WorkingHours } from '#policy/policy.ts';
import { after, examples, live, observe, policy, told, types } from '../lifecycle/examples.ts';

const office: WorkingHours = {
  days: ['mon', 'tue', 'wed', 'thu', 'fri'],
  from: '09:00',
  to: '17:00',
  holidays: ['2026-12-25'],
};
const berlin = { workingHours: office, timeZone: 'Europe/Berlin' };

describe('working time', () => {
  it.each([
    ['a moment at work is itself', '2026-11-02T10:00:00Z', '2026-11-02T10:00:00.000Z'],
    ['the night ends in the morning', '2026-11-02T22:00:00Z', '2026-11-03T08:00:00.000Z'],
    ['the end of the day is the next one', '2026-11-02T16:00:00Z', '2026-11-03T08:00:00.000Z'],
    ['Friday evening ends on Monday', '2026-11-06T20:00:00Z', '2026-11-09T08:00:00.000Z'],
    ['a holiday is skipped', '2026-12-24T18:00:00Z', '2026-12-28T08:00:00.000Z'],
    [
      'the clocks went forward on Sunday: an hour earlier in UTC',
      '2027-03-26T20:00:00Z',
      '2027-03-29T07:00:00.000Z',
    ],
    ['the clocks went back on Sunday', '2026-10-23T20:00:00Z', '2026-10-26T08:00:00.000Z'],
  ])('%s', (_, at, then) => {
    expect(nextWorkingMoment(instant(at), berlin)).toBe(then);
  });

  it.each([
    ['within a day', '2026-11-02T10:00:00Z', 'PT2H', '2026-11-02T12:00:00.000Z'],
    ['over a night', '2026-11-02T15:00:00Z', 'PT2H', '2026-11-03T09:00:00.000Z'],
    ['over a weekend', '2026-11-06T15:00:00Z', 'PT8H', '2026-11-09T15:00:00.000Z'],
    ['over the change of the clocks', '2027-03-26T15:00:00Z', 'PT2H', '2027-03-29T08:00:00.000Z'],
  ])('passes %s', (_, at, length, then) => {
    expect(addWorkingTime(instant(at), duration(length), berlin)).toBe(then);
  });
});

describe('in every zone, at every time of the year, working time', () => {
  const zones = fc.constantFrom(
    'Europe/Berlin',
    'America/New_York',
    'Australia/Lord_Howe',
    'Pacific/Apia',
    'Asia/Kathmandu',
    'Etc/UTC',
  );
  const hours = fc.record({
    days: fc.uniqueArray(fc.constantFrom(...weekdays), { minLength: 1 }),
    from: fc.constantFrom('00:00', '08:30', '09:00'),
    to: fc.constantFrom('12:00', '17:45', '24:00'),
    holidays: fc.constantFrom([], ['2026-10-25', '2027-03-28', '2026-12-25']),
  });
  const calendars = fc.record({ workingHours: hours, timeZone: zones });
  const moments = fc
    .integer({ min: 0, max: 700 * 24 * 60 })
    .map((minutes) => fromMillis(Date.UTC(2026, 0, 1) + minutes * 60_000));
  const lengths = fc.integer({ min: 1, max: 60 * 60 }).map((minutes) => duration(`PT${minutes}M`));

  it('never ends before as much time has passed, nor before it began', () => {
    fc.assert(
      fc.property(calendars, moments, lengths, (calendar, at, length) => {
        expect(addWorkingTime(at, length, calendar) >= plus(at, length)).toBe(true);
        expect(nextWorkingMoment(at, calendar) >= at).toBe(true);
      }),
    );
  });

  it('ends while people are at work, or at the end of their day', () => {
    fc.assert(
      fc.property(calendars, moments, lengths, (calendar, at, length) => {
        const end = addWorkingTime(at, length, calendar);
        const justBefore = fromMillis(toMillis(end) - 1);
        expect(nextWorkingMoment(justBefore, calendar)).toBe(justBefore);
        const morning = nextWorkingMoment(at, calendar);
        expect(nextWorkingMoment(morning, calendar)).toBe(morning);
      }),
    );
  });

  it('adds up: one part after the other is the whole', () => {
    fc.assert(
      fc.property(calendars, moments, lengths, lengths, (calendar, at, one, other) => {
        const whole = duration(`PT${(Number(one.slice(2, -1)) + Number(other.slice(2, -1))).toString()}M`);
        expect(addWorkingTime(addWorkingTime(at, one, calendar), other, calendar)).toBe(
          addWorkingTime(at, whole, calendar),
        );
      }),
    );
  });

  it('keeps order: who is told later has notice until later', () => {
    fc.assert(
      fc.property(calendars, moments, moments, lengths, (calendar, a, b, length) => {
        const [first, second] = a <= b ? [a, b] : [b, a];
        expect(addWorkingTime(first, length, calendar) <= addWorkingTime(second, length, calendar)).toBe(
          true,
        );
      }),
    );
  });

  it('that never ends is plain time', () => {
    const always = { days: [...weekdays], from: '00:00', to: '24:00', holidays: [] };
    fc.assert(
      fc.property(zones, moments, lengths, (timeZone, at, length) => {
        const calendar = { workingHours: always, timeZone };
        // Where a zone leaves out a whole day, so does the calendar.
        fc.pre(timeZone !== 'Pacific/Apia');
        expect(addWorkingTime(at, length, calendar)).toBe(plus(at, length));
      }),
    );
  });
});

describe('a class that keeps working hours', () => {
  const high = { ...policy.risk.high, hours: 'working' } as const;
  const rules: Policy = {
    ...policy,
    timeZone: 'Europe/Berlin',
    workingHours: office,
    risk: { ...policy.risk, high },
  };
  const exception = { risk: 'high' } as const;
  const friday: Instant = instant('2026-11-06T20:00:00Z');

  it('has its deadlines in the morning after, and counts notice at work only', () => {
    expect(createDeadline(friday, duration('P1D'), exception, rules)).toBe('2026-11-09T08:00:00.000Z');
    expect(noticeEndOf(friday, exception, rules)).toBe('2026-11-09T16:00:00.000Z');
    expect(createDeadline(friday, duration('P1D'), exception, policy)).toBe('2026-11-07T20:00:00.000Z');
  });

  it('lets nothing lapse before a working day of notice has passed', () => {
    const night = instant('2026-11-06T20:00:00Z');
    const opened = live([[night, observe()]], rules).state;
    expect(opened).toMatchObject({ confirmBy: '2026-11-10T08:00:00.000Z' });
    // The card came through on Monday evening only: its working day of notice ends with Tuesday's.
    const late = instant('2026-11-09T20:00:00Z');
    const due = instant('2026-11-10T08:00:00Z');
    const life = live(
      [
        [late, (s) => told(s, late)],
        [due, { type: 'CheckDue' }],
      ],
      rules,
      opened,
    );
    expect(life.last).toMatchObject([{ type: 'DeadlinePostponed', to: '2026-11-11T08:00:00.000Z' }]);
    expect(
      types(live([[instant('2026-11-11T08:00:00Z'), { type: 'CheckDue' }]], rules, life.state).last),
    ).toEqual(['ExceptionLapsed']);
  });

  it('lets a term that ends at midnight lapse in the morning', () => {
    const { state } = examples.confirmed;
    if (state.state !== 'confirmed') throw new Error('not confirmed');
    const midnight = instant('2026-11-20T23:00:00Z');
    const ends = { ...state.approval, expiresAt: midnight, reviewBy: midnight };
    const noticed = { ...state, approval: ends, told: [{ deadline: midnight, at: after('P1D') }] };
    expect(live([[midnight, { type: 'CheckDue' }]], rules, noticed).last).toMatchObject([
      { type: 'DeadlinePostponed', to: '2026-11-23T08:00:00.000Z' },
    ]);
  });
});
