/** A record of a tenant's audit log, as it stands on the bus: Microsoft's own record in an envelope of ours. */
import * as z from 'zod';
import type { BusEntry } from './entry.ts';

export const auditSource = 'lapse.audit-log';
export const auditDetailType = 'Audit Record';

/** `data` is not looked into here: whoever reads it extends this with `auditRecordSchema`. */
export const auditRecordEventSchema = z.strictObject({
  metadata: z.strictObject({
    /** The record's `Id`. */
    event_id: z.string().min(1).max(256),
    /** Its `OrganizationId`. */
    tenant_id: z.guid(),
    schema_version: z.literal(1),
  }),
  data: z.record(z.string(), z.unknown()),
});

export function createAuditRecordEntry(record: {
  readonly Id: string;
  readonly OrganizationId: string;
}): BusEntry {
  return {
    Source: auditSource,
    DetailType: auditDetailType,
    Detail: JSON.stringify({
      metadata: { event_id: record.Id, tenant_id: record.OrganizationId, schema_version: 1 },
      data: record,
    }),
  };
}
