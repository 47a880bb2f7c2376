/**
 * Runs test files on demand, in the folder it is started in. One process for each scratch copy, because to start
 * vitest takes longer than most tests do.
 */
import { resolve, relative } from 'node:path';
import { createVitest } from 'vitest/node';
import type { TestModule } from 'vitest/node';
import type { Failed, TestRun } from './take-out.ts';

export interface Order {
  readonly tests: readonly string[];
  /** Files whose text is another than at the order before. */
  readonly touched: readonly string[];
}

/** `Map` does not pass between processes. */
export type Told = Omit<TestRun, 'unrun'> & { readonly unrun: readonly (readonly [string, string])[] };

/** Milliseconds for one test or hook. */
const longestTest = Number(process.argv[2]);

const vitest = await createVitest({
  watch: false,
  reporters: [{}],
  maxWorkers: 1,
  testTimeout: longestTest,
  // One failure is enough. Without a guard, each of the tests after it may wait for ever too.
  bail: 1,
  // Nothing of a mutant is kept where the project would find it.
  cache: false,
  fsModuleCache: false,
});

// Vitest takes no limit for the hooks of a project from outside; the project's own would outlast every run.
for (const project of vitest.projects) project.config.hookTimeout = longestTest;

process.on('message', (order: Order) => {
  void run(order).then((told) => process.send?.(told));
});
process.send?.('ready');

async function run({ tests, touched }: Order): Promise<Told> {
  for (const file of touched) vitest.invalidateFile(resolve(file));
  const wanted = new Set(tests.map((file) => resolve(file)));
  const found = await vitest.globTestSpecifications([...tests]);
  const specifications = found.filter(({ moduleId }) => wanted.has(moduleId));
  if (specifications.length === 0) return { green: [], failed: [], unrun: [] };
  const { testModules, unhandledErrors } = await vitest.runTestSpecifications(specifications);
  const uncaught = unhandledErrors.map((error): readonly [string, string] => ['', textOf(error)]);
  vitest.state.clearErrors();
  // It also tells of files that ran at earlier orders.
  const runs = testModules.filter(({ moduleId }) => wanted.has(moduleId)).map(told);
  return {
    green: uncaught.length > 0 ? [] : runs.flatMap(({ green }) => green),
    failed: runs.flatMap(({ failed }) => failed),
    unrun: [...runs.flatMap(({ unrun }) => unrun), ...uncaught],
  };
}

function told(module: TestModule): Told {
  const file = relative(process.cwd(), module.moduleId).replaceAll('\\', '/');
  const failed = [...module.children.allTests('failed')].map((test): Failed => ({
    file,
    title: test.fullName,
    message: textOf(test.result().errors?.[0]),
  }));
  if (failed.length > 0) return { green: [], failed, unrun: [] };
  // The file could not be loaded, or a hook of it failed: no test has looked at anything.
  const suites = [module, ...module.children.allSuites()];
  if (!module.ok())
    return { green: [], failed, unrun: [[file, textOf(suites.flatMap((one) => one.errors())[0])]] };
  const ran = [...module.children.allTests('passed')].length > 0;
  return { green: ran ? [file] : [], failed, unrun: [] };
}

function textOf(error: unknown): string {
  const { name = 'Error', message = '' } = (error ?? {}) as {
    readonly name?: string;
    readonly message?: string;
  };
  return `${name}: ${message.split('\n')[0] ?? ''}`.slice(0, 300);
}
