/** What a command does not finish within this time after a signal is left as if the process had been killed. */
const endsWithinMs = 4_000;

/** The process, or a stand-in for it. */
interface Ending {
  on(signal: NodeJS.Signals, hear: () => void): unknown;
  exit(code: number): void;
}

/** Aborts at the first signal to end. The same Ctrl-C arrives more than once: from the terminal, and passed on. */
export function endAtSignal(of: Ending = process): AbortSignal {
  const ending = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    of.on(signal, () => {
      if (ending.signal.aborted) return;
      ending.abort();
      setTimeout(() => of.exit(0), endsWithinMs).unref();
    });
  return ending.signal;
}
