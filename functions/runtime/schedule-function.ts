import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { describeFailure } from './failure.ts';
import { withTelemetry } from './observe.ts';
import { SecretNotSet } from './secrets.ts';
import { createTurn, createTelemetry, type Turn } from './turn.ts';
import type { Context } from 'aws-lambda';
import type { FunctionName } from './environment.ts';

export interface ScheduledTurn extends Turn {
  /** Milliseconds until the platform ends the function. */
  readonly remaining: () => number;
}

/**
 * A function that a schedule starts. What it throws is logged and thrown on, so that it counts as an error. As long as
 * a secret it needs has never been set, it runs (and says so by its `heartbeat`), but has nothing to do.
 */
export function createScheduleFunction(
  name: FunctionName,
  work: (turn: ScheduledTurn) => Promise<void>,
  { heartbeat }: { readonly heartbeat?: string } = {},
): (event: unknown, context: Context) => Promise<void> {
  const voice = createTelemetry(name);
  return withTelemetry(voice, async (_event: unknown, context: Context) => {
    try {
      await work({ ...createTurn(voice), remaining: () => context.getRemainingTimeInMillis() });
    } catch (error) {
      if (heartbeat !== undefined && error instanceof SecretNotSet) {
        voice.logger.warn('not set up yet', { code: 'NOT_SET_UP', failure: describeFailure(error) });
        voice.metrics.addMetric('NotSetUp', MetricUnit.Count, 1);
        voice.metrics.addMetric(heartbeat, MetricUnit.Count, 1);
        return;
      }
      voice.logger.error('a scheduled turn failed', { code: 'TURN_FAILED', failure: describeFailure(error) });
      throw error;
    }
  });
}
