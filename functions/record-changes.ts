/** Bus → register: each change in a tenant's audit log is recorded, once. How: `recording/record-change.ts`. */
import { auditRecordSchema } from '#audit-log/record.ts';
import { createAcceptedDomains } from '#exchange/accepted-domains.ts';
import { auditRecordEventSchema } from '#bus/audit-record-event.ts';
import { isMailboxOperation } from '#audit-log/mailbox-operations.ts';
import { recordMailboxChange } from '#recording/record-mailbox-change.ts';
import { recordChange, recordMailboxException } from '#recording/record-change.ts';
import { recordTime } from '#recording/record-time.ts';
import { withModes } from '#register/enforcement.ts';
import { readEnvironment } from '#runtime/environment.ts';
import { once } from '#runtime/once.ts';
import { loadPolicy } from '#runtime/policy.ts';
import { createQueueFunction } from '#runtime/queue-function.ts';
import { mailboxChangesFromEnvironment } from '#runtime/mailbox-changes.ts';
import { registerFromEnvironment } from '#runtime/register.ts';
import { logWarnings, tenantsFromEnvironment } from '#runtime/tenants.ts';
import { versionedValuesFromEnvironment } from '#runtime/versioned-values.ts';

/** Milliseconds for the whole look, sign-in included. Five of these, a whole batch, fit into the function's minute. */
const patience = 10_000;

const getDependencies = once(() => {
  const environment = readEnvironment('record-changes');
  const tenants = tenantsFromEnvironment(environment, {
    attempts: 3,
    firstWait: 500,
    longestWait: 3_000,
    timeout: 8_000,
  });
  return {
    register: registerFromEnvironment(environment.TABLE_NAME),
    mailboxes: mailboxChangesFromEnvironment(environment.TABLE_NAME),
    tenants,
    domains: createAcceptedDomains(tenants, Date.now),
    enough: () => AbortSignal.timeout(patience),
  };
});

export const handler = createQueueFunction(
  'record-changes',
  auditRecordEventSchema.extend({ data: auditRecordSchema }),
  async ({ data: record }, { now, logger, remaining }) => {
    const environment = readEnvironment('record-changes');
    const { tenants, mailboxes, ...rest } = getDependencies();
    const policy = await withModes(
      loadPolicy(),
      versionedValuesFromEnvironment(environment.TABLE_NAME),
      environment.NEW_TENANTS,
    );
    const isMailbox = isMailboxOperation(record.Operation);
    // A record about a mailbox is looked at twice, and has the time of one look all the same.
    const late = rest.enough();
    if (isMailbox) {
      const kept = await recordMailboxChange(record, {
        ...{ mailboxes, domains: rest.domains, enough: () => late, policy, now },
      });
      logger.info('audit record about a mailbox worked through', {
        record: record.Id,
        outcome: kept.outcome,
      });
      if (kept.unread !== undefined)
        logger.warn('kept without what was changed: the record about a mailbox could not be read', {
          code: 'MAILBOX_CHANGE_NOT_READ',
          record: record.Id,
          why: kept.unread,
        });
      if (!policy.mailboxes.asExceptions) return;
    }
    const carryOut = isMailbox ? recordMailboxException : recordChange;
    const { outcome, exception, forgotten, unseen } = await carryOut(record, {
      ...rest,
      ...(isMailbox && { enough: () => late }),
      tenants: logWarnings(tenants, { logger }),
      policy,
      now,
      hasTime: recordTime(remaining),
    });
    logger.info('audit record worked through', { record: record.Id, outcome, exception });
    if (forgotten)
      logger.error(
        'records that could not be placed yet had to be forgotten: there were too many of the object',
        {
          code: 'RECORDS_FORGOTTEN',
          record: record.Id,
          forgotten,
        },
      );
    if (unseen instanceof Error)
      logger.warn('recorded from the log alone: the object could not be looked at', {
        code: 'EXCHANGE_NOT_READ',
        record: record.Id,
        why: unseen.message,
      });
  },
);
