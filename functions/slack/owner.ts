/** Where a question goes: to its owner, or with the reason to the fallback channel. Never nowhere. */
import { clip } from './escape.ts';
import { SlackRefusal } from './failure.ts';
import type { Owner } from '#domain/exception.ts';
import type { Person, Slack } from './slack.ts';

export type Addressee =
  | { readonly type: 'person'; readonly slackUser: string }
  | { readonly type: 'channel'; readonly why: string };

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

/** Throws what Slack throws where that says nothing about the owner. */
export async function resolve(slack: Slack, owner: Owner): Promise<Addressee> {
  if (owner.type === 'team') return { type: 'channel', why: owner.why };
  const name = clip(owner.address, 200);
  let person: Person;
  try {
    person =
      owner.slackUser === undefined
        ? await slack.personAt(owner.address)
        : await slack.person(owner.slackUser);
  } catch (error) {
    if (!(error instanceof SlackRefusal) || !unknown.has(error.code)) throw error;
    return { type: 'channel', why: `Slack knows nobody with the address ${name}; they may have left` };
  }
  switch (person.standing) {
    case 'member':
      return { type: 'person', slackUser: person.id };
    case 'guest':
      return { type: 'channel', why: `${name} is only a guest in Slack` };
    case 'bot':
      return { type: 'channel', why: `${name} is a bot in Slack` };
    case 'deactivated':
      return { type: 'channel', why: `the Slack account of ${name} is deactivated` };
  }
}

/** Why a direct message did not arrive, where that is about the owner; `undefined` where it is our own mistake. */
export const undelivered = (error: unknown, address: string): string | undefined =>
  error instanceof SlackRefusal && unreachable.has(error.code)
    ? `Slack does not deliver messages from Lapse to ${clip(address, 200)}`
    : undefined;
