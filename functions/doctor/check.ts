/** One thing that must be so for Lapse to work, and how it is found out. */
export type CheckVerdict =
  | { readonly outcome: 'ok'; readonly found: string }
  /** `todo`: what somebody can do about it. */
  | { readonly outcome: 'failed'; readonly found: string; readonly todo: string }
  | { readonly outcome: 'skipped'; readonly found: string }
  /** Nobody knows: there was no time to begin with it. `todo`: how to find out. */
  | { readonly outcome: 'unchecked'; readonly found: string; readonly todo: string };

export interface Check {
  readonly name: string;
  /** Throws nothing that a person could have put right: that is a verdict. */
  readonly run: (signal: AbortSignal) => Promise<CheckVerdict>;
  /** The verdict at the end of the time there is, as long as `run` waits for its turn. */
  readonly waiting?: () => CheckVerdict | undefined;
}

export type CheckResult = CheckVerdict & { readonly name: string };

export const ok = (found: string): CheckVerdict => ({ outcome: 'ok', found });
export const failed = (found: string, todo: string): CheckVerdict => ({ outcome: 'failed', found, todo });
export const skipped = (found: string): CheckVerdict => ({ outcome: 'skipped', found });
export const unchecked = (found: string, todo: string): CheckVerdict => ({
  outcome: 'unchecked',
  found,
  todo,
});

/** Runs all at once, in milliseconds no longer than `within`. The order is that of the checks. */
export async function examine(
  checks: readonly Check[],
  { within, later }: { readonly within: number; readonly later: (ms: number) => AbortSignal },
): Promise<readonly CheckResult[]> {
  const signal = later(within);
  const late = new Promise<undefined>((resolve) => {
    signal.addEventListener('abort', () => resolve(undefined));
  });
  const unanswered = failed(
    `no answer within ${Math.round(within / 1000)} seconds`,
    'Check that this machine reaches the service, and try again.',
  );
  return Promise.all(
    checks.map(async ({ name, run, waiting }) => {
      const verdict = await Promise.race([run(signal).catch(unexpected), late]);
      return { name, ...(verdict ?? waiting?.() ?? unanswered) };
    }),
  );
}

/** The text of an unknown error may hold anything, a secret among it. */
const unexpected = (error: unknown): CheckVerdict =>
  failed(
    `an unexpected error (${error instanceof Error ? error.name : typeof error})`,
    'Run it again with DEBUG=1 set; if it persists, this is a bug in Lapse.',
  );
