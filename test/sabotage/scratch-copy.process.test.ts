import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { scratchCopy } from './scratch-copy.ts';
import { takeOut } from './take-out.ts';

const door = `
export const enter = (who: string, at: number): boolean => {
  if (who === 'stranger') return false;
  if (at < 8) return false;
  if (who === '') throw new Error('nobody');
  return true;
};
export const opens = async (): Promise<void> => {
  await Promise.resolve();
};
`;
const doorTest = `
import { beforeEach, expect, test } from 'vitest';
import { enter, opens } from './door.ts';
beforeEach(opens);
test('strangers stay out', () => expect(enter('stranger', 9)).toBe(false));
test('friends enter', () => expect(enter('friend', 9)).toBe(true));
`;
/** As patient as the project itself is. */
const patient = `
const patience = { testTimeout: 900_000, hookTimeout: 900_000 };
export default { test: { projects: [{ test: { name: 'door', include: ['*.test.ts'], ...patience } }] } };
`;

function project(): string {
  const folder = mkdtempSync(join(tmpdir(), 'lapse-fixture-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(folder, '.gitignore'), 'node_modules\n');
  writeFileSync(join(folder, 'door.ts'), door);
  writeFileSync(join(folder, 'door.test.ts'), doorTest);
  writeFileSync(join(folder, 'vitest.config.ts'), patient);
  symlinkSync(join(import.meta.dirname, '..', '..', 'node_modules'), join(folder, 'node_modules'));
  execFileSync('git', ['init', '--quiet'], { cwd: folder });
  return folder;
}

const guard = (without: string, find: string, replace = '') => ({
  without,
  find,
  replace,
  file: 'door.ts',
  tests: ['door.test.ts'],
});
/** A place for scratch copies that nobody else uses. */
function place(): string {
  const folder = mkdtempSync(join(tmpdir(), 'lapse-fixture-'));
  vi.stubEnv('TMPDIR', folder);
  onTestFinished(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

test('each guard of a project is tried by itself, and what was taken out is put back', async () => {
  const folder = project();
  const copies = place();
  const copy = await scratchCopy(folder, new AbortController().signal);
  onTestFinished(() => copy.remove());
  const strangers = guard('strangers enter', "if (who === 'stranger') return false;");
  const verdicts = await takeOut(
    [
      strangers,
      guard('they enter at night', 'if (at < 8) return false;'),
      guard('anybody enters', "who === 'stranger'", "whoever === 'stranger'"),
      guard('nothing is a door', 'export const enter', 'export const enter enter'),
      { ...strangers, without: 'strangers enter, once more' },
      guard('nobody enters', "if (who === '') throw new Error('nobody');"),
    ],
    [copy],
    () => undefined,
  );
  expect(verdicts.map((verdict) => [verdict.guard.without, verdict.outcome])).toEqual([
    ['strangers enter', 'noticed'],
    ['they enter at night', 'survived'],
    ['anybody enters', 'broken'],
    ['nothing is a door', 'broken'],
    ['strangers enter, once more', 'noticed'],
    ['nobody enters', 'survived'],
  ]);
  expect(verdicts[0]).toMatchObject({ by: 'strangers stay out', in: 'door.test.ts' });
  await copy.remove();
  expect(readdirSync(copies)).toEqual([]);
});

test('what only waits without its guard ends at the limit of a test or hook, however patient the project is', async () => {
  const folder = project();
  const copies = place();
  const limits = { test: 5000, run: 300_000 };
  const copy = await scratchCopy(folder, new AbortController().signal, limits);
  onTestFinished(() => copy.remove());
  const never = guard('the door opens', 'Promise.resolve()', 'new Promise(() => undefined)');
  const [verdict] = await takeOut([never], [copy], () => undefined);
  expect(verdict).toMatchObject({
    outcome: 'unending',
    why: '"strangers stay out" (door.test.ts): HookTimeoutError: Hook timed out in 5000ms.',
  });
  await copy.remove();
  expect(readdirSync(copies)).toEqual([]);
});

test('what loops without its guard is ended with its whole run', async () => {
  const folder = project();
  const copies = place();
  const limits = { test: 60_000, run: 3000 };
  const copy = await scratchCopy(folder, new AbortController().signal, limits);
  onTestFinished(() => copy.remove());
  const text = door.replace('return true;', 'for (;;);');
  const run = await copy.run(['door.test.ts'], { file: 'door.ts', text });
  expect(run).toMatchObject({ green: [], failed: [], unending: 'the run did not end within 3 seconds' });
  await copy.remove();
  expect(readdirSync(copies)).toEqual([]);
});

test('an interrupt ends what runs, and leaves nothing behind', async () => {
  const interrupted = new AbortController();
  const folder = project();
  const copies = place();
  const copy = await scratchCopy(folder, interrupted.signal);
  onTestFinished(() => copy.remove());
  const run = copy.run(['door.test.ts']);
  interrupted.abort(new Error('ended by a person'));
  await expect(run).rejects.toThrow('ended by a person');
  await copy.remove();
  expect(readdirSync(copies)).toEqual([]);
});
