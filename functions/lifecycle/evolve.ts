/** evolve(state, event) → state: what a fact does to an exception. It never refuses: the decision has been made. */
import { isNearer } from './apply-policy.ts';
import { duration, latest, plus } from '#time/instant.ts';
import { inventory } from './inventory.ts';
import { addChosen, chosenByComment, chosenOf, chosenByHandover, addIdentified } from '#policy/chosen.ts';
import { fingerprint } from '#risk/fingerprint.ts';
import { compareMoments, isSince } from '#time/moment.ts';
import { isSameOwner, ownerKey } from '#policy/owner.ts';
import { createChange, earlierChange, firstChange, isNobody } from './changes.ts';
import { makersIn, makersOf, mergeMakers } from '#policy/makers.ts';
import type {
  Actor,
  Answer,
  Assessed,
  Card,
  Change,
  Disabling,
  Exception,
  Known,
  Maker,
  Note,
  Owner,
  Rung,
  Unconfirmed,
  Undo,
  Was,
} from './exception.ts';
import { isKnownEvent } from './events.ts';
import { trackUnderWay } from './under-way.ts';
import type { Instant } from '#time/instant.ts';
import type { Event, ExceptionOpened, PolicyApplied, Seen } from './events.ts';

/** As many messages as are worth updating in place; older ones scroll away. */
const mostCards = 10;
/** More than it takes to tell a tool that keeps re-applying from a person. */
const mostReopened = 10;

export const evolve = (before: Exception | undefined, event: Event): Exception =>
  trackUnderWay(before, event, corrected(happened(before, event), event));

/** What all records together amount to, if the event alone makes something else of it. */
function corrected(state: Exception, event: Event): Exception {
  if (!('corrected' in event)) return state;
  const { removedAt, disabledAt, harmless, confirmBy, byPolicy, question, ...facts } = event.corrected;
  switch (state.state) {
    case 'removed': {
      const { harmless: before, ...rest } = state;
      return {
        ...rest,
        ...facts,
        ...(removedAt && { removedAt }),
        ...((harmless ?? before) && { harmless: true }),
      };
    }
    case 'disabled':
      return { ...state, ...facts, ...(disabledAt && { disabledAt }) };
    case 'unconfirmed':
      return {
        ...(confirmBy ? { ...unpoliced(state), confirmBy } : state),
        ...(byPolicy && { byPolicy }),
        ...facts,
        ...(question && { question }),
      };
    default:
      return { ...state, ...facts };
  }
}

function happened(before: Exception | undefined, event: Event): Exception {
  if (event.type === 'ExceptionOpened') return opened(before, event);
  if (!before) throw new RangeError(`${event.type} before anything was opened: the trail is incomplete`);
  const state = { ...before, version: before.version + 1 };
  if (!isKnownEvent(event)) return state;
  /** What is asked or allowed changes here: answers to older cards are too late. */
  const asOfNow = { asOf: state.version };

  switch (event.type) {
    case 'ChangeNoted':
      // What Lapse itself did makes nobody a maker, and does not count as the newest change.
      if (event.ours) return { ...state, ...identity(event) };
      if (event.another)
        return {
          ...state,
          ...(event.life && touched(state, event)),
          ...(event.owner && asOfNow),
          ...owned(state, event),
        };
      return {
        ...state,
        ...identity(event),
        ...touched(state, event),
        ...(event.settings && { settings: event.settings }),
        ...off(state, event),
        ...stillHarmless(state, event),
        ...(event.owner && asOfNow),
        ...owned(state, event),
      };
    case 'ExceptionChanged': {
      const changed = {
        ...state,
        ...asOfNow,
        ...assessed(event),
        ...identity(event),
        ...touched(state, event),
        ...owned(state, event),
        ...off(state, event),
        ...stillHarmless(state, event),
      };
      if (event.confirmBy === undefined)
        return changed.state === 'unconfirmed' && event.risk !== state.risk ? unpoliced(changed) : changed;
      if (changed.state === 'held') return { ...changed, resume: 'unconfirmed', confirmBy: event.confirmBy };
      return {
        ...known(changed),
        ...question(event),
        state: 'unconfirmed',
        question: 'changed',
        confirmBy: event.confirmBy,
        byPolicy: event.confirmBy,
      };
    }
    case 'ExceptionReopened':
      return {
        ...known(state),
        ...asOfNow,
        ...assessed(event),
        ...identity(event),
        ...touched(state, event),
        ...owned(state, event),
        ...question(event),
        ...(event.alert && {
          reopened: [...(state.reopened ?? []), event.at].slice(-mostReopened),
          reopenings: [
            ...(state.reopenings ?? []),
            {
              by: event.changedBy,
              at: event.changedAt,
              offAt: state.state === 'disabled' ? state.disabledAt : event.at,
            },
          ].slice(-mostReopened),
        }),
        state: 'unconfirmed',
        question: event.alert ? 're-enabled' : 'opened',
        confirmBy: event.confirmBy,
        byPolicy: event.confirmBy,
      };
    case 'ExceptionRemoved': {
      const over = { ...known(state), ...asOfNow, ...identity(event), state: 'removed' as const };
      if (event.harmless)
        return {
          ...over,
          ...touched(state, event),
          ...owned(state, event),
          ...(event.became && assessed(event.became)),
          harmless: true,
          removedAt: latest(state.changedAt, event.changedAt),
        };
      // Removing an object makes nobody a maker, and nothing is done to it later.
      const { changedBy, changedAt, operation } = event;
      return {
        ...over,
        ...(event.life && touched(state, event)),
        ...owned(state, event),
        ...(event.became && assessed(event.became)),
        ...(operation === inventory ? {} : { changed: createChange(event) }),
        changedBy,
        changedAt,
        removedAt: changedAt,
      };
    }
    case 'ExceptionJoined':
      return { ...withoutGuid(known(state)), ...asOfNow, state: 'removed', removedAt: event.at };
    case 'ExceptionFoundGone':
      return { ...known(state), ...asOfNow, state: 'removed', removedAt: event.at };
    case 'ExceptionSwitchedOff':
      return {
        ...known(state),
        ...asOfNow,
        ...identity(event),
        ...(event.became && assessed(event.became)),
        ...owned(state, event),
        ...touched(state, event),
        state: 'disabled',
        cause: 'at source',
        disabledAt: event.changedAt,
      };

    case 'OwnerTold': {
      const { slackUser } = event;
      const { alsoAsked } = state;
      // Somebody may have handed it over while the message was on its way: then this is not the owner's Slack user.
      const isOther = event.to !== undefined && event.to !== ownerKey(state.owner);
      const owner = isOther ? state.owner : boundTo(state.owner, slackUser);
      const others = isOther
        ? alsoAsked?.map((one) =>
            ownerKey(one.owner) === event.to ? { ...one, owner: boundTo(one.owner, slackUser) } : one,
          )
        : alsoAsked;
      const whom = isOther ? others?.find((one) => ownerKey(one.owner) === event.to)?.owner : owner;
      // Whoever is asked under an address is the person who made it or was named under that address.
      const asked =
        whom?.type === 'person' && slackUser !== undefined ? [whoIs(whom.address, slackUser)] : [];
      const told =
        event.deadline === undefined
          ? state.told
          : [
              ...state.told,
              {
                ...(event.to !== undefined && { to: event.to }),
                deadline: event.deadline,
                at: event.at,
                ...(event.alertsOnly && { alertsOnly: event.alertsOnly }),
              },
            ];
      return {
        ...state,
        ...addIdentified(state, [...(event.makers ?? []), ...asked]),
        ...onLadder(state, owner),
        ...(others && { alsoAsked: others }),
        owner,
        told,
        cards: added(state, event),
      };
    }
    case 'ApproversTold':
      return {
        ...state,
        ...addIdentified(state, event.makers ?? []),
        cards: added(state, event),
        approversTold: Math.max(state.approversTold ?? 0, event.of),
      };
    case 'MakersIdentified':
      return { ...state, ...addIdentified(state, event.makers) };
    case 'OwnerUnreachable':
      return { ...state, owner: event.next, rung: event.rung, ...unchosen(state, event.at) };
    case 'NextAsked':
      return {
        ...state,
        alsoAsked: [...(state.alsoAsked ?? []), { rung: event.rung, owner: event.next }],
      };
    case 'PolicyApplied':
      return moved(state, event);
    case 'BreakerTripped':
    case 'BreakerReleased':
    case 'EnforcementChanged':
      return state;
    case 'ReminderDue':
      return { ...state, reminded: event.step };
    case 'LapseObserved':
      // Whoever was told of the deadline was told of one at which nothing happened.
      return {
        ...state,
        told: [],
        movedAt: event.at,
        reminded: event.at,
        postponedTo: event.next,
        spared: { at: event.at, cause: event.cause, why: event.why },
      };
    case 'DeadlineRestarted':
      return { ...unspared(state), told: [], movedAt: event.at, reminded: event.at, postponedTo: event.to };
    case 'DeadlinePostponed':
      return { ...state, postponedTo: event.to };
    case 'ExceptionEscalated':
      return { ...state, postponedTo: event.next };

    case 'ExceptionApproved':
    case 'ExceptionRenewed':
    case 'ExceptionRestored': {
      const renewals = event.type === 'ExceptionRenewed' ? event.renewals : state.renewals;
      const answer: Answer =
        event.type === 'ExceptionApproved'
          ? 'approved'
          : event.type === 'ExceptionRenewed'
            ? 'renewed'
            : 'restored';
      return {
        ...known(state),
        ...asOfNow,
        ...question(event),
        ...answered(event, answer),
        renewals,
        approval: event.approval,
        state: 'confirmed',
      };
    }
    case 'ApprovalVoided':
      // Somebody independent holds it: nothing happens until their date, and then the question is asked.
      if (state.state === 'held' && event.of === 'approval')
        return { ...state, ...asOfNow, resume: 'unconfirmed', confirmBy: event.confirmBy };
      // If the void approval had Lapse switch it on again and it is not on yet, it stays off and the question is
      // asked as it is.
      if (state.acting?.act === 'restore')
        return {
          ...known(state),
          ...asOfNow,
          ...question(event),
          state: 'disabled',
          cause: 'disable first',
          disabledAt: event.at,
        };
      return {
        ...known(state),
        ...asOfNow,
        ...question(event),
        state: 'unconfirmed',
        question: 'voided',
        confirmBy: event.confirmBy,
        byPolicy: event.confirmBy,
      };
    case 'ExceptionDeclined':
      return {
        ...disabling(state, 'declined', event.reportBy),
        ...asOfNow,
        ...answered(event, 'declined'),
        ...undoOf(state, event),
      };
    case 'ExceptionRevoked':
      return {
        ...disabling(state, 'revoked', event.reportBy),
        ...asOfNow,
        ...answered(event, 'revoked'),
        ...undoOf(state, event),
      };
    case 'ExceptionLapsed':
    case 'DisableOrdered':
      return { ...disabling(state, event.cause, event.reportBy), ...asOfNow };
    case 'AnswerRefused':
      return state;
    case 'OwnerReassigned': {
      const ladder: readonly Rung[] = event.ladder ?? [{ from: 'reassigned', owner: event.owner }];
      return {
        ...withoutUndo(state),
        ...asOfNow,
        ...owned(state, { at: event.at, ladder }),
        chosen: addChosen(
          chosenOf(state),
          'slackUser' in event.actor ? chosenByHandover(ladder, event.actor.slackUser) : [],
        ),
      };
    }
    case 'HelpAsked':
      return event.colleague === undefined ? { ...state, helpAsked: state.asOf } : state;
    case 'ReminderWished':
      return { ...state, wished: event.remindAt };
    case 'ExceptionHeld': {
      const confirmBy = state.state === 'unconfirmed' ? state.confirmBy : event.until;
      return {
        ...known(state),
        ...asOfNow,
        ...answered(event, 'held'),
        state: 'held',
        until: event.until,
        resume: state.state === 'confirmed' ? 'confirmed' : 'unconfirmed',
        confirmBy,
      };
    }
    case 'HoldEnded': {
      const base = { ...known(state), ...asOfNow, ...question(event) };
      const { approval } = state;
      return state.state === 'held' && state.resume === 'confirmed' && approval
        ? { ...base, state: 'confirmed', approval, postponedTo: event.deadline }
        : { ...base, state: 'unconfirmed', question: 'opened', confirmBy: event.deadline };
    }

    case 'DisableFailed':
      return state.state === 'disabling'
        ? { ...state, ...acted(event), phase: 'waiting', nextAt: event.nextAt, failure: event.why }
        : state;
    case 'DisableRetried':
      return state.state === 'disabling'
        ? { ...state, phase: 'running', attempt: event.attempt, nextAt: event.reportBy }
        : state;
    case 'SettingsKept':
      return { ...state, guid: event.guid, settings: event.settings, complete: true };
    case 'ExceptionDisabled': {
      const cause = state.state === 'disabling' ? state.cause : 'revoked';
      return {
        ...known(state),
        ...asOfNow,
        ...acted(event),
        guid: event.guid,
        settings: event.before,
        complete: true,
        state: 'disabled',
        cause,
        disabledAt: event.at,
        looking: { after: 'hour', attempt: 0, phase: 'waiting', nextAt: plus(event.at, duration('PT1H')) },
        ...(state.state === 'disabling' && state.undo && { undo: state.undo }),
      };
    }
    case 'LookOrdered': {
      const { after, attempt, nextAt } = event;
      return state.state === 'disabled'
        ? { ...state, looking: { after, attempt, phase: 'running', nextAt } }
        : state;
    }
    case 'LookFailed':
      return state.state === 'disabled' && state.looking
        ? { ...state, looking: { ...state.looking, phase: 'waiting', nextAt: event.nextAt } }
        : state;
    case 'StayedDisabled':
      return state.state === 'disabled' ? without(state, 'looking') : state;
    case 'DisableUndone': {
      if ((state.state !== 'disabling' && state.state !== 'disabled') || !state.undo) return state;
      const { was } = state.undo;
      return {
        ...without(known(state), 'answered'),
        ...was,
        ...asOfNow,
        undoneAt: event.at,
        ...(event.deadline !== undefined && { postponedTo: event.deadline }),
      } as Exception;
    }
    case 'ActDone':
    case 'ActFailed':
      return { ...state, ...acted(event) };
    case 'ActRetried':
    case 'QuestionRepeated':
    case 'LookUpRepeated':
      return state;
  }
}

/** The state after all of the events; of a whole trail, if there is no state before. */
export function evolveAll<State extends Exception | undefined>(
  before: State,
  events: Iterable<Event>,
): State | Exception {
  let state: State | Exception = before;
  for (const event of events) state = evolve(state, event);
  return state;
}

function opened(before: Exception | undefined, event: ExceptionOpened): Exception {
  const version = (before?.version ?? 0) + 1;
  const change = createChange(event);
  // It was harmless for a while, and never gone: its makers remain its makers.
  const earlierOn = event.resumes && before ? before : undefined;
  const { earlier: others = [] } = event;
  const changes = [
    ...(earlierOn?.changed ? [earlierOn.changed] : []),
    ...others,
    ...(event.operation === inventory ? [] : [change]),
  ];
  const newest = changes.toSorted(compareMoments).at(-1);
  const chosen = addChosen(earlierOn ? chosenOf(earlierOn) : [], chosenByComment(event.names));
  const known: Known = {
    id: event.id,
    tenant: event.tenant,
    kind: event.kind,
    name: event.name,
    ...(event.guid === undefined ? {} : { guid: event.guid }),
    ...assessed(event),
    owner: event.owner,
    ...(event.ladder === undefined ? {} : { ladder: event.ladder, rung: 0 }),
    ...(event.note === undefined ? {} : { note: event.note }),
    makers: mergeMakers(
      earlierOn ? makersOf(earlierOn) : [],
      ...others.map(({ by }) => makersIn(by)),
      event.told?.change === 'remove' ? [] : makersIn(event.changedBy),
    ),
    chosen,
    openedAt: event.at,
    changedBy: newest && newest.at >= event.changedAt ? newest.by : event.changedBy,
    changedAt: latest(event.changedAt, ...changes.map(({ at }) => at)),
    made: [...(earlierOn ? [firstChange(earlierOn)] : []), ...others].reduce(earlierChange, change),
    ...(newest && { changed: newest }),
    ...(earlierOn?.keptEnd !== undefined && { keptEnd: earlierOn.keptEnd }),
    ...(event.confirmBy !== undefined && event.graceUntil !== undefined && { graceEnd: event.graceUntil }),
    renewals: 0,
    version,
    asOf: version,
    cards: [],
    ...question(event),
  };
  if (event.end) {
    const { at, by } = event.end;
    return { ...known, state: 'removed', removedAt: at, changed: event.end, changedAt: at, changedBy: by };
  }
  if (event.harmless) return { ...known, state: 'removed', harmless: true, removedAt: known.changedAt };
  return event.confirmBy === undefined
    ? { ...known, state: 'disabled', cause: 'at source', disabledAt: event.offSince ?? event.changedAt }
    : {
        ...known,
        state: 'unconfirmed',
        question: 'opened',
        confirmBy: event.confirmBy,
        byPolicy: event.confirmBy,
        ...(event.imported && { graceUntil: event.confirmBy }),
      };
}

const assessed = (event: Assessed): Assessed => {
  const { settings, complete, risk, findings, remedy, evidence, breadth } = event;
  return {
    settings,
    complete,
    risk,
    findings,
    remedy,
    ...(evidence === undefined ? {} : { evidence }),
    ...(breadth === undefined ? {} : { breadth }),
  };
};

/**
 * Who changed it and when, as every record about it says, whatever else it brings. Author and time of a change are
 * never separated. The inventory sees that there was a change, not who made it: its entry stands only until the log
 * names somebody.
 */
function touched(state: Exception, event: Seen & Pick<Event, 'type'> & { readonly completes?: true }) {
  if (event.life) return madeOf(state, event.life);
  const change = createChange(event);
  const isRecord = event.operation !== inventory;
  const made = earlierChange(firstChange(state), change);
  const isNewest = isRecord && (state.changed === undefined || compareMoments(change, state.changed) > 0);
  const changed = isNewest ? change : state.changed;
  const isChange = isRecord || (event.type !== 'ChangeNoted' && event.completes === undefined);
  const isLate = isRecord ? !isNewest : event.changedAt < state.changedAt;
  const isNews = !isLate && (isSince(change, state.changedAt) || isNobody(state.changedBy));
  const isMade =
    isRecord || (isChange && event.type !== 'ExceptionRemoved' && event.type !== 'ExceptionSwitchedOff');
  return {
    made,
    ...(changed === undefined ? {} : { changed }),
    changedBy: isChange && isNews ? event.changedBy : state.changedBy,
    changedAt: latest(state.changedAt, event.changedAt),
    ...namedIn(state, event),
    makers: mergeMakers(makersOf(state), isMade ? makersIn(event.changedBy) : []),
    chosen: addChosen(chosenOf(state), chosenByComment(event.names)),
  };
}

/** The inventory saw that it was on again; the log says later who had done it, and when. */
function namedIn(
  { reopenings }: Exception,
  { changedBy, changedAt, told }: Seen,
): Pick<Exception, 'reopenings'> {
  const last = reopenings?.at(-1);
  const isOn = told?.change === 'enable' || told?.change === 'create' || told?.enabled === true;
  return reopenings && last && isNobody(last.by) && isOn && changedAt >= last.offAt
    ? { reopenings: [...reopenings.slice(0, -1), { ...last, by: changedBy, at: changedAt }] }
    : {};
}

/** All changes to it, if some that were made to another object had been taken for its own. */
function madeOf(state: Exception, life: readonly Change[]) {
  const inOrder = life.toSorted(compareMoments);
  const [first, newest] = [inOrder[0], inOrder.at(-1)];
  if (!first || !newest) return {};
  const makers = life.flatMap(({ by }) => makersIn(by));
  const known = makersOf(state).filter(({ id }) => makers.some((maker) => maker.id === id));
  const whole = { made: inOrder.reduce(earlierChange), makers: mergeMakers(known, makers) };
  // Nothing is newer than its removal.
  return state.state === 'removed' && !state.harmless
    ? whole
    : { ...whole, changed: newest, changedBy: newest.by, changedAt: newest.at };
}

const without = <State extends object, Field extends keyof State>(
  state: State,
  field: Field,
): Omit<State, Field> =>
  Object.fromEntries(Object.entries(state).filter(([name]) => name !== field)) as Omit<State, Field>;

/** What the exception that goes on has from now on. */
const withoutGuid = <State extends { readonly guid?: string }>(state: State): Omit<State, 'guid'> =>
  without(state, 'guid');

/** The newest change is known to have made it harmless. */
const stillHarmless = (state: Exception, { changedAt }: Seen) =>
  state.state === 'removed' && state.harmless ? { removedAt: latest(state.removedAt, changedAt) } : {};

/** Since when it is off, if that is stated again. */
const off = (state: Exception, { offSince }: { readonly offSince?: Instant }) =>
  state.state === 'disabled' && offSince !== undefined ? { disabledAt: offSince } : {};

/** Whom to ask from now on, if the event says so. Whoever is asked already stays bound to their Slack user. */
function owned(
  state: Exception,
  { at, ladder, note }: { readonly at: Instant; readonly ladder?: readonly Rung[]; readonly note?: Note },
) {
  const first = ladder?.[0];
  const isSame = first && isSameOwner(first.owner, state.owner);
  return {
    ...(ladder && first
      ? {
          owner: isSame ? state.owner : first.owner,
          ladder,
          rung: 0,
          ...(state.alsoAsked && { alsoAsked: [] }),
          ...(!isSame && unchosen(state, at)),
        }
      : {}),
    ...(note === undefined ? {} : { note }),
  };
}

/** Its new owner did not choose its term. */
const unchosen = (state: Exception, at: Instant): Pick<Exception, 'movedAt'> =>
  state.state === 'confirmed' ? { movedAt: at } : {};

/**
 * Whoever was asked keeps their place on the ladder with their Slack user: they may see the exception even when
 * somebody else is the owner.
 */
const onLadder = ({ ladder, rung = 0 }: Exception, owner: Owner): Pick<Exception, 'ladder'> =>
  ladder === undefined
    ? {}
    : { ladder: ladder.map((one, index) => (index === rung ? { ...one, owner } : one)) };

const boundTo = (owner: Owner, slackUser: string | undefined): Owner =>
  owner.type === 'person' && slackUser !== undefined ? { ...owner, slackUser } : owner;

const whoIs = (address: string, slackUser: string): Maker => ({
  id: address.toLowerCase(),
  slackUser,
  sought: true,
});

/** What is said below a card that is there already adds none. */
const added = ({ cards }: Exception, { card }: { readonly card: Card }): readonly Card[] =>
  [...cards.filter(({ channel, ts }) => channel !== card.channel || ts !== card.ts), card].slice(-mostCards);

/** Whoever was told of a later deadline was not told of the nearer one, nor of what silence now does. */
function moved(before: Exception, event: PolicyApplied): Exception {
  const { at, policy, confirmBy, byPolicy, expiresAt, reviewBy } = event;
  const state = {
    ...before,
    appliedPolicy: policy,
    ...((event.moved ?? event.silence) && { movedAt: at }),
    // The message about it serves as the reminder of every step that has passed.
    ...(isNearer(event) && { told: [], reminded: at }),
  };
  if (state.state === 'unconfirmed' && confirmBy !== undefined)
    return { ...unpoliced(state), confirmBy, ...(byPolicy !== undefined && { byPolicy }) };
  const { approval } = state;
  const isKept = state.state === 'confirmed' || state.state === 'held';
  if (isKept && approval && expiresAt !== undefined && reviewBy !== undefined) {
    const { chosen = approval.expiresAt } = approval;
    return { ...state, approval: { ...approval, expiresAt, reviewBy, chosen } };
  }
  return state;
}

/** It is somebody else's now: only an approver switches it on again for them. */
function withoutUndo(state: Exception): Exception {
  return state.state === 'disabling'
    ? without(state, 'undo')
    : state.state === 'disabled'
      ? without(state, 'undo')
      : state;
}

function unspared(state: Exception): Exception {
  const rest: { -readonly [Field in keyof Exception]: Exception[Field] } = { ...state };
  delete rest.spared;
  return rest as Exception;
}

/** Its deadline no longer comes from policy. */
function unpoliced(state: Unconfirmed): Unconfirmed {
  const rest: { -readonly [Field in keyof Unconfirmed]: Unconfirmed[Field] } = { ...state };
  delete rest.byPolicy;
  return rest;
}

const identity = (event: { readonly guid?: string; readonly name?: string }) => ({
  ...(event.guid === undefined ? {} : { guid: event.guid }),
  ...(event.name === undefined ? {} : { name: event.name }),
});

const acted = ({ application }: { readonly application?: string }) =>
  application === undefined ? {} : { application };

/** A question or term starts here: nobody has been told of its deadline yet. */
const question = ({ at, policy }: { readonly at: Instant; readonly policy?: string }) => ({
  since: at,
  told: [] as const,
  ...(policy !== undefined && { askedUnder: policy }),
});

const answered = (event: Event & { readonly actor: Actor }, answer: Answer) => ({
  answered: { by: event.actor, at: event.at, answer },
});

const disabling = (
  state: Exception,
  cause: Disabling['cause'],
  reportBy: Disabling['nextAt'],
): Disabling => ({
  ...known(state),
  state: 'disabling',
  cause,
  attempt: 1,
  phase: 'running',
  nextAt: reportBy,
});

/** Whoever orders a disable can take it back for a while: then everything is as it was. */
function undoOf(
  state: Exception,
  { actor, at }: { readonly actor: Actor; readonly at: Instant },
): { readonly undo?: Undo } {
  if (state.state !== 'unconfirmed' && state.state !== 'confirmed' && state.state !== 'held') return {};
  const was = Object.fromEntries(Object.entries(state).filter(([name]) => ends(name))) as unknown as Was;
  return { undo: { by: actor, at, ...(state.complete && { fingerprint: fingerprint(state) }), was } };
}

/** What ends with the state, and so does what is under way in Exchange. */
const ends = (name: string): boolean =>
  name === 'answered' || (outlives as Readonly<Record<string, boolean>>)[name] === false;

/**
 * What outlives the state and the question in which it was learned. Every field of an exception is decided on here. A
 * field that is not in this list was written by a newer release, which may need it again: it stays.
 */
const outlives = {
  id: true,
  tenant: true,
  kind: true,
  name: true,
  guid: true,
  settings: true,
  complete: true,
  risk: true,
  findings: true,
  remedy: true,
  evidence: true,
  breadth: true,
  owner: true,
  openedAt: true,
  changedBy: true,
  changedAt: true,
  made: true,
  changed: true,
  renewals: true,
  version: true,
  asOf: true,
  cards: true,
  told: true,
  since: true,
  reminded: false,
  postponedTo: false,
  spared: false,
  approval: true,
  ladder: true,
  rung: true,
  alsoAsked: false,
  note: true,
  makers: true,
  chosen: true,
  movedAt: false,
  askedUnder: true,
  // A new question or term follows the policy of its own time.
  appliedPolicy: false,
  reopened: true,
  reopenings: true,
  application: true,
  acting: true,
  keptEnd: true,
  unheard: false,
  seeking: false,
  helpAsked: false,
  wished: false,
  approversTold: false,
  answered: true,
  undoneAt: true,
  undo: false,
  looking: false,
  state: false,
  confirmBy: false,
  byPolicy: false,
  graceUntil: false,
  graceEnd: true,
  question: false,
  until: false,
  resume: false,
  cause: false,
  attempt: false,
  phase: false,
  nextAt: false,
  failure: false,
  disabledAt: false,
  removedAt: false,
  harmless: false,
} as const satisfies Record<FieldOf<Exception>, boolean>;

type FieldOf<Of> = Of extends unknown ? keyof Of : never;

/** The fields of every state, without those of the present one (and of the question that ended with it). */
const known = (state: Exception): Known =>
  Object.fromEntries(
    Object.entries(state).filter(
      ([name, value]) =>
        value !== undefined && ((outlives as Readonly<Record<string, boolean>>)[name] ?? true),
    ),
  ) as unknown as Known;
