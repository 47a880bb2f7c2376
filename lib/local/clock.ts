import { earliest, fromMillis, toMillis, type Instant } from '#time/instant.ts';

/**
 * Local time: the machine's time plus an offset that people and tests move forward. Work set for a moment runs
 * when local time gets there, by waiting or by `advance`, in the order of the moments.
 */
export interface Clock {
  now(): Instant;
  /** Milliseconds, in memory that worker threads share. */
  readonly offset: SharedArrayBuffer;
  /** One Int32, shared likewise: 1 while `advance` is under way, else 0. */
  readonly advancing: SharedArrayBuffer;
  /** Runs `work` once at that moment, at once if it has passed. Answers how to call it off. */
  at(moment: Instant, work: () => unknown, options?: { readonly repeats?: Repeats }): () => void;
  /**
   * Moves local time to `to`, stopping at every moment on the way for which work is set: the work runs, and what
   * it caused is waited for (`settled`), before time moves on. Answers true when it is there.
   * Time never goes back: for a moment that has passed it does nothing. Where `signal` aborts, or the clock is closed,
   * it stops as far as it got, answers false, and leaves what is under way to finish.
   */
  advance(to: Instant, signal?: AbortSignal): Promise<boolean>;
  close(): void;
}

/** Work that would find nothing to do before `quietUntil`, and can be set for then instead. */
interface Repeats {
  /** Sets the work for the first moment of its rhythm at or after `from`. */
  skipTo(from: Instant): void;
  /** When there will be something to do; `undefined` for never. */
  quietUntil(): Promise<Instant | undefined>;
}

export interface ClockOptions {
  /** Milliseconds to start with, and where to keep them. */
  readonly offset: number;
  readonly keep: (offset: number) => void;
  readonly machine: () => number;
  /** Throws where something hangs: no time passes then. */
  readonly settled: () => Promise<unknown>;
  /** What to do with an error of `work`. */
  readonly failed: (error: unknown) => void;
}

interface Timer {
  readonly at: Instant;
  readonly order: number;
  readonly work: () => unknown;
  readonly repeats?: Repeats;
  /** Its rhythm was left out up to here, because nothing seemed to be due before. */
  readonly putOff: boolean;
}

// Node's timers overflow beyond 2^31 ms and then fire at once.
const longestWait = 2 ** 30;

export function createClock({ offset: start, keep, machine, settled, failed }: ClockOptions): Clock {
  const offset = new SharedArrayBuffer(8);
  const cell = new BigInt64Array(offset);
  const underWay = new Int32Array(new SharedArrayBuffer(4));
  const timers = new Set<Timer>();
  let order = 0;
  let alarm: NodeJS.Timeout | undefined;
  let advancing: Promise<boolean> | undefined;
  let puttingOff = false;
  let closed = false;

  const now = (): Instant => fromMillis(machine() + Number(Atomics.load(cell, 0)));
  const setOffset = (ms: number): void => void Atomics.store(cell, 0, BigInt(Math.round(ms)));
  setOffset(start);

  const first = (): Timer | undefined =>
    [...timers].reduce<Timer | undefined>(
      (a, b) => (a && (a.at < b.at || (a.at === b.at && a.order < b.order)) ? a : b),
      undefined,
    );

  const run = async (timer: Timer): Promise<void> => {
    timers.delete(timer);
    try {
      await timer.work();
    } catch (error) {
      failed(error);
    }
  };

  const wait = (): void => {
    clearTimeout(alarm);
    const next = first();
    if (!next || advancing || closed) return;
    const left = Math.max(0, toMillis(next.at) - toMillis(now()));
    alarm = setTimeout(
      () => {
        if (!advancing && next.at <= now() && timers.has(next)) void run(next);
        wait();
      },
      Math.min(left, longestWait),
    );
  };

  const moveTo = (moment: Instant): void => {
    const ahead = toMillis(moment) - toMillis(now());
    if (ahead <= 0) return;
    setOffset(Number(Atomics.load(cell, 0)) + ahead);
    keep(Number(Atomics.load(cell, 0)));
  };

  const step = async (to: Instant, signal?: AbortSignal): Promise<boolean> => {
    const stopped = (): boolean => closed || signal?.aborted === true;
    await unlessAborted(settled(), signal);
    for (let next = first(); next && next.at <= to; next = first()) {
      if (next.repeats && (await skip(next, next.repeats, to))) continue;
      if (stopped()) return false;
      moveTo(next.at);
      await unlessAborted(run(next), signal);
      await unlessAborted(settled(), signal);
      reconsider();
    }
    // Whoever closes the clock takes its timers away: that nothing is left on the way says nothing then.
    if (stopped()) return false;
    moveTo(to);
    return true;
  };

  /** Whether the timer was put off: nothing is due by the time it would run. */
  const skip = async (timer: Timer, repeats: Repeats, to: Instant): Promise<boolean> => {
    const due = await repeats.quietUntil();
    if (due !== undefined && due <= timer.at) return false;
    // No further than other work that may make something due, and no further than just past the journey.
    const others = [...timers].filter((other) => !other.repeats).map(({ at }) => at);
    const after = fromMillis(toMillis(to) + 1);
    const from = earliest(...others, ...(due === undefined ? [] : [due]), after);
    if (from <= timer.at) return false;
    timers.delete(timer);
    puttingOff = true;
    repeats.skipTo(from);
    puttingOff = false;
    return true;
  };

  /** What was put off may have something to do after all, now that something else has run. */
  const reconsider = (): void => {
    for (const timer of [...timers].filter(({ putOff }) => putOff)) {
      timers.delete(timer);
      timer.repeats?.skipTo(fromMillis(toMillis(now()) + 1));
    }
  };

  return {
    offset,
    advancing: underWay.buffer,
    now,
    at(moment, work, { repeats } = {}) {
      const timer: Timer = {
        at: moment,
        order: order++,
        work,
        putOff: puttingOff,
        ...(repeats && { repeats }),
      };
      timers.add(timer);
      wait();
      return () => {
        timers.delete(timer);
        wait();
      };
    },
    async advance(to, signal) {
      // One journey at a time: two would both believe the same timer to be theirs.
      while (advancing && !signal?.aborted) await unlessAborted(advancing, signal);
      if (signal?.aborted) return false;
      Atomics.store(underWay, 0, 1);
      advancing = step(to, signal);
      try {
        return await advancing;
      } finally {
        advancing = undefined;
        Atomics.store(underWay, 0, 0);
        wait();
      }
    },
    close() {
      closed = true;
      clearTimeout(alarm);
      timers.clear();
    },
  };
}

/** What `work` answers; `undefined` where `signal` aborts before. */
async function unlessAborted<T>(work: Promise<T>, signal?: AbortSignal): Promise<T | undefined> {
  if (!signal) return work;
  const { promise: aborted, resolve } = Promise.withResolvers<undefined>();
  const stop = (): void => resolve(undefined);
  signal.addEventListener('abort', stop);
  if (signal.aborted) stop();
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
