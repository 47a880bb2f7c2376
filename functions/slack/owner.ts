/** Whether somebody can be asked: who is behind an address, or why nobody is. */
import { lookupNameOf } from '#policy/makers.ts';
import { clip } from './escape.ts';
import { isUser } from './lines.ts';
import { SlackRefusal } from './failure.ts';
import type { Maker, Owner } from '#lifecycle/exception.ts';
import type { Policy } from '#policy/policy.ts';
import type { WriteLog } from './exceptions.ts';
import type { SlackPerson, Slack } from './slack.ts';

export type Reached =
  | { readonly type: 'person'; readonly slackUser: string; readonly timeZone?: string }
  | { readonly type: 'nobody'; readonly why: string };

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

export const isNobodyKnown = (error: unknown): error is SlackRefusal =>
  error instanceof SlackRefusal && unknown.has(error.code);

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

/** Slack's codes for a token that is not valid at all: any other call would fail, too. */
const shutOut = new Set([
  'not_authed',
  'invalid_auth',
  'account_inactive',
  'token_expired',
  'token_revoked',
  'org_login_required',
  'ekm_access_denied',
  'team_access_not_granted',
]);

/**
 * Where Slack does not let Lapse look people up (a scope is missing, an organisation forbids it), a person whose
 * user is known is written to all the same, and who is only known by address cannot be asked. Waiting would help
 * neither: nobody would be told, and no deadline would ever end. Throws where Slack is away or takes no call at all.
 */
export async function findReachable(
  slack: Slack,
  owner: Extract<Owner, { type: 'person' }>,
  log: WriteLog,
): Promise<Reached> {
  const name = clip(owner.address, 200);
  let person: SlackPerson;
  try {
    person =
      owner.slackUser === undefined
        ? await slack.personAt(owner.address)
        : await slack.person(owner.slackUser);
  } catch (error) {
    if (!(error instanceof SlackRefusal)) throw error;
    if (unknown.has(error.code))
      return { type: 'nobody', why: `Slack knows nobody with the address ${name}; they may have left` };
    if (owner.slackUser === undefined && shutOut.has(error.code)) throw error;
    log('person not looked up', { method: error.method, code: error.code });
    return owner.slackUser === undefined
      ? { type: 'nobody', why: `Slack does not let Lapse look up ${name} (${error.code})` }
      : { type: 'person', slackUser: owner.slackUser };
  }
  switch (person.standing) {
    case 'member':
      return {
        ...{ type: 'person', slackUser: person.id },
        ...(person.timeZone === undefined ? {} : { timeZone: person.timeZone }),
      };
    case 'guest':
      return { type: 'nobody', why: `${name} is only a guest in Slack` };
    case 'bot':
      return { type: 'nobody', why: `${name} is a bot in Slack` };
    case 'deactivated':
      return { type: 'nobody', why: `the Slack account of ${name} is deactivated` };
    case 'foreign':
      return { type: 'nobody', why: `${name} belongs to another organisation in Slack` };
  }
}

/**
 * Who is behind those who made a change, whatever their standing: only to tell them apart from who approves. Whom
 * Slack does not let Lapse look up is left out, and looked for again the next time: until then it could be anybody.
 */
export async function identifyMakers(
  slack: Slack,
  makers: readonly Maker[],
  policy: Policy,
  log: WriteLog,
): Promise<readonly Maker[]> {
  const found: Maker[] = [];
  for (const maker of makers) {
    const where = lookupNameOf(maker, policy);
    try {
      const { id, standing } = where.includes('@') ? await slack.personAt(where) : await slack.person(where);
      // Who is known here only as somebody of another organisation may have an account here too.
      found.push({ id: maker.id, ...(standing === 'foreign' ? {} : { slackUser: id }), sought: true });
    } catch (error) {
      if (!(error instanceof SlackRefusal) || shutOut.has(error.code)) throw error;
      if (unknown.has(error.code)) found.push({ id: maker.id, sought: true });
      else {
        log('person not looked up', { method: error.method, code: error.code });
        // Policy names the user itself: nothing has to be looked up to tell them apart.
        if (!where.includes('@') && isUser(where))
          found.push({ id: maker.id, slackUser: where, sought: true });
      }
    }
  }
  return found;
}

/** Why a message did not arrive, if that is because of its recipient; `undefined` if it is our own mistake. */
export const whyUndelivered = (error: unknown, whom: string): string | undefined =>
  error instanceof SlackRefusal && unreachable.has(error.code)
    ? `Slack does not deliver messages from Lapse to ${clip(whom, 200)}`
    : undefined;
