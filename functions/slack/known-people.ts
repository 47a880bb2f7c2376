/**
 * The same few people make most exceptions and own them, and one message needs up to three lookups. Slack allows about
 * fifty of them a minute.
 */
import { SlackRefusal } from './failure.ts';
import { isNobodyKnown } from './owner.ts';
import type { SlackPerson, Slack } from './slack.ts';

/**
 * Whom Slack found, or that it found nobody, and until when that is taken as true (milliseconds since 1970). Kept while
 * a function is warm.
 */
export type KnownPeople = Map<string, { readonly found: SlackPerson | SlackRefusal; readonly until: number }>;

/** For this long, somebody who left may still be sent a message. */
const kept = 5 * 60_000;
/** Whoever has just been let in should not have to wait. */
const keptOfNobody = 60_000;

/** Does not look anybody up again who was looked up a short time ago. Only for sending: answers are judged elsewhere. */
export function withKnownPeople(slack: Slack, people: KnownPeople, now: number): Slack {
  const lookUp = async (key: string, ask: () => Promise<SlackPerson>): Promise<SlackPerson> => {
    const known = people.get(key);
    if (known && known.until > now) {
      if (known.found instanceof SlackRefusal) throw known.found;
      return known.found;
    }
    try {
      const found = await ask();
      people.set(key, { found, until: now + kept });
      return found;
    } catch (error) {
      if (isNobodyKnown(error)) people.set(key, { found: error, until: now + keptOfNobody });
      throw error;
    }
  };
  return {
    ...slack,
    personAt: (address) => lookUp(address, () => slack.personAt(address)),
    person: (id) => lookUp(id, () => slack.person(id)),
  };
}
