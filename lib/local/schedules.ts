import { fromMillis, toMillis, type Instant } from '#time/instant.ts';
import type { Clock } from './clock.ts';
import type { LocalFunction } from './functions.ts';
import { parseSchedule } from './schedule-expression.ts';
import type { ScheduleSpec } from './template.ts';

export interface ScheduleOptions {
  readonly schedule: Pick<ScheduleSpec, 'expression' | 'input'>;
  readonly target: LocalFunction;
  readonly clock: Clock;
  /** Where given, runs that would find nothing to do are left out while the clock is moved. */
  readonly quietUntil?: () => Promise<Instant | undefined>;
  readonly ran: (functionName: string) => void;
  readonly failed: (functionName: string, why: string) => void;
}

/** Runs a function in a rhythm of local time. Throws where the expression is not known here. */
export function startSchedule({ schedule, target, clock, quietUntil, ran, failed }: ScheduleOptions): void {
  const rhythm = parseSchedule(schedule.expression);
  const run = async (at: Instant): Promise<void> => {
    // Set the next before running this: a slow run must not shift the rhythm.
    arm(fromMillis(Math.max(toMillis(at), toMillis(clock.now())) + 1));
    ran(target.spec.name);
    try {
      await target.invoke(schedule.input);
    } catch (error) {
      failed(target.spec.name, error instanceof Error ? error.message : String(error));
    }
  };
  const arm = (from: Instant): void => {
    const at = rhythm(from);
    clock.at(at, () => run(at), quietUntil ? { repeats: { quietUntil, skipTo: arm } } : {});
  };
  arm(clock.now());
}
