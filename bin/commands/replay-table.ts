/** What a replay found, for people. Names come from the tenant: nothing in them reaches the terminal unprinted. */
import { describeUse } from '#behaviour/usage-words.ts';
import { outsideWords } from '#lifecycle/outside.ts';
import type { Author } from '#lifecycle/exception.ts';
import { toPrintable } from '#lib/local/terminal.ts';
import type { LoggedException } from '#replay/logged-exceptions.ts';
import type { Use } from '#behaviour/use.ts';
import type { Unknown } from '#replay/never-opened.ts';
import type { TallyCounts } from '#replay/tally.ts';
import { formatExceptions, moment } from './exception-table.ts';
import type { TableRow, TableStyle } from './exception-table.ts';

export function formatReplay(
  exceptions: readonly LoggedException[],
  allRead: boolean,
  look: TableStyle,
  uses: readonly Use[] = [],
): string {
  if (exceptions.length === 0)
    return allRead
      ? 'No exceptions in these records.\n'
      : 'It is unknown whether there are exceptions: not everything was read.\n';
  return formatExceptions(
    exceptions.map((one, at) => asRow(one, uses[at])),
    look,
  );
}

const plural = (count: number, one: string): string =>
  `${count.toLocaleString('en')} ${one}${count === 1 ? '' : 's'}`;

export const formatCounts = (found: number, counts: TallyCounts): string => {
  const parts = (['relevant', 'duplicate', 'ignored', 'malformed'] as const).map(
    (name) => `${counts[name].toLocaleString('en')} ${name}`,
  );
  const nothingButMalformed = counts.read > 0 && counts.malformed === counts.read;
  return (
    `${plural(found, 'exception')}. ${plural(counts.read, 'record')} read: ${parts.join(', ')}.\n` +
    (nothingButMalformed ? 'Settings saved from Exchange are read by lapse assess.\n' : '')
  );
};

export const whyUnknown = ({ kind, name, isGone }: Unknown): string =>
  isGone
    ? `the ${kind} ${toPrintable(name)} was removed, and no record shows what it let past or stopped.`
    : `no record shows how the ${kind} ${toPrintable(name)} was made, so it is unknown what it lets past. Look at it in Exchange.`;

export const whyForgotten = (changes: number): string =>
  `${plural(changes, 'change')} to objects that were changed very often without being an exception: only the newest ` +
  'changes of each object are considered.';

const asRow = (each: LoggedException, use: Use | undefined): TableRow => ({
  risk: each.risk,
  state: each.state,
  isOn: each.state === 'unconfirmed',
  kind: each.kind,
  name: each.name,
  changed: { by: nameOf(each.changed.by), at: each.changed.at },
  remarks: [...made(each), ...(use ? describeUse(use) : [])],
  findings: each.findings,
});

const nameOf = (author: Author): string => `${author.id}${outsideWords(author)}`;

/** Who made it and when, where that was not the newest change. */
function made({ made, changed }: LoggedException): readonly string[] {
  if (made.at === changed.at && made.by.id === changed.by.id) return [];
  const first = made.operation.startsWith('New-') ? 'made' : 'first change in these records';
  return [`${first} by ${nameOf(made.by)}, ${moment(made.at)}`];
}
