import { describeFailure } from './failure.ts';
import { withTelemetry } from './observe.ts';
import { createTurn, createTelemetry, type Turn } from './turn.ts';
import type { Context } from 'aws-lambda';
import type { FunctionName } from './environment.ts';

export interface ScheduledTurn extends Turn {
  /** Milliseconds until the platform ends the function. */
  readonly remaining: () => number;
}

/** A function that a schedule starts. What it throws is logged and thrown on, so that it counts as an error. */
export function createScheduleFunction(
  name: FunctionName,
  work: (turn: ScheduledTurn) => Promise<void>,
): (event: unknown, context: Context) => Promise<void> {
  const voice = createTelemetry(name);
  return withTelemetry(voice, async (_event: unknown, context: Context) => {
    try {
      await work({ ...createTurn(voice), remaining: () => context.getRemainingTimeInMillis() });
    } catch (error) {
      voice.logger.error('a scheduled turn failed', { code: 'TURN_FAILED', failure: describeFailure(error) });
      throw error;
    }
  });
}
