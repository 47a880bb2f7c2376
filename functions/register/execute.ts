/** One command from beginning to end: load, decide, write; all over again if somebody else was faster. */
import { foldName } from '#kinds/fold-name.ts';
import { decide } from '#lifecycle/decide/decide.ts';
import { findNextDue } from '#lifecycle/due.ts';
import { evolveAll } from '#lifecycle/evolve.ts';
import { inventory } from '#lifecycle/inventory.ts';
import { lapsesAt } from '#lifecycle/lapsing.ts';
import { tellingOf } from '#lifecycle/logged-changes.ts';
import { timing as real, drawWait, type RetryTiming } from './retry-timing.ts';
import {
  mostRecords,
  addRemembered,
  mergeTouched,
  type RememberedChange,
  type RememberedRecord,
} from './remembered.ts';
import type { Command, Observation } from '#lifecycle/commands.ts';
import type { Event } from '#lifecycle/events.ts';
import type { Exception } from '#lifecycle/exception.ts';
import type { Instant } from '#time/instant.ts';
import type { Policy } from '#policy/policy.ts';
import type { ExceptionWithTrail, Reading, Register, Wanted } from './contract.ts';
import type { ObjectRef } from './identity.ts';

export interface Execution {
  readonly id: string;
  /** The id the command brought from outside. */
  readonly receipt: string;
  readonly command: Command;
  readonly now: Instant;
  readonly policy: Policy;
  /** Randomness and time for the waits between attempts; the real ones unless given. */
  readonly random?: RetryTiming['random'];
  readonly wait?: RetryTiming['wait'];
}

export interface CommandOutcome {
  /** `duplicate`: carried out before, under the same receipt. `nothing`: nothing to record. */
  readonly outcome: 'done' | 'duplicate' | 'nothing';
  /** The exception as it is now; absent if there is none. */
  readonly exception: Exception | undefined;
  /** What this call recorded; empty unless `done`. */
  readonly events: readonly Event[];
  /** The audit record says nothing yet: it is kept until it does. */
  readonly remembered?: true;
  /** Records about the object that are no longer kept: there were too many. */
  readonly forgotten?: readonly string[];
}

/**
 * One of several colliding commands always succeeds, so a hundred at once need time, not luck: waits grow to two
 * seconds and add up to about twenty on average. Two people clicking together need one further attempt.
 */
const mostAttempts = 25;
const backoff = { first: 20, longest: 2000 };

/**
 * Throws if others were faster every time; nothing of this command is then recorded, and it may be given again.
 * `read`: what was already read for it.
 */
export async function execute(
  register: Register,
  execution: Execution,
  read?: Reading,
): Promise<CommandOutcome> {
  const { timing = real } = register;
  const { id, receipt, command, now, policy, random = timing.random, wait = timing.wait } = execution;
  for (let attempt = 0; attempt < mostAttempts; attempt += 1) {
    if (attempt > 0) await wait(drawWait(attempt - 1, backoff, random));
    const reading =
      (attempt === 0 ? read : undefined) ?? (await register.reading(wanted(id, receipt, command)));
    if (await reading.carriedOut(receipt))
      return { outcome: 'duplicate', exception: await reading.load(id), events: [] };
    // Before the state: opening an exception counts as a write to what is remembered about its object.
    const kept = isObserving(command)
      ? await withoutPlaced(reading, await keptOf(reading, namesOf(command.observation)))
      : [];
    const { exception: before, trail } = isObserving(command)
      ? await reading.life(id)
      : { exception: await reading.load(id), trail: [] };
    const own = isObserving(command)
      ? await ownOf(reading, { id, object: before ?? command.observation }, kept)
      : [];
    const known = knowledge(before, trail, command, { receipt, kept, own });
    // Its receipt may have been deleted by now.
    if (known.isInTrail) return { outcome: 'duplicate', exception: before, events: [] };
    const events = decide(before, known.command, { now, policy });
    const after = evolveAll(before, events);
    if (events.length === 0 || !after) {
      const nothing = { outcome: 'nothing', exception: before, events: [] } as const;
      const [own] = kept;
      if (before || !own || !isRecord(command)) return nothing;
      const remembered = await remember(
        register,
        own,
        { observation: asTold(command.observation), receipt },
        now,
      );
      if (remembered !== 'conflict') return { ...nothing, remembered: true, ...remembered };
      continue;
    }

    const dueAt = findNextDue(after, policy);
    const lapses = lapsesAt(after, policy);
    const decided = {
      ...{ id, receipt, before, events, after, dueAt, ...placing(known, receipt, events) },
      ...(lapses !== undefined && { lapsesAt: lapses }),
    };
    const result = await register.commit(decided, reading);
    if (result === 'committed') return { outcome: 'done', exception: after, events };
    if (result === 'duplicate')
      return { outcome: 'duplicate', exception: await register.load(id), events: [] };
    // What was remembered may show another name or GUID of the object: then it has an exception.
    const holder = before ? id : ((await register.find(after)) ?? id);
    if (holder !== id)
      return execute(register, {
        ...execution,
        id: holder,
        command: command.type === 'Observe' ? { ...command, id: holder } : command,
      });
  }
  throw new Error(
    `Exception ${id} was changed by others at each of ${mostAttempts} attempts to carry out ${command.type}. ` +
      'Nothing of it was recorded; it is safe to give the command again.',
  );
}

type Observing = Extract<Command, { type: 'Observe' | 'ObserveRemoval' }>;

const isObserving = (command: Command): command is Observing =>
  command.type === 'Observe' || command.type === 'ObserveRemoval';

const isRecord = (command: Command): command is Observing =>
  isObserving(command) && command.observation.operation !== inventory;

interface Knowledge {
  readonly command: Command;
  readonly isInTrail: boolean;
  /** What is remembered under the names of the object. */
  readonly kept: readonly RememberedChange[];
}

/** What is read for an observation, whichever exception it belongs to. */
export function wantFor(observation: Observation, receipt: string): Wanted {
  const { tenant, kind, name, renamed = name, guid } = observation;
  const objects = [...new Set([name, renamed])].map((one) => ({
    ...{ tenant, kind, name: one },
    ...(guid !== undefined && { guid }),
  }));
  return { receipt, names: namesOf(observation), objects };
}

/** Everything an observation needs is read for its aliases too, in case it opens an exception. */
const wanted = (id: string, receipt: string, command: Command): Wanted => ({
  ...(isObserving(command) ? wantFor(command.observation, receipt) : { receipt }),
  ids: [id],
});

/** What an observation is decided with: read each time, since more may have arrived. */
function knowledge(
  before: Exception | undefined,
  trail: ExceptionWithTrail['trail'],
  command: Command,
  {
    receipt,
    kept,
    own,
  }: {
    readonly receipt: string;
    readonly kept: readonly RememberedChange[];
    readonly own: readonly RememberedRecord[];
  },
): Knowledge {
  if (!isObserving(command)) return { command, isInTrail: false, kept };
  const { observation } = command;
  const isInTrail =
    before !== undefined && trail.some((entry) => 'record' in entry && entry.record === observation.record);
  const informed = { ...command, ...(before && { trail }) };
  if (informed.type === 'ObserveRemoval' || isInTrail) return { command: informed, isInTrail, kept: [] };

  const earlier = own
    .filter((one) => one.receipt !== receipt)
    .map((one) => one.observation)
    .slice(0, mostRecords);
  const touched = mergeTouched(
    [],
    kept.flatMap((change) => change.touched),
  );
  return { command: { ...informed, earlier, touched }, isInTrail, kept };
}

/** What is certainly about another object that has or had the name is left alone. */
async function ownOf(
  reading: Reading,
  { id, object }: { readonly id: string; readonly object: ObjectRef },
  kept: readonly RememberedChange[],
): Promise<readonly RememberedRecord[]> {
  const records = kept.flatMap((change) => change.records);
  const guids = new Set(records.flatMap(({ observation }) => observation.guid?.toLowerCase() ?? []));
  const others = new Set<string>();
  for (const guid of guids) {
    const isAnother =
      object.guid === undefined
        ? // It is only named like the GUID of something else.
          guid === object.name.toLowerCase() || ((await reading.find({ ...object, guid })) ?? id) !== id
        : guid !== object.guid.toLowerCase();
    if (isAnother) others.add(guid);
  }
  return records.filter(({ observation: { guid } }) => guid === undefined || !others.has(guid.toLowerCase()));
}

/** The names by which records may call the object, its GUID included: the one in this observation comes first. */
function namesOf({ tenant, kind, name, renamed, guid }: Observation): readonly ObjectRef[] {
  const names = [name, renamed, guid].filter((one) => one !== undefined);
  return [...new Map(names.map((one) => [foldName(one), { tenant, kind, name: one }])).values()];
}

const keptOf = (reading: Reading, names: readonly ObjectRef[]): Promise<readonly RememberedChange[]> =>
  Promise.all(names.map(async (of) => ({ of, ...(await reading.remembered(of)) })));

/** A record may be remembered under two names: what was placed from under one is done with under the other. */
async function withoutPlaced(
  reading: Reading,
  kept: readonly RememberedChange[],
): Promise<readonly RememberedChange[]> {
  const receipts = kept.flatMap(({ records }) => records.map(({ receipt }) => receipt));
  const seen = new Set(await reading.carriedOutAmong(receipts));
  return kept.map((change) => ({
    ...change,
    records: change.records.filter(({ receipt }) => !seen.has(receipt) && seen.add(receipt)),
  }));
}

/** Remembered records that the events include are no longer kept, and get their receipts. */
function placing({ kept }: Knowledge, receipt: string, events: readonly Event[]) {
  const records = new Set(events.flatMap((event) => ('record' in event ? [event.record] : [])));
  const isPlaced = (one: RememberedRecord): boolean => records.has(one.observation.record);
  const opens = events.some(({ type }) => type === 'ExceptionOpened');
  const remembered = kept.flatMap((change, index) =>
    // When an exception is opened, nothing may be remembered for it unseen.
    change.records.some(isPlaced) || (opens && index === 0)
      ? [
          {
            ...change,
            records: change.records.filter((one) => !isPlaced(one)),
            touched: opens ? [] : change.touched,
          },
        ]
      : [],
  );
  const placed = kept
    .flatMap((change) => change.records.filter(isPlaced))
    .flatMap((one) => (one.receipt === receipt ? [] : [one.receipt]));
  return { remembered, placed };
}

/** Without what a look showed: by the time it is used that is old, and may have been about another object. */
function asTold(observation: Observation): Observation {
  const { record, operation, tenant, kind, name, passed, changedBy, changedAt } = observation;
  const { guid, complete, order, applications } = observation;
  return {
    ...{ record, operation, tenant, kind, name, passed, changedBy, changedAt },
    ...(guid === undefined || complete ? {} : { guid }),
    ...(order === undefined ? {} : { order }),
    ...(applications === undefined ? {} : { applications }),
    ...tellingOf(observation),
    complete: false,
  };
}

async function remember(
  register: Register,
  kept: RememberedChange,
  record: RememberedRecord,
  now: Instant,
): Promise<{ readonly forgotten?: readonly string[] } | 'conflict'> {
  if (kept.records.some(({ receipt }) => receipt === record.receipt)) return {};
  const { forgotten, ...remembered } = addRemembered(kept, record);
  const result = await register.remember([{ ...kept, ...remembered }], now);
  return result === 'conflict' ? result : forgotten.length === 0 ? {} : { forgotten };
}
