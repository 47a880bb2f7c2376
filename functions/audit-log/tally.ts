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

/** What a record counts as, and what of it was not read. */
export interface Taken {
  readonly as: Exclude<keyof Counts, 'read'>;
  /** Why it is malformed. */
  readonly reason?: string;
  /** It names no entry of the list that it changed: only a look at the tenant tells what it let past. */
  readonly untold?: true;
}

export interface Tally {
  readonly take: (read: Read) => Taken;
  readonly counts: () => Counts;
  readonly objects: () => readonly Past[];
}

/** Records made after `until` are ignored: the tenant's state at that moment is wanted. */
export function startTally(until?: Instant): Tally {
  const counts = { read: 0, relevant: 0, duplicate: 0, ignored: 0, malformed: 0 };
  const ids = seenIds();
  const history = startHistory();

  function classify(read: Read): Taken {
    if (!read.ok) return { as: 'malformed', reason: read.reason };
    const { record } = read;
    const duplicate = ids.seen(record.Id);
    const told = until === undefined || record.CreationTime <= until ? toldBy(record) : undefined;
    if (told?.unread !== undefined) return { as: 'malformed', reason: told.unread };
    // Also a copy: whatever the table of ids remembers, the history is the same.
    for (const observation of told?.observations ?? []) history.note(observation);
    if (duplicate) return { as: 'duplicate' };
    if (told === undefined) return { as: 'ignored' };
    return { as: 'relevant', ...(told.untold ? { untold: true } : {}) };
  }

  return {
    take(read) {
      const taken = classify(read);
      counts.read += 1;
      counts[taken.as] += 1;
      return taken;
    },
    counts: () => ({ ...counts }),
    objects: () => history.objects(),
  };
}

interface Told {
  readonly observations: readonly Observation[];
  readonly unread: string | undefined;
  readonly untold: boolean;
}

/** What the record tells without a look at the tenant; `undefined` where it is none of ours. */
function toldBy(record: AuditRecord): Told | undefined {
  const list = recogniseListChange(record);
  if (list)
    return {
      observations: list.lists.flatMap((told) => differences(list, told, [], undefined)),
      unread: list.unread,
      untold: list.lists.some(({ form }) => form === 'unread'),
    };
  const recognised = recognise(record);
  if (!recognised.relevant) return undefined;
  return { observations: [recognised.observation], unread: recognised.unread, untold: false };
}
