import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { toMillis, type Instant } from '#domain/instant.ts';
import { inTransaction } from './sqlite.ts';

export interface Message {
  readonly id: string;
  readonly body: string;
  /** How often it was taken, this time included. */
  readonly receives: number;
  readonly sentAt: Instant;
}

/**
 * Messages that survive everything but the loss of the disk, each until somebody removes it. Taken messages are
 * hidden for a while, and come back unless they were removed. Times are local time.
 */
export interface Queues {
  send(queue: string, bodies: readonly string[], now: Instant): void;
  /** Hides and counts up to `limit` messages; those taken too often go to the dead-letter queue instead. */
  take(queue: TakenFrom, limit: number, now: Instant): readonly Message[];
  remove(queue: string, ids: readonly string[]): void;
  /** Gives up on messages this process holds: they come back when their time is over. */
  release(queue: string, ids: readonly string[]): void;
  visible(queue: string, now: Instant): number;
  /** When the first hidden message comes back, of those nobody holds. */
  nextBack(queue: string, now: Instant): Instant | undefined;
  size(queue: string): number;
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
  const hide = database.prepare(
    'UPDATE messages SET held = 1, receives = receives + 1, visible_at = ? WHERE id = ?',
  );
  const bury = database.prepare('UPDATE messages SET queue = ?, receives = 0, visible_at = ? WHERE id = ?');
  const erase = database.prepare('DELETE FROM messages WHERE id = ? AND queue = ?');
  const letGo = database.prepare('UPDATE messages SET held = 0 WHERE id = ? AND queue = ?');
  const countVisible = database.prepare(
    'SELECT count(*) AS n FROM messages WHERE queue = ? AND held = 0 AND visible_at <= ?',
  );
  const countAll = database.prepare('SELECT count(*) AS n FROM messages WHERE queue = ?');
  const firstBack = database.prepare(
    'SELECT min(visible_at) AS at FROM messages WHERE queue = ? AND held = 0 AND visible_at > ?',
  );
  const each = (ids: readonly string[], work: (id: string) => unknown): void =>
    inTransaction(database, () => {
      for (const id of ids) work(id);
    });

  return {
    send: (queue, bodies, now) => each(bodies, (body) => insert.run(randomUUID(), queue, body, now, now)),
    take: ({ id: queue, visibilityMs, deadLetter }, limit, now) =>
      inTransaction(database, () => {
        const back = new Date(toMillis(now) + visibilityMs).toISOString();
        const taken: Message[] = [];
        for (const row of select.all(queue, now, limit)) {
          const message = asMessage(row);
          if (deadLetter && message.receives > deadLetter.maxReceiveCount) {
            bury.run(deadLetter.queue, now, message.id);
          } else {
            hide.run(back, message.id);
            taken.push(message);
          }
        }
        return taken;
      }),
    remove: (queue, ids) => each(ids, (id) => erase.run(id, queue)),
    release: (queue, ids) => each(ids, (id) => letGo.run(id, queue)),
    visible: (queue, now) => Number(countVisible.get(queue, now)?.['n']),
    nextBack: (queue, now) => {
      const at = firstBack.get(queue, now)?.['at'];
      return typeof at === 'string' ? (at as Instant) : undefined;
    },
    size: (queue) => Number(countAll.get(queue)?.['n']),
  };
}

const asMessage = (row: Record<string, unknown>): Message => ({
  id: String(row['id']),
  body: String(row['body']),
  receives: Number(row['receives']) + 1,
  sentAt: String(row['sent_at']) as Instant,
});
