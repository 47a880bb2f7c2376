/** Everything on this machine, as people start and end it: nothing is left running, listening or locked. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, it } from 'vitest';
import { openDatabase } from '#lib/local/sqlite.ts';
import { projectFolder, startTree, type Tree } from '#test/bin/process-tree.ts';

const running = /Register {2}http/;
const start = ['npm', 'start', '--', '--port', '0'] as const;
const npx = ['npx', 'lapse', 'local', '--port', '0'] as const;
const inTerminal = ['script', '-qec', start.join(' '), '/dev/null'] as const;
const hasTerminal = spawnSync('script', ['-qec', 'true', '/dev/null']).status === 0;

const sendTo =
  (role: 'npm' | 'launcher' | 'lapse', signal: NodeJS.Signals) =>
  (tree: Tree): void =>
    void process.kill(tree.find(role) ?? 0, signal);
const ctrlC = (tree: Tree): void => {
  tree.find('npm');
  tree.child.stdin?.write('\x03');
};

describe('the local deployment', () => {
  it.for([
    { how: 'npm start, SIGINT to npm', command: start, end: sendTo('npm', 'SIGINT'), when: running },
    { how: 'npx, SIGTERM to npx', command: npx, end: sendTo('npm', 'SIGTERM'), when: running },
    { how: 'npx, its launcher killed', command: npx, end: sendTo('launcher', 'SIGKILL'), when: running },
    {
      how: 'npm start, npm killed while it starts',
      command: start,
      end: sendTo('npm', 'SIGKILL'),
      when: /synth/,
    },
    ...(hasTerminal
      ? [{ how: 'npm start, Ctrl-C in a terminal', command: inTerminal, end: ctrlC, when: running }]
      : []),
  ] as const)('is gone after: $how', async ({ command, end, when }, test) => {
    const folder = projectFolder(test);
    const tree = await startTree(test, command, folder, when);
    const url = /http:\/\/localhost:\d+/.exec(tree.said())?.[0];
    end(tree);
    await test.expect.poll(() => tree.ended(), { interval: 200 }).toBe(true);
    if (url !== undefined) await test.expect(fetch(url)).rejects.toThrow('fetch failed');
    openDatabase(join(folder, '.lapse', 'state.db')).close();
  });
});
