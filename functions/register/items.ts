/** Converts to the items of the table and back. Everything read is checked here before it is used. */
import * as z from 'zod';
import { toCanonicalJson } from '#values/canonical-json.ts';
import { presentDeadlineOf } from '#lifecycle/due.ts';
import { parseInstant, toMillis, type Instant } from '#time/instant.ts';
import { exceptionSchema, readableVersions, schemaVersion } from './exception-schema.ts';
import {
  dangerOf,
  heartbeatKey,
  idIn,
  lastAsked,
  receiptKey,
  rememberedKey,
  riskIn,
  shardOf,
  stateKey,
  trailKey,
  trailPrefix,
  versionIn,
  withinOf,
  type Key,
} from './keys.ts';
import { rememberedSchema } from './remembered.ts';
import { timeToLive } from './table.ts';
import { readWrittenEntry } from './trail-chain.ts';
import { UnreadableEntry } from './unreadable-entry.ts';
import { UnreadableState } from '#lifecycle/unreadable-state.ts';
import { kinds } from '#kinds/registry.ts';
import { createExceptionId, type ObjectRef } from './identity.ts';
import { tryParseJson } from '#values/json.ts';
import type { Exception } from '#lifecycle/exception.ts';
import type { Holder } from './aliases.ts';
import type { Commit, Due, IndexRow, Position, TrailEntry, WrittenEntry } from './contract.ts';
import type { Remembered, RememberedChange } from './remembered.ts';

export type Item = Key & Readonly<Record<string, unknown>>;

const days = (count: number): number => count * 24 * 60 * 60;
/**
 * How long receipts are kept. Microsoft keeps records for redelivery at most seven days; five weeks also cover a month
 * of manual replays.
 */
const receiptsKeptFor = days(35);
/**
 * How long remembered records are kept, counted from the newest. Somebody who changed an object while it let nothing
 * past could otherwise wait, have somebody else open it, and approve that. After a year Microsoft has mostly
 * forgotten it too.
 */
const rememberedFor = days(400);
const clearedAfter = (at: Instant, keptFor: number): number => Math.floor(toMillis(at) / 1000) + keptFor;

/** DynamoDB's limit for one item, names of attributes included. */
const largestItem = 400 * 1024;

class ItemTooLarge extends Error {
  override readonly name = 'ItemTooLarge';
}

/** Throws `ItemTooLarge` for what DynamoDB would refuse, and says what there is too much of. */
function fitting(item: Item, what: string): Item {
  let bytes = 0;
  for (const [name, value] of Object.entries(item))
    bytes += Buffer.byteLength(name) + (typeof value === 'string' ? Buffer.byteLength(value) : 21);
  if (bytes <= largestItem) return item;
  throw new ItemTooLarge(
    `${what} takes ${Math.ceil(bytes / 1024)} KB; DynamoDB holds at most ${largestItem / 1024} KB in one item. ` +
      'Nothing was written. Its settings in Exchange are too long to be kept: shorten its lists there.',
  );
}

/** The attributes of the indexes: none for what is removed. */
function indexed(exception: Exception): Readonly<Record<string, string>> {
  const { id, state, risk, tenant, owner } = exception;
  if (state === 'removed') return {};
  const isAsked = state === 'unconfirmed' || state === 'confirmed';
  return {
    danger: dangerOf(risk, id),
    deadline:
      state === 'disabled'
        ? `off#${exception.disabledAt}`
        : isAsked
          ? presentDeadlineOf(exception)
          : lastAsked,
    ...(owner.type === 'person' && owner.slackUser !== undefined && { owner: owner.slackUser }),
    within: withinOf(tenant),
  };
}

/** What this release writes into a state, whether or not it is there at the moment. */
const ofStates = new Set([
  ...['pk', 'sk', 'schemaVersion', 'shard', 'dueAt', 'lapsesAt', 'danger', 'deadline', 'owner', 'within'],
  ...['openedAt', 'tenant', 'kind', 'stateName', 'version', 'head', 'exception'],
]);
const ofRemembered = new Set(['pk', 'sk', 'remembered', 'revision', timeToLive]);

/** Attributes that only a newer release knows. */
const unknownIn = (item: unknown, known: ReadonlySet<string>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(item ?? {}).filter(([name]) => !known.has(name)));

/**
 * The state after a commit, with what a newer release put into the item it replaces. `head` is the hash of its newest
 * trail entry. Throws `ItemTooLarge`.
 */
export function toStateItem({ id, after, dueAt, lapsesAt }: Commit, head: string, replaced?: unknown): Item {
  // Checked on the way in as well: what cannot be read again must not be written.
  const exception = exceptionSchema.parse(after);
  return fitting(
    {
      ...unknownIn(replaced, ofStates),
      ...stateKey(id),
      schemaVersion,
      shard: shardOf(id),
      ...(dueAt === undefined ? {} : { dueAt }),
      ...(lapsesAt === undefined ? {} : { lapsesAt }),
      ...indexed(exception),
      openedAt: exception.openedAt,
      tenant: exception.tenant,
      kind: exception.kind,
      stateName: exception.state,
      version: exception.version,
      head,
      exception: toCanonicalJson(exception),
    },
    `The state of exception ${id}`,
  );
}

const standSchema = z.object({ version: z.int().positive(), head: z.string() });

/**
 * The position of a state: its version, and the hash of the trail entry that made it. Throws `UnreadableState`, as
 * `exceptionFrom` does.
 */
export function positionOf(item: unknown): Position {
  const stand = standSchema.safeParse(item);
  if (stand.success) return stand.data;
  throw new UnreadableState(
    idIn(ofStateSchema.parse(item)),
    undefined,
    `unexpected ${placesIn(stand.error)}`,
  );
}
const ofStateSchema = z.object({ pk: z.string() });

/** `undefined` if it cannot be read. */
export const versionOf = (item: unknown): number | undefined => standSchema.safeParse(item).data?.version;

export const isState = (item: unknown): boolean => keySchema.safeParse(item).data?.sk === stateKey('').sk;
const keySchema = z.object({ sk: z.string() });

const stateSchema = z.object({
  pk: z.string(),
  tenant: z.string().optional(),
  schemaVersion: z.int(),
  exception: z.string(),
});

/** Why what was written as that version cannot be read. */
function otherRelease(written: number): string | undefined {
  const { oldest, newest } = readableVersions;
  return written >= oldest && written <= newest
    ? undefined
    : `${written > newest ? 'a newer' : 'an older'} release wrote it (schema version ${written}, this one reads ${oldest} to ${newest})`;
}

/** Throws `UnreadableState` if the item is not ours, is damaged, or holds what only a newer release knows. */
export function exceptionFrom(id: string, item: unknown): Exception {
  const stored = stateSchema.safeParse(item);
  if (!stored.success) throw new UnreadableState(id, undefined, `unexpected ${placesIn(stored.error)}`);
  const { tenant, schemaVersion: written, exception } = stored.data;
  const unread = otherRelease(written);
  if (unread !== undefined) throw new UnreadableState(id, tenant, unread);
  const parsed = exceptionSchema.safeParse(tryParseJson(exception));
  if (parsed.success) return parsed.data;
  throw new UnreadableState(id, tenant, `unexpected values in ${placesIn(parsed.error)}`);
}

/** Besides keys an index may hold anything, or nothing: whoever reads the state learns whether it can be read. */
const besides = z.string().optional().catch(undefined);

const dueSchema = z.object({ pk: z.string(), dueAt: z.string(), tenant: besides, lapsesAt: besides });
export function dueFrom(item: unknown): Due {
  const { pk, dueAt, tenant, lapsesAt } = dueSchema.parse(item);
  return {
    ...{ id: idIn({ pk }), dueAt: dueAt as Instant },
    ...(tenant !== undefined && { tenant }),
    ...(lapsesAt !== undefined && { lapsesAt: lapsesAt as Instant }),
  };
}

const rowSchema = z.object({
  pk: z.string(),
  danger: z.string().transform(riskIn).optional(),
  kind: besides,
  tenant: besides,
});
export function rowFrom(item: unknown): IndexRow {
  const { pk, danger: risk, kind: named, tenant } = rowSchema.parse(item);
  // If only a newer release knows it, its state says so.
  const kind = kinds.find((one) => one === named);
  return { id: idIn({ pk }), ...(risk && { risk }), ...(kind && { kind }), ...(tenant && { tenant }) };
}

const placesIn = ({ issues }: z.ZodError): string =>
  issues.map(({ path }) => path.map(String).join('.') || 'state').join(', ');

/** One trail entry; `body` is the text that was hashed. Throws `ItemTooLarge`. */
export const toTrailItem = (id: string, tenant: string, entry: WrittenEntry): Item =>
  fitting(
    {
      ...trailKey(id, entry.version),
      schemaVersion,
      exceptionId: id,
      tenant,
      version: entry.version,
      previous: entry.previous,
      hash: entry.hash,
      body: entry.body,
    },
    `Entry ${entry.version} in the trail of exception ${id}`,
  );

const writtenSchema = z.object({
  version: z.int().positive(),
  previous: z.string(),
  hash: z.string(),
  body: z.string(),
});

/** A trail item as it was written, not checked against its hash: an auditor must see what is there. */
export function writtenEntryFrom(id: string, item: unknown): WrittenEntry | UnreadableEntry {
  const written = writtenSchema.safeParse(item);
  if (written.success) return written.data;
  // Its place in the trail is in its key.
  const version = versionIn(trailKeySchema.parse(item));
  return new UnreadableEntry(id, version, `unexpected ${placesIn(written.error)}`);
}

const versionedSchema = z.object({ schemaVersion: z.int() });

/** An entry, or why it cannot be read. */
export function entryFrom(id: string, item: unknown): TrailEntry | UnreadableEntry {
  const written = writtenEntryFrom(id, item);
  if (written instanceof UnreadableEntry) return written;
  const { version } = written;
  const versioned = versionedSchema.safeParse(item);
  if (!versioned.success) return new UnreadableEntry(id, version, `unexpected ${placesIn(versioned.error)}`);
  const unread = otherRelease(versioned.data.schemaVersion);
  if (unread !== undefined) return new UnreadableEntry(id, version, unread);
  try {
    return readWrittenEntry(written);
  } catch (error) {
    const why =
      error instanceof z.ZodError ? `unexpected values in ${placesIn(error)}` : 'its text is damaged';
    return new UnreadableEntry(id, version, why);
  }
}
const trailKeySchema = z.object({ sk: z.string() });

const text = z.object({ S: z.string() }).transform(({ S }) => S);
const number = z.object({ N: z.string() }).transform(({ N }) => Number(N));
const imageSchema = z.object({
  sk: text.refine((sk) => sk.startsWith(trailPrefix), 'expected a trail entry'),
  schemaVersion: number,
  exceptionId: text,
  tenant: text,
  version: number,
  previous: text,
  hash: text,
  body: text,
});

/**
 * A trail item as the table's stream delivers it (`NewImage`, with DynamoDB's type letters). Throws for others, and for
 * what this release would misread.
 */
export function trailFromImage(image: unknown): {
  readonly exceptionId: string;
  readonly tenant: string;
  readonly entry: TrailEntry;
} {
  const { exceptionId, tenant, schemaVersion: version, ...written } = imageSchema.parse(image);
  const unread = otherRelease(version);
  if (unread !== undefined) throw new UnreadableEntry(exceptionId, written.version, unread);
  return { exceptionId, tenant, entry: readWrittenEntry(writtenSchema.parse(written)) };
}

const heartbeatSchema = z.object({ pk: z.object({ S: z.literal(heartbeatKey.pk) }), at: text });

/** When a heartbeat was written, from its `NewImage`; `undefined` for anything else. */
export const heartbeatFromImage = (image: unknown): Instant | undefined =>
  parseInstant(heartbeatSchema.safeParse(image).data?.at ?? '');

/** Says that a command was carried out; kept for as long as it may come again. */
export const toReceiptItem = (receipt: string, { id, after, events }: Commit): Item => ({
  ...toBareReceiptItem(receipt, events[0]?.at ?? after.changedAt),
  exceptionId: id,
  version: after.version,
});

export const toBareReceiptItem = (receipt: string, now: Instant): Item => ({
  ...receiptKey(receipt),
  [timeToLive]: clearedAfter(now, receiptsKeptFor),
});

const receiptSchema = z.object({ exceptionId: z.string().exactOptional() });
export function carriedOutFrom(item: unknown): { readonly exception?: string } {
  const { exceptionId } = receiptSchema.parse(item);
  return exceptionId === undefined ? {} : { exception: exceptionId };
}

export const toRememberedItem = (
  { of, revision, besides, ...kept }: RememberedChange,
  now: Instant,
): Item => ({
  ...besides,
  ...rememberedKey(of),
  remembered: toCanonicalJson(kept),
  revision: revision + 1,
  [timeToLive]: clearedAfter(now, rememberedFor),
});

const rememberedItemSchema = z.object({ remembered: z.string(), revision: z.int().positive() });
/** Throws `UnreadableState`, of the exception that the object has or would get, as `exceptionFrom` does. */
export function rememberedFrom(object: ObjectRef, item: unknown): Remembered {
  const unreadable = (error: z.ZodError) =>
    new UnreadableState(
      createExceptionId(object),
      object.tenant,
      `unexpected values in ${placesIn(error)} of what is remembered under its name`,
    );
  const stored = rememberedItemSchema.safeParse(item);
  if (!stored.success) throw unreadable(stored.error);
  const { remembered, revision } = stored.data;
  const kept = rememberedSchema.safeParse(tryParseJson(remembered));
  if (!kept.success) throw unreadable(kept.error);
  const besides = unknownIn(item, ofRemembered);
  return { ...kept.data, revision, ...(Object.keys(besides).length > 0 && { besides }) };
}

/** The condition that nothing else was stored since, with its values. */
export const unchangedRemembered = ({ revision }: Remembered) =>
  revision === 0
    ? { ConditionExpression: 'attribute_not_exists(pk)' }
    : { ConditionExpression: 'revision = :revision', ExpressionAttributeValues: { ':revision': revision } };

const livingOrGone = (holder: Holder): string => (holder.gone ? 'gone' : 'living');

export const toAliasItem = (key: Key, holder: Holder): Item => ({
  ...key,
  exceptionId: holder.id,
  ...(holder.guid === undefined ? {} : { guid: holder.guid }),
  standing: livingOrGone(holder),
});

const aliasSchema = z
  .object({ exceptionId: z.string(), guid: z.string().exactOptional(), standing: z.enum(['living', 'gone']) })
  .transform(({ exceptionId, guid, standing }) => ({
    id: exceptionId,
    ...(guid === undefined ? {} : { guid }),
    gone: standing === 'gone',
  }));
/** Throws `UnreadableState`, as `exceptionFrom` does. */
export function holderFrom(item: unknown): Holder {
  const alias = aliasSchema.safeParse(item);
  if (alias.success) return alias.data;
  const held = heldSchema.safeParse(item);
  throw new UnreadableState(
    held.data?.exceptionId ?? 'of an alias',
    undefined,
    `unexpected values in ${placesIn(alias.error)} of an alias`,
  );
}
const heldSchema = z.object({ exceptionId: z.string() });

/** The condition that an alias still is what `holder` says, with its values. */
export function unchangedHolder(holder: Holder | undefined) {
  return holder === undefined
    ? { ConditionExpression: 'attribute_not_exists(pk)' }
    : {
        ConditionExpression: 'exceptionId = :holder AND standing = :standing',
        ExpressionAttributeValues: { ':holder': holder.id, ':standing': livingOrGone(holder) },
      };
}
