/** Goes through the records of any number of exports: what each one is, and what all of them tell together. */
import type { Observation } from '#domain/commands.ts';
import type { Instant } from '#domain/instant.ts';
import type { Read } from './envelopes.ts';
import { startHistory } from './history.ts';
import type { Past } from './history.ts';
import { recogniseListChange } from './list-change.ts';
import { differences } from './list-differences.ts';
import { recognise } from './recognise.ts';
import type { AuditRecord } from './record.ts';
import { seenIds } from './seen-ids.ts';

/** `read` is the sum of the others. */
export interface Counts {
  readonly read: number;
  readonly relevant: number;
  readonly duplicate: number;
  readonly ignored: number;
  readonly malformed: number;
}

export interface Tally {
  readonly take: (read: Read) => Exclude<keyof Counts, 'read'>;
  readonly counts: () => Counts;
  readonly objects: () => readonly Past[];
}

/** Records made after `until` are ignored: the tenant's state at that moment is wanted. */
export function startTally(until?: Instant): Tally {
  const counts = { read: 0, relevant: 0, duplicate: 0, ignored: 0, malformed: 0 };
  const ids = seenIds();
  const history = startHistory();

  function classify(read: Read): Exclude<keyof Counts, 'read'> {
    if (!read.ok) return 'malformed';
    const { record } = read;
    const duplicate = ids.seen(record.Id);
    const observations = observationsIn(record);
    const counted = observations !== undefined && (until === undefined || record.CreationTime <= until);
    // Also a copy: whatever the table of ids remembers, the history is the same.
    if (counted) for (const observation of observations) history.note(observation);
    return duplicate ? 'duplicate' : counted ? 'relevant' : 'ignored';
  }

  return {
    take(read) {
      const kind = classify(read);
      counts.read += 1;
      counts[kind] += 1;
      return kind;
    },
    counts: () => ({ ...counts }),
    objects: () => history.objects(),
  };
}

/** What the record tells without a look at the tenant; `undefined` where it is none of ours. */
function observationsIn(record: AuditRecord): readonly Observation[] | undefined {
  const list = recogniseListChange(record);
  if (list) return list.lists.flatMap((told) => differences(list, told, [], undefined));
  const recognised = recognise(record);
  return recognised.relevant ? [recognised.observation] : undefined;
}
