/**
 * Slack's methods as far as Lapse calls them, with the refusals that Lapse branches on. Every address has somebody
 * behind it, except those that begin with `nobody@` or `left.`; `guest.…` is a guest, `closed.…` takes no messages.
 * An id is somebody's once their address was looked up, or once they were let in (`admit`).
 */
import { conversationOf, idFrom } from './memory.ts';
import { faults, viewFaults } from './limits.ts';
import { isJson, listOf } from './shapes.ts';
import type { Memory } from './memory.ts';
import type { Json, WorkspaceUser } from './shapes.ts';

export const team = { id: 'T0STANDIN', domain: 'stand-in' } as const;

export class MethodRefusal extends Error {
  readonly details: readonly string[];
  constructor(code: string, details: readonly string[] = []) {
    super(code);
    this.details = details;
  }
}

type Fields = Readonly<Record<string, string>>;

export type Method = (fields: Fields, memory: Memory, now: Date) => Json;

function described(
  { id, address, standing, team: own = team.id, enterprise }: WorkspaceUser,
  { organisation }: Memory,
): Json {
  const external = standing === 'external';
  const belongs = external ? enterprise : organisation?.id;
  return {
    id,
    team_id: own,
    name: address.split('@')[0] ?? address,
    deleted: standing === 'deactivated',
    is_bot: standing === 'bot',
    // Slack does not tell what somebody from elsewhere is there.
    ...(external
      ? { is_stranger: true }
      : { is_restricted: standing === 'guest', is_ultra_restricted: false }),
    ...(belongs === undefined ? {} : { enterprise_user: { id, enterprise_id: belongs, teams: [own] } }),
    profile: external ? {} : { email: address },
  };
}

const user = (memory: Memory, id: string | undefined): WorkspaceUser => {
  const found = memory.users.get(id ?? '');
  if (!found) throw new MethodRefusal('user_not_found');
  return found;
};

/** The conversation behind a channel argument: people's ids open their direct conversation. */
function conversation(memory: Memory, channel: string | undefined): string {
  if (channel === undefined || channel === '') throw new MethodRefusal('channel_not_found');
  if (/^[UW]/.test(channel)) {
    const addressee = memory.users.get(channel);
    if (!addressee) throw new MethodRefusal('channel_not_found');
    if (addressee.address.startsWith('closed.')) throw new MethodRefusal('messages_tab_disabled');
  }
  const id = conversationOf(channel);
  const why = memory.shut.get(id);
  if (why !== undefined) throw new MethodRefusal(why);
  if (!isKnown(memory, id)) throw new MethodRefusal('channel_not_found');
  return id;
}

/** A conversation of somebody's, or a channel that exists. */
const isKnown = ({ users, channels }: Memory, id: string): boolean =>
  channels === undefined ||
  channels.has(id) ||
  (id.startsWith('D') && ['U', 'W'].some((letter) => users.has(letter + id.slice(1))));

/** What an app says of its message to other apps, and to itself. */
function metadataIn({ metadata }: Fields): { readonly metadata?: Json } {
  if (metadata === undefined) return {};
  const parsed = json(metadata, 'invalid_metadata_format');
  if (!isJson(parsed) || typeof parsed['event_type'] !== 'string' || !isJson(parsed['event_payload']))
    throw new MethodRefusal('invalid_metadata_schema');
  return { metadata: parsed };
}

/** Slack's message times are unique in a channel and sort; the fraction holds what makes them so. */
const timestamp = (memory: Memory, now: Date): string =>
  `${Math.floor(now.getTime() / 1000)}.${String(memory.serial() % 1_000_000).padStart(6, '0')}`;

function content({ text = '', blocks }: Fields, most: number): { text: string; blocks: readonly Json[] } {
  if (text.length > most) throw new MethodRefusal('msg_too_long');
  const parsed = blocks === undefined ? [] : json(blocks, 'invalid_blocks_format');
  if (text === '' && listOf(parsed).length === 0) throw new MethodRefusal('no_text');
  const wrong = faults(parsed, 'message');
  if (wrong.length > 0) throw new MethodRefusal('invalid_blocks', wrong);
  return { text, blocks: listOf(parsed) };
}

function viewIn({ view }: Fields): Json {
  const parsed = json(view ?? '', 'invalid_arguments');
  const wrong = viewFaults(parsed);
  if (!isJson(parsed) || wrong.length > 0) throw new MethodRefusal('invalid_arguments', wrong);
  return parsed;
}

function json(text: string, code: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new MethodRefusal(code);
  }
}

export const methods: Readonly<Record<string, Method>> = {
  'auth.test': (_fields, { organisation }) => ({
    url: `https://${team.domain}.example/`,
    team: team.domain,
    // An app that is installed for an organisation belongs to none of its workspaces.
    team_id: organisation?.wide ? organisation.id : team.id,
    user: 'lapse',
    user_id: 'U0LAPSE',
    bot_id: 'B0LAPSE',
    is_enterprise_install: organisation?.wide ?? false,
    ...(organisation ? { enterprise_id: organisation.id } : {}),
  }),

  'users.lookupByEmail': ({ email = '' }, memory) => {
    const address = email.toLowerCase();
    // Somebody who left cannot be told from somebody who never was: that is Slack's answer too.
    if (!/^[^@\s]+@[^@\s]+$/.test(address) || /^(nobody@|left\.)/.test(address))
      throw new MethodRefusal('users_not_found');
    const id = idFrom('U', address);
    const known = memory.users.get(id) ?? [...memory.users.values()].find((one) => one.address === address);
    // People from elsewhere are found through a channel, never by address.
    if (known?.standing === 'deactivated' || known?.standing === 'external')
      throw new MethodRefusal('users_not_found');
    const found = known ?? { id, address, standing: address.startsWith('guest.') ? 'guest' : 'member' };
    if (!known) {
      memory.users.set(id, found);
      memory.keepUsers();
    }
    return { user: described(found, memory) };
  },

  'users.info': ({ user: id }, memory) => ({ user: described(user(memory, id), memory) }),

  'usergroups.users.list': ({ usergroup = '' }, { groups }) => {
    const users = groups.get(usergroup);
    if (!users) throw new MethodRefusal('no_such_subteam');
    return { users };
  },

  'conversations.open': ({ users }, memory) => {
    const { id, standing } = user(memory, users);
    if (standing === 'deactivated') throw new MethodRefusal('user_disabled');
    return { channel: { id: `D${id.slice(1)}` } };
  },

  'conversations.history': (fields, memory) => {
    const channel = fields['channel'] ?? '';
    // A user id is none here.
    if (!/^[CDG]/.test(channel) || !isKnown(memory, channel)) throw new MethodRefusal('channel_not_found');
    const shown = memory.messages
      .filter(
        (one) =>
          one.channel === channel &&
          one.onlyFor === undefined &&
          // Replies have a method of their own.
          one.thread === undefined &&
          one.ts > (fields['oldest'] ?? '0'),
      )
      .toReversed()
      .slice(0, Number(fields['limit'] ?? 100));
    const withMetadata = fields['include_all_metadata'] === 'true';
    return {
      messages: shown.map(({ ts, text, metadata }) => ({
        type: 'message',
        ...{ ts, text, bot_id: 'B0LAPSE', app_id: 'A0LAPSE' },
        ...(withMetadata && metadata ? { metadata } : {}),
      })),
    };
  },

  'chat.postMessage': (fields, memory, now) => {
    const channel = conversation(memory, fields['channel']);
    const thread = fields['thread_ts'];
    if (thread !== undefined && !memory.messages.some((one) => one.channel === channel && one.ts === thread))
      throw new MethodRefusal('thread_not_found');
    const message = {
      channel,
      ts: timestamp(memory, now),
      ...content(fields, 40_000),
      ...metadataIn(fields),
      edits: 0,
      ...(thread === undefined
        ? {}
        : { thread, ...(fields['reply_broadcast'] === 'true' && { broadcast: true }) }),
    };
    memory.keepMessage(memory.messages.push(message) - 1);
    return { channel, ts: message.ts, message: { type: 'message', text: message.text } };
  },

  'chat.update': (fields, memory) => {
    const { channel, ts } = fields;
    // Unlike chat.postMessage this takes no user id.
    if (channel === undefined || !/^[CDG]/.test(channel)) throw new MethodRefusal('channel_not_found');
    const index = memory.messages.findIndex(
      (message) => message.channel === channel && message.ts === ts && message.onlyFor === undefined,
    );
    const message = memory.messages[index];
    if (!message) throw new MethodRefusal('message_not_found');
    memory.messages[index] = { ...message, ...content(fields, 4_000), edits: message.edits + 1 };
    memory.keepMessage(index);
    return { channel, ts: message.ts, text: fields['text'] ?? '' };
  },

  'chat.postEphemeral': (fields, memory, now) => {
    const onlyFor = fields['user'];
    if (onlyFor === undefined) throw new MethodRefusal('user_not_in_channel');
    const channel = conversation(memory, fields['channel']);
    const ts = timestamp(memory, now);
    const message = { channel, ts, ...content(fields, 40_000), edits: 0, onlyFor };
    memory.keepMessage(memory.messages.push(message) - 1);
    return { message_ts: ts };
  },

  'views.open': (fields, memory, now) => {
    const trigger = fields['trigger_id'] ?? '';
    const pressed = memory.triggers.get(trigger);
    if (pressed === undefined) throw new MethodRefusal('invalid_trigger_id');
    if (pressed.used) throw new MethodRefusal('exchanged_trigger_id');
    if (now.getTime() > pressed.until) throw new MethodRefusal('expired_trigger_id');
    const view = viewIn(fields);
    memory.triggers.set(trigger, { ...pressed, used: true });
    const serial = memory.serial();
    const opened = {
      id: `V${String(serial).padStart(8, '0')}`,
      hash: String(serial),
      user: pressed.user,
      view,
      state: 'open',
      errors: {},
    } as const;
    memory.keepView(opened);
    return { view: { ...view, id: opened.id, hash: opened.hash } };
  },

  'views.update': (fields, memory) => {
    const sent = memory.views.find(({ id, state }) => id === fields['view_id'] && state === 'open');
    if (!sent) throw new MethodRefusal('not_found');
    if (fields['hash'] !== undefined && fields['hash'] !== sent.hash)
      throw new MethodRefusal('hash_conflict');
    const changed = { ...sent, hash: String(memory.serial()), view: viewIn(fields) };
    memory.keepView(changed);
    return { view: { ...changed.view, id: changed.id, hash: changed.hash } };
  },

  'views.publish': (fields, memory) => {
    memory.homes.set(fields['user_id'] ?? '', viewIn(fields));
    memory.keepHomes();
    return {};
  },
};
