import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  readonly scripts: Readonly<Record<string, string>>;
};

/** A folder that npm takes for this project, with state of its own; `npm start` runs `start`. */
export function projectFolder(
  { onTestFinished }: TestContext,
  start = manifest.scripts['start'] ?? '',
): string {
  const folder = mkdtempSync(join(tmpdir(), 'lapse-project-'));
  for (const name of ['bin', 'lib', 'functions', 'node_modules', 'samples', 'policy.yaml'])
    symlinkSync(join(root, name), join(folder, name));
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ ...manifest, scripts: { start } }));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Without what the npm that runs the tests has set, and without a registry. */
export function environment(folder: string): Record<string, string | undefined> {
  const own = Object.entries(process.env).filter(([name]) => !/^npm_|^NODE_|VITEST/i.test(name));
  return { ...Object.fromEntries(own), npm_config_cache: join(folder, '.npm'), npm_config_offline: 'true' };
}

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

/** What runs on this machine; what has ended and was not yet asked for its exit code does not. */
function running(): readonly Process[] {
  const lines = execFileSync('ps', ['-e', '-ww', '-o', 'pid=,ppid=,stat=,args='], { encoding: 'utf8' });
  return lines.split('\n').flatMap((line) => {
    const [, pid, parent, state, command = ''] = /^ *(\d+) +(\d+) +(\S+) +(.*)$/.exec(line) ?? [];
    return state === undefined || state.startsWith('Z')
      ? []
      : [{ pid: Number(pid), parent: Number(parent), command }];
  });
}

/** It may have ended just now. */
function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Then there is nothing to do.
  }
}

export type Role = 'npm' | 'sh' | 'launcher' | 'lapse';

export interface Tree {
  readonly child: ChildProcess;
  /** What it printed so far. */
  said(): string;
  /** The process in that place, where there is one: some shells make way for the command they were given. */
  find(role: Role): number | undefined;
  /** True once nothing is left of what it was when `find` was last asked. */
  ended(): boolean;
}

/** Starts a command, and waits until it says `ready`. Whatever is left of it ends with the test. */
export async function startTree(
  { expect, onTestFinished }: TestContext,
  command: readonly [string, ...string[]],
  folder: string,
  ready: RegExp,
): Promise<Tree> {
  const [program, ...args] = command;
  // In a group of its own, as an interactive shell starts it.
  const child = spawn(program, args, {
    cwd: folder,
    env: environment(folder),
    detached: true,
    stdio: 'pipe',
  });
  let said = '';
  const known = new Map<number, string>([[child.pid ?? 0, program]]);
  const look = (): readonly Process[] => {
    const all = running();
    for (let size = 0; size !== known.size;) {
      size = known.size;
      for (const { pid, parent, command: line } of all) if (known.has(parent)) known.set(pid, line);
    }
    return all.filter(({ pid }) => known.has(pid));
  };
  for (const out of [child.stdout, child.stderr]) out.on('data', (text: Buffer) => (said += String(text)));
  onTestFinished(() => {
    look();
    for (const { pid, command: line } of running()) if (known.get(pid) === line) kill(pid);
  });
  await expect.poll(() => said, { interval: 100 }).toMatch(ready);
  const patterns: Readonly<Record<Role, RegExp>> = {
    npm: /^npm /,
    sh: /^sh -c .*lapse/,
    launcher: /^\S*node \S*(bin\/lapse\.mjs|\.bin\/lapse)/,
    lapse: /^\S*node \S*bin\/lapse\.ts/,
  };
  return {
    child,
    said: () => said,
    find: (role) => look().find(({ command: line }) => patterns[role].test(line))?.pid,
    ended: () => !running().some(({ pid, command: line }) => known.get(pid) === line),
  };
}
