import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const { imports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  readonly imports: Readonly<Record<string, string>>;
};
const spawns = ['node:child_process', 'node:worker_threads', 'node:cluster'];

/** The module as a path from the root, or as it is called where it is none of ours. */
function resolved(specifier: string, from: string): string {
  const folder = Object.keys(imports).find((name) => specifier.startsWith(name.slice(0, -1)));
  if (folder !== undefined)
    return join((imports[folder] ?? '').slice(0, -1), specifier.slice(folder.length - 1));
  return specifier.startsWith('.') ? join(from, '..', specifier) : specifier;
}

/** What is loaded with the file. Types are not, and what a program in a text imports is loaded elsewhere. */
function importsOf(file: string): readonly string[] {
  if (!file.endsWith('.ts') || !existsSync(join(root, file))) return [];
  const code = readFileSync(join(root, file), 'utf8');
  const found = [
    ...code.matchAll(/^(?:import|export)\s+(?!type\s)(?:[^'";]*?\sfrom\s+)?'([^']+)'/gm),
    ...code.matchAll(/(?<!typeof )\bimport\('([^']+)'\)/g),
  ];
  return found.map(([, specifier = '']) => resolved(specifier, file));
}

/** How the file comes to load what spawns; nothing where it does not. */
function wayToSpawning(file: string, except: readonly string[] = []): readonly string[] {
  const seen = new Set([file, ...except]);
  const ways = [[file]];
  for (const way of ways) {
    for (const next of importsOf(way.at(-1) ?? '')) {
      if (spawns.includes(next)) return [...way, next];
      if (!seen.has(next)) ways.push([...way, next]);
      seen.add(next);
    }
  }
  return [];
}

const tests = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.test.ts'))
  .map((file) => join('test', file));
/** Tests that the rule is for, in folders or not in them. */
const bound = (folders: RegExp): readonly string[] =>
  tests.filter((file) => !file.endsWith('.process.test.ts') && folders.test(file));

it('only journeys and tests that are called *.process.test.ts load what starts processes or threads', () => {
  const files = bound(/^test\/(?!journeys\/|register\/)/);
  expect(files.length).toBeGreaterThan(100);
  // Of the command that starts everything, the others try only what it refuses before it starts anything.
  const ways = files.map((file) => wayToSpawning(file, ['bin/commands/local.ts']));
  expect(ways.filter((way) => way.length > 0)).toEqual([]);
});

it('tests of the register start the engine and nothing else', () => {
  const files = bound(/^test\/register\//);
  expect(files.length).toBeGreaterThan(10);
  const ways = files.map((file) => wayToSpawning(file, ['lib/local/dynamodb-engine.ts']));
  expect(ways.filter((way) => way.length > 0)).toEqual([]);
});

it('what is started by way of other files is found', () => {
  expect(wayToSpawning('test/collection/ledger.process.test.ts')).toEqual([
    'test/collection/ledger.process.test.ts',
    'test/register/table.ts',
    'lib/local/dynamodb-engine.ts',
    'node:child_process',
  ]);
});
