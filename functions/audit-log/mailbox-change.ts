/** Audit record → what it changed in one mailbox that lets mail past, or out. */
import { domainOf } from '#risk/settings.ts';
import { readListValue, type ListValue } from '#risk/list-value.ts';
import { admitRecord } from './admit.ts';
import { mailboxDoorOf, mailboxOperationNamed } from './mailbox-operations.ts';
import { writtenAt } from './moment.ts';
import { nameInIdentity } from './object-name.ts';
import { parameterText } from './parameters.ts';
import { forwards, passesNoDoor, redirects, trusts } from './mailbox-parameters.ts';
import type { MailboxChange } from '#lifecycle/mailbox-change.ts';
import type { MailboxOperation } from './mailbox-operations.ts';
import type { Parameter } from './parameters.ts';
import type { AuditRecord } from './record.ts';

export interface LoggedMailboxChange extends MailboxChange {
  readonly tenant: string;
  /** Domains that the record shows to be the tenant's own. */
  readonly ownDomains: readonly string[];
}

/** `undefined`: nothing of this kind. */
export function recogniseMailboxChange(record: AuditRecord): LoggedMailboxChange | undefined {
  const operation = mailboxOperationNamed(record.Operation);
  if (operation === undefined || passesNoDoor(operation, record.Parameters)) return undefined;
  const admitted = admitRecord(record, operation);
  if ('why' in admitted) return undefined;
  const { parameters, changedBy, tenant, ownDomains } = admitted;
  // Part of a change must not count as the change.
  const told = admitted.unread === undefined ? toldOf(operation, parameters) : { settings: {} };
  if (told === undefined) return undefined;
  const { mailbox, rule } = placeOf(operation, parameters, record);
  const unread = admitted.unread ?? (mailbox === '' ? 'no mailbox is named' : undefined);
  const { changedAt: at, order } = writtenAt(record);
  const from = record.ClientIP?.trim() ?? '';
  return {
    door: mailboxDoorOf[operation],
    mailbox,
    ...(rule !== undefined && { rule }),
    operation,
    ...told,
    by: changedBy,
    ...(from !== '' && { from }),
    moment: { at, ...(order !== undefined && { order }), record: record.Id.toLowerCase() },
    ...(unread !== undefined && { unread }),
    tenant,
    ownDomains: [...ownDomains, ...(mailbox.includes('@') ? [domainOf(mailbox)] : [])],
  };
}

type Told = Pick<MailboxChange, 'became' | 'settings'>;

/** `undefined` where nothing of it was passed. */
function toldOf(operation: MailboxOperation, parameters: readonly Parameter[]): Told | undefined {
  switch (operation) {
    case 'Set-Mailbox':
      return named(parameters, forwards);
    case 'New-InboxRule': {
      const told = named(parameters, redirects);
      return told && { ...told, became: 'made' };
    }
    case 'Set-InboxRule':
      return named(parameters, redirects);
    case 'Enable-InboxRule':
      return { became: 'on', settings: {} };
    case 'Disable-InboxRule':
      return { became: 'off', settings: {} };
    case 'Remove-InboxRule':
      return { became: 'removed', settings: {} };
    case 'Set-MailboxJunkEmailConfiguration':
      return named(parameters, trusts);
  }
}

function named(parameters: readonly Parameter[], names: readonly string[]): Told | undefined {
  const passed = parameters.filter(({ name }) => names.includes(name));
  if (passed.length === 0) return undefined;
  const lists = passed.map(({ name, value }) => [name, plainly(readListValue(value))] as const);
  return { settings: Object.fromEntries(lists) };
}

const plainly = (value: ListValue): ListValue =>
  value.type === 'whole'
    ? { ...value, entries: value.entries.map(plain) }
    : { ...value, add: value.add.map(plain), remove: value.remove.map(plain) };

/** "smtp:x@out.example", `"Ann" [SMTP:x@out.example]` → "x@out.example". */
const plain = (recipient: string): string =>
  /\[(?:smtp:)?([^\]\s]+@[^\]\s]+)\]/i.exec(recipient)?.[1] ?? recipient.replace(/^smtp:/i, '');

/** A rule is named by its mailbox and its own name or number: `ann\Rule`. Its owner's is meant where nothing is said. */
export function placeOf(
  operation: MailboxOperation,
  parameters: readonly Parameter[],
  record: AuditRecord,
): { readonly mailbox: string; readonly rule?: string } {
  const { ObjectId, UserId = '' } = record;
  const plainName = (identity: string | undefined): string => nameInIdentity(identity, record) ?? '';
  const whole = plainName(parameterText(parameters, 'Identity')) || plainName(ObjectId);
  if (mailboxDoorOf[operation] !== 'inbox rule') return { mailbox: whole || UserId };
  const end = whole.lastIndexOf('\\');
  const rule = parameterText(parameters, 'Name') ?? (end < 0 ? whole : whole.slice(end + 1));
  const mailbox = parameterText(parameters, 'Mailbox') ?? (end < 0 ? '' : whole.slice(0, end));
  return { mailbox: plainName(mailbox) || UserId, ...(rule !== '' && { rule }) };
}
