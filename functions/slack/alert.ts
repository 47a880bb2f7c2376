/** An alert to the people who look after a tenant, and what hangs on it. */
import { UnreadableState } from '#lifecycle/unreadable-state.ts';
import { clip } from './escape.ts';
import { createParagraph, toMarkup } from './lines.ts';
import { createReleaseButton } from './release-form.ts';
import { describeWaiting } from './waiting.ts';
import type { KnownBlock } from '@slack/types';
import type { BreakerTripped, Event } from '#lifecycle/events.ts';
import type { Exception } from '#lifecycle/exception.ts';
import type { AskDependencies } from './dependencies.ts';
import type { Message } from './slack.ts';

export async function createAlert(
  dependencies: AskDependencies,
  text: string,
  exception: Exception,
  event: Event,
): Promise<Message> {
  const said = clip(text, 1500);
  return {
    text: toMarkup([said]),
    blocks: [
      createParagraph([said], [`Exception ${exception.id}. Details: /lapse show ${exception.id}`]),
      ...(event.type === 'BreakerTripped' ? await preview(dependencies, exception, event) : []),
    ],
  };
}

/** What a breaker holds back, the most dangerous first, and the way to the form that lists all of it. */
async function preview(
  { exceptions, policy, now }: AskDependencies,
  { tenant }: Exception,
  { shown = [], waiting, policy: named }: BreakerTripped,
): Promise<readonly KnownBlock[]> {
  const states = shown.length === 0 ? [] : await exceptions.states(shown);
  const found = states.flatMap((one) => (one && !(one instanceof UnreadableState) ? one : []));
  const more = waiting - found.length;
  return [
    ...found.map((one) => createParagraph(describeWaiting(one, { policy, now }))),
    ...(found.length > 0 && more > 0 ? [createParagraph([`… and ${more} more, which the form lists.`])] : []),
    createReleaseButton({ tenant, of: named === undefined ? 'lapses' : 'policy' }),
  ];
}
