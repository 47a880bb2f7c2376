/** What an audit record tells of happens in the stand-in, at the record's time. */
import { recognise } from '#audit-log/recognise.ts';
import { recogniseListChange, recogniseMailboxExceptions } from '#audit-log/list-change.ts';
import { changesOf, cmdletOf, shelfOf } from './shelves.ts';
import type { AuditRecord } from '#audit-log/record.ts';
import type { Books } from './books.ts';

/** A record that was applied before changes nothing. */
export function applyRecord(books: Books, record: AuditRecord): void {
  const list = recogniseListChange(record) ?? recogniseMailboxExceptions(record);
  // What was set is not known, so nothing is.
  if (list?.unread !== undefined) return;
  const cmdlet = cmdletOf(record.Operation);
  if (list && cmdlet) {
    const { tenant, changedAt: at, changedBy } = list;
    for (const [position, one] of changesOf(cmdlet.shelf, cmdlet.verb, list.passed, record.Id).entries())
      books.add(tenant, cmdlet.shelf, {
        ...one,
        id: `${record.Id}#${position}`,
        at,
        own: false,
        by: changedBy.id,
      });
    return;
  }
  const recognised = recognise(record);
  if (!recognised.relevant || recognised.unread !== undefined) return;
  const { observation } = recognised;
  const { record: id, change, name, renamed, changedAt, changedBy } = observation;
  const shelf = shelfOf(observation.kind);
  if (shelf === undefined) return;
  books.add(observation.tenant.toLowerCase(), shelf, {
    id,
    at: changedAt,
    own: false,
    change,
    target: observation.guid ?? name,
    ...(renamed === undefined ? {} : { renamed }),
    parameters: observation.settings,
    by: changedBy.id,
  });
}
