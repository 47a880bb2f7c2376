/** All histories of the stand-in: one for each tenant and shelf, kept operation by operation. */
import { createHistory } from './history.ts';
import { alwaysThere, begins } from './shelves.ts';
import type { KeyValue } from '../key-value.ts';
import type { TenantHistory, TenantOperation } from './history.ts';
import type { Shelf } from './shelf.ts';

export interface Books {
  readonly history: (tenant: string, kind: Shelf) => TenantHistory;
  /** Every tenant something is known of. */
  readonly tenants: () => readonly string[];
  readonly add: (tenant: string, kind: Shelf, operation: TenantOperation) => void;
}

export function createBooks(storage: KeyValue | undefined): Books {
  const books = new Map<string, { readonly history: TenantHistory; count: number }>();
  const tenants = new Set<string>((storage?.get('tenants') ?? []) as readonly string[]);

  const open = (tenant: string, kind: Shelf) => {
    const key = `${tenant}/${kind}`;
    const already = books.get(key);
    if (already) return already;
    const book = { history: createHistory(tenant, kind), count: 0 };
    for (
      let kept = storage?.get(`${key}/0`);
      kept !== undefined;
      kept = storage?.get(`${key}/${book.count}`)
    ) {
      book.history.add(kept as TenantOperation);
      book.count += 1;
    }
    const first = alwaysThere[kind];
    if (first !== undefined)
      book.history.add({
        id: '',
        at: '2020-01-01T00:00:00.000Z',
        own: false,
        change: 'create',
        target: first,
        parameters: begins[kind] ?? {},
        by: '',
      });
    books.set(key, book);
    return book;
  };
  return {
    history: (tenant, kind) => open(tenant, kind).history,
    tenants: () => [...tenants],
    add: (tenant, kind, operation) => {
      const book = open(tenant, kind);
      if (!book.history.add(operation)) return;
      if (!tenants.has(tenant)) {
        tenants.add(tenant);
        storage?.set('tenants', [...tenants]);
      }
      storage?.set(`${tenant}/${kind}/${book.count}`, operation);
      book.count += 1;
    },
  };
}
