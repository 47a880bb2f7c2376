/**
 * The door for people: everything Slack sends comes through here. Nothing is parsed before the signature is
 * verified. Whether somebody may answer is decided in the domain; this only says who it was and what they saw. Who it
 * was, Slack is asked: what a request says of its sender is not enough.
 */
import { answerPress, openAhead, takeBackFromStrangers } from './answer-press.ts';
import { answerSubmission } from './answer-submission.ts';
import { answerSlash } from './answer-slash.ts';
import { openHome } from './answer-home.ts';
import {
  claimIn,
  claimOfEvent,
  claimOfSlash,
  eventsSchema,
  interactionSchema,
  slashSchema,
} from './payloads.ts';
import { answerChallenge, done, refuse } from './reply.ts';
import { timestampOf, verifySignature } from './signature.ts';
import { tryParseJson } from '#values/json.ts';
import type { Answerer } from '#lifecycle/commands.ts';
import type { Instant } from '#time/instant.ts';
import type { Policy } from '#policy/policy.ts';
import type { AnswerDependencies } from './dependencies.ts';
import type { Press } from './payloads.ts';
import type { Reply } from './reply.ts';
import type { Claim } from './who.ts';

export interface SlackRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly receivedAt: Instant;
}

/** What comes from outside: Slack is asked nothing, of policy or of people, for who has not shown to be Slack. */
export type Door = Omit<AnswerDependencies, 'policy'> & {
  readonly policy: () => Promise<Policy>;
  readonly who: (claim: Claim) => Promise<Answerer | undefined>;
  /** Policy as it is written: its groups of approvers are not looked up. */
  readonly rules: Policy;
  /** Ends once a form must open, whatever Slack has said until then. */
  readonly headStart: () => Promise<unknown>;
  /** Called for what is signed just now, and not with the secret held here: perhaps by Slack, after a rotation. */
  readonly noteWrongSignature: () => void;
};

export async function answerSlack(door: Door, signingSecret: string, request: SlackRequest): Promise<Reply> {
  const verdict = verifySignature({ ...request, secret: signingSecret });
  if (verdict !== 'ok') {
    door.log('request refused', { why: verdict });
    if (verdict === 'wrong signature') door.noteWrongSignature();
    return refuse(401, `This request is not signed by Slack within the last five minutes: ${verdict}.`);
  }
  if (request.method !== 'POST') return refuse(405, 'Slack sends POST requests.');
  const text = new TextDecoder().decode(request.body);

  switch (request.path) {
    case '/slack/interactions': {
      const fields = readForm(text);
      if (fields === undefined) return refuseForm(door);
      if (fields['ssl_check'] === '1') return done;
      const payload = interactionSchema.safeParse(tryParseJson(fields['payload'] ?? ''));
      if (!payload.success)
        return refuse(400, `The payload is neither a button press nor a form: ${where(payload.error)}.`);
      const { data } = payload;
      return data.type === 'block_actions'
        ? pressed(door, data)
        : admitted(door, claimIn(data), (dependencies, by) => answerSubmission(dependencies, data, by));
    }
    case '/slack/commands': {
      const fields = readForm(text);
      if (fields === undefined) return refuseForm(door);
      if (fields['ssl_check'] === '1') return done;
      const command = slashSchema.safeParse(fields);
      if (!command.success) return refuse(400, `This is not a slash command: ${where(command.error)}.`);
      const { data } = command;
      return admitted(door, claimOfSlash(data), (dependencies, by) =>
        answerSlash(dependencies, data, timestampOf(request.headers) ?? '', by),
      );
    }
    case '/slack/events': {
      const event = eventsSchema.safeParse(tryParseJson(text));
      if (!event.success) return refuse(400, `Lapse does not know this event: ${where(event.error)}.`);
      const { data } = event;
      if (data.type === 'url_verification') return answerChallenge(data.challenge);
      if (data.type === 'app_rate_limited') door.log('events rate limited by Slack', {});
      else if (data.event.type === 'app_home_opened' && data.event.tab === 'home' && data.event.user) {
        const { user } = data.event;
        return admitted(door, claimOfEvent(user, data), (dependencies, by) =>
          openHome(dependencies, user, by),
        );
      }
      return done;
    }
    default:
      return refuse(404, 'Slack sends nothing to this path.');
  }
}

/** The form opens within three seconds although Slack takes long to say who pressed, and who is an approver. */
async function pressed(door: Door, press: Press): Promise<Reply> {
  const claim = claimIn(press);
  if (!claim) return refuse(400, homeless);
  const lookedUp = Promise.all([door.policy(), door.who(claim)]);
  const isLate = await Promise.race([lookedUp.then(() => false), door.headStart().then(() => true)]);
  // Its failure is thrown below, and must not end the process before that.
  lookedUp.catch(() => undefined);
  const form = isLate ? await openAhead({ ...door, policy: door.rules }, press) : undefined;
  const [policy, by] = await lookedUp;
  return form
    ? takeBackFromStrangers({ ...door, policy }, press, by, form)
    : answerPress({ ...door, policy }, press, by);
}

const homeless = 'The request names neither organisation nor workspace.';

/** Policy and person are looked up side by side: Slack waits three seconds. */
async function admitted(
  door: Door,
  claim: Claim | undefined,
  answer: (dependencies: AnswerDependencies, by: Answerer | undefined) => Promise<Reply>,
): Promise<Reply> {
  if (!claim) return refuse(400, homeless);
  const [policy, by] = await Promise.all([door.policy(), door.who(claim)]);
  return answer({ ...door, policy }, by);
}

/** The fields that are not empty; `undefined` if one occurs twice: whoever signed it may have meant the other one. */
function readForm(text: string): Readonly<Record<string, string>> | undefined {
  const fields = [...new URLSearchParams(text)];
  if (new Set(fields.map(([name]) => name)).size < fields.length) return undefined;
  return Object.fromEntries(fields.filter(([, value]) => value !== ''));
}

function refuseForm({ log }: Door): Reply {
  log('request refused', { why: 'a field twice' });
  return refuse(400, 'A field of this form comes twice. Slack sends each of them once.');
}

/** The path of the first invalid field, never its value. */
const where = (error: { readonly issues: readonly { readonly path: readonly PropertyKey[] }[] }): string =>
  error.issues[0]?.path.map(String).join('.') || 'not readable';
