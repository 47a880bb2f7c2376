import { describe, expect, it } from 'vitest';
import { createBus } from '#lib/local/bus.ts';
import { compilePattern } from '#lib/local/pattern.ts';
import { createQueues } from '#lib/local/queues.ts';
import { createServiceMetrics } from '#lib/local/service-metrics.ts';
import { openDatabase } from '#lib/local/sqlite.ts';
import { duration, instant, plus, type Instant } from '#time/instant.ts';
import type { Measurement } from '#lib/local/measurements.ts';

function start() {
  const database = openDatabase(':memory:');
  const queues = createQueues(database);
  const measured: Measurement[] = [];
  let now = instant('2026-11-20T09:00:00Z');
  const counts = createServiceMetrics({
    measure: (one) => void measured.push(one),
    now: () => now,
    queues,
    queueIds: ['work'],
  });
  const pass = (length: string): Instant => (now = plus(now, duration(length)));
  const standing = () => {
    measured.length = 0;
    counts.queues();
    return measured.map(({ metric, value }) => [metric, value]);
  };
  return { database, queues, counts, measured, pass, standing, now: () => now };
}

describe('what AWS counts of a queue', () => {
  const from = { id: 'work', visibilityMs: 60_000 };

  it('is what can be taken, and the age of the oldest message that did not fail three times', () => {
    const { queues, pass, standing, now } = start();
    expect(standing()).toEqual([
      ['ApproximateNumberOfMessagesVisible', 0],
      ['ApproximateAgeOfOldestMessage', 0],
    ]);
    queues.send('work', ['a'], now());
    queues.send('work', ['b'], pass('PT1M'));
    for (let times = 0; times < 3; times += 1) {
      const [first] = queues.take(from, 1, pass('PT1M')).messages;
      expect(first?.body).toBe('a');
      queues.release('work', [first?.id ?? '']);
    }
    expect(standing()).toEqual([
      ['ApproximateNumberOfMessagesVisible', 1],
      ['ApproximateAgeOfOldestMessage', 180],
    ]);
  });
});

describe('what the bus may not put on a queue', () => {
  const entry = { Source: 'lapse', DetailType: 'Event', Detail: '{}', EventBusName: 'the-bus' };
  const put = (deadLetters: string | undefined) => {
    const { database, queues, counts, measured, now } = start();
    createBus({
      database,
      queues,
      rules: [{ id: 'R', bus: 'the-bus', matches: compilePattern({ source: ['lapse'] }), targets: ['work'] }],
      refused: () => 'its policy does not allow it',
      deadLetters: () => deadLetters,
      undelivered: (rule, lost) => counts.undelivered(rule, lost),
      now,
      delivered: () => undefined,
    }).put([entry]);
    return { kept: queues.all('dead').length, counted: measured.map(({ metric }) => metric), measured };
  };

  it('is kept among the dead letters, and counted as failed', () => {
    expect(put('dead')).toMatchObject({
      kept: 1,
      counted: ['FailedInvocations'],
      measured: [{ namespace: 'AWS/Events', dimensions: { EventBusName: 'the-bus', RuleName: 'R' } }],
    });
  });

  it('is lost where it may not be put there either, and counted as that', () => {
    expect(put(undefined)).toMatchObject({
      kept: 0,
      counted: ['FailedInvocations', 'InvocationsFailedToBeSentToDlq'],
    });
  });
});
