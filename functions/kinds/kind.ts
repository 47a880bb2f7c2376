/**
 * Everything that tells one kind of exception from another. Each kind is one record of this type, in a file or folder
 * of its own; `registry.ts` lists them, and nothing else in Lapse asks which kind it has before it. All of it is pure:
 * what Exchange is asked is data, and what it answered comes in as arguments. How to add one: docs/adding-a-kind.md.
 */
import type { Evidence } from '#risk/evidence.ts';
import type { Measure } from '#risk/breadth.ts';
import type { Assessable, Rows } from '#risk/finding-row.ts';
import type { Settings } from '#risk/settings.ts';
import type { Instant } from '#time/instant.ts';
import type { Answered, Call, ExchangeObject } from './call.ts';
import type { Operation, Operations } from './operation.ts';
import type { EntriesTold, Passed } from './read-change.ts';
import type { Traces } from './traces.ts';

export type KindOfException = ObjectKind | EntryKind;

interface Described {
  /** For the middle of a sentence: "transport rule". */
  readonly name: string;
  readonly plural: string;
  /** What a tenant must have bought to have any: without it, Exchange refuses the calls. `undefined`: nothing more. */
  readonly licence: string | undefined;
  /** Why one is dangerous, one row a reason. */
  readonly findings: Rows;
  /** How well it is known whose mail one lets past. Never throws, whatever the settings hold. */
  readonly evidence: (object: Assessable) => Evidence;
  /** How much one lets past. */
  readonly breadth: Measure;
  /** How mail statistics show what went through one; absent: none of them does. */
  readonly traces?: Traces;
  /** What becomes of the mail that relies on one, once it is off: for people who are about to switch it off. */
  readonly whenOff: (settings: Settings) => WhenOff;
  /** `undefined`: disabling one only lets less past. */
  readonly protection: Protection | undefined;
  readonly saved: Saved;
  /**
   * Every tenant has it so from the start: nobody made it, and all may rely on it. Nobody's silence ends it, unless
   * policy says so of the kind.
   */
  readonly shipped?: (settings: Settings) => boolean;
}

export interface WhenOff {
  /** Mail may not arrive or not leave at all; otherwise it is only treated differently. */
  readonly mayStop: boolean;
  /** One or two sentences. */
  readonly text: string;
}

/** How to tell what Exchange gave of it in a file that does not say which cmdlet gave it. */
export interface Saved {
  /**
   * Properties that together only what one of its calls gives has, and all of it; one set of them is enough. Another
   * kind's may be among them: then whatever has those of both is of the other kind.
   */
  readonly telling: readonly (readonly string[])[];
  /** How Microsoft names it, where properties alone do not tell. */
  readonly named?: RegExp;
  /** Properties that it has as well if it was saved in full. Without one, it is unknown what it lets past. */
  readonly whole: readonly string[];
  /** Properties of which one is enough to tell that it would be of this kind, had it been saved in full. */
  readonly revealing?: readonly string[];
  /** Which of several calls gave what, where that makes a difference. `objects` were saved together. */
  readonly answers?: (objects: readonly ExchangeObject[]) => SavedAnswers;
}

export interface SavedAnswers {
  readonly answers: readonly Answered[];
  /** Nothing tells which call gave these; a sentence says what to do. */
  readonly untold: readonly { readonly object: ExchangeObject; readonly why: string }[];
  /** What else to know of them, to go after the name of the file. */
  readonly remark?: string;
}

/** An object of its own in Exchange, with a GUID, a name and a switch. */
export interface ObjectKind extends Described {
  readonly form: 'object';
  readonly log: ObjectLog;
  readonly exchange: ObjectCalls;
  /** Settings that no object of another kind has: they tell the kind of settings that come without it. */
  readonly ownSettings: readonly string[];
  /** Why one that is switched on does nothing at that moment: sentences. */
  readonly idle?: (settings: Settings, now: Instant) => readonly string[];
}

/**
 * No object of its own. An `entry` of a list is on as long as it is there, so disabling it takes it away; a `switch`
 * of the tenant is always there.
 */
export interface EntryKind extends Described {
  readonly form: 'entry' | 'switch';
  /** Nothing in Exchange names one, so its name is made of what it is. It is its identity. */
  readonly nameOf: (settings: Settings) => string;
  readonly log: EntryLog;
  readonly exchange: EntryCalls;
}

/** What the audit log writes of it. */
interface Log {
  /** The cmdlets that can make, change or end one, as Exchange spells them. The bus rule lets through what is about the same. */
  readonly operations: Operations;
  /** Whether its New- cmdlet may be passed a name and nothing else, since every setting has a default. */
  readonly madeOfNameAlone: boolean;
  /** Whether `$null` takes back what is on or off, as with the conditions of a rule. */
  readonly nullClearsFlags: boolean;
}

interface ObjectLog extends Log {
  /** Cmdlets that rewrite all objects of the kind without saying which: only Exchange itself tells. */
  readonly replacedBy: readonly Operation[];
  /** Whether one that is made is on if its New- cmdlet is told nothing else. */
  readonly madeOn: boolean;
}

interface EntryLog extends Log {
  /** What a record of one of the operations tells; `undefined` where it says nothing of this kind. */
  readonly told: (passed: Passed) => EntriesTold | undefined;
}

interface ObjectCalls {
  /** The calls that together see every object of the kind; an `Identity` beside their parameters narrows them. */
  readonly list: readonly Call[];
  /** Whether the object acts on mail. Throws `UnreadableAnswer` where the object does not say. */
  readonly enabled: (object: ExchangeObject) => boolean;
  readonly settings: (object: ExchangeObject) => Settings;
  readonly disable: (guid: string) => Call;
  readonly enable: (guid: string) => Call;
  /** Sets the moment at which Exchange itself stops acting on it; `undefined` where Exchange cannot. */
  readonly expire: ((guid: string, until: string) => Call) | undefined;
}

export interface Entry {
  readonly enabled: boolean;
  readonly settings: Settings;
}

interface EntryCalls {
  /** The calls that together see every list the entries stand in. */
  readonly list: readonly Call[];
  /**
   * Set where each mailbox has its own: the call that shows those of one mailbox, on or off. The name of such an entry
   * is the mailbox; where it may have several, a backslash and the rest follow. Nobody watches them unless policy says
   * so (`mailboxes.asExceptions`).
   */
  readonly inMailbox?: (mailbox: string) => Call;
  /**
   * What every tenant has at least one of: an answer without any is a failed one. `undefined`: a tenant without any is
   * the usual case, so that an empty answer, given twice, is believed.
   */
  readonly everyTenantHas: string | undefined;
  /** Throws `UnreadableAnswer` where the lists are not where they are expected. */
  readonly entries: (answer: Answered) => readonly Entry[];
  /** How to take the entry away from the lists as they are at this moment, leaving every other entry alone. None where it protects. */
  readonly disable: (settings: Settings, present: readonly ExchangeObject[]) => readonly Call[];
  /** How to bring it back. `now` is an instant in ISO 8601. */
  readonly enable: (settings: Settings, present: readonly ExchangeObject[], now: string) => readonly Call[];
}

/** How objects of a kind can keep mail out, encrypt it or have it inspected: such a one is never disabled by Lapse. */
export interface Protection {
  /** Disabling one with these settings would remove protection, were it switched on. */
  readonly protects: (settings: Settings) => boolean;
  /** Nobody has seen yet whether it protects. */
  readonly mayProtect: (object: Assessable) => boolean;
  /** The settings by which it protects, or may protect together with others. */
  readonly guards: (settings: Settings) => readonly string[];
  /** Id of the finding that what protected was removed. `undefined`: nobody can remove it. */
  readonly removed: string | undefined;
  /** `undefined`: the inventory keeps nothing about it. */
  readonly watched: Watched | undefined;
}

/** What the inventory keeps about each object, so that it notices a weakening that the log has not reported. */
export interface Watched {
  /** The name under which the notes are kept between inventories. It never changes: old notes are read by it. */
  readonly notedAs: string;
  /** The setting that turns it off, or makes it only watch; `undefined` if it is on. */
  readonly offBy: (object: { readonly settings: Settings; readonly enabled: boolean }) => string | undefined;
  /** The settings that say what gets around it, or what it lets in. */
  readonly ways: (settings: Settings) => readonly string[];
  /** The settings that say to which mail it applies: if it protects, applying it to less mail weakens it. */
  readonly bounds: readonly string[];
  /** Whether it refuses all others. */
  readonly refuses: (settings: Settings) => boolean;
  /** What a cmdlet passes after which it refuses nobody any more. */
  readonly refusal: readonly string[];
  /** What a cmdlet passes after which whoever comes through it is trusted, whatever else is set. */
  readonly trusts: readonly string[];
}
