/** Doors in single mailboxes, for people: how many of each sort, and the newest few. */
import { outsideWords } from '#lifecycle/outside.ts';
import { listSome } from '#risk/settings.ts';
import { toPrintable, wrapText } from '#lib/local/terminal.ts';
import { moment } from './exception-table.ts';
import type { MailboxChange, MailboxDoor } from '#lifecycle/mailbox-change.ts';
import type { OpenMailbox } from '#replay/mailboxes.ts';
import type { TableStyle } from './exception-table.ts';

/** There may be thousands; JSON has all of them. */
const mostNamed = 5;

const titles: Readonly<Record<MailboxDoor, (count: string, isOne: boolean) => string>> = {
  forwarding: (count, isOne) =>
    `${count} ${isOne ? 'mailbox forwards its' : 'mailboxes forward their'} mail outside`,
  'inbox rule': (count, isOne) => `${count} inbox ${isOne ? 'rule sends' : 'rules send'} mail outside`,
  'safe senders': (count, isOne) =>
    `${count} ${isOne ? 'mailbox trusts' : 'mailboxes trust'} senders past the junk filter`,
};

/** Empty where there are none. */
export function formatMailboxes(open: readonly OpenMailbox[], { width }: TableStyle): string {
  if (open.length === 0) return '';
  const sections = (Object.keys(titles) as MailboxDoor[]).flatMap((door) => {
    const all = open.filter((one) => one.door === door);
    if (all.length === 0) return [];
    const more = all.length - mostNamed;
    return [
      `  ${titles[door](all.length.toLocaleString('en'), all.length === 1)}:`,
      ...all.slice(0, mostNamed).flatMap((one) => wrapText(line(one), width, '    - ', '      ')),
      ...(more > 0 ? [`    … and ${more.toLocaleString('en')} more`] : []),
    ];
  });
  return `\nIn single mailboxes (not counted as exceptions; --json names all):\n${sections.join('\n')}\n`;
}

const line = ({ to, at, unplaced, ...one }: OpenMailbox): string =>
  toPrintable(
    `${place(one)}: ${listSome(to)}${unplaced ? ' (perhaps inside: the tenant did not say which domains are its own)' : ''}; ${author(one, at)}`,
  );

const place = ({ mailbox, rule }: Pick<MailboxChange, 'mailbox' | 'rule'>): string =>
  `${mailbox || 'a mailbox that is not named'}${rule === undefined ? '' : `, rule “${rule}”`}`;

const author = ({ by, from }: Pick<MailboxChange, 'by' | 'from'>, at: string): string =>
  `by ${by.id}${outsideWords(by)}${from === undefined ? '' : ` from ${from}`}, ${moment(at)}`;

/** What was changed without anybody knowing what; empty where there is nothing of the kind. */
export function formatUnreadChanges(changes: readonly MailboxChange[], { width }: TableStyle): string {
  const unread = changes.filter((change) => change.unread !== undefined);
  if (unread.length === 0) return '';
  const alike = Object.groupBy(unread, ({ door, mailbox, rule, operation, by, unread: why }) =>
    [door, mailbox, rule, operation, by.id, why].join('\n'),
  );
  const lines = Object.values(alike).flatMap((changes = []) => {
    const [newest] = changes;
    return newest ? wrapText(toPrintable(unreadLine(newest, changes.length - 1)), width, '  - ', '    ') : [];
  });
  return `\nNot read, so look at these mailboxes in Exchange:\n${lines.join('\n')}\n`;
}

const unreadLine = (change: MailboxChange, more: number): string =>
  `${place(change)}: ${change.operation}, ${author(change, change.moment.at)}: ${change.unread ?? ''} (record ${change.moment.record}${more === 0 ? '' : `, and ${more.toLocaleString('en')} more before it`})`;

/** With whoever did it as text. */
export const mailboxesForPrograms = <One extends Pick<MailboxChange, 'by'>>(all: readonly One[]) =>
  all.map(({ by, ...one }) => ({ ...one, by: by.id, ...(by.outside && { byOutside: by.outside }) }));
