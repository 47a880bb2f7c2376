/** Words shared by cards, forms, lists and answers. */
import { kindOf } from '#kinds/registry.ts';
import { presentDeadlineOf } from '#lifecycle/due.ts';
import { isNobody } from '#lifecycle/changes.ts';
import { outsideWords } from '#lifecycle/outside.ts';
import { clip } from './escape.ts';
import type { Actor, Answer, Author, Cause, Exception } from '#lifecycle/exception.ts';
import type { Instant } from '#time/instant.ts';
import type { Line, Piece } from './lines.ts';

/** Exchange allows names of up to 64 characters; anything longer is unusual. */
export const nameOf = (exception: Pick<Exception, 'name'>): string =>
  clip(exception.name, 150) || '(without a name)';

/** Kind and name, for the middle of a sentence. */
export const titleOf = (exception: Pick<Exception, 'kind' | 'name'>): string =>
  `${kindOf(exception.kind).name} “${nameOf(exception)}”`;

export function authorName(author: Author): string {
  if (isNobody(author)) return 'somebody the log does not name';
  const id = clip(author.id, 200);
  const where = outsideWords(author);
  switch (author.type) {
    case 'person':
      return `${id || 'a person the log does not name'}${where}`;
    case 'application':
      return `the application ${id}${where}`;
    case 'service':
      return `the service ${id}`;
    case 'unknown':
      return `${id || 'somebody the log does not name'}${where}`;
  }
}

export function actorName(actor: Actor): Piece {
  switch (actor.type) {
    case 'owner':
    case 'approver':
    case 'outsider':
      return { user: actor.slackUser };
    case 'administrator':
      return authorName(actor.author);
    case 'inventory':
    case 'schedule':
    case 'enforcement':
    case 'messenger':
      return 'Lapse';
  }
}

/** For the middle of a sentence. */
export const answers: Readonly<Record<Answer, string>> = {
  approved: 'approved',
  renewed: 'renewed',
  declined: 'declined',
  revoked: 'switched off',
  restored: 'switched on again',
  held: 'put on hold',
};

export const causes: Readonly<Record<Cause, string>> = {
  unconfirmed: 'nobody answered in time',
  expired: 'its term ended and nobody renewed it',
  'review missed': 'its review was due and nobody renewed it',
  declined: 'it was declined',
  revoked: 'it was switched off on request',
  'reopened without approval': 'it was switched on again and nobody approved that',
  'at source': 'it was switched off in the tenant',
  'disable first': 'policy switches new ones off before asking',
};

/** Why something that would have lapsed did not. */
export const spareds = {
  observing: 'Lapse only observes here',
  stopped: 'enforcement is stopped',
} as const;

/** What a list says about exceptions that it cannot show. */
export const passedOver = (unreadable: number): readonly Line[] =>
  unreadable === 0
    ? []
    : [
        [
          `${unreadable} cannot be read by this release of Lapse and ${unreadable === 1 ? 'is' : 'are'} left alone until ${unreadable === 1 ? 'it' : 'they'} can be. Whoever runs Lapse can find more in its runbook.`,
        ],
      ];

/** Held or switched off because somebody answered so. */
export const isByAnswer = (exception: Exception): boolean =>
  exception.state === 'held' ||
  ((exception.state === 'disabling' || exception.state === 'disabled') &&
    (exception.cause === 'declined' || exception.cause === 'revoked'));

/** What a trail says about entries that it cannot show. */
export const unreadEntries = (versions: readonly number[]): readonly Line[] =>
  versions.length === 0
    ? []
    : [
        [
          `${versions.length === 1 ? 'Entry' : 'Entries'} ${versions.slice(0, 20).join(', ')} of its trail cannot be read. Whoever runs Lapse can find more in its runbook.`,
        ],
      ];

/** When the current question or term ends by itself; `undefined` if nobody is asked. */
export const findDeadline = (exception: Exception): Instant | undefined =>
  exception.state === 'unconfirmed' || exception.state === 'confirmed'
    ? presentDeadlineOf(exception)
    : undefined;

export const quoted = (reason: string | undefined): string =>
  reason === undefined || reason.trim() === '' ? '' : `“${clip(reason, 500)}”`;

/** As the end of a sentence: whoever wrote it may have ended it already. */
export function quotedEnd(reason: string | undefined): string {
  const said = quoted(reason);
  return said === '' || /[.!?…]”$/.test(said) ? said : `${said}.`;
}

/** What its comment says. Whoever edits the object writes it, so it decides nothing. */
export function describeProposals({ note }: Exception): readonly Line[] {
  const parts = [
    ...(note?.ticket === undefined ? [] : [`ticket ${clip(note.ticket, 80)}`]),
    ...(note?.expires === undefined ? [] : [`until ${clip(note.expires, 20)}`]),
    ...(note?.reason === undefined ? [] : [`“${clip(note.reason, 200)}”`]),
  ];
  return parts.length === 0 ? [] : [[`Its comment proposes: ${parts.join(', ')}`]];
}
