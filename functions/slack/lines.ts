/**
 * What messages are made of: lines of pieces. Rendered as rich text nothing in them is parsed, so text from a
 * tenant can neither mention anybody nor be bold; rendered as plain text (notifications, screen readers) it is
 * escaped, because Slack does parse that.
 */
import { toMillis } from '#time/instant.ts';
import { clip, escape } from './escape.ts';
import type { Instant } from '#time/instant.ts';
import type { PlainTextElement, RichTextBlock, RichTextSection } from '@slack/types';

export type Piece =
  | string
  | { readonly bold: string }
  /** A moment, shown in the reader’s own time zone; with `utc`, in UTC as well. */
  | { readonly at: Instant; readonly bold?: true; readonly utc?: true }
  | { readonly user: string }
  | { readonly channel: string };
export type Line = readonly Piece[];

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

const monthOf = (at: Instant): string => months[Number(at.slice(5, 7)) - 1] ?? '';

/** "5 Dec 2026 14:00 UTC" */
const utc = (at: Instant): string =>
  `${Number(at.slice(8, 10))} ${monthOf(at)} ${at.slice(0, 4)} ${at.slice(11, 16)} UTC`;

/** "5 Dec, 14:00 UTC", beside the reader’s own time, which has the year. */
const shortUtc = (at: Instant): string =>
  `${Number(at.slice(8, 10))} ${monthOf(at)}, ${at.slice(11, 16)} UTC`;

export const isUser = (id: string) => /^[UW][A-Z0-9]+$/.test(id);
const isChannel = (id: string) => /^[CG][A-Z0-9]+$/.test(id);

type Element = RichTextSection['elements'][number];

function element(piece: Piece): Element {
  if (typeof piece === 'string') return { type: 'text', text: piece.toWellFormed() };
  if ('at' in piece)
    return {
      type: 'date',
      timestamp: Math.floor(toMillis(piece.at) / 1000),
      // Not the “pretty” form: “on today” and “at yesterday” is no English.
      format: '{date_short} {time}',
      fallback: utc(piece.at),
      ...(piece.bold && { style: { bold: true } }),
    };
  if ('bold' in piece) return { type: 'text', text: piece.bold.toWellFormed(), style: { bold: true } };
  if ('user' in piece)
    return isUser(piece.user)
      ? { type: 'user', user_id: piece.user }
      : { type: 'text', text: clip(piece.user, 80) || 'somebody' };
  return isChannel(piece.channel)
    ? { type: 'channel', channel_id: piece.channel }
    : { type: 'text', text: clip(piece.channel, 80) };
}

/** Slack refuses empty text elements. */
const section = (line: Line): RichTextSection => ({
  type: 'rich_text_section',
  elements: line
    .filter((piece) => piece !== '' && !(typeof piece === 'object' && 'bold' in piece && piece.bold === ''))
    .flatMap((piece) =>
      typeof piece === 'object' && 'at' in piece && piece.utc
        ? [element(piece), element(` (${shortUtc(piece.at)})`)]
        : [element(piece)],
    ),
});

/** One block of lines, one below the other. */
export const createParagraph = (...lines: readonly Line[]): RichTextBlock => ({
  type: 'rich_text',
  elements: [section(lines.flatMap((line, index) => (index === 0 ? line : ['\n', ...line])))],
});

/** A heading line and a bullet list. */
export const createBullets = (heading: string, lines: readonly Line[]): RichTextBlock => ({
  type: 'rich_text',
  elements: [
    section([{ bold: heading }]),
    { type: 'rich_text_list', style: 'bullet', elements: lines.map(section) },
  ],
});

/** As text that Slack parses: escaped; people as mentions, moments in UTC. */
export const toMarkup = (line: Line): string =>
  line
    .map((piece) =>
      typeof piece === 'string'
        ? escape(piece.toWellFormed())
        : 'at' in piece
          ? utc(piece.at)
          : 'bold' in piece
            ? escape(piece.bold.toWellFormed())
            : 'user' in piece
              ? isUser(piece.user)
                ? `<@${piece.user}>`
                : escape(clip(piece.user, 80) || 'somebody')
              : isChannel(piece.channel)
                ? `<#${piece.channel}>`
                : escape(clip(piece.channel, 80)),
    )
    .join('');

/** For places that show text as it is: nothing is parsed, `:emoji:` neither. */
export const toPlainText = (text: string, most: number): PlainTextElement => ({
  type: 'plain_text',
  text: clip(text, most),
  emoji: false,
});
