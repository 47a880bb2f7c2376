import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createScheduleFunction } from '#runtime/schedule-function.ts';
import { SecretNotSet } from '#runtime/secrets.ts';
import { contextWith, metricsIn, written } from './fixtures.ts';

describe('a function that a schedule starts', () => {
  it('writes what it counted where the alarms look for it', async () => {
    vi.stubEnv('POWERTOOLS_METRICS_NAMESPACE', 'Lapse/one');
    onTestFinished(() => void vi.unstubAllEnvs());
    const handler = createScheduleFunction('sweep-deadlines', ({ metrics }) => {
      metrics.addMetric('SweeperHeartbeat', MetricUnit.Count, 1);
      return Promise.resolve();
    });
    const metrics = metricsIn(await written(() => handler({}, contextWith())));
    expect(metrics).toMatchObject({ SweeperHeartbeat: 1, service: 'sweep-deadlines' });
    expect(JSON.stringify(metrics['_aws'])).toContain('"Namespace":"Lapse/one","Dimensions":[["service"]]');
  });

  it('knows how much time it has left', async () => {
    let remaining = 0;
    const handler = createScheduleFunction('sweep-deadlines', (turn) => {
      remaining = turn.remaining();
      return Promise.resolve();
    });
    await handler({}, contextWith(1234));
    expect(remaining).toBe(1234);
  });

  it('runs without failing as long as its secret was never set, and says so', async () => {
    const notSet = () => Promise.reject(new SecretNotSet('secret lapse/audit-log-reader holds no text'));
    const handler = createScheduleFunction('collect-audit-log', notSet, { heartbeat: 'CollectorHeartbeat' });
    const output = await written(() => handler({}, contextWith()));
    expect(output).toContain('NOT_SET_UP');
    expect(output).toContain('lapse/audit-log-reader');
    expect(metricsIn(output)).toMatchObject({ NotSetUp: 1, CollectorHeartbeat: 1 });
  });

  it('fails as its work fails, with what it had counted by then', async () => {
    const handler = createScheduleFunction('sweep-deadlines', ({ metrics }) => {
      metrics.addMetric('Overdue', MetricUnit.Count, 2);
      return Promise.reject(new Error('one exception could not be swept'));
    });
    const output = await written(() =>
      expect(handler({}, contextWith())).rejects.toThrow('one exception could not be swept'),
    );
    expect(output).toContain('TURN_FAILED');
    expect(metricsIn(output)['Overdue']).toBe(2);
  });
});
