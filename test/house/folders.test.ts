import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { rooms } from '../../rooms.ts';

const root = join(import.meta.dirname, '../..');
/** Tests of more than one folder, and what tests need. */
const ofTheWhole = [
  'bench',
  'fixtures',
  'grants',
  'house',
  'journeys',
  'sabotage',
  'simulation',
  'soak',
  'stack',
];

/** Git leaves empty folders behind where everything has moved. */
const foldersIn = (place: string): readonly string[] =>
  readdirSync(join(root, place), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && readdirSync(join(root, place, entry.name)).length > 0)
    .map(({ name }) => name);

it('tests lie in the folder that is called like the one they test', () => {
  const tested = ['bin', ...foldersIn('functions'), ...foldersIn('lib')];
  expect(foldersIn('test').filter((name) => !tested.includes(name))).toEqual(ofTheWhole);
  // Every room but `time`, which everything else tests.
  expect(Object.keys(rooms).filter((room) => !foldersIn('test').includes(room))).toEqual(['time']);
});

it('no test but one reads the policy that customers edit', () => {
  const files = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' });
  const readers = files.filter(
    (file) =>
      file.endsWith('.ts') && readFileSync(join(root, 'test', file), 'utf8').includes('../policy.yaml'),
  );
  // This file names it, too.
  expect(readers.sort()).toEqual(['house/folders.test.ts', 'policy/shipped-policy.test.ts']);
});
