/** Something to tell people about a tenant as a whole, and not about one exception. Delivered at least once. */
import * as z from 'zod';
import type { Instant } from '#time/instant.ts';
import type { BusEntry } from './entry.ts';

export const inventorySource = 'lapse.inventory';
export const inventoryMessageType = 'Inventory Message';

export const inventoryMessageSchema = z.object({
  metadata: z.object({
    /** `<tenant>#<run>#<about>` */
    event_id: z.string().min(1),
    tenant_id: z.string().min(1),
    occurred_at: z.iso.datetime(),
    schema_version: z.literal(1),
  }),
  data: z.object({
    about: z.enum(['import', 'incomplete', 'removed', 'progress', 'enforcement']),
    /** Plain text for people: whoever posts it escapes it. */
    text: z.string().min(1),
  }),
});
export type InventoryMessage = z.output<typeof inventoryMessageSchema>;

export function createInventoryEntry(
  tenant: string,
  run: string,
  at: Instant,
  data: InventoryMessage['data'],
): BusEntry {
  const metadata = {
    event_id: `${tenant}#${run}#${data.about}`,
    tenant_id: tenant,
    occurred_at: at,
    schema_version: 1 as const,
  };
  return {
    Source: inventorySource,
    DetailType: inventoryMessageType,
    Detail: JSON.stringify({ metadata, data } satisfies InventoryMessage),
  };
}
