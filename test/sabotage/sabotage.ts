/**
 * Which guard would nobody miss? Takes every guard of the list out, one at a time, in a scratch copy, and runs the
 * tests nearest to it: `npm run sabotage`. Not part of the tests, because it takes minutes. Ends with 1 where a guard
 * survives, or where the list is not up to date.
 *
 *   npm run sabotage [-- --only TEXT] [-- --json]
 */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { guards } from './guards/all.ts';
import { scratchCopy } from './scratch-copy.ts';
import { takeOut } from './take-out.ts';
import type { Verdict } from './take-out.ts';

const { values } = parseArgs({
  options: { only: { type: 'string', default: '' }, json: { type: 'boolean', default: false } },
});
const begun = performance.now();
const wanted = guards.filter(({ without, file }) =>
  `${without} ${file}`.toLowerCase().includes(values.only.toLowerCase()),
);
if (wanted.length === 0) {
  console.error(`No guard of the list has "${values.only}" in its name or file.`);
  process.exit(1);
}

const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.once(signal, () => {
    interrupted.abort(new Error(`ended by ${signal}`));
  });

const details = (verdict: Verdict): string =>
  verdict.outcome === 'noticed'
    ? `noticed by "${verdict.by}"`
    : verdict.outcome === 'survived'
      ? `SURVIVED (${verdict.guard.tests.join(', ')})`
      : verdict.outcome === 'unending'
        ? `noticed by the limit of time alone: ${verdict.why}`
        : `${verdict.outcome.toUpperCase()}: ${verdict.why}`;

/** Each is a process of vitest with one worker. */
const atOnce = Math.min(wanted.length, availableParallelism(), 4);
const copies: Awaited<ReturnType<typeof scratchCopy>>[] = [];
try {
  const project = join(import.meta.dirname, '..', '..');
  const copied = async () => {
    const copy = await scratchCopy(project, interrupted.signal);
    copies.push(copy);
    return copy;
  };
  const first = await copied();
  for (let count = 1; count < atOnce; count += 1) await copied();
  let told = 0;
  console.error(
    `${wanted.length} guards, ${atOnce} at a time; their tests run once with every guard in place …`,
  );
  const verdicts = await takeOut(wanted, [first, ...copies.slice(1)], (verdict) => {
    told += 1;
    console.error(`[${told}/${wanted.length}] ${verdict.guard.without}: ${details(verdict)}`);
  });
  const missed = verdicts.filter(({ outcome }) => outcome !== 'noticed' && outcome !== 'unending');
  if (values.json) console.log(JSON.stringify(verdicts, undefined, 2));
  else summarize(verdicts, missed);
  process.exitCode = missed.length > 0 ? 1 : 0;
} catch (error) {
  if (!interrupted.signal.aborted) throw error;
  console.error('\nInterrupted: nothing is left behind.');
  process.exitCode = 130;
} finally {
  await Promise.all(copies.map((copy) => copy.remove()));
}

function summarize(verdicts: readonly Verdict[], missed: readonly Verdict[]): void {
  const outcomes = ['noticed', 'unending', 'survived', 'stale', 'broken', 'untested'] as const;
  const room = ({ guard }: Verdict): string => guard.file.split('/').slice(0, 2).join('/');
  const rooms = [...new Set(verdicts.map(room))].sort();
  const row = (name: string, some: readonly Verdict[]) => [
    name,
    ...outcomes.map((one) => String(some.filter(({ outcome }) => outcome === one).length)),
  ];
  const table = [
    ['', ...outcomes],
    ...rooms.map((name) =>
      row(
        name,
        verdicts.filter((verdict) => room(verdict) === name),
      ),
    ),
    row('all', verdicts),
  ];
  const width = Math.max(...table.map(([name = '']) => name.length));
  console.log('');
  for (const [name = '', ...cells] of table)
    console.log(`${name.padEnd(width)}  ${cells.map((cell) => cell.padStart(8)).join('  ')}`);
  if (missed.length > 0) console.log('');
  for (const verdict of missed)
    console.log(`${verdict.guard.file}\n  without it: ${verdict.guard.without}\n  ${details(verdict)}`);
  const seconds = Math.round((performance.now() - begun) / 1000);
  console.log(
    `\n${verdicts.length - missed.length} of ${verdicts.length} guards would be missed, after ${Math.floor(seconds / 60)} min ${seconds % 60} s.`,
  );
}
