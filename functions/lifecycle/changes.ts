/** The changes of an object by which an exception remembers it: its creation, the newest, and whose they are. */
import { compareMoments } from '#time/moment.ts';
import { inventory, nobody } from './inventory.ts';
import type { Seen } from './events.ts';
import type { Author, Change, Exception } from './exception.ts';

export const isNobody = ({ type, id }: Author): boolean => type === nobody.type && id === nobody.id;

export const createChange = ({ record, changedBy, changedAt, order, operation, created }: Seen): Change => ({
  record,
  ...(order === undefined ? {} : { order }),
  by: changedBy,
  at: changedAt,
  operation,
  ...(created === undefined ? {} : { created }),
});

/** Its creation or first known change; items stored before that was kept know only the newest change. */
export const firstChange = (state: Dated): Change => state.made ?? newestKnown(state);

/** The newest change, with nobody as its author if the inventory saw one that the log has not reported. */
export const lastChange = (state: Dated): Change =>
  state.changed && (state.changed.at === state.changedAt || !isNobody(state.changedBy))
    ? state.changed
    : newestKnown(state);

type Dated = Pick<Exception, 'made' | 'changed' | 'changedBy' | 'changedAt'>;

const newestKnown = ({ changedBy, changedAt }: Dated): Change => ({
  record: '',
  by: changedBy,
  at: changedAt,
  operation: isNobody(changedBy) ? inventory : '',
});

/**
 * Of two changes, the earlier one; a creation comes before any other change, and the newer of two creations counts.
 */
export function earlierChange(known: Change, change: Change): Change {
  if (known.created !== change.created) return known.created ? known : change;
  const isLater = compareMoments(change, known) > 0;
  return isLater === (known.created === true) ? change : known;
}
