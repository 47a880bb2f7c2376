/** Messages → what went through each exception on each day. What is held is bounded by exceptions and days. */
import { compareText } from '#values/compare-text.ts';
import { addSighting, dateIn, trimDay, type UsageDay } from './usage.ts';
import type { Matcher } from './match.ts';
import type { Sighting } from './sighting.ts';

export interface Accounted {
  /** By exception; days in order. */
  readonly usage: ReadonlyMap<string, readonly UsageDay[]>;
  /** How many messages may have gone through an exception, without a source that says so. */
  readonly possible: ReadonlyMap<string, number>;
  readonly messages: number;
  /** Of them, those that went through no exception. */
  readonly unmatched: number;
  /** Of them, those from before the first day that is counted. */
  readonly old: number;
}

export interface Account {
  readonly add: (seen: Sighting, isFirst: boolean) => void;
  readonly end: () => Accounted;
}

export interface AccountOptions {
  readonly match: Matcher;
  /** Evenly spread over [0, 1). */
  readonly hash: (text: string) => number;
  /** Days before it are left out. */
  readonly since: string;
}

export function startAccount({ match, hash, since }: AccountOptions): Account {
  const days = new Map<string, Map<string, UsageDay>>();
  const possible = new Map<string, number>();
  const copied = rememberingUpTo(20_000, copyOf);
  let [messages, unmatched, old] = [0, 0, 0];
  return {
    add(seen, isFirst) {
      if (isFirst) messages += 1;
      if (dateIn(seen) < since) {
        if (isFirst) old += 1;
        return;
      }
      const matches = match(seen);
      if (isFirst && !matches.some(({ certainty }) => certainty !== 'possible')) unmatched += 1;
      if (matches.length === 0) return;
      const kept = {
        ...seen,
        ...(seen.from !== undefined && { from: copied(seen.from) }),
        ...(seen.mailFrom !== undefined && { mailFrom: copied(seen.mailFrom) }),
      };
      for (const { id, certainty } of matches)
        if (certainty === 'possible') {
          if (isFirst) possible.set(id, (possible.get(id) ?? 0) + 1);
        } else {
          let ofOne = days.get(id);
          if (!ofOne) days.set(id, (ofOne = new Map<string, UsageDay>()));
          const key = `${dateIn(seen)} ${seen.source}`;
          ofOne.set(key, addSighting(ofOne.get(key), kept, { hash, isFirst }));
        }
    },
    end: () => ({
      usage: new Map(
        [...days].map(([id, ofOne]) => [
          id,
          [...ofOne].sort(([a], [b]) => compareText(a, b)).map(([, day]) => trimDay(day)),
        ]),
      ),
      ...{ possible, messages, unmatched, old },
    }),
  };
}

/** A piece of a text would keep the whole of it in memory. */
const copyOf = (text: string): string => JSON.parse(JSON.stringify(text)) as string;

/** The same function, which forgets everything once it knows that many answers. */
export function rememberingUpTo<Answer>(
  most: number,
  of: (text: string) => Answer,
): (text: string) => Answer {
  const known = new Map<string, Answer>();
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    if (known.size >= most) known.clear();
    const answer = of(text);
    known.set(text, answer);
    return answer;
  };
}
