import { describe, expect, it, onTestFinished } from 'vitest';
import { fromMillis, instant, toMillis, type Instant } from '#time/instant.ts';
import { createActivity } from '#lib/local/activity.ts';
import { createClock } from '#lib/local/clock.ts';
import { createQueueSource } from '#lib/local/queue-source.ts';
import { createQueues } from '#lib/local/queues.ts';
import { openDatabase } from '#lib/local/sqlite.ts';
import type { LocalFunction } from '#lib/local/functions.ts';

const start = instant('2026-11-20T09:00:00Z');
const minutes = (count: number): Instant => fromMillis(toMillis(start) + count * 60_000);
const queue = {
  id: 'work',
  arn: 'arn:work',
  visibilityMs: 60_000,
  deadLetter: { queue: 'dead', maxReceiveCount: 3 },
};
const bodies = (event: unknown): string[] =>
  (event as { readonly Records: readonly { readonly body: string }[] }).Records.map(({ body }) => body);

/** A queue that feeds a function two messages at a time, on a clock that only moves by hand. */
function feed(invoke: (event: unknown) => unknown, refused?: string) {
  const activity = createActivity();
  const clock = createClock({
    offset: 0,
    keep: () => undefined,
    machine: () => toMillis(start),
    settled: () => activity.settled(),
    failed: () => undefined,
  });
  const queues = createQueues(openDatabase(':memory:'));
  const told: string[] = [];
  let running = 0;
  const target = {
    spec: { name: 'ask-owners' },
    free: () => 1 - running,
    invoke: async (event: unknown) => {
      running += 1;
      try {
        return await invoke(event);
      } finally {
        running -= 1;
      }
    },
  };
  const made = createQueueSource({
    source: {
      id: 'S',
      function: 'F',
      from: { type: 'queue', id: 'work' },
      batchSize: 2,
      filter: () => true,
      partial: true,
    },
    queue,
    target: target as unknown as LocalFunction,
    queues,
    clock,
    activity,
    failed: (name, count) => told.push(`${name}: ${count} failed`),
    refused: () => refused,
    gaveUp: (name, count) => told.push(`${name}: ${count} given up on`),
  });
  onTestFinished(() => {
    made.close();
    clock.close();
  });
  return { made, queues, clock, activity, told };
}

describe('a function behind a queue', () => {
  it('is told of what it gives up on, and works on what was behind', async () => {
    const done: string[] = [];
    const { made, queues, clock, told } = feed((event) => {
      if (bodies(event).some((body) => body.startsWith('bad'))) throw new Error('bad');
      done.push(...bodies(event));
    });
    queues.send('work', ['bad 1', 'bad 2'], start);
    made.pump();
    await clock.advance(minutes(2));
    expect(told).toEqual(Array.from({ length: 3 }, () => 'ask-owners: 2 failed'));
    queues.send('work', ['good'], minutes(3));
    await clock.advance(minutes(4));
    expect(told.slice(3)).toEqual(['ask-owners: 2 given up on']);
    expect(done).toEqual(['good']);
    expect([queues.size('work'), queues.size('dead')]).toEqual([0, 2]);
  });

  it('gets nothing that Lambda may not take for it', async () => {
    const done: string[] = [];
    const { made, queues, activity } = feed((event) => done.push(...bodies(event)), 'its role lacks it');
    queues.send('work', ['a'], start);
    made.pump();
    expect(await activity.settled()).toBe(true);
    expect(done).toEqual([]);
    expect(queues.all('work')).toMatchObject([{ receives: 1 }]);
  });

  it('has not failed on what it was working on when everything was ended', async () => {
    const answer = Promise.withResolvers<unknown>();
    const { made, queues, activity, told } = feed(() => answer.promise);
    queues.send('work', ['a'], start);
    made.pump();
    made.close();
    answer.reject(new Error('its thread was ended'));
    expect(await activity.settled()).toBe(true);
    expect(told).toEqual([]);
    expect(queues.all('work')).toMatchObject([{ receives: 1 }]);
  });

  it('is handed again only what it reported as failed', async () => {
    const seen: string[] = [];
    const { made, queues, clock, told } = feed((event) => {
      seen.push(...bodies(event));
      const { Records } = event as { readonly Records: readonly { messageId: string; body: string }[] };
      const failed = seen.length > 2 ? [] : Records.filter(({ body }) => body === 'bad');
      return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
    });
    queues.send('work', ['good', 'bad'], start);
    made.pump();
    await clock.advance(minutes(3));
    expect(seen).toEqual(['good', 'bad', 'bad']);
    expect(told).toEqual(['ask-owners: 1 failed']);
    expect([queues.size('work'), queues.size('dead')]).toEqual([0, 0]);
  });
});
