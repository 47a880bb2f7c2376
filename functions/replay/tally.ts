/** Goes through the records of any number of exports: what each one counts as, and which of them a replay takes. */
import type { Read } from '#audit-log/export/read-records.ts';
import { recogniseListChange } from '#audit-log/list-change.ts';
import { recognise } from '#audit-log/recognise.ts';
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
    const told = until === undefined || record.CreationTime <= until ? toldBy(record) : undefined;
    if (told === undefined) return { as: 'ignored' };
    if (told.unread !== undefined) return { as: 'malformed', reason: told.unread };
    const id = record.Id.toLowerCase();
    if (relevant.has(id)) return { as: 'duplicate', record };
    relevant.add(id);
    return { as: 'relevant', record };
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

/** Whether it can be read; `undefined` if it is not one that Lapse follows. */
function toldBy(record: AuditRecord): { readonly unread?: string } | undefined {
  const list = recogniseListChange(record);
  if (list) return list;
  const recognised = recognise(record);
  return recognised.relevant ? recognised : undefined;
}
