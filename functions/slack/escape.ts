/**
 * Text that somebody else wrote, made safe to show. A rule may be called `<!channel>`, hold an escape sequence,
 * or be ten thousand characters long.
 */

/** For places that Slack parses (`text` of a message, `mrkdwn`): mentions and links can only start with `<`. */
export const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

// Control characters break terminals and JSON viewers; marks that turn the direction of writing make a name look
// like another, as do those that take no room; separators make two lines of one; halves of surrogate pairs cannot be
// sent at all.
const unseen = /[\p{Cc}\p{Zl}\p{Zp}\u00ad\u061c\u200b\u2060\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]+/gu;

/** One line without control characters. */
const clean = (text: string): string => text.toWellFormed().replace(unseen, ' ').trim();

/** Cleaned and at most `most` UTF-16 units long, which is never more characters than Slack counts. */
export function clip(text: string, most: number): string {
  const whole = clean(text.length > most * 4 ? text.slice(0, most * 4) : text);
  if (whole.length <= most) return whole;
  const kept = whole.slice(0, most - 1);
  return `${kept.isWellFormed() ? kept : kept.slice(0, -1)}…`;
}
