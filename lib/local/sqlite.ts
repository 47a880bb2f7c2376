import type * as Sqlite from 'node:sqlite';

type DatabaseSync = Sqlite.DatabaseSync;

/**
 * Opens a SQLite file for this process alone. Throws an error with `errcode` 5 while another process has it open:
 * the operating system drops the lock with the process, so a killed one leaves nothing stale behind.
 */
export function openDatabase(file: string): DatabaseSync {
  const database = new (sqlite().DatabaseSync)(file);
  try {
    // WAL survives a killed process at any point; NORMAL skips the flush that only a power cut would need.
    database.exec('PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;');
    database.exec('BEGIN EXCLUSIVE; COMMIT;');
  } catch (error) {
    database.close();
    throw error;
  }
  return database;
}

/** Opens a SQLite file that another process works with. Waits a while where that one is just writing. */
export function openBeside(file: string): DatabaseSync {
  return new (sqlite().DatabaseSync)(file, { timeout: 10_000 });
}

/** Runs `work` in one transaction, or joins the one already open. */
export function inTransaction<T>(database: DatabaseSync, work: () => T): T {
  if (database.isTransaction) return work();
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  }
}

/** Node marks the module as experimental with a warning that would be the first thing on everybody's screen. */
function sqlite(): typeof Sqlite {
  const warn = process.emitWarning.bind(process);
  process.emitWarning = () => undefined;
  try {
    return process.getBuiltinModule('node:sqlite');
  } finally {
    process.emitWarning = warn;
  }
}
