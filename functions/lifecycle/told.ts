/**
 * What the log has told of an object, put in the order in which it happened. Records come late and in any order; what
 * becomes of an exception must not depend on that. Each entry of a trail keeps what its record told, so the trail
 * says what a late one still has to tell.
 */
import { isObject } from '#kinds/form.ts';
import { inventory, nobody } from './inventory.ts';
import { compareMoments } from '#time/moment.ts';
import { changeIn } from '#policy/owner.ts';
import type { Observation } from './commands.ts';
import type { Event, Seen, Telling } from './events.ts';
import type { Change, Exception } from './exception.ts';
import type { Moment } from '#time/moment.ts';
import type { Kind } from '#kinds/registry.ts';

export interface Told extends Change, Telling {
  /** It opened the exception. */
  readonly opened?: true;
}

export const momentOf = ({ changedAt, order, record }: Omit<Seen, 'changedBy' | 'operation'>): Moment => ({
  at: changedAt,
  ...(order === undefined ? {} : { order }),
  record,
});

/** What the record told, whatever a look has put in its place. */
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

export const toldBy = (observation: Observation): Told => ({
  ...changeIn({ ...observation, ...(creates(observation) && { created: true }) }),
  ...tellingOf(observation),
});

/** Of lists and switches nobody can tell when an entry was made: the first that is seen of it may be a later change. */
export const creates = ({ change, kind }: Pick<Observation, 'change' | 'kind'>): boolean =>
  change === 'create' && isObject(kind);

/** What Lapse itself knows comes after all records of its moment. */
export const unrecorded = '\uffff';
const nothing = { record: unrecorded, by: nobody, operation: '', settings: {} } as const;

/** What an entry of a trail tells; nothing where it is about no change in the tenant. */
export function toldIn(event: Event): readonly Told[] {
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
  // What was written before the record's own words were kept has the settings that came of them.
  const told = event.told ?? {
    change,
    settings: 'settings' in event ? event.settings : {},
    ...switched(change),
  };
  return [{ ...changeIn(event), ...told, ...(type === 'ExceptionOpened' && { opened: true }) }];
}

/** What the inventory sees is there by then; what it finds gone or switched is so. */
function seenIn(event: Event & Seen): readonly Told[] {
  const found = { ...changeIn(event), settings: {} };
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

/** Without its trail: what the state shows to have been told. */
export function toldOf(state: Exception): readonly Told[] {
  const { changedAt, changedBy, settings } = state;
  const known: Told = { ...nothing, by: changedBy, at: changedAt, change: 'alter', settings, opened: true };
  if (state.state === 'removed') return [known, { ...nothing, at: state.removedAt, change: 'remove' }];
  return state.state === 'disabled'
    ? [known, { ...nothing, at: state.disabledAt, change: 'disable', enabled: false }]
    : [known];
}

/**
 * Of what is told of one second and no finer, a removal comes first and a making next: nothing is changed before it is
 * made, and what bears a name is sooner made anew than gone within a second.
 */
export const byTime = (a: Told, b: Told): number =>
  a.at === b.at && a.order === undefined && b.order === undefined && rankOf(a) !== rankOf(b)
    ? rankOf(a) - rankOf(b)
    : compareMoments(a, b);

const rankOf = ({ change, record }: Told): number =>
  record === unrecorded ? 3 : change === 'remove' ? 0 : change === 'create' ? 1 : 2;

/** All that is told of one object: objects bear a name one after the other. */
export interface Life {
  /** Oldest first, its making included. */
  readonly told: readonly Told[];
  /** Its removal, where that is told. */
  readonly end?: Told;
}

/** Oldest first. What is made bears a name that nobody bears any more, whether or not the removal was heard of. */
export function livesIn(all: readonly Told[], kind: Kind): readonly Life[] {
  const lives: Life[] = [];
  let told: Told[] = [];
  for (const one of all.toSorted(byTime)) {
    if (one.change === 'remove') {
      lives.push({ told, end: one });
      told = [];
    } else if (creates({ ...one, kind }) && told.length > 0) {
      lives.push({ told });
      told = [one];
    } else told.push(one);
  }
  return told.length === 0 ? lives : [...lives, { told }];
}

/** Where a record belongs in what a trail tells. */
export interface Place {
  /** What is told of its object up to then. */
  readonly before: readonly Told[];
  /** It is about the object that the trail is about, which was known by then. */
  readonly isIts: boolean;
  /** Nothing is told of any that bore the name later. */
  readonly isLast: boolean;
}

export function placeIn(trail: readonly Event[], observation: Observation): Place {
  const lives = livesIn([...trail.flatMap(toldIn), toldBy(observation)], observation.kind);
  const indexIn = ({ told }: Life): number => told.findIndex(({ record }) => record === observation.record);
  const life = lives.find((one) => indexIn(one) >= 0) ?? { told: [] };
  const before = life.told.slice(0, Math.max(indexIn(life), 0));
  return {
    before,
    isIts: life === lives.findLast(isOpened) && life.end === undefined && before.length > 0,
    isLast: life === lives.at(-1),
  };
}

/** It has an exception. */
export const isOpened = ({ told, end }: Life): boolean =>
  end?.opened === true || told.some(({ opened }) => opened);

/** What the newest say of all that is told. */
export function newestSettings(told: readonly Told[]): Pick<Telling, 'settings' | 'enabled'> {
  const enabled = told.findLast((one) => one.enabled !== undefined)?.enabled;
  return {
    settings: Object.assign({}, ...told.map((one) => one.settings)) as Telling['settings'],
    ...(enabled === undefined ? {} : { enabled }),
  };
}
