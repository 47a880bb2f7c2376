/** The alarms as they would be once deployed: every reference in them resolved. */
import { describe, expect, it } from 'vitest';
import { readAssembly } from '#lib/local/assembly.ts';
import { deployable } from '#lib/local/template.ts';
import { assembly } from './template.ts';

const stack = deployable(readAssembly(assembly));
const on = (namespace: string, metric: string) =>
  stack.alarms
    .filter((alarm) => alarm.namespace === namespace && alarm.metric === metric)
    .map(({ dimensions }) => dimensions);

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
});
