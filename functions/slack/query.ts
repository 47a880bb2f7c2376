/** What somebody looks for among the exceptions they may see: on the home tab, and behind `/lapse`. */
import { isApprovable } from '#lifecycle/asked.ts';
import { isToReview } from '#lifecycle/review.ts';
import { authorityOf, isOwner } from '#policy/authority.ts';
import { approversOf } from '#policy/policy.ts';
import { duration, parseDuration, plus } from '#time/instant.ts';
import { title } from '#kinds/title.ts';
import { renewableFrom } from './renewable.ts';
import { findDeadline } from './words.ts';
import type { Answerer } from '#lifecycle/commands.ts';
import type { Exception } from '#lifecycle/exception.ts';
import type { Duration, Instant } from '#time/instant.ts';
import type { Policy } from '#policy/policy.ts';

/** Which part of them. `all` includes what is switched off. */
export const scopes = [
  'waiting',
  'review',
  'mine',
  'ending',
  'open',
  'held',
  'unreached',
  'off',
  'all',
] as const;
export type Scope = (typeof scopes)[number];

export interface Query {
  readonly scope: Scope;
  /** Every word must occur in its name, kind, owner, risk or state, in any case. */
  readonly words?: string;
  /** How soon it must end, for `ending`. */
  readonly within?: Duration;
}

/** Long enough to find out whether something is still needed. */
export const soon = duration('P14D');

export interface Reader {
  readonly by: Answerer;
  readonly policy: Policy;
  readonly now: Instant;
}

export function matches(exception: Exception, query: Query, reader: Reader): boolean {
  return isWithin(exception, query, reader) && hasWords(exception, query.words ?? '');
}

function isWithin(exception: Exception, { scope, within = soon }: Query, reader: Reader): boolean {
  switch (scope) {
    case 'waiting':
      return waitsFor(exception, reader);
    case 'review':
      return isToReview(exception);
    case 'mine':
      return isOwner(exception, reader.by);
    case 'ending': {
      const deadline = findDeadline(exception);
      return deadline !== undefined && deadline <= plus(reader.now, within);
    }
    case 'open':
      return exception.state !== 'disabled';
    case 'held':
      return exception.state === 'held';
    case 'unreached':
      return exception.owner.type === 'team' && exception.owner.channel === undefined;
    case 'off':
      return exception.state === 'disabled';
    case 'all':
      return true;
  }
}

/** Whether this very person is the one who has to answer now. */
export function waitsFor(exception: Exception, { by, policy, now }: Reader): boolean {
  const isAsked =
    isApprovable(exception) || (exception.state === 'confirmed' && now >= renewableFrom(exception, policy));
  if (!isAsked) return false;
  const { owner, approvers } = authorityOf(exception, policy);
  if (owner) return isOwner(exception, by);
  return approvers.includes(by.slackUser) && approversOf(policy, exception).includes(by.slackUser);
}

function hasWords(exception: Exception, words: string): boolean {
  const { name, kind, owner, risk, state, id } = exception;
  const whose = owner.type === 'person' ? owner.address : (owner.channel ?? '');
  const text = [name, title(kind), kind, whose, risk, state, id].join(' ').toLowerCase();
  return wordsIn(words).every((word) => text.includes(word));
}

const wordsIn = (text: string): readonly string[] => text.toLowerCase().split(/\s+/).filter(Boolean);

/** Whether it is called just that. */
export const isCalled = ({ name }: Exception, words: string): boolean =>
  wordsIn(name).join(' ') === wordsIn(words).join(' ');

/** ISO 8601, or how people write it: 3d, 12h, 2w. More than ten years is a slip of the finger. */
export function lengthIn(text: string): Duration | undefined {
  const [, count = '', unit = ''] = /^(\d{1,4})([dhw])$/i.exec(text) ?? [];
  const iso = { d: `P${count}D`, h: `PT${count}H`, w: `P${7 * Number(count)}D` }[unit.toLowerCase()];
  const ms = parseDuration(iso ?? text.toUpperCase());
  return ms !== undefined && ms > 0 && ms < 315_360_000_000 ? duration(iso ?? text.toUpperCase()) : undefined;
}
