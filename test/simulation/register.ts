/** The register and the notes beside it as one worker has them: each call crosses the boundary. */
import type { Register, Reading, Wanted, Commit, CommitResult } from '#register/contract.ts';
import type { VersionedValues } from '#register/versioned-values.ts';
import { Failed, type Boundary, type Worker } from './boundary.ts';
import type { Chance } from './chance.ts';

/** As the SDK throws it. */
class Unanswered extends Error {
  override readonly name = 'TimeoutError';
}

const asTable = async <T>(work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    throw error instanceof Failed ? new Unanswered('the table did not answer') : error;
  }
};

export function registerFor(
  worker: Worker,
  inner: Register,
  {
    boundary,
    chance,
    committed,
  }: {
    readonly boundary: Boundary;
    readonly chance: Chance;
    readonly committed: (worker: Worker, commit: Commit, result: CommitResult) => Promise<void>;
  },
): Register {
  const call = <T>(what: string, effect: () => T | Promise<T>): Promise<T> =>
    asTable(() => boundary.call(worker, 'register', what, effect));
  async function* each<T>(what: string, all: () => AsyncIterable<T>): AsyncGenerator<T, void> {
    yield* await call(what, () => Array.fromAsync(all()));
  }
  let waits = 0;
  return {
    timing: {
      random: () => chance.of(`${worker.id} race ${String((waits += 1))}`),
      wait: (ms) => boundary.sleep(worker, ms),
    },
    reading: (wanted) => call('reading', () => readAtOnce(inner, wanted)),
    load: (id) => call('load', () => inner.load(id)),
    position: (id) => call('position', () => inner.position(id)),
    history: (id) => call('history', () => inner.history(id)),
    find: (object) => call('find', () => inner.find(object)),
    remembered: (object) => call('remembered', () => inner.remembered(object)),
    remember: (changes, now) => call('remember', () => inner.remember(changes, now)),
    carriedOut: (receipt) => call('carriedOut', () => inner.carriedOut(receipt)),
    carriedOutAmong: (receipts) => call('carriedOutAmong', () => inner.carriedOutAmong(receipts)),
    putReceipt: (receipt, now) => call('putReceipt', () => inner.putReceipt(receipt, now)),
    commit: (commit) =>
      call('commit', async () => {
        const result = await inner.commit(commit);
        await committed(worker, commit, result);
        return result;
      }),
    due: (now) => each('due', () => inner.due(now)),
    firstDue: () => call('firstDue', () => inner.firstDue()),
    list: (unreadable) => each('list', () => inner.list(unreadable)),
    rows: (which) => each('rows', () => inner.rows(which)),
    states: (ids) => call('states', () => inner.states(ids)),
    trail: (id, unreadable) => each('trail', () => inner.trail(id, unreadable)),
    trailAsWritten: (id) => each('trailAsWritten', () => inner.trailAsWritten(id)),
  };
}

/** What was wanted stays as it was read; anything else is read when it is asked for, as from the table. */
async function readAtOnce(inner: Register, wanted: Wanted): Promise<Reading> {
  const { receipt, receipts = [], ids = [], lives = [], objects = [], names = [] } = wanted;
  const live = await inner.reading(wanted);
  const all = [...receipts, ...(receipt === undefined ? [] : [receipt])];
  const kept = new Map<string, unknown>();
  for (const id of [...ids, ...lives]) kept.set(`load ${id}`, await live.load(id));
  for (const id of lives) kept.set(`life ${id}`, await live.life(id));
  for (const object of objects) kept.set(`find ${JSON.stringify(object)}`, await live.find(object));
  for (const name of names) kept.set(`remembered ${JSON.stringify(name)}`, await live.remembered(name));
  for (const one of all) kept.set(`carriedOut ${one}`, await live.carriedOut(one));
  const once = async <T>(key: string, read: () => Promise<T>): Promise<T> => {
    if (!kept.has(key)) kept.set(key, await read());
    return kept.get(key) as T;
  };
  return {
    load: (id) => once(`load ${id}`, () => live.load(id)),
    async life(id) {
      const life = await once(`life ${id}`, () => live.life(id));
      kept.set(`load ${id}`, life.exception);
      return life;
    },
    find: (object) => once(`find ${JSON.stringify(object)}`, () => live.find(object)),
    remembered: (object) => once(`remembered ${JSON.stringify(object)}`, () => live.remembered(object)),
    carriedOut: (one) => once(`carriedOut ${one}`, () => live.carriedOut(one)),
    carriedOutAmong: (some) => live.carriedOutAmong(some),
  };
}

export function valuesFor(
  worker: Worker,
  inner: VersionedValues,
  boundary: Boundary,
  read: (worker: Worker, name: string, value: unknown) => void,
): VersionedValues {
  const call = <T>(what: string, effect: () => Promise<T>): Promise<T> =>
    asTable(() => boundary.call(worker, 'register', what, effect));
  return {
    read: (name) =>
      call('note read', async () => {
        const found = await inner.read(name);
        read(worker, name, found?.value);
        return found;
      }),
    write: (name, value, revision, until) =>
      call('note written', () => inner.write(name, value, revision, until)),
  };
}
