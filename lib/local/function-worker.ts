/**
 * One execution environment of one function, in a thread of its own: its environment variables are its own
 * (the parent passes them to the thread), its `Date` follows local time, its handler is the deployed bundle. While
 * local time is moved by hand, its waits are cut short: to sit them out in real time would prove nothing.
 */
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { existsSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import type { WorkerAnswer, Invocation, WorkerData } from './invocation.ts';

type Handler = (event: unknown, context: unknown) => unknown;

// For the start of this thread alone: no part of the function's environment.
delete process.env['NODE_COMPILE_CACHE'];

const { folder, handler: entry, name, memoryMb, offset, advancing } = workerData as WorkerData;
const cell = new BigInt64Array(offset);
const MachineDate = Date;
const now = (): number => MachineDate.now() + Number(Atomics.load(cell, 0));

globalThis.Date = new Proxy(MachineDate, {
  construct: (target, args, caller) =>
    Reflect.construct(target, args.length === 0 ? [now()] : args, caller) as object,
  apply: () => new MachineDate(now()).toString(),
  get: (target, key, receiver) => (key === 'now' ? now : (Reflect.get(target, key, receiver) as unknown)),
});
MachineDate.prototype.constructor = globalThis.Date;

// Our functions wait by `node:timers/promises` alone. Timeouts (the SDK's by the global `setTimeout`, our own by
// `AbortSignal`) are no waits: cut short, they would end requests that are on their way.
const machineWait = timers.setTimeout;
const longestCutWaitMs = 20;
const sliceMs = 100;
if (advancing) {
  const underWay = new Int32Array(advancing);
  const wait = async <T>(ms?: number, value?: T, options?: Parameters<typeof machineWait>[2]): Promise<T> => {
    // In slices, so that a wait which began before the journey does not hold it up.
    for (let left = ms ?? 0; ; left -= sliceMs) {
      if (left <= sliceMs) return machineWait(left, value as T, options);
      if (Atomics.load(underWay, 0) === 1) return machineWait(longestCutWaitMs, value as T, options);
      await machineWait(sliceMs, undefined, options);
    }
  };
  Object.assign(timers, { setTimeout: wait });
  // Without this, `import { setTimeout } from 'node:timers/promises'` would get the old one.
  syncBuiltinESMExports();
}

const [file = '', exported = ''] = entry.split(/\.(?=[^.]+$)/);
const module_ = ['.mjs', '.js', '.cjs'].map((ending) => join(folder, file + ending)).find(existsSync);
if (!module_) throw new Error(`${name}: its bundle has no ${file}.mjs`);
const loaded = (await import(pathToFileURL(module_).href)) as Record<string, Handler | undefined>;
const handle = loaded[exported];
if (!handle) throw new Error(`${name}: its bundle exports no ${exported}`);

parentPort?.on('message', ({ id, event, timeoutMs }: Invocation) => {
  // A timeout is a length: it is counted on the machine's clock, whatever local time does meanwhile.
  const ends = performance.now() + timeoutMs;
  const context = {
    awsRequestId: id,
    functionName: name,
    functionVersion: '$LATEST',
    invokedFunctionArn: `arn:aws:lambda:local-1:000000000000:function:${name}`,
    memoryLimitInMB: String(memoryMb),
    logGroupName: `/aws/lambda/${name}`,
    logStreamName: 'local',
    callbackWaitsForEmptyEventLoop: false,
    // Whole milliseconds, as Lambda tells them: timers refuse fractions.
    getRemainingTimeInMillis: () => Math.max(0, Math.floor(ends - performance.now())),
  };
  void answer(id, () => handle(event, context));
});
parentPort?.postMessage({ ready: true } satisfies WorkerAnswer);

async function answer(id: string, work: () => unknown): Promise<void> {
  const message = await outcome(id, work);
  // What it printed is on the other side before its answer: nothing is lost if the thread is ended then.
  await Promise.all(
    [process.stdout, process.stderr].map((out) => new Promise((done) => out.write('', done))),
  );
  parentPort?.postMessage(message);
}

async function outcome(id: string, work: () => unknown): Promise<WorkerAnswer> {
  try {
    // Through JSON, as Lambda does: what JSON cannot say never leaves a function.
    return { id, result: JSON.stringify(await work()) };
  } catch (error) {
    return { id, error: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
  }
}
