/** Reads the settings of an object as Exchange prints them, with what they say about it. */
import * as z from 'zod';
import { kindOfSettings } from '#kinds/form.ts';
import { kinds } from '#kinds/registry.ts';
import { isBookkeeping } from '#risk/bookkeeping.ts';
import { isSettingName, spelled } from '#risk/setting-names.ts';
import type { DescribedObject } from '#policy/owner.ts';

const settingsSchema = z.record(z.string(), z.unknown()).transform(spelled);

interface Unusable {
  readonly why: string;
  readonly what: string;
}

const whatItHolds = 'save the settings of one object as JSON, as Exchange or lapse show --json prints them';

/** `kind` counts if it is given. Without it, a rule is assumed unless the settings look like a connector's. */
export function readObject(
  json: unknown,
  kind: string | undefined,
): { readonly object: DescribedObject } | Unusable {
  const given = kinds.find((one) => one === kind);
  if (kind !== undefined && given === undefined)
    return { why: `there is no kind ${kind}: ${kinds.join(', ')}`, what: 'name one of these' };
  if (isAuditRecord(Array.isArray(json) ? json[0] : json))
    return {
      why: 'it holds audit records, and not the settings of an object',
      what: 'lapse replay reads these',
    };
  const parsed = settingsSchema.safeParse(Array.isArray(json) && json.length === 1 ? json[0] : json);
  if (!parsed.success) return { why: 'it is not an object with settings', what: whatItHolds };
  const settings = parsed.data;
  // Nothing was set, or all of it was misspelled: that would look as if there were nothing to worry about.
  if (!Object.keys(settings).some((one) => isSettingName(one) && !isBookkeeping(one)))
    return { why: 'there is no setting of Exchange in it', what: whatItHolds };
  const name = settings['Name'] ?? settings['Identity'];
  return {
    object: {
      tenant: '',
      kind: given ?? kindOfSettings(settings),
      name: typeof name === 'string' ? name : '',
      settings,
      changedBy: { type: 'unknown', id: '' },
    },
  };
}

/** In the form of any of the products that export them. */
export function isAuditRecord(json: unknown): boolean {
  if (typeof json !== 'object' || json === null) return false;
  const names = new Set(Object.keys(json).map((name) => name.toLowerCase()));
  return (
    names.has('auditdata') ||
    ((names.has('operation') || names.has('operations')) &&
      ['creationtime', 'creationdate', 'organizationid', 'workload'].some((name) => names.has(name)))
  );
}
