import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { toMillis } from '#time/instant.ts';
import type { Clock } from './clock.ts';
import type { LocalFunction } from './functions.ts';
import { arrival, payloadOf, replyOf, type HttpReply } from './payload.ts';
import { messageOf, Refusal } from './refusal.ts';
import type { RouteSpec } from './template.ts';

/** The public port: the template's routes, and those that only the local deployment has. */
export interface Gateway {
  readonly url: string;
  /** From now on it answers; until then it says that it is starting. */
  serve(options: GatewayOptions): void;
  close(): Promise<void>;
}

/** Answers a request that only the local deployment knows; throws `BadRequest` or `NotFound`. */
export type LocalRoute = (request: IncomingMessage, parts: readonly string[]) => Promise<unknown>;

interface GatewayOptions {
  readonly clock: Clock;
  readonly machine: () => number;
  readonly routes: readonly (Pick<RouteSpec, 'method' | 'path'> & {
    readonly target: LocalFunction;
    /** Hears the status of each answer. */
    readonly answered?: (status: number) => void;
  })[];
  /** By method and path; `*` stands for one part of the path, which is passed on. */
  readonly local: Readonly<Record<string, LocalRoute>>;
}

/** An answer with another status than 200. */
export class LocalReply {
  readonly status: number;
  readonly body: unknown;

  constructor(status: number, body: unknown) {
    this.status = status;
    this.body = body;
  }
}

/** A request that is wrong: what was found, why that is wrong, what to send instead. */
export class RequestError extends Error {
  readonly status: number;
  readonly what: string;

  constructor(status: number, found: string, what: string) {
    super(found);
    this.status = status;
    this.what = what;
  }
}

/** HTTP API accepts no larger payload. */
const longestBody = 10 * 1024 * 1024;

/** Listens at once, so that a taken port shows before the rest is built. Throws a `Refusal` where it is taken. */
export async function openGateway(port: number): Promise<Gateway> {
  let serving: GatewayOptions | undefined;
  const server = createServer((request, response) => {
    void (serving ? answer(request, serving) : Promise.resolve(starting)).then((reply) =>
      send(request, response, reply),
    );
  });
  // A large export, fed slowly, may take longer than Node's five minutes to arrive.
  server.requestTimeout = 0;
  await listen(server, port);
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    serve: (options) => (serving = options),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function send(
  request: IncomingMessage,
  response: ServerResponse,
  { status, headers, body }: HttpReply,
): void {
  // What was not read of a refused body would be taken for the next request on the same connection.
  if (!request.complete) response.shouldKeepAlive = false;
  response.writeHead(status, headers);
  response.end(body);
}

async function answer(request: IncomingMessage, options: GatewayOptions): Promise<HttpReply> {
  try {
    const { pathname } = new URL(request.url ?? '/', 'http://local');
    const method = request.method ?? 'GET';
    const route = options.routes.find((one) => one.method === method && one.path === pathname);
    if (route) {
      const reply = await invoke(request, route, options);
      route.answered?.(reply.status);
      return reply;
    }
    // Of our own routes only: HTTP API knows no HEAD where the template names none. Node leaves out the body.
    const asked = method === 'HEAD' ? 'GET' : method;
    const parts = pathname.split('/').filter(Boolean).map(decodeURIComponent);
    for (const [pattern, work] of Object.entries(options.local)) {
      const found = matchRoute(pattern, asked, parts);
      if (found) {
        const made = await work(request, found);
        return made instanceof LocalReply ? json(made.status, made.body) : json(200, made);
      }
    }
    throw new RequestError(404, `nothing is at ${method} ${pathname}`, 'GET / lists what there is');
  } catch (error) {
    if (error instanceof RequestError) return json(error.status, { error: error.message, what: error.what });
    if (error instanceof URIError || (error instanceof TypeError && /URL/.test(error.message)))
      return json(400, { error: 'the address cannot be read', what: 'GET / lists what there is' });
    return json(500, { error: messageOf(error), what: 'look in .lapse/logs/ and try again' });
  }
}

async function invoke(
  request: IncomingMessage,
  route: GatewayOptions['routes'][number],
  { clock, machine }: GatewayOptions,
): Promise<HttpReply> {
  const body = await readBody(request);
  const signed = request.headers['x-slack-request-timestamp'];
  const at = arrival(typeof signed === 'string' ? signed : undefined, machine(), toMillis(clock.now()));
  try {
    return replyOf(await route.target.invoke(payloadOf(request, `${route.method} ${route.path}`, body, at)));
  } catch {
    // The reason is in the function's log; the world outside gets no more from HTTP API either.
    return json(500, { message: 'Internal Server Error' });
  }
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size > longestBody) throw new RequestError(413, 'the body is larger than 10 MB', 'send less');
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

/** The parts of the path that `*` stands for; `undefined` where the route is another. */
function matchRoute(pattern: string, method: string, parts: readonly string[]): string[] | undefined {
  const [wantedMethod, path = ''] = pattern.split(' ');
  const wanted = path.split('/').filter(Boolean);
  if (wantedMethod !== method || wanted.length !== parts.length) return undefined;
  if (!wanted.every((part, index) => part === '*' || part === parts[index])) return undefined;
  return parts.filter((_part, index) => wanted[index] === '*');
}

const json = (status: number, body: unknown): HttpReply => ({
  status,
  headers: { 'content-type': 'application/json; charset=utf-8' },
  body: `${JSON.stringify(body, undefined, 2)}\n`,
});

const starting = json(503, { error: 'the local deployment is starting', what: 'ask again in a few seconds' });

function listen(server: ReturnType<typeof createServer>, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE' || error.code === 'EACCES'
          ? new Refusal(
              `port ${port} cannot be used`,
              error.code === 'EACCES' ? 'this user may not listen on it' : 'another program listens on it',
              'choose another with --port, for example --port 3456',
            )
          : error,
      ),
    );
    server.listen(port, '127.0.0.1', resolve);
  });
}
