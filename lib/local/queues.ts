import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { toMillis, type Instant } from '#time/instant.ts';
import { inTransaction } from './sqlite.ts';

export interface QueueMessage {
  readonly id: string;
  readonly body: string;
  /** How often it failed, and once more: what SQS calls its receive count. */
  readonly receives: number;
  readonly sentAt: Instant;
}

/**
 * Messages that survive everything but the loss of the disk, each until somebody removes it. Taken messages are
 * hidden, and come back unless they were removed. Times are local time.
 *
 * SQS counts a receive where it hands a message out. Here only a failure counts: this process is killed and started
 * again far more often than a message is bad, and its deaths say nothing about the messages it held.
 */
export interface Queues {
  /** `from`: the moment from which they can be taken, if not at once. */
  send(queue: string, bodies: readonly string[], now: Instant, from?: Instant): void;
  /** Hides up to `limit` messages; those that failed too often go to the dead-letter queue instead. */
  take(queue: TakenFrom, limit: number, now: Instant): TakenMessages;
  remove(queue: string, ids: readonly string[]): void;
  /** Messages this process holds failed: that counts, and they come back when their time is over. */
  release(queue: string, ids: readonly string[]): void;
  /** What is in a queue, whether visible or not, in the order in which it was sent. */
  all(queue: string): readonly QueueMessage[];
  /** Sends everything in one queue to another, where it starts over. */
  move(from: string, to: string, now: Instant): void;
  /** When the first hidden message comes back, of those nobody holds. */
  nextBack(queue: string, now: Instant): Instant | undefined;
  size(queue: string): number;
  /** How many messages can be taken, and when the oldest was sent of those that did not fail three times: like SQS. */
  standing(queue: string, now: Instant): { readonly visible: number; readonly oldest?: Instant };
}

export interface TakenMessages {
  readonly messages: readonly QueueMessage[];
  /** How many were given up on. */
  readonly dead: number;
}

interface TakenFrom {
  readonly id: string;
  readonly visibilityMs: number;
  readonly deadLetter?: { readonly queue: string; readonly maxReceiveCount: number };
}

export function createQueues(database: DatabaseSync): Queues {
  database.exec(`
    CREATE TABLE IF NOT EXISTS messages (
      sequence INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE, queue TEXT, body TEXT, sent_at TEXT,
      visible_at TEXT, receives INTEGER DEFAULT 0, held INTEGER DEFAULT 0);
    CREATE INDEX IF NOT EXISTS by_visibility ON messages (queue, held, visible_at);
    -- Who held them is gone with the process before: they are visible again at once.
    UPDATE messages SET held = 0, visible_at = sent_at WHERE held = 1;`);
  const insert = database.prepare(
    'INSERT INTO messages (id, queue, body, sent_at, visible_at) VALUES (?, ?, ?, ?, ?)',
  );
  const select = database.prepare(
    'SELECT * FROM messages WHERE queue = ? AND held = 0 AND visible_at <= ? ORDER BY sequence LIMIT ?',
  );
  const hide = database.prepare('UPDATE messages SET held = 1, visible_at = ? WHERE id = ?');
  const bury = database.prepare('UPDATE messages SET queue = ?, receives = 0, visible_at = ? WHERE id = ?');
  const erase = database.prepare('DELETE FROM messages WHERE id = ? AND queue = ?');
  const letGo = database.prepare(
    'UPDATE messages SET held = 0, receives = receives + 1 WHERE id = ? AND queue = ?',
  );
  const selectAll = database.prepare('SELECT * FROM messages WHERE queue = ? ORDER BY sequence');
  const moveAll = database.prepare('UPDATE messages SET queue = ?, visible_at = ? WHERE queue = ?');
  const countAll = database.prepare('SELECT count(*) AS n FROM messages WHERE queue = ?');
  const countVisible = database.prepare(
    'SELECT count(*) AS n FROM messages WHERE queue = ? AND held = 0 AND visible_at <= ?',
  );
  const firstSent = database.prepare(
    'SELECT min(sent_at) AS at FROM messages WHERE queue = ? AND receives < 3',
  );
  const firstBack = database.prepare(
    'SELECT min(visible_at) AS at FROM messages WHERE queue = ? AND held = 0 AND visible_at > ?',
  );
  const each = (ids: readonly string[], work: (id: string) => unknown): void =>
    inTransaction(database, () => {
      for (const id of ids) work(id);
    });

  return {
    send: (queue, bodies, now, from = now) =>
      each(bodies, (body) => insert.run(randomUUID(), queue, body, now, from)),
    take: ({ id: queue, visibilityMs, deadLetter }, limit, now) =>
      inTransaction(database, () => {
        const back = new Date(toMillis(now) + visibilityMs).toISOString();
        const messages: QueueMessage[] = [];
        let dead = 0;
        for (const row of select.all(queue, now, limit)) {
          const message = asMessage(row);
          if (deadLetter && message.receives > deadLetter.maxReceiveCount) {
            bury.run(deadLetter.queue, now, message.id);
            dead += 1;
          } else {
            hide.run(back, message.id);
            messages.push(message);
          }
        }
        return { messages, dead };
      }),
    remove: (queue, ids) => each(ids, (id) => erase.run(id, queue)),
    release: (queue, ids) => each(ids, (id) => letGo.run(id, queue)),
    all: (queue) => selectAll.all(queue).map(asMessage),
    move: (from, to, now) => void moveAll.run(to, now, from),
    nextBack: (queue, now) => {
      const at = firstBack.get(queue, now)?.['at'];
      return typeof at === 'string' ? (at as Instant) : undefined;
    },
    size: (queue) => Number(countAll.get(queue)?.['n']),
    standing: (queue, now) => {
      const at = firstSent.get(queue)?.['at'];
      return {
        visible: Number(countVisible.get(queue, now)?.['n']),
        ...(typeof at === 'string' && { oldest: at as Instant }),
      };
    },
  };
}

const asMessage = (row: Record<string, unknown>): QueueMessage => ({
  id: String(row['id']),
  body: String(row['body']),
  receives: Number(row['receives']) + 1,
  sentAt: String(row['sent_at']) as Instant,
});
