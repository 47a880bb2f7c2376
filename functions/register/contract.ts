/** What a register promises. `register.ts` implements it on DynamoDB, `in-memory-register.ts` in this process. */
import type { Event } from '#lifecycle/events.ts';
import type { Exception } from '#lifecycle/exception.ts';
import type { Kind } from '#kinds/registry.ts';
import type { Risk } from '#risk/finding.ts';
import type { Instant } from '#time/instant.ts';
import type { ObjectRef } from './identity.ts';
import type { UnreadableEntry } from './unreadable-entry.ts';
import type { UnreadableState } from '#lifecycle/unreadable-state.ts';
import type { Remembered, RememberedChange } from './remembered.ts';
import type { RetryTiming } from './retry-timing.ts';

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

/** Everything one command caused. It is written in full or not at all. */
export interface Commit {
  readonly id: string;
  /** The id the command brought from outside; a second commit with it changes nothing. */
  readonly receipt: string;
  /** The state on which the events were decided; `undefined` opens the exception. */
  readonly before: Exception | undefined;
  /** At least one, oldest first. */
  readonly events: readonly Event[];
  readonly after: Exception;
  /** When time alone will next change something; absent if it never will. */
  readonly dueAt: Instant | undefined;
  /** When silence ends it; absent if it does not. */
  readonly lapsesAt?: Instant;
  /** What was remembered about the object when the events were decided, as it is to be kept afterwards. */
  readonly remembered?: readonly RememberedChange[];
  /** Receipts of the remembered records that the events include. */
  readonly placed?: readonly string[];
}

/**
 * - `committed`: written.
 * - `duplicate`: a commit with this receipt was written before, perhaps this one, its answer lost on the way.
 * - `conflict`: something else was written since `before` was read: load, decide and commit again.
 */
export type CommitResult = 'committed' | 'duplicate' | 'conflict';

/** What a command will need from the table. */
export interface Wanted {
  readonly receipt?: string;
  readonly receipts?: readonly string[];
  /** Exceptions. */
  readonly ids?: readonly string[];
  /** Exceptions with their trails. */
  readonly lives?: readonly string[];
  /** Objects whose exceptions are to be found. */
  readonly objects?: readonly ObjectRef[];
  /** Names under which records may be remembered. */
  readonly names?: readonly ObjectRef[];
}

/** An exception and all that happened to it, oldest first. */
export interface ExceptionWithTrail {
  readonly exception: Exception | undefined;
  readonly trail: readonly TrailEntry[];
}

export interface Position {
  readonly version: number;
  readonly head: string;
}

export interface History {
  readonly exception: Exception | undefined;
  /** Oldest first. Throws an entry that is unreadable. */
  readonly trail: () => readonly TrailEntry[];
}

/**
 * What was read for one command, each item once; anything not requested in advance is read on demand. It gets stale:
 * whatever is decided on it is written on condition that none of it has changed.
 */
export interface Reading extends Pick<
  Register,
  'load' | 'find' | 'remembered' | 'carriedOut' | 'carriedOutAmong'
> {
  /** As it is now, and `load` returns the same from then on. Throws if the trail has a hole. */
  life(id: string): Promise<ExceptionWithTrail>;
}

export interface Due {
  readonly id: string;
  readonly dueAt: Instant;
  /** Absent if the index does not say. */
  readonly tenant?: string;
  /** When silence ends it, as of the last write; absent if it does not. */
  readonly lapsesAt?: Instant;
}

export type Which =
  /**
   * By urgency: by deadline; those without one come last, and those switched off are left out. By danger: the most
   * dangerous first, and of those by deadline.
   */
  | { readonly by: 'danger' }
  /** `risks`: only those. */
  | { readonly by: 'urgency'; readonly risks?: readonly Risk[] }
  /** Of one owner, by Slack user; by deadline. By urgency, those switched off are left out here too. */
  | { readonly owner: string; readonly by?: 'urgency' }
  | { readonly tenant: string; readonly kind?: Kind }
  /** Of one tenant, those that are asked about. */
  | { readonly tenant: string; readonly state: 'unconfirmed' | 'confirmed' };

/** What an index holds about an exception: enough to skip it without reading it. */
export interface IndexRow {
  readonly id: string;
  readonly risk?: Risk;
  readonly kind?: Kind;
  readonly tenant?: string;
}

export interface Register {
  /** How those who lost a race wait before they try again; by the real clock, unless given. */
  readonly timing?: RetryTiming;
  /** Everything wanted, in one request. */
  reading(wanted: Wanted): Promise<Reading>;
  /** The exception as last committed. Throws `UnreadableState` where this release cannot read it. */
  load(id: string): Promise<Exception | undefined>;
  /** Its version, and the hash of the trail entry that made it. */
  position(id: string): Promise<Position | undefined>;
  /** State and trail in one request, for whoever tells of it: a hole in the trail goes unnoticed. */
  history(id: string): Promise<History>;
  /**
   * The exception of an object, by its GUID, otherwise by its name. `undefined` if the name's holder is known by
   * another GUID and still exists: then it is another object's.
   */
  find(object: ObjectRef): Promise<string | undefined>;
  /** What is remembered under the name of an object without an exception. */
  remembered(object: ObjectRef): Promise<Remembered>;
  /** All of it or nothing. `conflict`: something else was stored since it was read. */
  remember(changes: readonly RememberedChange[], now: Instant): Promise<'remembered' | 'conflict'>;
  /** Whether the command with this receipt was carried out, and on which exception. */
  carriedOut(receipt: string): Promise<{ readonly exception?: string } | undefined>;
  /** Those of the receipts whose commands were carried out, in one request for a hundred. */
  carriedOutAmong(receipts: readonly string[]): Promise<ReadonlySet<string>>;
  /** For what is carried out in several commits, or in none: a receipt of its own. */
  putReceipt(receipt: string, now: Instant): Promise<void>;
  /** `reading`: what it was decided on. Nothing in it is read again. */
  commit(commit: Commit, reading?: Reading): Promise<CommitResult>;
  /**
   * What is due, earliest first within a shard. Read from an index that lags a moment behind: load before acting, and
   * leave what is missing to the next sweep.
   */
  due(now: Instant): AsyncIterable<Due>;
  /** The earliest moment at which something is due, by the same index. */
  firstDue(): Promise<Instant | undefined>;
  /**
   * Every exception, in no particular order. The list comes from an index that lags a moment. An unreadable exception
   * stops nothing: it is passed to `unreadable`, and the others follow. Without that, it is thrown after the last of
   * the others.
   */
  list(unreadable?: (one: UnreadableState) => unknown): AsyncIterable<Exception>;
  /**
   * Those that are not removed, in the order asked for, as many as are consumed. They come from an index that lags a
   * moment: `states` says how they are now.
   */
  rows(which: Which): AsyncIterable<IndexRow>;
  /** Each as it is now, a hundred in one request; or why it cannot be read. */
  states(ids: readonly string[]): Promise<readonly (Exception | UnreadableState | undefined)[]>;
  /**
   * What happened to an exception, oldest first; empty for one that does not exist. An unreadable entry is passed to
   * `unreadable`, and the others follow. Without that, it is thrown after the last of the others.
   */
  trail(id: string, unreadable?: (one: UnreadableEntry) => unknown): AsyncIterable<TrailEntry>;
  /** The same, as written, to be checked; throws the first entry that is unreadable. */
  trailAsWritten(id: string): AsyncIterable<WrittenEntry>;
}
