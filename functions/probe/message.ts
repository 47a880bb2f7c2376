/** A test message as it goes over the wire: what it is and whom to ask, nothing to press, open or follow. */
import type { Instant } from '#time/instant.ts';
import type { PlannedMessage } from './plan.ts';
import type { Control } from './run.ts';

export const titles: Readonly<Record<Control, string>> = {
  gateway: 'from outside, where the MX record says',
  'direct-delivery': 'from outside, straight to the tenant',
  'direct-send': 'as your own domain, without signing in',
  'own-name': 'from outside, with your own domain as the visible sender',
  connector: 'through an inbound connector',
};

/** By its beginning and length alone: a mark anywhere in a subject, whatever a gateway has put around it. */
const pattern = /lapse-probe-[0-9a-f]{32}/i;

export const markFrom = (chance: string): string => `lapse-probe-${chance}`;
export const isMark = (text: string): boolean => pattern.exec(text)?.[0] === text;
/** The mark in a text from outside. */
export const findMark = (text: string): string | undefined => pattern.exec(text)?.[0].toLowerCase();

/** Servers repeat what they were told. Whoever reads what is kept must not learn a mark, or they could send it again. */
export const hideMarks = (text: string): string =>
  text.replaceAll(new RegExp(pattern, 'gi'), 'lapse-probe-…');

export const messageIdOf = ({ mark, sender }: Pick<PlannedMessage, 'mark' | 'sender'>): string =>
  `<${mark}@${sender.slice(sender.lastIndexOf('@') + 1)}>`;

/**
 * The whole message, in lines that end with CRLF. `contact`: whom to ask about it. Throws `RangeError` where something
 * in it could become a header or another message; whoever calls has checked that.
 */
export function writeMessage(
  { control, from, to, mark, sender }: PlannedMessage,
  { at, contact }: { readonly at: Instant; readonly contact: string },
): string {
  const headers = [
    ['Date', dateOf(at)],
    ['From', `Lapse test <${from}>`],
    ['To', `<${to}>`],
    ['Subject', `Test message, please ignore (${mark})`],
    ['Message-ID', messageIdOf({ mark, sender })],
    ['X-Lapse-Probe', mark],
    // Nobody answers it, neither a mailbox nor a person who is away.
    ['Auto-Submitted', 'auto-generated'],
    ['X-Auto-Response-Suppress', 'All'],
    ['MIME-Version', '1.0'],
    ['Content-Type', 'text/plain; charset=us-ascii'],
  ] as const;
  const body = [
    'This is a test message, sent on purpose. You can delete it.',
    '',
    'Lapse sends it to see by which ways mail gets into this mailbox, and what',
    'stops it on the way. It asks for nothing, and there is nothing to open.',
    '',
    `Test:        ${titles[control]}`,
    `Mark:        ${mark}`,
    `Whom to ask: ${contact}`,
  ];
  const lines = [...headers.map(([name, value]) => `${name}: ${value}`), '', ...body];
  if (!lines.every((line) => /^[\x20-\x7e]{0,900}$/.test(line)))
    throw new RangeError('a line of a test message holds what does not belong there');
  return `${lines.join('\r\n')}\r\n`;
}

/** One line of plain text without anything that a mail program would make a link of. */
export const isContact = (text: string): boolean =>
  /^[\x20-\x7e]{1,100}$/.test(text) && !/:\/\/|www\./i.test(text);

/** "Sat, 28 Nov 2026 10:00:00 +0000", as mail has it. */
const dateOf = (at: Instant): string => new Date(at).toUTCString().replace('GMT', '+0000');
