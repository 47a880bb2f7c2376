import { describe, expect, it } from 'vitest';
import { instant } from '#time/instant.ts';
import { alarmState } from './alarm-state.ts';
import type { AlarmSpec } from '#lib/local/alarm-spec.ts';
import type { Measurement } from '#lib/local/measurements.ts';

const alarm: AlarmSpec = {
  id: 'Loud',
  namespace: 'Lapse/lapse',
  metric: 'Noise',
  dimensions: { service: 'enforce' },
  statistic: 'Sum',
  periodMs: 60_000,
  comparison: 'GreaterThanThreshold',
  threshold: 2,
  datapoints: 2,
  periods: 3,
  tells: [],
  missing: 'notBreaching',
};
const at = (time: string) => instant(`2026-11-01T${time}.000Z`);
const measured = (time: string, value: number, other: Partial<Measurement> = {}): Measurement => ({
  namespace: alarm.namespace,
  metric: alarm.metric,
  dimensions: alarm.dimensions,
  at: at(time),
  value,
  unit: 'Count',
  ...other,
});

describe('the state of an alarm', () => {
  it.each([
    ['two of three periods are bad', [measured('10:00:00', 3), measured('10:02:59', 3)], 'ALARM'],
    ['one period is bad', [measured('10:00:00', 3), measured('10:01:00', 2)], 'OK'],
    [
      'values of one period add up',
      [1, 1, 1].flatMap((n) => [measured('10:00:10', n), measured('10:01:10', n)]),
      'ALARM',
    ],
    ['the period under way is bad', [measured('10:02:00', 3), measured('10:03:10', 3)], 'OK'],
    ['what was bad is long ago', [measured('09:58:00', 3), measured('09:59:59', 3)], 'OK'],
    [
      'it is bad by another metric, of another function or stack',
      ['10:00:00', '10:01:00'].flatMap((time) => [
        measured(time, 3, { metric: 'Other' }),
        measured(time, 3, { dimensions: { service: 'ask-owners' } }),
        measured(time, 3, { dimensions: {} }),
        measured(time, 3, { namespace: 'Lapse/other' }),
      ]),
      'OK',
    ],
  ] as const)('where %s', (_what, values, state) => {
    expect(alarmState(alarm, values, at('10:03:20'))).toBe(state);
  });

  it('that names a unit hears of no other', () => {
    const seconds: AlarmSpec = { ...alarm, unit: 'Seconds' };
    const values = ['10:00:00', '10:01:00'].map((time) => measured(time, 3));
    expect(alarmState(seconds, values, at('10:03:20'))).toBe('OK');
    const own = values.map((one) => ({ ...one, unit: 'Seconds' }));
    expect(alarmState(seconds, own, at('10:03:20'))).toBe('ALARM');
  });

  it('is one of silence where missing values are bad', () => {
    const heartbeat: AlarmSpec = {
      ...alarm,
      comparison: 'LessThanThreshold',
      threshold: 1,
      datapoints: 3,
      missing: 'breaching',
    };
    expect(alarmState(heartbeat, [], at('10:03:20'))).toBe('ALARM');
    expect(alarmState(heartbeat, [measured('10:01:00', 1)], at('10:03:20'))).toBe('OK');
  });

  it('by percentile counts the slowest of a hundred', () => {
    const slow: AlarmSpec = { ...alarm, statistic: 'p99', periods: 1, datapoints: 1 };
    const fast = Array.from({ length: 99 }, () => measured('10:02:00', 1));
    expect(alarmState(slow, [...fast, measured('10:02:00', 9)], at('10:03:20'))).toBe('OK');
    expect(alarmState(slow, [measured('10:02:00', 9)], at('10:03:20'))).toBe('ALARM');
  });
});
