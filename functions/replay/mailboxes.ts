/** Changes in single mailboxes, in any order → the doors that stand open at the end. */
import { domainsOf } from '#lifecycle/own-domains.ts';
import { withoutInside } from '#lifecycle/mailbox-change.ts';
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

/** The same of changes that name nobody inside any more. What could not be read changes nothing here. */
export function openAtTheEnd(changes: readonly MailboxChange[]): readonly OpenMailbox[] {
  const open = new Map<string, MailboxChange>();
  const led = new Map<string, readonly string[]>();
  for (const change of [...changes].sort((a, b) => compareMoments(a.moment, b.moment))) {
    if (change.unread !== undefined) continue;
    const key = [change.door, change.mailbox, change.rule ?? ''].join('\n').toLowerCase();
    // What changed last comes last.
    open.delete(key);
    if (change.ended) {
      if (!change.switchedOff) led.delete(key);
      continue;
    }
    const to = change.to.length > 0 ? change.to : led.get(key);
    if (to === undefined) continue;
    led.set(key, to);
    open.set(key, { ...change, to });
  }
  return [...open.values()].reverse().map(({ door, mailbox, rule, to, by, from, unplaced, moment }) => ({
    door,
    mailbox,
    ...(rule !== undefined && { rule }),
    to,
    by,
    ...(from !== undefined && { from }),
    at: moment.at,
    ...(unplaced && { unplaced }),
  }));
}
