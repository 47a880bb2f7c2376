import { unwrapRecord } from './unwrap-record.ts';

/** What an export contains where a record is expected: a JSON value, or the reason why there is none. */
export type FoundValue =
  | { readonly line: number; readonly value: unknown }
  /** `recordlike`: the broken text begins like a record, so the file is an export although this record is lost. */
  | { readonly line: number; readonly reason: string; readonly recordlike: boolean };

export const tooLong = 'the record is longer than 4 MiB and was skipped';
export const notUtf8 = 'the record is not valid UTF-8; export again with UTF-8 (PowerShell: -Encoding utf8)';

const fields =
  'id|recordid|creationtime|creationdate|recordtype|operation|operations|auditdata|organizationid|raweventdata|_raw';
const began = new RegExp(`"(?:${fields})"\\s*:`, 'i');
const names = new RegExp(`^(?:${fields})$`, 'i');

export const looksLikeRecord = (bytes: Uint8Array): boolean =>
  began.test(Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 400)).toString('latin1'));

/** Whether a value, within whatever wraps it, has any field of an audit record. Otherwise it is something else. */
export function hasRecordFields(value: unknown): boolean {
  const inner = unwrapRecord(value);
  return isNamed(value) || ('value' in inner && isNamed(inner.value));
}

const isNamed = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.keys(value).some((key) => names.test(key));
