/**
 * Keeps what a record says was changed in one mailbox, once. Nobody is asked about it, and nothing is looked at but the
 * tenant's own domains: what stays inside is no way out.
 */
import { ahead, isAhead } from '#audit-log/moment.ts';
import { recogniseMailboxChange } from '#audit-log/mailbox-change.ts';
import { lookAtDomains } from '#exchange/look.ts';
import { namedIn, withoutInside } from '#lifecycle/mailbox-change.ts';
import { isAtOpenProvider } from '#risk/open-provider.ts';
import { domainsOf } from '#lifecycle/own-domains.ts';
import type { AuditRecord } from '#audit-log/record.ts';
import type { LoggedMailboxChange } from '#audit-log/mailbox-change.ts';
import type { AcceptedDomains } from '#exchange/accepted-domains.ts';
import type { MailboxChange } from '#lifecycle/mailbox-change.ts';
import type { Policy } from '#policy/policy.ts';
import type { MailboxChanges } from '#register/mailbox-changes.ts';
import type { Instant } from '#time/instant.ts';

export interface MailboxRecording {
  readonly mailboxes: MailboxChanges;
  /** Domains that the tenant itself says are its own; `[]` where it does not say. */
  readonly domains: AcceptedDomains;
  readonly policy: Pick<Policy, 'mailboxes'>;
  readonly now: Instant;
  /** Ends the look at the tenant, because the record must not wait for it. */
  readonly enough: () => AbortSignal;
}

export interface MailboxRecorded {
  readonly outcome: 'irrelevant' | 'kept' | 'duplicate';
  /** Why it cannot be told what was changed; that is kept too. */
  readonly unread?: string;
}

/** Throws if it cannot be written, or is dated in the future: the queue then delivers it again. */
export async function recordMailboxChange(
  record: AuditRecord,
  recording: MailboxRecording,
): Promise<MailboxRecorded> {
  const { mailboxes, policy, now } = recording;
  if (isAhead(record, now)) throw new Error(ahead);
  const logged = recogniseMailboxChange(record);
  if (logged === undefined) return { outcome: 'irrelevant' };
  const change = await placed(logged, recording);
  // A new rule that leads nowhere outside closes nothing that was open before.
  if (change.became === 'made' && namedIn(change).length === 0) return { outcome: 'irrelevant' };
  const outcome = await mailboxes.keep(logged.tenant, change, policy.mailboxes.keptFor);
  return { outcome, ...(change.unread !== undefined && { unread: change.unread }) };
}

const isCertainlyOutside = (one: string): boolean => one.includes('@') && isAtOpenProvider(one);

/** What of it leads outside, as far as anybody can tell. */
async function placed(
  { tenant, ownDomains, ...change }: LoggedMailboxChange,
  { domains, enough }: MailboxRecording,
): Promise<MailboxChange> {
  if (change.door === 'safe senders' || namedIn(change).length === 0) return change;
  const told = await lookAtDomains(domains, tenant, enough());
  if (told.length > 0) return withoutInside(change, told);
  const known = withoutInside(change, [...ownDomains, ...domainsOf(change.by)]);
  return namedIn(known).every(isCertainlyOutside) ? known : { ...known, unplaced: true };
}
