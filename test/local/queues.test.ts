import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fromMillis, instant, toMillis } from '#time/instant.ts';
import { createQueues } from '#lib/local/queues.ts';
import { openDatabase } from '#lib/local/sqlite.ts';
import { temporaryFolder } from './temporary-folder.ts';

const start = instant('2026-11-20T09:00:00Z');
const after = (seconds: number) => fromMillis(toMillis(start) + seconds * 1000);
const queue = { id: 'work', visibilityMs: 60_000, deadLetter: { queue: 'dead', maxReceiveCount: 3 } };

const nothing = { messages: [], dead: 0 };

function open(file = join(temporaryFolder(), 'state.db')) {
  const database = openDatabase(file);
  return { file, database, queues: createQueues(database) };
}

describe('a queue', () => {
  it('gives messages in the order in which they were sent, each to one taker', () => {
    const { queues } = open();
    queues.send('work', ['a', 'b', 'c'], start);
    expect(queues.take(queue, 2, start).messages.map(({ body }) => body)).toEqual(['a', 'b']);
    expect(queues.take(queue, 2, start).messages.map(({ body }) => body)).toEqual(['c']);
    expect(queues.take(queue, 2, start)).toEqual(nothing);
  });

  it('has given a message away for good only when it was removed', () => {
    const { queues } = open();
    queues.send('work', ['a'], start);
    const [message] = queues.take(queue, 1, start).messages;
    queues.remove('work', [message?.id ?? '']);
    expect(queues.size('work')).toBe(0);
  });

  it('shows a message that failed again after its visibility timeout, not before, counting the times', () => {
    const { queues } = open();
    queues.send('work', ['a'], start);
    const [first] = queues.take(queue, 1, start).messages;
    queues.release('work', [first?.id ?? '']);
    expect(queues.nextBack('work', start)).toBe(after(60));
    expect(queues.take(queue, 1, after(59))).toEqual(nothing);
    expect(queues.take(queue, 1, after(60))).toMatchObject({ messages: [{ id: first?.id, receives: 2 }] });
  });

  it('keeps a message back until its time has come', () => {
    const { queues } = open();
    queues.send('work', ['later'], start, after(900));
    queues.send('work', ['now'], start);
    expect(queues.take(queue, 2, start).messages.map(({ body }) => body)).toEqual(['now']);
    expect(queues.nextBack('work', start)).toBe(after(900));
    expect(queues.take(queue, 2, after(900)).messages.map(({ body }) => body)).toEqual(['later']);
  });

  it('does not show a message that is being worked on, however long that takes', () => {
    const { queues } = open();
    queues.send('work', ['a'], start);
    queues.take(queue, 1, start);
    expect(queues.take(queue, 1, after(3600))).toEqual(nothing);
  });

  it('moves a message that failed too often to its dead-letter queue, as it is', () => {
    const { queues } = open();
    queues.send('work', ['a'], start);
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const [taken] = queues.take(queue, 1, after(attempt * 60)).messages;
      expect(taken?.receives).toBe(attempt + 1);
      queues.release('work', [taken?.id ?? '']);
    }
    expect(queues.take(queue, 1, after(180))).toEqual({ messages: [], dead: 1 });
    expect([queues.size('work'), queues.size('dead')]).toEqual([0, 1]);
    expect(queues.all('dead')).toMatchObject([{ body: 'a', sentAt: start }]);
  });

  it('takes back what is sent again from its dead-letter queue, at once and as if it were new', () => {
    const { queues } = open();
    queues.send('dead', ['a', 'b'], start);
    queues.send('other', ['c'], start);
    queues.move('dead', 'work', after(180));
    expect([queues.size('work'), queues.size('dead'), queues.size('other')]).toEqual([2, 0, 1]);
    expect(queues.take(queue, 9, after(180))).toMatchObject({
      messages: [
        { body: 'a', receives: 1 },
        { body: 'b', receives: 1 },
      ],
    });
  });

  it('gives a message that was given up and sent again all its tries again', () => {
    const { queues } = open();
    queues.send('work', ['a'], start);
    for (let attempt = 0; attempt < 4; attempt += 1) {
      const [taken] = queues.take(queue, 1, after(attempt * 60)).messages;
      if (taken) queues.release('work', [taken.id]);
    }
    queues.move('dead', 'work', after(300));
    expect(queues.take(queue, 1, after(300))).toMatchObject({ messages: [{ receives: 1 }], dead: 0 });
  });

  it('does not count that its taker died, however often: nobody said that the message failed', () => {
    let { file, database, queues } = open();
    queues.send('work', ['a'], start);
    for (let kill = 0; kill < 10; kill += 1) {
      expect(queues.take(queue, 1, start)).toMatchObject({ messages: [{ body: 'a', receives: 1 }], dead: 0 });
      database.close();
      ({ file, database, queues } = open(file));
    }
    expect([queues.size('work'), queues.size('dead')]).toEqual([1, 0]);
  });

  it('keeps everything over a restart; what was being worked on comes back at once', () => {
    const first = open();
    first.queues.send('work', ['waiting', 'failed', 'held'], start);
    const [, failed] = first.queues.take(queue, 3, start).messages;
    first.queues.release('work', [failed?.id ?? '']);
    first.queues.send('work', ['new'], start);
    first.database.close();

    const { queues } = open(first.file);
    expect(queues.size('work')).toBe(4);
    const back = queues.take(queue, 9, after(1)).messages;
    expect(back.map(({ body }) => body)).toEqual(['waiting', 'held', 'new']);
    // What had failed still waits for its time.
    expect(queues.take(queue, 9, after(60))).toMatchObject({ messages: [{ body: 'failed', receives: 2 }] });
  });

  it('belongs to one process: a second one is refused', () => {
    const { file } = open();
    expect(() => openDatabase(file)).toThrow(/locked/);
  });
});
