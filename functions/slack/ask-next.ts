/** Asks whoever is next on the ladder, because the owner was told and has not answered. The owner still may. */
import { isApprovable } from '#lifecycle/asked.ts';
import { findDeadline, nameOf } from './words.ts';
import { channelOf, ownerKey } from '#policy/owner.ts';
import { createCard } from './card.ts';
import { deliver, topIn } from './deliver.ts';
import { clip } from './escape.ts';
import { SlackRefusal } from './failure.ts';
import { findTurn } from './gather.ts';
import { findReachable, whyUndelivered } from './owner.ts';
import { createNote } from './reply.ts';
import { approversToMention } from './thread-line.ts';
import type { NextAsked, Event } from '#lifecycle/events.ts';
import type { Card, Exception, Owner } from '#lifecycle/exception.ts';
import type { AskDependencies } from './dependencies.ts';
import type { Line } from './lines.ts';

/** `version`: of the event that called for it. */
export async function askNext(
  dependencies: AskDependencies,
  exception: Exception,
  history: readonly Event[],
  { event, version }: { readonly event: NextAsked; readonly version: number },
): Promise<void> {
  const { exceptions, now, log } = dependencies;
  const said = { exception: exception.id, version };
  const rung = exception.alsoAsked?.find((one) => one.rung === event.rung);
  if (!rung || !isApprovable(exception)) {
    log('not told: answered or ended meanwhile', said);
    return;
  }
  const isTold = history.some(
    (past) => past.type === 'OwnerTold' && past.of === version && past.to === ownerKey(rung.owner),
  );
  if (isTold) {
    log('not told: told before', said);
    return;
  }
  const sent = await send(dependencies, exception, history, { next: rung.owner, version });
  if (sent === 'gathered') return;
  if ('why' in sent) {
    await exceptions.execute({
      id: exception.id,
      receipt: `next#${exception.id}#${version}`,
      now,
      command: { type: 'AskNext', rung: event.rung, why: sent.why },
    });
    log('the next one is not reachable either', said);
    return;
  }
  const deadline = findDeadline(exception);
  await exceptions.execute({
    id: exception.id,
    receipt: `told#${exception.id}#${version}#${ownerKey(rung.owner)}`,
    now,
    command: {
      type: 'ReportTold',
      of: version,
      card: sent.card,
      addressee: sent.to,
      owner: rung.owner,
      ...(deadline === undefined ? {} : { deadline }),
      ...(sent.slackUser === undefined ? {} : { slackUser: sent.slackUser }),
      ...(rung.owner.type === 'team' ? { fallback: whyAsked(exception) } : {}),
    },
  });
  log('the next one was told', said);
}

async function send(
  dependencies: AskDependencies,
  exception: Exception,
  history: readonly Event[],
  { next, version }: { readonly next: Owner; readonly version: number },
): Promise<
  | 'gathered'
  | { readonly card: Card; readonly to: string; readonly slackUser?: string }
  | { readonly why: string }
> {
  const { slack, policy, now, log } = dependencies;
  const reached = next.type === 'person' ? await findReachable(slack, next, log) : undefined;
  if (reached?.type === 'nobody') return { why: reached.why };
  const where = reached?.slackUser ?? (next.type === 'team' ? next.channel : undefined);
  const to = where ?? channelOf(policy, exception);
  const turn = await findTurn(dependencies, { to, timeZone: reached?.timeZone }, exception, {
    of: version,
    owner: ownerKey(next),
    about: 'next',
  });
  if (turn !== 'now') return 'gathered';
  const top = topIn(history, to);
  const line = besides(exception);
  const mentioned = reached ? [reached.slackUser] : approversToMention(exception, policy);
  const fallback = next.type === 'team' ? { fallback: whyAsked(exception) } : {};
  try {
    const card = await deliver(slack, {
      to,
      top,
      card: createCard({ exception, history, policy, now, ...fallback }),
      line,
      mentioned,
    });
    // A card of its own does not say why it came.
    if (!top && reached)
      await slack.post(card.channel, createNote([{ user: reached.slackUser }, ': ', ...line]), card.ts);
    return { card, to, ...(reached && { slackUser: reached.slackUser }) };
  } catch (error) {
    // Where even the fallback channel takes nothing, the mistake is ours.
    const why = where === undefined ? undefined : whyUndelivered(error, where);
    if (why === undefined || !(error instanceof SlackRefusal)) throw error;
    return { why };
  }
}

const ownerIn = ({ owner }: Exception): string =>
  owner.type === 'person' ? clip(owner.address, 200) : 'the channel that owns it';

const whyAsked = (exception: Exception): string => `${ownerIn(exception)} has not answered`;

/** For whoever is asked in the owner's place. */
const besides = (exception: Exception): Line => [
  `${ownerIn(exception)} owns “${nameOf(exception)}” and has not answered. Please answer in their place, or tell them.`,
];
