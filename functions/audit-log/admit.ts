/** The checks that every record must pass before its change is looked at. */
import { applicationsOf, authorOf } from './author.ts';
import { parameterText, readParameters } from './parameters.ts';
import { isDomain } from '#values/mail-address.ts';
import type { Author } from '#lifecycle/exception.ts';
import type { Operation } from '#kinds/operation.ts';
import type { ParametersRead } from './parameters.ts';
import type { AuditRecord } from './record.ts';

interface Admitted extends ParametersRead {
  readonly changedBy: Author;
  readonly applications: readonly string[];
  readonly tenant: string;
  /** Domains that the record shows to be the tenant's own. */
  readonly ownDomains: readonly string[];
}

/**
 * Exchange writes "False", other workloads write words. Anything unknown counts as done: asking too often is better
 * than missing one.
 */
const undone = new Set(['false', 'failed', 'failure', 'fail']);

/** `why` is fixed wording: it never quotes the record. */
export function admitRecord(record: AuditRecord, operation: Operation): Admitted | { readonly why: string } {
  if (undone.has(record.ResultStatus?.trim().toLowerCase() ?? ''))
    return { why: 'the operation did not succeed' };

  const read = readParameters(record.Parameters, operation);
  const author = authorOf(record);
  const changedBy = author.type === 'service' ? submitterOf(record, read.parameters) : author;
  if (changedBy === undefined) return { why: 'a Microsoft service did it' };

  if (/^\$?true$/i.test(parameterText(read.parameters, 'WhatIf') ?? ''))
    return { why: 'a rehearsal (WhatIf): nothing was changed' };

  // A malformed record at the door (`auditRecordSchema`); here only the types need it said again.
  if (record.OrganizationId === undefined) return { why: 'no tenant is named' };
  const tenant = record.OrganizationId.toLowerCase();
  return {
    ...read,
    changedBy,
    applications: applicationsOf(record),
    tenant,
    ownDomains: organisationOf(record),
  };
}

/** The domain that every organisation is given, which is seen as it is and at the end of a directory path. */
function organisationOf({ OrganizationName = '' }: AuditRecord): readonly string[] {
  const name = OrganizationName.trim().toLowerCase();
  const domain = name.slice(name.lastIndexOf('/') + 1);
  return isDomain(domain) ? [domain] : [];
}

/** Who reported a message as good: a service then creates the allow entry because of it. */
function submitterOf(record: AuditRecord, parameters: Admitted['parameters']): Author | undefined {
  const UserId = parameterText(parameters, 'SubmissionUserId')?.trim() ?? '';
  return UserId === '' ? undefined : authorOf({ ...record, UserId, UserType: 0, ExternalAccess: false });
}
