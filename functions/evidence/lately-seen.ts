/**
 * What was seen lately, in room that never grows: of each text, a hash stands where the hash says. A newer one
 * takes the place of an older one, so that what is long past is forgotten; what was never seen passes for seen once in
 * many billions.
 */
export interface LatelySeen {
  /** Whether it had been seen; from now on it has. */
  readonly see: (text: string) => boolean;
}

export function createLatelySeen(places: number): LatelySeen {
  const high = new Uint32Array(places);
  const low = new Uint32Array(places);
  return {
    see(text) {
      const [one, other] = hash(text);
      const at = one % places;
      // Zero stands for nothing.
      const mark = other | 1;
      if (high[at] === one >>> 0 && low[at] === mark >>> 0) return true;
      high[at] = one;
      low[at] = mark;
      return false;
    },
  };
}

/** Two halves of a hash (cyrb53, by bryc, in the public domain). Nothing secret rests on it, and nothing of it is kept. */
function hash(text: string): readonly [number, number] {
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    a = Math.imul(a ^ code, 2_654_435_761);
    b = Math.imul(b ^ code, 1_597_334_677);
  }
  a = Math.imul(a ^ (a >>> 16), 2_246_822_507) ^ Math.imul(b ^ (b >>> 13), 3_266_489_909);
  b = Math.imul(b ^ (b >>> 16), 2_246_822_507) ^ Math.imul(a ^ (a >>> 13), 3_266_489_909);
  return [a >>> 0, b >>> 0];
}
