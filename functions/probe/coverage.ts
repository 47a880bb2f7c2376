/** Which doors of a tenant were tested, when and with what result, and which were not, and why. */
import { judge, type Judgement } from './judge.ts';
import { controls, type Control, type ProbeRun } from './run.ts';
import { compareText } from '#values/compare-text.ts';
import { minus, type Duration, type Instant } from '#time/instant.ts';
import { isOwn } from '#risk/settings.ts';

export interface Covered {
  /** Of a connector there is no domain. */
  readonly domain?: string;
  readonly control: Control;
  readonly connector?: string;
  readonly tested?: { readonly at: Instant; readonly run: string } & Judgement;
  /** Why there is no result that counts. */
  readonly untested?: string;
}

export interface CoverageQuestion {
  readonly runs: readonly ProbeRun[];
  /** What is there to be tested; `undefined` where the tenant was not asked. */
  readonly domains: readonly string[] | undefined;
  readonly connectors: readonly string[] | undefined;
  readonly now: Instant;
  /** A result that is older counts no more. */
  readonly within: Duration;
}

export function coverageOf({ runs, domains, connectors, now, within }: CoverageQuestion): readonly Covered[] {
  const newestFirst = runs.toSorted((a, b) => compareText(b.at, a.at));
  const all = [...new Set([...(domains ?? []), ...runs.map(({ domain }) => domain)])].sort(compareText);
  const named = [
    ...new Set([
      ...(connectors ?? []),
      ...runs.flatMap(({ tests, untested }) =>
        [...tests, ...untested].flatMap(({ connector }) => connector ?? []),
      ),
    ]),
  ].sort(compareText);
  const oldest = minus(now, within);
  const lines = [
    ...all.flatMap((domain) =>
      controls
        .filter((control) => control !== 'connector')
        .map((control) => ({ domain, control, runs: newestFirst.filter((run) => run.domain === domain) })),
    ),
    ...named.map((connector) => ({ control: 'connector' as const, connector, runs: newestFirst })),
  ];
  return lines.map(({ runs: own, ...of }) => ({ ...of, ...lastResult(own, of, oldest) }));
}

interface Of {
  readonly control: Control;
  readonly connector?: string;
}

function lastResult(
  runs: readonly ProbeRun[],
  { control, connector }: Of,
  oldest: Instant,
): Pick<Covered, 'tested' | 'untested'> {
  const isIt = (one: Of): boolean => one.control === control && one.connector === connector;
  const found = runs.flatMap((run) => run.tests.filter(isIt).map((test) => ({ run, judged: judge(test) })));
  // What proved nothing does not hide what was proven before.
  const { run, judged } = found.find((one) => one.judged.verdict !== 'unknown') ?? found[0] ?? {};
  const why = runs.flatMap(({ untested }) => untested.filter(isIt))[0]?.why;
  if (run === undefined || judged === undefined) return { untested: why ?? 'never tested' };
  const tested = { at: run.at, run: run.id, ...judged };
  if (run.at < oldest) return { tested, untested: `last tested ${run.at.slice(0, 10)}: too long ago` };
  return judged.verdict === 'unknown' ? { tested, untested: judged.says } : { tested };
}

/** Whether an address is one that a test may be sent to: of one of the domains themselves, not of one below them. */
export const isInside = (address: string, domains: readonly string[]): boolean =>
  domains.includes(address.slice(address.lastIndexOf('@') + 1).toLowerCase());

export const isOutside = (address: string, domains: readonly string[]): boolean => !isOwn(address, domains);
