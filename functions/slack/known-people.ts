/**
 * The same few people make most exceptions and own them, and one message needs up to three lookups. Slack allows about
 * fifty of them a minute.
 */
import type { SlackPerson, Slack } from './slack.ts';

/** Whom Slack found, and until when that is taken as true (milliseconds since 1970). Kept while a function is warm. */
export type KnownPeople = Map<string, { readonly person: SlackPerson; readonly until: number }>;

/** For this long, somebody who left may still be sent a message. */
const kept = 5 * 60_000;

/** Does not look anybody up again who was found a short time ago. Only for sending: answers are judged elsewhere. */
export function withKnownPeople(slack: Slack, people: KnownPeople, now: number): Slack {
  const lookUp = async (key: string, ask: () => Promise<SlackPerson>): Promise<SlackPerson> => {
    const known = people.get(key);
    if (known && known.until > now) return known.person;
    const person = await ask();
    people.set(key, { person, until: now + kept });
    return person;
  };
  return {
    ...slack,
    personAt: (address) => lookUp(address, () => slack.personAt(address)),
    person: (id) => lookUp(id, () => slack.person(id)),
  };
}
