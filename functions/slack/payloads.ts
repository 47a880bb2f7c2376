/**
 * What Slack sends, as far as Lapse reads it. Where an app is installed for an organisation `team` is null; where
 * a press comes from a form or the home tab there is no channel and no message. Unknown fields are left alone.
 */
import * as z from 'zod';
import { tryParseJson } from '#values/json.ts';
import type { Claim } from './who.ts';

const id = z.string().min(1).max(255);
const team = z.object({ id }).nullish();

const from = {
  team,
  enterprise: z.object({ id }).nullish(),
  user: z.object({ id, team_id: id.nullish() }),
  trigger_id: z.string().nullish(),
};

/** What the fields of a form hold: by block id, then by action id. */
const stateSchema = z.object({
  values: z.record(
    z.string(),
    z.record(
      z.string(),
      z.object({
        value: z.string().nullish(),
        selected_date: z.string().nullish(),
        selected_user: id.nullish(),
        selected_option: z.object({ value: z.string() }).nullish(),
        selected_options: z.array(z.object({ value: z.string() })).nullish(),
      }),
    ),
  ),
});

const pressSchema = z.object({
  type: z.literal('block_actions'),
  ...from,
  container: z.object({ message_ts: z.string().nullish(), channel_id: z.string().nullish() }).nullish(),
  channel: z.object({ id }).nullish(),
  message: z.object({ ts: z.string() }).nullish(),
  view: z
    .object({
      id,
      type: z.string().nullish(),
      hash: z.string().nullish(),
      callback_id: z.string().nullish(),
      private_metadata: z.string().nullish(),
      state: stateSchema.nullish(),
    })
    .nullish(),
  actions: z
    .array(
      z.object({
        action_id: z.string(),
        action_ts: z.string().nullish(),
        value: z.string().nullish(),
        selected_option: z.object({ value: z.string() }).nullish(),
      }),
    )
    .min(1),
});
export type Press = z.infer<typeof pressSchema>;

const submissionSchema = z.object({
  type: z.literal('view_submission'),
  ...from,
  view: z.object({
    id,
    hash: z.string().nullish(),
    callback_id: z.string(),
    private_metadata: z.string(),
    state: stateSchema,
  }),
});
export type Submission = z.infer<typeof submissionSchema>;

export const interactionSchema = z.discriminatedUnion('type', [pressSchema, submissionSchema]);

export const slashSchema = z.object({
  command: z.string(),
  text: z.string().max(4000).default(''),
  user_id: id,
  team_id: id.optional(),
  enterprise_id: id.optional(),
  trigger_id: z.string().min(1).optional(),
});
export type Slash = z.infer<typeof slashSchema>;

const challengeSchema = z.object({
  type: z.literal('url_verification'),
  challenge: z.string().max(1000),
});

const eventSchema = z.object({
  type: z.literal('event_callback'),
  team_id: id.nullish(),
  enterprise_id: id.nullish(),
  authorizations: z.array(z.object({ enterprise_id: id.nullish() })).nullish(),
  event_id: id,
  event: z.object({ type: z.string(), user: z.string().nullish(), tab: z.string().nullish() }),
});

type EventCallback = z.infer<typeof eventSchema>;

export const eventsSchema = z.discriminatedUnion('type', [
  challengeSchema,
  eventSchema,
  z.object({ type: z.literal('app_rate_limited') }),
]);

/** Whether it could be the id of an exception. */
export function isId(text: string): boolean {
  return /^[\w-]{1,64}$/.test(text);
}

/** What a button or a form carries: the exception, and the version of the question that the person saw. */
const subjectSchema = z.object({ id: z.string().refine(isId), version: z.int().min(1) });
export type QuestionRef = z.infer<typeof subjectSchema>;

export function readSubject(text: string | null | undefined): QuestionRef | undefined {
  return subjectSchema.safeParse(tryParseJson(text ?? '')).data;
}

/** What the buttons carry that turn the pages of a trail. */
const pageSchema = subjectSchema.extend({ page: z.int().min(0).max(10_000) });

export const readPage = (text: string | null | undefined): z.infer<typeof pageSchema> | undefined =>
  pageSchema.safeParse(tryParseJson(text ?? '')).data;

/** What each kind of request says about its sender; `undefined` if it does not say where it comes from. */
export const claimIn = ({ enterprise, team, user }: Press | Submission): Claim | undefined =>
  claim(user.id, { enterprise: enterprise?.id, team: team?.id, userTeam: user.team_id });

export const claimOfSlash = ({ enterprise_id, team_id, user_id }: Slash): Claim | undefined =>
  claim(user_id, { enterprise: enterprise_id, team: team_id });

/** Where an app is installed for an organisation, the envelope's own team may be any of its workspaces. */
export const claimOfEvent = (
  user: string,
  {
    team_id,
    enterprise_id,
    authorizations,
  }: Pick<EventCallback, 'team_id' | 'enterprise_id' | 'authorizations'>,
): Claim | undefined =>
  claim(user, { enterprise: enterprise_id ?? authorizations?.[0]?.enterprise_id, team: team_id });

function claim(
  user: string,
  from: { readonly [Field in 'enterprise' | 'team' | 'userTeam']?: string | null | undefined },
): Claim | undefined {
  const named = Object.fromEntries(Object.entries(from).filter(([, id]) => id !== null && id !== undefined));
  return Object.keys(named).length === 0 ? undefined : { user, ...named };
}
