/**
 * A change in one mailbox that lets mail past, or out: forwarding, a rule of its owner's, safe senders. There may be
 * thousands, made by everybody for themselves, so they are recorded and shown, and make an exception only where policy
 * says so.
 */
import { isOwn } from '#risk/settings.ts';
import type { ListValue } from '#risk/list-value.ts';
import type { Moment } from '#time/moment.ts';
import type { Author } from './exception.ts';

export const mailboxDoors = ['forwarding', 'inbox rule', 'safe senders'] as const;
export type MailboxDoor = (typeof mailboxDoors)[number];

/** What was done to a rule as a whole. */
export const ruleChanges = ['made', 'on', 'off', 'removed'] as const;

export interface MailboxChange {
  readonly door: MailboxDoor;
  /** As the record calls it: an address, an alias, a GUID. Empty where it does not. */
  readonly mailbox: string;
  /** Of an inbox rule, its name or number. */
  readonly rule?: string;
  readonly operation: string;
  readonly became?: (typeof ruleChanges)[number];
  /** Where mail goes, or who is trusted, by the parameter that was passed: each is a list of its own. */
  readonly settings: Readonly<Record<string, ListValue>>;
  readonly by: Author;
  /** The address from which it was made. */
  readonly from?: string;
  readonly moment: Moment;
  /** Why it cannot be told what was changed. */
  readonly unread?: string;
  /** The tenant did not say which domains are its own, so some of those named may be inside. */
  readonly unplaced?: true;
}

/** Whom it names, or adds. */
export const namedIn = ({ settings }: Pick<MailboxChange, 'settings'>): readonly string[] => [
  ...new Set(
    Object.values(settings).flatMap((value) => (value.type === 'whole' ? value.entries : value.add)),
  ),
];

/** Without those whom mail reaches inside. */
export function withoutInside<Change extends MailboxChange>(change: Change, own: readonly string[]): Change {
  if (change.door === 'safe senders') return change;
  const outside = (some: readonly string[]): readonly string[] =>
    some.filter((one) => !(one.includes('@') && isOwn(one, own)));
  const settings = Object.entries(change.settings).map(([name, value]): [string, ListValue] => [
    name,
    value.type === 'whole'
      ? { ...value, entries: outside(value.entries) }
      : { ...value, add: outside(value.add) },
  ]);
  return { ...change, settings: Object.fromEntries(settings) };
}
