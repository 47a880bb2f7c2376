/** Changes in single mailboxes, in any order → the doors that stand open at the end. */
import { domainsOf } from '#lifecycle/own-domains.ts';
import { isOwn } from '#risk/settings.ts';
import { compareMoments } from '#time/moment.ts';
import type { MailboxChange, MailboxDoor } from '#audit-log/mailbox-change.ts';
import type { Author } from '#lifecycle/exception.ts';
import type { Instant } from '#time/instant.ts';

export interface OpenMailbox {
  readonly door: MailboxDoor;
  readonly mailbox: string;
  readonly rule?: string;
  /** Where mail goes that is outside or not known to be inside; of safe senders, who is trusted. */
  readonly to: readonly string[];
  readonly by: Author;
  readonly at: Instant;
}

/** Newest first. `domains`: known to be the tenant's own. */
export function readOpenMailboxes(
  changes: readonly MailboxChange[],
  domains: readonly string[],
): readonly OpenMailbox[] {
  const own = [
    ...new Set([...domains, ...changes.flatMap(({ ownDomains, by }) => [...ownDomains, ...domainsOf(by)])]),
  ];
  const open = new Map<string, MailboxChange>();
  for (const change of [...changes].sort((a, b) => compareMoments(a.moment, b.moment))) {
    const key = [change.door, change.mailbox, change.rule ?? ''].join('\n').toLowerCase();
    const before = open.get(key);
    if (change.ended) open.delete(key);
    else if (change.to.length > 0) open.set(key, change);
    else if (before) open.set(key, { ...change, to: before.to });
  }
  return [...open.values()].reverse().flatMap(({ door, mailbox, rule, to, by, moment }) => {
    const outside =
      door === 'safe senders' ? to : to.filter((one) => !(one.includes('@') && isOwn(one, own)));
    return outside.length === 0
      ? []
      : [{ door, mailbox, ...(rule !== undefined && { rule }), to: outside, by, at: moment.at }];
  });
}
