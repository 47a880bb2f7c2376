/** Somebody who may answer asks another one: the approvers in their thread, or a colleague directly. */
import { channelOf, ownerKey } from '#policy/owner.ts';
import { kindOf } from '#kinds/registry.ts';
import { postLine, topIn } from './deliver.ts';
import { approversToMention } from './thread-line.ts';
import { actorName, nameOf, quoted } from './words.ts';
import type { Event, HelpAsked, OwnerTold } from '#lifecycle/events.ts';
import type { Card, Exception } from '#lifecycle/exception.ts';
import type { AskDependencies } from './dependencies.ts';
import type { Line } from './lines.ts';

/** `history`: up to what happened. */
export async function passOn(
  dependencies: AskDependencies,
  exception: Exception,
  event: HelpAsked,
  history: readonly Event[],
): Promise<void> {
  const { policy } = dependencies;
  const channel = channelOf(policy, exception);
  const [theirs, own] = [topIn(history, channel), ownThread(exception, history)];
  const tell = (under: Card, line: Line) => postLine(dependencies, { to: under.channel, line, under });
  if (event.colleague === undefined) {
    const asked = approversToMention(exception, policy);
    const arrived = await postLine(dependencies, {
      to: channel,
      line: describeHelp(event, exception, asked),
      under: theirs,
      isBroadcast: asked.length === 0,
    });
    if (!arrived && own) await tell(own, describeUnheard(event, exception, asked));
    return;
  }
  const line = describeQuestion(event, exception);
  const arrived = await postLine(dependencies, { to: event.colleague, line });
  const under = event.actor.type === 'owner' ? own : (theirs ?? own);
  if (under)
    await tell(
      under,
      arrived ? describeAsked(event, exception) : describeUnheard(event, exception, [event.colleague]),
    );
}

/** What was told in a digest is talked about in its thread. */
function ownThread({ owner }: Exception, history: readonly Event[]): Card | undefined {
  const told = history.findLast(
    (past): past is OwnerTold => past.type === 'OwnerTold' && past.to === ownerKey(owner),
  );
  return told && { channel: told.card.channel, ts: told.digest ?? told.card.ts };
}

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

/** For whoever asked: `unreached` heard nothing of it. */
export const describeUnheard = (
  { actor }: HelpAsked,
  exception: Exception,
  unreached: readonly string[],
): Line => [
  actorName(actor),
  `: your question about “${nameOf(exception)}” did not arrive, because Slack does not deliver it`,
  ...(unreached.length === 0
    ? [' in the channel of the approvers.']
    : [' to', ...unreached.flatMap((user): Line => [' ', { user }]), '. Please write to them yourself.']),
];
