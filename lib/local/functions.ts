import { randomUUID } from 'node:crypto';
import { createWriteStream, type WriteStream } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Activity } from './activity.ts';
import { measurementsIn, type Measurement } from './measurements.ts';
import type { WorkerAnswer, Invocation, WorkerData } from './invocation.ts';
import type { FunctionSpec } from './template.ts';

/** A deployed function. */
export interface LocalFunction {
  readonly spec: FunctionSpec;
  /** Invocations that could start at once. */
  free(): number;
  /** What the handler answered. Rejects with what it threw, or because it crashed or ran out of time. */
  invoke(event: unknown): Promise<unknown>;
  /** Starts a thread now, so that the first caller does not wait for it. */
  warm(): void;
  close(): Promise<void>;
}

export interface FunctionOptions {
  readonly spec: FunctionSpec;
  readonly environment: Readonly<Record<string, string>>;
  readonly offset: SharedArrayBuffer;
  /** One Int32: while it is 1, the function's waits are cut short. Without it they never are. */
  readonly advancing?: SharedArrayBuffer;
  readonly logs: string;
  /** Folder for what Node compiled: half of what the next thread would do until it is ready. */
  readonly compiled: string;
  readonly activity: Activity;
  /** Something went wrong in the function: one line for the terminal. */
  readonly complain: (functionName: string, line: string) => void;
  /** What the function counts. */
  readonly measured: (measurement: Measurement) => void;
}

interface Thread {
  readonly worker: Worker;
  readonly ready: Promise<void>;
  busy: boolean;
}

export function createFunction(options: FunctionOptions): LocalFunction {
  const { spec, activity } = options;
  const threads = new Set<Thread>();
  const waiting: (() => void)[] = [];
  const log = createWriteStream(join(options.logs, `${spec.name}.log`), { flags: 'a' });
  log.on('error', () => undefined);
  let running = 0;
  let closed = false;

  const start = (): Thread => {
    const worker = new Worker(new URL('./function-worker.ts', import.meta.url), {
      workerData: {
        folder: spec.folder,
        handler: spec.handler,
        name: spec.name,
        memoryMb: spec.memoryMb,
        offset: options.offset,
        ...(options.advancing && { advancing: options.advancing }),
      } satisfies WorkerData,
      env: { ...options.environment, NODE_COMPILE_CACHE: options.compiled },
      execArgv: ['--enable-source-maps', '--disable-warning=ExperimentalWarning'],
      resourceLimits: { maxOldGenerationSizeMb: spec.memoryMb },
      stdout: true,
      stderr: true,
    });
    const thread: Thread = { worker, ready: readiness(worker), busy: false };
    thread.ready.catch(() => undefined);
    threads.add(thread);
    worker.once('exit', () => threads.delete(thread));
    worker.on('error', () => undefined);
    follow(worker, log, {
      complain: (line) => options.complain(spec.name, line),
      measured: (line) => measurementsIn(line).forEach(options.measured),
    });
    return thread;
  };

  const turn = async (): Promise<void> => {
    if (running < spec.concurrency) running += 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
  };
  const done = (): void => {
    const next = waiting.shift();
    if (next) next();
    else running -= 1;
  };

  const work = async (event: unknown): Promise<unknown> => {
    // A thread that began now would outlive `close`.
    if (closed) throw new Error('the local deployment is closing');
    const thread = [...threads].find(({ busy }) => !busy) ?? start();
    thread.busy = true;
    try {
      return await perform(thread, event, spec.timeoutMs, () => threads.delete(thread));
    } finally {
      thread.busy = false;
    }
  };

  return {
    spec,
    free: () => Math.max(0, spec.concurrency - running),
    warm: () => {
      if (threads.size === 0 && !closed) start();
    },
    invoke: (event) =>
      activity.during(spec.name, async () => {
        await turn();
        try {
          return await work(event);
        } catch (error) {
          log.write(`invocation failed: ${error instanceof Error ? error.message : String(error)}\n`);
          throw error;
        } finally {
          done();
        }
      }),
    async close() {
      closed = true;
      await Promise.all([...threads].map(({ worker }) => worker.terminate()));
      await new Promise((resolve) => log.end(resolve));
    },
  };
}

/** Cold starts have a limit of their own on AWS as well: ten seconds; a busy laptop gets more. */
const initLimitMs = 60_000;

async function perform(
  thread: Thread,
  event: unknown,
  timeoutMs: number,
  retire: () => void,
): Promise<unknown> {
  const { worker } = thread;
  // A thread cannot be used again after its limit: its handler may still be running.
  const giveUp = (): void => {
    retire();
    void worker.terminate();
  };
  await withLimit(thread.ready, initLimitMs, 'it did not start', giveUp);
  const id = randomUUID();
  const answer = new Promise<unknown>((resolve, reject) => {
    const stop = (): void => {
      worker.off('message', answered);
      worker.off('error', crashed);
      worker.off('exit', ended);
    };
    const answered = (message: WorkerAnswer): void => {
      if (!('id' in message) || message.id !== id) return;
      stop();
      if ('error' in message) reject(new Error(message.error));
      else resolve(message.result === undefined ? undefined : (JSON.parse(message.result) as unknown));
    };
    const crashed = (error: unknown): void => {
      stop();
      retire();
      reject(error instanceof Error ? error : new Error(String(error)));
    };
    const ended = (code: number): void => crashed(new Error(`it ended itself with code ${code}`));
    worker.on('message', answered);
    worker.on('error', crashed);
    worker.on('exit', ended);
  });
  worker.postMessage({ id, event, timeoutMs } satisfies Invocation);
  return withLimit(answer, timeoutMs, `it took longer than its ${timeoutMs / 1000} s`, giveUp);
}

function readiness(worker: Worker): Promise<void> {
  return new Promise((resolve, reject) => {
    worker.once('message', () => resolve());
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`it ended with code ${code} before it was ready`)));
  });
}

async function withLimit<T>(work: Promise<T>, limitMs: number, why: string, giveUp: () => void): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error(why));
      giveUp();
    }, limitMs);
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Copies what a function prints to its log; lines of level ERROR, and all of standard error, are complaints too, and
 * metrics are lines as well.
 */
function follow(
  worker: Worker,
  log: WriteStream,
  { complain, measured }: Readonly<Record<'complain' | 'measured', (line: string) => void>>,
): void {
  for (const [source, isComplaint] of [
    [worker.stdout, (line: string) => line.startsWith('{') && /"level":"(ERROR|CRITICAL)"/.test(line)],
    [worker.stderr, (line: string) => line.trim() !== ''],
  ] as const) {
    let rest = '';
    source.setEncoding('utf8').on('data', (text: string) => {
      if (!log.writableEnded) log.write(text);
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        if (isComplaint(line)) complain(line);
        if (line.startsWith('{"_aws"')) measured(line);
      }
    });
  }
}
