/**
 * Carries out in Slack what a recorded event calls for. It is called at least once for every event, so each
 * message is put down in the register as told, and is not posted again once it is there. Between posting and
 * putting down lies the one gap in which a crash makes a message appear twice: Slack has no idempotency key.
 */
import { react } from '#domain/react.ts';
import { card, fallbackOf } from './card.ts';
import { historyOf } from './exceptions.ts';
import { SlackRefusal } from './failure.ts';
import { paragraph, parsed } from './lines.ts';
import { resolve, undelivered } from './owner.ts';
import { deadlineOf } from './words.ts';
import { clip } from './escape.ts';
import type { Event } from '#domain/events.ts';
import type { Effect } from '#domain/react.ts';
import type { Card, Exception } from '#domain/exception.ts';
import type { Instant } from '#domain/instant.ts';
import type { Policy } from '#domain/policy.ts';
import type { Exceptions, Log } from './exceptions.ts';
import type { Message, Slack } from './slack.ts';

export interface AskDependencies {
  readonly exceptions: Exceptions;
  readonly slack: Slack;
  readonly policy: Policy;
  readonly now: Instant;
  readonly log: Log;
}

/** An event as the bus brought it. */
export interface Happened {
  readonly exceptionId: string;
  /** The version the event made. */
  readonly version: number;
  readonly event: Event;
}

/** Throws where Slack cannot be reached or refuses what is our mistake: the queue brings the event again. */
export async function askOwner(dependencies: AskDependencies, happened: Happened): Promise<void> {
  const { exceptions, slack, log } = dependencies;
  const exception = await exceptions.load(happened.exceptionId);
  if (!exception)
    throw new Error(`${happened.exceptionId} has an event on the bus but is not in the register`);

  const effects = react(happened.event, exception);
  // Alerts last: nothing remembers that they were posted, so nothing after them may make the event come again.
  const message = effects.find(isMessage);
  if (message) await tell(dependencies, exception, happened, message);
  if (effects.some(({ type }) => type === 'refresh')) await refresh(dependencies, exception);
  for (const effect of effects)
    if (effect.type === 'alert') {
      await slack.post(dependencies.policy.fallbackChannel, alert(effect.text, exception));
      log('alert posted', { exception: exception.id, version: happened.version });
    }
}

type ToOwner = Extract<Effect, { type: 'ask' | 'remind' | 'tell' }>;

const isMessage = (effect: Effect): effect is ToOwner =>
  effect.type === 'ask' || effect.type === 'remind' || effect.type === 'tell';

/** Why nothing is said any more; `undefined` where it is still worth saying. */
function overtaken(
  effect: ToOwner,
  exception: Exception,
  version: number,
  history: readonly Event[],
): string | undefined {
  if (history.some((past) => past.type === 'OwnerTold' && past.of === version)) return 'told before';
  const answerable = exception.state === 'unconfirmed' || exception.state === 'confirmed';
  switch (effect.type) {
    case 'ask': {
      if (exception.state !== 'unconfirmed') return 'answered or ended meanwhile';
      // Not every newer version asks by itself: one that only completes what is known leaves that to this one.
      const newer = history.slice(version);
      return newer.some((event) => react(event, exception).some(({ type }) => type === 'ask'))
        ? 'a newer question is on its way'
        : undefined;
    }
    case 'remind':
      return answerable && (exception.asOf <= version || deadlineOf(exception) === effect.deadline)
        ? undefined
        : 'answered or ended meanwhile';
    case 'tell':
      return exception.state === 'disabled' ? undefined : 'it is so no longer';
  }
}

async function tell(
  { exceptions, slack, policy, now, log }: AskDependencies,
  exception: Exception,
  { version }: Happened,
  effect: ToOwner,
): Promise<void> {
  const said = { exception: exception.id, version };
  const history = await historyOf(exceptions, exception.id);
  const why = overtaken(effect, exception, version, history);
  if (why !== undefined) {
    log(`not told: ${why}`, said);
    return;
  }

  const content = { exception, history, policy, now, reminder: effect.type === 'remind' };
  const addressee = await resolve(slack, exception.owner);
  let posted: Card | undefined;
  let fallback = addressee.type === 'channel' ? addressee.why : undefined;
  if (addressee.type === 'person')
    try {
      posted = await slack.post(addressee.slackUser, card(content));
    } catch (error) {
      const address = exception.owner.type === 'person' ? exception.owner.address : '';
      fallback = undelivered(error, address);
      if (fallback === undefined) throw error;
    }
  posted ??= await slack.post(
    policy.fallbackChannel,
    card({ ...content, ...(fallback === undefined ? {} : { fallback }) }),
  );

  const deadline = effect.type === 'remind' ? effect.deadline : deadlineOf(exception);
  await exceptions.execute({
    id: exception.id,
    receipt: `told#${exception.id}#${version}`,
    now,
    command: {
      type: 'ReportTold',
      of: version,
      card: posted,
      ...(deadline === undefined ? {} : { deadline }),
      ...(fallback === undefined && addressee.type === 'person' ? { slackUser: addressee.slackUser } : {}),
      ...(fallback === undefined ? {} : { fallback }),
    },
  });
  log(fallback === undefined ? 'owner told' : 'fallback channel told', said);
}

/** Brings every posted card to what is so now. A card that cannot be changed any more is left as it is. */
export async function refresh(
  { exceptions, slack, policy, now, log }: AskDependencies,
  exception: Exception,
): Promise<void> {
  if (exception.cards.length === 0) return;
  const history = await historyOf(exceptions, exception.id);
  for (const posted of exception.cards) {
    const fallback = fallbackOf(history, posted);
    try {
      await slack.update(
        posted,
        card({ exception, history, policy, now, ...(fallback === undefined ? {} : { fallback }) }),
      );
    } catch (error) {
      if (!(error instanceof SlackRefusal) || !gone.has(error.code)) throw error;
      log('card not updated', { exception: exception.id, code: error.code });
    }
  }
}

/** Slack's words for a message or conversation that is closed to changes. */
const gone = new Set([
  'message_not_found',
  'cant_update_message',
  'edit_window_closed',
  'is_inactive',
  'is_archived',
  'channel_not_found',
  'not_in_channel',
  'external_channel_migrating',
]);

function alert(text: string, exception: Exception): Message {
  const said = clip(text, 1500);
  return {
    text: parsed([said]),
    blocks: [paragraph([said], [`Exception ${exception.id}. Details: /lapse show ${exception.id}`])],
  };
}
