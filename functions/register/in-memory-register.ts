/** A register in this process, for tests and for looking at a log without a table. It keeps the same promises. */
import { moveAliases, isOtherObject, type Holder } from './aliases.ts';
import { checkCommit } from './commit.ts';
import {
  carriedOutFrom,
  dueFrom,
  exceptionFrom,
  positionOf,
  toReceiptItem,
  toBareReceiptItem,
  rememberedFrom,
  toRememberedItem,
  rowFrom,
  toStateItem,
} from './items.ts';
import {
  dangers,
  guidAlias,
  lastAsked,
  nameAlias,
  receiptKey,
  rememberedKey,
  withinOf,
  type Key,
} from './keys.ts';
import { nothingRemembered, type Remembered, type RememberedChange } from './remembered.ts';
import { tableIndexes } from './table.ts';
import { beginning, chainEvents, readWrittenEntry } from './trail-chain.ts';
import { risks, type Risk } from '#risk/finding.ts';
import type { Exception } from '#lifecycle/exception.ts';
import type { Instant } from '#time/instant.ts';
import type { Due, Reading, Register, TrailEntry, Which, WrittenEntry } from './contract.ts';
import type { Item } from './items.ts';

export interface InMemoryRegister extends Register {
  /** What is remembered about objects without an exception. */
  readonly waiting: () => readonly Remembered[];
}

interface Trail {
  readonly written: readonly WrittenEntry[];
  readonly entries: readonly TrailEntry[];
}

export function createInMemoryRegister(): InMemoryRegister {
  // As a table would return it: parsed once, when it is written.
  const states = new Map<
    string,
    { readonly exception: Exception; readonly item: Item; readonly due?: Due }
  >();
  const trails = new Map<string, Trail>();
  const receipts = new Map<string, Item>();
  const aliases = new Map<string, Holder>();
  const memory = new Map<string, Remembered>();

  const holder = ({ pk }: Key): Holder | undefined => aliases.get(pk);
  const isNewest = ({ of, revision }: RememberedChange): boolean =>
    (memory.get(rememberedKey(of).pk)?.revision ?? 0) === revision;
  const keep = (changes: readonly RememberedChange[], now: Instant): void => {
    for (const change of changes)
      memory.set(rememberedKey(change.of).pk, rememberedFrom(change.of, toRememberedItem(change, now)));
  };
  const byDueAt = () =>
    [...states.values()].flatMap(({ due }) => due ?? []).sort((a, b) => (a.dueAt < b.dueAt ? -1 : 1));
  /** The entries of an index, in its order. */
  const indexed = (index: keyof typeof tableIndexes) => {
    const { partition, sort } = tableIndexes[index];
    return [...states.values()]
      .map(({ item }) => item)
      .filter((item) => item[partition] !== undefined)
      .sort((a, b) => (String(a[sort]) < String(b[sort]) ? -1 : 1));
  };
  function found(which: Which): readonly Item[] {
    const isAsked = ({ deadline }: Item): boolean => String(deadline) <= lastAsked;
    if ('owner' in which)
      return indexed('owned').filter(
        (item) => item['owner'] === which.owner && (which.by === undefined || isAsked(item)),
      );
    if ('state' in which)
      return indexed('state').filter(
        ({ within, stateName }) => within === withinOf(which.tenant) && stateName === which.state,
      );
    if ('tenant' in which)
      return indexed('tenant').filter(
        ({ within, kind }) => within === withinOf(which.tenant) && (which.kind ?? kind) === kind,
      );
    const open = indexed('open');
    const isOf =
      (risk: Risk) =>
      ({ danger }: Item): boolean =>
        dangers(risk).includes(String(danger));
    return which.by === 'urgency'
      ? open.filter((item) => isAsked(item) && (which.risks ?? risks).some((risk) => isOf(risk)(item)))
      : risks.toReversed().flatMap((risk) => open.filter(isOf(risk)));
  }

  // Nothing below awaits between reading and writing, so every call is atomic, like a transaction.
  const reading: Reading = {
    load: async (id) => Promise.resolve(states.get(id)?.exception),
    find: async (object) => {
      const byGuid = object.guid !== undefined && holder(guidAlias({ ...object, guid: object.guid }));
      if (byGuid) return Promise.resolve(byGuid.id);
      const byName = holder(nameAlias(object));
      return Promise.resolve(byName && !isOtherObject(byName, object) ? byName.id : undefined);
    },
    remembered: async (object) => Promise.resolve(memory.get(rememberedKey(object).pk) ?? nothingRemembered),
    carriedOut: async (receipt) => {
      const item = receipts.get(receiptKey(receipt).pk);
      return Promise.resolve(item && carriedOutFrom(item));
    },
    carriedOutAmong: async (some) =>
      Promise.resolve(new Set(some.filter((receipt) => receipts.has(receiptKey(receipt).pk)))),
    life: async (id) =>
      Promise.resolve({ exception: states.get(id)?.exception, trail: trails.get(id)?.entries ?? [] }),
  };
  return {
    ...reading,
    reading: async () => Promise.resolve(reading),
    position: async (id) => {
      const stored = states.get(id);
      return Promise.resolve(stored && positionOf(stored.item));
    },
    history: async (id) => {
      const { exception, trail } = await reading.life(id);
      return { exception, trail: () => trail };
    },
    remember: async (changes, now) => {
      if (!changes.every(isNewest)) return Promise.resolve('conflict');
      keep(changes, now);
      return Promise.resolve('remembered');
    },
    putReceipt: async (receipt, now) => {
      receipts.set(receiptKey(receipt).pk, toBareReceiptItem(receipt, now));
      return Promise.resolve();
    },
    commit: async (commit) => {
      const { id, receipt, before, events, after, placed = [], remembered = [] } = checkCommit(commit);
      if (receipts.has(receiptKey(receipt).pk)) return Promise.resolve('duplicate');
      const trail = trails.get(id) ?? { written: [], entries: [] };
      const changes = moveAliases(before, after, holder);
      const isStale =
        trail.written.length !== (before?.version ?? 0) ||
        placed.some((one) => receipts.has(receiptKey(one).pk)) ||
        !remembered.every(isNewest);
      if (isStale || changes === 'conflict') return Promise.resolve('conflict');

      const head = trail.written.at(-1)?.hash ?? beginning;
      const added = chainEvents(id, trail.written.length, head, events);
      const item = toStateItem(commit, added.at(-1)?.hash ?? head);
      const due = item['dueAt'] === undefined ? {} : { due: dueFrom(item) };
      states.set(id, { exception: exceptionFrom(id, item), item, ...due });
      trails.set(id, {
        written: [...trail.written, ...added],
        entries: [...trail.entries, ...added.map(readWrittenEntry)],
      });
      for (const one of [receipt, ...placed]) receipts.set(receiptKey(one).pk, toReceiptItem(one, commit));
      keep(remembered, events[0]?.at ?? after.changedAt);
      for (const { key, to } of changes) {
        if (to) aliases.set(key.pk, to);
        else aliases.delete(key.pk);
      }
      return Promise.resolve('committed');
    },
    due: async function* (now) {
      await Promise.resolve();
      for (const due of byDueAt()) if (due.dueAt <= now) yield due;
    },
    firstDue: async () => Promise.resolve(byDueAt()[0]?.dueAt),
    list: async function* () {
      await Promise.resolve();
      for (const { exception } of [...states.values()]) yield exception;
    },
    rows: async function* (which) {
      await Promise.resolve();
      yield* found(which).map(rowFrom);
    },
    states: async (ids) => Promise.resolve(ids.map((id) => states.get(id)?.exception)),
    trail: async function* (id) {
      await Promise.resolve();
      yield* trails.get(id)?.entries ?? [];
    },
    trailAsWritten: async function* (id) {
      await Promise.resolve();
      yield* trails.get(id)?.written ?? [];
    },
    waiting: () => [...memory.values()],
  };
}
