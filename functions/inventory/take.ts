/**
 * The inventory of one tenant: look, compare, look again at what seems gone, record. Everything is safe to repeat:
 * receipts carry the hour, and an exception that has moved on meanwhile is left to the next run.
 */
import { createHash } from 'node:crypto';
import { watchedKinds } from '#kinds/protection.ts';
import { kinds } from '#kinds/registry.ts';
import { duration, latest, minus, plus } from '#time/instant.ts';
import { ExchangeError } from '#exchange/exchange-error.ts';
import { execute } from '#register/execute.ts';
import { findExceptionOf } from '#register/find-exception.ts';
import { findTwins, join } from '#register/join.ts';
import { noteNames } from '#register/partitions.ts';
import { readStates } from '#register/read-states.ts';
import { foldName } from '#kinds/fold-name.ts';
import { classOf, kindsWithout, tenantName } from '#policy/policy.ts';
import { spreadDeadlines } from '#policy/spread.ts';
import { presentDeadlineOf } from '#lifecycle/due.ts';
import { domainsOf } from '#lifecycle/own-domains.ts';
import { findReadable } from '#register/find-exception.ts';
import { isUnreadable, type UnreadableItem } from '#register/unreadable-item.ts';
import { compareInventory, isSettling } from './compare.ts';
import { notedOf, notesFrom, nothingNoted, storedNotes } from './notes.ts';
import { dateOf } from '#time/local-time.ts';
import { nextWorkingMoment } from '#policy/working-hours.ts';
import { progressOf, type ImportProgress } from '#lifecycle/import-progress.ts';
import {
  createImportMessage,
  createIncompleteMessage,
  createProgressMessage,
  createRemovedMessage,
} from './messages.ts';
import { observeAbsence, observePresence, receiptOf, runAt, findUnknown } from './observations.ts';
import { noteOf, findVanished, findWeakened } from './protection.ts';
import type { Observation } from '#lifecycle/commands.ts';
import type { Event } from '#lifecycle/events.ts';
import type { Exception } from '#lifecycle/exception.ts';
import type { WatchedKind } from '#kinds/protection.ts';
import type { Instant } from '#time/instant.ts';
import type { Policy } from '#policy/policy.ts';
import type { ExchangeTenant } from '#exchange/tenant.ts';
import type { Register } from '#register/contract.ts';
import type { VersionedValues } from '#register/versioned-values.ts';
import type { Comparison, Doubt, Listings, Present } from './compare.ts';
import type { InventoryNotes } from './notes.ts';
import type { ProtectionNotes } from './protection.ts';
import type { Imported } from './messages.ts';
import type { Endangered, Run } from './observations.ts';
import type { Kind } from '#kinds/registry.ts';
import type { Listing } from '#kinds/shown.ts';

export interface InventoryText {
  readonly about: 'import' | 'incomplete' | 'removed' | 'progress';
  readonly text: string;
}

export interface Taking {
  readonly tenantId: string;
  readonly tenant: ExchangeTenant;
  readonly register: Register;
  readonly values: VersionedValues;
  readonly policy: Policy;
  readonly now: Instant;
  /** Whether there is time to begin anything else. */
  readonly hasTime: () => boolean;
  /** Ends what is asked of the tenant: others wait. */
  readonly enough?: AbortSignal;
  /** Sends a message for people. Throws if that fails. */
  readonly sendMessage: (run: string, message: InventoryText) => Promise<void>;
}

export interface InventoryResult {
  readonly tenant: string;
  /** Objects listed. */
  readonly listed: number;
  readonly opened: number;
  readonly imported: number;
  /** As the register said before. */
  readonly progress: ImportProgress;
  /** Exceptions about which something else was recorded. */
  readonly changed: number;
  readonly gone: number;
  readonly doubts: readonly Doubt[];
  /** Errors about single objects: the others were worked through. */
  readonly failed: readonly { readonly about: string; readonly error: unknown }[];
  /** Exceptions that this release cannot read, or whose trails it cannot: nothing is recorded about them. */
  readonly unreadable: readonly UnreadableItem[];
  /** False where time ran out: the next run goes on. */
  readonly finished: boolean;
}

/** Missing in two listings: this far apart, they are not the same answer twice. */
const apart = duration('PT30M');
/** Looks by GUID in one run, each a question to Exchange; whatever is left comes next hour. */
const mostLooks = 50;
const alertEvery = duration('P1D');
/** Each kind is one to four questions; Exchange counts a tenant's together. */
const kindsAtOnce = 4;

/** Throws where the register or the notes cannot be read; what fails for one object is in `failed`. */
export async function takeTenant(taking: Taking): Promise<InventoryResult> {
  const { tenantId, tenant, register, values, now, policy } = taking;
  const noteName = `${noteNames.inventory}${tenantId}`;
  const kept = await values.read(noteName);
  const notes = kept === undefined ? nothingNoted : notesFrom(kept.value);

  const unreadable: UnreadableItem[] = [];
  const registered = await exceptionsOf(register, tenantId, unreadable);
  const [listed, told] = await Promise.all([
    listAll(tenant, kindsWithout(policy, tenantId), taking.enough),
    tenant.domains(taking.enough),
  ]);
  // A tenant that does not say this time accepts mail for the same domains as before.
  const accepted = told.length > 0 ? told : (notes.accepted ?? []);
  const administering = [
    ...new Set([
      ...(notes.administrators ?? []),
      ...domainsOf(...registered.map(({ changedBy }) => changedBy)),
    ]),
  ];
  const ownDomains = [...new Set([...accepted, ...administering])];
  const run: Run = { tenant: tenantId, id: runAt(now), at: now, ownDomains };
  const compared = compareInventory(listed, registered, now);

  const tally = { opened: 0, imported: 0, changed: 0, gone: 0 };
  const failed: { about: string; error: unknown }[] = [];
  const time = { ranOut: false };
  const record = async (about: string, work: () => Promise<void>): Promise<void> => {
    if (!taking.hasTime()) {
      time.ranOut = true;
      return;
    }
    try {
      await work();
    } catch (error) {
      // Its object is there, and belongs to it; and most of them are told of already.
      if (!isUnreadable(error)) failed.push({ about, error });
      else if (!unreadable.some(({ id }) => id === error.id)) unreadable.push(error);
    }
  };
  const count = (events: readonly Event[]): void => {
    if (events.some(({ type }) => type === 'ExceptionOpened')) tally.opened += 1;
    else if (events.some(({ type }) => type === 'ExceptionRemoved')) tally.gone += 1;
    else if (events.length > 0) tally.changed += 1;
  };

  const lessProtects = watchedKinds.flatMap((watched) => {
    const { kind } = watched;
    const objects = listed[kind]?.objects ?? [];
    return findWeakened(watched, objects, notedOf(notes, watched), digest).map((one) => ({ kind, ...one }));
  });
  const passedBy = new Map(lessProtects.map(({ object, passed }) => [object.guid, passed]));
  const seen = (one: Present, until?: Instant): Observation => ({
    ...observePresence(one, run, until),
    passed: passedBy.get(one.object.guid) ?? [],
  });

  // What is gone comes first: its name may belong to something new.
  const absent = await lookForMissing(compared.missing, registered, notes, taking);
  for (const exception of absent.gone)
    await record(exception.id, async () => {
      const observation = observeAbsence(exception, run);
      count(await give(taking, exception.id, { type: 'ObserveRemoval', observation }));
    });
  for (const one of [...absent.twice, ...compared.present.filter(({ why }) => !why.includes('unknown'))])
    await record(one.object.guid, async () => {
      const known = await withTwin(one, taking);
      const observation = seen({ ...one, ...(known && { known }) });
      const id = known?.id ?? (await identify(register, observation));
      count(await give(taking, id, { type: 'Observe', id, observation }));
    });

  const unknown = (await withFormer(register, tenantId, findUnknown(compared.present, run))).filter(
    ({ known }) => !known || !isSettling(known, now),
  );
  const owed = new Set(notes.unrecorded);
  const isImport = (one: Present): boolean => !notes.imported.includes(one.kind) || owed.has(one.object.guid);
  const queue = unknown.filter(isImport);
  const deadlines = deadlinesOf(queue, registered, now, policy);
  const imported: Imported[] = [];
  const recorded = new Set<string>();
  for (const one of unknown)
    await record(one.object.guid, async () => {
      const until = deadlines.get(one);
      const observation = seen(one, until);
      const id = one.known?.id ?? (await identify(register, observation));
      const events = await give(taking, id, { type: 'Observe', id, observation });
      count(events);
      recorded.add(one.object.guid);
      if (until === undefined || !events.some(({ type }) => type === 'ExceptionOpened')) return;
      tally.imported += 1;
      imported.push({ kind: one.kind, name: one.object.name, risk: one.risk });
    });

  const living = new Set(registered.map(({ guid }) => guid));
  // Seen only by what the last look noted: no exception yet, and nothing that would open one by itself.
  const present = new Set(
    [...compared.present.filter(({ why }) => !why.includes('unknown')), ...unknown].map(
      ({ object }) => object.guid,
    ),
  );
  const unseen = lessProtects
    .filter(({ object: { guid } }) => !present.has(guid) && !living.has(guid))
    .map((one): Present => ({ ...one, why: [] }));
  for (const one of await withFormer(register, tenantId, unseen))
    await record(one.object.guid, async () => {
      const observation = seen(one);
      const id = one.known?.id ?? (await identify(register, observation));
      count(await give(taking, id, { type: 'Observe', id, observation }));
    });

  const removed = await lookForProtection(listed, notes, taking);
  if (removed.length > 0)
    await taking.sendMessage(run.id, {
      about: 'removed',
      text: createRemovedMessage(tenantName(policy, tenantId), removed),
    });

  const progress = progressOf(registered);
  const isMorning = progress.waiting > 0 && isFirstOfDay(notes, now, policy);
  if (isMorning)
    await taking.sendMessage(run.id, {
      about: 'progress',
      text: createProgressMessage(tenantName(policy, tenantId), progress),
    });

  const doubts = [...compared.doubts, ...absent.doubts];
  const isDue = notes.alertedAt === undefined || notes.alertedAt <= minus(now, alertEvery);
  if (imported.length > 0)
    await taking.sendMessage(run.id, {
      about: 'import',
      text: createImportMessage(tenantName(policy, tenantId), imported, policy),
    });
  if (doubts.length > 0 && isDue)
    await taking.sendMessage(run.id, {
      about: 'incomplete',
      text: createIncompleteMessage(tenantName(policy, tenantId), doubts),
    });

  const finished = !time.ranOut;
  // What the first look has found and could not record has its grace once it can be, and nothing else of its kind has.
  const queued = new Set(queue.map(({ object }) => object.guid));
  const isComplete = Object.values(listed).every(isRead);
  const stillOwed = [...new Set([...owed, ...(finished ? queued : [])])].filter(
    (guid) => !recorded.has(guid) && (queued.has(guid) || !isComplete),
  );
  await values.write(
    noteName,
    storedNotes({
      ...notes,
      imported: finished
        ? [...new Set([...notes.imported, ...kinds.filter((kind) => isRead(listed[kind]))])]
        : notes.imported,
      unrecorded: stillOwed,
      missing: absent.missing,
      accepted,
      administrators: administering,
      // What was weakened and could not be recorded is compared with the same again.
      protection: finished && failed.length === 0 ? protectionNotes(listed, notes) : notes.protection,
      ...(doubts.length > 0 && isDue && { alertedAt: now }),
      // On the first day the import itself is told.
      ...((isMorning || imported.length > 0) && { progressOn: dateOf(now, policy.timeZone) }),
    }),
    // If another run was faster, its notes are as good.
    kept?.revision ?? 0,
  );
  const size = Object.values(listed).reduce((sum, { objects }) => sum + objects.length, 0);
  return { tenant: tenantId, listed: size, ...tally, progress, doubts, failed, unreadable, finished };
}

/** Whether people are at work, and have not been told today. */
const isFirstOfDay = ({ progressOn }: InventoryNotes, now: Instant, policy: Policy): boolean =>
  nextWorkingMoment(now, policy) === now && progressOn !== dateOf(now, policy.timeZone);

/** When each in the queue falls due, beside what was imported before and nobody has answered. */
function deadlinesOf(
  queue: readonly Endangered[],
  registered: readonly Exception[],
  now: Instant,
  policy: Policy,
): ReadonlyMap<Present, Instant> {
  const from = queue.map(({ kind, risk }) =>
    latest(plus(now, policy.graceOnImport), plus(now, classOf(policy, { kind, risk }).confirmWithin)),
  );
  const taken = registered.flatMap((one) =>
    one.state === 'unconfirmed' && one.graceEnd !== undefined ? [presentDeadlineOf(one)] : [],
  );
  const spread = spreadDeadlines(from, taken, policy);
  return new Map(queue.flatMap((one, index) => (spread[index] ? [[one, spread[index]] as const] : [])));
}

const exceptionsOf = (
  register: Register,
  tenant: string,
  unreadable: UnreadableItem[],
): Promise<readonly Exception[]> =>
  Array.fromAsync(readStates(register, register.rows({ tenant }), (one) => unreadable.push(one)));

/** With what was known of each and is removed: that is not read with what is living. */
async function withFormer<One extends Present>(
  register: Register,
  tenant: string,
  all: readonly One[],
): Promise<readonly One[]> {
  const objects = all.map(({ kind, object: { name, guid } }) => ({ tenant, kind, name, guid }));
  const reading = await register.reading({ objects });
  const ids = await Promise.all(objects.map((object) => findReadable(reading, object)));
  const states = await register.states([...new Set(ids.filter((id) => id !== undefined))]);
  const removed = states.filter((one) => one && 'state' in one && one.state === 'removed');
  return all.map((one, index) => {
    const former = removed.find((state) => state && 'state' in state && state.id === ids[index]);
    return one.known || !former || !('state' in former) || !bore(former, one)
      ? one
      : { ...one, known: former };
  });
}

/** A name goes from one object to another, a GUID does not. */
const bore = ({ guid, name }: Exception, { object }: Present): boolean =>
  guid === undefined ? foldName(name) === foldName(object.name) : guid.toLowerCase() === object.guid;

async function listAll(
  tenant: ExchangeTenant,
  without: readonly Kind[],
  enough: AbortSignal | undefined,
): Promise<Listings> {
  const asked = kinds.filter((kind) => !without.includes(kind));
  const listed: Partial<Record<Kind, Listing>> = {};
  for (let from = 0; from < asked.length; from += kindsAtOnce) {
    // Where nothing at all is answered, asking for the rest only takes time that other tenants need.
    const isOut = from > 0 && Object.values(listed).every(hasFailed);
    await Promise.all(
      asked.slice(from, from + kindsAtOnce).map(async (kind) => {
        listed[kind] = isOut ? notAsked : await tenant.list(kind, enough);
      }),
    );
  }
  return listed;
}

const hasFailed = ({ objects, complete, nothing }: Listing): boolean =>
  objects.length === 0 && !complete && !nothing;
const notAsked: Listing = {
  objects: [],
  complete: false,
  why: 'It was not requested, because Exchange had answered none of the earlier requests.',
};

interface Absent {
  readonly gone: readonly Exception[];
  /** Objects that have an exception by their GUID as well: found when the other one was looked for. */
  readonly twice: readonly Present[];
  readonly missing: Readonly<Record<string, Instant>>;
  readonly doubts: readonly Doubt[];
}

/** It is gone if a separate look does not find it either: for certain, or in two inventories in a row. */
async function lookForMissing(
  missing: Comparison['missing'],
  registered: readonly Exception[],
  notes: InventoryNotes,
  { tenant, now, hasTime, enough }: Taking,
): Promise<Absent> {
  const gone: Exception[] = [];
  const twice: Present[] = [];
  const open = new Map<string, Instant>();
  const doubts = new Map<Kind, string>();
  for (const [index, exception] of missing.entries()) {
    const { id, kind, guid, name } = exception;
    const since = notes.missing[id] ?? now;
    open.set(id, since);
    if (index >= mostLooks || !hasTime()) continue;
    try {
      const look = await tenant.read({ kind, name, ...(guid !== undefined && { guid }) }, enough);
      if (look.found) {
        open.delete(id);
        const known = registered.find(
          (one) => one.id !== id && one.kind === kind && one.guid?.toLowerCase() === look.guid,
        );
        if (known) twice.push({ kind, object: look, known, why: ['identity'] });
        else doubts.set(kind, `Exchange's list left out "${name}", which it shows when asked for it.`);
      } else if (look.certain || since <= minus(now, apart)) {
        open.delete(id);
        gone.push(exception);
      }
    } catch (error) {
      if (!(error instanceof ExchangeError)) throw error;
      doubts.set(kind, error.message);
    }
  }
  return {
    gone,
    twice,
    missing: Object.fromEntries(open),
    doubts: [...doubts].map(([kind, why]) => ({ kind, why })),
  };
}

async function give(
  { register, now, policy }: Taking,
  id: string,
  command: Parameters<typeof execute>[1]['command'] & { readonly observation: Observation },
): Promise<readonly Event[]> {
  const { events } = await execute(register, {
    id,
    receipt: receiptOf(command.observation),
    command,
    now,
    policy,
  });
  return events;
}

/** The exception of the object seen. If the object has a new name, there may be an exception under that name too. */
async function withTwin(
  { kind, object, known, why }: Present,
  taking: Taking,
): Promise<Exception | undefined> {
  const { register, tenantId } = taking;
  if (!known || !why.some((reason) => reason === 'name' || reason === 'identity')) return known;
  const { name, guid } = object;
  const named = { tenant: tenantId, kind, name, guid };
  const twins = await findTwins(register, named);
  if (!twins) return known;
  return register.load(await join(register, twins, named, taking));
}

/** The object was seen with its present name, so an exception known under another name is not meant. */
const identify = (register: Register, { tenant, kind, name, renamed, guid }: Observation): Promise<string> =>
  findExceptionOf(register, {
    tenant,
    kind,
    name: renamed ?? name,
    ...(guid === undefined ? {} : { guid }),
  });

const isRead = (listing: Listing | undefined): boolean =>
  listing?.complete === true || listing?.nothing === true;

const protectionNotes = (listed: Listings, notes: InventoryNotes): InventoryNotes['protection'] =>
  Object.fromEntries(
    watchedKinds.map((one) => [one.watched.notedAs, protectionNote(one, listed[one.kind], notes)]),
  );

function protectionNote(
  one: WatchedKind,
  listing: Listing | undefined,
  notes: InventoryNotes,
): ProtectionNotes {
  const before = notedOf(notes, one);
  const seen = Object.fromEntries(
    (listing?.objects ?? []).map((object) => [object.guid, noteOf(one, object, digest)] as const),
  );
  if (listing?.complete === true) return seen;
  // What was told to be gone is told once; if it was there all the same, it is still compared with what it was.
  return listing?.nothing === true
    ? Object.fromEntries(Object.entries(before).map(([guid, note]) => [guid, { ...note, name: undefined }]))
    : { ...before, ...seen };
}

/** What protected and is gone, also when it is asked for by itself. */
async function lookForProtection(
  listed: Listings,
  notes: InventoryNotes,
  { tenant, enough }: Taking,
): Promise<readonly { readonly kind: Kind; readonly name: string }[]> {
  const gone: { kind: Kind; name: string }[] = [];
  for (const one of watchedKinds)
    for (const { guid, name } of findVanished(listed[one.kind], notedOf(notes, one)).slice(0, mostLooks)) {
      const { kind } = one;
      const look = await tenant.read({ kind, guid }, enough).catch((error: unknown) => {
        if (error instanceof ExchangeError) return undefined;
        throw error;
      });
      // If it cannot be looked for, the complete listing without it is believed: one alert too many is better than
      // none.
      if (look?.found !== true) gone.push({ kind, name });
    }
  return gone;
}

const digest = (text: string): string => createHash('sha256').update(text).digest('base64url').slice(0, 16);
