/**
 * Somebody wanted to decide where Lapse may act, and may not. There need not be an exception on whose trail that could
 * stand: it is logged, and said in the channel of the tenant.
 */
import { isMember } from '#policy/authority.ts';
import { channelOf } from '#policy/owner.ts';
import { tenantName } from '#policy/policy.ts';
import { describeStranger } from './admission.ts';
import { clip } from './escape.ts';
import { SlackRefusal, SlackUnreachable } from './failure.ts';
import { describeApprovers } from './refusal.ts';
import { createNote } from './reply.ts';
import { standingWords } from './standing.ts';
import type { Answerer } from '#lifecycle/commands.ts';
import type { AnswerDependencies } from './dependencies.ts';
import type { Line } from './lines.ts';

export type SwitchVerb = 'stop' | 'resume' | 'live' | 'observe';

/** What to tell them. */
export async function turnAwayFromSwitch(
  dependencies: AnswerDependencies,
  by: Answerer,
  verb: SwitchVerb,
  tenant: string | undefined,
): Promise<readonly Line[]> {
  const { policy, log } = dependencies;
  log(`${verb} refused`, { standing: by.standing, tenant: tenant ?? 'none' });
  await tellChannel(dependencies, by, verb, tenant);
  return isMember(by)
    ? [
        ['Only approvers may do that. The channel of the security team is told of attempts.'],
        describeApprovers(policy.approvers),
      ]
    : [[describeStranger(by)]];
}

async function tellChannel(
  { slack, policy, now, log, noteRefused }: AnswerDependencies,
  by: Answerer,
  verb: SwitchVerb,
  tenant: string | undefined,
): Promise<void> {
  if (!(await noteRefused(`${by.slackTeam}#${by.slackUser}`, now))) return;
  const where = tenant === undefined ? '' : ` in ${clip(tenantName(policy, tenant), 80)}`;
  const line: Line = [
    { user: by.slackUser },
    by.standing === 'member' ? '' : ` (${standingWords[by.standing]})`,
    ` tried /lapse ${verb}${where} and was refused, not being an approver. Nothing was changed.`,
  ];
  const channel = tenant === undefined ? policy.fallbackChannel : channelOf(policy, { tenant });
  try {
    await slack.post(channel, createNote(line));
  } catch (error) {
    // They are refused all the same, and the line in the log is there.
    if (!(error instanceof SlackRefusal || error instanceof SlackUnreachable)) throw error;
    log('refused attempt not told', { verb });
  }
}
