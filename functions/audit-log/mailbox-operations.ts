/** Cmdlets that change what a single mailbox lets past or out. */
import type { Operation } from '#kinds/operation.ts';
import type { MailboxDoor } from '#lifecycle/mailbox-change.ts';

export const mailboxDoorOf = {
  'Set-Mailbox': 'forwarding',
  'New-InboxRule': 'inbox rule',
  'Set-InboxRule': 'inbox rule',
  'Enable-InboxRule': 'inbox rule',
  'Disable-InboxRule': 'inbox rule',
  'Remove-InboxRule': 'inbox rule',
  'Set-MailboxJunkEmailConfiguration': 'safe senders',
} as const satisfies Partial<Record<Operation, MailboxDoor>>;
export type MailboxOperation = keyof typeof mailboxDoorOf;

export const mailboxOperations = Object.keys(mailboxDoorOf) as readonly MailboxOperation[];

const spelled = new Map(mailboxOperations.map((name) => [name.toLowerCase(), name]));

/** The operation in Exchange's own spelling; `undefined` if it is about no mailbox. */
export const mailboxOperationNamed = (operation: string): MailboxOperation | undefined =>
  spelled.get(operation.toLowerCase());
export const isMailboxOperation = (operation: string): boolean =>
  mailboxOperationNamed(operation) !== undefined;

/** What the log calls all that Outlook does to the rules of a mailbox: see `outlook-rules.ts`. */
export const outlookOperation = 'UpdateInboxRules';
export const isOutlookOperation = (operation: unknown): boolean =>
  typeof operation === 'string' && operation.trim().toLowerCase() === outlookOperation.toLowerCase();
