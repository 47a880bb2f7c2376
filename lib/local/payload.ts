import type { IncomingMessage } from 'node:http';
import { randomUUID } from 'node:crypto';
import * as z from 'zod';

export interface HttpReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

/** An HTTP request as HTTP API hands it to a function, payload format 2.0. `at` is its arrival, in milliseconds. */
export function payloadOf(request: IncomingMessage, route: string, body: Buffer, at: number): unknown {
  const url = new URL(request.url ?? '/', 'http://local');
  const headers = Object.fromEntries(
    Object.entries(request.headersDistinct).map(([name, values]) => [name, (values ?? []).join(',')]),
  );
  const isText = /^(text\/|application\/json)/.test(headers['content-type'] ?? '');
  const method = request.method ?? 'GET';
  return {
    version: '2.0',
    routeKey: route,
    rawPath: url.pathname,
    rawQueryString: url.search.slice(1),
    headers,
    ...(url.search && { queryStringParameters: Object.fromEntries(url.searchParams) }),
    requestContext: {
      accountId: '000000000000',
      apiId: 'local',
      domainName: headers['host'] ?? 'localhost',
      domainPrefix: 'localhost',
      http: {
        method,
        path: url.pathname,
        protocol: 'HTTP/1.1',
        sourceIp: request.socket.remoteAddress ?? '127.0.0.1',
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: randomUUID(),
      routeKey: route,
      stage: '$default',
      time: new Date(at).toISOString(),
      timeEpoch: at,
    },
    ...(body.length > 0 && { body: body.toString(isText ? 'utf8' : 'base64') }),
    isBase64Encoded: body.length > 0 && !isText,
  };
}

const answerSchema = z.object({
  statusCode: z.number().int(),
  headers: z.record(z.string(), z.coerce.string()).default({}),
  body: z.string().default(''),
  isBase64Encoded: z.boolean().default(false),
});

/** What a function answered, as HTTP API understands it: without a `statusCode` the answer itself is the body. */
export function replyOf(answer: unknown): HttpReply {
  const parsed = answerSchema.safeParse(answer);
  if (!parsed.success)
    return {
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: typeof answer === 'string' ? answer : JSON.stringify(answer ?? null),
    };
  const { statusCode, headers, body, isBase64Encoded } = parsed.data;
  return { status: statusCode, headers, body: isBase64Encoded ? Buffer.from(body, 'base64') : body };
}

/**
 * When a signed request arrived. Its signer may live by the machine's clock (a person's Slack) or by local time
 * (a test that moved it): whichever is nearer to the signed timestamp is the one to judge its age by.
 */
export function arrival(signedSeconds: string | undefined, machine: number, local: number): number {
  const signed = Number(signedSeconds) * 1000;
  if (!signedSeconds || !Number.isFinite(signed)) return local;
  return Math.abs(signed - machine) < Math.abs(signed - local) ? machine : local;
}
