/** Where products that store audit records put the record as Microsoft wrote it. */
import { isOfficeActivity, toNativeFields } from './office-activity.ts';
import { tryParseJson } from '#values/json.ts';
import { isJsonObject } from '#values/json.ts';

export type Unwrapped =
  | { readonly value: object }
  /** `reason` names fields and never quotes their values. */
  | { readonly reason: string };

/**
 * Keys from the outside in, compared without regard to case. A dot within a key belongs to the product: search
 * engines flatten objects. The first one present counts.
 */
const places: readonly (readonly string[])[] = [
  // Search-UnifiedAuditLog (JSON text), Graph (directly on beta).
  ['auditData'],
  // Graph v1.0, and what the Graph PowerShell SDK makes of it.
  ['dynamicProperties'],
  // Microsoft Defender: CloudAppEvents.
  ['rawEventData'],
  // Splunk: a table of events, and the export of a search.
  ['_raw'],
  ['result', '_raw'],
  // Elastic: a stored document, with Microsoft's text or with its fields separated.
  ['_source'],
  ['event', 'original'],
  ['event.original'],
  ['o365', 'audit'],
  // Wazuh.
  ['data', 'office365'],
];

/** Lower case. A value without any of these keys is not wrapped. */
export const wrapperKeys: readonly string[] = places.flatMap(([first]) => first?.toLowerCase() ?? []);

/** One wrapper may contain another. No known product nests them deeper than this. */
const deepest = 4;

/** The record as Microsoft wrote it, out of whatever wraps it; the value itself if nothing does. */
export function unwrapRecord(value: unknown): Unwrapped {
  let inner = value;
  for (let depth = 0; depth < deepest; depth += 1) {
    if (!isJsonObject(inner)) return { reason: 'there is no JSON object where a record is expected' };
    const wrapping = findWrapping(inner);
    if (!wrapping) break;
    if ('reason' in wrapping) return wrapping;
    inner = wrapping.value;
  }
  if (!isJsonObject(inner)) return { reason: 'there is no JSON object where a record is expected' };
  return { value: isOfficeActivity(inner) ? toNativeFields(inner) : inner };
}

function findWrapping(value: object): Unwrapped | undefined {
  for (const place of places) {
    const found = findValue(value, place);
    if (found === undefined) continue;
    if ('reason' in found) return found;
    const inner = typeof found.value === 'string' ? tryParseJson(found.value) : found.value;
    const name = place.join('.').replace(/^auditData$/, 'AuditData');
    return isJsonObject(inner)
      ? { value: withoutSdkFields(inner) }
      : { reason: `${name} holds no JSON object` };
  }
  return undefined;
}

function findValue(
  value: object,
  place: readonly string[],
): { readonly value: unknown } | { readonly reason: string } | undefined {
  let present: unknown = value;
  for (const name of place) {
    if (!isJsonObject(present)) return undefined;
    const [found, another] = valuesNamed(present, name);
    if (another !== undefined)
      return { reason: `${name.replace(/^auditData$/, 'AuditData')} is there twice` };
    if (found === undefined) return undefined;
    present = found;
  }
  return { value: present };
}

/** The Graph PowerShell SDK puts fields unknown to its types under a key of their own. Lower case. */
export const sdkField = 'additionalproperties';

function withoutSdkFields(value: object): object {
  const [rest] = valuesNamed(value, sdkField);
  return isJsonObject(rest) && Object.keys(rest).length > 0 ? rest : value;
}

/** All values under a name, in any case. `null` counts as a value. */
const valuesNamed = (value: object, name: string): readonly unknown[] =>
  Object.entries(value).flatMap(([key, each]: [string, unknown]) =>
    key.toLowerCase() === name.toLowerCase() ? [each] : [],
  );
