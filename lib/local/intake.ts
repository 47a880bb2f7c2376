import type { DatabaseSync } from 'node:sqlite';
import { readRecords } from '#audit-log/export/read-records.ts';
import { recogniseListChange } from '#audit-log/list-change.ts';
import { recogniseMailboxChange } from '#audit-log/mailbox-change.ts';
import { recognise } from '#audit-log/recognise.ts';
import type { Read } from '#audit-log/export/read-records.ts';
import type { AuditRecord } from '#audit-log/record.ts';
import { createAuditRecordEntry } from '#bus/audit-record-event.ts';
import type { Bus } from './bus.ts';
import { inTransaction } from './sqlite.ts';

export interface IntakeCounts {
  /** Relevant, and seen for the first time. */
  accepted: number;
  duplicate: number;
  /** About no exception and no mailbox, or service noise, or unsuccessful. */
  ignored: number;
  malformed: number;
  /** The first twenty malformed ones; never their content. */
  errors: { line: number; reason: string }[];
}

/** Takes audit records in, in the place of the collector that reads them from Microsoft 365. */
export type Intake = (input: AsyncIterable<Uint8Array>, source: string) => Promise<IntakeCounts>;

export interface IntakeOptions {
  readonly database: DatabaseSync;
  readonly bus: Bus;
  readonly busName: string;
  /** Lets the change happen that the record tells of, where the tenant is a stand-in. */
  readonly apply?: (record: AuditRecord) => void;
}

const chunk = 100;
const shownErrors = 20;

type Sound = Read & { readonly ok: true };

function malformed(counts: IntakeCounts, line: number, reason: string): void {
  counts.malformed += 1;
  if (counts.errors.length < shownErrors) counts.errors.push({ line, reason });
}

/** Throws what `readRecords` throws where the input as a whole cannot be read. */
export function createIntake({ database, bus, busName, apply }: IntakeOptions): Intake {
  database.exec('CREATE TABLE IF NOT EXISTS seen (id TEXT PRIMARY KEY) WITHOUT ROWID');
  const see = database.prepare('INSERT OR IGNORE INTO seen VALUES (?)');

  const take = (reads: readonly Sound[], counts: IntakeCounts): void => {
    const relevant: AuditRecord[] = [];
    // Marked as seen before they are on the bus: after a crash in between they count as duplicates when they are
    // fed again, but duplicates go on the bus too.
    inTransaction(database, () => {
      for (const { record, line } of reads) {
        const list = recogniseListChange(record);
        const one = recognise(record);
        const told = list ?? (one.relevant ? one : recogniseMailboxChange(record));
        const isRelevant = told !== undefined;
        const unread = told?.unread;
        // A look at the tenant may tell what it does not; but whoever fed it should know.
        if (unread !== undefined) malformed(counts, line, unread);
        else if (!isRelevant) counts.ignored += 1;
        else if (see.run(record.Id).changes === 1) counts.accepted += 1;
        else counts.duplicate += 1;
        if (isRelevant) relevant.push(record);
      }
    });
    for (const record of relevant) apply?.(record);
    if (relevant.length > 0)
      bus.put(
        relevant.map((record) => ({
          ...createAuditRecordEntry({ ...record, OrganizationId: record.OrganizationId ?? '' }),
          EventBusName: busName,
        })),
      );
  };

  return async (input, source) => {
    const counts: IntakeCounts = { accepted: 0, duplicate: 0, ignored: 0, malformed: 0, errors: [] };
    let waiting: Sound[] = [];
    try {
      for await (const read of readRecords(input, source)) {
        if (read.ok) waiting.push(read);
        else malformed(counts, read.line, read.reason);
        if (waiting.length < chunk) continue;
        take(waiting, counts);
        waiting = [];
      }
    } finally {
      // What was read before the input broke off is not lost.
      take(waiting, counts);
    }
    return counts;
  };
}
