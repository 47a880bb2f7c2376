/** Virtual time: what is to happen, in its order. Between two happenings everything that can go on does. */
export interface Clockwork {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly at: (ms: number, what: () => void) => void;
  readonly after: (ms: number, what: () => void) => void;
  /** Lets everything happen up to that moment; stops early where nothing is left. */
  readonly runUntil: (end: number) => Promise<void>;
  /** How many happenings are left. */
  readonly left: () => number;
}

interface Happening {
  readonly at: number;
  readonly order: number;
  readonly what: () => void;
}

export function createClockwork(start: number): Clockwork {
  let now = start;
  let orders = 0;
  const heap: Happening[] = [];
  const isBefore = (a: Happening, b: Happening): boolean =>
    a.at < b.at || (a.at === b.at && a.order < b.order);

  function push(one: Happening): void {
    let place = heap.push(one) - 1;
    while (place > 0) {
      const above = (place - 1) >> 1;
      const parent = heap[above];
      if (!parent || !isBefore(one, parent)) break;
      heap[place] = parent;
      place = above;
    }
    heap[place] = one;
  }

  function pop(): Happening | undefined {
    const first = heap[0];
    const last = heap.pop();
    if (!first || !last || heap.length === 0) return first;
    let place = 0;
    for (;;) {
      let below = 2 * place + 1;
      const [left, right] = [heap[below], heap[below + 1]];
      if (!left) break;
      if (right && isBefore(right, left)) below += 1;
      const child = heap[below];
      if (!child || !isBefore(child, last)) break;
      heap[place] = child;
      place = below;
    }
    heap[place] = last;
    return first;
  }

  const at = (ms: number, what: () => void): void => {
    push({ at: Math.max(ms, now), order: orders++, what });
  };
  return {
    now: () => now,
    at,
    after: (ms, what) => at(now + ms, what),
    async runUntil(end) {
      for (let next = heap[0]; next && next.at <= end; next = heap[0]) {
        pop();
        now = Math.max(now, next.at);
        next.what();
        await settle();
      }
      now = Math.max(now, end);
    },
    left: () => heap.length,
  };
}

/** Nothing in a world waits for anything but promises: after a turn of the event loop, all of them have gone on. */
const settle = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });
