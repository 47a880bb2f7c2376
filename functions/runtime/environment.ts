/**
 * What each function must find in its environment. The stack's constructs are typed by these schemas, so a
 * variable that is missing there does not compile, and one that is malformed stops a function at its first event.
 */
import * as z from 'zod';
import { parseDuration } from '#time/instant.ts';

const name = z.string().min(1);
const url = (usual: string) => z.url({ protocol: /^https?$/ }).default(usual);

const register = { TABLE_NAME: name };
/** What a tenant's kinds are as long as nobody has decided: see `enforcement-mode.ts`. */
const modes = { NEW_TENANTS: z.enum(['live', 'observing']).default('live') };
const exchange = {
  /** Id of a secret: `{ "<tenant GUID>": { "clientId": "…", "clientSecret": "…" } }`. */
  EXCHANGE_SECRET: name,
  EXCHANGE_URL: url('https://outlook.office365.com'),
  LOGIN_URL: url('https://login.microsoftonline.com'),
};
const slack = {
  /** Id of a secret, plain text. */
  SLACK_BOT_TOKEN_SECRET: name,
  SLACK_API_URL: url('https://slack.com/api/'),
};

export const environments = {
  'collect-audit-log': z.object({
    ...register,
    BUS_NAME: name,
    /** Id of a secret in the form of `EXCHANGE_SECRET`, but without "*": tenants to collect from are named. */
    AUDIT_LOG_SECRET: name,
    /** Unless the tenant's cloud says otherwise, see `microsoft/clouds.ts`. */
    ACTIVITY_URL: url('https://manage.office.com'),
    LOGIN_URL: url('https://login.microsoftonline.com'),
    /** GUID of the tenant of whoever runs Lapse; without it, each tenant's own. */
    PUBLISHER_IDENTIFIER: z.guid().optional(),
    /** How long Audit.Exchange may have nothing new before that is an alarm. */
    SILENT_AFTER: z
      .string()
      .refine((text) => parseDuration(text) !== undefined, 'not a length of time like PT12H')
      .default('PT12H'),
  }),
  'record-changes': z.object({ ...register, ...exchange, ...modes }),
  'publish-events': z.object({ BUS_NAME: name }),
  'ask-owners': z.object({
    ...register,
    ...modes,
    ...slack,
    /** Its own queue: what Slack is too busy for is sent there again, to come later. */
    QUEUE_URL: name,
  }),
  'answer-slack': z.object({
    ...register,
    ...modes,
    ...slack,
    /** Id of a secret, plain text. */
    SLACK_SIGNING_SECRET_SECRET: name,
  }),
  'sweep-deadlines': z.object({ ...register, ...modes, BUS_NAME: name }),
  'take-inventory': z.object({ ...register, ...exchange, BUS_NAME: name }),
  enforce: z.object({ ...register, ...exchange, ...modes }),
} as const;

export type FunctionName = keyof typeof environments;
/** What a function gets: every default filled in. */
export type Environment<Name extends FunctionName> = z.output<(typeof environments)[Name]>;
/** What the stack must set. */
export type Settable<Name extends FunctionName> = z.input<(typeof environments)[Name]>;

/** Throws an error that names each variable and what is wrong with it, never what it holds. */
export function readEnvironment<Name extends FunctionName>(
  name: Name,
  from: Readonly<Record<string, string | undefined>> = process.env,
): Environment<Name> {
  const read = environments[name].safeParse(from);
  if (read.success) return read.data as Environment<Name>;
  const wrong = read.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ');
  throw new Error(
    `${name} cannot start, its environment variables are incomplete (${wrong}): deploy the stack again`,
  );
}
