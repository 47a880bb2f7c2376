import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { rooms } from '../../rooms.ts';

const root = join(import.meta.dirname, '../..');
/** Tests of more than one folder, and what tests need. */
const ofTheWhole = ['fixtures', 'house', 'journeys', 'sabotage', 'soak', 'stack'];

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
