import { auditRecordSchema } from '#audit-log/record.ts';
import type { AuditRecord } from '#audit-log/record.ts';

export type Native =
  | { readonly ok: true; readonly record: AuditRecord }
  /** `reason` names fields and never quotes what stands in them. */
  | { readonly ok: false; readonly reason: string };

/**
 * The native record in whatever an export wraps it: itself; `AuditData` as JSON text (Search-UnifiedAuditLog); or
 * Graph's `auditData`, directly on beta and under `dynamicProperties` on v1.0. Keys are compared without case.
 */
export function nativeRecord(value: unknown): Native {
  if (!isObject(value)) return { ok: false, reason: 'there is no JSON object where a record is expected' };
  const [wrapped, another] = fields(value, 'auditData');
  if (another !== undefined) return { ok: false, reason: 'AuditData is there twice' };
  const inner = wrapped === undefined ? value : unwrapped(wrapped);
  if (inner === undefined) return { ok: false, reason: 'AuditData holds no JSON object' };
  const parsed = auditRecordSchema.safeParse(inner);
  return parsed.success
    ? { ok: true, record: parsed.data }
    : { ok: false, reason: parsed.error.issues.map((issue) => issue.message).join('; ') };
}

function unwrapped(auditData: unknown): object | undefined {
  const data = typeof auditData === 'string' ? fromText(auditData) : auditData;
  if (!isObject(data)) return undefined;
  const [inner] = fields(data, 'dynamicProperties');
  return isObject(inner) ? inner : data;
}

function fromText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Everything under a name, in whichever spellings; null is there. */
const fields = (value: object, name: string): readonly unknown[] =>
  Object.entries(value).flatMap(([key, each]: [string, unknown]) =>
    key.toLowerCase() === name.toLowerCase() ? [each] : [],
  );
