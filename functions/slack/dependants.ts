/** Looks up in the register what rests on an exception: bounded, so that it takes a moment in the largest tenant too. */
import { findDependants, kindsThatDepend } from '#kinds/dependants.ts';
import { readFirstPage } from './exceptions.ts';
import type { Exception } from '#lifecycle/exception.ts';
import type { Exceptions, ListRow } from './exceptions.ts';

export interface Dependants {
  /** Sentences. */
  readonly found: readonly string[];
  /** So many more rest on it, and whoever looks may not see them. */
  readonly hidden: number;
  /** Not all of the tenant was looked at. */
  readonly cut: boolean;
}

/** As many states as three requests bring. */
const mostLooked = 300;

export async function readDependants(
  exceptions: Pick<Exceptions, 'rows' | 'states'>,
  exception: Exception,
  maySee: (other: Exception) => boolean,
): Promise<Dependants> {
  const { id, tenant, kind } = exception;
  const kinds = kindsThatDepend(kind);
  if (kinds.length === 0) return { found: [], hidden: 0, cut: false };
  const rows = ofKinds(exceptions.rows({ tenant }), kinds);
  const isOn = (one: Exception): boolean => one.id !== id && one.state !== 'disabled';
  const page = await readFirstPage(exceptions, rows, isOn, mostLooked, mostLooked);
  const all = findDependants(exception, page.found);
  const seen = all.filter(({ of }) => of === undefined || maySee(of));
  return {
    found: seen.map(({ says }) => says),
    hidden: all.length - seen.length,
    cut: page.more || page.cut,
  };
}

async function* ofKinds(
  rows: AsyncIterable<ListRow>,
  kinds: readonly Exception['kind'][],
): AsyncIterable<ListRow> {
  for await (const row of rows) if (row.kind === undefined || kinds.includes(row.kind)) yield row;
}
