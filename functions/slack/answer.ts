/**
 * The door for people: everything Slack sends comes through here. Nothing is parsed before the signature is
 * verified. Whether somebody may answer is decided in the domain; this only says who it was and what they saw.
 */
import { press } from './answer-press.ts';
import { submission } from './answer-submission.ts';
import { slash } from './answer-slash.ts';
import { SlackRefusal } from './failure.ts';
import { home } from './home.ts';
import { eventsSchema, interactionSchema, slashSchema } from './payloads.ts';
import { challenge, done, refused } from './reply.ts';
import { timestampOf, verify } from './signature.ts';
import type { Exception } from '#domain/exception.ts';
import type { Instant } from '#domain/instant.ts';
import type { Policy } from '#domain/policy.ts';
import type { Breakers, Exceptions, Log } from './exceptions.ts';
import type { Reply } from './reply.ts';
import type { Slack } from './slack.ts';

export interface AnswerDependencies {
  readonly exceptions: Exceptions;
  readonly breakers: Breakers;
  readonly slack: Slack;
  readonly policy: Policy;
  readonly now: Instant;
  readonly log: Log;
}

export interface SlackRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly receivedAt: Instant;
}

/** What comes from outside: policy is made ready only for who has shown to be Slack. */
export type Door = Omit<AnswerDependencies, 'policy'> & { readonly policy: () => Promise<Policy> };

export async function answerSlack(door: Door, signingSecret: string, request: SlackRequest): Promise<Reply> {
  const verdict = verify({ ...request, secret: signingSecret });
  if (verdict !== 'ok') {
    door.log('request refused', { why: verdict });
    return refused(401, `This request is not signed by Slack within the last five minutes: ${verdict}.`);
  }
  if (request.method !== 'POST') return refused(405, 'Slack sends POST requests.');
  const dependencies: AnswerDependencies = { ...door, policy: await door.policy() };
  const text = new TextDecoder().decode(request.body);

  switch (request.path) {
    case '/slack/interactions': {
      const fields = new URLSearchParams(text);
      if (fields.get('ssl_check') === '1') return done;
      const payload = interactionSchema.safeParse(json(fields.get('payload')));
      if (!payload.success)
        return refused(400, `The payload is no press of a button and no form: ${where(payload.error)}.`);
      return payload.data.type === 'block_actions'
        ? press(dependencies, payload.data)
        : submission(dependencies, payload.data);
    }
    case '/slack/commands': {
      const fields = new URLSearchParams(text);
      if (fields.get('ssl_check') === '1') return done;
      const command = slashSchema.safeParse(
        Object.fromEntries([...fields].filter(([, value]) => value !== '')),
      );
      if (!command.success) return refused(400, `This is no slash command: ${where(command.error)}.`);
      return slash(dependencies, command.data, timestampOf(request.headers) ?? '');
    }
    case '/slack/events': {
      const event = eventsSchema.safeParse(json(text));
      if (!event.success) return refused(400, `This is no event that Lapse knows: ${where(event.error)}.`);
      if (event.data.type === 'url_verification') return challenge(event.data.challenge);
      if (event.data.type === 'app_rate_limited') dependencies.log('events rate limited by Slack', {});
      else if (event.data.event.type === 'app_home_opened' && event.data.event.tab === 'home')
        await openHome(dependencies, event.data.event.user);
      return done;
    }
    default:
      return refused(404, 'Slack has no business on this path.');
  }
}

async function openHome(
  { exceptions, slack, now, log }: AnswerDependencies,
  user: string | null | undefined,
): Promise<void> {
  if (!user) return;
  const owned: Exception[] = [];
  for await (const exception of exceptions.list())
    if (exception.owner.type === 'person' && exception.owner.slackUser === user) owned.push(exception);
  try {
    await slack.publishHome(user, home(owned, now));
  } catch (error) {
    // Slack would send the event again, and refuse again.
    if (!(error instanceof SlackRefusal)) throw error;
    log('home tab not published', { code: error.code });
  }
}

function json(text: string | null): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}

/** The first field that does not fit, by its path: never what was in it. */
const where = (error: { readonly issues: readonly { readonly path: readonly PropertyKey[] }[] }): string =>
  error.issues[0]?.path.map(String).join('.') || 'not readable';
