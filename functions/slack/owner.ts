/** Whether somebody can be asked: who is behind an address, or why nobody is. */
import { lookedUpAs } from '#domain/owner.ts';
import { clip } from './escape.ts';
import { SlackRefusal } from './failure.ts';
import type { Maker, Owner } from '#domain/exception.ts';
import type { Policy } from '#domain/policy.ts';
import type { Person, Slack } from './slack.ts';

export type Reached =
  { readonly type: 'person'; readonly slackUser: string } | { readonly type: 'nobody'; readonly why: string };

/**
 * Slack's words for "there is no such person for you". A deactivated account has no address any more, so leaving
 * and never having been there look the same by address; `invalid_arguments` is an address that cannot be one.
 */
const unknown = new Set([
  'users_not_found',
  'user_not_found',
  'user_not_visible',
  'user_disabled',
  'invalid_arguments',
]);

/** Slack's words for "this person gets no message from you". */
const unreachable = new Set([
  ...unknown,
  'channel_not_found',
  'not_in_channel',
  'is_archived',
  'messages_tab_disabled',
  'no_permission',
  'cannot_dm_bot',
  'restricted_action',
  'restricted_action_read_only_channel',
  'restricted_action_thread_only_channel',
  'restricted_action_non_threadable_channel',
]);

/** Throws what Slack throws where that says nothing about the person. */
export async function reach(slack: Slack, owner: Extract<Owner, { type: 'person' }>): Promise<Reached> {
  const name = clip(owner.address, 200);
  let person: Person;
  try {
    person =
      owner.slackUser === undefined
        ? await slack.personAt(owner.address)
        : await slack.person(owner.slackUser);
  } catch (error) {
    if (!(error instanceof SlackRefusal) || !unknown.has(error.code)) throw error;
    return { type: 'nobody', why: `Slack knows nobody with the address ${name}; they may have left` };
  }
  switch (person.standing) {
    case 'member':
      return { type: 'person', slackUser: person.id };
    case 'guest':
      return { type: 'nobody', why: `${name} is only a guest in Slack` };
    case 'bot':
      return { type: 'nobody', why: `${name} is a bot in Slack` };
    case 'deactivated':
      return { type: 'nobody', why: `the Slack account of ${name} is deactivated` };
  }
}

/** Who is behind those who made a change, whatever their standing: only to tell them apart from who approves. */
export async function identify(
  slack: Slack,
  makers: readonly Maker[],
  policy: Policy,
): Promise<readonly Maker[]> {
  const found: Maker[] = [];
  for (const maker of makers) {
    const where = lookedUpAs(maker, policy);
    try {
      const { id } = where.includes('@') ? await slack.personAt(where) : await slack.person(where);
      found.push({ id: maker.id, slackUser: id, sought: true });
    } catch (error) {
      if (!(error instanceof SlackRefusal) || !unknown.has(error.code)) throw error;
      found.push({ id: maker.id, sought: true });
    }
  }
  return found;
}

/** Why a message did not arrive, where that is about who it was for; `undefined` where it is our own mistake. */
export const undelivered = (error: unknown, whom: string): string | undefined =>
  error instanceof SlackRefusal && unreachable.has(error.code)
    ? `Slack does not deliver messages from Lapse to ${clip(whom, 200)}`
    : undefined;
