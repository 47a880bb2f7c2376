import { ServiceError } from '#microsoft/service-error.ts';

/**
 * What can go wrong with the tenant, by what follows from it.
 * - `forbidden`: the application lacks a permission or role; a person must act.
 * - `unauthorised`: the token or the credential was not accepted.
 * - `not-found`: Exchange says there is no such object (never concluded from a wrong address or a broken answer).
 * - `refused`: Exchange understood and said no.
 * - `ambiguous`: more than one object answers to the name; nothing may be done to any of them.
 * - `throttled`, `unavailable`, `timeout`: may pass by itself.
 * - `unexpected-answer`: an answer that cannot be read; nothing may be concluded from it.
 * - `redirected`: the tenant is served at another address; never leaves this folder.
 * - `no-credential`: Lapse holds no credential for this tenant.
 */
export type ExchangeErrorCode =
  | 'forbidden'
  | 'unauthorised'
  | 'not-found'
  | 'refused'
  | 'ambiguous'
  | 'throttled'
  | 'unavailable'
  | 'timeout'
  | 'unexpected-answer'
  | 'redirected'
  | 'no-credential';

export class ExchangeError extends ServiceError<ExchangeErrorCode> {
  override readonly name = 'ExchangeError';
}

const longest = 400;

/** Text from outside for use in a sentence: one line, no control characters, bounded, without what must stay secret. */
export function quote(text: string, secrets: readonly string[] = []): string {
  const clean = secrets
    .filter((secret) => secret !== '')
    .reduce((rest, secret) => rest.replaceAll(secret, '[secret]'), text)
    .replace(/[\u0000-\u001f\u007f-\u009f\s]+/g, ' ')
    .trim();
  return clean.length > longest ? `${clean.slice(0, longest)}…` : clean;
}
