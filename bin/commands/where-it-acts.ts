/** Whether Lapse may act on what a command prints. */
import { describeMode, type ExceptionView } from '#lib/local/views.ts';
import { findMode } from '#policy/enforcement-mode.ts';
import { toPrintable } from '#lib/local/terminal.ts';
import type { RegisterReader } from './read-register.ts';

/** Each with its mode; without, where nobody has decided and what holds then is not known. */
export async function withEnforcement(
  reader: RegisterReader,
  exceptions: readonly ExceptionView[],
): Promise<readonly ExceptionView[]> {
  const { usual, tenants } = await reader.enforcement();
  return exceptions.map((one) => {
    const decided = tenants.get(one.tenant.toLowerCase());
    if (usual === undefined && !decided?.live && !decided?.stopped) return one;
    return { ...one, enforcement: findMode(decided ?? {}, one.kind, usual ?? 'live') };
  });
}

/** A line for each tenant, and each decision in it, under which nothing is disabled. */
export function describeBarred(exceptions: readonly ExceptionView[]): readonly string[] {
  const barred = exceptions.flatMap(({ state, tenant, enforcement }) => {
    const why = state === 'removed' || !enforcement ? undefined : describeMode(enforcement);
    return why === undefined ? [] : [`In ${tenant}, ${why}.`];
  });
  return [...Map.groupBy(barred, (line) => line)].map(([line, { length }]) =>
    toPrintable(`${line} Nothing is disabled of ${length} of these.`),
  );
}
