import { foldName } from '#kinds/fold-name.ts';
import type { MailboxChange } from '#lifecycle/mailbox-change.ts';
import type { MailboxChanges } from '#register/mailbox-changes.ts';

/** Changes in mailboxes, in this process. */
export function createInMemoryMailboxChanges(): MailboxChanges & {
  readonly all: () => readonly MailboxChange[];
} {
  const kept = new Map<string, { readonly tenant: string; readonly change: MailboxChange }>();
  const of = (tenant: string): readonly MailboxChange[] =>
    [...kept.values()]
      .filter((one) => one.tenant === tenant.toLowerCase())
      .map(({ change }) => change)
      .sort((a, b) => (a.moment.at < b.moment.at ? -1 : 1));
  const local = (mailbox: string): string => foldName(mailbox.split('@')[0] ?? '');
  return {
    all: () => [...kept.values()].map(({ change }) => change),
    keep: async (tenant, change) => {
      const key = [
        tenant.toLowerCase(),
        local(change.mailbox),
        change.moment.at,
        change.moment.record,
      ].join();
      if (kept.has(key)) return Promise.resolve('duplicate');
      kept.set(key, { tenant: tenant.toLowerCase(), change });
      return Promise.resolve('kept');
    },
    inTenant: async function* (tenant) {
      await Promise.resolve();
      yield* of(tenant).toReversed();
    },
    inMailbox: async function* (tenant, mailbox, { from = '0', to = '9' } = {}) {
      await Promise.resolve();
      yield* of(tenant).filter(
        ({ mailbox: called, moment: { at } }) =>
          local(called) === local(mailbox) &&
          ([called, mailbox].some((one) => !one.includes('@')) || foldName(called) === foldName(mailbox)) &&
          at >= from &&
          at <= to,
      );
    },
  };
}
