/**
 * One execution environment of one function, in a thread of its own: its environment variables are its own
 * (the parent passes them to the thread), its `Date` follows local time, its handler is the deployed bundle.
 */
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { existsSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import type { Answer, Invocation, WorkerData } from './invocation.ts';

type Handler = (event: unknown, context: unknown) => unknown;

const { folder, handler: entry, name, memoryMb, offset } = workerData as WorkerData;
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
parentPort?.postMessage({ ready: true } satisfies Answer);

async function answer(id: string, work: () => unknown): Promise<void> {
  const message = await outcome(id, work);
  // What it printed is on the other side before its answer: nothing is lost if the thread is ended then.
  await Promise.all(
    [process.stdout, process.stderr].map((out) => new Promise((done) => out.write('', done))),
  );
  parentPort?.postMessage(message);
}

async function outcome(id: string, work: () => unknown): Promise<Answer> {
  try {
    // Through JSON, as Lambda does: what JSON cannot say never leaves a function.
    return { id, result: JSON.stringify(await work()) };
  } catch (error) {
    return { id, error: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
  }
}
