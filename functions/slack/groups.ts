/** User groups in a policy, replaced by the people in them: the domain compares user ids and nothing else. */
import { SlackRefusal, SlackUnreachable } from './failure.ts';
import { isGroup } from '#policy/policy.ts';
import { listApprovers } from '#policy/authority.ts';
import type { Policy } from '#policy/policy.ts';
import type { WriteLog } from './exceptions.ts';
import type { Slack } from './slack.ts';

/** What is known of groups, and until when (milliseconds since 1970). Kept between calls of one function. */
export type GroupMemory = Map<string, { readonly users: readonly string[]; readonly until: number }>;

/** For this long, somebody who left a group can still answer. Slack allows about twenty of these requests a minute. */
const kept = 5 * 60_000;

/**
 * A group that cannot be read stays in the list: it is nobody's user id, so nobody can answer because of it, and it shows
 * that some of those who may answer are not known.
 */
export async function resolveGroups(
  policy: Policy,
  {
    slack,
    log,
    memory,
    now,
  }: { slack: Pick<Slack, 'members'>; log: WriteLog; memory: GroupMemory; now: number },
): Promise<Policy> {
  const groups = listApprovers(policy).filter(isGroup);
  if (groups.length === 0) return policy;
  const members = new Map<string, readonly string[]>();
  const lookInto = async (group: string): Promise<void> => {
    const known = memory.get(group);
    if (known && known.until > now) {
      members.set(group, known.users);
      return;
    }
    try {
      const users = await slack.members(group);
      memory.set(group, { users, until: now + kept });
      members.set(group, users);
    } catch (error) {
      if (!(error instanceof SlackRefusal || error instanceof SlackUnreachable)) throw error;
      log('approver group not readable: nobody in it may answer now', {
        group,
        why: error instanceof SlackRefusal ? error.code : 'no answer',
      });
    }
  };
  await Promise.all(groups.map(lookInto));
  const people = (list: readonly string[]): readonly string[] => [
    ...new Set(list.flatMap((id) => members.get(id) ?? [id])),
  ];
  const inClass = <Class extends { readonly approvers?: readonly string[] | undefined }>(
    one: Class,
  ): Class => (one.approvers === undefined ? one : { ...one, approvers: people(one.approvers) });
  return {
    ...policy,
    approvers: people(policy.approvers),
    risk: mapped(policy.risk, inClass),
    kinds: mapped(policy.kinds, (risks) => risks && mapped(risks, (one) => one && inClass(one))),
  };
}

/** The same fields with other values. */
const mapped = <Value, Fields extends Readonly<Record<string, Value>>>(
  fields: Fields,
  change: (value: Fields[keyof Fields]) => Fields[keyof Fields],
): Fields =>
  Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, change(value as Fields[keyof Fields])]),
  ) as Fields;
