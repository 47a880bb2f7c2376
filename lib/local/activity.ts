/**
 * What is under way. Parts tell when they begin and end work; `settled` answers when nothing is under way and
 * nothing more turns up.
 */
export interface Activity {
  /** Counts `work` as under way until it ends. */
  during<T>(work: () => Promise<T>): Promise<T>;
  /** Something changed: whoever waits looks again. */
  changed(): void;
  /** A part that can have work waiting. */
  add(part: Part): void;
  /** True when everything is done; false when `limitMs` passed before. */
  settled(limitMs: number): Promise<boolean>;
}

interface Part {
  /** Work that waits or runs now. */
  busy(): boolean;
  /** Looks for work that nobody announces; true where there was some. */
  look?(): Promise<boolean>;
}

export function createActivity(): Activity {
  const parts: Part[] = [];
  const waiting = new Set<() => void>();
  let running = 0;

  const changed = (): void => {
    for (const wake of [...waiting]) wake();
  };
  const busy = (): boolean => running > 0 || parts.some((part) => part.busy());

  return {
    changed,
    add: (part) => void parts.push(part),
    async during(work) {
      running += 1;
      try {
        return await work();
      } finally {
        running -= 1;
        changed();
      }
    },
    async settled(limitMs) {
      const deadline = performance.now() + limitMs;
      while (performance.now() < deadline) {
        if (busy()) {
          await change(waiting, Math.max(1, deadline - performance.now()));
          continue;
        }
        let found = false;
        for (const part of parts) found = ((await part.look?.()) ?? false) || found;
        if (!found && !busy()) return true;
      }
      return false;
    },
  };
}

function change(waiting: Set<() => void>, limitMs: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, limitMs);
    function done(): void {
      clearTimeout(timer);
      waiting.delete(done);
      resolve();
    }
    waiting.add(done);
  });
}
