/** What a register promises. `register.ts` keeps the promise on DynamoDB, `in-memory-register.ts` in this process. */
import type { Event } from '#lifecycle/events.ts';
import type { Exception } from '#lifecycle/exception.ts';
import type { Kind } from '#kinds/registry.ts';
import type { Risk } from '#risk/finding.ts';
import type { Instant } from '#time/instant.ts';
import type { ObjectRef } from './identity.ts';
import type { UnreadableEntry } from './unreadable-entry.ts';
import type { UnreadableState } from '#lifecycle/unreadable-state.ts';
import type { Remembered, RememberedChange } from './remembered.ts';

/** One step of an exception's life. `hash` covers the entry and, through `previous`, every entry before it. */
export type TrailEntry = Event & {
  /** 1 for the first; the exception's version once this event had happened. */
  readonly version: number;
  readonly hash: string;
  readonly previous: string;
};

/** A trail entry as the bytes that were hashed when it was written: what an auditor checks. */
export interface WrittenEntry {
  readonly version: number;
  readonly hash: string;
  readonly previous: string;
  readonly body: string;
}

/** Everything one command caused. It is written whole or not at all. */
export interface Commit {
  readonly id: string;
  /** The id the command brought from outside; a second commit with it changes nothing. */
  readonly receipt: string;
  /** The state on which the events were decided; `undefined` opens the exception. */
  readonly before: Exception | undefined;
  /** At least one, oldest first. */
  readonly events: readonly Event[];
  readonly after: Exception;
  /** When time alone will next change something; absent where it never will. */
  readonly dueAt: Instant | undefined;
  /** From when on silence ends it; absent where it does not. */
  readonly lapsesAt?: Instant;
  /** What was remembered of the object when the events were decided, as it is to be kept afterwards. */
  readonly remembered?: readonly RememberedChange[];
  /** Receipts of the remembered records that stand in the events. */
  readonly placed?: readonly string[];
}

/**
 * - `committed`: written.
 * - `duplicate`: a commit with this receipt was written before, perhaps this one, its answer lost on the way.
 * - `conflict`: something else was written since `before` was read: load, decide and commit again.
 */
export type CommitResult = 'committed' | 'duplicate' | 'conflict';

/** What a command is going to ask the table. */
export interface Wanted {
  readonly receipt?: string;
  /** Exceptions. */
  readonly ids?: readonly string[];
  /** Objects whose exceptions are to be found. */
  readonly objects?: readonly ObjectRef[];
  /** Names of which it matters what is kept under them. */
  readonly names?: readonly ObjectRef[];
}

/** An exception and all that happened to it, oldest first. */
export interface Life {
  readonly exception: Exception | undefined;
  readonly trail: readonly TrailEntry[];
}

/**
 * What was read for one command, each item once; what was not asked for in advance is read when it is asked for. It
 * grows old: whatever is decided on it is written under the condition that nothing of it has changed.
 */
export interface Reading extends Pick<Register, 'load' | 'find' | 'remembered' | 'carriedOut'> {
  /** As it stands now, and `load` says the same from then on. Throws where the trail is not whole. */
  life(id: string): Promise<Life>;
}

export interface Due {
  readonly id: string;
  readonly dueAt: Instant;
  readonly tenant: string;
  /** From when on silence ends it, by what was so when it was last written; absent where it does not. */
  readonly lapsesAt?: Instant;
}

export type Which =
  /** By deadline; what has none comes last, and what is switched off not at all. */
  | { readonly by: 'urgency' }
  /** The most dangerous first, and of those by deadline. */
  | { readonly by: 'danger' }
  /** Of one owner, by Slack user; by deadline. */
  | { readonly owner: string }
  | { readonly tenant: string; readonly kind?: Kind };

/** What an index tells of an exception: enough to leave it out without reading it. */
export interface Row {
  readonly id: string;
  readonly risk?: Risk;
  readonly kind?: Kind;
  readonly tenant?: string;
}

export interface Register {
  /** All that is wanted, in one request. */
  reading(wanted: Wanted): Promise<Reading>;
  /** The exception as last committed. Throws `UnreadableState` where this release cannot read it. */
  load(id: string): Promise<Exception | undefined>;
  /**
   * The exception of an object, by its GUID, else by its name. A name whose holder is known by another GUID and
   * still lives is somebody else's: then `undefined`.
   */
  find(object: ObjectRef): Promise<string | undefined>;
  /** What is kept of an object under a name that has no exception. */
  remembered(object: ObjectRef): Promise<Remembered>;
  /** All of it or nothing. `conflict`: something else was kept since it was read. */
  remember(changes: readonly RememberedChange[], now: Instant): Promise<'remembered' | 'conflict'>;
  /** Whether what brought this receipt was carried out, and on which exception. */
  carriedOut(receipt: string): Promise<{ readonly exception?: string } | undefined>;
  /** Of what is carried out in several commits, or in none: a receipt of its own. */
  putReceipt(receipt: string, now: Instant): Promise<void>;
  /** `reading`: what it was decided on. What that holds is not read again. */
  commit(commit: Commit, reading?: Reading): Promise<CommitResult>;
  /**
   * What is due, earliest first within a shard. Read from an index that lags a moment behind: load before
   * acting, and count on the next sweep for what is missing.
   */
  due(now: Instant): AsyncIterable<Due>;
  /** The earliest moment at which something is due, by the same index. */
  firstDue(): Promise<Instant | undefined>;
  /**
   * Every exception, in no particular order. Which ones there are comes from an index that lags a moment. One that
   * cannot be read stops nothing: `unreadable` hears of it, and the others come. Where nobody listens, it is thrown
   * after the last of the others.
   */
  list(unreadable?: (one: UnreadableState) => unknown): AsyncIterable<Exception>;
  /**
   * Those that are not removed, in order where there is one, as many as are taken. They come from an index that lags a
   * moment: what is so, `states` tells.
   */
  rows(which: Which): AsyncIterable<Row>;
  /** Each as it stands now, in one request for a hundred; why, where it cannot be read. */
  states(ids: readonly string[]): Promise<readonly (Exception | UnreadableState | undefined)[]>;
  /** How many of a tenant are confirmed, by an index that lags a moment. */
  confirmedIn(tenant: string): Promise<number>;
  /**
   * What happened to an exception, oldest first; empty for one that does not exist. Of an entry that cannot be read
   * `unreadable` hears, and the others come. Where nobody listens, it is thrown after the last of the others.
   */
  trail(id: string, unreadable?: (one: UnreadableEntry) => unknown): AsyncIterable<TrailEntry>;
  /** The same, as written: for `verify` in `trail-chain.ts`. */
  trailAsWritten(id: string): AsyncIterable<WrittenEntry>;
}
