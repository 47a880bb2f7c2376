import { expect, test } from 'vitest';
import { guards } from './guards/all.ts';
import type { Guard } from './guard.ts';
import { takeOut } from './take-out.ts';
import type { Bench, TestRun } from './take-out.ts';

/** A project of one file and one test, which fails where `notices` says so of the file's text. */
function project(
  text: string,
  notices: (text: string) => string | undefined,
): Bench & { readonly runs: readonly string[] } {
  const runs: string[] = [];
  return {
    runs,
    read: (file) => Promise.resolve(file === 'door.ts' ? text : undefined),
    run: (tests, changed) => {
      const present = changed?.text ?? text;
      runs.push(present);
      const message = notices(present);
      const failed =
        message === undefined ? [] : [{ file: 'door.test.ts', title: 'strangers stay out', message }];
      const green = message === undefined ? tests.filter((file) => file === 'door.test.ts') : [];
      return Promise.resolve({ green, failed, unrun: new Map() } satisfies TestRun);
    },
  };
}

const door = 'if (isStranger) return; enter();';
const guard: Guard = {
  without: 'strangers enter',
  file: 'door.ts',
  find: 'if (isStranger) return; ',
  replace: '',
  tests: ['door.test.ts'],
};
const noticed = { outcome: 'noticed', by: 'strangers stay out', in: 'door.test.ts' };
const nobodyNotices = () => undefined;
const everybodyNotices = (text: string) =>
  text === door ? undefined : 'AssertionError: a stranger is inside';

async function outcomes(guards: readonly Guard[], bench: Bench): Promise<readonly unknown[]> {
  const verdicts = await takeOut(guards, [bench], () => undefined);
  return verdicts.map((verdict) => ({ ...verdict, guard: undefined }));
}

test('a guard whose absence fails a test is noticed, by that test', async () => {
  const bench = project(door, everybodyNotices);
  expect(await outcomes([guard], bench)).toEqual([noticed]);
  expect(bench.runs).toEqual([door, 'enter();']);
});

test('a guard that no test misses survives', async () => {
  expect(await outcomes([guard], project(door, nobodyNotices))).toEqual([{ outcome: 'survived' }]);
});

test.each([
  ['is not there', { ...guard, find: 'if (isFoe) return;' }, 'door.ts does not have the text to find'],
  ['is there twice', { ...guard, find: 'e' }, 'door.ts has the text to find 4 times'],
  ['is in a file that is not there', { ...guard, file: 'gate.ts' }, 'there is no gate.ts'],
  ['is replaced by itself', { ...guard, replace: guard.find }, 'it is replaced by itself'],
])('a text to find that %s is stale, and nothing is run for it', async (_, stale, why) => {
  const bench = project(door, everybodyNotices);
  expect(await outcomes([stale], bench)).toEqual([{ outcome: 'stale', why }]);
  expect(bench.runs).toEqual([]);
});

test('a test that fails with the guard in place notices nothing', async () => {
  const red = project(door, () => 'AssertionError: the door is stuck');
  expect(await outcomes([guard], red)).toEqual([
    { outcome: 'untested', why: '"strangers stay out" (door.test.ts) fails with the guard in place' },
  ]);
});

test('a test file that does not run, or is not there, notices nothing', async () => {
  const elsewhere = { ...guard, tests: ['gate.test.ts'] };
  const untold = { ...guard, tests: [] };
  expect(await outcomes([elsewhere, untold], project(door, everybodyNotices))).toEqual([
    { outcome: 'untested', why: 'gate.test.ts: no test ran' },
    { outcome: 'untested', why: 'the list names no test for it' },
  ]);
});

test('code that cannot run without the guard is no finding of a test', async () => {
  const message = 'ReferenceError: isStranger is not defined';
  const bench = project(door, (text) => (text === door ? undefined : message));
  expect(await outcomes([guard], bench)).toEqual([{ outcome: 'broken', why: message }]);
});

test.each(['Error: Test timed out in 60000ms.', 'Error: Hook timed out in 60000ms.'])(
  'a test that only waits without the guard is noticed by its limit, which is said so: %s',
  async (message) => {
    const bench = project(door, (text) => (text === door ? undefined : message));
    expect(await outcomes([guard], bench)).toEqual([
      { outcome: 'unending', why: `"strangers stay out" (door.test.ts): ${message}` },
    ]);
  },
);

test.each([
  ['a run', { unrun: new Map(), unending: 'the run did not end within 300 seconds' }],
  ['a hook of a whole file', { unrun: new Map([['door.test.ts', 'Error: Hook timed out in 60000ms.']]) }],
])('%s that does not end without the guard is noticed by its limit', async (_, ended) => {
  const bench: Bench = {
    ...project(door, nobodyNotices),
    run: (tests, changed) =>
      Promise.resolve(
        changed ? { green: [], failed: [], ...ended } : { green: tests, failed: [], unrun: new Map() },
      ),
  };
  expect(await outcomes([guard], bench)).toMatchObject([{ outcome: 'unending' }]);
});

test('a run that does not end with the guard in place notices nothing', async () => {
  const bench: Bench = {
    ...project(door, nobodyNotices),
    run: () => Promise.resolve({ green: [], failed: [], unrun: new Map(), unending: 'it goes on' }),
  };
  expect(await outcomes([guard], bench)).toEqual([{ outcome: 'untested', why: 'door.test.ts: it goes on' }]);
});

test('a file that cannot be loaded without the guard is no finding of a test', async () => {
  const bench: Bench = {
    ...project(door, nobodyNotices),
    run: (tests, changed) =>
      Promise.resolve(
        changed
          ? { green: [], failed: [], unrun: new Map([['door.test.ts', 'Error: Transform failed']]) }
          : { green: tests, failed: [], unrun: new Map() },
      ),
  };
  expect(await outcomes([guard], bench)).toEqual([
    { outcome: 'broken', why: 'door.test.ts: Error: Transform failed' },
  ]);
});

test('the nearest test file is asked first, and the others only where it notices nothing', async () => {
  const asked: string[] = [];
  const bench: Bench = {
    ...project(door, nobodyNotices),
    run: (tests, changed) => {
      if (changed) asked.push(...tests);
      const failed =
        changed && tests.includes('gate.test.ts')
          ? [{ file: 'gate.test.ts', title: 'the gate is shut', message: 'AssertionError' }]
          : [];
      return Promise.resolve({ green: tests, failed, unrun: new Map() });
    },
  };
  const wide = { ...guard, tests: ['door.test.ts', 'gate.test.ts', 'wall.test.ts'] };
  expect(await outcomes([wide], bench)).toEqual([
    { outcome: 'noticed', by: 'the gate is shut', in: 'gate.test.ts' },
  ]);
  expect(asked).toEqual(['door.test.ts', 'gate.test.ts']);
});

test('several benches share the list, and each guard is taken out once', async () => {
  const benches = [project(door, everybodyNotices), project(door, everybodyNotices)] as const;
  const list = ['a', 'b', 'c'].map((without) => ({ ...guard, without }));
  const told: string[] = [];
  const verdicts = await takeOut(list, benches, (verdict) => told.push(verdict.guard.without));
  expect(verdicts.map(({ guard: { without }, outcome }) => [without, outcome])).toEqual([
    ['a', 'noticed'],
    ['b', 'noticed'],
    ['c', 'noticed'],
  ]);
  expect(told.sort()).toEqual(['a', 'b', 'c']);
  expect(benches.flatMap(({ runs }) => runs.filter((text) => text !== door))).toHaveLength(3);
});

test('every guard of the list has a name of its own', () => {
  const names = guards.map(({ without }) => without);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});
