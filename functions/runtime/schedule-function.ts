import { failureOf } from './failure.ts';
import { observe } from './observe.ts';
import { createTurn, createVoice, type Turn } from './turn.ts';
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
  const voice = createVoice(name);
  return observe(voice, async (_event: unknown, context: Context) => {
    try {
      await work({ ...createTurn(voice), remaining: () => context.getRemainingTimeInMillis() });
    } catch (error) {
      voice.logger.error('a scheduled turn failed', { code: 'TURN_FAILED', failure: failureOf(error) });
      throw error;
    }
  });
}
