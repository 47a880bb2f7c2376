/** The home tab: what the reader owns, most urgent first. */
import { createParagraph, toPlainText } from './lines.ts';
import { title } from '#kinds/title.ts';
import { findDeadline, nameOf, passedOver } from './words.ts';
import { compareText } from '#values/compare-text.ts';
import type { HomeView, KnownBlock } from '@slack/types';
import type { Exception } from '#lifecycle/exception.ts';
import type { Instant } from '#time/instant.ts';
import type { FirstPage } from './exceptions.ts';
import type { Line } from './lines.ts';

/** A list longer than this is for `lapse list`. */
export const mostOwned = 30;

export function createHome({ found, more, unreadable }: FirstPage, now: Instant): HomeView {
  const lines = compareUrgency(found).map((exception) => lineOf(exception));
  return {
    type: 'home',
    blocks: [
      { type: 'header', text: toPlainText('Ways past the mail filters that you own', 150) },
      ...(lines.length === 0
        ? [createParagraph(['There are none.'])]
        : lines.map((line) => createParagraph(line))),
      ...(more ? [createParagraph(['… and more that are less urgent'])] : []),
      ...passedOver(unreadable).map((line) => createParagraph(line)),
      createParagraph(['As of ', { at: now }, '. To answer, use the message Lapse sent you.']),
    ] satisfies KnownBlock[],
  };
}

/** For people who may see nothing, with the reason. */
export const createClosedHome = (why: string): HomeView => ({
  type: 'home',
  blocks: [createParagraph([why])],
});

/** By deadline; those without one come last. */
export const compareUrgency = (exceptions: readonly Exception[]): readonly Exception[] =>
  exceptions.toSorted((a, b) => {
    const [left, right] = [findDeadline(a) ?? '9', findDeadline(b) ?? '9'];
    return compareText(left, right) || compareText(a.id, b.id);
  });

export function lineOf(exception: Exception): Line {
  const deadline = findDeadline(exception);
  return [
    { bold: nameOf(exception) },
    ` · ${title(exception.kind)} · ${exception.risk} · ${exception.state}`,
    ...(deadline === undefined
      ? []
      : [exception.state === 'unconfirmed' ? ' · answer by ' : ' · renew by ', { at: deadline }]),
    ` · ${exception.id}`,
  ];
}
