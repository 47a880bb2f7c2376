import { describe, expect, it } from 'vitest';
import { createHttpFunction, type HttpRequest } from '#runtime/http-function.ts';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { contextWith, metricsIn, written } from './fixtures.ts';

const request = (more: Partial<APIGatewayProxyEventV2>): APIGatewayProxyEventV2 =>
  ({
    rawPath: '/slack/interactions',
    headers: { 'X-Slack-Signature': 'v0=1', 'content-type': 'application/json' },
    requestContext: { http: { method: 'POST' }, timeEpoch: Date.parse('2026-11-20T10:00:00Z') },
    isBase64Encoded: false,
    ...more,
  }) as unknown as APIGatewayProxyEventV2;

async function seen(event: APIGatewayProxyEventV2): Promise<HttpRequest> {
  let got: HttpRequest | undefined;
  const handler = createHttpFunction('answer-slack', (given) => {
    got = given;
    return Promise.resolve({ status: 204 });
  });
  await handler(event, contextWith());
  if (!got) throw new Error('the work was not called');
  return got;
}

describe('a function behind an HTTP route', () => {
  it('hands on the bytes as they were sent, in text and in base64', async () => {
    const bytes = Buffer.from('payload=%7B%22ü%22%7D', 'utf8');
    expect((await seen(request({ body: bytes.toString('utf8') }))).body).toEqual(bytes);
    expect((await seen(request({ body: bytes.toString('base64'), isBase64Encoded: true }))).body).toEqual(
      bytes,
    );
    expect((await seen(request({}))).body).toEqual(Buffer.alloc(0));
  });

  it('knows method, path, headers in lower case, and when the edge received it', async () => {
    expect(await seen(request({}))).toMatchObject({
      method: 'POST',
      path: '/slack/interactions',
      headers: { 'x-slack-signature': 'v0=1', 'content-type': 'application/json' },
      receivedAt: '2026-11-20T10:00:00.000Z',
    });
  });

  it('answers what its work answers', async () => {
    const handler = createHttpFunction('answer-slack', () =>
      Promise.resolve({ status: 401, headers: { 'content-type': 'text/plain' }, body: 'no' }),
    );
    expect(await handler(request({}), contextWith())).toEqual({
      statusCode: 401,
      headers: { 'content-type': 'text/plain' },
      body: 'no',
    });
  });

  it('answers 500 without a word of the inside when its work throws', async () => {
    const handler = createHttpFunction('answer-slack', () =>
      Promise.reject(new Error('table lapse-RegisterTable-1 in 123456789012 is gone')),
    );
    const output = await written(async () => {
      const answer = await handler(request({ body: 'token=very-secret' }), contextWith());
      expect(answer.statusCode).toBe(500);
      expect(JSON.parse(answer.body ?? '')).toEqual({
        error: expect.stringContaining('Try again') as string,
      });
      expect(answer.body).not.toContain('RegisterTable');
    });
    expect(output).toContain('REQUEST_FAILED');
    expect(output).not.toContain('very-secret');
    expect(metricsIn(output)['RequestFailed']).toBe(1);
  });
});
