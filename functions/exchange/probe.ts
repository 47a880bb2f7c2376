/** What the control-point test needs of a tenant: its doors before, and its message trace after. */
import { describeSeen, findTests, type TracedMessage, type TraceStep } from '#probe/traced.ts';
import { duration, earliest, minus, plus, type Instant } from '#time/instant.ts';
import { ExchangeError } from './exchange-error.ts';
import type { Posture } from '#probe/plan.ts';
import type { ProbeRun, ProbeTest } from '#probe/run.ts';
import type { ExchangeTenant } from './tenant.ts';

/** `suffix`: how the names of the tenant's endpoints end, by its cloud. */
export async function readPosture(
  tenant: ExchangeTenant,
  suffix: string,
  signal?: AbortSignal,
): Promise<Posture> {
  const [domains, connectors, directSend] = await Promise.all([
    tenant.domains(signal),
    tenant.list('inbound-connector', signal),
    tenant.list('direct-send', signal),
  ]);
  const [door] = directSend.objects;
  return {
    domains,
    suffix,
    // A tenant may have none, and says so.
    ...((connectors.complete || connectors.nothing) && {
      connectors: connectors.objects.map(({ name, enabled, settings }) => ({ name, enabled, settings })),
    }),
    ...(door && { rejectsDirectSend: !door.enabled }),
  };
}

/** Clocks differ, and a gateway may keep a message for hours. */
const before = duration('PT10M');
const after = duration('P2D');

/** The run with what message trace shows of its messages now. Throws `ExchangeError`. */
export async function lookFor(
  run: ProbeRun,
  tenant: Pick<ExchangeTenant, 'traced' | 'steps'>,
  { now, digest }: { readonly now: Instant; readonly digest: (text: string) => string },
  signal?: AbortSignal,
): Promise<ProbeRun> {
  const question = { recipient: run.to, from: minus(run.at, before), to: earliest(now, plus(run.at, after)) };
  return withSeen(run, await tenant.traced(question, signal), {
    now,
    digest,
    steps: async (message) => {
      try {
        return await tenant.steps(message, signal);
      } catch (error) {
        // What became of it is known; only the way it took is not.
        if (error instanceof ExchangeError) return [];
        throw error;
      }
    },
  });
}

/** Its steps were asked for before, and nothing has happened to it since. */
const isKnown = ({ seen }: ProbeTest, copies: readonly [TracedMessage, ...TracedMessage[]]): boolean =>
  seen?.copies === copies.length && seen.status === copies[0].status;

/** The same from rows that somebody downloaded. */
export async function withSeen(
  run: ProbeRun,
  messages: readonly TracedMessage[],
  {
    now,
    digest,
    steps,
  }: {
    readonly now: Instant;
    readonly digest: (text: string) => string;
    readonly steps: (message: TracedMessage) => Promise<readonly TraceStep[]>;
  },
): Promise<ProbeRun> {
  const found = findTests(run, messages, digest);
  const tests = await Promise.all(
    run.tests.map(async (test) => {
      const [first, ...more] = found.get(test) ?? [];
      if (first === undefined || isKnown(test, [first, ...more])) return test;
      return { ...test, seen: describeSeen([first, ...more], await steps(first), now) };
    }),
  );
  return { ...run, tests };
}
