/**
 * What can have happened. Events are facts in the past tense; they are stored in the trail, published on the bus, and
 * folded into the state by `evolve.ts`. Once released, a shape is only ever extended.
 */
import type {
  Act,
  Actor,
  Approval,
  Assessed,
  Author,
  Card,
  Cause,
  Change,
  Exception,
  Looking,
  Maker,
  Note,
  Owner,
  Rung,
  Standing,
  Unconfirmed,
} from './exception.ts';
import type { Instant } from '#time/instant.ts';
import type { Settings } from '#risk/settings.ts';
import type { Kind } from '#kinds/registry.ts';

interface Fact {
  readonly at: Instant;
  readonly actor: Actor;
}

/** An event that can change the approval's end. */
interface Ending {
  /**
   * By when a report is due that Exchange shows the end; present if policy has it written there, or if one that was
   * written there before would come too soon.
   */
  readonly expireBy?: Instant;
}

/** An event that asks a question or answers it. */
interface Asking {
  /** Hash of the policy it follows. */
  readonly policy?: string;
}

/** What a record says about an object: see `logged-changes.ts`. */
export interface Telling {
  readonly change: 'create' | 'alter' | 'enable' | 'disable' | 'remove';
  /** What the operation passed. */
  readonly settings: Settings;
  readonly enabled?: boolean;
  readonly renamed?: string;
}

/** The change that was seen in the tenant. */
export interface Seen {
  /** Id of the audit record. */
  readonly record: string;
  /** The cmdlet, or `Inventory`. */
  readonly operation: string;
  readonly changedBy: Author;
  readonly changedAt: Instant;
  /** The change created the object. */
  readonly created?: true;
  /** The owners its comment names, and their backups, if no earlier comment did. */
  readonly names?: readonly string[];
  /** The moment beyond the millisecond, if the record gives it: see `moment.ts`. */
  readonly order?: string;
  /**
   * What the record itself says, whatever a look showed. Absent from the inventory, and from what was stored before.
   */
  readonly told?: Telling;
  /**
   * All changes to the object, if the record shows that some of those taken for its own were made to another object.
   */
  readonly life?: readonly Change[];
  /** Where the result differs from what the event alone makes of it, with all changes taken in order. */
  readonly corrected?: Corrected;
}

/** The parts of a state that come from the tenant. */
export type Corrected = Partial<Assessed> &
  Partial<Pick<Exception, 'made' | 'changed' | 'changedBy' | 'changedAt' | 'makers'>> & {
    readonly removedAt?: Instant;
    readonly disabledAt?: Instant;
    readonly harmless?: boolean;
    /** For a question whose risk was mistaken. */
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
    /** Absent if the object is switched off: then there is nothing to ask. */
    readonly confirmBy?: Instant;
    /** It was here before and merely harmless for a while: its makers remain its makers. */
    readonly resumes?: true;
    /**
     * It was there before Lapse: one message announces all such exceptions, and each is asked about when its time
     * comes.
     */
    readonly imported?: true;
    /** If so: nothing disables it in silence before. Absent in what older releases wrote. */
    readonly graceUntil?: Instant;
    /** Other changes to the same object, which showed no exception. For some of them, only their authors are kept. */
    readonly earlier?: readonly Change[];
    /** Its removal, if the trail holds it by now. */
    readonly end?: Change;
    /** It no longer lets anything past, according to records in the trail. */
    readonly harmless?: true;
    /** For an object that is switched off: since when, if a record other than the opening one says so. */
    readonly offSince?: Instant;
  };
/**
 * A change that alters neither what was approved nor what is asked: also late news, and echoes of our own acts. Its
 * author is a maker of the exception all the same.
 */
export type ChangeNoted = Fact &
  Seen & {
    readonly type: 'ChangeNoted';
    readonly guid?: string;
    readonly name?: string;
    /** Whom to ask by default, if it shows that the maker is somebody else than was known. */
    readonly ladder?: readonly Rung[];
    /** The first of `ladder`, if that is not whoever is asked now. */
    readonly owner?: Owner;
    /** What Lapse itself did, confirmed by the log. */
    readonly ours?: true;
    /** It was done to another object that had or has the name. */
    readonly another?: true;
    /** The settings, if something changed in them that does not matter. */
    readonly settings?: Settings;
    readonly offSince?: Instant;
  };
/** The settings are now known, or have changed. `confirmBy` is present if that asks the owner again. */
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
    /** If the comment names a new owner, or the maker is somebody else than was known. */
    readonly ladder?: readonly Rung[];
    /** A look that only adds to what is known: by itself it shows no change. */
    readonly completes?: true;
    readonly offSince?: Instant;
  };
/** Somebody enabled it again outside Lapse. `alert`: Lapse had disabled it. */
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
    /** How many times within 30 days, including this one, if Lapse had disabled it. */
    readonly times?: number;
    readonly note?: Note;
    readonly ladder?: readonly Rung[];
  };
/** Gone from the tenant, or changed so that it no longer lets anything past (`harmless`). */
export type ExceptionRemoved = Fact &
  Seen & {
    readonly type: 'ExceptionRemoved';
    readonly name?: string;
    readonly guid?: string;
    readonly harmless?: true;
    /**
     * How it is, if it is harmless; or how it was in the end, if less of what was said is about it than was thought.
     */
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
    /** If the same change brought other settings. */
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
  /** Below which it was said, if it is not the message itself. */
  readonly card: Card;
  /** Whom or where Lapse wrote: a Slack user, or a channel as policy names it. */
  readonly addressee?: string;
  /** The message named it as one of many: that of the first message of the digest (`ts`). */
  readonly digest?: string;
  /** Who was told: see `ownerKey`. */
  readonly to?: string;
  /** It went to somebody who was asked besides the owner. */
  readonly besides?: true;
  readonly deadline?: Instant;
  /** The owner may not approve it, and those who may have not been told yet. */
  readonly approvers?: true;
  /** The message said that silence only alerts people. */
  readonly alertsOnly?: true;
  /** The Slack user behind the owner's address, once known. */
  readonly slackUser?: string;
  /** If nobody could be asked in person: why a channel was asked instead. */
  readonly fallback?: string;
  /** The Slack users behind those who made the change, as far as Slack knows them. */
  readonly makers?: readonly Maker[];
};
/**
 * The owner may not approve, or not alone: those who may were asked in their channel. This is no notice to the owner.
 */
export type ApproversTold = Fact & {
  readonly type: 'ApproversTold';
  readonly of: number;
  readonly card: Card;
  readonly addressee?: string;
  readonly digest?: string;
  readonly makers?: readonly Maker[];
};
/** Who is behind the makers, if an answer came before a message had established that. */
export type MakersIdentified = Fact & {
  readonly type: 'MakersIdentified';
  readonly makers: readonly Maker[];
  /** This shows that the owner may not approve it, and those who may have not been asked. */
  readonly approvers?: true;
};
/** Slack does not reach them (unknown, left, deactivated, a guest): the next person on the ladder is asked. */
export type OwnerUnreachable = Fact & {
  readonly type: 'OwnerUnreachable';
  readonly owner: Owner;
  readonly why: string;
  readonly next: Owner;
  /** Which rung `next` is, counted from 0. */
  readonly rung: number;
};
/** Slack delivered the question and nobody has answered it: the next on the ladder is asked as well. */
export type NextAsked = Fact & {
  readonly type: 'NextAsked';
  readonly next: Owner;
  /** Which rung `next` is, counted from 0. */
  readonly rung: number;
  /** Why somebody asked before does not count; absent where they were silent. */
  readonly why?: string;
};
export type ReminderDue = Fact & {
  readonly type: 'ReminderDue';
  readonly deadline: Instant;
  readonly step: Instant;
  /** Its owner was told and may not approve it: only those who may are reminded. */
  readonly approvers?: true;
};
/** The deadline came but the owner had not been told in time: Slack was down, or the card was late. */
export type DeadlinePostponed = Fact &
  Ending & {
    readonly type: 'DeadlinePostponed';
    readonly from: Instant;
    readonly to: Instant;
    /** Nobody has been told of it yet, or of its consequence. */
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
    /** It was switched off first and asked about afterwards: now it may be on. */
    readonly restore?: true;
    /** By when a report of that is due. */
    readonly restoreBy?: Instant;
  };
export type ExceptionRenewed = Fact &
  Ending &
  Asking & {
    readonly type: 'ExceptionRenewed';
    readonly approval: Approval;
    readonly renewals: number;
  };
/**
 * Whoever approved or held it turned out to be a maker, or to have been chosen by one: the question is asked again.
 */
export type ApprovalVoided = Fact &
  Ending &
  Asking & {
    readonly type: 'ApprovalVoided';
    readonly of: 'approval' | 'hold';
    /** Who gave it. */
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
/** The deadline passed, and Lapse may not act here: it would have lapsed. The question stays open. */
export type LapseObserved = Fact &
  Ending & {
    readonly type: 'LapseObserved';
    readonly cause: Cause;
    readonly why: 'observing' | 'stopped';
    /** When that is looked at again. */
    readonly next: Instant;
  };
/**
 * Lapse may act on it again, or for the first time: whoever was told of a deadline before was told that nothing would
 * happen, so it starts afresh with full notice.
 */
export type DeadlineRestarted = Fact &
  Ending & { readonly type: 'DeadlineRestarted'; readonly from: Instant; readonly to: Instant };
/** Somebody has changed where Lapse may act in the tenant; or it is still stopped after another day (`again`). */
export type EnforcementChanged = Fact & {
  readonly type: 'EnforcementChanged';
  readonly to: 'live' | 'observing' | 'stopped' | 'resumed';
  /** As the command line or Slack knows them. */
  readonly by: string;
  readonly since: Instant;
  readonly why?: string;
  readonly again?: true;
};
/** Policy for its class says: off first, ask afterwards. */
export type DisableOrdered = Fact & {
  readonly type: 'DisableOrdered';
  readonly cause: Cause;
  readonly reportBy: Instant;
};
/**
 * Policy has changed, and with it what is due. A deadline named here is the new one; if it came nearer, whoever was
 * told of the old one must be told again.
 */
export type PolicyApplied = Fact & {
  readonly type: 'PolicyApplied';
  /** Hash of the policy. */
  readonly policy: string;
  /** The deadline before and after, if it moved or changed its meaning (`silence`). */
  readonly moved?: { readonly from: Instant; readonly to: Instant };
  readonly confirmBy?: Instant;
  /** What `confirmBy` would be if no notice were owed. */
  readonly byPolicy?: Instant;
  readonly expiresAt?: Instant;
  readonly reviewBy?: Instant;
  /** What silence does from now on, if it only alerted people before. */
  readonly silence?: 'disable' | 'disable-first';
};
/** A deadline under a new policy. */
export interface Brought {
  readonly name: string;
  readonly from: Instant;
  readonly to: Instant;
}
/**
 * Too much in a tenant would have lapsed at once, or come nearer through a new policy: none of it does until an
 * approver releases it.
 */
export type BreakerTripped = Fact & {
  readonly type: 'BreakerTripped';
  /** How many exceptions wait, including this one. */
  readonly waiting: number;
  readonly why: string;
  /** Ids of the most dangerous that would lapse. */
  readonly shown?: readonly string[];
  /** If deadlines that a new policy brings nearer are waiting: the policy's hash, and the soonest of them. */
  readonly policy?: string;
  readonly soonest?: readonly Brought[];
};
export type BreakerReleased = Fact & {
  readonly type: 'BreakerReleased';
  /** Hash of the policy whose nearer deadlines were released. */
  readonly policy?: string;
  /** Of what would have lapsed: those that an approver let lapse, and how many stay held back. */
  readonly picked?: readonly Picked[];
  readonly left?: number;
};
/** One of several exceptions that an approver has picked. */
export interface Picked {
  readonly id: string;
  readonly name: string;
}
/**
 * Why an answer was refused: `not-allowed` (neither owner nor approver), `answered` (somebody was first: see the
 * state's `answered`), `changed` (the card was out of date), `not-open` (nothing of the kind is asked in this state),
 * `bad-term` (expiry or cadence outside what policy allows), `four-eyes` (makers cannot approve), `chosen` (nor can
 * whoever they named), `critical` (needs an approver), `second-approver` (renewed so often that somebody else must
 * agree), `approvers-only` (what it rests on is too weak for its owner alone), `observing` and `stopped` (Lapse may
 * switch nothing off there), `not-yours` and `too-late` (only whoever ordered a disable takes it back, and only soon).
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
  | 'approvers-only'
  | 'observing'
  | 'stopped'
  | 'not-yours'
  | 'too-late';
export type AnswerRefused = Fact & {
  readonly type: 'AnswerRefused';
  /** The command that was refused. */
  readonly answer: string;
  readonly why: Refusal;
  /** What they are, if not a member: `actor.slackTeam` then says where they belong. */
  readonly standing?: Exclude<Standing, 'member'>;
};
export type OwnerReassigned = Fact & {
  readonly type: 'OwnerReassigned';
  readonly owner: Owner;
  readonly ladder?: readonly Rung[];
  readonly reason?: string;
};
/** Somebody who may answer wants another one to: the approvers, or a colleague. It decides nothing. */
export type HelpAsked = Fact & {
  readonly type: 'HelpAsked';
  /** The Slack user who is asked; absent if the approvers are. */
  readonly colleague?: string;
  readonly question: string;
};
/** Its owner wants one more reminder. */
export type ReminderWished = Fact & { readonly type: 'ReminderWished'; readonly remindAt: Instant };
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
  /** Id of the application that Lapse acted as. */
  readonly application?: string;
};
export type DisableRetried = Fact & {
  readonly type: 'DisableRetried';
  readonly attempt: number;
  readonly reportBy: Instant;
};
/** What Exchange showed of it right before it was disabled: a restore needs it, even if no report of the disable comes. */
export type SettingsKept = Fact & {
  readonly type: 'SettingsKept';
  readonly attempt: number;
  readonly guid: string;
  readonly settings: Settings;
};
/** Exchange was read back and shows it off. `before` is what was there, for a restore. */
export type ExceptionDisabled = Fact & {
  readonly type: 'ExceptionDisabled';
  readonly guid: string;
  readonly before: Settings;
  /** Id of the application that Lapse acted as. */
  readonly application?: string;
};
/** An hour or a day has passed since: Lapse looks whether it is still off. */
export type LookOrdered = Fact & {
  readonly type: 'LookOrdered';
  readonly after: Looking['after'];
  readonly attempt: number;
  /** When something is due again: after the hour's the day's look, after the day's its report. */
  readonly nextAt: Instant;
};
/** Exchange could not be asked. */
export type LookFailed = Fact & {
  readonly type: 'LookFailed';
  readonly attempt: number;
  readonly why: string;
  readonly nextAt: Instant;
};
/** A day after it was disabled, Exchange was read back and shows it off. */
export type StayedDisabled = Fact & { readonly type: 'StayedDisabled'; readonly attempt: number };
/** An approver has ordered it switched on again. `ActDone` says when it is on. */
export type ExceptionRestored = Fact &
  Ending &
  Asking & {
    readonly type: 'ExceptionRestored';
    readonly approval: Approval;
    /** By when a report is due. */
    readonly restoreBy?: Instant;
  };
/**
 * Whoever had ordered the disable has taken it back: everything is as it was before. `ActDone` says when it is on.
 */
export type DisableUndone = Fact &
  Ending & {
    readonly type: 'DisableUndone';
    /** By when a report is due that it is on. */
    readonly restoreBy: Instant;
    /** Until then, the disable may still reach Exchange: see `Acting`. */
    readonly settledAt?: Instant;
    /** Where its deadline is now, if it had come too near meanwhile. */
    readonly deadline?: Instant;
  };
/** Exchange was read back: it is on again (`restore`), or shows the approval's end (`expiry`). */
export type ActDone = Fact &
  Ending & {
    readonly type: 'ActDone';
    readonly act: Act;
    readonly attempt: number;
    /** The end that Exchange shows. */
    readonly until?: Instant;
    /** What did not come back as it was, in words: "Priority is 3, was 0". */
    readonly unlike?: readonly string[];
    /** Id of the application that Lapse acted as. */
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
/** A question or reminder has not reached everybody for an hour or more: it is sent again. */
export type QuestionRepeated = Fact & {
  readonly type: 'QuestionRepeated';
  /** The version of the event that first called for it. */
  readonly of: number;
  /** The deadline that a reminder is about. */
  readonly deadline?: Instant;
  /** Only those who may approve it have not received it. */
  readonly approvers?: true;
};
/** Slack has not said for an hour or more who the makers are: it is asked again. */
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
  | NextAsked
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
  | LapseObserved
  | DeadlineRestarted
  | EnforcementChanged
  | DisableOrdered
  | PolicyApplied
  | BreakerTripped
  | BreakerReleased
  | AnswerRefused
  | OwnerReassigned
  | HelpAsked
  | ReminderWished
  | ExceptionHeld
  | HoldEnded
  | DisableFailed
  | DisableRetried
  | SettingsKept
  | ExceptionDisabled
  | LookOrdered
  | LookFailed
  | StayedDisabled
  | ExceptionRestored
  | DisableUndone
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
  NextAsked: true,
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
  LapseObserved: true,
  DeadlineRestarted: true,
  EnforcementChanged: true,
  DisableOrdered: true,
  PolicyApplied: true,
  BreakerTripped: true,
  BreakerReleased: true,
  AnswerRefused: true,
  OwnerReassigned: true,
  HelpAsked: true,
  ReminderWished: true,
  ExceptionHeld: true,
  HoldEnded: true,
  DisableFailed: true,
  DisableRetried: true,
  SettingsKept: true,
  ExceptionDisabled: true,
  LookOrdered: true,
  LookFailed: true,
  StayedDisabled: true,
  ExceptionRestored: true,
  DisableUndone: true,
  ActDone: true,
  ActFailed: true,
  ActRetried: true,
  QuestionRepeated: true,
  LookUpRepeated: true,
};

/** False for an event that only a newer release knows: it happened, and its meaning is unknown here. */
export const isKnownEvent = ({ type }: Event): boolean => Object.hasOwn(known, type);

/** "ExceptionOpened" → "Exception Opened": how an event is named on the bus. */
export const toTitle = (type: EventType): string => type.replace(/(?<=[a-z])(?=[A-Z])/g, ' ');
