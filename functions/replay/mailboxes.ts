/** Changes in single mailboxes, in any order → the doors that stand open at the end. */
import { domainsOf } from '#lifecycle/own-domains.ts';
import { namedIn, withoutInside } from '#lifecycle/mailbox-change.ts';
import { compareMoments } from '#time/moment.ts';
import type { LoggedMailboxChange } from '#audit-log/mailbox-change.ts';
import type { MailboxChange } from '#lifecycle/mailbox-change.ts';
import type { Instant } from '#time/instant.ts';

export interface OpenMailbox extends Pick<
  MailboxChange,
  'door' | 'mailbox' | 'rule' | 'by' | 'from' | 'unplaced'
> {
  /** Where mail goes that is outside or not known to be inside; of safe senders, who is trusted. */
  readonly to: readonly string[];
  readonly at: Instant;
}

/** Newest first. `domains`: known to be the tenant's own. */
export function readOpenMailboxes(
  changes: readonly LoggedMailboxChange[],
  domains: readonly string[],
): readonly OpenMailbox[] {
  const own = [
    ...new Set([...domains, ...changes.flatMap(({ ownDomains, by }) => [...ownDomains, ...domainsOf(by)])]),
  ];
  return openAtTheEnd(changes.map((change) => withoutInside(change, own)));
}

/** What is known of one of them. */
interface Known {
  readonly isOn: boolean;
  /** By parameter. */
  readonly lists: Readonly<Record<string, readonly string[]>>;
  /** The last change that named anybody, or switched it on: what was only taken back has another author. */
  readonly opened: MailboxChange;
}

/** The same of changes that name nobody inside any more. What could not be read changes nothing here. */
export function openAtTheEnd(changes: readonly MailboxChange[]): readonly OpenMailbox[] {
  const known = new Map<string, Known>();
  for (const change of [...changes].sort((a, b) => compareMoments(a.moment, b.moment))) {
    if (change.unread !== undefined) continue;
    const key = [change.door, change.mailbox, change.rule ?? ''].join('\n').toLowerCase();
    const before = change.became === 'made' ? undefined : known.get(key);
    const opens = change.became === 'on' || namedIn(change).length > 0;
    // What was opened last comes last.
    if (opens || change.became === 'removed') known.delete(key);
    if (change.became !== 'removed')
      known.set(key, {
        isOn: change.became === 'on' || (change.became !== 'off' && (before?.isOn ?? true)),
        lists: listsAfter(before?.lists ?? {}, change),
        opened: opens || before === undefined ? change : before.opened,
      });
  }
  return [...known.values()].reverse().flatMap(({ isOn, lists, opened }) => {
    const { door, mailbox, rule, by, from, unplaced, moment } = opened;
    const to = [...new Set(Object.values(lists).flat())];
    return !isOn || to.length === 0
      ? []
      : [
          {
            ...{ door, mailbox, to, by, at: moment.at },
            ...(rule !== undefined && { rule }),
            ...(from !== undefined && { from }),
            ...(unplaced && { unplaced }),
          },
        ];
  });
}

function listsAfter(before: Known['lists'], { settings }: MailboxChange): Known['lists'] {
  const changed = Object.entries(settings).map(([name, value]) => {
    if (value.type === 'whole') return [name, value.entries] as const;
    const taken = new Set(value.remove.map((one) => one.toLowerCase()));
    const left = (before[name] ?? []).filter((one) => !taken.has(one.toLowerCase()));
    return [name, [...left, ...value.add]] as const;
  });
  return { ...before, ...Object.fromEntries(changed) };
}
