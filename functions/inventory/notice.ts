/** What people are told of an inventory as a whole, in the fallback channel. */
import { kinds, risks } from '#domain/exception.ts';
import { inWords } from '#domain/instant.ts';
import type { Kind, Risk } from '#domain/exception.ts';
import type { Duration } from '#domain/instant.ts';
import type { Doubt } from './compare.ts';

export interface Imported {
  readonly kind: Kind;
  readonly name: string;
  readonly risk: Risk;
}

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
const noun = (kind: Kind): string => kind.replaceAll('-', ' ');
/** As many names as a person reads; all of them are in the list. */
const named = 10;

/** `imported`: most dangerous first. One message for all, however many. */
export function importNotice(tenant: string, imported: readonly Imported[], grace: Duration): string {
  const count = <T>(
    of: readonly T[],
    key: (one: Imported) => T,
    say: (one: T, n: number) => string,
  ): string =>
    of
      .map((one) => [one, imported.filter((each) => key(each) === one).length] as const)
      .filter(([, n]) => n > 0)
      .map(([one, n]) => say(one, n))
      .join(', ');
  const byRisk = count(
    [...risks].reverse(),
    ({ risk }) => risk,
    (risk, n) => `${n} ${risk}`,
  );
  const byKind = count(
    kinds,
    ({ kind }) => kind,
    (kind, n) => plural(n, noun(kind)),
  );
  const riskiest = imported
    .slice(0, named)
    .map(({ kind, name, risk }) => `• ${risk}: ${noun(kind)} "${name}"`);
  const more = imported.length - riskiest.length;
  return [
    `Lapse has looked at tenant ${tenant} for the first time and found ${plural(imported.length, 'exception')} that ${imported.length === 1 ? 'was' : 'were'} there before it (${byRisk}; ${byKind}).`,
    `Nothing of it is disabled within ${inWords(grace)}. Owners are asked by and by, the most dangerous first; who wants to be ahead of that finds all of it with /lapse list, and each with /lapse show.`,
    ...riskiest,
    ...(more > 0 ? [`… and ${more} more.`] : []),
  ].join('\n');
}

/** What is gone cannot be an exception any more, so that nobody would be asked about it. */
export const removedNotice = (
  tenant: string,
  removed: readonly { readonly kind: Kind; readonly name: string }[],
): string =>
  [
    `In tenant ${tenant} ${removed.length === 1 ? 'something that protected is' : 'things that protected are'} gone. Mail that was stopped, held, refused or inspected by it may get in now.`,
    ...removed.slice(0, named).map(({ kind, name }) => `• ${noun(kind)} "${name}"`),
    ...(removed.length > named ? [`… and ${removed.length - named} more.`] : []),
    'If nobody meant to remove it, make it again in the Exchange admin center. The audit log tells who removed it.',
  ].join('\n');

export const incompleteNotice = (tenant: string, doubts: readonly Doubt[]): string =>
  [
    `The inventory of tenant ${tenant} is not complete, so Lapse concludes nothing from what is missing in it. What it did see was compared, and the audit log is followed as always.`,
    ...doubts.map(({ kind, why }) => `• ${noun(kind)}: ${why}`),
    '`lapse doctor`, run in the folder of the Lapse project, names a permission that is missing. This is said at most once a day.',
  ].join('\n');
