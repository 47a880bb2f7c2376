/** The kill switch: an approver stops all enforcement in a tenant at once, and lifts that again. */
import { isApprover, mightBeApprover } from '#policy/authority.ts';
import { resumeEnforcement, stopEnforcement } from '#policy/enforcement-mode.ts';
import { tenantName } from '#policy/policy.ts';
import { groupUnread } from './admission.ts';
import { clip } from './escape.ts';
import { longestReason } from './form.ts';
import { turnAwayFromSwitch } from './turned-away.ts';
import type { Answerer } from '#lifecycle/commands.ts';
import type { Policy } from '#policy/policy.ts';
import type { AnswerDependencies } from './dependencies.ts';
import type { Line } from './lines.ts';

/** `words`: the tenant by its name or id, and for a stop the reason. */
export async function throwSwitch(
  dependencies: AnswerDependencies,
  by: Answerer,
  verb: 'stop' | 'resume',
  words: readonly string[],
): Promise<readonly Line[]> {
  const { enforcements, policy, now, log } = dependencies;
  if (mightBeApprover(by, policy)) return [[groupUnread]];
  const named = tenantIn(words, policy);
  if (!isApprover(by, policy)) return turnAwayFromSwitch(dependencies, by, verb, named?.tenant);
  if (!named) return [[`Please say which tenant: /lapse ${verb} ${example(policy)}`]];
  const { tenant, rest } = named;
  const name = clip(tenantName(policy, tenant), 80);
  const decision = { at: now, by: `Slack user ${by.slackUser}` };
  if (verb === 'resume') {
    const { before } = await enforcements.change(tenant, (one) => resumeEnforcement(one, decision));
    return before.stopped
      ? [
          [
            `Enforcement in ${name} is resumed. What came due meanwhile gets full notice, and each owner is told.`,
          ],
        ]
      : [[`Enforcement in ${name} is not stopped.`]];
  }
  const why = rest.join(' ');
  if (why === '' || why.length > longestReason)
    return [[`Please give a reason of up to ${longestReason} characters: /lapse stop ${name} reason`]];
  const { before } = await enforcements.change(tenant, (one) => stopEnforcement(one, decision, why));
  log('enforcement stopped', { tenant });
  return before.stopped
    ? [
        [
          `Enforcement in ${name} was stopped before, by ${clip(before.stopped.by, 80)} at `,
          { at: before.stopped.at },
          '.',
        ],
      ]
    : [
        [`Enforcement in ${name} is stopped: nothing is disabled there, not even what was on its way.`],
        [`To lift that: /lapse resume ${name}`],
      ];
}

const isTenantId = (word: string): boolean => /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(word);

/** A name may be several words; the longest that fits is meant. */
export function tenantIn(
  words: readonly string[],
  { tenants }: Policy,
): { readonly tenant: string; readonly rest: readonly string[] } | undefined {
  const [first = ''] = words;
  if (isTenantId(first)) return { tenant: first.toLowerCase(), rest: words.slice(1) };
  for (let count = words.length; count > 0; count -= 1) {
    const name = words.slice(0, count).join(' ').toLowerCase();
    const tenant = tenants.find((one) => one.name.toLowerCase() === name);
    if (tenant) return { tenant: tenant.id.toLowerCase(), rest: words.slice(count) };
  }
  return undefined;
}

export const example = ({ tenants: [tenant] }: Policy): string =>
  tenant ? clip(tenant.name, 80) : 'its GUID';

/** Tenants in which enforcement is stopped, one line each. */
export async function describeSwitches({
  enforcements,
  policy,
}: Pick<AnswerDependencies, 'enforcements' | 'policy'>): Promise<readonly Line[]> {
  const lines: Line[] = [];
  for (const [tenant, { stopped }] of await enforcements.read()) {
    if (!stopped) continue;
    const name = clip(tenantName(policy, tenant), 80);
    lines.push([
      { bold: 'Enforcement is stopped: ' },
      `in ${name}, by ${clip(stopped.by, 80)} since `,
      { at: stopped.at },
      `: ${clip(stopped.why, 300)}. Nothing is disabled there until an approver types /lapse resume ${name}.`,
    ]);
  }
  return lines;
}
