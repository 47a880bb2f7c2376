/** A copy of the project as it lies here, uncommitted changes included, in which vitest runs. */
import { execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { ChildProcess } from 'node:child_process';
import type { Bench, TestRun } from './take-out.ts';
import type { Order, Told } from './test-runner.ts';

/** Milliseconds for one test or hook, and for a run of files. Whatever takes longer is taken not to end. */
export interface Limits {
  readonly test: number;
  readonly run: number;
}
/** However busy the machine is: slowness must not look like a finding. */
const usual: Limits = { test: 60_000, run: 300_000 };
/** Megabytes. Without a guard, something may grow without end. */
const mostMemory = 1024;

export async function scratchCopy(
  project: string,
  signal: AbortSignal,
  limits = usual,
): Promise<Bench & { remove(): Promise<void> }> {
  const root = await mkdtemp(join(tmpdir(), 'lapse-sabotage-'));
  const copy = join(root, 'project');
  // What tests and vitest put aside goes with the copy, also where they are ended.
  const aside = join(root, 'aside');
  const runner = testRunner(copy, aside, signal, limits);
  /** Files whose text is another than when the tests last ran. */
  const touched = new Set<string>();
  const remove = async (): Promise<void> => {
    runner.end();
    await rm(root, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    await mkdir(aside);
    await copyProject(project, copy, signal);
  } catch (error) {
    await remove();
    throw error;
  }
  return {
    remove,
    async read(file) {
      const path = join(copy, file);
      return (await stat(path).catch(() => undefined))?.isFile() === true
        ? readFile(path, 'utf8')
        : undefined;
    },
    async run(tests, changed) {
      const path = changed && join(copy, changed.file);
      const original = path && (await readFile(path, 'utf8'));
      try {
        if (changed) {
          await writeFile(join(copy, changed.file), changed.text);
          touched.add(changed.file);
        }
        const order = { tests, touched: [...touched] };
        touched.clear();
        return await runner.run(order);
      } finally {
        if (changed && path !== undefined && original !== undefined) {
          await writeFile(path, original);
          touched.add(changed.file);
        }
      }
    },
  };
}

async function copyProject(project: string, copy: string, signal: AbortSignal): Promise<void> {
  const { stdout } = await promisify(execFile)(
    'git',
    ['ls-files', '-z', '--cached', '--others', '--exclude-standard'],
    { cwd: project, signal, maxBuffer: 64 * 1024 * 1024 },
  );
  for (const file of new Set(stdout.split('\0').filter((name) => name !== ''))) {
    signal.throwIfAborted();
    await mkdir(dirname(join(copy, file)), { recursive: true });
    // Deleted and not yet committed: then it is not there.
    await copyFile(join(project, file), join(copy, file)).catch((error: unknown) => {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    });
  }
  await symlink(join(project, 'node_modules'), join(copy, 'node_modules'));
}

interface TestRunner {
  run(order: Order): Promise<TestRun>;
  end(): void;
}

/** The process in which vitest runs, begun anew where it had to be ended. */
function testRunner(copy: string, aside: string, signal: AbortSignal, limits: Limits): TestRunner {
  let child: ChildProcess | undefined;
  const end = (): void => {
    try {
      // A group of its own, so that whatever the tests have started ends with it.
      if (child?.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
    child = undefined;
  };
  signal.addEventListener('abort', end);

  const begun = async (): Promise<ChildProcess> => {
    if (child?.connected === true) return child;
    const made = fork(join(import.meta.dirname, 'test-runner.ts'), [String(limits.test)], {
      cwd: copy,
      env: { ...process.env, TMPDIR: aside, NODE_OPTIONS: `--max-old-space-size=${mostMemory}` },
      detached: true,
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    child = made;
    await answer(made, limits);
    return made;
  };

  return {
    end,
    async run(order) {
      signal.throwIfAborted();
      try {
        const runner = await begun();
        runner.send(order);
        const { unrun, ...told } = (await answer(runner, limits)) as Told;
        return { ...told, unrun: new Map(unrun) };
      } catch (error) {
        signal.throwIfAborted();
        end();
        const why = error instanceof Error ? error.message : '';
        const nothing = { green: [], failed: [] };
        return error instanceof Unending
          ? { ...nothing, unrun: new Map(), unending: why }
          : { ...nothing, unrun: new Map([['', why]]) };
      }
    },
  };
}

/** A run that has taken longer than any does that ends. */
class Unending extends Error {
  override readonly name = 'Unending';
}

/** What the process says next. Throws where it ends, and `Unending` where it says nothing for too long. */
async function answer(child: ChildProcess, { run }: Limits): Promise<unknown> {
  const enough = AbortSignal.timeout(run);
  const over = new AbortController();
  const ended = once(child, 'exit', { signal: over.signal }).then(() => {
    throw new Error('the process of the tests ended');
  });
  try {
    const told = once(child, 'message', { signal: enough }).catch(() => {
      throw new Unending(`the run did not end within ${run / 1000} seconds`);
    });
    const [message] = (await Promise.race([told, ended])) as readonly unknown[];
    return message;
  } finally {
    over.abort();
    ended.catch(() => undefined);
  }
}
