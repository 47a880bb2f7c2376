/** The messages about an inventory as a whole, for the fallback channel. */
import { kindOf, kinds } from '#kinds/registry.ts';
import type { KindOfException } from '#kinds/kind.ts';
import { describeProgress, type ImportProgress } from '#lifecycle/import-progress.ts';
import { inWords } from '#time/instant.ts';
import { risks } from '#risk/finding.ts';
import type { Kind } from '#kinds/registry.ts';
import type { Policy } from '#policy/policy.ts';
import type { Doubt } from './compare.ts';
import type { Risk } from '#risk/finding.ts';

export interface Imported {
  readonly kind: Kind;
  readonly name: string;
  readonly risk: Risk;
}

const exceptions = (count: number): string => `${count} ${count === 1 ? 'exception' : 'exceptions'}`;
const counted = (count: number, { name, plural }: KindOfException): string =>
  `${count} ${count === 1 ? name : plural}`;
/** As many names as a person reads; all of them are in the list. */
const named = 10;

/** `imported`: most dangerous first. One message for all, however many. */
export function createImportMessage(
  tenant: string,
  imported: readonly Imported[],
  { graceOnImport, importPerDay }: Pick<Policy, 'graceOnImport' | 'importPerDay'>,
): string {
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
    (kind, n) => counted(n, kindOf(kind)),
  );
  const riskiest = imported
    .slice(0, named)
    .map(({ kind, name, risk }) => `• ${risk}: ${kindOf(kind).name} "${name}"`);
  const more = imported.length - riskiest.length;
  return [
    `Lapse has looked at tenant ${tenant} for the first time and found ${exceptions(imported.length)} that ${imported.length === 1 ? 'was' : 'were'} there already (${byRisk}; ${byKind}).`,
    `Lapse disables none of them within ${inWords(graceOnImport)}. After that, at most ${importPerDay} fall due on a working day, the most dangerous first, and their owners are asked in time. To look at them sooner, use /lapse list and /lapse show.`,
    ...riskiest,
    ...(more > 0 ? [`… and ${more} more.`] : []),
  ].join('\n');
}

/** On working mornings, until every one of them is answered or has ended. */
export const createProgressMessage = (tenant: string, progress: ImportProgress): string =>
  [
    `From before Lapse in tenant ${tenant}: ${describeProgress(progress)}.`,
    'The most dangerous of those that wait are under “To review” on the home tab of the Lapse app, and in `lapse review`.',
  ].join('\n');

/** What is gone cannot be an exception any more, so nobody would be asked about it. */
export const createRemovedMessage = (
  tenant: string,
  removed: readonly { readonly kind: Kind; readonly name: string }[],
): string =>
  [
    `${removed.length === 1 ? 'Something' : `${removed.length} things`} that protected mail in tenant ${tenant} ${removed.length === 1 ? 'is' : 'are'} gone. Mail that was stopped, held, refused or inspected before may now get in.`,
    ...removed.slice(0, named).map(({ kind, name }) => `• ${kindOf(kind).name} "${name}"`),
    ...(removed.length > named ? [`… and ${removed.length - named} more.`] : []),
    'If that was not intended, recreate it in the Exchange admin center. The audit log shows who removed it.',
  ].join('\n');

export const createIncompleteMessage = (tenant: string, doubts: readonly Doubt[]): string =>
  [
    `The inventory of tenant ${tenant} is incomplete, so Lapse draws no conclusion from what is missing in it. What it did see was compared, and the audit log is followed as usual.`,
    ...doubts.map(({ kind, why }) => `• ${kindOf(kind).name}: ${why}`),
    '`lapse doctor`, run in the folder of the Lapse project, names a missing permission. This message comes at most once a day.',
  ].join('\n');
