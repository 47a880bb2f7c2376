import { describe, expect, it } from 'vitest';
import { SlackRefusal } from '#slack/failure.ts';
import { withKnownPeople, type KnownPeople } from '#slack/known-people.ts';
import type { SlackPerson, Slack } from '#slack/slack.ts';

const minute = 60_000;

/** Slack as it answers lookups; `asked` is what it was asked. */
function slackWith(find: (whom: string) => SlackPerson) {
  const asked: string[] = [];
  const answer = async (whom: string): Promise<SlackPerson> => {
    asked.push(whom);
    return Promise.resolve().then(() => find(whom));
  };
  const slack: Pick<Slack, 'personAt' | 'person'> = { personAt: answer, person: answer };
  return { slack: slack as Slack, asked };
}
const member = (id: string): SlackPerson => ({ id, standing: 'member' });

describe('people in Slack', () => {
  it('are looked up once in five minutes, by address and by id', async () => {
    const { slack, asked } = slackWith(member);
    const people: KnownPeople = new Map();
    for (const now of [0, 4 * minute]) {
      const known = withKnownPeople(slack, people, now);
      expect(await known.personAt('a@example.com')).toEqual(member('a@example.com'));
      expect(await known.person('U1')).toEqual(member('U1'));
    }
    expect(asked).toEqual(['a@example.com', 'U1']);
    await withKnownPeople(slack, people, 5 * minute).person('U1');
    expect(asked).toEqual(['a@example.com', 'U1', 'U1']);
  });

  it('whom Slack does not find are looked for again after a minute', async () => {
    const { slack, asked } = slackWith(() => {
      throw new SlackRefusal('users.lookupByEmail', 'users_not_found');
    });
    const people: KnownPeople = new Map();
    for (const now of [0, minute - 1, minute])
      await expect(withKnownPeople(slack, people, now).personAt('a@example.com')).rejects.toThrow(
        SlackRefusal,
      );
    expect(asked).toHaveLength(2);
  });

  it('of whom Slack would say nothing are looked for again at once', async () => {
    const { slack, asked } = slackWith(() => {
      throw new SlackRefusal('users.lookupByEmail', 'missing_scope');
    });
    const known = withKnownPeople(slack, new Map(), 0);
    for (let time = 0; time < 2; time += 1)
      await expect(known.personAt('a@example.com')).rejects.toThrow(SlackRefusal);
    expect(asked).toHaveLength(2);
  });
});
