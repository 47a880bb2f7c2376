import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as announced } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createActivity } from '#lib/local/activity.ts';
import { createFunction, type LocalFunction } from '#lib/local/functions.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** A century: no machine's own clock is there yet. */
const aheadMs = 36_525 * 86_400_000;

/** Hears of every thread that is started from now on, once the event loop has turned (`announced`). */
function startedThreads(): Worker[] {
  const started: Worker[] = [];
  const hear = (worker: Worker): void => void started.push(worker);
  process.on('worker', hear);
  onTestFinished(() => {
    process.off('worker', hear);
    return Promise.all(started.map((worker) => worker.terminate())).then(() => undefined);
  });
  return started;
}

/** Deploys a handler's source with local time a century ahead. */
function deploy(
  source: string,
  timeoutMs = 600_000,
  advancing?: SharedArrayBuffer,
): { target: LocalFunction; log: () => string; said: string[]; compiled: () => readonly unknown[] } {
  const folder = temporaryFolder();
  const logs = join(folder, 'logs');
  mkdirSync(logs);
  writeFileSync(join(folder, 'index.mjs'), source);
  const offset = new SharedArrayBuffer(8);
  Atomics.store(new BigInt64Array(offset), 0, BigInt(aheadMs));
  const said: string[] = [];
  const target = createFunction({
    spec: {
      id: 'F',
      name: 'tried',
      folder,
      handler: 'index.handler',
      timeoutMs,
      memoryMb: 128,
      environment: {},
      concurrency: 2,
      arn: 'arn:tried',
      role: 'arn:role',
      logGroup: 'arn:log',
    },
    environment: { COLOUR: 'green' },
    offset,
    ...(advancing && { advancing }),
    logs,
    compiled: join(folder, 'compiled'),
    activity: createActivity(),
    complain: (_name, line) => said.push(line),
    measured: () => undefined,
  });
  onTestFinished(() => target.close());
  return {
    target,
    said,
    log: () => readFileSync(join(logs, 'tried.log'), 'utf8'),
    compiled: () => readdirSync(join(folder, 'compiled'), { recursive: true }),
  };
}

describe('a function', () => {
  it('has the environment it was given and nothing of the machine', async () => {
    const { target } = deploy('export const handler = () => ({ ...process.env });');
    expect(await target.invoke({})).toEqual({ COLOUR: 'green' });
  });

  it('leaves what was compiled to the next thread', async () => {
    const { target, compiled } = deploy('export const handler = () => 1;');
    await target.invoke({});
    await target.close();
    expect(compiled().length).toBeGreaterThan(1);
  });

  it('lives in local time, however it asks for the time', async () => {
    const { target } = deploy(`export const handler = () => ({
      now: Date.now(), made: new Date().getTime(), text: Date.parse(Date()), parsed: new Date('2026-01-01').toJSON(),
      again: new (new Date(0).constructor)().getTime(), is: new Date() instanceof Date });`);
    const answer = (await target.invoke({})) as Record<string, number>;
    for (const name of ['now', 'made', 'text', 'again'])
      expect(new Date(answer[name] ?? 0).getUTCFullYear()).toBeGreaterThan(2100);
    expect(answer).toMatchObject({ parsed: '2026-01-01T00:00:00.000Z', is: true });
  });

  it('gets a context as from Lambda', async () => {
    const { target } = deploy(`export const handler = (event, context) => ({
      event, name: context.functionName, id: context.awsRequestId, left: context.getRemainingTimeInMillis() });`);
    const answer = (await target.invoke({ a: 1 })) as { left: number };
    expect(answer).toMatchObject({
      event: { a: 1 },
      name: 'tried',
      id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
    });
    expect(Number.isInteger(answer.left)).toBe(true);
    expect(answer.left).toBeGreaterThan(0);
    expect(answer.left).toBeLessThanOrEqual(600_000);
  });

  describe('that waits an hour', () => {
    const anHour = `import { setTimeout as wait } from 'node:timers/promises';
      export const handler = async () => {
        let timedOut = false;
        const timeout = setTimeout(() => (timedOut = true), 3_600_000);
        const cancelled = await wait(3_600_000, 0, { signal: AbortSignal.abort() }).catch(({ name }) => name);
        console.log('waiting');
        const value = await wait(3_600_000, 'waited');
        clearTimeout(timeout);
        return { value, cancelled, timedOut };
      };`;
    const waited = { value: 'waited', cancelled: 'AbortError', timedOut: false };

    it('is done at once while local time is moved by hand, and no timeout ends early for it', async () => {
      const advancing = new SharedArrayBuffer(4);
      Atomics.store(new Int32Array(advancing), 0, 1);
      expect(await deploy(anHour, undefined, advancing).target.invoke({})).toEqual(waited);
    });

    it('is done as soon as local time begins to be moved', async () => {
      const advancing = new SharedArrayBuffer(4);
      const { target, log } = deploy(anHour, undefined, advancing);
      const answer = target.invoke({});
      await expect.poll(log).toContain('waiting');
      Atomics.store(new Int32Array(advancing), 0, 1);
      expect(await answer).toEqual(waited);
    });

    it('waits in real time else', async () => {
      const { target } = deploy(anHour, 500, new SharedArrayBuffer(4));
      await expect(target.invoke({})).rejects.toThrow('longer than its 0.5 s');
    });
  });

  it('works on two requests at the same time, and no more', async () => {
    // Each waits until the other is there too: one after the other, they would never end.
    const { target } = deploy(`import { setTimeout as wait } from 'node:timers/promises';
      export const handler = async ({ meeting }) => {
        const cell = new Int32Array(meeting);
        const here = Atomics.add(cell, 0, 1) + 1;
        while (Atomics.load(cell, 0) < 2) await wait(1);
        return here;
      };`);
    const meeting = new SharedArrayBuffer(4);
    const together = Promise.all([target.invoke({ meeting }), target.invoke({ meeting })]);
    await Promise.resolve();
    expect(target.free()).toBe(0);
    expect((await together).sort()).toEqual([1, 2]);
    expect(target.free()).toBe(2);
  });

  it('fails when it throws, with its reason in the log', async () => {
    const { target, log } = deploy(
      `export const handler = async () => { throw new TypeError('no such thing'); };`,
    );
    await expect(target.invoke({})).rejects.toThrow('TypeError: no such thing');
    await target.close();
    expect(log()).toContain('no such thing');
  });

  it('fails when it takes longer than its timeout, and works again for the next', async () => {
    const { target } = deploy(
      `export const handler = ({ stuck }) => stuck ? new Promise(() => {}) : 'fine';`,
      5_000,
    );
    await expect(target.invoke({ stuck: true })).rejects.toThrow('longer than its 5 s');
    expect(await target.invoke({ stuck: false })).toBe('fine');
  });

  it('is ended when its time is up, whatever it was doing', async () => {
    const threads = startedThreads();
    const { target } = deploy(
      `export const handler = () => new Promise(() => setInterval(() => {}, 1));`,
      300,
    );
    await expect(target.invoke({})).rejects.toThrow('longer than its 0.3 s');
    const [thread] = threads;
    // -1 is the id of a thread that is no more.
    await expect.poll(() => thread?.threadId).toBe(-1);
  });

  it('fails when it ends its thread, and works again for the next', async () => {
    const { target } = deploy(
      `export const handler = ({ die }) => { if (die) process.exit(3); return 'alive'; };`,
    );
    await expect(target.invoke({ die: true })).rejects.toThrow('it ended itself with code 3');
    expect(await target.invoke({ die: false })).toBe('alive');
  });

  it('fails with the reason when its bundle does not load', async () => {
    const { target } = deploy(`throw new Error('TABLE_NAME is missing');`);
    await expect(target.invoke({})).rejects.toThrow('TABLE_NAME is missing');
  });

  it('begins nothing once it is closed: nobody would be left to end the thread', async () => {
    const { target } = deploy(`export const handler = () => 'done';`);
    const started = startedThreads();
    await target.close();
    await expect(target.invoke({})).rejects.toThrow('the local deployment is closing');
    target.warm();
    await announced();
    expect(started).toHaveLength(0);
  });

  it('begins nothing for who still waited for a turn when it was closed', async () => {
    const { target } = deploy(`export const handler = () => new Promise(() => {});`);
    const started = startedThreads();
    const calls = Array.from({ length: 3 }, () => target.invoke({}).catch(String));
    await announced();
    expect(started).toHaveLength(2);
    await target.close();
    await announced();
    expect((await Promise.all(calls))[2]).toContain('the local deployment is closing');
    expect(started).toHaveLength(2);
  });

  it('has its errors shown, and all it says in its log', async () => {
    const { target, said, log } = deploy(`export const handler = () => {
      console.log('plain'); console.log(JSON.stringify({ level: 'ERROR', message: 'bad' })); };`);
    await target.invoke({});
    await target.close();
    expect(log()).toContain('plain');
    expect(said).toEqual(['{"level":"ERROR","message":"bad"}']);
  });
});
