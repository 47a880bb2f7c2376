/**
 * DynamoDB on this machine: dynoxide, an engine over SQLite that speaks DynamoDB's own protocol. It runs beside this
 * process and never outlives it.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { accessSync, constants, existsSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { delimiter, dirname, join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Refusal, messageOf } from './refusal.ts';
import { indexStreamRecords } from './stream-index.ts';

export interface DynamoDbEngine {
  /** For the SDK's `endpoint`, or `AWS_ENDPOINT_URL_DYNAMODB`; the table's streams are served there too. */
  readonly endpoint: string;
  close(): Promise<void>;
}

/** A start takes a few hundredths of a second; recovering a large file after a crash, some seconds. */
const readyWithin = 20_000;
const closedWithin = 5_000;
/** Somebody else may take the free port before the engine does. */
const mostStarts = 3;

/**
 * Starts the engine on a free port of the loopback interface, with its data in `file`, or in memory without one. What
 * a killed engine left behind is taken up again. Throws `Refusal`.
 */
export async function startDynamoDbEngine({
  file,
}: { readonly file?: string } = {}): Promise<DynamoDbEngine> {
  const program = engineProgram();
  const path = file === undefined ? undefined : writable(resolve(file));
  for (let start = 1; ; start += 1) {
    const port = await freePort();
    const engine = run(program, [
      'serve',
      '--port',
      String(port),
      ...(path === undefined ? [] : ['--db-path', path]),
    ]);
    const endpoint = `http://127.0.0.1:${port}`;
    if (await answers(endpoint, engine)) {
      if (path !== undefined) indexStreamRecords(path);
      return { endpoint, close: () => engine.close() };
    }
    await engine.close();
    const said = engine.said();
    if (start < mostStarts && /already in use/i.test(said)) continue;
    throw new Refusal(
      `The DynamoDB engine did not start${path === undefined ? '' : ` on ${path}`}`,
      said || 'it gave no reason',
      'start with --fresh to begin with an empty file, or name another engine with --dynamodb-endpoint URL',
    );
  }
}

function engineProgram(): string {
  const name = process.platform === 'win32' ? 'dynoxide.exe' : 'dynoxide';
  const places = (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, name));
  try {
    const packaged = createRequire(import.meta.url).resolve(
      `@dynoxide/${process.platform}-${process.arch}/package.json`,
    );
    places.unshift(join(dirname(packaged), name));
  } catch {
    // No package for this platform: a program of that name on the PATH will do.
  }
  const found = places.find((place) => existsSync(place));
  if (found !== undefined) return found;
  throw new Refusal(
    'There is no DynamoDB engine to run',
    `none comes with this project for ${process.platform}-${process.arch}, and no program "dynoxide" is on the PATH`,
    'install dynoxide, or start any DynamoDB-compatible engine (Amazon DynamoDB Local, for one) and name it with --dynamodb-endpoint URL',
  );
}

/** The engine would say "unable to open database file"; say which, and why. */
function writable(file: string): string {
  try {
    mkdirSync(dirname(file), { recursive: true });
    accessSync(dirname(file), constants.W_OK);
    for (const part of [file, `${file}-wal`, `${file}-shm`])
      if (existsSync(part)) accessSync(part, constants.R_OK | constants.W_OK);
    return file;
  } catch (error) {
    throw new Refusal(
      `The register cannot be kept in ${file}`,
      messageOf(error),
      `give this user write access to ${dirname(file)}, or start from a folder that has it`,
    );
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening, failed) => {
    server.once('error', failed).listen(0, '127.0.0.1', listening);
  });
  const address = server.address();
  await new Promise((closed) => server.close(closed));
  if (address === null || typeof address === 'string')
    throw new Refusal('No port is free', 'the system offers none', 'end some programs');
  return address.port;
}

interface Running {
  readonly ended: Promise<void>;
  hasEnded(): boolean;
  /** Whether it says to listen there; before that, whoever answers there is somebody else. */
  announced(endpoint: string): boolean;
  /** Its complaint. */
  said(): string;
  close(): Promise<void>;
}

/**
 * The engine must end with this process even if that is killed, and must not end before it at Ctrl-C, when requests
 * are still being finished. So a shell stands between: in a group of its own, it ends the engine as soon as its
 * standard input closes, which the operating system does whatever this process dies of.
 */
const keeper = `exec 3<&0; "$@" </dev/null & engine=$!
{ cat <&3 >/dev/null; kill "$engine"; } 2>/dev/null & watcher=$!
wait "$engine"; code=$?; kill "$watcher" 2>/dev/null; exit "$code"`;

function run(program: string, args: readonly string[]): Running {
  const child: ChildProcess =
    process.platform === 'win32'
      ? spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'], windowsHide: true })
      : spawn('/bin/sh', ['-c', keeper, 'sh', program, ...args], {
          stdio: ['pipe', 'pipe', 'pipe'],
          detached: true,
        });
  let errors = '';
  let ended = false;
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (errors = `${errors}${text}`.slice(-2000)));
  child.stdout?.resume();
  // The engine alone keeps nobody waiting: whoever started it may end without closing it.
  child.unref();
  for (const stream of [child.stdin, child.stdout, child.stderr])
    (stream as { unref?: () => void } | null)?.unref?.();
  const gone = new Promise<void>((done) => {
    const end = () => {
      ended = true;
      done();
    };
    child.once('close', end).once('error', (error) => {
      errors += error.message;
      end();
    });
  });
  return {
    ended: gone,
    hasEnded: () => ended,
    announced: (endpoint) => errors.includes(`listening on ${endpoint}`),
    said: () =>
      errors
        .trim()
        .replace(/^error: /i, '')
        .replace(/\.$/, ''),
    async close() {
      child.stdin?.end();
      if (ended) return;
      child.ref();
      if (process.platform === 'win32') child.kill();
      const patience = new AbortController();
      const late = wait(closedWithin, 'late', { signal: patience.signal }).catch(() => undefined);
      if ((await Promise.race([gone, late])) === 'late' && child.pid !== undefined) {
        process.kill(process.platform === 'win32' ? child.pid : -child.pid, 'SIGKILL');
        await gone;
      }
      patience.abort();
    },
  };
}

/** Whether the engine answers before it ends or the time is up. */
async function answers(endpoint: string, engine: Running): Promise<boolean> {
  const until = Date.now() + readyWithin;
  while (!engine.hasEnded() && Date.now() < until) {
    const healthy =
      engine.announced(endpoint) &&
      (await fetch(endpoint, { signal: AbortSignal.timeout(1000) }).then(
        async (response) => (await response.text()).startsWith('healthy'),
        () => false,
      ));
    if (healthy) return true;
    await Promise.race([engine.ended, wait(20)]);
  }
  return false;
}
