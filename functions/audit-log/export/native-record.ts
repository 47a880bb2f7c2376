import { auditRecordSchema } from '#audit-log/record.ts';
import { unwrapped } from './wrapped.ts';
import type { AuditRecord } from '#audit-log/record.ts';

export type Native =
  | { readonly ok: true; readonly record: AuditRecord }
  /** `reason` names fields and never quotes what stands in them. */
  | { readonly ok: false; readonly reason: string };

/** The native record in whatever an export wraps it. */
export function nativeRecord(value: unknown): Native {
  const inner = unwrapped(value);
  if ('reason' in inner) return { ok: false, reason: inner.reason };
  const parsed = auditRecordSchema.safeParse(inner.value);
  return parsed.success
    ? { ok: true, record: parsed.data }
    : { ok: false, reason: parsed.error.issues.map((issue) => issue.message).join('; ') };
}
