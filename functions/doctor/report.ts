/** What was found, one line each. */
import type { CheckResult } from './check.ts';

const signs = { ok: '✓', failed: '✗', skipped: '–', unchecked: '?' } as const;

export function formatReport(all: readonly CheckResult[]): string {
  const unchecked = all.filter(({ outcome }) => outcome === 'unchecked');
  // Of a thousand tenants, they would be tens of thousands of lines that say the same.
  const findings = [...all.filter(({ outcome }) => outcome !== 'unchecked'), ...summaryOf(unchecked)];
  const width = Math.max(0, ...findings.map(({ name }) => name.length));
  const lines = findings.map((one) => {
    const todo = 'todo' in one ? ` → ${one.todo}` : '';
    return `${signs[one.outcome]} ${one.name.padEnd(width)}  ${oneLine(one.found)}${oneLine(todo)}`;
  });
  const count = findings.filter(({ outcome }) => outcome === 'failed').length;
  const summary =
    count > 0
      ? `${count} of ${all.length} ${count === 1 ? 'needs' : 'need'} somebody to act.`
      : unchecked.length > 0
        ? 'Nothing is wrong with what was checked, but not all was.'
        : 'Nothing is wrong.';
  return [...lines, '', summary].join('\n');
}

/** The first stands for all: they have the same reason. */
const summaryOf = (unchecked: readonly CheckResult[]): readonly CheckResult[] =>
  unchecked.slice(0, 1).map((one) => ({ ...one, name: `${unchecked.length} not checked` }));

export const exitCodeOf = (findings: readonly CheckResult[]): 0 | 1 =>
  findings.some(({ outcome }) => outcome === 'failed' || outcome === 'unchecked') ? 1 : 0;

const oneLine = (text: string): string => text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ');
