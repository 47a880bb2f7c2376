/**
 * Slack in memory: the methods of `lib/standin/slack` without HTTP in between, so the library that speaks to Slack is
 * the one thing that is left out. What people press is signed as Slack signs it.
 */
import { createHmac } from 'node:crypto';
import { MethodRefusal, methods, team } from '#lib/standin/slack/methods.ts';
import { remember, type Memory } from '#lib/standin/slack/memory.ts';
import {
  buttonsOf,
  entriesOf,
  type Json,
  type OpenView,
  type PostedMessage,
} from '#lib/standin/slack/shapes.ts';
import { stateOf } from '#lib/standin/slack/slack-workspace.ts';
import { SlackRefusal, SlackUnreachable } from '#slack/failure.ts';
import { accountSchema, installationSchema, standingOf, teamOf } from '#slack/standing.ts';
import { Failed, type Boundary, type Worker } from './boundary.ts';
import type { About, Message, Slack } from '#slack/slack.ts';
import type { Clockwork } from './clockwork.ts';

export const signingSecret = 'the secret that Slack signs with';

export interface SlackSide {
  readonly memory: Memory;
  readonly slackFor: (worker: Worker) => Slack;
}

export function createSlackSide({
  clock,
  boundary,
  channels,
  posted,
}: {
  readonly clock: Clockwork;
  readonly boundary: Boundary;
  readonly channels: readonly string[];
  /** A message is there, or one has changed. */
  readonly posted: (message: PostedMessage, about: About | undefined) => void;
}): SlackSide {
  const memory = remember(undefined, { channels });
  const here = { team: team.id };
  // By channel and time: a world has thousands of messages.
  const places = new Map<string, number>();

  function run(method: string, fields: Readonly<Record<string, string>>): Json {
    const found = methods[method];
    if (!found) throw new Error(`the stand-in has no ${method}`);
    return found(fields, memory, new Date(clock.now()));
  }

  return {
    memory,
    slackFor(worker) {
      const call = async (
        method: string,
        fields: Readonly<Record<string, string>>,
        then?: (answer: Json) => void,
      ) => {
        try {
          return await boundary.call(worker, 'slack', method, () => {
            const answer = run(method, fields);
            then?.(answer);
            return answer;
          });
        } catch (error) {
          if (error instanceof MethodRefusal) throw new SlackRefusal(method, error.message);
          if (error instanceof Failed)
            throw error.how === 'turned away'
              ? new SlackUnreachable(method, 'rate limited', 30)
              : new SlackUnreachable(method, 'no answer');
          throw error;
        }
      };
      const content = ({ text, blocks }: Message) => ({ text, blocks: JSON.stringify(blocks) });
      const installation = () => Promise.resolve(installationSchema.parse(run('auth.test', {})));
      const personFrom = async (method: string, fields: Readonly<Record<string, string>>) => {
        const { user } = await call(method, fields);
        const account = accountSchema.parse(user);
        const address = account.profile?.email;
        const of = teamOf(account);
        return {
          id: account.id,
          standing: standingOf(account, here),
          ...(address ? { address } : {}),
          ...(of === undefined ? {} : { team: of }),
        };
      };
      return {
        installation,
        personAt: (email) => personFrom('users.lookupByEmail', { email }),
        person: (user) => personFrom('users.info', { user }),
        async members(usergroup) {
          const { users } = await call('usergroups.users.list', { usergroup });
          return users as readonly string[];
        },
        async post(channel, message, thread, broadcast = false) {
          const { about } = message;
          const answer = await call(
            'chat.postMessage',
            {
              channel,
              ...content(message),
              ...(about && {
                metadata: JSON.stringify({ event_type: 'lapse_card', event_payload: about }),
              }),
              ...(thread === undefined ? {} : { thread_ts: thread }),
              ...(broadcast ? { reply_broadcast: 'true' } : {}),
            },
            () => {
              const last = memory.messages.at(-1);
              if (last) posted(last, about);
            },
          );
          return { channel: String(answer['channel']), ts: String(answer['ts']) };
        },
        async findOwn(to, about) {
          const channel = /^[UW]/.test(to) ? `D${to.slice(1)}` : to;
          const { messages } = await call('conversations.history', {
            channel,
            limit: '100',
            include_all_metadata: 'true',
          });
          const found = (messages as readonly { ts: string; metadata?: { event_payload?: About } }[]).find(
            ({ metadata }) => {
              const said = metadata?.event_payload;
              return (
                said?.exception === about.exception && said.version === about.version && said.to === about.to
              );
            },
          );
          return found && { channel, ts: found.ts };
        },
        async update({ channel, ts }, message) {
          await call('chat.update', { channel, ts, ...content(message) }, () => {
            const now = findMessage(memory, places, channel, ts);
            if (now) posted(now, message.about);
          });
        },
        async whisper(channel, user, message) {
          await call('chat.postEphemeral', { channel, user, ...content(message) });
        },
        async openForm(trigger, view) {
          const answer = await call('views.open', { trigger_id: trigger, view: JSON.stringify(view) });
          const { id, hash } = answer['view'] as { readonly id: string; readonly hash: string };
          return { id, hash };
        },
        async updateForm({ id, hash }, view) {
          await call('views.update', {
            view_id: id,
            view: JSON.stringify(view),
            ...(hash === undefined ? {} : { hash }),
          });
        },
        async publishHome(user, view) {
          await call('views.publish', { user_id: user, view: JSON.stringify(view) });
        },
      };
    },
  };
}

/** A message as it is now. Places never change: nobody deletes messages here. */
function findMessage(
  { messages }: Memory,
  places: Map<string, number>,
  channel: string,
  ts: string,
): PostedMessage | undefined {
  const key = `${channel} ${ts}`;
  const known = places.get(key);
  const at = known ?? messages.findIndex((one) => one.channel === channel && one.ts === ts);
  places.set(key, at);
  return messages[at];
}

/** What Slack sends to Lapse. */
export interface Sent {
  readonly path: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

export function signed(path: string, body: string, atMs: number, secret = signingSecret): Sent {
  const timestamp = String(Math.floor(atMs / 1000));
  const signature = createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex');
  return {
    path,
    body,
    headers: { 'x-slack-request-timestamp': timestamp, 'x-slack-signature': `v0=${signature}` },
  };
}

/** Who sends it. */
export interface Sender {
  readonly user: string;
  /** Of another workspace, in a channel shared with it. */
  readonly team?: string;
}

const senderOf = ({ user, team: own = team.id }: Sender): Json => ({
  team,
  enterprise: null,
  is_enterprise_install: false,
  user: { id: user, team_id: own },
  api_app_id: 'A0LAPSE',
});

const interaction = (payload: Json): string =>
  new URLSearchParams({ payload: JSON.stringify(payload) }).toString();

export interface Pressable {
  readonly action: string;
  readonly label: string;
  readonly pressed: Json;
}

/** Everything that a message offers to press, once each. */
export const pressables = (message: Pick<PostedMessage, 'blocks'>): readonly Pressable[] => [
  ...buttonsOf(message).map(({ action_id, value }): Pressable => ({
    action: String(action_id),
    label: String(action_id),
    pressed: { type: 'button', action_id, value },
  })),
  ...entriesOf(message).map(({ action, label, option }): Pressable => ({
    action,
    label,
    pressed: { type: 'overflow', action_id: action, selected_option: option },
  })),
];

export function press(
  memory: Memory,
  by: Sender,
  message: Pick<PostedMessage, 'channel' | 'ts' | 'text' | 'blocks'>,
  pressed: Json,
  atMs: number,
): string {
  const trigger = `${String(memory.serial())}.${by.user}`;
  memory.triggers.set(trigger, { user: by.user, until: atMs + 60_000 });
  const { channel, ts, text, blocks } = message;
  return interaction({
    type: 'block_actions',
    ...senderOf(by),
    trigger_id: trigger,
    container: { type: 'message', message_ts: ts, channel_id: channel, is_ephemeral: false },
    channel: { id: channel },
    message: { type: 'message', ts, text, blocks },
    state: { values: {} },
    actions: [{ ...pressed, block_id: 'answers', action_ts: String(atMs / 1000) }],
  });
}

export const submit = (
  by: Sender,
  { view, id, hash }: OpenView,
  values: Readonly<Record<string, string>>,
): string =>
  interaction({
    type: 'view_submission',
    ...senderOf(by),
    view: { ...view, id, hash, team_id: team.id, state: { values: stateOf(view, values) } },
    response_urls: [],
  });

export const slash = ({ user, team: own = team.id }: Sender, text: string, serial: number): string =>
  new URLSearchParams({
    command: '/lapse',
    text,
    user_id: user,
    team_id: own,
    trigger_id: `slash-${String(serial)}`,
  }).toString();
