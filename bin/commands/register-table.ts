import { risks } from '#risk/finding.ts';
import { toPrintable, shorten, formatTable } from '#lib/local/terminal.ts';
import { describeNextStep, type ExceptionView } from '#lib/local/views.ts';
import { compareText } from '#values/compare-text.ts';
import type { ListedExceptions } from './read-register.ts';

/** The register for a terminal, most dangerous first, then oldest. */
export function formatRegister(all: readonly ExceptionView[]): string {
  if (all.length === 0) return 'The register is empty.';
  const sorted = [...all].sort(
    (a, b) => risks.indexOf(b.risk) - risks.indexOf(a.risk) || compareText(a.openedAt, b.openedAt),
  );
  return formatInOrder(sorted);
}

export const formatInOrder = (all: readonly ExceptionView[]): string =>
  formatTable(
    ['ID', 'RISK', 'STATE', 'KIND', 'NAME', 'OWNER', 'NEXT'],
    all.map((one) => [
      one.id,
      one.risk,
      one.state,
      one.kind,
      shorten(one.name, 48),
      shorten(one.owner, 40),
      describeNextStep(one),
    ]),
  );

/** On standard error, so that standard output stays fit for programs. */
export function printUnreadable(unreadable: ListedExceptions['unreadable']): void {
  if (unreadable.length === 0) return;
  console.error(`${unreadable.length} could not be read:`);
  for (const { why } of unreadable) console.error(`  ${toPrintable(why)}`);
}
