import type { UnusedGrant } from './unused-grants.ts';

/** An ARN without what is the same in all of them. */
const shortOf = (arn: string): string => arn.split(':').slice(5).join(':') || arn;

/** A line each, under headings, and below each explanation all that it is about. */
export function createTable(unused: readonly UnusedGrant[]): readonly string[] {
  if (unused.length === 0) return ['Every grant is used.'];
  const rows = unused.map(({ to, action, resource, partition }) => [
    to.replace(/ by arn:.*/, ''),
    action,
    [shortOf(resource), partition ?? []].flat().join(' '),
  ]);
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const reasons = [...new Set(unused.map(({ why }) => why))];
  return reasons.flatMap((reason) => [
    reason ?? 'Nobody knows why: it should go.',
    ...rows
      .filter((_row, index) => unused[index]?.why === reason)
      .map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`),
    '',
  ]);
}
