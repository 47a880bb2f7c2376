import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { fromMillis, type Instant } from '#time/instant.ts';
import type { FunctionName } from './environment.ts';

/** What one piece of work gets from outside besides its input. */
export interface Turn {
  /** When this piece of work began. */
  readonly now: Instant;
  readonly logger: Log;
  readonly metrics: Counter;
  /** 1 at the first delivery of a message, more at each redelivery; 1 where nothing is redelivered. */
  readonly delivery: number;
}

export interface Counter {
  addMetric(name: string, unit: Parameters<Metrics['addMetric']>[1], value: number): unknown;
}

export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>;

export interface Telemetry {
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** Metrics go to the namespace that the stack names in `POWERTOOLS_METRICS_NAMESPACE`: its own. */
export const createTelemetry = (serviceName: FunctionName): Telemetry => ({
  logger: new Logger({ serviceName }),
  metrics: new Metrics({ serviceName }),
});

/** The clock is read here and nowhere below. */
export const createTurn = ({ logger, metrics }: Telemetry, delivery = 1): Turn => ({
  now: fromMillis(Date.now()),
  logger,
  metrics,
  delivery,
});
