/** Doors in single mailboxes, for people: how many of each sort, and the newest few. */
import { outsideWords } from '#lifecycle/outside.ts';
import { listSome } from '#risk/settings.ts';
import { toPrintable, wrapText } from '#lib/local/terminal.ts';
import { moment } from './exception-table.ts';
import type { MailboxDoor } from '#audit-log/mailbox-change.ts';
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

const line = ({ mailbox, rule, to, by, at }: OpenMailbox): string =>
  toPrintable(
    `${mailbox}${rule === undefined ? '' : `, rule “${rule}”`}: ${listSome(to)}; by ${by.id}${outsideWords(by)}, ${moment(at)}`,
  );
