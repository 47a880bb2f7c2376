/** Two ways to do the same work, measured in turn in one process: what slows down the machine slows down both. */
type Work = () => unknown;

export interface Paired {
  /** By the clock: how many times as fast as the yardstick. */
  readonly ratio: number;
  /** The same by the time of the processor, which others on the machine disturb less. */
  readonly ratioOfCpu: number;
  /** Milliseconds, each a median. */
  readonly ours: number;
  readonly yardstick: number;
}

/** Medians of `pairs` runs each, after one that is not counted. */
export async function paired(ours: Work, yardstick: Work, pairs: number): Promise<Paired> {
  await timed(yardstick);
  await timed(ours);
  const runs: { readonly ours: Time; readonly yardstick: Time }[] = [];
  for (let pair = 0; pair < pairs; pair += 1) {
    // Now the one first, now the other: neither always finds the other's rubbish.
    if (pair % 2 === 0) {
      const first = await timed(yardstick);
      runs.push({ yardstick: first, ours: await timed(ours) });
    } else {
      const first = await timed(ours);
      runs.push({ ours: first, yardstick: await timed(yardstick) });
    }
  }
  return {
    ratio: median(runs.map((run) => run.yardstick.wall / run.ours.wall)),
    ratioOfCpu: median(runs.map((run) => run.yardstick.cpu / run.ours.cpu)),
    ours: median(runs.map((run) => run.ours.wall)),
    yardstick: median(runs.map((run) => run.yardstick.wall)),
  };
}

interface Time {
  readonly wall: number;
  readonly cpu: number;
}

/** In milliseconds. */
export async function timed(work: Work): Promise<Time> {
  const cpu = process.cpuUsage();
  const begun = performance.now();
  await work();
  const wall = performance.now() - begun;
  const { user, system } = process.cpuUsage(cpu);
  return { wall, cpu: (user + system) / 1000 };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [low = NaN, high = NaN] = [sorted[(sorted.length - 1) >> 1], sorted[middle]];
  return (low + high) / 2;
}

export const percentile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? NaN;

export const inShort = ({ ratioOfCpu, ours, yardstick }: Paired): string =>
  `${ratioOfCpu.toFixed(2)} by CPU; ${ours.toFixed(ours < 10 ? 2 : 0)} against ${yardstick.toFixed(yardstick < 10 ? 2 : 0)} ms`;
