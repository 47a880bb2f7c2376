/**
 * How a message about an exception goes out. One exception is one thread in each conversation: the first message is its
 * card, and what comes later is one line below it that mentions who must act, while the card on top shows how it stands.
 */
import { SlackRefusal } from './failure.ts';
import { createParagraph, toMarkup } from './lines.ts';
import { createNote } from './reply.ts';
import type { ApproversTold, Event, OwnerTold } from '#lifecycle/events.ts';
import type { Card } from '#lifecycle/exception.ts';
import type { AskDependencies } from './dependencies.ts';
import type { Line } from './lines.ts';
import type { Message, Slack } from './slack.ts';

export interface Outgoing {
  /** A Slack user, or a channel as policy names it. */
  readonly to: string;
  /** The card that is there already. */
  readonly top: Card | undefined;
  readonly card: Message;
  readonly line: Line;
  /** Whom a line mentions. In a channel where nobody is mentioned, everybody is shown it. */
  readonly mentioned: readonly string[];
}

/** The card under which the message now is. Throws as `slack.post` does. */
export async function deliver(slack: Slack, outgoing: Outgoing): Promise<Card> {
  const { to, top, card, line, mentioned } = outgoing;
  if (top && (await isStill(slack.update(top, card)))) {
    const reply = createReply(line, mentioned);
    if (await isStill(slack.post(top.channel, reply, top.ts, mentioned.length === 0))) return top;
  }
  return slack.post(to, card);
}

/**
 * The card that is in a conversation already. The newest: one above it may have been deleted. A digest is nobody's: what
 * comes later needs a card.
 */
export const topIn = (history: readonly Event[], to: string): Card | undefined =>
  history.findLast(
    (event): event is OwnerTold | ApproversTold =>
      (event.type === 'OwnerTold' || event.type === 'ApproversTold') &&
      event.digest === undefined &&
      (event.addressee === to ||
        event.card.channel === to ||
        (event.type === 'OwnerTold' && event.slackUser === to)),
  )?.card;

function createReply(line: Line, mentioned: readonly string[]): Message {
  const names = mentioned.flatMap((user, index): Line => (index === 0 ? [{ user }] : [' ', { user }]));
  return {
    text: toMarkup(line),
    blocks: [createParagraph(names.length === 0 ? line : [...names, ': ', ...line])],
  };
}

/**
 * A line about something, below its card if that is still there, in the conversation `to` otherwise. Nothing depends on
 * it: what Slack does not deliver is left at that. Returns whether it arrived.
 */
export async function postLine(
  { slack, log }: Pick<AskDependencies, 'slack' | 'log'>,
  { to, line, under, isBroadcast = false }: PlacedLine,
): Promise<boolean> {
  try {
    await slack.post(under?.channel ?? to, createNote(line), under?.ts, isBroadcast);
    return true;
  } catch (error) {
    if (!(error instanceof SlackRefusal)) throw error;
    if (under && isGone(error)) return postLine({ slack, log }, { to, line });
    log('line not delivered', { method: error.method, code: error.code });
    return false;
  }
}

interface PlacedLine {
  readonly to: string;
  readonly line: Line;
  readonly under?: Card | undefined;
  readonly isBroadcast?: boolean;
}

/** False if the message is closed to changes or has been deleted: then there is nothing to be below. */
async function isStill(work: Promise<unknown>): Promise<boolean> {
  try {
    await work;
    return true;
  } catch (error) {
    if (!isGone(error)) throw error;
    return false;
  }
}

export const isGone = (error: unknown): error is SlackRefusal =>
  error instanceof SlackRefusal && gone.has(error.code);

/** Slack’s words for a message, thread or conversation that is closed to changes. */
const gone = new Set([
  'message_not_found',
  'thread_not_found',
  'cannot_reply_to_message',
  'cant_update_message',
  'edit_window_closed',
  'is_inactive',
  'is_archived',
  'channel_not_found',
  'not_in_channel',
  'external_channel_migrating',
]);
