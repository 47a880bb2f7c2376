import { Refusal } from '#lib/local/refusal.ts';
import { openAtTheEnd } from '#replay/mailboxes.ts';
import { readArguments, refusePositionals, unusable } from './arguments.ts';
import { formatMailboxes, formatUnreadChanges, mailboxesForPrograms } from './mailbox-table.ts';
import { openReader, readerHelp, readerOptions } from './read-register.ts';

const help = `usage: lapse mailboxes --tenant GUID [options]

Prints what lets mail past or out of single mailboxes of a tenant, the newest first:
forwarding and inbox rules that lead outside, and safe senders, as far as the audit
log told while Lapse ran and as long as policy keeps it (mailboxes.keptFor). They
are no exceptions: nobody is asked about them. Exits with 1 if a change could not be
read; what can be read is printed.

  --tenant GUID        the tenant
  --mailbox MAILBOX    only this one, by its address or alias
${readerHelp.replaceAll(/^(  --\w+(?: [A-Z]+)?) +/gm, (_, option: string) => option.padEnd(23))}`;

export async function run(args: readonly string[]): Promise<number> {
  const options = { ...readerOptions, tenant: { type: 'string' }, mailbox: { type: 'string' } } as const;
  const { values, positionals } = readArguments(args, options, help);
  if (values.help) {
    console.log(help);
    return 0;
  }
  refusePositionals(positionals, 'mailboxes');
  const { tenant, mailbox, json } = values;
  if (tenant === undefined)
    throw new Refusal(
      'no tenant is named',
      'changes in mailboxes are kept by tenant',
      'add --tenant with its GUID',
      unusable,
    );
  const changes = await (await openReader(values)).mailboxes(tenant, mailbox);
  const open = openAtTheEnd(changes);
  const code = changes.some(({ unread }) => unread !== undefined) ? 1 : 0;
  if (json) {
    const all = { open: mailboxesForPrograms(open), changes: mailboxesForPrograms(changes) };
    console.log(JSON.stringify(all, undefined, 2));
    return code;
  }
  const style = { width: process.stdout.isTTY ? process.stdout.columns : Infinity, colour: false };
  const text = `${formatMailboxes(open, style)}${formatUnreadChanges(changes, style)}`.trim();
  console.log(text === '' ? 'Nothing on record lets mail past or out of single mailboxes.' : text);
  return code;
}
