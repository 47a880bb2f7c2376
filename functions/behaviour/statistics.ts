/** The few statistics that a person can check by hand. */

/** The middle of the values; 0 if there are none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low = 0, high = 0] =
    sorted.length % 2 === 1 ? [sorted[middle], sorted[middle]] : [sorted[middle - 1], sorted[middle]];
  return (low + high) / 2;
}

/** The median distance from the median. */
export function medianDeviation(values: readonly number[]): number {
  const middle = median(values);
  return median(values.map((value) => Math.abs(value - middle)));
}

/**
 * Counts are compared by their square roots: there, those of a steady flow (Poisson) vary by about one half, whether there
 * are ten or ten thousand. That is the least spread assumed, so that a flow that was always the same is no reason to
 * call one message more unusual.
 */
const leastDeviation = 0.5 * 0.6745;

export interface Spread {
  readonly middle: number;
  readonly deviation: number;
}

export const spreadOf = (counts: readonly number[]): Spread => {
  const roots = counts.map(Math.sqrt);
  return { middle: median(roots), deviation: Math.max(medianDeviation(roots), leastDeviation) };
};

/** The robust z-score 0.6745 (x - median) / MAD: Iglewicz and Hoaglin, "How to Detect and Handle Outliers", 1993. */
export const robustScore = ({ middle, deviation }: Spread, count: number): number =>
  (0.6745 * (Math.sqrt(count) - middle)) / deviation;

/** Up to which count the score stays within `limit`, and from which on. */
export function usualRange({ middle, deviation }: Spread, limit: number): readonly [number, number] {
  const reach = (limit * deviation) / 0.6745;
  return [Math.floor(Math.max(0, middle - reach) ** 2), Math.ceil((middle + reach) ** 2)];
}

/** How likely `least` or more are, where `mean` are expected (Poisson). */
export function chanceOfAtLeast(least: number, mean: number): number {
  let term = Math.exp(-mean);
  let below = 0;
  for (let count = 0; count < least; count += 1) {
    below += term;
    term = (term * mean) / (count + 1);
  }
  return Math.max(0, 1 - below);
}

/** How likely `least` or more of `of` are, where each is so with this chance (binomial). */
export function chanceOfShare(least: number, of: number, chance: number): number {
  if (least <= 0) return 1;
  if (least > of || chance <= 0) return 0;
  if (chance >= 1) return 1;
  const odds = Math.log(chance) - Math.log1p(-chance);
  // From the chance that none is, upwards: in logarithms, since with many it is too small for a number.
  let log = of * Math.log1p(-chance);
  let sum = 0;
  for (let count = 0; count <= of; count += 1) {
    if (count >= least) {
      const term = Math.exp(log);
      sum += term;
      // Past the most likely number they only shrink.
      if (count > of * chance && term < sum * 1e-9) break;
    }
    log += odds + Math.log(of - count) - Math.log(count + 1);
  }
  return Math.min(1, sum);
}
