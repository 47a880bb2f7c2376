/** CloudWatch's judgement of an alarm, as far as the stack's alarms need it. */
import { toMillis, type Instant } from '#time/instant.ts';
import type { AlarmSpec } from '#lib/local/alarm-spec.ts';
import type { Measurement } from '#lib/local/measurements.ts';

export type AlarmState = 'OK' | 'ALARM';

/** Judges the last whole periods before `now`. */
export function alarmState(alarm: AlarmSpec, measured: readonly Measurement[], now: Instant): AlarmState {
  const own = measured.filter((one) => isOf(alarm, one));
  const end = Math.floor(toMillis(now) / alarm.periodMs) * alarm.periodMs;
  const bad = Array.from({ length: alarm.periods }, (_, back) => {
    const from = end - (back + 1) * alarm.periodMs;
    const values = own
      .filter(({ at }) => toMillis(at) >= from && toMillis(at) < from + alarm.periodMs)
      .map(({ value }) => value);
    return values.length === 0 ? alarm.missing === 'breaching' : isBad(alarm, statisticOf(alarm, values));
  }).filter(Boolean);
  return bad.length >= alarm.datapoints ? 'ALARM' : 'OK';
}

/** A metric is another one with each other set of dimensions. */
function isOf({ namespace, metric, dimensions, unit }: AlarmSpec, one: Measurement): boolean {
  const names = Object.keys(dimensions);
  return (
    one.namespace === namespace &&
    one.metric === metric &&
    (unit === undefined || one.unit === unit) &&
    names.length === Object.keys(one.dimensions).length &&
    names.every((name) => one.dimensions[name] === dimensions[name])
  );
}

const isBad = ({ comparison, threshold }: AlarmSpec, value: number): boolean =>
  comparison === 'GreaterThanThreshold' ? value > threshold : value < threshold;

function statisticOf({ statistic }: AlarmSpec, values: readonly number[]): number {
  switch (statistic) {
    case 'Sum':
      return values.reduce((total, value) => total + value, 0);
    case 'Maximum':
      return Math.max(...values);
    default: {
      const percentile = /^p(\d+)$/.exec(statistic)?.[1];
      if (percentile === undefined) throw new Error(`${statistic} is not known here`);
      const sorted = values.toSorted((a, b) => a - b);
      return sorted[Math.ceil((Number(percentile) / 100) * sorted.length) - 1] ?? 0;
    }
  }
}
