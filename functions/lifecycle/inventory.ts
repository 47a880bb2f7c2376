/**
 * What an observation of the inventory has instead of a cmdlet and an author: it sees what exists, not who did it.
 */
import type { Observation } from './commands.ts';
import type { Author, Exception } from './exception.ts';
import type { Kind } from '#kinds/registry.ts';
import type { Shown } from '#kinds/shown.ts';
import type { Instant } from '#time/instant.ts';

export const inventory = 'Inventory';
export const nobody: Author = { type: 'unknown', id: 'unknown' };

/** A look at the tenant. */
export interface Visit {
  readonly tenant: string;
  /** What is seen is not older. */
  readonly at: Instant;
  /** The tenant's own domains, as far as known. */
  readonly ownDomains: readonly string[];
}

/** `known`: the exception that it was compared with. */
export function sawPresent(
  record: string,
  { kind, object, known }: { readonly kind: Kind; readonly object: Shown; readonly known?: Exception },
  visit: Visit,
): Observation {
  const { guid, name, settings, enabled } = object;
  const called = known?.name ?? name;
  return {
    ...sighted(record, visit),
    kind,
    change: 'alter',
    name: called,
    ...(called === name ? {} : { renamed: name }),
    guid,
    settings,
    enabled,
    complete: true,
    compared: known?.version ?? 0,
  };
}

export const sawAbsent = (
  record: string,
  { kind, name, guid, version }: Exception,
  visit: Visit,
): Observation => ({
  ...sighted(record, visit),
  kind,
  change: 'remove',
  name,
  ...(guid === undefined ? {} : { guid }),
  settings: {},
  complete: false,
  compared: version,
});

const sighted = (record: string, { tenant, at, ownDomains }: Visit) => ({
  record,
  operation: inventory,
  tenant,
  passed: [],
  ownDomains,
  changedBy: nobody,
  changedAt: at,
});
