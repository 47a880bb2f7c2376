/** Where anybody can open a mailbox: a proof that mail is from there proves no particular sender. */
import { domainOf } from './settings.ts';

const openProviders = new Set(
  (
    'gmail.com googlemail.com outlook.com hotmail.com live.com msn.com yahoo.com ymail.com aol.com icloud.com ' +
    'me.com mac.com proton.me protonmail.com gmx.com gmx.net gmx.de web.de mail.com zoho.com yandex.com mail.ru ' +
    'qq.com 163.com onmicrosoft.com amazonses.com sendgrid.net mailchimpapp.net'
  ).split(' '),
);

/** Whether an entry, which may be a pattern, names no sender in particular. */
export function isAnybodysDomain(entry: string): boolean {
  // Patterns are regular expressions: "@gmail\\.com$", ".*@gmail.com".
  const plain = entry.replace(/\\[wSd]/g, '').replace(/[\\^$*+]/g, '');
  const at = plain.lastIndexOf('@');
  const mailbox = plain.slice(0, Math.max(at, 0)).replace(/\./g, '');
  const domain = domainOf(plain).replace(/^\./, '');
  return mailbox === '' && (openProviders.has(domain) || /^[.?]*$/.test(domain));
}
