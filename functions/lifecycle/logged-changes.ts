/**
 * What the log says about an object, in the order in which it happened. Records arrive late and in any order, and
 * what becomes of an exception must not depend on that. Each trail entry keeps what its record said, so the trail
 * shows what a late record still adds.
 */
import { isObject } from '#kinds/form.ts';
import { inventory, nobody } from './inventory.ts';
import { compareMoments } from '#time/moment.ts';
import { createChange } from './changes.ts';
import type { Observation } from './commands.ts';
import type { Event, Seen, Telling } from './events.ts';
import type { Change, Exception } from './exception.ts';
import type { Moment } from '#time/moment.ts';
import type { Kind } from '#kinds/registry.ts';

export interface LoggedChange extends Change, Telling {
  /** It opened the exception. */
  readonly opened?: true;
}

export const momentOf = ({ changedAt, order, record }: Omit<Seen, 'changedBy' | 'operation'>): Moment => ({
  at: changedAt,
  ...(order === undefined ? {} : { order }),
  record,
});

/** What the record said, whatever a look has replaced it with. */
export function tellingOf(observation: Observation): Telling {
  const { change, settings, passed, complete, enabled, renamed, told } = observation;
  const names = complete ? passed.filter((name) => Object.hasOwn(settings, name)) : Object.keys(settings);
  return (
    told ?? {
      change,
      settings: Object.fromEntries(names.map((name) => [name, settings[name]])),
      ...(enabled === undefined ? {} : { enabled }),
      ...(renamed === undefined ? {} : { renamed }),
    }
  );
}

export const toLoggedChange = (observation: Observation): LoggedChange => ({
  ...createChange({ ...observation, ...(isCreation(observation) && { created: true }) }),
  ...tellingOf(observation),
});

/**
 * For lists and switches nobody can tell when an entry was made: the first record seen of it may be a later change.
 */
export const isCreation = ({ change, kind }: Pick<Observation, 'change' | 'kind'>): boolean =>
  change === 'create' && isObject(kind);

/** What Lapse itself saw comes after all records of the same moment. */
export const unrecorded = '\uffff';
const nothing = { record: unrecorded, by: nobody, operation: '', settings: {} } as const;

/** What a trail entry says about the tenant; `undefined` if it is not about a change there. */
export function loggedChangesIn(event: Event): readonly LoggedChange[] {
  switch (event.type) {
    case 'ExceptionFoundGone':
      return [{ ...nothing, at: event.at, change: 'remove' }];
    case 'ExceptionDisabled':
      return [{ ...nothing, at: event.at, change: 'disable', enabled: false }];
    case 'ExceptionOpened':
    case 'ExceptionChanged':
    case 'ExceptionReopened':
    case 'ExceptionRemoved':
    case 'ExceptionSwitchedOff':
    case 'ChangeNoted':
      break;
    default:
      return [];
  }
  const { type, operation } = event;
  if (operation === inventory) return seenIn(event);
  const change = verbOf(operation);
  // Entries from before the record's own words were kept have the resulting settings instead.
  const told = event.told ?? {
    change,
    settings: 'settings' in event ? event.settings : {},
    ...switched(change),
  };
  return [{ ...createChange(event), ...told, ...(type === 'ExceptionOpened' && { opened: true }) }];
}

/** What the inventory sees exists by then; what it finds gone or switched is so. */
function seenIn(event: Event & Seen): readonly LoggedChange[] {
  const found = { ...createChange(event), settings: {} };
  if (event.type === 'ExceptionRemoved' && !event.harmless) return [{ ...found, change: 'remove' }];
  if (event.type === 'ExceptionSwitchedOff') return [{ ...found, change: 'disable', enabled: false }];
  if (event.type === 'ExceptionReopened') return [{ ...found, change: 'enable', enabled: true }];
  return [{ ...found, change: 'alter', ...(event.type === 'ExceptionOpened' && { opened: true }) }];
}

function verbOf(operation: string): Telling['change'] {
  const changes = { New: 'create', Enable: 'enable', Disable: 'disable', Remove: 'remove' } as const;
  const verb = operation.split('-')[0] ?? '';
  return verb in changes ? changes[verb as keyof typeof changes] : 'alter';
}

const switched = (change: Telling['change']) =>
  change === 'enable' ? { enabled: true } : change === 'disable' ? { enabled: false } : {};

/** Without its trail: what the state shows of earlier records. */
export function loggedChangesOf(state: Exception): readonly LoggedChange[] {
  const { changedAt, changedBy, settings } = state;
  const known: LoggedChange = {
    ...nothing,
    by: changedBy,
    at: changedAt,
    change: 'alter',
    settings,
    opened: true,
  };
  if (state.state === 'removed') return [known, { ...nothing, at: state.removedAt, change: 'remove' }];
  return state.state === 'disabled'
    ? [known, { ...nothing, at: state.disabledAt, change: 'disable', enabled: false }]
    : [known];
}

/**
 * Among records that give only the same second, a removal comes first and a creation next: nothing is changed before
 * it is created, and a name is more likely to be used again than given up within a second.
 */
export const compareByTime = (a: LoggedChange, b: LoggedChange): number =>
  a.at === b.at && a.order === undefined && b.order === undefined && rankOf(a) !== rankOf(b)
    ? rankOf(a) - rankOf(b)
    : compareMoments(a, b);

const rankOf = ({ change, record }: LoggedChange): number =>
  record === unrecorded ? 3 : change === 'remove' ? 0 : change === 'create' ? 1 : 2;

/** All records about one object: several objects may have a name, one after the other. */
export interface ObjectLife {
  /** Oldest first, including its creation. */
  readonly changes: readonly LoggedChange[];
  /** Its removal, if a record reports it. */
  readonly end?: LoggedChange;
}

/**
 * Oldest first. A created object has a name that nothing else has any more, whether or not the removal was reported.
 */
export function splitIntoLives(all: readonly LoggedChange[], kind: Kind): readonly ObjectLife[] {
  const lives: ObjectLife[] = [];
  let changes: LoggedChange[] = [];
  for (const one of all.toSorted(compareByTime)) {
    if (one.change === 'remove') {
      lives.push({ changes, end: one });
      changes = [];
    } else if (isCreation({ ...one, kind }) && changes.length > 0) {
      lives.push({ changes });
      changes = [one];
    } else changes.push(one);
  }
  return changes.length === 0 ? lives : [...lives, { changes }];
}

/** Where a record belongs among those of a trail. */
export interface PlaceInLife {
  /** The records about its object up to then. */
  readonly before: readonly LoggedChange[];
  /** It is about the object of the trail, which was known by then. */
  readonly isIts: boolean;
  /** No record is about a later object of the name. */
  readonly isLast: boolean;
}

export function findPlace(trail: readonly Event[], observation: Observation): PlaceInLife {
  const lives = splitIntoLives(
    [...trail.flatMap(loggedChangesIn), toLoggedChange(observation)],
    observation.kind,
  );
  const indexIn = ({ changes }: ObjectLife): number =>
    changes.findIndex(({ record }) => record === observation.record);
  const life = lives.find((one) => indexIn(one) >= 0) ?? { changes: [] };
  const before = life.changes.slice(0, Math.max(indexIn(life), 0));
  return {
    before,
    isIts: life === lives.findLast(isOpened) && life.end === undefined && before.length > 0,
    isLast: life === lives.at(-1),
  };
}

/** It has an exception. */
export const isOpened = ({ changes, end }: ObjectLife): boolean =>
  end?.opened === true || changes.some(({ opened }) => opened);

/** The newest value of each setting among all records. */
export function newestSettingsOf(changes: readonly LoggedChange[]): Pick<Telling, 'settings' | 'enabled'> {
  const enabled = changes.findLast((one) => one.enabled !== undefined)?.enabled;
  return {
    settings: Object.assign({}, ...changes.map((one) => one.settings)) as Telling['settings'],
    ...(enabled === undefined ? {} : { enabled }),
  };
}
