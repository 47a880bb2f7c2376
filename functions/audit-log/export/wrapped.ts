/** Where products that keep audit records put the record that Microsoft wrote. */
import { isOfficeActivity, recordOfActivity } from './office-activity.ts';
import { tryParseJson } from '#values/json.ts';
import { isJsonObject } from '#values/json.ts';

export type Unwrapped =
  | { readonly value: object }
  /** `reason` names fields and never quotes their values. */
  | { readonly reason: string };

/**
 * Keys from the outside in, compared without case. A dot within a key is the product's own: search engines flatten
 * objects. The first that is there counts.
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
  // Elastic: a document as it is stored, with Microsoft's text or with the fields taken apart.
  ['_source'],
  ['event', 'original'],
  ['event.original'],
  ['o365', 'audit'],
  // Wazuh.
  ['data', 'office365'],
];

/** Lower case. A value without any of these keys is not wrapped. */
export const outermost: readonly string[] = places.flatMap(([first]) => first?.toLowerCase() ?? []);

/** One wrapping may contain another. No known product nests them deeper than this. */
const deepest = 4;

/** The native record inside whatever an export wraps it in; the value itself if it is not wrapped. */
export function unwrapped(value: unknown): Unwrapped {
  let inner = value;
  for (let depth = 0; depth < deepest; depth += 1) {
    if (!isJsonObject(inner)) return { reason: 'there is no JSON object where a record is expected' };
    const wrapping = wrappingOf(inner);
    if (!wrapping) break;
    if ('reason' in wrapping) return wrapping;
    inner = wrapping.value;
  }
  if (!isJsonObject(inner)) return { reason: 'there is no JSON object where a record is expected' };
  return { value: isOfficeActivity(inner) ? recordOfActivity(inner) : inner };
}

function wrappingOf(value: object): Unwrapped | undefined {
  for (const place of places) {
    const found = at(value, place);
    if (found === undefined) continue;
    if ('reason' in found) return found;
    const inner = typeof found.value === 'string' ? tryParseJson(found.value) : found.value;
    const name = place.join('.').replace(/^auditData$/, 'AuditData');
    return isJsonObject(inner) ? { value: withoutSdk(inner) } : { reason: `${name} holds no JSON object` };
  }
  return undefined;
}

function at(
  value: object,
  place: readonly string[],
): { readonly value: unknown } | { readonly reason: string } | undefined {
  let present: unknown = value;
  for (const name of place) {
    if (!isJsonObject(present)) return undefined;
    const [found, another] = fields(present, name);
    if (another !== undefined)
      return { reason: `${name.replace(/^auditData$/, 'AuditData')} is there twice` };
    if (found === undefined) return undefined;
    present = found;
  }
  return { value: present };
}

/** The Graph PowerShell SDK puts fields that its types do not know under a key of its own. Lower case. */
export const more = 'additionalproperties';

function withoutSdk(value: object): object {
  const [rest] = fields(value, more);
  return isJsonObject(rest) && Object.keys(rest).length > 0 ? rest : value;
}

/** All values under a name, in any spelling. `null` counts as a value. */
const fields = (value: object, name: string): readonly unknown[] =>
  Object.entries(value).flatMap(([key, each]: [string, unknown]) =>
    key.toLowerCase() === name.toLowerCase() ? [each] : [],
  );
