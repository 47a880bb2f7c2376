/**
 * Records a change from a tenant's audit log, once, together with a look at the object as it is now.
 *
 * If Exchange cannot be read, the change is still recorded at once, from what the log says, as incomplete. The next look
 * completes it: for the next record about the object, in the hourly inventory (which observes everything it lists), or
 * at the latest before enforcement acts. So only a change about which the log alone says nothing waits for Exchange.
 */
import { differences } from '#audit-log/list-differences.ts';
import { recogniseListChange, recogniseMailboxExceptions } from '#audit-log/list-change.ts';
import { ahead, isAhead } from '#audit-log/moment.ts';
import { recognise } from '#audit-log/recognise.ts';
import { lookAtDomains, lookAtObject, lookAtList, lookInMailbox } from '#exchange/look.ts';
import { entryName, isObject, mailboxIn } from '#kinds/form.ts';
import { foldName } from '#kinds/fold-name.ts';
import { touchedBeside } from '#lifecycle/in-order.ts';
import { momentOf, findPlace, tellingOf } from '#lifecycle/logged-changes.ts';
import { text } from '#risk/settings.ts';
import { execute, wantFor, type CommandOutcome } from '#register/execute.ts';
import { createExceptionId } from '#register/identity.ts';
import { UnreadableState } from '#lifecycle/unreadable-state.ts';
import { findExceptionOf, findReadable } from '#register/find-exception.ts';
import { findTwins, join } from '#register/join.ts';
import { copyTrail, ever, keepRename, findPresentName } from '#register/names.ts';
import { readStates } from '#register/read-states.ts';
import { keepReplacement, findReplacement } from '#register/replaced-lists.ts';
import { isUnreadable, type UnreadableItem } from '#register/unreadable-item.ts';
import type { ListChange, ListTold } from '#audit-log/list-change.ts';
import type { AuditRecord } from '#audit-log/record.ts';
import type { Observation } from '#lifecycle/commands.ts';
import type { Exception } from '#lifecycle/exception.ts';
import type { Listing } from '#kinds/shown.ts';
import type { Instant } from '#time/instant.ts';
import type { Policy } from '#policy/policy.ts';
import type { Look } from '#exchange/look.ts';
import type { AcceptedDomains } from '#exchange/accepted-domains.ts';
import type { TenantObject } from '#exchange/tenant.ts';
import type { Tenants } from '#exchange/tenants.ts';
import type { Reading, Register } from '#register/contract.ts';
import type { ObjectRef } from '#register/identity.ts';

export interface Recording {
  readonly register: Register;
  readonly tenants: Tenants;
  /** Domains that the tenant itself says are its own; `[]` where it does not say. */
  readonly domains: AcceptedDomains;
  readonly policy: Policy;
  readonly now: Instant;
  /** Whether there is time for more of a long list; always, unless given. */
  readonly hasTime?: () => boolean;
  /** Ends the look at the tenant, because the record must not wait for it. */
  readonly enough: () => AbortSignal;
}

export interface Recorded {
  /** `remembered`: nothing is known about it yet, and it is kept until something is. */
  readonly outcome: 'irrelevant' | 'done' | 'duplicate' | 'nothing' | 'remembered';
  readonly exception?: string;
  /** Records about the object that are no longer kept: there were too many. */
  readonly forgotten?: readonly string[];
  /** Why Exchange could not be asked. The entry then holds what the log says. */
  readonly unseen?: unknown;
}

/**
 * Throws if the register cannot be written, if a change says nothing without Exchange and Exchange cannot be reached,
 * and if the record is dated in the future: the queue then delivers it again. Every other record is handled at once.
 */
export async function recordChange(record: AuditRecord, recording: Recording): Promise<Recorded> {
  if (isAhead(record, recording.now)) throw new Error(ahead);
  const listChange = recogniseListChange(record);
  if (listChange) return recordListChange(listChange, recording);
  const recognised = recognise(record);
  if (!recognised.relevant) return { outcome: 'irrelevant' };
  const { unread } = recognised;
  const receipt = receiptOf(recognised.observation);
  const reading = await readFor(recognised.observation, recording, receipt);
  const before = await reading.carriedOut(receipt);
  if (before) return { outcome: 'duplicate', ...before };
  const named = await calledNow(recognised.observation, reading, recording, receipt);
  const own = ownDomainsOf(named, recording);
  if (unread !== undefined) return recordUnread(named, unread, own, reading, recording, receipt);
  return named.change === 'remove'
    ? recordRemoval({ ...named, ownDomains: await own }, recording, receipt)
    : recordObservation(named, own, reading, recording, receipt);
}

/** What a single mailbox lets past or out, where policy has it watched like everything else. */
export async function recordMailboxException(record: AuditRecord, recording: Recording): Promise<Recorded> {
  if (isAhead(record, recording.now)) throw new Error(ahead);
  const change = recogniseMailboxExceptions(record);
  return change ? recordListChange(change, recording) : { outcome: 'irrelevant' };
}

/** What the record shows to be the tenant's own, and what the tenant says. Never rejects. */
async function ownDomainsOf(
  { tenant, ownDomains = [] }: Pick<Observation, 'tenant' | 'ownDomains'>,
  { domains, enough }: Recording,
): Promise<readonly string[]> {
  return [...new Set([...ownDomains, ...(await lookAtDomains(domains, tenant, enough()))])];
}

/** What an observation is about, and what belongs to it; `holder`: the exception it most likely is about. */
const readFor = (
  observation: Observation,
  { register }: Recording,
  receipt: string,
  holder = createExceptionId(refOf(observation)),
): Promise<Reading> => register.reading({ ...wantFor(observation, receipt), ids: [holder] });

/** By the object's present name, as far as records have named it, in whatever order they arrived. */
async function calledNow(
  observation: Observation,
  reading: Reading,
  recording: Recording,
  receipt: string,
): Promise<Observation> {
  const { register, now } = recording;
  const { renamed, guid } = observation;
  const object = refOf(observation);
  const moment = momentOf(observation);
  // Until it is known which object has a GUID, records that say nothing else are kept under the GUID.
  if (guid !== undefined && guid !== observation.name)
    await keepRename(
      register,
      { ...object, name: guid },
      { to: observation.name, until: ever },
      now,
      reading,
    );
  if (renamed === undefined) return { ...observation, name: await findPresentName(reading, object, moment) };

  const to = await findPresentName(reading, { ...object, name: renamed }, moment);
  // No other object ever has the same GUID.
  const until = observation.name === guid ? ever : moment;
  await keepRename(register, object, { to, until }, now, reading);
  const [bearer, former] = await Promise.all([reading.find({ ...object, name: to }), reading.find(object)]);
  if (former === undefined || former === bearer) return { ...observation, name: to, renamed: to };
  const trail = await Array.fromAsync(register.trail(former));
  const { before, isIts, isLast } = findPlace(trail, observation);
  if (bearer === undefined && isIts && isLast) return { ...observation, renamed: to };
  // Other objects have the old name by now, or the new name was known too: the exception continues under the new one.
  await copyTrail(register, { ...object, name: to }, { before, touched: touchedBeside(trail) }, now);
  if (isIts) await recordEnd(former, { ...observation, change: 'remove' }, recording, `${receipt}#renamed`);
  return { ...observation, name: to, renamed: to };
}

/** Asks for the object while its tenant is asked for its domains: a record has the time of one look. */
async function look(
  named: Observation,
  own: Promise<readonly string[]>,
  reading: Reading,
  { tenants, enough }: Recording,
): Promise<{ readonly logged: Observation; readonly looked: Look }> {
  const looking = lookAtObject(tenants, named.tenant, await candidates(named, reading), enough());
  const [looked, ownDomains] = await Promise.all([looking, own]);
  return { logged: { ...named, ownDomains }, looked };
}

async function recordObservation(
  named: Observation,
  own: Promise<readonly string[]>,
  reading: Reading,
  recording: Recording,
  receipt: string,
): Promise<Recorded> {
  const { logged, looked } = await look(named, own, reading, recording);
  const observation = completed(logged, looked);
  const holder = await reading.find(refOf(logged));
  const again = await readFor(observation, recording, receipt, holder);
  const recorded = await recordSeen(observation, recording, receipt, again);
  if (looked.seen !== 'nothing') return recorded;
  // The record of a creation says everything. The record of a change to an existing object says only what changed: if
  // that shows no exception, and nobody could look, then nothing is known and the record must come again.
  if (recorded.outcome === 'remembered' && looked.again && observation.change !== 'create')
    throw looked.error;
  return { ...recorded, unseen: looked.error };
}

/** The record does not say what was set. It says where to look and who made the change; the object says the rest. */
async function recordUnread(
  named: Observation,
  why: string,
  own: Promise<readonly string[]>,
  reading: Reading,
  recording: Recording,
  receipt: string,
): Promise<Recorded> {
  const { logged, looked } = await look(named, own, reading, recording);
  // Nothing is known, so the record must come again, until it ends up among the dead letters.
  if (looked.seen === 'nothing') throw looked.error;
  if (looked.seen === 'absent')
    return logged.change === 'remove'
      ? recordRemoval(logged, recording, receipt)
      : { outcome: 'nothing', unseen: new Error(`${why}; and the object is no longer there`) };
  // The object exists, so it was not removed.
  const change = logged.change === 'remove' ? 'alter' : logged.change;
  const observation = completed({ ...logged, change }, looked);
  return recordSeen(observation, recording, receipt);
}

/** One record may be about many entries. Each gets its own receipt, so that none is recorded twice. */
async function recordListChange(change: ListChange, recording: Recording): Promise<Recorded> {
  const receipt = receiptOf(change);
  if (await recording.register.carriedOut(receipt)) return { outcome: 'duplicate' };
  const outcomes: Recorded[] = [];
  const own = ownDomainsOf(change, recording);
  for (const told of change.lists) outcomes.push(...(await recordList(change, told, own, recording)));
  // What a list shows later was not caused by this record, so once everything is recorded, it is not compared again.
  if (!outcomes.some(({ outcome, unseen }) => outcome === 'nothing' && unseen !== undefined))
    await recording.register.putReceipt(receipt, recording.now);
  return (
    outcomes.find(({ unseen }) => unseen !== undefined) ??
    outcomes.find(({ outcome }) => outcome === 'done') ??
    outcomes[0] ?? { outcome: 'nothing' }
  );
}

async function recordList(
  listChange: ListChange,
  given: ListTold,
  own: Promise<readonly string[]>,
  recording: Recording,
): Promise<readonly Recorded[]> {
  const { register, tenants, enough } = recording;
  const looking =
    given.mailbox === undefined
      ? lookAtList(tenants, listChange.tenant, given.kind, enough())
      : lookInMailbox(tenants, listChange.tenant, given.kind, given.mailbox, enough());
  const [looked, ownDomains] = await Promise.all([looking, own]);
  const change = { ...listChange, ownDomains };
  const told = toldWith(given, looked.seen);
  const untold = looked.seen === undefined && told.form === 'unread' ? looked : undefined;
  if (untold && told.altered.length === 0) return passUntold(change, untold);
  const known = inMailbox(await knownOf(register, change.tenant, told), told);
  if (untold && !areKnown(told.altered, known)) return passUntold(change, untold);

  const seen = new Set(looked.seen?.objects.map(({ name }) => foldName(name)));
  const outcomes: Recorded[] = [...(await keepWhole(change, told, recording))];
  const work = async (observation: Observation, receipt: string, reading?: Reading) => {
    const done = [await recordEntry(observation, recording, receipt, reading)];
    const isThere = observation.change === 'create' || observation.change === 'alter';
    const policyOf = text(observation.settings, 'Policy');
    const end =
      isThere && !seen.has(foldName(observation.name))
        ? await findReplacement(register, observation, policyOf)
        : undefined;
    return end ? [...done, await recordEntry(end, recording, entryReceipt(end))] : done;
  };
  let unreadable: UnreadableItem | undefined;
  // An object may be removed and made again under its name in one record.
  const size = isObject(told.kind) ? 1 : together;
  const all = differences(change, told, known, looked.seen && onIn(looked.seen, told));
  for (let from = 0; from < all.length; from += size) {
    if (from > 0 && recording.hasTime?.() === false)
      throw new Error(
        `The list is long: ${from} of ${all.length} entries are recorded. The rest follows when the record comes again.`,
      );
    const part = all.slice(from, from + size).map((one) => ({ one, receipt: entryReceipt(one) }));
    const reading = size === 1 ? undefined : await readTogether(part, known, register);
    const worked = await Promise.allSettled(part.map(({ one, receipt }) => work(one, receipt, reading)));
    for (const each of worked)
      if (each.status === 'fulfilled') outcomes.push(...each.value);
      else if (isUnreadable(each.reason)) unreadable = each.reason;
      else throw each.reason;
  }
  // The record must come again for that one; it then changes nothing for the others.
  if (unreadable) throw unreadable;
  return looked.seen === undefined ? outcomes.map((one) => ({ ...one, unseen: looked.error })) : outcomes;
}

/** What the record says, by the names that the tenant has for what it is about. */
function toldWith(given: ListTold, seen: Listing | undefined): ListTold {
  const { kind, mailbox } = given;
  const nothing: ListTold = { ...given, form: 'unread', present: [], absent: [], altered: [] };
  if (mailbox === undefined) return seen && given.byGuid ? nothing : given;
  // Whose alias that is, only the tenant tells.
  if (!seen) return mailbox.includes('@') ? given : nothing;
  const [first] = seen.objects;
  if (!first) return given;
  const called = mailboxIn(first.name);
  const inIt = (entries: ListTold['present']): ListTold['present'] =>
    entries.map(({ settings }) => {
      const placed = { ...settings, Mailbox: called };
      return { name: entryName(kind, placed), settings: placed };
    });
  return { ...given, mailbox: called, present: inIt(given.present), absent: inIt(given.absent) };
}

/** A record about one mailbox says nothing of what others have. */
const inMailbox = (known: readonly Exception[], { mailbox }: ListTold): readonly Exception[] =>
  mailbox === undefined ? known : known.filter(({ name }) => foldName(mailboxIn(name)) === foldName(mailbox));

/** A mailbox is shown with what is off as well, so that its name is known. */
const onIn = (seen: Listing, { mailbox }: ListTold): Listing =>
  mailbox === undefined ? seen : { ...seen, objects: seen.objects.filter(({ enabled }) => enabled) };

/** What is needed for several entries fits few requests, and not too many transactions are under way at once. */
const together = 15;

/** What is known of several entries, with their trails. */
const readTogether = (
  part: readonly { readonly one: Observation; readonly receipt: string }[],
  known: readonly Exception[],
  register: Register,
): Promise<Reading> => {
  const byName = new Map(known.map((exception) => [foldName(exception.name), exception]));
  const wanted = part.map(({ one, receipt }) => wantFor(one, receipt));
  const holders = part.flatMap(({ one }) => byName.get(foldName(one.name)) ?? []);
  return register.reading({
    receipts: part.map(({ receipt }) => receipt),
    lives: part.map(({ one }) => byName.get(foldName(one.name))?.id ?? createExceptionId(refOf(one))),
    // By their GUIDs as well, which a removal gives up and a record does not name.
    objects: [...wanted.flatMap(({ objects = [] }) => objects), ...holders],
    names: wanted.flatMap(({ names = [] }) => names),
  });
};

const entryReceipt = (observation: Observation): string => {
  const { kind, name, guid } = observation;
  // One record may remove a rule and create another with the same name.
  const which = isObject(kind) && guid !== undefined ? `#${guid}` : '';
  return `${receiptOf(observation)}#${kind}#${foldName(name)}${which}`;
};

const recordEntry = (
  observation: Observation,
  recording: Recording,
  receipt: string,
  reading?: Reading,
): Promise<Recorded> =>
  observation.change === 'remove'
    ? recordRemoval(observation, recording, receipt, reading)
    : recordSeen(observation, recording, receipt, reading);

/** The record names no entry and the list cannot be read: nothing is known, so it must come again. */
function passUntold(
  { unread }: ListChange,
  { error, again }: { readonly error: unknown; readonly again: boolean },
): readonly Recorded[] {
  if (again || unread !== undefined) throw error;
  return [{ outcome: 'nothing', unseen: error }];
}

/** Whether everything in the record is about exceptions that are not removed. */
const areKnown = (altered: ListTold['altered'], known: readonly Exception[]): boolean =>
  altered.length > 0 &&
  altered.every(({ name }) =>
    known.some((one) => one.state !== 'removed' && foldName(one.name) === foldName(name)),
  );

/** What the record may be about: everything of its kind that is not removed, and any removed one that it names. */
async function knownOf(
  register: Register,
  tenant: string,
  { kind, absent }: ListTold,
): Promise<readonly Exception[]> {
  // If the record is about one of these, that one alone fails below.
  const passedOver = (): void => undefined;
  const living = await Array.fromAsync(readStates(register, register.rows({ tenant, kind }), passedOver));
  const names = new Set(living.map(({ name }) => foldName(name)));
  const objects = absent
    .filter(({ name }) => !names.has(foldName(name)))
    .map(({ name }): ObjectRef => ({ tenant, kind, name }));
  if (objects.length === 0) return living;
  const reading = await register.reading({ objects });
  const ids = await Promise.all(objects.map((object) => findReadable(reading, object)));
  const others = await register.states([...new Set(ids)].filter((id) => id !== undefined));
  return [
    ...living,
    ...others.flatMap((one) => (one === undefined || one instanceof UnreadableState ? [] : [one])),
  ];
}

/** A record that replaced a list is about each of its entries, including those that are not known yet. */
async function keepWhole(
  change: ListChange,
  { kind, form, policy, present }: ListTold,
  { register, now }: Recording,
): Promise<readonly Recorded[]> {
  if (form !== 'whole') return [];
  const { record, operation, tenant, changedBy, changedAt, order, applications, passed } = change;
  const removal: Observation = {
    ...{ record, operation, tenant, kind, name: '', change: 'remove', settings: {}, complete: false },
    ...{ passed: Object.keys(passed), changedBy, changedAt },
    ...(order === undefined ? {} : { order }),
    ...(applications.length === 0 ? {} : { applications }),
  };
  const entries = present.map(({ name }) => name);
  const forgotten = await keepReplacement(register, { removal, entries, policy }, receiptOf(change), now);
  return forgotten.length === 0 ? [] : [{ outcome: 'nothing', forgotten }];
}

/** A look takes time, so whatever was read before it is read again. */
async function recordSeen(
  observation: Observation,
  recording: Recording,
  receipt: string,
  read?: Reading,
): Promise<Recorded> {
  const { register, policy, now } = recording;
  const object = refOf(observation);
  const reading = await joined(observation, recording, receipt, read);
  const id = await findExceptionOf(reading, object, await lateNews(reading, object, observation));
  const holder = await reading.load(id);
  const command = { type: 'Observe', id, observation: namedIn(observation, holder) } as const;
  return told(await execute(register, { id, receipt, command, now, policy }, reading));
}

/** An exception that was known only by its GUID gets its name from the first look. */
const namedIn = (observation: Observation, holder: Exception | undefined): Observation =>
  observation.complete && observation.renamed === undefined && holder?.name === observation.guid
    ? { ...observation, renamed: observation.name }
    : observation;

/** A look shows that a name and a GUID belong to one object, so what was known by either is about that object. */
async function joined(
  observation: Observation,
  recording: Recording,
  receipt: string,
  read: Reading | undefined,
): Promise<Reading> {
  const { guid, complete, renamed } = observation;
  const reading = read ?? (await readFor(observation, recording, receipt));
  if (guid === undefined || !complete) return reading;
  const object = { ...refOf(observation), name: renamed ?? observation.name, guid };
  const twins = await findTwins(reading, object);
  if (!twins) return reading;
  await join(recording.register, twins, object, recording);
  return readFor(observation, recording, receipt);
}

async function recordRemoval(
  observation: Observation,
  recording: Recording,
  receipt: string,
  read?: Reading,
): Promise<Recorded> {
  const reading = read ?? (await readFor(observation, recording, receipt));
  const object = refOf(observation);
  const id = await findExceptionOf(reading, object);
  return recordEnd(id, observation, recording, receipt, reading);
}

async function recordEnd(
  id: string,
  observation: Observation,
  { register, policy, now }: Recording,
  receipt: string,
  reading?: Reading,
): Promise<Recorded> {
  const command = { type: 'ObserveRemoval', observation } as const;
  return told(await execute(register, { id, receipt, command, now, policy }, reading));
}

const told = ({ outcome, exception, remembered, forgotten }: CommandOutcome): Recorded => ({
  outcome: remembered ? 'remembered' : outcome,
  ...(exception && { exception: exception.id }),
  ...(forgotten && { forgotten }),
});

/** The names and GUIDs by which to look for the object, most likely first. */
async function candidates(observation: Observation, reading: Reading): Promise<readonly TenantObject[]> {
  const { kind, change } = observation;
  const object = refOf(observation);
  const holder = await reading.find(object);
  const known = await reading.load(holder ?? createExceptionId(object));
  const guid = observation.guid ?? (known && !isMadeSince(known, observation) ? known.guid : undefined);
  const byGuid = guid === undefined ? [] : [{ kind, guid }];
  const byName = [{ kind, name: observation.renamed ?? observation.name }];
  // A new object has a GUID of its own, whatever had the name before it. A renamed object has the new name. And a name
  // that no known object has any more most likely belongs to an unknown one.
  const nameFirst =
    observation.guid === undefined &&
    (change === 'create' || observation.renamed !== undefined || holder === undefined);
  return nameFirst ? [...byName, ...byGuid] : [...byGuid, ...byName];
}

function completed(logged: Observation, looked: Look): Observation {
  if (looked.seen !== 'found') return logged;
  const { guid, name, enabled, settings } = looked.object;
  // A record may name its object by the GUID alone, or by a name the object no longer has.
  const called = logged.name.toLowerCase() === guid ? name : logged.name;
  return {
    ...logged,
    told: tellingOf(logged),
    name: called,
    ...(called === name && logged.renamed === undefined ? {} : { renamed: name }),
    guid,
    settings,
    enabled,
    complete: true,
  };
}

/**
 * The object that had the name and now has another one. An object created later than its newest change is a different
 * one. So is one that is named by a name known to have been given up: a late record would be looked up under the new name.
 */
async function lateNews(
  reading: Reading,
  object: ObjectRef,
  observation: Observation,
): Promise<(holder: Exception) => boolean> {
  const { renames } = await reading.remembered(object);
  return (holder) => renames.length === 0 && !isMadeSince(holder, observation);
}

const isMadeSince = (holder: Exception, { change, changedAt }: Observation): boolean =>
  change === 'create' && changedAt > holder.changedAt;

const refOf = ({ tenant, kind, name, guid }: Observation): ObjectRef => ({
  tenant,
  kind,
  name,
  ...(guid === undefined ? {} : { guid }),
});

const receiptOf = ({ tenant, record }: Pick<Observation, 'tenant' | 'record'>): string =>
  `audit#${tenant}#${record}`;
