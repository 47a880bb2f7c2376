/** A register in this process, for tests and for looking at a log without a table. It keeps the same promises. */
import { moveAliases, otherObject, type Holder } from './aliases.ts';
import { checked } from './commit.ts';
import {
  carriedOutFrom,
  exceptionFrom,
  receiptItem,
  bareReceiptItem,
  rememberedFrom,
  rememberedItem,
  stateItem,
} from './items.ts';
import { guidAlias, nameAlias, receiptKey, rememberedKey, type Key } from './keys.ts';
import { nothingRemembered, type RememberedChange } from './remembered.ts';
import { beginning, chained, entryOf } from './trail-chain.ts';
import type { Instant } from '#domain/instant.ts';
import type { Register, WrittenEntry } from './contract.ts';
import type { Item } from './items.ts';

export function createInMemoryRegister(): Register {
  const states = new Map<string, Item>();
  const trails = new Map<string, readonly WrittenEntry[]>();
  const receipts = new Map<string, Item>();
  const aliases = new Map<string, Holder>();
  const memory = new Map<string, Item>();

  const holder = ({ pk }: Key): Holder | undefined => aliases.get(pk);
  const dueAt = (item: Item): Instant | undefined => item['dueAt'] as Instant | undefined;
  const isNewest = ({ of, revision }: RememberedChange): boolean =>
    (memory.get(rememberedKey(of).pk)?.['revision'] ?? 0) === revision;
  const keep = (changes: readonly RememberedChange[], now: Instant): void => {
    for (const change of changes) memory.set(rememberedKey(change.of).pk, rememberedItem(change, now));
  };
  const byDueAt = () =>
    [...states.entries()]
      .flatMap(([id, item]) => {
        const at = dueAt(item);
        return at === undefined ? [] : [{ id, at }];
      })
      .sort((a, b) => (a.at < b.at ? -1 : 1));

  // Nothing below waits between reading and writing, so every call happens at once, like a transaction.
  return {
    load: async (id) => {
      const item = states.get(id);
      return Promise.resolve(item && exceptionFrom(id, item));
    },
    find: async (object) => {
      const byGuid = object.guid !== undefined && holder(guidAlias({ ...object, guid: object.guid }));
      if (byGuid) return Promise.resolve(byGuid.id);
      const byName = holder(nameAlias(object));
      return Promise.resolve(byName && !otherObject(byName, object) ? byName.id : undefined);
    },
    remembered: async (object) => {
      const item = memory.get(rememberedKey(object).pk);
      return Promise.resolve(item ? rememberedFrom(item) : nothingRemembered);
    },
    remember: async (changes, now) => {
      if (!changes.every(isNewest)) return Promise.resolve('conflict');
      keep(changes, now);
      return Promise.resolve('remembered');
    },
    carriedOut: async (receipt) => {
      const item = receipts.get(receiptKey(receipt).pk);
      return Promise.resolve(item && carriedOutFrom(item));
    },
    putReceipt: async (receipt, now) => {
      receipts.set(receiptKey(receipt).pk, bareReceiptItem(receipt, now));
      return Promise.resolve();
    },
    commit: async (commit) => {
      const { id, receipt, before, events, after, placed = [], remembered = [] } = checked(commit);
      if (receipts.has(receiptKey(receipt).pk)) return Promise.resolve('duplicate');
      const trail = trails.get(id) ?? [];
      const changes = moveAliases(before, after, holder);
      const isStale =
        trail.length !== (before?.version ?? 0) ||
        placed.some((one) => receipts.has(receiptKey(one).pk)) ||
        !remembered.every(isNewest);
      if (isStale || changes === 'conflict') return Promise.resolve('conflict');

      const added = chained(id, trail.length, trail.at(-1)?.hash ?? beginning, events);
      states.set(id, stateItem(commit, added.at(-1)?.hash ?? beginning));
      trails.set(id, [...trail, ...added]);
      for (const one of [receipt, ...placed]) receipts.set(receiptKey(one).pk, receiptItem(one, commit));
      keep(remembered, events[0]?.at ?? after.changedAt);
      for (const { key, to } of changes) {
        if (to) aliases.set(key.pk, to);
        else aliases.delete(key.pk);
      }
      return Promise.resolve('committed');
    },
    due: async function* (now) {
      await Promise.resolve();
      for (const { id, at } of byDueAt()) if (at <= now) yield id;
    },
    firstDue: async () => Promise.resolve(byDueAt()[0]?.at),
    list: async function* () {
      await Promise.resolve();
      for (const [id, item] of [...states]) yield exceptionFrom(id, item);
    },
    trail: async function* (id) {
      await Promise.resolve();
      for (const entry of trails.get(id) ?? []) yield entryOf(entry);
    },
    trailAsWritten: async function* (id) {
      await Promise.resolve();
      yield* trails.get(id) ?? [];
    },
  };
}
