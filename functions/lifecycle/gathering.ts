/**
 * How many messages one person, or one channel, gets: the first few of an hour as cards, each at once; what comes after
 * is gathered, and goes out as one digest. Nothing is copied here but what waits: what there is to say about it is
 * decided when the digest goes out.
 */
import { duration, earliest, latest, minus, plus } from '#time/instant.ts';
import { nextWorkingMoment, nextWorkingStart } from '#policy/working-hours.ts';
import type { Policy } from '#policy/policy.ts';
import type { Risk } from '#risk/finding.ts';
import type { Card } from './exception.ts';
import type { Instant } from '#time/instant.ts';

/** A message about an exception that its recipient has not been sent yet. */
export interface Waiting {
  readonly id: string;
  /** The version that called for it. */
  readonly of: number;
  /** To its owner, as `ownerKey` names them; absent on what goes to those who may approve it. */
  readonly owner?: string;
  /** `next`: to somebody who is asked besides the owner. */
  readonly about: 'ask' | 'remind' | 'tell' | 'next';
}

/** Of one person (by Slack user) or channel (as policy names it). */
export interface Gathering {
  /** What was sent as a card, for an hour. */
  readonly posted: readonly (Pick<Waiting, 'id' | 'of'> & { readonly at: Instant })[];
  readonly waiting: readonly Waiting[];
  /** When the next digest goes out; absent if nothing waits. */
  readonly due?: Instant;
  /** The newest digest; `done` once everything that belonged to it was sent. */
  readonly last?: Card & { readonly at: Instant; readonly done: boolean };
  /** Somebody has been sending a digest since then. */
  readonly sending?: Instant;
}

export const noGathering: Gathering = { posted: [], waiting: [] };

/** Where gatherings are kept, each with a revision, on condition of which it is replaced. */
export interface Gatherings {
  load(to: string): Promise<{ readonly gathering: Gathering; readonly revision: number }>;
  /** False: somebody else was faster. */
  save(to: string, gathering: Gathering, revision: number): Promise<boolean>;
  /** What a message of a digest names; `undefined` if it is none, or too old. */
  findDigest(card: Card): Promise<Digest | undefined>;
  keepDigest(card: Card, digest: Digest, now: Instant): Promise<void>;
}

/** One message of a digest, as it was sent. */
export interface Digest {
  /** Exceptions, in their order. */
  readonly ids: readonly string[];
  /** It went to those who may approve them, or to the team of a channel. */
  readonly channel?: true;
  /** The Slack user whom it went to. */
  readonly to?: string;
  /** On the first message: how many there are in all, and the soonest deadline among them. */
  readonly head?: { readonly total: number; readonly soonest?: Instant };
}

/** `now`: send it as a card. `later`: it is gathered. `overdue`: so it is, and the digest should have gone out. */
export type Turn = 'now' | 'later' | 'overdue';

/** Bursts last minutes: a digest waits that long for the rest of one. */
const burst = duration('PT5M');
/** After so long, a digest that was to go out has been lost on its way. */
const lost = duration('PT10M');
/** More than would ever be read; the register's own repetition brings what finds no place. */
const mostWaiting = 2_000;

export interface Occasion {
  readonly now: Instant;
  readonly risk: Risk;
  /** When silence ends it, if it does: what waits for a digest must not wait until then. */
  readonly deadline?: Instant | undefined;
  readonly policy: Pick<Policy, 'digest' | 'workingHours' | 'timeZone'>;
  /** The recipient's own, where Slack knows it. */
  readonly timeZone?: string | undefined;
}

export function takeTurn(
  before: Gathering,
  message: Waiting,
  occasion: Occasion,
): { readonly turn: Turn; readonly gathering: Gathering } {
  const { now, policy } = occasion;
  const { above, within } = policy.digest;
  const posted = before.posted.filter(({ at }) => at > minus(now, within));
  if (posted.some((one) => one.id === message.id && one.of === message.of))
    return { turn: 'now', gathering: before };
  const others = before.waiting.filter((one) => !isAlike(one, message));
  const waits = others.length < before.waiting.length;
  if (waits && before.due !== undefined && now > plus(before.due, lost))
    return { turn: 'overdue', gathering: before };
  const quiet = quietUntil(message, occasion);
  if (!waits && quiet === undefined && posted.length < above) {
    const { id, of } = message;
    return { turn: 'now', gathering: { ...before, posted: [...posted, { id, of, at: now }] } };
  }
  if (others.length >= mostWaiting) return { turn: 'later', gathering: before };
  const due = earliest(
    quiet ?? (posted.length < above ? nextDigest(before, occasion) : afterBurst(before, occasion)),
    ...(before.due === undefined ? [] : [before.due]),
  );
  return { turn: 'later', gathering: { ...before, posted, waiting: [...others, message], due } };
}

const isAlike = (a: Waiting, b: Waiting): boolean => a.id === b.id && a.owner === b.owner;

/** Nobody is reminded at night or on a holiday of what can wait until morning. */
function quietUntil({ about }: Waiting, occasion: Occasion): Instant | undefined {
  if (about !== 'remind' || !canWaitForDay(occasion)) return undefined;
  const working = nextWorkingMoment(occasion.now, calendarOf(occasion));
  return working > occasion.now && isBefore(working, occasion.deadline) ? working : undefined;
}

/** What is less than dangerous waits for the day, the rest only for the hour. */
function afterBurst(before: Gathering, occasion: Occasion): Instant {
  const soon = nextDigest(before, occasion);
  if (!canWaitForDay(occasion)) return soon;
  const morning = nextWorkingStart(occasion.now, calendarOf(occasion));
  return isBefore(morning, occasion.deadline) ? latest(morning, soon) : soon;
}

/** Once an hour at most. */
const nextDigest = ({ last }: Gathering, { now, policy }: Pick<Occasion, 'now' | 'policy'>): Instant =>
  latest(plus(now, burst), ...(last ? [plus(last.at, policy.digest.within)] : []));

const canWaitForDay = ({ risk, policy }: Occasion): boolean => policy.digest.daily.includes(risk);

const isBefore = (at: Instant, deadline: Instant | undefined): boolean =>
  deadline === undefined || at < deadline;

const calendarOf = ({ policy, timeZone = policy.timeZone }: Occasion) => ({
  workingHours: policy.workingHours,
  timeZone,
});

/** Longer than a function runs: whoever began to send and has not ended by then never will. */
const longestRun = duration('PT2M');

/** From when on the digest may be sent by whoever asks; `undefined` if there is nothing to send. */
export function findDigestDue({ waiting, due, sending }: Gathering): Instant | undefined {
  if (waiting.length === 0 || due === undefined) return undefined;
  return sending === undefined ? due : latest(due, plus(sending, longestRun));
}

/** Whoever was sending it has failed: the next one may go on at once. */
export const letGo = ({ posted, waiting, due, last }: Gathering): Gathering => ({
  ...{ posted, waiting },
  ...(due !== undefined && { due }),
  ...(last && { last }),
});

/** What is left when those were named or need no message any more. */
export function settleDigest(
  before: Gathering,
  settled: readonly Waiting[],
  { now, policy }: Pick<Occasion, 'now' | 'policy'>,
): Gathering {
  const { posted, waiting, last } = before;
  const left = waiting.filter((one) => !settled.some((other) => isAlike(one, other) && one.of <= other.of));
  return {
    posted,
    waiting: left,
    ...(left.length > 0 && { due: nextDigest({ posted, waiting, ...(last && { last }) }, { now, policy }) }),
    ...(last && { last: { ...last, done: true } }),
  };
}
