/** Chance that depends on a seed and a name only: what one part of a world draws changes nothing for another. */

/** From 0 to below 1, the same for the same text. */
export function draw(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash ^= text.charCodeAt(index);
    hash = Math.imul(hash, 0x01000193);
  }
  // FNV alone spreads the last characters badly.
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x7feb352d);
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0x846ca68b);
  hash ^= hash >>> 16;
  return (hash >>> 0) / 0x1_0000_0000;
}

/** Draws under names within one seed. */
export interface Chance {
  readonly of: (name: string) => number;
  readonly between: (name: string, from: number, to: number) => number;
  /** A whole number below `count`. */
  readonly below: (name: string, count: number) => number;
  readonly pick: <One>(name: string, among: readonly One[]) => One;
  /** By weights. */
  readonly choose: <One extends string>(name: string, weights: Readonly<Record<One, number>>) => One;
}

export function createChance(seed: string): Chance {
  const of = (name: string): number => draw(`${seed}|${name}`);
  const below = (name: string, count: number): number => Math.floor(of(name) * count);
  return {
    of,
    below,
    between: (name, from, to) => from + of(name) * (to - from),
    pick: <One>(name: string, among: readonly One[]): One => {
      const found = among[below(name, among.length)];
      if (found === undefined) throw new RangeError(`nothing to pick from for ${name}`);
      return found;
    },
    choose: <One extends string>(name: string, weights: Readonly<Record<One, number>>): One => {
      const all = Object.entries(weights) as [One, number][];
      let left = of(name) * all.reduce((sum, [, weight]) => sum + weight, 0);
      for (const [one, weight] of all) {
        left -= weight;
        if (left < 0) return one;
      }
      const last = all.at(-1);
      if (!last) throw new RangeError(`nothing to choose from for ${name}`);
      return last[0];
    },
  };
}
