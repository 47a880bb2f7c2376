/**
 * Carries out in Slack what a recorded event calls for. It is called at least once for every event, so each
 * message is put down in the register as told, and is not posted again once it is there. Between posting and
 * putting down lies the one gap in which a crash makes a message appear twice: Slack has no idempotency key.
 */
import { authorityOf, findUnidentified } from '#policy/authority.ts';
import { addIdentified } from '#policy/chosen.ts';
import { channelOf, ownerKey } from '#policy/owner.ts';
import { isApprovable } from '#lifecycle/asked.ts';
import { react } from '#lifecycle/react.ts';
import { createAlert } from './alert.ts';
import { askNext } from './ask-next.ts';
import { createCard, placeOf } from './card.ts';
import { deliver, isGone, topIn, type Outgoing } from './deliver.ts';
import { readHistory } from './exceptions.ts';
import { findTurn, type Recipient } from './gather.ts';
import { isInDigest, refreshDigest } from './refresh-digest.ts';
import { informConcerned } from './inform.ts';
import { SlackRefusal } from './failure.ts';
import { passOn } from './pass-on.ts';
import { identifyMakers, findReachable, whyUndelivered } from './owner.ts';
import { recordMakers } from './makers.ts';
import { approversToMention, describeCall } from './thread-line.ts';
import { findDeadline } from './words.ts';
import type { Event } from '#lifecycle/events.ts';
import type { Effect } from '#lifecycle/react.ts';
import type { Card, Exception, Maker, Owner } from '#lifecycle/exception.ts';
import type { AskDependencies, CardDependencies } from './dependencies.ts';
import type { Slack } from './slack.ts';

/** An event as the bus brought it. */
export interface Happened {
  readonly exceptionId: string;
  /** The version the event made. */
  readonly version: number;
  readonly event: Event;
}

/**
 * Throws if Slack cannot be reached or refuses because of a mistake of ours: the queue then brings the event again.
 */
export async function askOwner(dependencies: AskDependencies, happened: Happened): Promise<void> {
  const { exceptions, slack, log } = dependencies;
  const { exception, trail } = await exceptions.history(happened.exceptionId);
  if (!exception)
    throw new Error(`${happened.exceptionId} has an event on the bus but is not in the register`);

  const effects = react(happened.event, exception);
  // Alerts last: nothing remembers that they were posted, so nothing after them may make the event come again.
  const message = effects.find(isMessage);
  const sent = message
    ? await sendMessages(dependencies, exception, trail(), happened, message)
    : { exception, shown: [] };
  const toApprovers = effects.find((effect) => effect.type === 'ask-approvers');
  if (toApprovers) await askApprovers(dependencies, exception, trail, toApprovers);
  if (happened.event.type === 'NextAsked' && effects.some(({ type }) => type === 'ask-next'))
    await askNext(dependencies, exception, trail(), { event: happened.event, version: happened.version });
  // By whoever is found its owner may turn out not to be who may approve it: that is an event of its own.
  const known = effects.some(({ type }) => type === 'identify')
    ? await recordMakers(dependencies, sent.exception)
    : sent.exception;
  if (effects.some(({ type }) => type === 'refresh')) await refresh(dependencies, known, sent.shown);
  const { event } = happened;
  if (event.type === 'HelpAsked' && effects.some(({ type }) => type === 'pass-on'))
    await passOn(dependencies, known, event, trail().slice(0, happened.version));
  if (effects.some(({ type }) => type === 'inform'))
    await informConcerned(dependencies, known, {
      event,
      history: trail().slice(0, happened.version),
      asked: message !== undefined,
    });
  for (const effect of effects)
    if (effect.type === 'alert') {
      await slack.post(
        channelOf(dependencies.policy, exception),
        await createAlert(dependencies, effect.text, exception, event),
      );
      log('alert posted', { exception: exception.id, version: happened.version });
    }
}

/** Whom the message is owed that its owner has heard. */
async function askApprovers(
  dependencies: AskDependencies,
  exception: Exception,
  trail: () => readonly Event[],
  { deadline }: ToApprovers,
): Promise<void> {
  const { id, unheard } = exception;
  if (!unheard?.approvers) {
    dependencies.log('not told: the approvers were told, or need not be', { exception: id });
    return;
  }
  const history = trail();
  const effect =
    deadline === undefined ? ({ type: 'ask' } as const) : ({ type: 'remind', deadline } as const);
  await messageApprovers(dependencies, exception, history, { version: unheard.of, effect, makers: [] });
}

type ToApprovers = Extract<Effect, { type: 'ask-approvers' }>;
type ToOwner = Extract<Effect, { type: 'ask' | 'remind' | 'tell' }>;

const isMessage = (effect: Effect): effect is ToOwner =>
  effect.type === 'ask' || effect.type === 'remind' || effect.type === 'tell';

/** The exception once its people were told, and the cards that show it so. */
interface Sent {
  readonly exception: Exception;
  readonly shown: readonly Card[];
  /** They are told in a digest. */
  readonly gathered?: true;
}

/** Why the message is not sent any more; `undefined` if it still should be. */
function overtaken(
  effect: ToOwner,
  exception: Exception,
  version: number,
  history: readonly Event[],
  owedToApprovers: boolean,
): string | undefined {
  const isTold = ownerTold(history, version, exception.owner);
  const areTold = toldAbout(history, 'ApproversTold', version).length > 0;
  // Not every newer version asks by itself: one that only completes what is known leaves that to this one.
  const isSuperseded = (by: readonly ToOwner['type'][]): boolean =>
    history
      .slice(version)
      .some(
        (event, index) =>
          firstOf(history, version + index + 1) !== firstOf(history, version) &&
          react(event, exception).some((newer) => isMessage(newer) && by.includes(newer.type)),
      );
  if (isTold && (areTold || !owedToApprovers)) return 'told before';
  switch (effect.type) {
    case 'ask': {
      if (!isApprovable(exception)) return 'answered or ended meanwhile';
      return isSuperseded(['ask']) ? 'a newer question is on its way' : undefined;
    }
    case 'remind':
      if (exception.asOf > version && findDeadline(exception) !== effect.deadline)
        return 'answered or ended meanwhile';
      return isSuperseded(['ask', 'remind']) ? 'a newer message is on its way' : undefined;
    case 'tell':
      return exception.state === 'disabled' ? undefined : 'no longer the case';
  }
}

async function sendMessages(
  dependencies: AskDependencies,
  exception: Exception,
  history: readonly Event[],
  { version }: Happened,
  effect: ToOwner,
): Promise<Sent> {
  const { log } = dependencies;
  const said = { exception: exception.id, version };
  const owed =
    effect.type !== 'tell' &&
    exception.owner.type === 'person' &&
    !authorityOf(exception, dependencies.policy).owner;
  const why = overtaken(effect, exception, version, history, owed);
  if (why !== undefined) {
    log(`not told: ${why}`, said);
    return { exception, shown: [] };
  }
  const unknown = findUnidentified(exception, dependencies.policy);
  const makers = await identifyMakers(dependencies.slack, unknown, dependencies.policy, log);
  const known = { ...exception, ...addIdentified(exception, makers) };
  const own = await messageOwner(dependencies, known, history, { version, effect, makers });
  if (own.gathered)
    // Nobody may approve it before it is known who they are, and its digest looks nobody up.
    return { exception: await recordMakers(dependencies, exception), shown: [] };
  const theirs = await messageApprovers(dependencies, own.exception, history, { version, effect, makers });
  return { exception: theirs.exception, shown: [...own.shown, ...theirs.shown] };
}

interface Telling {
  readonly version: number;
  readonly effect: ToOwner;
  /** Looks up in Slack who made the change. */
  readonly makers: readonly Maker[];
}

/** The same message, be it that it was called for once or several times until somebody was told. */
const toldAbout = (history: readonly Event[], type: 'OwnerTold' | 'ApproversTold', version: number) =>
  history.filter((past) => past.type === type && firstOf(history, past.of) === firstOf(history, version));

/** The present owner: it may have been somebody else when the message was sent. */
const ownerTold = (history: readonly Event[], version: number, owner: Owner): boolean =>
  toldAbout(history, 'OwnerTold', version).some(
    (past) => past.type === 'OwnerTold' && (past.to === undefined || past.to === ownerKey(owner)),
  );

/** The version that first called for the message that `version` calls for. */
function firstOf(history: readonly Event[], version: number): number {
  const event = history[version - 1];
  return event?.type === 'QuestionRepeated' ? event.of : version;
}

/** Goes down the ladder until somebody is reached. The last rung is a channel, whose failure is ours. */
async function messageOwner(
  dependencies: AskDependencies,
  exception: Exception,
  history: readonly Event[],
  { version, effect, makers }: Telling,
): Promise<Sent> {
  const { exceptions, slack, policy, now, log } = dependencies;
  if (ownerTold(history, version, exception.owner)) return { exception, shown: [] };
  const content = { exception, history, policy, now, reminder: effect.type === 'remind' };
  const { owner } = exception;
  const deadline = effect.type === 'remind' ? effect.deadline : findDeadline(exception);
  const line = describeCall(effect.type, exception, policy, deadline);

  const about = { exception: exception.id, version: firstOf(history, version), to: ownerKey(owner) };
  const gathered = { exception, shown: [], gathered: true } as const;
  const waits = async (recipient: Recipient): Promise<boolean> =>
    (await findTurn(dependencies, recipient, exception, {
      of: version,
      owner: ownerKey(owner),
      about: effect.type,
    })) !== 'now';
  let why: string | undefined;
  let posted: Card | undefined;
  let slackUser: string | undefined;
  let addressee: string | undefined;
  if (owner.type === 'person') {
    const reached = await findReachable(slack, owner, log);
    if (reached.type === 'nobody') why = reached.why;
    else {
      if (await waits({ to: reached.slackUser, timeZone: reached.timeZone })) return gathered;
      const bound = { ...exception, owner: { ...owner, slackUser: reached.slackUser } };
      addressee = reached.slackUser;
      const attempt = await delivering(slack, {
        to: addressee,
        top: topIn(history, addressee),
        card: { ...createCard({ ...content, exception: bound }), about },
        line,
        mentioned: [addressee],
      });
      why = whyUndelivered(attempt.refusal, owner.address);
      if (attempt.refusal && why === undefined) throw attempt.refusal;
      posted = attempt.card;
      slackUser = reached.slackUser;
    }
  } else {
    const channel = owner.channel ?? channelOf(policy, exception);
    if (await waits({ to: channel })) return gathered;
    addressee = channel;
    const attempt = await delivering(slack, {
      to: channel,
      top: topIn(history, channel),
      card: { ...createCard({ ...content, fallback: owner.why }), about },
      line,
      // Approvers need not be in a channel that is some other team’s.
      mentioned: owner.channel === undefined ? approversToMention(exception, policy) : [],
    });
    why = owner.channel === undefined ? undefined : whyUndelivered(attempt.refusal, owner.channel);
    if (attempt.refusal && why === undefined) throw attempt.refusal;
    posted = attempt.card;
  }

  if (!posted) {
    const { exception: after } = await exceptions.execute({
      id: exception.id,
      receipt: `unreachable#${exception.id}#${version}#${exception.rung ?? 0}#${nameOf(owner)}`,
      now,
      command: { type: 'ReportUnreachable', owner, why: why ?? 'Slack does not reach them' },
    });
    log('owner not reachable: the next one is asked', { exception: exception.id, version });
    if (!after || isSame(after.owner, owner))
      throw new Error(`${exception.id} has nobody to ask after ${exception.ladder?.length ?? 0} rungs`);
    const next = { ...after, ...addIdentified(after, makers) };
    return messageOwner(dependencies, next, await readHistory(exceptions, exception.id), {
      version,
      effect,
      makers,
    });
  }

  const { exception: after = exception } = await exceptions.execute({
    id: exception.id,
    receipt: `told#${exception.id}#${version}#${ownerKey(owner)}`,
    now,
    command: {
      type: 'ReportTold',
      of: version,
      card: posted,
      owner,
      ...(addressee === undefined ? {} : { addressee }),
      ...(deadline === undefined ? {} : { deadline }),
      ...(slackUser === undefined ? {} : { slackUser }),
      ...(owner.type === 'team' ? { fallback: owner.why } : {}),
      ...(makers.length === 0 ? {} : { makers }),
    },
  });
  log(owner.type === 'person' ? 'owner told' : 'fallback channel told', { exception: exception.id, version });
  return { exception: after, shown: [posted] };
}

/** If its owner may not approve, those who may are asked too. The owner can still say no. */
async function messageApprovers(
  dependencies: AskDependencies,
  exception: Exception,
  history: readonly Event[],
  { version, effect, makers }: Telling,
): Promise<Sent> {
  const { exceptions, slack, policy, now, log } = dependencies;
  const unsent = { exception, shown: [] };
  if (effect.type === 'tell' || exception.owner.type === 'team') return unsent;
  if (toldAbout(history, 'ApproversTold', version).length > 0) return unsent;
  const { owner, why } = authorityOf(exception, policy);
  if (owner || why === undefined) return unsent;
  const content = { exception, history, policy, now, reminder: effect.type === 'remind' };
  const addressee = channelOf(policy, exception);
  const turn = await findTurn(dependencies, { to: addressee }, exception, {
    of: version,
    about: effect.type,
  });
  if (turn !== 'now') return unsent;
  const deadline = effect.type === 'remind' ? effect.deadline : findDeadline(exception);
  const posted = await deliver(slack, {
    to: addressee,
    top: topIn(history, addressee),
    card: {
      ...createCard({ ...content, forApprovers: true }),
      about: { exception: exception.id, version: firstOf(history, version), to: addressee },
    },
    line: describeCall(effect.type, exception, policy, deadline),
    mentioned: approversToMention(exception, policy),
  });
  const { exception: after = exception } = await exceptions.execute({
    id: exception.id,
    receipt: `told#${exception.id}#${version}#approvers`,
    now,
    command: {
      type: 'ReportApproversTold',
      of: version,
      card: posted,
      addressee,
      ...(makers.length === 0 ? {} : { makers }),
    },
  });
  log('approvers told', { exception: exception.id, version });
  return { exception: after, shown: [posted] };
}

/** A refusal by Slack is returned; if Slack cannot be reached, that is thrown. */
async function delivering(
  slack: Slack,
  outgoing: Outgoing,
): Promise<{ readonly card?: Card; readonly refusal?: SlackRefusal }> {
  try {
    return { card: await deliver(slack, outgoing) };
  } catch (error) {
    if (!(error instanceof SlackRefusal)) throw error;
    return { refusal: error };
  }
}

const nameOf = (owner: Owner): string =>
  owner.type === 'person' ? owner.address : (owner.channel ?? 'fallback');
const isSame = (a: Owner, b: Owner): boolean => a.type === b.type && nameOf(a) === nameOf(b);

/** Updates every posted card but those that are. One that can no longer be changed is left as it is. */
export async function refresh(
  dependencies: CardDependencies,
  exception: Exception,
  shown: readonly Card[] = [],
): Promise<void> {
  const { exceptions, slack, policy, now, log } = dependencies;
  const stale = exception.cards.filter((card) => !shown.some((one) => isSameCard(one, card)));
  if (stale.length === 0) return;
  const history = await readHistory(exceptions, exception.id);
  for (const posted of stale) {
    const place = placeOf(exception, history, posted);
    try {
      if (isInDigest(history, posted)) await refreshDigest(dependencies, posted);
      else await slack.update(posted, createCard({ exception, history, policy, now, ...place }));
    } catch (error) {
      if (!isGone(error)) throw error;
      log('card not updated', { exception: exception.id, code: error.code });
    }
  }
}

const isSameCard = (a: Card, b: Card): boolean => a.channel === b.channel && a.ts === b.ts;
