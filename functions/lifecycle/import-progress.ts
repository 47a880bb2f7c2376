/** How far people have come with what was there before Lapse. What is gone from the tenant needs no answer any more. */
import { ownerKey } from '#policy/owner.ts';
import { isUnanswered } from './grace.ts';
import type { Exception } from './exception.ts';

export interface ImportProgress {
  readonly total: number;
  readonly answered: number;
  /** Switched off because nobody answered, by Lapse or in the tenant. */
  readonly ended: number;
  readonly waiting: number;
  /** People who own some that wait, and have answered for none. */
  readonly silent: number;
  /** Those that wait, and whose owner nobody can reach. */
  readonly unreached: number;
}

export function progressOf(exceptions: Iterable<Exception>): ImportProgress {
  const all = [...exceptions].filter(({ graceEnd, state }) => graceEnd !== undefined && state !== 'removed');
  const open = all.filter(isUnanswered);
  const waiting = open.filter(({ state }) => state === 'unconfirmed' || state === 'held');
  const heard = new Set(
    all.flatMap(({ answered }) => (answered && 'slackUser' in answered.by ? answered.by.slackUser : [])),
  );
  const silent = waiting.flatMap(({ owner }) =>
    owner.type === 'person' && !heard.has(owner.slackUser ?? '') ? ownerKey(owner) : [],
  );
  return {
    total: all.length,
    answered: all.length - open.length,
    ended: open.length - waiting.length,
    waiting: waiting.length,
    silent: new Set(silent).size,
    unreached: waiting.filter(({ owner }) => owner.type === 'team' && owner.channel === undefined).length,
  };
}

/** "212 of 300 answered, 14 owners have not reacted, 3 have no owner who can be reached" */
export function describeProgress({ total, answered, ended, silent, unreached }: ImportProgress): string {
  return [
    `${answered} of ${total} answered`,
    ...(ended === 0 ? [] : [`${ended} ended unanswered`]),
    ...(silent === 0 ? [] : [`${silent} ${silent === 1 ? 'owner has' : 'owners have'} not reacted`]),
    ...(unreached === 0
      ? []
      : [`${unreached} ${unreached === 1 ? 'has' : 'have'} no owner who can be reached`]),
  ].join(', ');
}
