/**
 * What a change in the tenant means for an exception, in whatever order the log reports it. What a record says is
 * placed where it belongs among all records about the object: newer values stay, and changes to another object of the
 * name belong to that one. So the same records lead to the same exception, in any order.
 */
import {
  isOfLapse,
  isOvertaken,
  noteChange,
  noteAnother,
  observePast,
  observePresent,
  openException,
  noteOwnChange,
  isProtective,
  endException,
  wasOf,
} from './observation.ts';
import { evolveAll } from '#lifecycle/evolve.ts';
import { isOfLog, looksIn, observationsOf, touchedBeside } from '#lifecycle/in-order.ts';
import { inventory } from '#lifecycle/inventory.ts';
import { judgeChanges } from '#lifecycle/judge-changes.ts';
import { compareMoments, isSince } from '#time/moment.ts';
import { isOwnChange } from '#lifecycle/own-change.ts';
import { isFoundGone } from '#kinds/protection.ts';
import { correctEvents } from '#lifecycle/correct-events.ts';
import {
  compareByTime,
  isOpened,
  splitIntoLives,
  momentOf,
  unrecorded,
  newestSettingsOf,
  tellingOf,
  toLoggedChange,
  loggedChangesIn,
  loggedChangesOf,
} from '#lifecycle/logged-changes.ts';
import type { Command, Observation } from '#lifecycle/commands.ts';
import type { Context } from '#lifecycle/context.ts';
import type { Event } from '#lifecycle/events.ts';
import type { Change, Exception } from '#lifecycle/exception.ts';
import type { Instant } from '#time/instant.ts';
import type { ObjectLife, LoggedChange } from '#lifecycle/logged-changes.ts';
import type { Settings } from '#risk/settings.ts';
import type { Kind } from '#kinds/registry.ts';

type Observe = Extract<Command, { type: 'Observe' }>;
type ObserveRemoval = Extract<Command, { type: 'ObserveRemoval' }>;

export function observe(state: Exception | undefined, command: Observe, context: Context): readonly Event[] {
  const { id, observation, earlier = [], touched = [] } = command;
  if (isOvertaken(state, observation)) return [];
  // A look shows what all records have made of the object: whatever it was before, it lets nothing past.
  if (!state && observation.complete && !openException(id, observation, {}, context)) return [];
  const news = inOrder([...seenWith(observation, earlier), observation]);
  const said = placed(state, { id, news, known: toldSoFar(state, command), touched }, context);
  return putRight(state, said, command, context);
}

/** The corrected events, if the result differs from that of all records in order. */
function putRight(
  state: Exception | undefined,
  said: readonly Event[],
  { id, observation, earlier = [], touched = [], trail = [] }: Omit<Observe, 'type'>,
  context: Context,
): readonly Event[] {
  const { tenant, kind, name, complete, settings, enabled, ownDomains } = observation;
  if (
    observation.operation === inventory ||
    !isOfLog(kind, [...trail, ...said]) ||
    (state && trail.length === 0)
  )
    return said;
  const known = trail.flatMap(loggedChangesIn);
  const news = [...earlier, observation].map(toLoggedChange);
  const looks = looksIn(trail);
  const isLast = known.every((one) => news.every((other) => compareByTime(one, other) < 0));
  // Everything before it is right already, so this is in order: there is no use in replaying the whole trail.
  if (isLast && !complete && looks.length === 0) return said;
  const all = [...known, ...news];
  const seen = complete ? [{ at: context.now, settings, ...(enabled === undefined ? {} : { enabled }) }] : [];
  const observations = observationsOf(all, [...looks, ...seen], { tenant, kind, name }).map((one) => ({
    ...one,
    ...(ownDomains && { ownDomains }),
  }));
  const then = { ...context, now: state?.openedAt ?? context.now };
  const others = touchedBeside(trail, touched);
  const told = placed(undefined, { id, news: observations, known: [], touched: others }, then);
  const target = told.length > 0 ? evolveAll(undefined, told) : harmlessIn(id, all, observations, then);
  return target ? correctEvents(state, said, target, context) : said;
}

/** An object that never let anything past. */
function harmlessIn(
  id: string,
  all: readonly LoggedChange[],
  observations: readonly Observation[],
  context: Context,
): Exception | undefined {
  const newest = observations.at(-1);
  const life = newest && splitIntoLives(all, newest.kind).at(-1);
  if (!newest || !life) return undefined;
  const before = beginning(life, newest, life.changes.map(changeOf));
  const events = openException(id, gathered(newest, life), { ...before, wasOne: true }, context) ?? [];
  return evolveAll(undefined, events);
}

interface News {
  readonly id: string;
  /** Oldest first. */
  readonly news: readonly Observation[];
  readonly known: readonly LoggedChange[];
  readonly touched: readonly Change[];
}

/** What could not be placed when it arrived is taken together with the news, in the order in which it happened. */
function placed(
  state: Exception | undefined,
  { id, news, known, touched }: News,
  context: Context,
): readonly Event[] {
  const events: Event[] = [];
  const waiting: Observation[] = [];
  let present = state;
  const say = (said: readonly Event[]): void => {
    present = evolveAll(present, said);
    events.push(...said);
  };
  const place = (one: Observation): void => {
    const told = [...known, ...events.flatMap(loggedChangesIn), ...waiting.map(toLoggedChange)];
    say(observeOne(present, { id, observation: one, touched }, told, context));
  };
  for (const one of news) {
    place(one);
    if (!present) waiting.push(one);
    else for (let early = waiting.pop(); early; early = waiting.pop()) place(early);
  }
  return events;
}

export function observeRemoval(
  state: Exception,
  command: ObserveRemoval,
  context: Context,
): readonly Event[] {
  const { observation } = command;
  if (isOvertaken(state, observation)) return [];
  const said = observeEnd(state, observation, toldSoFar(state, command), context);
  return putRight(state, said, { id: state.id, ...command }, context);
}

/** The earlier records, from the trail or else from the state as far as it knows. */
const toldSoFar = (
  state: Exception | undefined,
  { trail }: Observe | ObserveRemoval,
): readonly LoggedChange[] => trail?.flatMap(loggedChangesIn) ?? (state ? loggedChangesOf(state) : []);

/** A look shows what all records about the object have made of it: it is newer than any of them. */
function seenWith(news: Observation, earlier: readonly Observation[]): readonly Observation[] {
  if (!news.complete) return earlier;
  const { settings, complete, enabled, guid } = news;
  const lives = splitIntoLives([...earlier, news].map(toLoggedChange), news.kind);
  const life = lives.find(({ changes }) => changes.some(({ record }) => record === news.record));
  return earlier.map((one) =>
    life?.changes.some(({ record }) => record === one.record)
      ? {
          ...one,
          told: tellingOf(one),
          settings,
          complete,
          ...(enabled === undefined ? {} : { enabled }),
          ...(guid === undefined ? {} : { guid }),
        }
      : one,
  );
}

const inOrder = (observations: readonly Observation[]): readonly Observation[] =>
  observations.toSorted((a, b) => compareByTime(toLoggedChange(a), toLoggedChange(b)));

function observeOne(
  state: Exception | undefined,
  { id, observation, touched = [] }: Pick<Observe, 'id' | 'observation' | 'touched'>,
  told: readonly LoggedChange[],
  context: Context,
): readonly Event[] {
  if (observation.change === 'remove') return state ? observeEnd(state, observation, told, context) : [];
  if (state && isOwnChange(state, observation)) return [noteOwnChange(observation, context)];
  const lives = splitIntoLives([...told, toLoggedChange(observation)], observation.kind);
  const its = lives.findIndex((life) => life.changes.some(({ record }) => record === observation.record));
  const life = lives[its] ?? { changes: [] };
  const offSince = offSinceIn(life);
  if (!state)
    return (
      openException(
        id,
        gathered(observation, life),
        { ...judgeChanges(life, observation), wasOne: false, offSince, earlier: touchedIn(life, touched) },
        context,
      ) ?? []
    );

  const mine = lives.findLastIndex(isOpened);
  const another = noteAnother(state, observation, remaining(told, lives, observation.kind), context);
  const isPresent = its === lives.length - 1 && life.end === undefined;
  if (its < mine) return [another];
  const earlier = life.changes.filter(({ record }) => record !== observation.record).map(changeOf);
  if (its > mine && !isOfLapse(state)) {
    const isOver = state.state === 'removed' && life.end !== undefined;
    const opened =
      isPresent || isOver
        ? openException(id, gathered(observation, life), beginning(life, observation, earlier), context)
        : undefined;
    if (opened) return opened;
    // Created again, and harmless: the former object of the name is gone, if somebody has looked or people wait for
    // that.
    const ends = isPresent && state.state !== 'removed' && (observation.complete || isFoundGone(state));
    if (!ends) return [another];
  }
  const whole = isOfLapse(state)
    ? { changes: lives.slice(mine, its + 1).flatMap((one) => one.changes) }
    : life;
  const placed = placedIn(whole, observation, state);
  const placement = {
    settings: settingsOf(state, whole, told, observation),
    isSinceOff: isSinceOff(whole, observation),
    offSince,
    life: remaining(told, lives, observation.kind),
    assessment: state.complete ? undefined : judgeChanges(whole, observation).assessment,
  };
  if (its === mine && isFoundGone(state)) {
    // It was taken for a protection; people wait for nothing if the news is that it was not.
    const { remedy = state.remedy, findings = state.findings } = placement.assessment ?? {};
    const known = { ...state, remedy, findings };
    return isProtective(known, placement.settings)
      ? [noteChange(state, observation, context)]
      : endException(known, placed, placement, context);
  }
  if (state.state !== 'removed') return observePresent(state, placed, placement, context);
  const resumed = state.harmless
    ? openException(
        id,
        gathered(observation, life, state),
        { ...judgeChanges(life, observation), wasOne: false, earlier, was: wasOf(state), offSince },
        context,
      )
    : undefined;
  return resumed ?? [observePast(state, placed, placement, context)];
}

function observeEnd(
  state: Exception,
  observation: Observation,
  told: readonly LoggedChange[],
  context: Context,
): readonly Event[] {
  if (isOwnChange(state, observation)) return [noteOwnChange(observation, context)];
  const lives = splitIntoLives([...told, toLoggedChange(observation)], observation.kind);
  const its = lives.findIndex(({ end }) => end?.record === observation.record);
  const ended = lives[its] ?? { changes: [] };
  const left = remaining(told, lives, observation.kind);
  const mine = lives.findLastIndex(isOpened);
  if (its !== mine) {
    const isNews = its > mine && state.state === 'removed' && ended.changes.length > 0;
    const before = beginning(ended, observation, ended.changes.map(changeOf));
    const opened = isNews
      ? openException(state.id, gathered(observation, ended), before, context)
      : undefined;
    return opened ?? [noteAnother(state, observation, left, context)];
  }

  const nothing = { ...observation, told: tellingOf(observation), settings: {} };
  const placement = (life: ObjectLife, changes?: readonly Change[]) => ({
    settings: settingsOf(state, life, told, nothing),
    isSinceOff: false,
    offSince: undefined,
    life: changes,
    assessment: state.complete ? undefined : judgeChanges(life, observation).assessment,
  });
  const since = lives
    .slice(its + 1)
    .flatMap((life) => life.changes.filter(({ record }) => record !== unrecorded));
  // It was looked at, or seen by the inventory, after that.
  if (state.state !== 'removed' && state.complete && since.length > 0)
    return [noteChange(state, observation, context)];
  const present = lives.at(-1);
  if (state.state !== 'removed' && since.length > 0 && present && !present.end) {
    // Later records are about another object; earlier ones are not.
    if (judgeChanges(present, observation).assessment?.findings.length)
      return observePresent(state, nothing, placement(present, present.changes.map(changeOf)), context);
  }
  return endException(state, nothing, placement(ended, left), context);
}

/** An object without an exception so far: with all records about it, which may say that it is gone by now. */
const beginning = (life: ObjectLife, observation: Observation, earlier: readonly Change[]) => ({
  earlier,
  offSince: offSinceIn(life),
  end: life.end && changeOf(life.end),
  ...judgeChanges(life, observation),
});

/** What was done before the object was created was done to another one of the name. */
function touchedIn({ changes }: ObjectLife, touched: readonly Change[]): readonly Change[] {
  const made = changes.find(({ created }) => created);
  return made ? touched.filter((one) => compareMoments(one, made) > 0) : touched;
}

/** The records about the exception's object, if news shows that some of those taken for its own belong to another. */
function remaining(
  told: readonly LoggedChange[],
  lives: readonly ObjectLife[],
  kind: Kind,
): readonly Change[] | undefined {
  const before = splitIntoLives(told, kind).findLast(isOpened)?.changes ?? [];
  const now = lives.findLast(isOpened)?.changes ?? [];
  return before.every((one) => now.includes(one)) ? undefined : now.map(changeOf);
}

const changeOf = ({ at, order, record, by, operation, created }: LoggedChange): Change => ({
  at,
  ...(order === undefined ? {} : { order }),
  record,
  by,
  operation,
  ...(created && { created }),
});

/** With all records about the object, if nobody could look. */
function gathered(observation: Observation, { changes }: ObjectLife, state?: Exception): Observation {
  if (observation.complete) return observation;
  const { settings, enabled } = newestSettingsOf(changes);
  return {
    ...observation,
    told: tellingOf(observation),
    // What was read holds unless a newer record says otherwise.
    settings: { ...(state?.complete ? state.settings : {}), ...settings },
    ...(enabled === undefined ? {} : { enabled }),
  };
}

/** Whether nothing newer is known. What was read in Exchange outranks any older record. */
const isNewest = ({ changes }: ObjectLife, observation: Observation, state: Exception): boolean =>
  isSince(momentOf(observation), state.changedAt) && !changes.some((one) => isLater(one, observation));

const isLater = (one: LoggedChange, observation: Observation): boolean =>
  compareByTime(one, toLoggedChange(observation)) > 0;

/** What a record says about switch and name, if nothing newer is known. */
function placedIn(life: ObjectLife, observation: Observation, state: Exception): Observation {
  if (observation.complete) return observation;
  const later = life.changes.filter((one) => isLater(one, observation));
  const isHeard = !state.complete || isNewest(life, observation, state);
  const { renamed, enabled, ...rest } = observation;
  return {
    ...rest,
    told: tellingOf(observation),
    ...(enabled !== undefined && isHeard && !later.some((one) => one.enabled !== undefined) && { enabled }),
    ...(renamed !== undefined && !later.some((one) => one.renamed !== undefined) && { renamed }),
  };
}

/**
 * The settings that a look shows, otherwise those in the records about this object, and those that no record changed.
 */
function settingsOf(
  state: Exception,
  life: ObjectLife,
  told: readonly LoggedChange[],
  observation: Observation,
): Settings {
  if (observation.complete) return observation.settings;
  if (state.complete)
    return isNewest(life, observation, state)
      ? { ...state.settings, ...observation.settings }
      : state.settings;
  const untold = Object.entries(state.settings).filter(
    ([name]) => !told.some(({ settings }) => Object.hasOwn(settings, name)),
  );
  return { ...Object.fromEntries(untold), ...newestSettingsOf(life.changes).settings };
}

const isSinceOff = ({ changes }: ObjectLife, observation: Observation): boolean =>
  !changes.some((one) => one.enabled === false && isLater(one, observation));

/** The newest record that says so, or else all records about it. */
const offSinceIn = ({ changes }: ObjectLife): Instant | undefined =>
  (changes.findLast(({ enabled }) => enabled === false) ?? changes[0])?.at;
