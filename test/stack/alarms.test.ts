/** The alarms as they would be once deployed: every reference in them resolved. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readAssembly } from '#lib/local/assembly.ts';
import { deployable } from '#lib/local/template.ts';
import { fromMillis, instant, toMillis } from '#time/instant.ts';
import { alarmState } from '../local/alarm-state.ts';
import { all, assembly } from './template.ts';
import type { Measurement } from '#lib/local/measurements.ts';

const stack = deployable(readAssembly(assembly));
const on = (namespace: string, metric: string) =>
  stack.alarms
    .filter((alarm) => alarm.namespace === namespace && alarm.metric === metric)
    .map(({ dimensions }) => dimensions);

/** What CloudWatch will hold for this stack: by namespace, the dimensions that its parts are counted under. */
const published: Readonly<Record<string, readonly Readonly<Record<string, string>>[]>> = {
  'AWS/Lambda': [
    ...stack.functions.map(({ id }) => ({ FunctionName: id })),
    ...stack.sources.map(({ id }) => ({ EventSourceMappingUUID: id })),
  ],
  'AWS/SQS': stack.queues.map(({ id }) => ({ QueueName: id })),
  'AWS/Events': stack.rules.map(({ bus, id }) => ({ EventBusName: bus, RuleName: id })),
  'AWS/ApiGateway': all('AWS::ApiGatewayV2::Api').map(({ id }) => ({ ApiId: id })),
  'Lapse/lapse': stack.functions.map(({ name }) => ({ service: name })),
};

describe('every alarm', () => {
  it.each(stack.alarms)('watches something that exists: $id', ({ namespace, dimensions }) => {
    expect(published[namespace]).toContainEqual(dimensions);
  });

  it.each(stack.alarms)('goes off and ends: $id', (alarm) => {
    const now = instant('2026-11-01T10:00:00.000Z');
    const silence = alarm.comparison === 'LessThanThreshold';
    const ago = (periods: number) => fromMillis(toMillis(now) - periods * alarm.periodMs);
    const during = (periods: number, value: number): readonly Measurement[] =>
      Array.from({ length: periods }, (_, back) => ({ unit: 'Count', ...alarm, at: ago(back + 1), value }));
    const [good, bad] = silence
      ? [during(alarm.periods, 1), []]
      : [during(alarm.periods, alarm.threshold), during(alarm.datapoints, alarm.threshold + 1)];
    expect([alarmState(alarm, bad, now), alarmState(alarm, good, now)]).toEqual(['ALARM', 'OK']);
    // Nothing counted at all is good only where something bad is counted.
    expect(alarmState(alarm, [], now)).toBe(silence ? 'ALARM' : 'OK');
  });
});

describe('alarms', () => {
  it.each(['FailedInvocations', 'InvocationsFailedToBeSentToDlq'])(
    'watch %s under the very names that EventBridge counts the rules of a bus by',
    (metric) => {
      const rules = stack.rules.map(({ bus, id }) => ({ EventBusName: bus, RuleName: id }));
      expect(rules.length).toBeGreaterThan(2);
      expect(on('AWS/Events', metric)).toEqual(expect.arrayContaining(rules));
      expect(on('AWS/Events', metric)).toHaveLength(rules.length);
    },
  );

  it.each(['Errors', 'Throttles'])('watch the %s of every function', (metric) => {
    const functions = stack.functions.map(({ id }) => ({ FunctionName: id }));
    expect(on('AWS/Lambda', metric)).toEqual(expect.arrayContaining(functions));
    expect(on('AWS/Lambda', metric)).toHaveLength(functions.length);
  });

  it('are all in the price', () => {
    const told = readFileSync(new URL('../../docs/cost.md', import.meta.url), 'utf8');
    expect(told).toContain(`${stack.alarms.length} alarms `);
    expect(told).toContain(`${(stack.alarms.length * 0.1).toFixed(2)} |`);
  });
});
