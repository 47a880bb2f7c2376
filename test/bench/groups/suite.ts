/** `npm test`, as whoever changes something waits for it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { timed } from '../paired.ts';
import type { Group } from '../row.ts';

export const suite: Group = {
  name: 'suite',
  onlyNamed: true,
  async *rows(progress) {
    progress('every test');
    const root = join(import.meta.dirname, '../../..');
    let code: unknown;
    const { wall } = await timed(async () => {
      const child = spawn(process.execPath, [join(root, 'node_modules/vitest/vitest.mjs'), 'run'], {
        cwd: root,
        stdio: ['ignore', 'ignore', 'inherit'],
      });
      [code] = (await once(child, 'exit')) as [unknown];
    });
    yield {
      what: 'npm test',
      reached: wall / 60_000,
      goal: { atMost: 5 },
      unit: 'min',
      ...(code !== 0 && { note: 'it failed' }),
    };
  },
};
