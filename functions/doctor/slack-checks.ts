/** Whether the Slack app may do what Lapse asks of it. Nothing is posted unless that is asked for. */
import * as z from 'zod';
import { isGroup } from '#policy/policy.ts';
import { accountSchema, installationSchema, standingOf, standingWords } from '#slack/standing.ts';
import { failed, ok, skipped, type Check, type CheckVerdict } from './check.ts';
import type { Installation } from '#slack/standing.ts';
import type { Held } from './held.ts';

export interface SlackToCheck {
  readonly fetch: typeof globalThis.fetch;
  /** Ends in `/api/`. */
  readonly url: string;
  readonly token: () => Promise<Held>;
  /** Every channel that policy names. */
  readonly channels: readonly string[];
  /** Everybody whom policy names an approver of anything, and groups of such. */
  readonly approvers: readonly string[];
  /** Post a message to each channel: the one sure way to know. */
  readonly post: boolean;
}

/** What `functions/slack` calls, by the scope it takes. */
export const scopes = ['chat:write', 'users:read', 'users:read.email', 'commands'] as const;
/** Where policy names groups of approvers. */
const scopeOfGroups = 'usergroups:read';

const answer = z.looseObject({ ok: z.boolean(), error: z.string().optional(), team: z.string().optional() });

export function createSlackChecks(access: SlackToCheck): readonly Check[] {
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
              reply.todo ??
                'Put the bot token (xoxb-…) of the installed app into the secret slack-bot-token.',
            );
      },
    },
    {
      name: 'Slack: where it answers',
      run: async () => {
        const reply = await test();
        if (!reply.ok) return skipped('needs the token');
        const here = installationSchema.safeParse(reply.body);
        return here.success
          ? ok(`members of ${placeOf(here.data)} may take part, nobody else`)
          : failed(
              'Slack names neither a workspace nor an organisation',
              'Install the app again; until then, no answer counts.',
            );
      },
    },
    {
      name: 'Slack: approvers',
      run: async () => {
        const reply = await test();
        const here = reply.ok ? installationSchema.safeParse(reply.body) : undefined;
        if (!here?.success) return skipped('needs the token');
        const wrong = (
          await Promise.all(access.approvers.map((one) => faultsOf(access, one, here.data)))
        ).flat();
        return wrong.length === 0
          ? ok(`${access.approvers.join(', ')}: all full members`)
          : failed(
              wrong.join('; '),
              'Name full members of this workspace under approvers in policy.yaml, and deploy: nobody else can answer.',
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
        const needed = access.approvers.some(isGroup) ? [...scopes, scopeOfGroups] : scopes;
        const missing = needed.filter((scope) => !given.has(scope));
        return missing.length === 0
          ? ok(`all ${needed.length} that are needed`)
          : failed(`${missing.join(', ')} missing`, 'Add them to the app, and install it again.');
      },
    },
    ...access.channels.map((channel) => ({
      name: `Slack: channel ${channel}`,
      run: async () => ((await test()).ok ? channelVerdict(access, channel) : skipped('needs the token')),
    })),
  ];
}

const placeOf = ({ team, enterprise }: Installation): string =>
  enterprise === undefined
    ? `the workspace ${team ?? ''}`
    : `the organisation ${enterprise}, in ${team === undefined ? 'each of its workspaces' : `whose workspace ${team} the app is installed`},`;

/** Why an approver of the policy, or somebody in such a group, could not answer. */
async function faultsOf(
  access: SlackToCheck,
  approver: string,
  here: Installation,
): Promise<readonly string[]> {
  if (!isGroup(approver)) return faultOf(access, approver, here);
  const reply = await call(access, 'usergroups.users.list', { usergroup: approver });
  if (!reply.ok) return [`the group ${approver}: ${reply.why}`];
  const members = z.object({ users: z.array(z.string()) }).safeParse(reply.body).data?.users ?? [];
  if (members.length === 0) return [`nobody is in the group ${approver}`];
  const faults = await Promise.all(members.map((one) => faultOf(access, one, here)));
  return faults.flat().map((fault) => `${fault} (in the group ${approver})`);
}

async function faultOf(access: SlackToCheck, user: string, here: Installation): Promise<readonly string[]> {
  const reply = await call(access, 'users.info', { user });
  if (!reply.ok)
    return [unknown.has(reply.code ?? '') ? `Slack knows nobody as ${user}` : `${user}: ${reply.why}`];
  const account = z.object({ user: accountSchema }).safeParse(reply.body);
  if (!account.success) return [`${user}: Slack's answer is not readable`];
  const standing = standingOf(account.data.user, here);
  return standing === 'member' ? [] : [`${user} is ${standingWords[standing]}`];
}

const unknown = new Set(['user_not_found', 'user_not_visible']);

async function channelVerdict(access: SlackToCheck, channel: string): Promise<CheckVerdict> {
  if (access.post) return reachable(await call(access, 'chat.postMessage', message(channel)), channel);
  if (!/^[CG][A-Z0-9]{2,}$/.test(channel))
    return skipped('it is a name, which only a message can look up: --test-message posts one');
  // No scope is needed for this one. That a channel out of reach is said to be unknown, before the message is,
  // is inferred from its list of errors.
  const reply = await call(access, 'chat.getPermalink', { channel, message_ts: '1.000000' });
  return reply.ok || reply.code === 'message_not_found' ? ok('known to the app') : reachable(reply, channel);
}

const message = (channel: string) => ({
  channel,
  text: 'This is a test by lapse doctor: questions and alerts come to this channel.',
});

const reachable = (reply: Awaited<ReturnType<typeof call>>, channel: string): CheckVerdict =>
  reply.ok
    ? ok('a message was posted')
    : failed(
        `${channel}: ${reply.why}`,
        `Invite the app to ${channel}, or name another channel in policy.yaml.`,
      );

async function call(
  { fetch, url, token }: SlackToCheck,
  method: string,
  fields: Readonly<Record<string, string>>,
): Promise<
  | { readonly ok: true; readonly body: z.output<typeof answer>; readonly scopes: string | undefined }
  | { readonly ok: false; readonly why: string; readonly code?: string; readonly todo?: string }
> {
  const secret = await token();
  if ('lack' in secret)
    return {
      ok: false,
      why: `the secret slack-bot-token ${secret.lack}`,
      ...(secret.is !== 'empty' && { todo: secret.todo }),
    };
  try {
    const response = await fetch(new URL(method, url), {
      method: 'POST',
      headers: {
        Authorization: `Bearer ${secret.text}`,
        'Content-Type': 'application/x-www-form-urlencoded',
      },
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
