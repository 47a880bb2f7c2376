/** What one command reads from the table: see `Reading`. */
import { isOtherObject } from './aliases.ts';
import * as items from './items.ts';
import * as keys from './keys.ts';
import { nothingRemembered } from './remembered.ts';
import { UnreadableEntry } from './unreadable-entry.ts';
import type { History, Reading, TrailEntry, Wanted } from './contract.ts';
import type { Key } from './keys.ts';
import type { ReadItems } from './read-items.ts';

/** State and trail of an exception as stored in the table, in that order. */
export type Partition = (id: string) => Promise<readonly unknown[]>;

export const keysOf = ({
  receipt,
  receipts = [],
  ids = [],
  lives = [],
  objects = [],
  names = [],
}: Wanted): readonly Key[] => [
  ...(receipt === undefined ? [] : [keys.receiptKey(receipt)]),
  ...receipts.map(keys.receiptKey),
  ...[...ids, ...lives].map(keys.stateKey),
  ...objects.flatMap((object) => [
    keys.nameAlias(object),
    ...(object.guid === undefined ? [] : [keys.guidAlias({ ...object, guid: object.guid })]),
  ]),
  ...names.map(keys.rememberedKey),
];

/** A longer trail is read by itself, in one query. */
const mostEntries = 20;

/** The trails of those whose states were read: the version of a state tells how long its trail is. */
export async function gatherTrails(read: ReadItems, lives: readonly string[]): Promise<ReadonlySet<string>> {
  const wanted = new Map<string, readonly Key[]>();
  for (const id of lives) {
    const state = await read.get(keys.stateKey(id));
    // What cannot be read fails alone, where it is asked for.
    const version = state === undefined ? 0 : items.versionOf(state);
    if (version !== undefined && version <= mostEntries) wanted.set(id, trailKeys(id, version));
  }
  await read.gather([...wanted.values()].flat());
  return new Set(wanted.keys());
}

const trailKeys = (id: string, version: number): readonly Key[] =>
  Array.from({ length: version }, (_, index) => keys.trailKey(id, index + 1));

/** `gathered`: of which exceptions the trail was read as well. */
export function createReading(
  read: ReadItems,
  partition: Partition,
  gathered: ReadonlySet<string> = new Set(),
): Reading {
  async function load(id: string) {
    const item = await read.get(keys.stateKey(id));
    return item === undefined ? undefined : items.exceptionFrom(id, item);
  }
  return {
    load,

    async find(object) {
      await read.gather(keysOf({ objects: [object] }));
      const byGuid =
        object.guid !== undefined && (await read.get(keys.guidAlias({ ...object, guid: object.guid })));
      if (byGuid) return items.holderFrom(byGuid).id;
      const byName = await read.get(keys.nameAlias(object));
      if (!byName) return undefined;
      const holder = items.holderFrom(byName);
      return isOtherObject(holder, object) ? undefined : holder.id;
    },

    async remembered(object) {
      const item = await read.get(keys.rememberedKey(object));
      return item === undefined ? nothingRemembered : items.rememberedFrom(object, item);
    },

    async carriedOut(receipt) {
      const item = await read.get(keys.receiptKey(receipt));
      return item === undefined ? undefined : items.carriedOutFrom(item);
    },

    async carriedOutAmong(receipts) {
      await read.gather(receipts.map(keys.receiptKey));
      const found = new Set<string>();
      for (const receipt of receipts)
        if ((await read.get(keys.receiptKey(receipt))) !== undefined) found.add(receipt);
      return found;
    },

    async life(id) {
      const { state, trail } = (gathered.has(id) ? await alreadyRead(id) : undefined) ?? (await whole(id));
      read.put(keys.stateKey(id), state);
      return { exception: await load(id), trail };
    },
  };

  async function alreadyRead(id: string) {
    const state = await read.get(keys.stateKey(id));
    if (state === undefined) return { state, trail: [] };
    const { version, head } = items.positionOf(state);
    const found = await Promise.all(trailKeys(id, version).map((key) => read.get(key)));
    // Written between the two requests, or a hole: read in one request, it shows which.
    if (found.some((item) => item === undefined)) return undefined;
    const trail = found.map((item) => known(id, item));
    return trail.at(-1)?.hash === head ? { state, trail } : undefined;
  }

  /** Entries are read page by page while others write: if the newest is missing, it is looked for once more. */
  async function whole(id: string) {
    for (let again = true; ; again = false) {
      const found = await partition(id);
      const state = found.find(items.isState);
      const trail = found.filter((item) => item !== state).map((item) => known(id, item));
      if (state === undefined) return { state, trail };
      const { version, head } = items.positionOf(state);
      if (trail.some(({ hash }) => hash === head)) return { state, trail };
      if (!again) throw new UnreadableEntry(id, version, 'it is missing');
    }
  }
}

/** What `history` promises, of a partition. */
export function historyIn(id: string, partition: readonly unknown[]): History {
  const state = partition.find(items.isState);
  return {
    exception: state === undefined ? undefined : items.exceptionFrom(id, state),
    trail: () => partition.filter((item) => item !== state).map((item) => known(id, item)),
  };
}

/** Nothing is decided on half a trail. */
function known(id: string, item: unknown): TrailEntry {
  const entry = items.entryFrom(id, item);
  if (entry instanceof UnreadableEntry) throw entry;
  return entry;
}
