/** What was found, one line each. */
import type { CheckResult } from './check.ts';

const signs = { ok: '✓', failed: '✗', skipped: '–' } as const;

export function formatReport(findings: readonly CheckResult[]): string {
  const width = Math.max(0, ...findings.map(({ name }) => name.length));
  const lines = findings.map((one) => {
    const todo = one.outcome === 'failed' ? ` → ${one.todo}` : '';
    return `${signs[one.outcome]} ${one.name.padEnd(width)}  ${oneLine(one.found)}${oneLine(todo)}`;
  });
  const count = findings.filter(({ outcome }) => outcome === 'failed').length;
  const summary =
    count === 0
      ? 'Nothing is wrong.'
      : `${count} of ${findings.length} ${count === 1 ? 'needs' : 'need'} somebody to act.`;
  return [...lines, '', summary].join('\n');
}

export const exitCodeOf = (findings: readonly CheckResult[]): 0 | 1 =>
  findings.some(({ outcome }) => outcome === 'failed') ? 1 : 0;

const oneLine = (text: string): string => text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ');
