/** Brings a message of a digest up to date, which is one message for all that it names. */
import { UnreadableState } from '#lifecycle/unreadable-state.ts';
import { createDigest } from './digest.ts';
import type { Event } from '#lifecycle/events.ts';
import type { Card } from '#lifecycle/exception.ts';
import type { CardDependencies } from './dependencies.ts';

/** Whether the message named it as one of many. */
export const isInDigest = (history: readonly Event[], { channel, ts }: Card): boolean =>
  history.some(
    (event) =>
      (event.type === 'OwnerTold' || event.type === 'ApproversTold') &&
      event.digest !== undefined &&
      event.card.channel === channel &&
      event.card.ts === ts,
  );

export async function refreshDigest(
  { exceptions, slack, policy, now, gatherings }: CardDependencies,
  card: Card,
): Promise<void> {
  const digest = await gatherings.findDigest(card);
  if (!digest) return;
  const states = await exceptions.states(digest.ids);
  const named = states.flatMap((one) => (one === undefined || one instanceof UnreadableState ? [] : [one]));
  await slack.update(card, createDigest({ exceptions: named, digest, policy, now, updated: true }));
}
