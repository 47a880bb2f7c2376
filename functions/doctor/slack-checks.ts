/** Whether the Slack app may do what Lapse asks of it. Nothing is posted unless that is asked for. */
import * as z from 'zod';
import { failed, ok, skipped, type Check, type Verdict } from './check.ts';

export interface SlackAccess {
  readonly fetch: typeof globalThis.fetch;
  /** Ends in `/api/`. */
  readonly url: string;
  /** Throws where the secret is empty. */
  readonly token: () => Promise<string>;
  readonly fallbackChannel: string;
  /** Post a message to the fallback channel: the one sure way to know. */
  readonly post: boolean;
}

/** What `functions/slack` calls, by the scope it takes. */
export const scopes = ['chat:write', 'im:write', 'users:read', 'users:read.email', 'commands'] as const;

const answer = z.looseObject({ ok: z.boolean(), error: z.string().optional(), team: z.string().optional() });

export function slackChecks(access: SlackAccess): readonly Check[] {
  const { fallbackChannel } = access;
  let asked: ReturnType<typeof call> | undefined;
  const test = () => (asked ??= call(access, 'auth.test', {}));
  return [
    {
      name: 'Slack: token',
      run: async () => {
        const reply = await test();
        return reply.ok
          ? ok(`signed in to ${reply.body.team ?? 'the workspace'}`)
          : failed(
              reply.why,
              'Put the bot token (xoxb-…) of the installed app into the secret slack-bot-token.',
            );
      },
    },
    {
      name: 'Slack: scopes',
      run: async () => {
        const reply = await test();
        if (!reply.ok) return skipped('needs the token');
        if (reply.scopes === undefined) return skipped('Slack did not name them');
        const given = new Set(reply.scopes.split(',').map((scope) => scope.trim()));
        const missing = scopes.filter((scope) => !given.has(scope));
        return missing.length === 0
          ? ok(`all ${scopes.length} that are needed`)
          : failed(`${missing.join(', ')} missing`, 'Add them to the app, and install it again.');
      },
    },
    {
      name: 'Slack: fallback channel',
      run: async () => {
        if (!(await test()).ok) return skipped('needs the token');
        if (access.post)
          return reachable(await call(access, 'chat.postMessage', message(fallbackChannel)), fallbackChannel);
        if (!/^[CG][A-Z0-9]{2,}$/.test(fallbackChannel))
          return skipped(
            `${fallbackChannel} is a name, which only a message can look up: --test-message posts one`,
          );
        // No scope is needed for this one. That a channel out of reach is said to be unknown, before the message is,
        // is inferred from its list of errors.
        const reply = await call(access, 'chat.getPermalink', {
          channel: fallbackChannel,
          message_ts: '1.000000',
        });
        return reply.ok || reply.code === 'message_not_found'
          ? ok('known to the app')
          : reachable(reply, fallbackChannel);
      },
    },
  ];
}

const message = (channel: string) => ({
  channel,
  text: 'This is a test by lapse doctor: questions whose owner is unknown, and alerts, come here.',
});

const reachable = (reply: Awaited<ReturnType<typeof call>>, channel: string): Verdict =>
  reply.ok
    ? ok('a message was posted')
    : failed(
        `${channel}: ${reply.why}`,
        `Invite the app to ${channel}, or name another fallbackChannel in policy.yaml.`,
      );

async function call(
  { fetch, url, token }: SlackAccess,
  method: string,
  fields: Readonly<Record<string, string>>,
): Promise<
  | { readonly ok: true; readonly body: z.output<typeof answer>; readonly scopes: string | undefined }
  | { readonly ok: false; readonly why: string; readonly code?: string }
> {
  let secret: string;
  try {
    secret = await token();
  } catch {
    return { ok: false, why: 'the secret slack-bot-token cannot be read, or is empty' };
  }
  try {
    const response = await fetch(new URL(method, url), {
      method: 'POST',
      headers: { Authorization: `Bearer ${secret}`, 'Content-Type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(fields).toString(),
      redirect: 'error',
      signal: AbortSignal.timeout(8_000),
    });
    if (response.status === 429) return { ok: false, why: 'Slack asked to slow down; try again in a minute' };
    const body = answer.safeParse(await response.json().catch(() => undefined));
    if (!body.success)
      return { ok: false, why: `Slack answered with HTTP ${response.status} and nothing readable` };
    if (body.data.ok)
      return { ok: true, body: body.data, scopes: response.headers.get('x-oauth-scopes') ?? undefined };
    const code = /^[a-z][a-z0-9_]{1,60}$/.exec(body.data.error ?? '')?.[0] ?? 'an unreadable error';
    return { ok: false, why: `Slack says ${code}`, code };
  } catch {
    return { ok: false, why: `${new URL(url).host} could not be reached` };
  }
}
