import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Refusal } from '#lib/local/refusal.ts';
import { openStateFolder } from '#lib/local/state-folder.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** Opened, with something in it. */
function used(): string {
  const path = temporaryFolder();
  const { database } = openStateFolder(path, false);
  onTestFinished(() => database.close());
  writeFileSync(join(path, 'kept'), 'x');
  return path;
}

describe('a state folder', () => {
  it.each([false, true])('in use is refused, and nothing of it is touched (fresh: %s)', (fresh) => {
    const path = used();
    expect(() => openStateFolder(path, fresh)).toThrow(Refusal);
    expect(existsSync(join(path, 'kept'))).toBe(true);
  });

  it('is emptied where a fresh one is wanted, and only then', () => {
    const path = temporaryFolder();
    const open = (fresh: boolean) => openStateFolder(path, fresh).database.close();
    open(false);
    writeFileSync(join(path, 'kept'), 'x');
    open(false);
    expect(existsSync(join(path, 'kept'))).toBe(true);
    open(true);
    expect(existsSync(join(path, 'kept'))).toBe(false);
  });

  it('keeps the synthesized stack when it is emptied: that is no state', () => {
    const path = temporaryFolder();
    const { assembly, database } = openStateFolder(path, false);
    database.close();
    mkdirSync(assembly);
    openStateFolder(path, true).database.close();
    expect(existsSync(assembly)).toBe(true);
  });
});
