/** What an assessment found, for people. */
import { kindOf, kinds } from '#kinds/registry.ts';
import { toPrintable, wrapText } from '#lib/local/terminal.ts';
import { describeUse } from '#behaviour/usage-words.ts';
import { formatExceptions } from './exception-table.ts';
import type { Assessed, AssessedException } from '#configuration/assess-objects.ts';
import type { Use } from '#behaviour/use.ts';
import type { TableRow, TableStyle } from './exception-table.ts';

export function formatAssessed(
  { exceptions, notLookedAt }: Assessed,
  allRead: boolean,
  look: TableStyle,
  uses: readonly Use[] = [],
): string {
  if (exceptions.length > 0)
    return formatExceptions(
      exceptions.map((one, at) => asRow(one, uses[at])),
      look,
    );
  if (!allRead) return 'It is unknown whether there are exceptions: not everything was read.\n';
  return notLookedAt.length === 0
    ? 'No exceptions.\n'
    : 'No exceptions in what the files hold; that is not everything there can be.\n';
}

const asRow = (
  { risk, state, kind, name, remedy, remarks, findings }: AssessedException,
  use: Use | undefined,
): TableRow => ({
  risk,
  state,
  isOn: state === 'on',
  kind,
  name,
  changed: undefined,
  remarks: [
    ...remarks,
    ...(remedy === 'escalate'
      ? ['It also protects: switching it off would let in more. Narrow what it leaves open.']
      : []),
    ...(use ? describeUse(use) : []),
  ],
  findings,
});

export const formatSums = ({ exceptions, judged }: Assessed): string =>
  `${counted(exceptions.length, 'exception')}. ${counted(judged, 'object')} read.\n`;

export const formatRemarks = ({ remarks }: Assessed): string =>
  remarks.map((remark) => `${toPrintable(remark)}\n`).join('');

const counted = (count: number, one: string): string =>
  `${count.toLocaleString('en')} ${one}${count === 1 ? '' : 's'}`;

/** Each cmdlet as it is typed. */
export function formatNotLookedAt({ notLookedAt }: Assessed): string {
  if (notLookedAt.length === 0) return '';
  const lines = notLookedAt.map(
    ({ command, kinds }) => `  ${kinds.map((kind) => kindOf(kind).plural).join(' and ')}: ${command}\n`,
  );
  return `Not looked at, since no file holds the answer:\n${lines.join('')}`;
}

/** The cmdlets whose answers can be read, for the text of --help. */
export function assessable(): string {
  const cmdlets = new Set(kinds.flatMap((kind) => kindOf(kind).exchange.list.map(({ cmdlet }) => cmdlet)));
  return wrapText([...cmdlets].join(', '), 82, '  ', '  ').join('\n');
}
