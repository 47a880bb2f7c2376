/**
 * What an exception rests on: how well it is known whose mail is let past (for outgoing mail: where it goes). The
 * grade bounds how long an exception may last and who may approve it.
 */
import { anybodySends, countAddresses } from './addresses.ts';
import { list } from './settings.ts';
import type { Settings } from './settings.ts';

/** Best first. */
export const grades = ['identity-bound', 'network-bound', 'name-only', 'none'] as const;
export type Grade = (typeof grades)[number];

export interface Evidence {
  readonly grade: Grade;
  /** One sentence for people. */
  readonly why: string;
}

const grade =
  (of: Grade) =>
  (why: string): Evidence => ({ grade: of, why });
export const identity = grade('identity-bound');
export const network = grade('network-bound');
export const nameOnly = grade('name-only');
export const nothing = grade('none');

export const claimedName = nameOnly('The sender’s name alone, which anybody can write on a message.');
export const openNetwork = nothing('The network addresses are such that anybody can send from them.');

/** The addresses in `setting`, and nothing else. */
export function gradeAddresses(settings: Settings, setting: string): Evidence {
  const count = countAddresses(list(settings, setting));
  if (count.addresses === 0 && count.networks6 === 0) return nothing('No network address is named.');
  return anybodySends(count) ? openNetwork : network('Certain network addresses, whoever sends from there.');
}
