/**
 * A change in one mailbox that lets mail past, or out: forwarding, a rule of its owner's, safe senders. There may be
 * thousands, made by everybody for themselves, so they are recorded and shown, and make no exception.
 */
import { isOwn } from '#risk/settings.ts';
import type { Moment } from '#time/moment.ts';
import type { Author } from './exception.ts';

export const mailboxDoors = ['forwarding', 'inbox rule', 'safe senders'] as const;
export type MailboxDoor = (typeof mailboxDoors)[number];

export interface MailboxChange {
  readonly door: MailboxDoor;
  /** As the record calls it: an address, an alias, a GUID. Empty where it does not. */
  readonly mailbox: string;
  /** Of an inbox rule, its name or number. */
  readonly rule?: string;
  readonly operation: string;
  /** Where mail goes, or who is trusted. Empty: the record does not say it again. */
  readonly to: readonly string[];
  /** It was taken back, or switched off. */
  readonly ended: boolean;
  /** Only switched off: once it is switched on again, it leads where it did. */
  readonly switchedOff?: true;
  readonly by: Author;
  /** The address from which it was made. */
  readonly from?: string;
  readonly moment: Moment;
  /** Why it cannot be told what was changed. */
  readonly unread?: string;
  /** The tenant did not say which domains are its own, so some of `to` may be inside. */
  readonly unplaced?: true;
}

/** Without those whom mail reaches inside. What leads nowhere else is closed. */
export function withoutInside<Change extends MailboxChange>(change: Change, own: readonly string[]): Change {
  if (change.door === 'safe senders' || change.to.length === 0) return change;
  const to = change.to.filter((one) => !(one.includes('@') && isOwn(one, own)));
  return { ...change, to, ended: to.length === 0 };
}
