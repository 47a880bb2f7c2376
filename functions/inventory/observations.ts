/** What the inventory saw, as observations for the register. */
import { assess } from '#kinds/assess.ts';
import { inventory, nobody } from '#lifecycle/inventory.ts';
import { compareDanger, type Endangering } from '#risk/danger.ts';
import { compareText } from '#values/compare-text.ts';
import type { Observation } from '#lifecycle/commands.ts';
import type { Exception } from '#lifecycle/exception.ts';
import type { Instant } from '#time/instant.ts';
import type { Present } from './compare.ts';

export interface Run {
  readonly tenant: string;
  /** The hour: a run that is repeated within it brings the same receipts. */
  readonly id: string;
  /** When listing began: what is seen is not older. */
  readonly at: Instant;
  /** The tenant's own domains, as far as known. */
  readonly ownDomains: readonly string[];
}

export const runAt = (now: Instant): string => now.slice(0, 13);

/** `until`: it was there before Lapse, and has until then at least. */
export function observePresence({ kind, object, known }: Present, run: Run, until?: Instant): Observation {
  const { guid, name, settings, enabled } = object;
  const called = known?.name ?? name;
  return {
    ...inventoried(run, `${kind}#${guid}`),
    kind,
    change: 'alter',
    name: called,
    ...(called === name ? {} : { renamed: name }),
    guid,
    settings,
    enabled,
    complete: true,
    compared: known?.version ?? 0,
    ...(until === undefined ? {} : { imported: until }),
  };
}

export function observeAbsence({ kind, name, guid, id, version }: Exception, run: Run): Observation {
  return {
    ...inventoried(run, `${kind}#${guid ?? id}#gone`),
    kind,
    change: 'remove',
    name,
    ...(guid === undefined ? {} : { guid }),
    settings: {},
    complete: false,
    compared: version,
  };
}

const inventoried = ({ tenant, id, at, ownDomains }: Run, object: string) => ({
  record: `${id}#${object}`,
  operation: inventory,
  tenant,
  passed: [],
  ownDomains,
  changedBy: nobody,
  changedAt: at,
});

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
