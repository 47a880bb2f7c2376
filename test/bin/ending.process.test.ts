import { EventEmitter, once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { endAtSignal } from '../../bin/ending.ts';
import { projectFolder, startTree, type Role } from './process-tree.ts';

/** The stand-in tenant alone: started and ended like everything else, and there in a second. */
const ready = /stand-in tenant answers at/;
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGKILL'] as const;
const cases = (...roles: readonly Role[]) =>
  roles.flatMap((role) => signals.map((signal) => ({ role, signal })));

describe.each([
  { command: ['npm', 'start'], to: cases('npm', 'sh', 'launcher', 'lapse') },
  { command: ['npx', 'lapse', 'tenant'], to: cases('npm', 'sh') },
] as const)('what $command started', ({ command, to }) => {
  it.concurrent.for(to)(
    'ends after $signal to $role, and leaves no process behind',

    async ({ role, signal }, test) => {
      const folder = projectFolder(test, 'node bin/lapse.mjs tenant');
      const tree = await startTree(test, command, folder, ready);
      const target = tree.find(role);
      if (target === undefined) return test.skip(`on this system no ${role} stays between`);
      process.kill(target, signal);
      await test.expect.poll(() => tree.ended(), { interval: 200 }).toBe(true);
    },
  );
});

const launcher = join(import.meta.dirname, '..', '..', 'bin', 'lapse.mjs');

/** Starts the launcher as a shell does that makes way for its command, and goes only when it is told to. */
const between = (environment: Readonly<Record<string, string>>): readonly [string, ...string[]] => [
  process.execPath,
  '-e',
  `process.title = 'npm start';
   require('node:child_process').spawn(process.execPath, [${JSON.stringify(launcher)}, 'tenant'],
     { stdio: 'inherit', env: { ...process.env, ...${JSON.stringify(environment)} } });`,
];

describe('the launcher', () => {
  const start = [process.execPath, launcher, 'tenant'] as const;

  it('ends with npm where no shell stays between', async (test) => {
    const command = between({ npm_lifecycle_script: 'lapse tenant' });
    const tree = await startTree(test, command, projectFolder(test), ready);
    process.kill(tree.find('npm') ?? 0, 'SIGKILL');
    await expect.poll(() => tree.ended(), { interval: 200 }).toBe(true);
  });

  it('goes on without whoever else started it', async (test) => {
    const tree = await startTree(test, between({}), projectFolder(test), ready);
    const url = /http:\/\/\S+/.exec(tree.said())?.[0] ?? '';
    const lapse = tree.find('lapse');
    process.kill(tree.find('npm') ?? 0, 'SIGKILL');
    // Until another one is there, it has had time to notice.
    await startTree(test, start, projectFolder(test), ready);
    expect((await fetch(url)).status).toBe(404);
    expect(tree.find('lapse')).toBe(lapse);
  });

  it('has the exit code of the command that a signal ended', async (test) => {
    const { child } = await startTree(test, start, projectFolder(test), ready);
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    expect(await exited).toEqual([0, null]);
  });

  it('kills a command that does not end', async (test) => {
    const tree = await startTree(test, start, projectFolder(test), ready);
    process.kill(tree.find('lapse') ?? 0, 'SIGSTOP');
    tree.child.kill('SIGTERM');
    await expect.poll(() => tree.ended(), { interval: 200 }).toBe(true);
  });
});

describe('a command that is told to end', () => {
  const play = () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const exited: number[] = [];
    const signals = new EventEmitter();
    const ending = endAtSignal(Object.assign(signals, { exit: (code: number) => void exited.push(code) }));
    return { signals, ending, exited };
  };

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'])('hears of %s, and again, without dying of it', (signal) => {
    const { signals, ending } = play();
    expect(ending.aborted).toBe(false);
    signals.emit(signal);
    signals.emit(signal);
    expect(ending.aborted).toBe(true);
    expect(signals.listenerCount(signal)).toBe(1);
  });

  it('ends within five seconds of the first signal, whatever it is doing', () => {
    const { signals, exited } = play();
    signals.emit('SIGINT');
    vi.advanceTimersByTime(3_000);
    signals.emit('SIGINT');
    expect(exited).toEqual([]);
    vi.advanceTimersByTime(2_000);
    expect(exited).toEqual([0]);
  });
});
