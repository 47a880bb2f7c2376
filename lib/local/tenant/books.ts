/** All histories of the stand-in: one for each tenant and kind, kept operation by operation. */
import { createHistory } from './history.ts';
import type { Kind } from '#domain/exception.ts';
import type { KeyValue } from '../key-value.ts';
import type { History, Operation } from './history.ts';

export interface Books {
  readonly history: (tenant: string, kind: Kind) => History;
  /** Every tenant something is known of. */
  readonly tenants: () => readonly string[];
  readonly add: (tenant: string, kind: Kind, operation: Operation) => void;
}

export function createBooks(storage: KeyValue | undefined): Books {
  const books = new Map<string, { readonly history: History; count: number }>();
  const tenants = new Set<string>((storage?.get('tenants') ?? []) as readonly string[]);

  const open = (tenant: string, kind: Kind) => {
    const key = `${tenant}/${kind}`;
    const already = books.get(key);
    if (already) return already;
    const book = { history: createHistory(tenant, kind), count: 0 };
    for (
      let kept = storage?.get(`${key}/0`);
      kept !== undefined;
      kept = storage?.get(`${key}/${book.count}`)
    ) {
      book.history.add(kept as Operation);
      book.count += 1;
    }
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
