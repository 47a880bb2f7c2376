/** Goes through the records of any number of exports: what each one is, and what all of them tell together. */
import type { Instant } from '#domain/instant.ts';
import type { Read } from './envelopes.ts';
import { startHistory } from './history.ts';
import type { Past } from './history.ts';
import { recognise } from './recognise.ts';
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
    const recognised = recognise(record);
    const counted = recognised.relevant && (until === undefined || record.CreationTime <= until);
    // Also a copy: whatever the table of ids remembers, the history is the same.
    if (counted) history.note(recognised.observation);
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
