/**
 * What people write for Lapse into the comment of a rule or connector: `owner: name@example.com; ticket: CHG-42;
 * expires: 2027-03-31; reason: …`. Read leniently (docs/owners.md): what cannot be understood is left out, and
 * nothing here ever throws.
 */
import { text } from '#risk/settings.ts';
import { address, peopleIn, plainAddress } from './named-people.ts';
import type { Note } from '#lifecycle/exception.ts';
import type { Settings } from '#risk/settings.ts';

/** Exchange allows 1,024 characters in a rule's comment; anything longer is somebody's experiment. */
const longestComment = 4000;
const longestValue = 500;

/** Words that people use for the same thing. */
const words: Readonly<Record<string, keyof Note>> = {
  owner: 'owner',
  'owned by': 'owner',
  contact: 'owner',
  responsible: 'owner',
  ticket: 'ticket',
  change: 'ticket',
  request: 'ticket',
  ref: 'ticket',
  expires: 'expires',
  expiry: 'expires',
  until: 'expires',
  'expires on': 'expires',
  'valid until': 'expires',
  reason: 'reason',
  why: 'reason',
  purpose: 'reason',
};

const longestFirst = Object.keys(words).sort((a, b) => b.length - a.length);
/** A word, then `:` or `=`; at the start, or after something that is no letter. */
const key = new RegExp(`(?<![\\p{L}\\p{N}_-])(${longestFirst.join('|')})[ \\t]{0,5}[:=]`, 'giu');

/** Transport rules call it `Comments`, connectors `Comment`. */
export const noteIn = (settings: Settings): Note => readNote(commentIn(settings));

/** Everybody whom the comment names, whatever is said about them: addresses in lower case, and Slack users. */
export const namedIn = (settings: Settings): readonly string[] =>
  peopleIn(commentIn(settings).slice(0, longestComment));

const commentIn = (settings: Settings): string =>
  text(settings, 'Comments') ?? text(settings, 'Comment') ?? '';

export function readNote(comment: string): Note {
  const given = comment.slice(0, longestComment);
  const found = [...given.matchAll(key)];
  const note: { -readonly [Field in keyof Note]?: string } = {};
  found.forEach((match, index) => {
    const field = words[(match[1] ?? '').toLowerCase()];
    const raw = given.slice(match.index + match[0].length, found[index + 1]?.index ?? given.length);
    const value = field && readings[field](raw);
    // Said twice, the first counts: what is appended later is more often a remark than a correction.
    if (field && value !== undefined && note[field] === undefined) note[field] = value;
  });
  return note;
}

/** Up to the end of the line or the next separator; brackets and quotes around it do not count. */
const plainValue = (raw: string): string | undefined => {
  const value = (raw.trim().split(/[\n\r;|]/, 1)[0] ?? '')
    .trim()
    .replace(/^["'“(<[]+|["'”)>\],.]+$/g, '')
    .trim()
    .slice(0, longestValue);
  return value === '' ? undefined : value;
};

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** Only ways of writing that mean one day: 03/04/2027 is not among them. */
function readDate(raw: string): string | undefined {
  const first = /\b(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})\b/.exec(raw.slice(0, 100));
  const spelled = /\b(\d{1,2})\.?\s+([a-z]{3})[a-z]*\.?,?\s+(\d{4})\b/i.exec(raw.slice(0, 100));
  const dotted = /\b(\d{1,2})\.(\d{1,2})\.(\d{4})\b/.exec(raw.slice(0, 100));
  const [year, month, date] = first
    ? [first[1], first[2], first[3]]
    : spelled
      ? [spelled[3], String(months.indexOf((spelled[2] ?? '').toLowerCase()) + 1), spelled[1]]
      : dotted
        ? [dotted[3], dotted[2], dotted[1]]
        : [];
  const iso = `${year ?? ''}-${(month ?? '').padStart(2, '0')}-${(date ?? '').padStart(2, '0')}`;
  const ms = Date.parse(`${iso}T00:00:00Z`);
  return Number.isFinite(ms) && new Date(ms).toISOString().startsWith(iso) ? iso : undefined;
}

const readings: Readonly<Record<keyof Note, (raw: string) => string | undefined>> = {
  owner: (raw) => {
    const found = address.exec((plainValue(raw) ?? '').replace(/^mailto:/i, ''))?.[0];
    return found === undefined ? undefined : plainAddress(found);
  },
  ticket: plainValue,
  expires: readDate,
  reason: plainValue,
};
