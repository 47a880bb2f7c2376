/** `lapse slack`: the stand-in workspace alone, for trying any app that talks to Slack against it. */
import { messageOf, Refusal } from '#lib/local/refusal.ts';
import { startSlackWorkspace, type SlackWorkspace } from '#lib/standin/slack/slack-workspace.ts';
import { endAtSignal } from '../ending.ts';
import { parseWebAddress, readArguments, refusePositionals, wholeNumber } from './arguments.ts';

const help = `usage: lapse slack [--port N] [--app URL] [--channel ID]… [--member ID]…

Serves a stand-in for a Slack workspace on this machine, until it is stopped: the Web API methods that Lapse calls, and
a page where you read the messages and press the buttons. It refuses what Slack refuses: too many calls in a channel or
of a method, scopes that are missing, forms that open later than three seconds after a press, channels and people that
do not exist. Nothing is saved.

  --port N      where to listen (default: any free port)
  --app URL     where the app listens; ends in /slack/interactions, and commands and events are its neighbours
  --channel ID  a channel that the app is a member of (default: #mail-exceptions)
  --member ID   somebody who is in the workspace, besides the two approvers of the shipped policy
  --help        this text

It prints the token and the signing secret that the app needs.`;

const options = {
  port: { type: 'string' },
  app: { type: 'string' },
  channel: { type: 'string', multiple: true },
  member: { type: 'string', multiple: true },
  help: { type: 'boolean', default: false },
} as const;

/** Runs until the process is told to stop. */
export async function run(args: readonly string[]): Promise<number> {
  const { values, positionals } = readArguments(args, options, help);
  if (values.help) {
    console.log(help);
    return 0;
  }
  refusePositionals(positionals, 'slack');
  const app = values.app === undefined ? undefined : parseWebAddress('--app', values.app);
  const port = values.port === undefined ? 0 : wholeNumber('--port', values.port, 65_535);
  const ending = endAtSignal();
  const ended = new Promise<void>((resolve) => ending.addEventListener('abort', () => resolve()));
  const workspace = await start(port, values.channel ?? ['#mail-exceptions'], values.member ?? []);
  try {
    if (app !== undefined) workspace.connect(app);
    console.log(
      [
        `the stand-in workspace: ${workspace.page}`,
        `SLACK_API_URL           ${workspace.url}`,
        `bot token               ${workspace.botToken}`,
        `signing secret          ${workspace.signingSecret}`,
        app === undefined
          ? 'no app is connected: buttons need --app'
          : `presses, commands and events go to ${app}`,
      ].join('\n'),
    );
    await ended;
    return 0;
  } finally {
    await workspace.close();
  }
}

async function start(
  port: number,
  channels: readonly string[],
  members: readonly string[],
): Promise<SlackWorkspace> {
  try {
    return await startSlackWorkspace({ now: () => new Date(), port, members, strict: { channels } });
  } catch (error) {
    throw new Refusal(
      `port ${port} cannot be used`,
      messageOf(error),
      'choose another with --port, or leave it out for any free one',
    );
  }
}
