/** What the inventory saw, as observations for the register. */
import { assess } from '#kinds/assess.ts';
import { sawAbsent, sawPresent } from '#lifecycle/inventory.ts';
import { compareDanger, type Endangering } from '#risk/danger.ts';
import { compareText } from '#values/compare-text.ts';
import type { Observation } from '#lifecycle/commands.ts';
import type { Exception } from '#lifecycle/exception.ts';
import type { Visit } from '#lifecycle/inventory.ts';
import type { Instant } from '#time/instant.ts';
import type { Present } from './compare.ts';

export interface Run extends Visit {
  /** The hour: a run that is repeated within it brings the same receipts. */
  readonly id: string;
}

export const runAt = (now: Instant): string => now.slice(0, 13);

/** `until`: it was there before Lapse, and has until then at least. */
export const observePresence = (one: Present, run: Run, until?: Instant): Observation => ({
  ...sawPresent(`${run.id}#${one.kind}#${one.object.guid}`, one, run),
  ...(until === undefined ? {} : { imported: until }),
});

export const observeAbsence = (exception: Exception, run: Run): Observation =>
  sawAbsent(`${run.id}#${exception.kind}#${exception.guid ?? exception.id}#gone`, exception, run);

export const receiptOf = ({ tenant, record }: Observation): string => `inventory#${tenant}#${record}`;

export type Endangered = Present & Endangering;

/**
 * What exists but is not in the register, most dangerous first. What is harmless because of the tenant's own domains
 * is left out.
 */
export function findUnknown(present: readonly Present[], run: Run): readonly Endangered[] {
  return present
    .filter(({ why }) => why.includes('unknown'))
    .flatMap((one) => {
      const { findings, risk, breadth, evidence } = assess({
        kind: one.kind,
        settings: one.object.settings,
        ownDomains: run.ownDomains,
      });
      return findings.length === 0 ? [] : [{ ...one, risk, breadth, evidence }];
    })
    .sort((a, b) => compareDanger(a, b) || compareText(a.object.guid, b.object.guid));
}
