/** Exceptions as a table for people. Names come from the tenant: nothing in them reaches the terminal unprinted. */
import columns from 'string-width';
import type { Finding, Risk } from '#risk/finding.ts';
import { fit, toPrintable, shorten, wrapText } from '#lib/local/terminal.ts';

export interface TableStyle {
  /** Characters in a line; infinite where the output is no terminal, so that nothing is cut for the next program. */
  readonly width: number;
  readonly colour: boolean;
}

export interface TableRow {
  readonly risk: Risk;
  readonly state: string;
  /** Whether it acts on mail. */
  readonly isOn: boolean;
  readonly kind: string;
  readonly name: string;
  /** `undefined` where nothing tells. */
  readonly changed: { readonly by: string; readonly at: string } | undefined;
  /** Sentences that stand above the findings. */
  readonly remarks: readonly string[];
  readonly findings: readonly (Finding & { readonly narrow?: string })[];
}

/** Below this a row would be all ellipses, so each exception becomes a few lines of its own. */
const narrowest = 110;

export const formatExceptions = (exceptions: readonly TableRow[], look: TableStyle): string =>
  `${(look.width < narrowest ? exceptions.flatMap((each) => card(each, look)) : rows(exceptions, look)).join('\n')}\n`;

function rows(exceptions: readonly TableRow[], look: TableStyle): string[] {
  const isTold = exceptions.some(({ changed }) => changed);
  const cells = exceptions.map((each) => [
    each.risk,
    each.state,
    each.kind,
    toPrintable(each.name),
    ...(isTold ? [toPrintable(each.changed?.by ?? ''), each.changed ? moment(each.changed.at) : ''] : []),
  ]);
  const head = ['RISK', 'STATE', 'KIND', 'NAME', ...(isTold ? ['CHANGED BY', 'CHANGED'] : [])];
  const widths = head.map((title, at) =>
    cells.reduce((most, row) => Math.max(most, columns(row[at] ?? '')), columns(title)),
  );
  // Name and author share what the others leave.
  const rest =
    look.width - [0, 1, 2, 5].reduce((sum, at) => sum + (widths[at] ?? 0), 0) - 2 * (head.length - 1);
  const [name = 0, author = 0] = [widths[3], widths[4]];
  if (name + author > rest) {
    widths[3] = Math.max(Math.min(name, Math.ceil(rest / 2)), rest - author);
    if (isTold) widths[4] = rest - widths[3];
  }
  const line = (row: readonly string[]) =>
    row
      .map((cell, at) => fit(cell, widths[at] ?? 0))
      .join('  ')
      .trimEnd();
  return [
    line(head),
    ...exceptions.flatMap((each, at) => [
      painted(line(cells[at] ?? []), each, look),
      ...below(each, 2 + (widths[0] ?? 0), look),
    ]),
  ];
}

function card(each: TableRow, look: TableStyle): string[] {
  const { width } = look;
  const change = each.changed
    ? `, changed by ${toPrintable(each.changed.by)}, ${moment(each.changed.at)}`
    : '';
  return [
    painted(
      shorten(`${each.risk.padEnd(8)}  ${each.state.padEnd(11)}  ${toPrintable(each.name)}`, width),
      each,
      look,
    ),
    ...wrapText(`${each.kind}${change}`, width, '  ', '  '),
    ...below(each, 2, look),
  ];
}

function below({ remarks, findings }: TableRow, indent: number, { width }: TableStyle): string[] {
  const space = ' '.repeat(indent);
  const narrow = new Set<string>();
  return [
    ...remarks.flatMap((remark) => wrapText(toPrintable(remark), width, space, space)),
    ...findings.flatMap((finding) => {
      const isNew = finding.narrow !== undefined && !narrow.has(finding.narrow);
      if (finding.narrow !== undefined) narrow.add(finding.narrow);
      return [
        ...wrapText(
          `${toPrintable(finding.text)} (${finding.id}, ${finding.risk})`,
          width,
          `${space}- `,
          `${space}  `,
        ),
        ...(isNew
          ? wrapText(`To narrow it: ${toPrintable(finding.narrow ?? '')}`, width, `${space}  `, `${space}  `)
          : []),
      ];
    }),
  ];
}

export const moment = (at: string): string => `${at.slice(0, 10)} ${at.slice(11, 16)} UTC`;

const paint: Readonly<Record<Risk, string>> = { critical: '1;31', high: '31', medium: '33', low: '2' };

function painted(line: string, { risk, isOn }: TableRow, { colour }: TableStyle): string {
  return colour ? `\u001b[${isOn ? paint[risk] : '2'}m${line}\u001b[0m` : line;
}
