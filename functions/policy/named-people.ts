/**
 * Whom a text names: mail addresses and Slack users, in whatever way people or programs write them. It is better to find
 * somebody who was not meant than to miss who was: nobody of such an address is ever found, and nothing comes of it.
 */

/** An address within other text; what a link says behind it (`?subject=…`) is no part of it. */
export const address =
  /(?:[^\s@<>()"',;:=[\]|]|(?<=\p{L})'(?=\p{L})){1,64}@[^\s@<>()"',;:=?&/#!*[\]|.][^\s@<>()"',;:=?&/#!*[\]|]{0,189}/u;
export const plainAddress = (text: string): string => text.replace(/\.+$/, '').toLowerCase();

const everyAddress = new RegExp(address, 'gu');
const quotedAddress = /"([^"\n]{1,64})"@([^\s@<>()"',;:=?&/#!*[\]|]{1,190})/g;

/** As Slack shows an id (`U012AB3CD`). */
const slackUser = /(?<![A-Za-z0-9])[UW][A-Z0-9]{7,}(?![A-Za-z0-9])/g;
/** After an at sign, in a link or as the owner it is one however it is written, unless it may be a word. */
const id = '([UW](?=[A-Z]*[0-9])[A-Z0-9]{2,})(?![A-Za-z0-9])';
const markedUser = new RegExp(`(?:(?<![^\\s<>()[\\]"',;:|])@|/team/)${id}`, 'gi');
const ownedByUser = new RegExp(
  `(?:owner|owned by|contact|responsible)\\s{0,5}[:=]\\s{0,5}${id}(?![@.])`,
  'gi',
);

/** Addresses in lower case, and Slack users. */
export function peopleIn(text: string): readonly string[] {
  const people = [text, unescaped(text)].flatMap((each) => [
    ...(each.match(everyAddress) ?? []).map(plainAddress).flatMap(readings),
    ...[...each.matchAll(quotedAddress)].map(([, local = '', domain = '']) =>
      plainAddress(`${local.replaceAll('\\', '').trim()}@${domain}`),
    ),
    ...(each.match(slackUser) ?? []),
    ...[markedUser, ownedByUser].flatMap((pattern) =>
      [...each.matchAll(pattern)].map(([, id = '']) => id.toUpperCase()),
    ),
  ]);
  return [...new Set(people)];
}

/** Without what a link or a web page writes for an at sign, what hides one from programs, and what nobody sees. */
const unescaped = (text: string): string =>
  text
    .normalize('NFKC')
    .replaceAll(/\p{Cf}/gu, '')
    .replaceAll(/%40|&#64;|&#x40;|&commat;|\s{0,3}[[({]\s?at\s?[\])}]\s{0,3}/gi, '@')
    .replaceAll(/\s{0,3}[[({]\s?dot\s?[\])}]\s{0,3}/gi, '.')
    // Blanks around it are allowed where a domain follows.
    .replaceAll(/\s{0,3}@\s{0,3}(?=[\p{L}\p{N}-]{1,63}\.\p{L})/gu, '@');

/** What else stands before the name may belong to it, and a tag behind it reaches the same person. */
function readings(whole: string): readonly string[] {
  const at = whole.lastIndexOf('@');
  const [local, domain] = [whole.slice(0, at), whole.slice(at)];
  const last = local.split(/[^\p{L}\p{N}\p{M}._'+-]/u).at(-1) ?? '';
  return [local, last, last.split('+')[0] ?? ''].filter((name) => name !== '').map((name) => name + domain);
}
