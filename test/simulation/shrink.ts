/** The shortest trace: what can be left out of a world without its broken promise being kept. */
import { live, type Lived, type WorldOptions } from './world.ts';
import type { Plan } from './plan.ts';
import type { PromiseName } from './promises.ts';

export interface Shrunk {
  readonly lived: Lived;
  readonly without: ReadonlySet<string>;
  readonly runs: number;
}

/** Leaves out halves, then quarters, and so on, as long as `promise` stays broken; in at most so many runs. */
export async function shrink(
  plan: Plan,
  promise: PromiseName,
  options: WorldOptions = {},
  mostRuns = 40,
): Promise<Shrunk> {
  let without = new Set(options.without);
  let best = await live(plan, { ...options, without, tell: true });
  let runs = 1;
  let size = Math.ceil(best.optional.length / 2);
  while (size >= 1 && runs < mostRuns) {
    let isShorter = false;
    const ids = [...new Set(best.optional)];
    for (let from = 0; from < ids.length && runs < mostRuns; from += size) {
      const tried = new Set([...without, ...ids.slice(from, from + size)]);
      if (tried.size === without.size) continue;
      const lived = await live(plan, { ...options, without: tried, tell: true });
      runs += 1;
      if (!lived.violations.some((one) => one.promise === promise)) continue;
      without = tried;
      best = lived;
      isShorter = true;
    }
    if (!isShorter || size > best.optional.length)
      size = Math.min(Math.floor(size / 2), best.optional.length);
  }
  return { lived: best, without, runs };
}

/** What happened, as far as it may have to do with the violation: everything that is about no other exception. */
export function traceOf({ story, violations }: Lived, promise: PromiseName, most = 120): readonly string[] {
  const about = violations.find((one) => one.promise === promise)?.exception;
  const lines = story
    .filter(({ exception }) => exception === undefined || exception === about)
    .map(({ at, line }) => `${new Date(at).toISOString()} ${line}`);
  return lines.length <= most
    ? lines
    : [...lines.slice(0, most / 2), `… ${String(lines.length - most)} lines …`, ...lines.slice(-most / 2)];
}
