/** Goes through the records of any number of exports: what each one counts as, and which of them a replay takes. */
import type { Read } from '#audit-log/export/read-records.ts';
import { recogniseListChange } from '#audit-log/list-change.ts';
import { recognise } from '#audit-log/recognise.ts';
import { recogniseMailboxChange } from '#audit-log/mailbox-change.ts';
import type { LoggedMailboxChange } from '#audit-log/mailbox-change.ts';
import type { AuditRecord } from '#audit-log/record.ts';
import type { Instant } from '#time/instant.ts';

/** `read` is the sum of the others. Only copies of relevant records count as duplicates. */
export interface TallyCounts {
  readonly read: number;
  readonly relevant: number;
  readonly duplicate: number;
  readonly ignored: number;
  readonly malformed: number;
}

/** What a record counts as, and which part of it was not read. */
export interface TakenRecord {
  readonly as: Exclude<keyof TallyCounts, 'read'>;
  /** Why it is malformed. */
  readonly reason?: string;
  /** To be replayed. A copy too, because it may differ from the first record with its id. */
  readonly record?: AuditRecord;
  /** What it changed in a single mailbox: no exception, and shown beside them. */
  readonly mailbox?: LoggedMailboxChange;
}

export interface Tally {
  readonly take: (read: Read) => TakenRecord;
  readonly counts: () => TallyCounts;
}

/** Records made after `until` are ignored, because the tenant's state at that moment is wanted. */
export function startTally(until?: Instant): Tally {
  const counts = { read: 0, relevant: 0, duplicate: 0, ignored: 0, malformed: 0 };
  const relevant = new Set<string>();

  function classify(read: Read): TakenRecord {
    if (!read.ok) return { as: 'malformed', reason: read.reason };
    const { record } = read;
    const isLater = until !== undefined && record.CreationTime > until;
    const told = isLater || read.unfollowed === true ? undefined : toldBy(record);
    if (told === undefined) return { as: 'ignored' };
    if ('reason' in told) return { as: 'malformed', ...told };
    const id = record.Id.toLowerCase();
    if (relevant.has(id)) return { as: 'duplicate', ...told };
    relevant.add(id);
    return { as: 'relevant', ...told };
  }

  return {
    take(read) {
      const taken = classify(read);
      counts.read += 1;
      counts[taken.as] += 1;
      return taken;
    },
    counts: () => ({ ...counts }),
  };
}

type Told = Required<Pick<TakenRecord, 'reason'>> | Pick<TakenRecord, 'record' | 'mailbox'>;

/** What is taken of it; `undefined` if it is not one that Lapse follows. */
function toldBy(record: AuditRecord): Told | undefined {
  const list = recogniseListChange(record);
  if (list) return list.unread === undefined ? { record } : { reason: list.unread };
  const recognised = recognise(record);
  if (recognised.relevant)
    return recognised.unread === undefined ? { record } : { reason: recognised.unread };
  const mailbox = recogniseMailboxChange(record);
  if (mailbox === undefined) return undefined;
  return mailbox.unread === undefined ? { mailbox } : { reason: mailbox.unread };
}
