import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fromMillis, instant, toMillis } from '#domain/instant.ts';
import { createQueues } from '#lib/local/queues.ts';
import { openDatabase } from '#lib/local/sqlite.ts';
import { temporaryFolder } from './temporary-folder.ts';

const start = instant('2026-11-20T09:00:00Z');
const after = (seconds: number) => fromMillis(toMillis(start) + seconds * 1000);
const queue = { id: 'work', visibilityMs: 60_000, deadLetter: { queue: 'dead', maxReceiveCount: 3 } };

function open(file = join(temporaryFolder(), 'state.db')) {
  const database = openDatabase(file);
  return { file, database, queues: createQueues(database) };
}

describe('a queue', () => {
  it('gives messages in the order in which they were sent, each to one taker', () => {
    const { queues } = open();
    queues.send('work', ['a', 'b', 'c'], start);
    expect(queues.take(queue, 2, start).map(({ body }) => body)).toEqual(['a', 'b']);
    expect(queues.take(queue, 2, start).map(({ body }) => body)).toEqual(['c']);
    expect(queues.take(queue, 2, start)).toEqual([]);
  });

  it('has given a message away for good only when it was removed', () => {
    const { queues } = open();
    queues.send('work', ['a'], start);
    const [message] = queues.take(queue, 1, start);
    queues.remove('work', [message?.id ?? '']);
    expect(queues.size('work')).toBe(0);
  });

  it('shows a message that failed again after its visibility timeout, not before, counting the times', () => {
    const { queues } = open();
    queues.send('work', ['a'], start);
    const [first] = queues.take(queue, 1, start);
    queues.release('work', [first?.id ?? '']);
    expect(queues.nextBack('work', start)).toBe(after(60));
    expect(queues.take(queue, 1, after(59))).toEqual([]);
    expect(queues.take(queue, 1, after(60))).toMatchObject([{ id: first?.id, receives: 2 }]);
  });

  it('does not show a message that is being worked on, however long that takes', () => {
    const { queues } = open();
    queues.send('work', ['a'], start);
    queues.take(queue, 1, start);
    expect(queues.visible('work', after(3600))).toBe(0);
    expect(queues.take(queue, 1, after(3600))).toEqual([]);
  });

  it('moves a message that failed too often to its dead-letter queue, as it is', () => {
    const { queues } = open();
    queues.send('work', ['a'], start);
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const [taken] = queues.take(queue, 1, after(attempt * 60));
      expect(taken?.receives).toBe(attempt + 1);
      queues.release('work', [taken?.id ?? '']);
    }
    expect(queues.take(queue, 1, after(180))).toEqual([]);
    expect([queues.size('work'), queues.size('dead')]).toEqual([0, 1]);
    expect(queues.take({ id: 'dead', visibilityMs: 0 }, 1, after(180))).toMatchObject([{ body: 'a' }]);
  });

  it('keeps everything over a restart; what was being worked on comes back at once', () => {
    const first = open();
    first.queues.send('work', ['waiting', 'failed', 'held'], start);
    const [, failed] = first.queues.take(queue, 3, start);
    first.queues.release('work', [failed?.id ?? '']);
    first.queues.send('work', ['new'], start);
    first.database.close();

    const { queues } = open(first.file);
    expect(queues.size('work')).toBe(4);
    const back = queues.take(queue, 9, after(1));
    expect(back.map(({ body, receives }) => [body, receives])).toEqual([
      ['waiting', 2],
      ['held', 2],
      ['new', 1],
    ]);
    // What had failed still waits for its time.
    expect(queues.take(queue, 9, after(60)).map(({ body }) => body)).toEqual(['failed']);
  });

  it('belongs to one process: a second one is refused', () => {
    const { file } = open();
    expect(() => openDatabase(file)).toThrow(/locked/);
  });
});
