import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { fromMillis, type Instant } from '#time/instant.ts';
import { describeFailure } from './failure.ts';
import { withTelemetry } from './observe.ts';
import { createTurn, createTelemetry, type Turn } from './turn.ts';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import type { FunctionName } from './environment.ts';

export interface HttpRequest {
  /** Upper case. */
  readonly method: string;
  readonly path: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The bytes as they were sent: signatures are about these. */
  readonly body: Buffer;
  /** When the request reached the edge, by the edge's clock: a cold start does not make it older. */
  readonly receivedAt: Instant;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

/** A function behind an HTTP API route. Whatever it throws becomes a 500 that tells the caller nothing of the inside. */
export function createHttpFunction(
  name: FunctionName,
  work: (request: HttpRequest, turn: Turn) => Promise<HttpAnswer>,
): (event: APIGatewayProxyEventV2, context: Context) => Promise<APIGatewayProxyStructuredResultV2> {
  const voice = createTelemetry(name);
  return withTelemetry(voice, async (event: APIGatewayProxyEventV2) => {
    try {
      const { status, headers, body } = await work(requestOf(event), createTurn(voice));
      return { statusCode: status, ...(headers && { headers }), ...(body !== undefined && { body }) };
    } catch (error) {
      voice.logger.error('a request failed', { code: 'REQUEST_FAILED', failure: describeFailure(error) });
      voice.metrics.addMetric('RequestFailed', MetricUnit.Count, 1);
      return {
        statusCode: 500,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          error: 'The request failed, and nothing was left half done. Try again in a minute.',
        }),
      };
    }
  });
}

function requestOf(event: APIGatewayProxyEventV2): HttpRequest {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(event.headers))
    if (value !== undefined) headers[name.toLowerCase()] = value;
  return {
    method: event.requestContext.http.method,
    path: event.rawPath,
    headers,
    body: Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8'),
    receivedAt: fromMillis(event.requestContext.timeEpoch),
  };
}
