/** A copy of the project as it lies here, uncommitted changes included, in which vitest runs. */
import { execFile, spawn } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import type { Bench, TestRun } from './take-out.ts';

/** Milliseconds. Whatever takes longer does not end. */
const longestRun = 300_000;
/** Milliseconds for one test, however busy the machine is: slowness must not look like a finding. */
const longestTest = 60_000;

export async function scratchCopy(
  project: string,
  signal: AbortSignal,
): Promise<Bench & { remove(): Promise<void> }> {
  const root = await mkdtemp(join(tmpdir(), 'lapse-sabotage-'));
  const copy = join(root, 'project');
  const remove = (): Promise<void> => rm(root, { recursive: true, force: true });
  try {
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
        if (changed) await writeFile(join(copy, changed.file), changed.text);
        return await vitest(copy, tests, { report: join(root, 'report.json'), bail: !!changed, signal });
      } finally {
        if (path !== undefined && original !== undefined) await writeFile(path, original);
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

interface Running {
  readonly report: string;
  readonly bail: boolean;
  readonly signal: AbortSignal;
}

async function vitest(
  cwd: string,
  tests: readonly string[],
  { report, bail, signal }: Running,
): Promise<TestRun> {
  await rm(report, { force: true });
  const { code, said } = await ended(
    cwd,
    [
      join('node_modules', 'vitest', 'vitest.mjs'),
      'run',
      ...tests,
      '--reporter=json',
      `--outputFile=${report}`,
      '--maxWorkers=1',
      `--testTimeout=${longestTest}`,
      // Nothing of a mutant is kept where the project would find it.
      '--no-cache',
      `--fsModuleCachePath=${join(dirname(report), 'cache')}`,
      ...(bail ? ['--bail=1'] : []),
    ],
    signal,
  );
  signal.throwIfAborted();
  const nothing = { green: [], failed: [] };
  if (code === undefined)
    return { ...nothing, unrun: new Map([['', `it did not end within ${longestRun / 1000} seconds`]]) };
  const text = await readFile(report, 'utf8').catch(() => undefined);
  if (text === undefined) return { ...nothing, unrun: new Map([['', lastLines(said)]]) };
  const run = readReport(JSON.parse(text), cwd);
  return code === 0 || run.failed.length > 0 || run.unrun.size > 0
    ? run
    : {
        ...run,
        unrun: new Map([['', `vitest ended with ${code} though no test failed. ${lastLines(said)}`]]),
      };
}

/** Runs Node to its end; without a code where it had to be ended. */
async function ended(
  cwd: string,
  args: readonly string[],
  signal: AbortSignal,
): Promise<{ readonly code: number | undefined; readonly said: string }> {
  const enough = AbortSignal.any([signal, AbortSignal.timeout(longestRun)]);
  // A group of its own, so that whatever the tests have started ends with it.
  const child = spawn(process.execPath, args, { cwd, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const end = (): void => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  };
  enough.addEventListener('abort', end);
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-4000)));
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.on('error', reject).on('close', resolve);
    });
    return { code: enough.aborted ? undefined : (code ?? -1), said };
  } finally {
    enough.removeEventListener('abort', end);
  }
}

const lastLines = (said: string): string => said.trim().split('\n').slice(-3).join(' ').slice(0, 500);

const reportSchema = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string().optional(),
      assertionResults: z.array(
        z.object({
          fullName: z.string(),
          status: z.string(),
          failureMessages: z.array(z.string()).nullish(),
        }),
      ),
    }),
  ),
});

/** Vitest's JSON report in our terms. */
export function readReport(report: unknown, project: string): TestRun {
  const { testResults } = reportSchema.parse(report);
  const green: string[] = [];
  const failed: { file: string; title: string; message: string }[] = [];
  const unrun = new Map<string, string>();
  for (const { name, status, message, assertionResults } of testResults) {
    const file = relative(project, name).replaceAll('\\', '/');
    const failures = assertionResults.filter((result) => result.status === 'failed');
    for (const { fullName, failureMessages } of failures)
      failed.push({ file, title: fullName, message: failureMessages?.[0]?.split('\n')[0] ?? '' });
    // The file could not be loaded, or a hook of it failed: no test has looked at anything.
    if (status === 'failed' && failures.length === 0)
      unrun.set(file, (message ?? '').split('\n')[0]?.slice(0, 300) ?? '');
    else if (failures.length === 0 && assertionResults.some((result) => result.status === 'passed'))
      green.push(file);
  }
  return { green, failed, unrun };
}
