/** The only place that talks to Slack. */
import {
  LogLevel,
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
  WebClient,
} from '@slack/web-api';
import * as z from 'zod';
import { isTimeZone } from '#time/local-time.ts';
import { SlackRefusal, SlackUnreachable } from './failure.ts';
import { accountSchema, installationSchema, standingOf, teamOf } from './standing.ts';
import type { FetchFunction } from '@slack/web-api';
import { isUser } from './lines.ts';
import type { About, Message, SlackPerson, Slack } from './slack.ts';
import type { Installation } from './standing.ts';

export interface SlackAccess {
  readonly token: string;
  /** Ends in `/api/`. */
  readonly url: string;
  readonly fetch: FetchFunction;
  /** Milliseconds. Inside a press it must leave room in Slack's three seconds. */
  readonly timeout?: number;
  /** Ends all calls that have no answer by then, and lets none begin. */
  readonly until?: AbortSignal;
  /** What Slack said about the installation, by token. Kept while a function is warm. */
  readonly installations?: Installations;
}

export type Installations = Map<string, Promise<Installation>>;

/** Slack's words for "too many calls". */
const tooMany = new Set(['rate_limited', 'ratelimited']);
/** Seconds, where Slack does not say how long to wait. */
const usualWait = 30;

/** Slack's words for "not now". Slack answers them with HTTP 200, so the client never repeats them itself. */
const passing = new Set([
  ...tooMany,
  'fatal_error',
  'internal_error',
  'service_unavailable',
  'request_timeout',
  'team_added_to_org',
]);

const person = z.object({ user: accountSchema });
const group = z.object({ users: z.array(z.string()) });
const opened = z.object({ view: z.object({ id: z.string() }) });
const posted = z.object({ channel: z.string(), ts: z.string() });
const conversation = z.object({ channel: z.object({ id: z.string() }) });
/** `metadata` is anybody's: what is not ours is passed over. */
const history = z.object({ messages: z.array(z.object({ ts: z.string(), metadata: z.unknown() })) });
const own = z.object({
  event_type: z.literal('lapse_card'),
  event_payload: z.object({ exception: z.string(), version: z.number(), to: z.string() }),
});
/** Newest first; what is being repeated was posted within the last hours. */
const mostRead = 100;

const isAbout = (metadata: unknown, { exception, version, to }: About): boolean => {
  const said = own.safeParse(metadata).data?.event_payload;
  return said?.exception === exception && said.version === version && said.to === to;
};

const endingWith =
  (fetch: FetchFunction, until: AbortSignal): FetchFunction =>
  (url, init) =>
    until.aborted
      ? Promise.reject(new Error('no time is left'))
      : fetch(url, { ...init, signal: AbortSignal.any([until, ...(init?.signal ? [init.signal] : [])]) });

export function createSlack({
  token,
  url,
  fetch,
  timeout = 5000,
  until,
  installations = new Map(),
}: SlackAccess): Slack {
  // The library's defaults retry for half an hour, sleep through rate limits and wait for ever; a Lambda is paid
  // for all of that, and a post repeated after a timeout may appear twice. The queue repeats instead.
  const client = new WebClient(token, {
    slackApiUrl: url,
    fetch: until ? endingWith(fetch, until) : fetch,
    timeout,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    allowAbsoluteUrls: false,
    logLevel: LogLevel.ERROR,
  });

  async function call(method: string, options: Record<string, unknown>): Promise<unknown> {
    try {
      return await client.apiCall(method, options);
    } catch (error) {
      throw translated(method, error);
    }
  }
  function installation(): Promise<Installation> {
    const known = installations.get(token);
    if (known) return known;
    const asked = call('auth.test', {}).then((answer) => {
      const read = installationSchema.safeParse(answer);
      if (read.success) return read.data;
      throw new SlackUnreachable('auth.test', 'unreadable answer');
    });
    installations.set(token, asked);
    // A failed request is not kept.
    asked.catch(() => installations.delete(token));
    return asked;
  }
  const personFrom = async (method: string, options: Record<string, unknown>): Promise<SlackPerson> => {
    const [own, answer] = await Promise.all([installation(), call(method, options)]);
    const { user } = person.parse(answer);
    const address = user.profile?.email;
    const team = teamOf(user);
    return {
      id: user.id,
      standing: standingOf(user, own),
      ...(address ? { address } : {}),
      ...(team === undefined ? {} : { team }),
      ...(user.tz && isTimeZone(user.tz) ? { timeZone: user.tz } : {}),
    };
  };
  const body = ({ text, blocks }: Message) => ({ text, blocks });

  return {
    installation,
    personAt: (address) => personFrom('users.lookupByEmail', { email: address }),
    person: (id) => personFrom('users.info', { user: id }),
    async members(usergroup) {
      return group.parse(await call('usergroups.users.list', { usergroup })).users;
    },
    async post(channel, message, thread, broadcast = false) {
      const quiet = { mrkdwn: false, unfurl_links: false, unfurl_media: false };
      const { ts, channel: conversation } = posted.parse(
        await call('chat.postMessage', {
          channel,
          ...body(message),
          ...quiet,
          ...(message.about && { metadata: { event_type: 'lapse_card', event_payload: message.about } }),
          ...(thread === undefined ? {} : { thread_ts: thread, ...(broadcast && { reply_broadcast: true }) }),
        }),
      );
      return { channel: conversation, ts };
    },
    async findOwn(to, about) {
      const channel = isUser(to)
        ? conversation.parse(await call('conversations.open', { users: to })).channel.id
        : to;
      const { messages } = history.parse(
        await call('conversations.history', { channel, limit: mostRead, include_all_metadata: true }),
      );
      const found = messages.find(({ metadata }) => isAbout(metadata, about));
      return found && { channel, ts: found.ts };
    },
    async update({ channel, ts }, message) {
      await call('chat.update', { channel, ts, ...body(message) });
    },
    async whisper(channel, user, message) {
      await call('chat.postEphemeral', { channel, user, ...body(message) });
    },
    async openForm(trigger, view) {
      return opened.parse(await call('views.open', { trigger_id: trigger, view })).view;
    },
    async updateForm({ id, hash }, view) {
      await call('views.update', { view_id: id, view, ...(hash === undefined ? {} : { hash }) });
    },
    async publishHome(user, view) {
      await call('views.publish', { user_id: user, view });
    },
  };
}

function translated(method: string, error: unknown): Error {
  if (error instanceof WebAPIRateLimitedError)
    return new SlackUnreachable(method, 'rate limited', error.retryAfter);
  if (error instanceof WebAPIPlatformError) {
    // A proxy's page comes through here as the "code": only what looks like one is passed on.
    const code = /^[a-z][a-z0-9_]{1,60}$/.test(error.data.error) ? error.data.error : 'unreadable_answer';
    return code === 'unreadable_answer' || passing.has(code)
      ? new SlackUnreachable(method, code, tooMany.has(code) ? usualWait : undefined)
      : new SlackRefusal(method, code);
  }
  if (error instanceof WebAPIHTTPError) return new SlackUnreachable(method, `HTTP ${error.statusCode}`);
  if (error instanceof WebAPIRequestError) return new SlackUnreachable(method, 'no answer');
  // A 429 that does not say how long to wait is a plain Error in this library.
  if (error instanceof Error && error.message.startsWith('Retry header'))
    return new SlackUnreachable(method, 'rate limited', usualWait);
  return new SlackUnreachable(method, error instanceof Error ? error.name : 'unknown');
}
