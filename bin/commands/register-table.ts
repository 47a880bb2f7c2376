import { risks } from '#domain/exception.ts';
import { short, table } from '#lib/local/terminal.ts';
import { deadlineOf, type ExceptionView } from '#lib/local/views.ts';

/** The register for a terminal, most dangerous first, then longest open. */
export function registerTable(all: readonly ExceptionView[]): string {
  if (all.length === 0) return 'The register is empty.';
  const sorted = [...all].sort(
    (a, b) => risks.indexOf(b.risk) - risks.indexOf(a.risk) || (a.openedAt < b.openedAt ? -1 : 1),
  );
  return table(
    ['ID', 'RISK', 'STATE', 'KIND', 'NAME', 'OWNER', 'NEXT'],
    sorted.map((one) => [
      one.id,
      one.risk,
      one.state,
      one.kind,
      short(one.name, 48),
      short(one.owner, 40),
      deadlineOf(one),
    ]),
  );
}
