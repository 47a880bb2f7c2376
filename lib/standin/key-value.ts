import type { DatabaseSync } from 'node:sqlite';

/** Small values that survive a restart, as JSON. A write is durable when `set` returns. */
export interface KeyValue {
  /** `undefined` where nothing was set. */
  get(key: string): unknown;
  set(key: string, value: unknown): void;
}

/** One part of the database: keys of different `space`s never collide. */
export function createKeyValue(database: DatabaseSync, space: string): KeyValue {
  database.exec(
    'CREATE TABLE IF NOT EXISTS key_value (space TEXT, key TEXT, value TEXT, PRIMARY KEY (space, key)) WITHOUT ROWID',
  );
  const read = database.prepare('SELECT value FROM key_value WHERE space = ? AND key = ?');
  const write = database.prepare('INSERT OR REPLACE INTO key_value VALUES (?, ?, ?)');
  const erase = database.prepare('DELETE FROM key_value WHERE space = ? AND key = ?');
  return {
    get(key) {
      const row = read.get(space, key);
      return row ? (JSON.parse(String(row['value'])) as unknown) : undefined;
    },
    set(key, value) {
      if (value === undefined) erase.run(space, key);
      else write.run(space, key, JSON.stringify(value));
    },
  };
}
