import middy, { type MiddlewareObj } from '@middy/core';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import type { Context } from 'aws-lambda';
import type { Telemetry } from './turn.ts';

/**
 * Wraps a function so that each log line carries the request it belongs to and its metrics are written at the end,
 * also of a turn that failed. Event bodies are never logged, whatever the environment says.
 */
export function withTelemetry<Input, Output>(
  { logger, metrics }: Telemetry,
  work: (input: Input, context: Context) => Promise<Output>,
): (input: Input, context: Context) => Promise<Output> {
  const writeMetrics = (): void => {
    // Powertools warns at every turn that has nothing to count; most have nothing.
    if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
  };
  const metricsWritten: MiddlewareObj<Input, Output> = {
    name: 'metrics-written',
    after: writeMetrics,
    onError: writeMetrics,
  };
  return middy<Input, Output>()
    .use(injectLambdaContext(logger, { logEvent: false, resetKeys: true }))
    .use(metricsWritten)
    .handler(work);
}
