/** Lapse looks itself whether what it has disabled has stayed so. */
import { describe, expect, it } from 'vitest';
import { findNextDue } from '#lifecycle/due.ts';
import { decide } from '#lifecycle/decide/decide.ts';
import { react } from '#lifecycle/react.ts';
import type { Command } from '#lifecycle/commands.ts';
import type { Event } from '#lifecycle/events.ts';
import type { Exception } from '#lifecycle/exception.ts';
import type { Instant } from '#time/instant.ts';
import type { Step } from './examples.ts';
import {
  after,
  examples,
  guid,
  id,
  live,
  noon,
  observation,
  observe,
  policy,
  told,
  types,
} from './examples.ts';

const check: Command = { type: 'CheckDue' };
const stayed = (attempt: number): Command => ({ type: 'ReportStayedDisabled', attempt });
const failed = (attempt: number): Command => ({ type: 'ReportLookFailed', attempt, why: 'Exchange is busy' });

/** Disabled, and read back, at three days and a minute. */
const off: readonly Step[] = [
  [noon, observe()],
  [after('PT1M'), (state) => told(state, after('PT1M'))],
  [after('P3D'), check],
  [after('P3DT0H1M'), { type: 'ReportDisabled', attempt: 1, guid, before: observation.settings }],
];
const hour = after('P3DT1H1M');
const day = after('P4DT0H1M');
const since = (...steps: readonly Step[]) => {
  const { state, events } = live([...off, ...steps]);
  return { state, events: events.slice(live(off).events.length) };
};
const due = (state: Exception): Instant | undefined => findNextDue(state, policy);
const last = (events: readonly Event[]): Event => {
  const event = events.at(-1);
  if (!event) throw new Error('nothing was said');
  return event;
};

describe('what Lapse has disabled', () => {
  it('is looked at after an hour and after a day, and then no more', () => {
    expect(due(live(off).state)).toBe(hour);
    const first = since([hour, check]);
    expect(types(first.events)).toEqual(['LookOrdered']);
    expect(react(last(first.events), first.state)).toEqual([{ type: 'look', attempt: 1 }]);
    expect(due(first.state)).toBe(day);

    const stillOff = since([hour, check], [after('P3DT1H2M'), stayed(1)]);
    expect(types(stillOff.events)).toEqual(['LookOrdered']);

    const end = since([hour, check], [day, check], [after('P4DT0H2M'), stayed(2)]);
    expect(types(end.events)).toEqual(['LookOrdered', 'LookOrdered', 'StayedDisabled']);
    expect(due(end.state)).toBeUndefined();
  });

  it('is not looked at before its time', () => {
    expect(since([after('P3DT1H'), check]).events).toEqual([]);
  });

  it('is looked at once where Lapse stood still all day', () => {
    const { events } = since([after('P5D'), check], [after('P5DT0H1M'), stayed(1)]);
    expect(types(events)).toEqual(['LookOrdered', 'StayedDisabled']);
  });

  it('is looked at again, and later each time, as long as Exchange cannot be asked', () => {
    const first = since([hour, check], [hour, failed(1)]);
    expect(types(first.events)).toEqual(['LookOrdered', 'LookFailed']);
    expect(react(last(first.events), first.state)).toEqual([]);
    expect(due(first.state)).toBe(after('P3DT2H1M'));

    let state = first.state;
    const waits: number[] = [];
    const alerts: number[] = [];
    for (let tries = 2; tries <= 12; tries += 1) {
      const at = due(state) ?? noon;
      const ordered = live([[at, check]], policy, state).state;
      const told = live([[at, failed(tries)]], policy, ordered);
      state = told.state;
      waits.push((Date.parse(due(state) ?? noon) - Date.parse(at)) / 3_600_000);
      if (react(last(told.events), state).some(({ type }) => type === 'alert')) alerts.push(tries);
    }
    expect(waits).toEqual([2, 4, 8, 16, 32, 64, 128, 168, 168, 168, 168]);
    expect(alerts).toEqual([3, 6, 10]);
  });

  it('counts a look after a day as failed where nothing is reported about it', () => {
    const { events, state } = since([day, check], [after('P4DT1H'), check]);
    expect(types(events)).toEqual(['LookOrdered', 'LookFailed']);
    expect(due(state)).toBe(after('P4DT2H'));
  });

  it.each<readonly [string, Command]>([
    ['still off', stayed(1)],
    ['not to be seen', failed(1)],
  ])('takes no late or repeated report that it is %s', (_what, report) => {
    const later = since([hour, check], [day, check]).state;
    expect(decide(later, report, { now: day, policy })).toEqual([]);
    const failedOnce = since([day, check], [day, failed(1)]).state;
    expect(decide(failedOnce, report, { now: day, policy })).toEqual([]);
  });

  it('is not looked at where somebody else switched it off, nor where an older release has disabled it', () => {
    const { state } = examples.unconfirmed;
    const elsewhere = live(
      [
        [
          after('PT2H'),
          observe({
            record: 'r2',
            operation: 'Disable-TransportRule',
            change: 'disable',
            enabled: false,
            changedAt: after('PT1H'),
          }),
        ],
      ],
      policy,
      state,
    ).state;
    expect(elsewhere).toMatchObject({ state: 'disabled', cause: 'at source' });
    expect(due(elsewhere)).toBeUndefined();

    const before = Object.fromEntries(
      Object.entries(live(off).state).filter(([name]) => name !== 'looking'),
    ) as unknown as Exception;
    expect(due(before)).toBeUndefined();
    expect(decide(before, check, { now: after('P9D'), policy })).toEqual([]);
  });

  it('is not looked at any more once it may be on, or is gone', () => {
    const on = since([
      after('P3DT2H'),
      observe({
        record: 'r3',
        operation: 'Enable-TransportRule',
        change: 'enable',
        changedAt: after('P3DT1H30M'),
      }),
    ]).state;
    expect(on).toMatchObject({ state: 'unconfirmed', id });
    expect(on).not.toHaveProperty('looking');
  });
});
