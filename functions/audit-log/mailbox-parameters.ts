/** The parameters by which cmdlets about mailboxes let mail past or out, and whether a record has any of them. */
import { isJsonObject } from '#values/json.ts';
import { isPlumbing } from './parameters.ts';
import type { MailboxOperation } from './mailbox-operations.ts';

export const forwards = ['ForwardingSmtpAddress', 'ForwardingAddress'] as const;
export const redirects = ['ForwardTo', 'ForwardAsAttachmentTo', 'RedirectTo'] as const;
export const trusts = ['TrustedSendersAndDomains'] as const;

const doors = new Set([...forwards, ...redirects, ...trusts].map((name) => name.toLowerCase()));

/** What these do to a rule is in their name, whatever they are passed. */
const wholly: ReadonlySet<string> = new Set(
  (['Enable-InboxRule', 'Disable-InboxRule', 'Remove-InboxRule'] satisfies MailboxOperation[]).map((name) =>
    name.toLowerCase(),
  ),
);

/**
 * Whether a glance shows parameters that open no door: almost all records of these cmdlets have only such. `false`
 * where there is anything to look at more closely: a form that is not Exchange's own, or nothing that a cmdlet could set.
 */
export function passesNoDoor(operation: string, parameters: unknown): boolean {
  if (!Array.isArray(parameters) || wholly.has(operation.toLowerCase())) return false;
  let sets = false;
  for (const one of parameters as readonly unknown[]) {
    if (!isJsonObject(one)) return false;
    for (const key in one) if (key !== 'Name' && key !== 'Value') return false;
    const { Name } = one;
    if (typeof Name !== 'string' || !/^[A-Za-z]\w*$/.test(Name) || doors.has(Name.toLowerCase()))
      return false;
    sets ||= Name !== 'Name' && !isPlumbing(Name);
  }
  return sets;
}
