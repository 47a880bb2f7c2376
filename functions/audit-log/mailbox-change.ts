/**
 * Audit record → what it changed in one mailbox that lets mail past, or out: forwarding, a rule of its owner's, safe
 * senders. There may be thousands, made by everybody for themselves, so they are shown and make no exception.
 */
import { domainOf } from '#risk/settings.ts';
import { readListValue } from '#risk/list-value.ts';
import { admitRecord } from './admit.ts';
import { writtenAt } from './moment.ts';
import { nameInIdentity } from './object-name.ts';
import { isPlumbing, parameterText } from './parameters.ts';
import { isJsonObject } from '#values/json.ts';
import type { Operation } from '#kinds/operation.ts';
import type { Author } from '#lifecycle/exception.ts';
import type { Moment } from '#time/moment.ts';
import type { Parameter } from './parameters.ts';
import type { AuditRecord } from './record.ts';

export type MailboxDoor = 'forwarding' | 'inbox rule' | 'safe senders';

export interface MailboxChange {
  readonly door: MailboxDoor;
  readonly mailbox: string;
  /** Of an inbox rule, its name or number. */
  readonly rule?: string;
  /** Where mail goes, or who is trusted. Empty: the record does not say it again. */
  readonly to: readonly string[];
  /** It was taken back, or switched off. */
  readonly ended: boolean;
  readonly by: Author;
  readonly moment: Moment;
  /** Domains that the record shows to be the tenant's own. */
  readonly ownDomains: readonly string[];
}

const followed = {
  'Set-Mailbox': 'forwarding',
  'New-InboxRule': 'inbox rule',
  'Set-InboxRule': 'inbox rule',
  'Enable-InboxRule': 'inbox rule',
  'Disable-InboxRule': 'inbox rule',
  'Remove-InboxRule': 'inbox rule',
  'Set-MailboxJunkEmailConfiguration': 'safe senders',
} as const satisfies Partial<Record<Operation, MailboxDoor>>;
type MailboxOperation = keyof typeof followed;

const spelled = new Map(
  (Object.keys(followed) as MailboxOperation[]).map((name) => [name.toLowerCase(), name]),
);
export const isMailboxOperation = (operation: string): boolean => spelled.has(operation.toLowerCase());

const forwards = ['ForwardingSmtpAddress', 'ForwardingAddress'] as const;
const redirects = ['ForwardTo', 'ForwardAsAttachmentTo', 'RedirectTo'] as const;
const trusts = ['TrustedSendersAndDomains'] as const;

/** `undefined`: nothing of this kind. `unread`: why it cannot be told what was changed. */
export function recogniseMailboxChange(
  record: AuditRecord,
): MailboxChange | { readonly unread: string } | undefined {
  const operation = spelled.get(record.Operation.toLowerCase());
  if (operation === undefined || passesNoDoor(record.Parameters)) return undefined;
  const admitted = admitRecord(record, operation);
  if ('why' in admitted) return undefined;
  const { parameters, unread, changedBy, ownDomains } = admitted;
  if (unread !== undefined) return { unread };
  const told = toldOf(operation, parameters);
  if (told === undefined) return undefined;
  const { mailbox, rule } = placeOf(operation, parameters, record);
  const { changedAt: at, order } = writtenAt(record);
  return {
    door: followed[operation],
    mailbox,
    ...(rule !== undefined && { rule }),
    ...told,
    by: changedBy,
    moment: { at, ...(order !== undefined && { order }), record: record.Id.toLowerCase() },
    ownDomains: [...ownDomains, ...(mailbox.includes('@') ? [domainOf(mailbox)] : [])],
  };
}

const doors = new Set([...forwards, ...redirects, ...trusts].map((name) => name.toLowerCase()));

/**
 * Whether a glance shows parameters that open no door: almost all records of these cmdlets have only such. `false`
 * where there is anything to look at more closely: a form that is not Exchange's own, or nothing that a cmdlet could set.
 */
export function passesNoDoor(parameters: unknown): boolean {
  if (!Array.isArray(parameters)) return false;
  let sets = false;
  for (const one of parameters as readonly unknown[]) {
    if (!isJsonObject(one)) return false;
    for (const key in one) if (key !== 'Name' && key !== 'Value') return false;
    const { Name } = one;
    if (typeof Name !== 'string' || !/^[A-Za-z]\w*$/.test(Name) || doors.has(Name.toLowerCase()))
      return false;
    sets ||= Name !== 'Name' && !isPlumbing(Name);
  }
  return sets;
}

function toldOf(
  operation: MailboxOperation,
  parameters: readonly Parameter[],
): Pick<MailboxChange, 'to' | 'ended'> | undefined {
  switch (operation) {
    case 'Set-Mailbox':
      return named(parameters, forwards);
    case 'New-InboxRule':
    case 'Set-InboxRule':
      return named(parameters, redirects);
    case 'Enable-InboxRule':
      return { to: [], ended: false };
    case 'Disable-InboxRule':
    case 'Remove-InboxRule':
      return { to: [], ended: true };
    case 'Set-MailboxJunkEmailConfiguration':
      return named(parameters, trusts);
  }
}

/** Whom the parameters name; that they name nobody takes it back. `undefined` where none of them was passed. */
function named(
  parameters: readonly Parameter[],
  names: readonly string[],
): Pick<MailboxChange, 'to' | 'ended'> | undefined {
  const passed = parameters.filter(({ name }) => names.includes(name));
  if (passed.length === 0) return undefined;
  const values = passed.map(({ value }) => readListValue(value));
  const to = [...new Set(values.flatMap((one) => (one.type === 'whole' ? one.entries : one.add)).map(plain))];
  const ended = to.length === 0 && values.every((one) => one.type === 'whole');
  return to.length > 0 || ended ? { to, ended } : undefined;
}

/** "smtp:x@out.example", `"Ann" [SMTP:x@out.example]` → "x@out.example". */
const plain = (recipient: string): string =>
  /\[(?:smtp:)?([^\]\s]+@[^\]\s]+)\]/i.exec(recipient)?.[1] ?? recipient.replace(/^smtp:/i, '');

/** A rule is named by its mailbox and its own name or number: `ann\Rule`. Its owner's is meant where nothing is said. */
function placeOf(
  operation: MailboxOperation,
  parameters: readonly Parameter[],
  record: AuditRecord,
): { readonly mailbox: string; readonly rule?: string } {
  const { ObjectId, UserId = '' } = record;
  const plainName = (identity: string | undefined): string => nameInIdentity(identity, record) ?? '';
  const whole = plainName(parameterText(parameters, 'Identity')) || plainName(ObjectId);
  if (followed[operation] !== 'inbox rule') return { mailbox: whole || UserId };
  const end = whole.lastIndexOf('\\');
  const rule = parameterText(parameters, 'Name') ?? (end < 0 ? whole : whole.slice(end + 1));
  const mailbox = parameterText(parameters, 'Mailbox') ?? (end < 0 ? '' : whole.slice(0, end));
  return { mailbox: plainName(mailbox) || UserId, ...(rule !== '' && { rule }) };
}
