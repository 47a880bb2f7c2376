/** What somebody is, as seen from where Lapse is installed. Pure: takes Slack's answers. */
import * as z from 'zod';
import type { Standing } from '#lifecycle/exception.ts';

/**
 * A workspace, a workspace of an organisation, or an organisation with all its workspaces: then there is no `team`.
 */
export interface Installation {
  readonly team?: string;
  readonly enterprise?: string;
}

/** What distinguishes identities: the organisation, if there is one. */
export const homeOf = ({ enterprise, team }: Installation): string => enterprise ?? team ?? '';

/** What `auth.test` answers. */
export const installationSchema = z
  .object({
    team_id: z.string().min(1).nullish(),
    enterprise_id: z.string().min(1).nullish(),
    is_enterprise_install: z.boolean().nullish(),
  })
  .transform(({ team_id, enterprise_id, is_enterprise_install }): Installation => ({
    ...(team_id && !is_enterprise_install ? { team: team_id } : {}),
    ...(enterprise_id ? { enterprise: enterprise_id } : {}),
  }))
  .refine((found) => homeOf(found) !== '', 'names neither organisation nor workspace');

/** A user as `users.info` and `users.lookupByEmail` answer. */
export const accountSchema = z.object({
  id: z.string(),
  team_id: z.string().nullish(),
  enterprise_user: z.object({ enterprise_id: z.string().nullish() }).nullish(),
  deleted: z.boolean().nullish(),
  is_bot: z.boolean().nullish(),
  is_restricted: z.boolean().nullish(),
  is_ultra_restricted: z.boolean().nullish(),
  /** Known only through a channel that is shared with their organisation; then the guest's flags mean nothing. */
  is_stranger: z.boolean().nullish(),
  profile: z.object({ email: z.string().nullish() }).nullish(),
  tz: z.string().nullish(),
});
export type Account = z.output<typeof accountSchema>;

export const teamOf = ({ team_id, enterprise_user }: Account): string | undefined =>
  enterprise_user?.enterprise_id ?? team_id ?? undefined;

/** A member must be shown as one: an account is foreign if Slack does not say where it belongs. */
export function standingOf(account: Account, installation: Installation): Standing {
  if (!belongs(account, installation)) return 'foreign';
  if (account.deleted) return 'deactivated';
  if (account.is_bot) return 'bot';
  return account.is_restricted || account.is_ultra_restricted ? 'guest' : 'member';
}

/** An organisation's members count in each of its workspaces. */
function belongs(account: Account, { team, enterprise }: Installation): boolean {
  if (account.is_stranger) return false;
  const organisation = account.enterprise_user?.enterprise_id;
  if (organisation) return organisation === enterprise;
  return (
    account.team_id !== null && account.team_id !== undefined && [team, enterprise].includes(account.team_id)
  );
}

/** For the middle of a sentence about what somebody is. */
export const standingWords: Readonly<Record<Exclude<Standing, 'member'>, string>> = {
  guest: 'a guest',
  bot: 'a bot',
  deactivated: 'deactivated',
  foreign: 'of another organisation',
};
