import { accessSync, constants, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { messageOf, Refusal } from './refusal.ts';
import { openDatabase } from './sqlite.ts';

/** Where a local deployment keeps everything, usually `.lapse/`. One process at a time. */
export interface StateFolder {
  readonly path: string;
  readonly database: DatabaseSync;
  /** For the synthesized stack. It is no state: a fresh start leaves it. */
  readonly assembly: string;
}

const assemblyName = 'cdk.out';

/** Opens it, emptied first where `fresh`. Throws a `Refusal` where it is in use or cannot be written. */
export function openStateFolder(path: string, fresh: boolean): StateFolder {
  try {
    mkdirSync(path, { recursive: true });
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
    let database = open(path);
    if (fresh) {
      // Only now: while the lock was not ours, somebody else may have been using what is about to go.
      database.close();
      for (const name of readdirSync(path))
        if (name !== assemblyName) rmSync(join(path, name), { recursive: true, force: true });
      database = open(path);
    }
    mkdirSync(join(path, 'logs'), { recursive: true });
    return { path, database, assembly: join(path, assemblyName) };
  } catch (error) {
    throw explained(path, error);
  }
}

const open = (path: string): DatabaseSync => openDatabase(join(path, 'state.db'));

/** SQLite's result codes: https://www.sqlite.org/rescode.html */
const busy = 5;

function explained(path: string, error: unknown): unknown {
  if (error instanceof Refusal) return error;
  if (error instanceof Error && 'errcode' in error && error.errcode === busy)
    return new Refusal(
      `${path} is in use`,
      'another local deployment runs on it',
      'end that one (Ctrl-C in its terminal), or start this one in another folder',
    );
  return new Refusal(
    `${path} cannot be used`,
    messageOf(error),
    'make it a folder that this user can write to, or start in another folder',
  );
}
