/**
 * What is under way. Parts tell when they begin and end work; `settled` answers when nothing is under way and
 * nothing more turns up.
 */
export interface Activity {
  /** Counts `work` as under way until it ends. */
  during<T>(name: string, work: () => Promise<T>): Promise<T>;
  /** Something changed: whoever waits looks again. */
  changed(): void;
  /** A part that can have work waiting. */
  add(part: Part): void;
  /**
   * True when everything is done, however long that takes; false where `signal` aborts before. Throws where nothing
   * has begun or ended for so long that nothing ever will.
   */
  settled(signal?: AbortSignal): Promise<boolean>;
}

interface Part {
  readonly name: string;
  /** Work that waits or runs now. */
  busy(): boolean;
  /** Looks for work that nobody announces; true where there was some. */
  look?(): Promise<boolean>;
}

/** Longer than Lambda lets anything run. A busy machine is slow, but something begins or ends all the time. */
const stuckAfterMs = 16 * 60_000;

export function createActivity(): Activity {
  const parts: Part[] = [];
  const waiting = new Set<() => void>();
  const running: string[] = [];
  let movedAt = performance.now();

  const changed = (): void => {
    for (const wake of [...waiting]) wake();
  };
  const busyParts = (): readonly string[] => parts.filter((part) => part.busy()).map(({ name }) => name);
  const busy = (): boolean => running.length > 0 || busyParts().length > 0;

  return {
    changed,
    add: (part) => void parts.push(part),
    async during(name, work) {
      running.push(name);
      movedAt = performance.now();
      try {
        return await work();
      } finally {
        running.splice(running.indexOf(name), 1);
        movedAt = performance.now();
        changed();
      }
    },
    async settled(signal) {
      const begun = performance.now();
      while (!signal?.aborted) {
        const left = Math.max(begun, movedAt) + stuckAfterMs - performance.now();
        if (left <= 0) {
          const names = [...new Set([...running, ...busyParts()])].join(', ');
          throw new Error(
            `something hangs: nothing has moved for ${stuckAfterMs / 60_000} minutes (${names})`,
          );
        }
        if (busy()) {
          await change(waiting, left, signal);
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

/** Waits until something changes or `signal` aborts, but no longer than `limitMs`. */
function change(waiting: Set<() => void>, limitMs: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, limitMs);
    function done(): void {
      clearTimeout(timer);
      waiting.delete(done);
      signal?.removeEventListener('abort', done);
      resolve();
    }
    waiting.add(done);
    signal?.addEventListener('abort', done);
  });
}
