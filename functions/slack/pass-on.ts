/** Somebody who may answer asks another one: the approvers in their thread, or a colleague directly. */
import { channelOf, ownerKey } from '#policy/owner.ts';
import { kindOf } from '#kinds/registry.ts';
import { topIn } from './deliver.ts';
import { SlackRefusal } from './failure.ts';
import { createNote } from './reply.ts';
import { approversToMention } from './thread-line.ts';
import { actorName, nameOf, quoted } from './words.ts';
import type { Event, HelpAsked, OwnerTold } from '#lifecycle/events.ts';
import type { Card, Exception } from '#lifecycle/exception.ts';
import type { AskDependencies } from './dependencies.ts';
import type { Line } from './lines.ts';

/** `history`: up to what happened. */
export async function passOn(
  { slack, policy, log }: AskDependencies,
  exception: Exception,
  event: HelpAsked,
  history: readonly Event[],
): Promise<void> {
  const channel = channelOf(policy, exception);
  const [theirs, own] = [topIn(history, channel), ownCard(exception, history)];
  const say = async (to: string, line: Line, top?: Card, isBroadcast = false): Promise<void> => {
    try {
      await slack.post(top?.channel ?? to, createNote(line), top?.ts, isBroadcast);
    } catch (error) {
      // It decides nothing, and whoever asked sees below the card whether it was passed on.
      if (!(error instanceof SlackRefusal)) throw error;
      log('question not passed on', { method: error.method, code: error.code });
    }
  };
  if (event.colleague === undefined) {
    const asked = approversToMention(exception, policy);
    await say(channel, describeHelp(event, exception, asked), theirs, asked.length === 0);
    return;
  }
  await say(event.colleague, describeQuestion(event, exception));
  const under = event.actor.type === 'owner' ? own : (theirs ?? own);
  if (under) await say(under.channel, describeAsked(event, exception), under);
}

const ownCard = ({ owner }: Exception, history: readonly Event[]): Card | undefined =>
  history.findLast((past): past is OwnerTold => past.type === 'OwnerTold' && past.to === ownerKey(owner))
    ?.card;

const subject = ({ kind, risk, ...exception }: Exception): string =>
  `“${nameOf(exception)}” (${kindOf(kind).name}, ${risk} risk)`;

/** For those who may approve. */
export const describeHelp = (event: HelpAsked, exception: Exception, asked: readonly string[]): Line => [
  `${subject(exception)}: `,
  actorName(event.actor),
  ...(asked.length === 0 ? [' asks '] : [' asks ', ...asked.flatMap((user): Line => [{ user }, ' '])]),
  `to keep it: ${quoted(event.question)}`,
];

/** For the colleague. */
export const describeQuestion = (event: HelpAsked, exception: Exception): Line => [
  `${subject(exception)}: `,
  actorName(event.actor),
  ` asks you ${quoted(event.question)} Please answer them directly.`,
];

/** For whoever reads the thread. */
export const describeAsked = ({ actor, colleague = '', question }: HelpAsked, exception: Exception): Line => [
  `“${nameOf(exception)}”: `,
  actorName(actor),
  ' asked ',
  { user: colleague },
  ` ${quoted(question)}`,
];
