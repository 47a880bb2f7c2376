/**
 * Audit record → which lists of the tenant it changed, and what it says it did to which entry. The list itself is
 * more reliable: what is found here shows whose change it was, and is used if the list cannot be read.
 */
import { untold } from '#kinds/read-change.ts';
import { verbOf, type Operation } from '#kinds/operation.ts';
import { kindOf, type Kind } from '#kinds/registry.ts';
import { admitRecord } from './admit.ts';
import { writtenAt } from './moment.ts';
import { placeOf } from './mailbox-change.ts';
import { mailboxOperationNamed, type MailboxOperation } from './mailbox-operations.ts';
import { passesNoDoor } from './mailbox-parameters.ts';
import { objectName, type ObjectName } from './object-name.ts';
import { kindsChangedBy, listOperationNamed, mailboxKindsChangedBy } from './operations.ts';
import type { EntriesTold } from '#kinds/read-change.ts';
import type { Author } from '#lifecycle/exception.ts';
import type { Settings } from '#risk/settings.ts';
import type { Instant } from '#time/instant.ts';
import type { AuditRecord } from './record.ts';

export interface ListChange {
  readonly record: string;
  readonly operation: Operation;
  readonly tenant: string;
  readonly changedBy: Author;
  readonly applications: readonly string[];
  /** Domains that the record shows to be the tenant's own. */
  readonly ownDomains: readonly string[];
  readonly changedAt: Instant;
  /** The moment beyond the millisecond, if the record gives it: see `moment.ts`. */
  readonly order?: string;
  readonly lists: readonly ListTold[];
  /** Why the record does not show what was set: only the lists themselves do. */
  readonly unread?: string;
  /** Every parameter by name, as the log has it. */
  readonly passed: Readonly<Record<string, unknown>>;
}

/** What a record says about the entries of one kind. */
export interface ListTold extends Omit<EntriesTold, 'present' | 'absent' | 'altered'> {
  readonly kind: Kind;
  /** What it says about entries that may be in another list: it counts only for entries that are known. */
  readonly altered: readonly ToldEntry[];
  readonly present: readonly ToldEntry[];
  readonly absent: readonly ToldEntry[];
  /** It names the policy by its GUID alone: the lists call it otherwise, and they alone tell which it is. */
  readonly byGuid?: true;
  /** Of what each mailbox has: the mailbox, as the record calls it. */
  readonly mailbox?: string;
}

export interface ToldEntry {
  readonly name: string;
  readonly settings: Settings;
}

/** `undefined` for every other record, and for one that let nothing past: a failed one, a rehearsal, a service's. */
export function recogniseListChange(record: AuditRecord): ListChange | undefined {
  const operation = listOperationNamed(record.Operation);
  return operation && readChange(record, operation);
}

/** The same of records about what a single mailbox has, which count only where policy says so. */
export function recogniseMailboxExceptions(record: AuditRecord): ListChange | undefined {
  const operation = mailboxOperationNamed(record.Operation);
  return operation === undefined || passesNoDoor(operation, record.Parameters)
    ? undefined
    : readChange(record, operation, operation);
}

function readChange(
  record: AuditRecord,
  operation: Operation,
  inMailbox?: MailboxOperation,
): ListChange | undefined {
  const admitted = admitRecord(record, operation);
  if ('why' in admitted) return undefined;
  const { parameters, unread, changedBy, applications, tenant, ownDomains } = admitted;
  const passed = Object.fromEntries(parameters.map(({ name, value }) => [name, value]));
  const mailbox = inMailbox && placeOf(inMailbox, parameters, record).mailbox;
  // Which mailbox it was, nothing tells; that it could not be read is on record.
  if (mailbox === '') return undefined;
  const { name: identity, guid }: Partial<ObjectName> =
    mailbox === undefined
      ? (objectName(verbOf(operation) === 'New' ? 'create' : 'alter', parameters, record) ?? {})
      : { name: mailbox };
  const changed = mailbox === undefined ? kindsChangedBy(operation) : mailboxKindsChangedBy(operation);
  const lists = changed.flatMap((kind): readonly ListTold[] => {
    const one = kindOf(kind);
    if (one.form === 'object') return [{ ...untold, kind, present: [], absent: [], altered: [] }];
    const told = unread === undefined ? one.log.told({ operation, identity, parameters: passed }) : untold;
    if (told === undefined) return [];
    const named = (entries: readonly Settings[]): readonly ToldEntry[] =>
      entries.map((settings) => ({ name: one.nameOf(settings), settings }));
    const { present, absent, altered = [], policy } = told;
    const policies = [policy, ...[...present, ...absent].map(({ Policy }) => Policy)];
    return [
      {
        ...told,
        kind,
        present: named(present),
        absent: named(absent),
        altered: named(altered),
        ...(guid !== undefined && identity === guid && policies.includes(guid) && { byGuid: true }),
        ...(mailbox !== undefined && { mailbox }),
      },
    ];
  });
  if (lists.length === 0) return undefined;
  return {
    record: record.Id,
    operation,
    tenant,
    changedBy,
    applications,
    ownDomains,
    ...writtenAt(record),
    lists,
    ...(unread === undefined ? {} : { unread }),
    passed: mailbox === undefined ? passed : { ...passed, Identity: mailbox },
  };
}
