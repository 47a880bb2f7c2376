import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { pure, rooms } from '../../rooms.ts';

const root = join(import.meta.dirname, '../..');

/** The cells of the table in the page: names stand in backticks, and `_pure_` for the pure rooms. */
const told = new Map(
  [...readFileSync(join(root, 'docs/architecture.md'), 'utf8').matchAll(/^\| `([\w-]+)` +\|(.*)\|$/gm)]
    .map(([, room = '', cells = '']) => [room, cells.split('|')] as const)
    .filter(([, cells]) => cells.length === 3)
    .map(([room, [, others = '', packages = '']]) => [
      room,
      {
        rooms: [...(others.includes('_pure_') ? pure : []), ...named(others)],
        packages: named(packages),
      },
    ]),
);

function named(cell: string): readonly string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);
}

describe('the table of rooms', () => {
  it('in the page on architecture says what lint enforces', () => {
    expect(Object.fromEntries(told)).toEqual(
      Object.fromEntries(
        Object.entries(rooms).map(([room, may]) => [room, { ...may, rooms: [...may.rooms] }]),
      ),
    );
  });
  it('has a row for each folder under functions', () => {
    const folders = readdirSync(join(root, 'functions'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      // Git leaves empty folders behind where everything has moved.
      .filter(({ name }) => readdirSync(join(root, 'functions', name)).length > 0)
      .map(({ name }) => name);
    expect(folders.sort()).toEqual(Object.keys(rooms).sort());
  });
});
