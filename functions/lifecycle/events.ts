/**
 * What can be said to have happened. Events are facts in the past tense; they are stored in the trail, published
 * on the bus, and folded into the state by `evolve.ts`. Once released, a shape is only ever extended.
 */
import type {
  Act,
  Actor,
  Approval,
  Author,
  Card,
  Cause,
  Change,
  Exception,
  Maker,
  Note,
  Owner,
  Rung,
  Standing,
  Unconfirmed,
} from './exception.ts';
import type { Breadth } from '#risk/breadth.ts';
import type { Evidence } from '#risk/evidence.ts';
import type { Instant } from '#time/instant.ts';
import type { Finding, Remedy, Risk } from '#risk/finding.ts';
import type { Settings } from '#risk/settings.ts';
import type { Kind } from '#kinds/registry.ts';

interface Fact {
  readonly at: Instant;
  readonly actor: Actor;
}

/** An event after which the approval's end can be another. */
interface Ending {
  /**
   * By when it must have been heard that Exchange shows the end; present where policy has it written there, or where one
   * that was written there before would come too soon.
   */
  readonly expireBy?: Instant;
}

/** An event that asks a question, or answers it. */
interface Asking {
  /** Hash of the policy that it goes by. */
  readonly policy?: string;
}

/** What a look at the object showed and what it means. */
export interface Assessed {
  readonly settings: Settings;
  readonly complete: boolean;
  readonly risk: Risk;
  readonly findings: readonly Finding[];
  readonly remedy: Remedy;
  readonly evidence?: Evidence;
  readonly breadth?: Breadth;
}

/** What a record tells of an object: see `told.ts`. */
export interface Telling {
  readonly change: 'create' | 'alter' | 'enable' | 'disable' | 'remove';
  /** What the operation passed. */
  readonly settings: Settings;
  readonly enabled?: boolean;
  readonly renamed?: string;
}

/** The change in the tenant that was seen. */
export interface Seen {
  /** Id of the audit record. */
  readonly record: string;
  /** The cmdlet, or `Inventory`. */
  readonly operation: string;
  readonly changedBy: Author;
  readonly changedAt: Instant;
  /** The change made the object. */
  readonly created?: true;
  /** Whom its comment names as owner, and who stands in for them, where no comment did before. */
  readonly names?: readonly string[];
  /** What the record tells of the moment beyond the millisecond: see `moment.ts`. */
  readonly order?: string;
  /** What the record itself tells, whatever a look showed. Absent of the inventory, and in what was stored before. */
  readonly told?: Telling;
  /** All changes to the object, where the record shows that others, taken for some of them, were made to another. */
  readonly life?: readonly Change[];
  /** What is otherwise than the event alone makes it, all that is told of the object taken in order. */
  readonly corrected?: Corrected;
}

/** Of a state: what the tenant has made of it. */
export type Corrected = Partial<Assessed> &
  Partial<Pick<Exception, 'made' | 'changed' | 'changedBy' | 'changedAt' | 'makers'>> & {
    readonly removedAt?: Instant;
    readonly disabledAt?: Instant;
    readonly harmless?: boolean;
    /** Of a question whose risk was mistaken. */
    readonly confirmBy?: Instant;
    readonly byPolicy?: Instant;
    readonly question?: Unconfirmed['question'];
  };

export type ExceptionOpened = Fact &
  Asking &
  Assessed &
  Seen & {
    readonly type: 'ExceptionOpened';
    readonly id: string;
    readonly tenant: string;
    readonly kind: Kind;
    readonly name: string;
    readonly guid?: string;
    readonly owner: Owner;
    /** Everybody who can be asked, `owner` first. */
    readonly ladder?: readonly Rung[];
    readonly note?: Note;
    /** Absent where the object is switched off: then there is nothing to ask. */
    readonly confirmBy?: Instant;
    /** It was here before and only harmless for a while: who made it then still did. */
    readonly resumes?: true;
    /** It was there before Lapse: one message tells of all such, and each is asked about when its time comes. */
    readonly imported?: true;
    /** Other changes to the same object, which showed no exception. Of some, nothing more is kept than this. */
    readonly earlier?: readonly Change[];
    /** Its removal, where that is in the trail by now. */
    readonly end?: Change;
    /** It lets nothing past any more, as records tell that are in the trail by now. */
    readonly harmless?: true;
    /** Of an object that is switched off: since when, where another record than the one that opens it tells. */
    readonly offSince?: Instant;
  };
/**
 * A change that alters neither what was approved nor what is asked: also late news, and echoes of our own acts. Its
 * author is one of those who made the exception all the same.
 */
export type ChangeNoted = Fact &
  Seen & {
    readonly type: 'ChangeNoted';
    readonly guid?: string;
    readonly name?: string;
    /** Where it tells that somebody else made it than was known: whom to ask by default. */
    readonly ladder?: readonly Rung[];
    /** The first of `ladder`, where that is another than who is asked now. */
    readonly owner?: Owner;
    /** What Lapse itself did, as the log tells it: a confirmation. */
    readonly ours?: true;
    /** It was done to another object that bore the name before or bears it now. */
    readonly another?: true;
    /** The settings where something changed in them that does not count. */
    readonly settings?: Settings;
    readonly offSince?: Instant;
  };
/** The settings are now known or are different. `confirmBy` is present where that asks the owner again. */
export type ExceptionChanged = Fact &
  Ending &
  Asking &
  Assessed &
  Seen & {
    readonly type: 'ExceptionChanged';
    readonly name?: string;
    readonly guid?: string;
    readonly confirmBy?: Instant;
    readonly note?: Note;
    /** Where the comment names another owner than before, or somebody else made it than was known. */
    readonly ladder?: readonly Rung[];
    /** A look that only tells more of what was there: by itself it shows no change. */
    readonly completes?: true;
    readonly offSince?: Instant;
  };
/** Somebody enabled it again outside Lapse. `alert` says Lapse had disabled it. */
export type ExceptionReopened = Fact &
  Ending &
  Asking &
  Assessed &
  Seen & {
    readonly type: 'ExceptionReopened';
    readonly name?: string;
    readonly guid?: string;
    readonly confirmBy: Instant;
    readonly alert: boolean;
    /** How many times within 30 days, this one among them, where Lapse had disabled it. */
    readonly times?: number;
    readonly note?: Note;
    readonly ladder?: readonly Rung[];
  };
/** Gone from the tenant, or changed so that it lets nothing past any more (`harmless`). */
export type ExceptionRemoved = Fact &
  Seen & {
    readonly type: 'ExceptionRemoved';
    readonly name?: string;
    readonly guid?: string;
    readonly harmless?: true;
    /** How it is where it is harmless, or how it was in the end where less of what was told is of it than was thought. */
    readonly became?: Assessed;
    readonly note?: Note;
    readonly ladder?: readonly Rung[];
  };
/** Disabled or removed in the tenant by somebody other than Lapse. */
export type ExceptionSwitchedOff = Fact &
  Seen & {
    readonly type: 'ExceptionSwitchedOff';
    readonly name?: string;
    readonly guid?: string;
    /** Where the same change brought other settings. */
    readonly became?: Assessed;
    readonly note?: Note;
    readonly ladder?: readonly Rung[];
  };
/** A look showed that another exception, `into`, is of the same object: that one goes on. */
export type ExceptionJoined = Fact & { readonly type: 'ExceptionJoined'; readonly into: string };
/** Enforcement found the object gone. */
export type ExceptionFoundGone = Fact & { readonly type: 'ExceptionFoundGone' };

/** A message reached Slack. `of` is the version of the event that called for it. */
export type OwnerTold = Fact & {
  readonly type: 'OwnerTold';
  readonly of: number;
  readonly card: Card;
  /** Who was told: see `ownerKey`. */
  readonly to?: string;
  readonly deadline?: Instant;
  /** Those who may approve it, which its owner may not, are yet to be told. */
  readonly approvers?: true;
  /** The message said that silence only alerts people. */
  readonly alertsOnly?: true;
  /** The Slack user behind the owner's address, once known. */
  readonly slackUser?: string;
  /** Where nobody could be asked in person: why a channel was asked instead. */
  readonly fallback?: string;
  /** The Slack users behind those who made the change, as far as Slack knows them. */
  readonly makers?: readonly Maker[];
};
/** The owner may not approve, or not alone: those who may were asked in their channel. It is no notice to the owner. */
export type ApproversTold = Fact & {
  readonly type: 'ApproversTold';
  readonly of: number;
  readonly card: Card;
  readonly makers?: readonly Maker[];
};
/** Who is behind those who made the change, where an answer came before a message had made it known. */
export type MakersIdentified = Fact & {
  readonly type: 'MakersIdentified';
  readonly makers: readonly Maker[];
  /** By that its owner may not approve it, and those who may have not been asked. */
  readonly approvers?: true;
};
/** Slack does not reach them (unknown, left, deactivated, a guest): the next on the ladder is asked. */
export type OwnerUnreachable = Fact & {
  readonly type: 'OwnerUnreachable';
  readonly owner: Owner;
  readonly why: string;
  readonly next: Owner;
  /** Which rung `next` is, counted from 0. */
  readonly rung: number;
};
export type ReminderDue = Fact & {
  readonly type: 'ReminderDue';
  readonly deadline: Instant;
  readonly step: Instant;
};
/** The deadline came but the owner had not been told in time: Slack was down, or the card was late. */
export type DeadlinePostponed = Fact &
  Ending & {
    readonly type: 'DeadlinePostponed';
    readonly from: Instant;
    readonly to: Instant;
    /** Nobody has been told of it yet, or not of what it would bring. */
    readonly untold?: true;
  };
/** The deadline passed and policy (or the remedy) says people must act: an alarm, not a disable. */
export type ExceptionEscalated = Fact &
  Ending & {
    readonly type: 'ExceptionEscalated';
    readonly cause: Cause;
    readonly next: Instant;
  };

export type ExceptionApproved = Fact &
  Ending &
  Asking & {
    readonly type: 'ExceptionApproved';
    readonly approval: Approval;
    /** It was switched off first and asked about after: now it may be on. */
    readonly restore?: true;
    /** By when a report of that must have come. */
    readonly restoreBy?: Instant;
  };
export type ExceptionRenewed = Fact &
  Ending &
  Asking & {
    readonly type: 'ExceptionRenewed';
    readonly approval: Approval;
    readonly renewals: number;
  };
/** Who approved it, or held it, turned out to have made it, or to have been chosen by who did: it is asked about anew. */
export type ApprovalVoided = Fact &
  Ending &
  Asking & {
    readonly type: 'ApprovalVoided';
    readonly of: 'approval' | 'hold';
    /** Who had given it. */
    readonly by: Actor;
    readonly why: Extract<Refusal, 'four-eyes' | 'chosen'>;
    readonly confirmBy: Instant;
  };
export type ExceptionDeclined = Fact & {
  readonly type: 'ExceptionDeclined';
  readonly reason?: string;
  readonly reportBy: Instant;
};
export type ExceptionRevoked = Fact & {
  readonly type: 'ExceptionRevoked';
  readonly reason?: string;
  readonly reportBy: Instant;
};
export type ExceptionLapsed = Fact & {
  readonly type: 'ExceptionLapsed';
  readonly cause: Cause;
  readonly reportBy: Instant;
};
/** Policy for its class says: off first, and ask after. */
export type DisableOrdered = Fact & {
  readonly type: 'DisableOrdered';
  readonly cause: Cause;
  readonly reportBy: Instant;
};
/**
 * Policy has changed, and with it what is due. A deadline that is named is the new one; where it came nearer, whoever
 * was told of the old one must be told anew.
 */
export type PolicyApplied = Fact & {
  readonly type: 'PolicyApplied';
  /** Hash of the policy. */
  readonly policy: string;
  /** The deadline before and after, where it moved, or means something else (`silence`). */
  readonly moved?: { readonly from: Instant; readonly to: Instant };
  readonly confirmBy?: Instant;
  /** What `confirmBy` would be if no notice were owed. */
  readonly byPolicy?: Instant;
  readonly expiresAt?: Instant;
  readonly reviewBy?: Instant;
  /** What silence does from here on, where it only alerted people before. */
  readonly silence?: 'disable' | 'disable-first';
};
/** A deadline as a new policy would have it. */
export interface Brought {
  readonly name: string;
  readonly from: Instant;
  readonly to: Instant;
}
/**
 * Too much of a tenant would have lapsed at once, or come nearer by a new policy: nothing of it does until an approver
 * releases it.
 */
export type BreakerTripped = Fact & {
  readonly type: 'BreakerTripped';
  /** How many exceptions wait, this one among them. */
  readonly waiting: number;
  readonly why: string;
  /** Hash of the policy that would bring deadlines nearer, where that is what waits, and the soonest of them. */
  readonly policy?: string;
  readonly soonest?: readonly Brought[];
};
export type BreakerReleased = Fact & {
  readonly type: 'BreakerReleased';
  /** Hash of the policy whose nearer deadlines were released. */
  readonly policy?: string;
};
/**
 * Why an answer was refused: `not-allowed` (neither owner nor approver), `answered` (somebody was first: see the
 * state's `answered`), `changed` (the card showed something older), `not-open` (nothing of the kind is asked in
 * this state), `bad-term` (expiry or cadence outside what policy allows), `four-eyes` (who made it cannot be who
 * approves it), `chosen` (nor can whom they named), `critical` (takes an approver), `second-approver` (renewed so
 * often that somebody else must agree), `approvers-only` (what it rests on is too weak for its owner alone).
 */
export type Refusal =
  | 'not-allowed'
  | 'answered'
  | 'changed'
  | 'not-open'
  | 'bad-term'
  | 'four-eyes'
  | 'chosen'
  | 'critical'
  | 'second-approver'
  | 'approvers-only';
export type AnswerRefused = Fact & {
  readonly type: 'AnswerRefused';
  /** The command that was refused. */
  readonly answer: string;
  readonly why: Refusal;
  /** What they are, where that is no member: `actor.slackTeam` then says of where. */
  readonly standing?: Exclude<Standing, 'member'>;
};
export type OwnerReassigned = Fact & {
  readonly type: 'OwnerReassigned';
  readonly owner: Owner;
  readonly ladder?: readonly Rung[];
};
export type ExceptionHeld = Fact &
  Ending & {
    readonly type: 'ExceptionHeld';
    readonly until: Instant;
    readonly reason: string;
  };
export type HoldEnded = Fact & Ending & { readonly type: 'HoldEnded'; readonly deadline: Instant };

export type DisableFailed = Fact & {
  readonly type: 'DisableFailed';
  readonly attempt: number;
  readonly why: string;
  readonly nextAt: Instant;
  /** Id of the application as which Lapse tried. */
  readonly application?: string;
};
export type DisableRetried = Fact & {
  readonly type: 'DisableRetried';
  readonly attempt: number;
  readonly reportBy: Instant;
};
/** Exchange was read back and says it is off. `before` is what was there, for a restore. */
export type ExceptionDisabled = Fact & {
  readonly type: 'ExceptionDisabled';
  readonly guid: string;
  readonly before: Settings;
  /** Id of the application as which Lapse did it. */
  readonly application?: string;
};
/** An approver has ordered it on again. That it is on, `ActDone` says. */
export type ExceptionRestored = Fact &
  Ending &
  Asking & {
    readonly type: 'ExceptionRestored';
    readonly approval: Approval;
    /** By when a report must have come. */
    readonly restoreBy?: Instant;
  };
/** Exchange was read back: it is on again (`restore`), or shows when the approval ends (`expiry`). */
export type ActDone = Fact &
  Ending & {
    readonly type: 'ActDone';
    readonly act: Act;
    readonly attempt: number;
    /** The end that Exchange shows. */
    readonly until?: Instant;
    /** Id of the application as which Lapse did it. */
    readonly application?: string;
  };
export type ActFailed = Fact & {
  readonly type: 'ActFailed';
  readonly act: Act;
  readonly attempt: number;
  readonly why: string;
  readonly nextAt: Instant;
  readonly application?: string;
};
export type ActRetried = Fact & {
  readonly type: 'ActRetried';
  readonly act: Act;
  readonly attempt: number;
  readonly reportBy: Instant;
};
/** A question or reminder has not reached all who are to hear it for an hour or more: it is called for again. */
export type QuestionRepeated = Fact & {
  readonly type: 'QuestionRepeated';
  /** The version of the event that first called for it. */
  readonly of: number;
  /** The deadline that a reminder tells of. */
  readonly deadline?: Instant;
  /** Only those who may approve it have not heard it. */
  readonly approvers?: true;
};
/** Slack has not told for an hour or more who is behind those who made it: it is asked again. */
export type LookUpRepeated = Fact & { readonly type: 'LookUpRepeated' };

export type Event =
  | ExceptionOpened
  | ChangeNoted
  | ExceptionChanged
  | ExceptionReopened
  | ExceptionRemoved
  | ExceptionSwitchedOff
  | ExceptionFoundGone
  | ExceptionJoined
  | OwnerTold
  | ApproversTold
  | OwnerUnreachable
  | MakersIdentified
  | ReminderDue
  | DeadlinePostponed
  | ExceptionEscalated
  | ExceptionApproved
  | ExceptionRenewed
  | ApprovalVoided
  | ExceptionDeclined
  | ExceptionRevoked
  | ExceptionLapsed
  | DisableOrdered
  | PolicyApplied
  | BreakerTripped
  | BreakerReleased
  | AnswerRefused
  | OwnerReassigned
  | ExceptionHeld
  | HoldEnded
  | DisableFailed
  | DisableRetried
  | ExceptionDisabled
  | ExceptionRestored
  | ActDone
  | ActFailed
  | ActRetried
  | QuestionRepeated
  | LookUpRepeated;

export type EventType = Event['type'];

const known: Readonly<Record<EventType, true>> = {
  ExceptionOpened: true,
  ChangeNoted: true,
  ExceptionChanged: true,
  ExceptionReopened: true,
  ExceptionRemoved: true,
  ExceptionSwitchedOff: true,
  ExceptionFoundGone: true,
  ExceptionJoined: true,
  OwnerTold: true,
  ApproversTold: true,
  OwnerUnreachable: true,
  MakersIdentified: true,
  ReminderDue: true,
  DeadlinePostponed: true,
  ExceptionEscalated: true,
  ExceptionApproved: true,
  ExceptionRenewed: true,
  ApprovalVoided: true,
  ExceptionDeclined: true,
  ExceptionRevoked: true,
  ExceptionLapsed: true,
  DisableOrdered: true,
  PolicyApplied: true,
  BreakerTripped: true,
  BreakerReleased: true,
  AnswerRefused: true,
  OwnerReassigned: true,
  ExceptionHeld: true,
  HoldEnded: true,
  DisableFailed: true,
  DisableRetried: true,
  ExceptionDisabled: true,
  ExceptionRestored: true,
  ActDone: true,
  ActFailed: true,
  ActRetried: true,
  QuestionRepeated: true,
  LookUpRepeated: true,
};

/** False for what only a newer release has a word for: it happened, and what it means is not known here. */
export const isKnown = ({ type }: Event): boolean => Object.hasOwn(known, type);

/** "ExceptionOpened" → "Exception Opened": how an event is named on the bus. */
export const inTitle = (type: EventType): string => type.replace(/(?<=[a-z])(?=[A-Z])/g, ' ');
