/** What a replay found, for people. Names come from the tenant: nothing in them reaches the terminal unprinted. */
import columns from 'string-width';
import { outsideWords } from '#lifecycle/outside.ts';
import type { Author } from '#lifecycle/exception.ts';
import type { Risk } from '#risk/finding.ts';
import { fit, toPrintable, shorten, wrapText } from '#lib/local/terminal.ts';
import type { LoggedException } from '#replay/logged-exceptions.ts';
import type { Unknown } from '#replay/never-opened.ts';
import type { TallyCounts } from '#replay/tally.ts';

export interface TableStyle {
  /** Characters in a line; infinite where the output is no terminal, so that nothing is cut for the next program. */
  readonly width: number;
  readonly colour: boolean;
}

/** Below this a row would be all ellipses, so each exception becomes a few lines of its own. */
const narrowest = 110;

export interface UnreadPlace {
  readonly file: string;
  /** Absent if it is the whole file. */
  readonly line?: number;
  readonly reason: string;
}
/** What may contain exceptions that are not in the table. */
export interface Unread {
  readonly count: number;
  /** The first of them. */
  readonly places: readonly UnreadPlace[];
}

export function formatReplay(
  exceptions: readonly LoggedException[],
  allRead: boolean,
  look: TableStyle,
): string {
  if (exceptions.length === 0)
    return allRead
      ? 'No exceptions in these records.\n'
      : 'It is unknown whether there are exceptions: not everything was read.\n';
  const lines =
    look.width < narrowest ? exceptions.flatMap((each) => card(each, look)) : rows(exceptions, look);
  return `${lines.join('\n')}\n`;
}

const plural = (count: number, one: string): string =>
  `${count.toLocaleString('en')} ${one}${count === 1 ? '' : 's'}`;

export const formatCounts = (found: number, counts: TallyCounts): string => {
  const parts = (['relevant', 'duplicate', 'ignored', 'malformed'] as const).map(
    (name) => `${counts[name].toLocaleString('en')} ${name}`,
  );
  return `${plural(found, 'exception')}. ${plural(counts.read, 'record')} read: ${parts.join(', ')}.\n`;
};

export const whyUnknown = ({ kind, name, isGone }: Unknown): string =>
  isGone
    ? `the ${kind} ${toPrintable(name)} was removed, and no record shows what it let past or stopped.`
    : `no record shows how the ${kind} ${toPrintable(name)} was made, so it is unknown what it lets past. Look at it in Exchange.`;

export const whyForgotten = (changes: number): string =>
  `${plural(changes, 'change')} to objects that were changed very often without being an exception: only the newest ` +
  'changes of each object are considered.';

export function formatNotRead({ count, places }: Unread): string {
  const more = count - places.length;
  return [
    ...places.map(
      ({ file, line, reason }) => `Not read: ${file}${line === undefined ? '' : `:${line}`}: ${reason}\n`,
    ),
    ...(more > 0 ? [`Not read: ${more.toLocaleString('en')} more\n`] : []),
  ].join('');
}

function rows(exceptions: readonly LoggedException[], look: TableStyle): string[] {
  const cells = exceptions.map((each) => [
    each.risk,
    each.state,
    each.kind,
    toPrintable(each.name),
    nameOf(each.changed.by),
    moment(each.changed.at),
  ]);
  const head = ['RISK', 'STATE', 'KIND', 'NAME', 'CHANGED BY', 'CHANGED'];
  const widths = head.map((title, at) =>
    Math.max(...[title, ...cells.map((row) => row[at] ?? '')].map((cell) => columns(cell))),
  );
  // Name and author share what the others leave.
  const rest =
    look.width - [0, 1, 2, 5].reduce((sum, at) => sum + (widths[at] ?? 0), 0) - 2 * (head.length - 1);
  const [name = 0, author = 0] = [widths[3], widths[4]];
  if (name + author > rest) {
    widths[3] = Math.max(Math.min(name, Math.ceil(rest / 2)), rest - author);
    widths[4] = rest - widths[3];
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
      ...made(each, 2 + (widths[0] ?? 0), look),
      ...findings(each, 2 + (widths[0] ?? 0), look),
    ]),
  ];
}

function card(each: LoggedException, look: TableStyle): string[] {
  const { width } = look;
  return [
    painted(
      shorten(`${each.risk.padEnd(8)}  ${each.state.padEnd(11)}  ${toPrintable(each.name)}`, width),
      each,
      look,
    ),
    ...wrapText(
      `${each.kind}, changed by ${nameOf(each.changed.by)}, ${moment(each.changed.at)}`,
      width,
      '  ',
      '  ',
    ),
    ...made(each, 2, look),
    ...findings(each, 2, look),
  ];
}

const nameOf = (author: Author): string => `${toPrintable(author.id)}${outsideWords(author)}`;

/** Who made it and when, where that was not the newest change. */
function made({ made, changed }: LoggedException, indent: number, { width }: TableStyle): string[] {
  if (made.at === changed.at && made.by.id === changed.by.id) return [];
  const space = ' '.repeat(indent);
  const first = made.operation.startsWith('New-') ? 'made' : 'first change in these records';
  return wrapText(`${first} by ${nameOf(made.by)}, ${moment(made.at)}`, width, space, space);
}

const findings = ({ findings }: LoggedException, indent: number, { width }: TableStyle): string[] =>
  findings.flatMap((finding) => {
    const space = ' '.repeat(indent);
    return wrapText(
      `${toPrintable(finding.text)} (${finding.id}, ${finding.risk})`,
      width,
      `${space}- `,
      `${space}  `,
    );
  });

const moment = (at: string): string => `${at.slice(0, 10)} ${at.slice(11, 16)} UTC`;

const paint: Readonly<Record<Risk, string>> = { critical: '1;31', high: '31', medium: '33', low: '2' };

function painted(line: string, { risk, state }: LoggedException, { colour }: TableStyle): string {
  return colour ? `\u001b[${state === 'unconfirmed' ? paint[risk] : '2'}m${line}\u001b[0m` : line;
}
