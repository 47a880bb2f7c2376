import { auditRecordSchema } from '#audit-log/record.ts';
import { unwrapRecord } from './unwrap-record.ts';
import type { AuditRecord } from '#audit-log/record.ts';

export type Native =
  | { readonly ok: true; readonly record: AuditRecord }
  /** `reason` names fields and never quotes their values. */
  | { readonly ok: false; readonly reason: string };

/** The record as Microsoft wrote it, out of whatever an export wraps it in. */
export function readNativeRecord(value: unknown): Native {
  const inner = unwrapRecord(value);
  if ('reason' in inner) return { ok: false, reason: inner.reason };
  const parsed = auditRecordSchema.safeParse(inner.value);
  return parsed.success
    ? { ok: true, record: parsed.data }
    : { ok: false, reason: parsed.error.issues.map((issue) => issue.message).join('; ') };
}
