import type { Kind } from '#kinds/registry.ts';
import type { ExchangeTenant } from '#exchange/tenant.ts';

/** A tenant for inventories: it lists these, has none of any other kind, and is asked for nothing else. */
export const listedTenant = (lists: Partial<Record<Kind, readonly object[]>>): ExchangeTenant =>
  ({
    domains: () => Promise.resolve(['contoso.com']),
    list: (kind: Kind) =>
      Promise.resolve(
        lists[kind]
          ? { objects: lists[kind], complete: true }
          : { objects: [], complete: false, why: '', nothing: true },
      ),
  }) as unknown as ExchangeTenant;
