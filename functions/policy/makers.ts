/** Everybody who has changed an object: whoever may not approve it alone, and where to look for them in Slack. */
import { isNobody } from '#lifecycle/changes.ts';
import { compareText } from '#values/compare-text.ts';
import { knownAs, personRule } from './owner.ts';
import type { Author, Exception, Maker } from '#lifecycle/exception.ts';
import type { Policy } from './policy.ts';

/** The makers from a change: people, and somebody unknown if the log does not say who. */
export const makersIn = (author: Author): readonly Maker[] =>
  // With nothing known about somebody, nobody can be looked up: that is settled from the start.
  isNobody(author)
    ? [{ id: author.id, sought: true }]
    : author.type === 'person' || author.type === 'unknown'
      ? [{ id: author.id.toLowerCase() }]
      : [];

/** Where to look for the maker in Slack: policy may know whose account it is. */
export const lookupNameOf = ({ id }: Maker, policy: Policy): string => {
  const account = knownAs(id, policy);
  return personRule(account, policy)?.person ?? account;
};

/**
 * Everybody once, in an order that does not depend on the order of the news, keeping what is known about their Slack
 * users.
 */
export const mergeMakers = (...all: readonly (readonly Maker[])[]): readonly Maker[] => {
  const byId = new Map<string, Maker>();
  for (const maker of all.flat()) byId.set(maker.id, { ...byId.get(maker.id), ...maker });
  return [...byId.values()].sort((a, b) => compareText(a.id, b.id));
};

/**
 * Everybody who changed it since it was created. Items stored before they were kept only know the newest one, who has
 * not been looked up.
 */
export const makersOf = (state: Pick<Exception, 'makers' | 'changedBy'>): readonly Maker[] =>
  state.makers ?? makersIn(state.changedBy);
